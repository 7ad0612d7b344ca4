// The objects of one revision for the search for related ones: each key read once, lists in pages up to a limit, everything masked.
import { keySuccessor, type OrderedSource, prefixEnd, RangeKnowledge, readPrefix, toUtf8OrNull, utf8 } from '@registree/keyspace'
import {
  type FieldSelection,
  isEncrypted,
  type ListRequest,
  type Looked,
  type ObjectPlace,
  type ObjectStore,
  type Resource,
  resourceOfDefinition,
  type StoredObject,
  selectFields,
} from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import { isAppError } from '../problem.ts'
import type { KeyValue } from '../sources/source.ts'
import { DEFINITIONS, kubernetesRoot, openObject, openObjects, toldSize } from '../values/stored-objects.ts'
import { DEFINITION_FIELDS } from './catalogue.ts'
import { sizeOfValues, valuePages } from './value-pages.ts'

export interface RelatedReading {
  cluster: Cluster
  source: OrderedSource
  /** The revision of all reads. */
  revision: bigint
  signal: AbortSignal
}

/** Longer lists are worth remembering. */
const FEW = 10_000
/** Values in a list's first page: most lists are shorter. */
const FIRST_PAGE = 100
/** Values per page of a long list. */
const PAGE = 500
/** Kinds with at most hundreds of objects in a large namespace. */
const FEW_IN_A_NAMESPACE = new Set([
  'services/specs',
  'ingress',
  'poddisruptionbudgets',
  'networkpolicies',
  'horizontalpodautoscalers',
  'rolebindings',
  'roles',
  'serviceaccounts',
])
/** Definitions of one API group whose names are searched, and those opened. */
const MOST_DEFINITIONS = 5000
const MOST_OPENED = 100

export class RelatedStore implements ObjectStore {
  /** Total size of the values read, in bytes. */
  bytes = 0
  readonly #reading: RelatedReading
  readonly #root: string
  readonly #objects = new Map<string, Promise<StoredObject | null>>()
  readonly #kinds = new Map<string, Promise<Resource | undefined>>()
  readonly #selections = new Map<string, FieldSelection>()
  readonly #onProgress: (objects: number) => void

  /** `onProgress` receives the number of objects that a list has read. */
  constructor(reading: RelatedReading, onProgress: (objects: number) => void = () => {}) {
    this.#reading = reading
    this.#root = kubernetesRoot(reading.cluster)
    this.#onProgress = onProgress
  }

  keyOf({ path, namespace, name }: ObjectPlace): Uint8Array {
    return utf8(`${this.#root}${path}/${namespace === null ? '' : `${namespace}/`}${name}`)
  }

  /** Adds an object that was already read. */
  keep(place: ObjectPlace, kv: KeyValue): Promise<StoredObject> {
    const stored = this.#open(place, kv, undefined)
    this.#objects.set(JSON.stringify(place), stored)
    return stored
  }

  get(place: ObjectPlace): Promise<StoredObject | null> {
    const id = JSON.stringify(place)
    const known = this.#objects.get(id)
    if (known !== undefined) return known
    const asked = this.#read(place)
    this.#objects.set(id, asked)
    return asked
  }

