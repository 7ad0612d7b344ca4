// The past of a v2 key: one page of its kept states with what each changed, and the difference of two of them.
import { type DiffAnswer, type DiffSide, toWireKey, type V2HistoryAnswer, type V2HistoryEntry } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { roundedSize } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { type ComparedRevision, NOT_COMPARED } from '../jobs/compare-revisions.ts'
import { notCompared } from '../jobs/diff-states.ts'
import { AppError, isAppError } from '../problem.ts'
import type { KeyValue, V2Node } from '../sources/source.ts'
import { LARGE, SHOWN_LIMIT_MS } from '../values/large-values.ts'
import { type V2State, type V2States, v2StateAt, v2States } from './v2-states.ts'

export interface V2HistoryRequest {
  path: string
  /** Only states before this index; 0n for the newest. */
  before: bigint
  limit: number
}

/** Throws AppError. */
export async function v2History(reading: Reading, { path, before, limit }: V2HistoryRequest): Promise<V2HistoryAnswer> {
  // One more than shown: the last state's changes are relative to the one before it.
  const found = await v2States(reading.cluster.opened.v2, { path, before, most: limit + 1 }, reading.signal)
  const { head, present, states, end } = found
  reading.identity.check()
  const shown = end !== null && states.length <= limit ? states : states.slice(0, Math.max(1, states.length - 1))
  const whole = shown.length === states.length
  const compared = await comparedStates(reading, path, found)
  return {
    path,
    index: String(head),
    present,
    entries: shown.map((state, i) => entryOf(state, states[i + 1], compared[i] as ComparedRevision)),
    next: whole ? null : String((shown.at(-1) as V2State).index),
    edge: whole && end !== null ? { kind: end.kind, index: String(end.index) } : null,
  }
}

function entryOf({ index, action, node, path }: V2State, earlier: V2State | undefined, compared: ComparedRevision): V2HistoryEntry {
  return {
    index: String(index),
    action,
    removed: node === null ? path : null,
    directory: node?.directory ?? false,
    createdIndex: node === null ? null : String(node.createdIndex),
    expiration: node?.expiration ?? null,
    size: compared.size,
    rounded: compared.rounded,
    changes: compared.changes,
    before: storedOf(earlier?.node ?? null) === null ? null : String(earlier?.index),
  }
}

/** A value that takes too long to read only costs the page its details. */
async function comparedStates({ cluster, policy, signal }: Reading, path: string, { states, end }: V2States): Promise<ComparedRevision[]> {
  const values = states.map(({ node }) => storedOf(node))
  const last = states.at(-1)
  const job = {
    ...{ cluster: cluster.configured, policy, key: utf8(path), path, states: values },
    before: last?.isFirst || (end?.kind === 'first' && last?.node !== null) ? ('nothing' as const) : ('unknown' as const),
  }
  const bytes = values.reduce((sum, state) => sum + (state?.value.length ?? 0), 0)
  try {
    return await cluster.jobs.run('compareRevisions', job, { signal, quick: bytes <= LARGE, limitMs: SHOWN_LIMIT_MS })
  } catch (error) {
    if (isAppError(error, 'CANCELLED')) throw error
    return values.map((state) => ({
      size: state === null ? null : roundedSize(state.value.length),
      rounded: state !== null,
      changes: state === null ? [] : NOT_COMPARED,
      writers: [],
      writersBy: 'unknown',
      anchors: [],
    }))
  }
}

export interface V2DiffRequest {
  path: string
  /** 0n for the newest. */
  from: bigint
  to: bigint
  /** Where `to` is read, if that is another cluster. */
  there?: Reading
  /** The path that `to` is a state of. */
  other: string
}

/** Throws AppError; KEY_NOT_FOUND if neither side exists, BAD_REQUEST if one is a directory. */
export async function v2Diff(reading: Reading, { path, from, to, there = reading, other }: V2DiffRequest): Promise<DiffAnswer> {
  const { cluster, policy, signal, identity, meter } = reading
  const left = await v2StateAt(cluster.opened.v2, { path, at: from }, signal)
  const right = await v2StateAt(there.cluster.opened.v2, { path: other, at: to }, signal)
  identity.check()
  there.identity.check()
  for (const [node, of] of [
    [left.node, path],
    [right.node, other],
  ] as const)
    if (node?.directory) throw new AppError('BAD_REQUEST', { code: 'v2-directory', params: { path: of } })
  const [before, after] = [storedOf(left.node), storedOf(right.node)]
  const [at, until] = [from === 0n ? left.head : from, to === 0n ? right.head : to]
  if (before === null && after === null)
    throw new AppError('KEY_NOT_FOUND', { code: 'v2-keys-missing-at', params: { from: String(at), to: String(until) } })
  const bytes = (before?.value.length ?? 0) + (after?.value.length ?? 0)
  const job = {
    ...{ cluster: cluster.configured, policy, key: utf8(path), path, from: before, to: after },
    ...(there === reading && other === path ? {} : { other: { cluster: there.cluster.configured, key: utf8(other), path: other } }),
  }
  const sizeOf = (state: Stored | null) => ({
    size: state === null ? null : roundedSize(state.value.length),
    rounded: state !== null,
  })
  const {
    sizes,
    anchors: _,
    ...diff
  } = await cluster.jobs.run('diffStates', job, { signal, quick: bytes <= LARGE, limitMs: SHOWN_LIMIT_MS }).catch((error: unknown) => {
    if (isAppError(error, 'CANCELLED')) throw error
    return { ...notCompared(), sizes: { from: sizeOf(before), to: sizeOf(after) }, anchors: [] }
  })
  const sideOf = (index: bigint, state: Stored | null, size: Pick<DiffSide, 'size' | 'rounded'>): DiffSide => ({
    ...{ revision: String(index), modRevision: state === null ? null : String(state.modRevision), version: null, time: null },
    ...size,
  })
  return {
    ...toWireKey(utf8(path)),
    from: sideOf(at, before, sizes.from),
    to: sideOf(until, after, sizes.to),
    ...diff,
    cost: meter.read(),
  }
}

type Stored = Omit<KeyValue, 'key'>

/** Null for a directory too: it has no value. */
function storedOf(node: V2Node | null): Stored | null {
  if (node === null || node.value === null) return null
  return {
    ...{ value: utf8(node.value), createRevision: node.createdIndex, modRevision: node.modifiedIndex },
    ...{ version: 0n, lease: 0n },
  }
}
