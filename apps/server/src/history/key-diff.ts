// The difference of a key at two revisions.
import { type DiffAnswer, type DiffSide, toWireKey } from '@registree/contract'
import { roundedSize } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { type DiffedStates, notCompared } from '../jobs/diff-states.ts'
import { AppError, isAppError } from '../problem.ts'
import type { KeyValue } from '../sources/source.ts'
import { LARGE, SHOWN_LIMIT_MS } from '../values/large-values.ts'
import { clockOf } from './cluster-clock.ts'
import { versionOf } from './key-states.ts'

export interface DiffRequest {
  key: Uint8Array
  from: bigint
  to: bigint
}

/** Throws AppError; KEY_NOT_FOUND if the key exists at neither revision. */
export async function keyDiff(reading: Reading, { key, from, to }: DiffRequest): Promise<DiffAnswer> {
  const { source, signal, meter } = reading
  const read = async (revision: bigint) => (await source.range({ key, end: null, revision, limit: 1 }, signal)).kvs[0] ?? null
  const [left, right] = [await read(from), await read(to)]
  if (left === null && right === null) {
    throw new AppError(
      'KEY_NOT_FOUND',
      { code: 'key-at-neither', params: { from: String(from), to: String(to) } },
      {
        hint: { code: 'key-history', params: {} },
      },
    )
  }
  const { sizes, anchors, ...diff } = await diffedStates(reading, key, left, right)
  const clock = clockOf(reading)
  clock.add(anchors)
  await clock.prepare(reading, [from, to])
  const sideOf = (revision: bigint, kv: KeyValue | null, size: DiffedStates['sizes']['from']): DiffSide => ({
    revision: String(revision),
    modRevision: kv === null ? null : String(kv.modRevision),
    version: versionOf(kv),
    // The time of the write if there is one, else of the requested revision.
    time: clock.timeOf(kv?.modRevision ?? revision),
    ...size,
  })
  return { ...toWireKey(key), from: sideOf(from, left, sizes.from), to: sideOf(to, right, sizes.to), ...diff, cost: meter.read() }
}

async function diffedStates(
  { cluster, policy, signal }: Reading,
  key: Uint8Array,
  left: KeyValue | null,
  right: KeyValue | null,
): Promise<DiffedStates> {
  const plain = (kv: KeyValue | null) => (kv === null ? null : { ...kv, value: kv.value.slice() })
  const bytes = (left?.value.length ?? 0) + (right?.value.length ?? 0)
  try {
    return await cluster.jobs.run(
      'diffStates',
      { cluster: cluster.name, policy, key, from: plain(left), to: plain(right) },
      { signal, quick: bytes <= LARGE, limitMs: SHOWN_LIMIT_MS },
    )
  } catch (error) {
    if (isAppError(error, 'CANCELLED')) throw error
    const size = (kv: KeyValue | null) => ({ size: kv === null ? null : roundedSize(kv.value.length), rounded: kv !== null })
    return { ...notCompared(), sizes: { from: size(left), to: size(right) }, anchors: [] }
  }
}
