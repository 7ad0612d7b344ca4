// Writes objects as one YAML to apply: in order, each fit for another cluster, and a comment for each that is left out.
import { fromBase64urlOrNull, parseRegistryKey, placeBelow, toUtf8OrNull, utf8 } from '@registree/keyspace'
import { objectsAt, selectFields, textAt } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { AppError } from '../problem.ts'
import { listDirectories } from '../registry/catalogue.ts'
import { valuePages } from '../registry/value-pages.ts'
import type { KeyValue } from '../sources/source.ts'
import { decodeValue } from '../values/decode-value.ts'
import { kubernetesRoot, openObject } from '../values/stored-objects.ts'
import { byApplyOrder, isOwnWrite } from './apply-order.ts'

export interface BundleRequest {
  /** 0n for the newest. */
  revision: bigint
  namespace?: string | undefined
  path?: string | undefined
  keys?: { key: Uint8Array; revision: bigint | null }[] | undefined
}

/** One object to write. `kv` is null if it is not there. */
interface Stored {
  kv: KeyValue | null
  path: string
  place: string
}

const OWNER = selectFields(['.kind', '.metadata.uid', '.metadata.ownerReferences'])
const FIRST_PAGE = 50

/** Parses `keys` of the query. Throws BAD_REQUEST. */
export function bundledKeys(text: string): NonNullable<BundleRequest['keys']> {
  return text.split(',').map((part) => {
    const [name = '', revision] = part.split('.')
    const key = fromBase64urlOrNull(name)
    if (key === null || key.length === 0) throw new AppError('BAD_REQUEST', { code: 'keys-no-list', params: {} })
    return { key, revision: revision === undefined ? null : BigInt(revision) }
  })
}

/** The parts of the text, one for each object; memory: a page of values. Throws AppError. */
export async function* bundleText(reading: Reading, request: BundleRequest): AsyncGenerator<string, void> {
  const revision = request.revision > 0n ? request.revision : await newest(reading)
  const { name, opened } = reading.cluster
  yield `# Objects of ${inOneLine(name)} (${inOneLine(opened.origin)}) at revision ${revision}, in the order to apply them.\n`
  yield '# Without status and what belongs to one cluster only: uids, owners, a Service’s cluster IP, a Pod’s node.\n'
  const bundle = new Bundle(reading)
  for await (const stored of storedObjects(reading, request, revision)) yield await bundle.textOf(stored)
  yield bundle.end()
}

async function newest({ cluster, source, signal }: Reading): Promise<bigint> {
  const key = utf8(`${kubernetesRoot(cluster)}namespaces/default`)
  return (await source.range({ key, end: null, revision: 0n, limit: 1, keysOnly: true }, signal)).revision
}

async function* storedObjects(reading: Reading, request: BundleRequest, revision: bigint): AsyncGenerator<Stored, void> {
  const { cluster, source, signal } = reading
  const { keys, namespace, path } = request
  const root = kubernetesRoot(cluster)
  const read = async (key: Uint8Array, at: bigint) =>
    (await source.range({ key, end: null, revision: at, limit: 1 }, signal)).kvs[0] ?? null
  if (keys !== undefined) {
    const placed = keys.map(({ key, revision: own }) => ({ key, at: own ?? revision, ...placeOfKey(key, cluster.kubernetesPrefix) }))
    for (const { key, at, path: of, place } of placed.sort((a, b) => byApplyOrder(a.path, b.path)))
      yield { kv: await read(key, at), path: of, place }
    return
  }
  const paths = path === undefined ? (await listDirectories(cluster, source, revision, signal)).paths : [path]
  for (const each of [...paths].sort(byApplyOrder)) {
    // The object of the namespace itself belongs to it.
    if (each === 'namespaces' && namespace !== undefined) {
      const key = utf8(`${root}namespaces/${namespace}`)
      const kv = await read(key, revision)
      if (kv !== null) yield { kv, path: each, place: namespace }
      continue
    }
    const below = `${root}${each}/`
    const prefix = utf8(namespace === undefined ? below : `${below}${namespace}/`)
    const inner = paths.filter((other) => other.startsWith(`${each}/`)).map((other) => `${root}${other}/`)
    const pages = valuePages({ source, prefix, revision, knowledge: cluster.knowledge, firstPage: FIRST_PAGE, signal })
    for await (const { kvs } of pages) {
      for (const kv of kvs) {
        const text = toUtf8OrNull(kv.key) ?? ''
        // A group may have objects of its own besides its resources.
        if (inner.some((other) => text.startsWith(other))) continue
        const { namespace: of, name } = placeBelow(each, text.slice(below.length))
        yield { kv, path: each, place: of === '' ? name : `${of}/${name}` }
      }
    }
  }
}

function placeOfKey(key: Uint8Array, prefix: string): { path: string; place: string } {
  const parsed = parseRegistryKey(key, { prefix })
  const { namespace, name = '' } = parsed ?? {}
  return { path: parsed?.resource ?? '', place: namespace === undefined ? name : `${namespace}/${name}` }
}

class Bundle {
  readonly #reading: Reading
  /** The uids of what is in the bundle: their controllers make the rest. */
  readonly #uids = new Map<string, string>()
  #written = 0
  #leftOut = 0

  constructor(reading: Reading) {
    this.#reading = reading
  }

  async textOf({ kv, path, place }: Stored): Promise<string> {
    const name = `${path === '' ? 'key' : path} ${place}`
    if (kv === null) return this.#without(name, 'it is not there at this revision')
    if (isOwnWrite(path)) return this.#without(name, 'the cluster writes it by itself')
    const { cluster, policy, now, signal } = this.#reading
    const { object } = await openObject(cluster, kv, OWNER, { signal })
    const controller = objectsAt(object ?? {}, 'metadata', 'ownerReferences').find((owner) => owner.controller === true)
    const maker = controller && this.#uids.get(textAt(controller, 'uid'))
    if (maker !== undefined) {
      // What it makes in turn is left out too.
      this.#uids.set(textAt(object ?? {}, 'metadata', 'uid'), name)
      return this.#without(name, `its controller makes it from ${maker}`)
    }
    const context = { key: kv.key, modRevision: kv.modRevision, decryptor: cluster.decryptor, policy, now, view: 'apply' as const }
    const { shown, kind, masked, problems } = await decodeValue(kv.value, context, cluster.jobs, signal)
    if (kind === 'Secret' && masked.length > 0) return this.#without(name, 'its content is masked')
    if (shown?.form !== 'apply' || shown.text === '') {
      const why = problems[0]?.message ?? 'it is no Kubernetes object that Registree knows'
      return this.#without(name, why)
    }
    this.#uids.set(textAt(object ?? {}, 'metadata', 'uid'), name)
    this.#written += 1
    return `---\n${shown.text}`
  }

  /** The last lines say that nothing is missing at the end. */
  end(): string {
    return `# End: ${this.#written} written, ${this.#leftOut} left out.\n`
  }

  #without(name: string, why: string): string {
    this.#leftOut += 1
    return `# Left out: ${inOneLine(name)}: ${inOneLine(why)}\n`
  }
}

/** Stored names are whatever somebody chose: a line break in one would end the comment. */
function inOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
