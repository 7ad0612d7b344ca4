// The write-ahead log of one member as both keyspaces need it: read once, and how much of it counts.
import type { BoltFile } from './bolt.ts'
import { bigEndian } from './etcd-records.ts'
import { compareBytes, type Finding } from './random-access.ts'
import { readWal, type WalReading, type WalSegment } from './wal.ts'

export type MemberLog = { reading: WalReading; findings: readonly Finding[] }

export type MemberLogSources = {
  /** Segments that follow one another (see contiguousWal); any order. */
  segments: readonly WalSegment[]
  /** The raft index of the snapshot that the v2 store begins with; 0n for none. */
  snapshotIndex: bigint
  /** The raft index up to which a database is surely applied (see {@link leastAppliedIndex}); null where there is no database. */
  appliedIndex: bigint | null
  signal?: AbortSignal
}

/** Reads the log; null where there is none. Damage becomes findings, as in {@link readWal}. */
export async function readMemberLog({ segments, snapshotIndex, appliedIndex, signal }: MemberLogSources): Promise<MemberLog | null> {
  if (segments.length === 0) return null
  const findings: Finding[] = []
  const reading = await readWal(segments, { after: snapshotIndex, tailAfter: appliedIndex, signal }, findings)
  return { reading, findings }
}

/** The last raft index that was certainly committed: as far as raft had written that down, and as far as the log can be read. */
export function committedIndex({ commit, lastIndex }: WalReading): bigint {
  const last = lastIndex ?? 0n
  return commit < last ? commit : last
}

/**
 * The last raft index that a majority of the members certainly had; `voters` (null: unknown) is how many of them vote at
 * the {@link committedIndex}. What comes after may have been replaced by another leader. A member that votes alone is its own majority: when it
 * starts, everything in its log counts, up to where another one joins.
 */
export function certainIndex(reading: WalReading, voters: number | null): bigint {
  const committed = committedIndex(reading)
  if (voters !== 1) return committed
  for (const { index, change } of reading.entries) {
    // 0 adds a member that votes, and what cannot be read might.
    if (index > committed && (change?.kind === 'unreadable' || (change?.kind === 'members' && change.type === 0))) return index
  }
  return reading.lastIndex ?? 0n
}

/**
 * The raft index of the snapshot that a member begins with: the newest that the log has recorded as committed and that has a file.
 * `snapIndices` are those of the `.snap` files, newest first; 0n for none.
 */
export function beginningIndex(reading: WalReading, snapIndices: readonly bigint[]): bigint {
  const recorded = new Set(reading.snapshots.flatMap(({ index }) => (index <= reading.commit ? [index] : [])))
  return snapIndices.find((index) => recorded.has(index)) ?? 0n
}

/** The raft index up to which a state of the database is applied; 0n where it does not say. */
export async function appliedIndex(state: BoltFile): Promise<bigint> {
  const bucket = state.bucket('meta')
  const key = new TextEncoder().encode('consistent_index')
  const entry = bucket && (await state.seek(bucket, key))
  return entry && compareBytes(entry.key, key) === 0 && entry.value.length === 8 ? bigEndian(entry.value) : 0n
}

/** The same for the state before too, which is opened where the newest one is broken: the lower of both. */
export async function leastAppliedIndex(bolt: BoltFile): Promise<bigint> {
  const older = await bolt.older()
  const [newest, before] = [await appliedIndex(bolt), older && (await appliedIndex(older))]
  return before !== null && before < newest ? before : newest
}
