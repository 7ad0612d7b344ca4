// The kept states of one key, newest first: from a file's index, or by point reads of a live etcd, each one revision before the last.
import type { Reading } from '../clusters/reading.ts'
import { isAppError } from '../problem.ts'
import type { KeyValue } from '../sources/source.ts'
import { findDeletion, type Searched } from './find-deletion.ts'

/** One write to the key: its new state, or null for a deletion. */
export interface KeyState {
  revision: bigint
  kv: KeyValue | null
}

/** Why there is no earlier state; see HistoryEdge in the contract. */
export interface StatesEnd {
  kind: 'compacted' | 'first' | 'searched'
  /** The oldest revision that can be read, or that was tried. */
  revision: bigint
  searched: Searched | null
}

export interface KeyStates {
  /** The newest revision of the keyspace. */
  head: bigint
  present: boolean
  states: KeyState[]
  /** Null if there are more. */
  end: StatesEnd | null
  /** Number of kept writes of the key; null if unknown. */
  total: number | null
  /** Whether lives of the key may be missing, because only some revisions were tried. */
  sampled: boolean
}

/** As a decimal; null where the key is not there, or the server counts no versions: kine. */
export const versionOf = (kv: KeyValue | null): string | null => (kv === null || kv.version === 0n ? null : String(kv.version))

export interface StatesRequest {
  key: Uint8Array
  /** Only states before this revision; 0n for the newest. */
  before: bigint
  /** Maximum number of states. */
  most: number
}

/** Total size of one page's values, in bytes; the page ends early if they are larger. */
const MOST_BYTES = 8 * 1024 * 1024

/** Throws AppError. Each state costs one point read; a time without the key costs at most as much as {@link findDeletion}. */
export async function keyStates(reading: Pick<Reading, 'source' | 'cluster' | 'signal'>, request: StatesRequest): Promise<KeyStates> {
  const { v3 } = reading.cluster.opened
  return v3.writesOf === undefined ? await fromReads(reading, request) : await fromIndex(reading, request)
}

async function fromIndex(
  { source, cluster, signal }: Pick<Reading, 'source' | 'cluster' | 'signal'>,
  { key, before, most }: StatesRequest,
): Promise<KeyStates> {
  const { v3 } = cluster.opened
  const [writes, status] = await Promise.all([v3.writesOf?.(key) ?? [], v3.status(signal)])
  const compacted = status.compactedRevision ?? 0n
  const earlier = before === 0n ? writes : writes.filter(({ revision }) => revision < before)
  const states: KeyState[] = []
  let bytes = 0
  while (states.length < most && states.length < earlier.length && (bytes < MOST_BYTES || states.length < 2)) {
    const { revision, deleted } = earlier[earlier.length - 1 - states.length] as (typeof earlier)[number]
    let kv: KeyValue | null = null
    if (!deleted) {
      const at = revision > compacted ? revision : compacted
      kv = (await source.range({ key, end: null, revision: at, limit: 1 }, signal)).kvs[0] ?? null
      bytes += kv?.value.length ?? 0
    }
    states.push({ revision, kv })
  }
  const all = states.length === earlier.length
  return {
    head: status.revision,
    present: writes.at(-1)?.deleted === false,
    states,
    end: all ? { kind: compacted > 0n ? 'compacted' : 'first', revision: compacted, searched: null } : null,
    total: writes.length,
    sampled: false,
  }
}

async function fromReads({ source, signal }: Pick<Reading, 'source' | 'signal'>, { key, before, most }: StatesRequest): Promise<KeyStates> {
  const read = (revision: bigint) => source.range({ key, end: null, revision, limit: 1 }, signal)
  const newest = await source.range({ key, end: null, revision: 0n, limit: 1, ...(before > 0n ? { keysOnly: true } : {}) }, signal)
  const answer: KeyStates = { head: newest.revision, present: newest.kvs.length > 0, states: [], end: null, total: null, sampled: false }
  const { states } = answer
  let at = before > 0n ? before - 1n : newest.revision
  let reply = before > 0n ? null : newest
  let bytes = 0
  while (states.length < most && (bytes < MOST_BYTES || states.length < 2)) {
    if (at < 1n) return { ...answer, end: { kind: 'first', revision: 0n, searched: null } }
    try {
      reply ??= await read(at)
    } catch (error) {
      if (!isAppError(error, 'REVISION_COMPACTED')) throw error
      return { ...answer, end: { kind: 'compacted', revision: error.facts.compactedRevision ?? at + 1n, searched: null } }
    }
    const kv = reply.kvs[0]
    reply = null
    if (kv !== undefined) {
      states.push({ revision: kv.modRevision, kv })
      bytes += kv.value.length
      at = kv.modRevision - 1n
      continue
    }
    const { found, searched } = await findDeletion(source, { key, absentAt: at, signal })
    answer.sampled ||= searched.gap > 1n
    if (found === null) {
      // With every kept revision tried, it is certain that the key was at none of them.
      const kind = searched.gap > 1n ? 'searched' : searched.oldest > 1n ? 'compacted' : 'first'
      return { ...answer, end: { kind, revision: searched.oldest, searched } }
    }
    states.push({ revision: found, kv: null })
    at = found - 1n
  }
  return answer
}
