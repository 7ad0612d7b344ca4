// One page of a key's history: every kept state with its changes, writer and time.
import { type HistoryAction, type HistoryAnswer, type HistoryEdge, type HistoryEntry, toWireKey } from '@registree/contract'
import { roundedSize } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { type ComparedRevision, NOT_COMPARED } from '../jobs/compare-revisions.ts'
import { isAppError } from '../problem.ts'
import { storedSchemas } from '../registry/stored-schemas.ts'
import type { KeyValue } from '../sources/source.ts'
import { LARGE, SHOWN_LIMIT_MS } from '../values/large-values.ts'
import { clockOf } from './cluster-clock.ts'
import { type KeyState, keyStates, type StatesEnd, versionOf } from './key-states.ts'

export interface HistoryRequest {
  key: Uint8Array
  /** Only revisions before this one; 0n for the newest. */
  before: bigint
  limit: number
}

/** Throws AppError. */
export async function keyHistory(reading: Reading, { key, before, limit }: HistoryRequest, now: () => Date): Promise<HistoryAnswer> {
  const { meter } = reading
  // One more than shown: the last state's changes are relative to the one before it.
  const { head, present, states, end, total, sampled } = await keyStates(reading, { key, before, most: limit + 1 })
  const shown = end !== null && states.length <= limit ? states : states.slice(0, Math.max(1, states.length - 1))
  const whole = shown.length === states.length
  const compared = await comparedStates(reading, key, states)
  const clock = clockOf(reading)
  clock.add(compared.flatMap(({ anchors }) => anchors))
  const compacted = end?.kind === 'compacted' ? end.revision : null
  const readAt = (revision: bigint) => (compacted !== null && revision < compacted ? compacted : revision)
  const edge = whole ? end : null
  const timesRead = await clock.prepare(reading, [
    ...shown.map(({ revision }) => readAt(revision)),
    ...(edge !== null && edge.revision > 0n ? [edge.revision] : []),
  ])
  clock.saw(head, now())

  const entries = shown.map((state, i): HistoryEntry => {
    const { revision, kv } = state
    const { anchors: _, ...facts } = compared[i] as ComparedRevision
    const earlier = revision - 1n
    return {
      revision: String(revision),
      action: actionOf(state, states[i + 1]),
      time: clock.timeOf(revision),
      version: versionOf(kv),
      lease: kv === null || kv.lease === 0n ? null : leaseHex(kv.lease),
      ...facts,
      readAt: String(readAt(revision)),
      before: earlier < 1n || (compacted !== null && earlier < compacted) ? null : String(earlier),
    }
  })
  return {
    ...toWireKey(key),
    revision: String(head),
    present,
    entries,
    next: whole ? null : nextPage(states, shown.length),
    total,
    edge: edge === null ? null : edgeOnWire(edge, clock.timeOf(edge.revision)),
    hidden: sampled ? 'possible' : 'none',
    timesRead,
    cost: meter.read(),
  }
}

/** A value that takes too long to read only costs the page its details. */
async function comparedStates(reading: Reading, key: Uint8Array, states: readonly KeyState[]): Promise<ComparedRevision[]> {
  const { cluster, policy, signal } = reading
  const newest = states.find(({ kv }) => kv !== null)?.revision
  const schemas = newest === undefined ? {} : await storedSchemas(reading, key, newest)
  const bytes = states.reduce((sum, { kv }) => sum + (kv?.value.length ?? 0), 0)
  const job = {
    cluster: cluster.configured,
    policy,
    key,
    schemas,
    states: states.map(({ kv }) => (kv === null ? null : { ...kv, value: kv.value.slice() })),
    before: isFirst(states.at(-1)?.kv ?? null) ? ('nothing' as const) : ('unknown' as const),
  }
  try {
    return await cluster.jobs.run('compareRevisions', job, { signal, quick: bytes <= LARGE, limitMs: SHOWN_LIMIT_MS })
  } catch (error) {
    if (isAppError(error, 'CANCELLED')) throw error
    return states.map(({ kv }) => ({
      size: kv === null ? null : roundedSize(kv.value.length),
      rounded: kv !== null,
      changes: kv === null ? [] : NOT_COMPARED,
      writers: [],
      writersBy: 'unknown',
      anchors: [],
    }))
  }
}

/**
 * A page that begins with a searched deletion begins right after it, so that it is found at once. A value is read again at the revision where it was
 * found: its own revision may have been compacted.
 */
function nextPage(states: readonly KeyState[], shown: number): string {
  const [last, next] = [states[shown - 1] as KeyState, states[shown] as KeyState]
  return String(next.kv === null ? next.revision + 1n : last.revision)
}

function actionOf({ kv }: KeyState, before: KeyState | undefined): HistoryAction {
  if (kv === null) return 'deleted'
  if (!isFirst(kv)) return 'updated'
  return before === undefined ? 'created' : 'recreated'
}

/** Whether this write created the key. kine counts no versions. */
const isFirst = (kv: KeyValue | null): boolean => kv !== null && kv.createRevision === kv.modRevision

function edgeOnWire({ kind, revision, searched }: StatesEnd, time: HistoryEdge['time']): HistoryEdge {
  return { kind, revision: String(revision), time, reads: searched?.absent ?? 0, gap: String(searched?.gap ?? 1n) }
}

/** As etcdctl prints it: 16 digits. */
function leaseHex(id: bigint): string {
  return BigInt.asUintN(64, id).toString(16).padStart(16, '0')
}
