// Reads the objects for a look-up, at one revision and up to a limit per kind, and records what was searched.
import type { FlannelKeyRef, LookupAnswer, LookupMatch } from '@registree/contract'
import { prefixEnd, toUtf8OrNull, utf8 } from '@registree/keyspace'
import type { KubeObject, StoredObject } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { RelatedStore } from '../registry/related-store.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'
import { sayMatch } from './in-words.ts'

/** Maximum objects searched per kind; the largest cluster that Kubernetes is tested with has 150,000 pods. */
const MOST_OBJECTS = 200_000

/** What is read of an object; parts that do not decode are reported. */
export interface ListedObject {
  object: KubeObject
  /** A part of it did not decode. */
  partial: boolean
  namespace: string
  name: string
  source: FlannelKeyRef
}

export class LookupReading {
  readonly #searched = new Map<string, LookupAnswer['searched'][number]>()
  readonly revision: bigint
  readonly #store: RelatedStore
  readonly #reading: Reading
  readonly #there = new Map<string, Promise<boolean>>()

  constructor(reading: Reading, revision: bigint) {
    const { cluster, source, signal } = reading
    this.#reading = reading
    this.revision = revision
    this.#store = new RelatedStore({ cluster, source, revision, signal })
  }

  get searched(): LookupAnswer['searched'] {
    return [...this.#searched.values()]
  }

  /** Records a search done elsewhere. */
  note(searched: LookupAnswer['searched'][number]): void {
    this.#searched.set(searched.what, searched)
  }

  /** Whether everything searched could be read. */
  get complete(): boolean {
    return this.searched.every(({ cut, unread }) => !cut && unread === 0)
  }

  /** The objects of a directory that match `keep`; `fields` are those that it and the caller read. */
  async list(path: string, fields: readonly string[], keep: (object: KubeObject) => boolean): Promise<ListedObject[]> {
    const { objects, looked } = await this.#store.list({
      path,
      namespace: null,
      fields: ['.metadata.name', '.metadata.namespace', ...fields],
      most: MOST_OBJECTS,
      keep,
    })
    if (looked.objects > 0) this.note({ what: path, objects: looked.objects, cut: looked.cut, unread: looked.unread })
    return objects.flatMap((stored) => this.#listed(stored))
  }

  /** One object; null if it does not exist or is not an object. */
  async get(path: string, namespace: string | null, name: string): Promise<ListedObject | null> {
    const stored = await this.#store.get({ path, namespace, name })
    return stored === null ? null : (this.#listed(stored)[0] ?? null)
  }

  /** Whether a directory has any key at all. */
  any(path: string): Promise<boolean> {
    const known = this.#there.get(path)
    if (known !== undefined) return known
    const asked = this.#any(path)
    this.#there.set(path, asked)
    return asked
  }

  async #any(path: string): Promise<boolean> {
    const { source, cluster, signal } = this.#reading
    const key = utf8(`${kubernetesRoot(cluster)}${path}/`)
    const reply = await source.range({ key, end: prefixEnd(key), revision: this.revision, limit: 1, keysOnly: true }, signal)
    return reply.kvs.length > 0
  }

  #listed({ object, problem, place }: StoredObject): ListedObject[] {
    const key = toUtf8OrNull(this.#store.keyOf(place))
    return object === null || key === null
      ? []
      : [{ object, partial: problem !== null, namespace: place.namespace ?? '', name: place.name, source: { keyspace: 'v3', key } }]
  }
}

/** A match for a listed object; `more` provides the rest. */
export function matchOf(
  { namespace, name, source }: Pick<ListedObject, 'namespace' | 'name' | 'source'>,
  relation: LookupMatch['relation'],
  kind: string,
  more: Partial<Pick<LookupMatch, 'of' | 'state' | 'ports' | 'address'>> = {},
): LookupMatch {
  return sayMatch({ relation, kind, namespace, name, source, address: '', of: '', state: '', ports: [], ...more })
}
