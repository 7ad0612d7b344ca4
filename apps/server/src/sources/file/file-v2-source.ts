// A v2 keyspace from a member's `.snap` and WAL.
import type { V2Node as StoredNode, V2Store } from '@registree/etcd-file'
import { AppError } from '../../problem.ts'
import type { Availability, V2Change, V2FirstEvent, V2Node, V2Read, V2Source, V2Status } from '../source.ts'
import { indexAhead } from '../v2-index.ts'
import { cleanPath } from '../v2-path.ts'
import { noChanges } from './no-changes.ts'

export class FileV2Source implements V2Source {
  readonly kind = 'file'
  readonly #store: V2Store
  readonly #now: (() => number) | null

  /** `now` in ms: remaining TTLs are relative to it; null if the time of the file is unknown. */
  constructor(store: V2Store, now: (() => number) | null) {
    this.#store = store
    this.#now = now
  }

  async availability(): Promise<Availability> {
    return { available: true, says: null }
  }

  async node(path: string): Promise<V2Read> {
    return this.#read(this.#store, path, this.#store.index)
  }

  at(index: bigint): Pick<V2Source, 'node'> {
    const { index: head, knownFrom } = this.#store
    if (index > head) throw indexAhead(index, head)
    if (index < knownFrom)
      throw new AppError(
        'REVISION_COMPACTED',
        { code: 'v2-tree-unknown', params: { index: String(index), oldest: String(knownFrom) } },
        { compactedRevision: knownFrom, currentRevision: head },
      )
    const past = this.#store.at(index)
    return {
      node: async (path) => {
        const { node, children, ...read } = this.#read(past, path, index)
        const withoutTtl = (one: V2Node): V2Node => ({ ...one, ttl: null })
        return { ...read, raftIndex: null, raftTerm: null, node: withoutTtl(node), children: children?.map(withoutTtl) ?? null }
      },
    }
  }

  #read(store: Pick<V2Store, 'get'>, path: string, index: bigint): V2Read {
    const clean = cleanPath(path)
    const node = store.get(clean)
    if (node === undefined)
      throw new AppError('KEY_NOT_FOUND', { code: 'v2-key-missing', params: { path: clean } }, { currentRevision: index })
    return {
      index,
      raftIndex: this.#store.raftIndex,
      raftTerm: this.#store.raft?.term ?? null,
      node: this.#toNode(node),
      children: node.children?.map((child) => this.#toNode(child)) ?? null,
    }
  }

  async firstEvent({ path, from }: { path: string; from: bigint }): Promise<V2FirstEvent> {
    const { eventsAfter } = this.#store
    if (from <= eventsAfter) return { oldest: eventsAfter + 1n }
    const event = this.#store.firstEvent(cleanPath(path), from)
    if (event === null) return { event }
    return { event: { ...event, node: event.node && this.#toNode(event.node), before: event.before && this.#toNode(event.before) } }
  }

  watch() {
    return noChanges<V2Change>()
  }

  async status(): Promise<V2Status> {
    return { index: this.#store.index }
  }

  async close(): Promise<void> {}

  #toNode({ path, directory, value, expiration, createdIndex, modifiedIndex }: StoredNode): V2Node {
    return {
      path,
      directory,
      value,
      size: value === null ? null : Buffer.byteLength(value),
      // etcd rounds up; in a file a TTL may have expired long ago.
      ttl: expiration === null || this.#now === null ? null : BigInt(Math.ceil((Date.parse(expiration) - this.#now()) / 1000)),
      expiration,
      createdIndex,
      modifiedIndex,
    }
  }
}