  async #read(place: ObjectPlace): Promise<StoredObject | null> {
    const kv = await this.#one(this.keyOf(place))
    return kv === undefined ? null : this.#open(place, kv, undefined)
  }

  async #one(key: Uint8Array): Promise<KeyValue | undefined> {
    const { source, revision, signal } = this.#reading
    const kv = (await source.range({ key, end: null, revision, limit: 1 }, signal)).kvs[0]
    if (kv !== undefined) this.bytes += toldSize(this.#reading.cluster.masking, kv)
    return kv
  }

  async list(request: ListRequest): Promise<{ objects: StoredObject[]; looked: Looked }> {
    const { path, namespace, namePrefix = '', most, keep } = request
    const { signal, cluster } = this.#reading
    const directory = `${this.#root}${path}/`
    const prefix = utf8(`${directory}${namespace === null ? '' : `${namespace}/`}${namePrefix}`)
    const fields = this.#selection(request.fields)
    const test = request.testFields === undefined ? fields : this.#selection(request.testFields)
    const objects: StoredObject[] = []
    const looked: Looked = { path, namespace, namePrefix, objects: 0, cut: false, unread: 0 }
    let seen = 0
    for await (const page of this.#pages(request, prefix)) {
      seen += page.length
      this.bytes += sizeOfValues(page, cluster)
      for await (const { kv, opened } of openObjects(cluster, page.slice(0, most - looked.objects), test, { signal })) {
        looked.objects += 1
        const { object, problem } = opened
        // A part that did not decode may be what was looked for.
        if (object === undefined || problem !== undefined) looked.unread += 1
        if (object === undefined || !keep(object)) continue
        const place = placeBelow(directory, path, kv.key)
        if (place !== null) objects.push(await this.#open(place, kv, fields))
      }
      this.#onProgress(looked.objects)
      if (looked.objects < most || seen <= most) continue
      looked.cut = true
      break
    }
    return { objects, looked }
  }

  /**
   * If keys begin with one object's name, or the kind has few objects per namespace, one Range is sent: etcd walks only the wanted keys. If there are
   * or may be many, the ends of the Ranges are searched first.
   */
  async *#pages({ path, namespace, namePrefix = '', most }: ListRequest, prefix: Uint8Array): AsyncGenerator<KeyValue[], void> {
    const { source, revision, signal, cluster } = this.#reading
    const firstPage = Math.min(FIRST_PAGE, most + 1)
    let from: Uint8Array | undefined
    if (namePrefix !== '' || (namespace !== null && FEW_IN_A_NAMESPACE.has(path))) {
      try {
        const reply = await source.range({ key: prefix, end: prefixEnd(prefix), revision, limit: firstPage }, signal)
        yield reply.kvs
        const last = reply.kvs.at(-1)
        if (!reply.more || last === undefined) return
        from = keySuccessor(last.key)
      } catch (error) {
        if (!isAppError(error, 'VALUE_TOO_LARGE')) throw error
      }
    }
    // What is known about whole resources must not be replaced by what a few keys show.
    const knowledge = namespace === null || most > FEW ? cluster.knowledge : new RangeKnowledge()
    // Nobody waits for the first few, so all pages have one size and the listing keeps what it learned.
    const pages = valuePages({ source, prefix, ...(from === undefined ? {} : { from }), revision, knowledge, firstPage: PAGE, signal })
    for await (const { kvs } of pages) yield kvs
  }

  customResource(group: string, kind: string): Promise<Resource | undefined> {
    const id = JSON.stringify([group, kind])
    const known = this.#kinds.get(id)
    if (known !== undefined) return known
    const asked = this.#findDefinition(group, kind)
    this.#kinds.set(id, asked)
    return asked
  }

  /** A definition is named `<plural>.<group>`: tries the usual plurals, then all names of the group. */
  async #findDefinition(group: string, kind: string): Promise<Resource | undefined> {
    const directory = `${this.#root}${DEFINITIONS}/`
    const { source, revision, signal, cluster } = this.#reading
    const open = async (key: Uint8Array) => {
      const kv = await this.#one(key)
      const object = kv === undefined ? undefined : (await openObject(cluster, kv, DEFINITION_FIELDS, { signal })).object
      const resource = object === undefined ? undefined : resourceOfDefinition(object)
      return resource?.kind === kind && resource.group === group ? resource : undefined
    }
    const guesses = pluralsOf(kind).map((plural) => `${plural}.${group}`)
    for (const guess of guesses) {
      const found = await open(utf8(directory + guess))
      if (found !== undefined) return found
    }
    let seen = 0
    let opened = 0
    for await (const page of readPrefix(source, {
      prefix: utf8(directory),
      revision,
      keysOnly: true,
      pageSize: 500,
      knowledge: cluster.knowledge,
      signal,
    })) {
      for (const { key } of page.kvs) {
        const name = toUtf8OrNull(key)?.slice(directory.length) ?? ''
        seen += 1
        if (seen > MOST_DEFINITIONS || opened >= MOST_OPENED) return undefined
        if (!name.endsWith(`.${group}`) || name.indexOf('.') !== name.length - group.length - 1 || guesses.includes(name)) continue
        opened += 1
        const found = await open(key)
        if (found !== undefined) return found
      }
    }
    return undefined
  }

  #selection(paths: readonly string[]): FieldSelection {
    const id = paths.join('\n')
    const known = this.#selections.get(id)
    if (known !== undefined) return known
    const made = selectFields(paths)
    this.#selections.set(id, made)
    return made
  }

  async #open(place: ObjectPlace, kv: KeyValue, fields: FieldSelection | undefined): Promise<StoredObject> {
    const { object, outline, problem = null } = await openObject(this.#reading.cluster, kv, fields, this.#reading)
    if (object !== undefined) return { place, object, problem }
    if (outline !== undefined) return { place, object: outline, problem, unknownKind: true }
    return { place, object: null, problem, encrypted: isEncrypted(kv.value) }
  }
}

/** The usual English plurals of a kind. */
function pluralsOf(kind: string): string[] {
  const name = kind.toLowerCase()
  const plurals = [`${name}s`, `${name}es`, name]
  if (name.endsWith('y')) plurals.unshift(`${name.slice(0, -1)}ies`)
  return plurals
}

/** Null for a key that is not UTF-8 or is too deep for an object. */
function placeBelow(directory: string, path: string, key: Uint8Array): ObjectPlace | null {
  const segments = toUtf8OrNull(key)?.slice(directory.length).split('/')
  if (segments === undefined || segments.length > 2) return null
  return { path, namespace: segments.length === 2 ? (segments[0] ?? '') : null, name: segments.at(-1) ?? '' }
}
