// A v3 watch over one member's raw stream: whole revisions in order, compaction reported, and resume points that skip no event.
import { compareBytes, equalBytes, KEYSPACE_END } from '@registree/keyspace'
import type { IEvent, IWatchResponse } from 'etcd3'
import { AppError } from '../../problem.ts'
import type { V3Change, V3Source, WatchReply } from '../source.ts'
import type { EtcdMember } from './etcd-member.ts'

export interface WatchRequest {
  key: Uint8Array
  end: Uint8Array | null
  after: bigint
  /** See {@link V3Source.watch}. */
  asksProgress?: boolean
}

/** Throws CallFailed and AppError. */
export async function* watchMember(
  member: EtcdMember,
  { key, end, after, asksProgress = false }: WatchRequest,
  signal: AbortSignal,
): AsyncGenerator<WatchReply<V3Change>> {
  const asked = member.watched({ key, end })
  const range = { key: Buffer.from(asked.key), ...(asked.end === null ? {} : { range_end: Buffer.from(asked.end) }) }
  const wanted = (change: V3Change) => isWithin(change.key, key, end)
  let at = after
  for (;;) {
    const create = { ...range, start_revision: String(at + 1n), progress_notify: true, fragment: true }
    // etcd fragments a batch of up to 1,000 revisions, and may cut within one. Each revision is delivered when it is complete, because all of a batch
    // could be more than the memory of this process.
    const pieces: IEvent[] = []
    let compacted: bigint | null = null
    for await (const response of member.watch(create, signal, { asksProgress })) {
      const lost = BigInt(response.compact_revision)
      if (lost > 0n) {
        compacted = lost
        break
      }
      if (response.canceled) throw refused(response, member.endpoint)
      if (response.created) {
        // This header's revision may be ahead of events that are still to come.
        yield { kind: 'changes', at, changes: [] }
        continue
      }
      // Whatever comes between the fragments of a revision does not complete it.
      if (response.events.length === 0 && pieces.length > 0) continue
      for (const event of response.events) pieces.push(event)
      const whole = response.fragment ? beforeLastRevision(pieces) : pieces.length
      if (response.fragment && whole === 0) continue
      const changes = pieces.splice(0, whole).map(toChange)
      // A progress notification follows all events up to its revision.
      at = changes.at(-1)?.revision ?? larger(at, BigInt(response.header.revision))
      yield { kind: 'changes', at, changes: changes.filter(wanted) }
    }
    if (compacted === null)
      throw new AppError(
        'SOURCE_UNREACHABLE',
        { code: 'watch-ended', params: { endpoint: member.endpoint } },
        { endpoint: member.endpoint },
      )
    at = larger(at, compacted)
    yield { kind: 'gap', at }
  }
}

/** How many events, in the order of revisions, precede those of the last revision: the rest of that one may be in the next fragment. */
function beforeLastRevision(events: readonly IEvent[]): number {
  const last = events.at(-1)?.kv.mod_revision
  let count = events.length
  while (count > 0 && events[count - 1]?.kv.mod_revision === last) count -= 1
  return count
}

function isWithin(key: Uint8Array, from: Uint8Array, end: Uint8Array | null): boolean {
  if (end === null) return equalBytes(key, from)
  return compareBytes(key, from) >= 0 && (equalBytes(end, KEYSPACE_END) || compareBytes(key, end) < 0)
}

function toChange({ type, kv }: IEvent): V3Change {
  // Small Buffers share slabs: data that is kept is copied.
  const key = new Uint8Array(kv.key)
  const revision = BigInt(kv.mod_revision)
  if (type === 'Delete') return { key, revision, kv: null }
  const { create_revision: created, version, lease, value } = kv
  return {
    key,
    revision,
    kv: {
      key,
      createRevision: BigInt(created),
      modRevision: revision,
      version: BigInt(version),
      lease: BigInt.asUintN(64, BigInt(lease)),
      value: new Uint8Array(value),
    },
  }
}

function refused({ cancel_reason: reason }: IWatchResponse, endpoint: string): AppError {
  const facts = { endpoint, detail: reason }
  if (/permission denied|auth token|user name is empty/i.test(reason)) {
    const code = /permission denied/i.test(reason) ? 'SOURCE_FORBIDDEN' : 'SOURCE_AUTH'
    return new AppError(code, { code: 'watch-refused', params: { endpoint } }, facts)
  }
  return new AppError('SOURCE_UNREACHABLE', { code: 'watch-ended', params: { endpoint } }, facts)
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
