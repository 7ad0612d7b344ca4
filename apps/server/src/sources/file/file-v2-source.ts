// A v2 keyspace from a member's `.snap` and WAL.
import type { V2Node as StoredNode, V2Store } from '@registree/etcd-file'
import { AppError } from '../../problem.ts'
import type { Availability, V2Change, V2FirstEvent, V2Node, V2Read, V2Source, V2Status } from '../source.ts'
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
    const clean = cleanPath(path)
    const node = this.#store.get(clean)
    if (node === undefined)
      throw new AppError('KEY_NOT_FOUND', { code: 'v2-key-missing', params: { path: clean } }, { currentRevision: this.#store.index })
    return {
      index: this.#store.index,
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
