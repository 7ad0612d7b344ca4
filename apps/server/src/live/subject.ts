// What can be followed: an interval of v3 keys, or a v2 path with all below it, whose changes are told in the same form.
import { utf8 } from '@registree/keyspace'
import type { OpenedCluster, V2Change, V3Change, WatchReply } from '../sources/source.ts'
import { isOrRemoves } from '../sources/v2-path.ts'

export interface Subject {
  /** The same for the same subject of one cluster. */
  id: string
  /** After which revision to watch for a page that was read at `after`, and the newest state if that is all that a page of any age misses. */
  begin(after: bigint, signal: AbortSignal): Promise<{ from: bigint; state: V3Change | null }>
  watch(after: bigint, signal: AbortSignal): AsyncIterable<WatchReply<V3Change>>
}

/** A watch begins this many revisions before the first page's own, so that pages which were read a little earlier find their place too. */
const EARLIER = 200n
/** A watch that starts in the past makes etcd read every write since: a page that is further behind has to be read again. */
const MOST_BEHIND = 2000n

/** The keys in `[key, end)`; a single one if `end` is null. */
export function v3Keys({ v3 }: Pick<OpenedCluster, 'v3'>, { key, end }: { key: Uint8Array; end: Uint8Array | null }): Subject {
  return {
    id: [key, end ?? new Uint8Array()].map((bytes) => Buffer.from(bytes).toString('base64')).join(' '),
    begin: async (after, signal) => {
      const probe = { key, end: null, revision: 0n, limit: 1, ...(end === null ? { keysOnly: true } : { countOnly: true }) }
      const { revision: newest, kvs } = await v3.range(probe, signal)
      if (end !== null) return { from: startOf(after, newest), state: null }
      const kv = kvs[0] ?? null
      return { from: newest, state: { key, revision: kv?.modRevision ?? newest, kv } }
    },
    watch: (after, signal) => v3.watch({ key, end, after }, signal),
  }
}

/** The revision after which a watch for a page that was read at `after` begins. */
function startOf(after: bigint, newest: bigint): bigint {
  if (after > newest || newest - after > MOST_BEHIND) return newest
  const earlier = newest - after > MOST_BEHIND - EARLIER ? after : after - EARLIER
  return earlier > 1n ? earlier : 1n
}

/** A v2 key, or a directory with everything below it. Indices are its revisions, and the changes carry no values. */
export function v2Below({ v2 }: Pick<OpenedCluster, 'v2'>, path: string): Subject {
  return {
    id: `v2 ${path}`,
    // etcd looks into its last events only, which costs it nothing.
    begin: async (after) => ({ from: after, state: null }),
    watch: (after, signal) => changesBelow(v2.watch({ path, after }, signal), path),
  }
}

async function* changesBelow(replies: AsyncIterable<WatchReply<V2Change>>, path: string): AsyncGenerator<WatchReply<V3Change>> {
  for await (const reply of replies)
    yield reply.kind === 'gap' ? reply : { ...reply, changes: reply.changes.map((change) => toKeyChange(change, path)) }
}

function toKeyChange(change: V2Change, path: string): V3Change {
  const { index, node } = change
  const key = utf8(isOrRemoves(change, path) ? path : change.path)
  const state = { createRevision: node?.createdIndex ?? 0n, modRevision: index, version: 0n, lease: 0n }
  return { key, revision: index, kv: node === null ? null : { key, value: new Uint8Array(), ...state } }
}
