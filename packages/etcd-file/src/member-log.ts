// The write-ahead log of one member for both keyspaces: read once, and how much of it counts.
import type { BoltFile } from './bolt.ts'
import { bigEndian } from './etcd-records.ts'
import { compareBytes, type Finding } from './random-access.ts'
import { readWal, type WalReading, type WalSegment } from './wal.ts'

export type MemberLog = { reading: WalReading; findings: readonly Finding[] }

export type MemberLogSources = {
  /** Consecutive segments (see contiguousWal), in any order. */
  segments: readonly WalSegment[]
  /** The raft index of the v2 store's snapshot; 0n for none. */
  snapshotIndex: bigint
  /** The raft index up to which a database is certainly applied (see {@link leastAppliedIndex}); null without a database. */
  appliedIndex: bigint | null
  signal?: AbortSignal
}

/** Reads the log; null if there is none. Damage becomes findings, as in {@link readWal}. */
export async function readMemberLog({ segments, snapshotIndex, appliedIndex, signal }: MemberLogSources): Promise<MemberLog | null> {
  if (segments.length === 0) return null
  const findings: Finding[] = []
  const reading = await readWal(segments, { after: snapshotIndex, tailAfter: appliedIndex, signal }, findings)
  return { reading, findings }
}

/** The last raft index that was certainly committed: as recorded by raft, and as far as the log can be read. */
export function committedIndex({ commit, lastIndex }: WalReading): bigint {
  const last = lastIndex ?? 0n
  return commit < last ? commit : last
}

/**
 * The last raft index that a majority of the members certainly had; `voters` (null: unknown) is the number of voters at the {@link committedIndex}.
 * Later entries may have been replaced by another leader. A sole voter is its own majority: when it starts, everything in its log counts, up to where
 * another one joins.
 */
export function certainIndex(reading: WalReading, voters: number | null): bigint {
  const committed = committedIndex(reading)
  if (voters !== 1) return committed
  for (const { index, change } of reading.entries) {
    // 0 adds a voter, and so might an unreadable change.
    if (index > committed && (change?.kind === 'unreadable' || (change?.kind === 'members' && change.type === 0))) return index
  }
  return reading.lastIndex ?? 0n
}

/**
 * The raft index of the snapshot that a member starts with: the newest that the log has recorded as committed and that has a file. `snapIndices` are
 * those of the `.snap` files, newest first; 0n for none.
 */
export function beginningIndex(reading: WalReading, snapIndices: readonly bigint[]): bigint {
  const recorded = new Set(reading.snapshots.flatMap(({ index }) => (index <= reading.commit ? [index] : [])))
  return snapIndices.find((index) => recorded.has(index)) ?? 0n
}

/** The raft index up to which a state of the database is applied; 0n if it is not stored. */
export async function appliedIndex(state: BoltFile): Promise<bigint> {
  const bucket = state.bucket('meta')
  const key = new TextEncoder().encode('consistent_index')
  const entry = bucket && (await state.seek(bucket, key))
  return entry && compareBytes(entry.key, key) === 0 && entry.value.length === 8 ? bigEndian(entry.value) : 0n
}

/** Also considers the previous state, which is opened if the newest is broken: the lower of both. */
export async function leastAppliedIndex(bolt: BoltFile): Promise<bigint> {
  const older = await bolt.older()
  const [newest, before] = [await appliedIndex(bolt), older && (await appliedIndex(older))]
  return before !== null && before < newest ? before : newest
}
