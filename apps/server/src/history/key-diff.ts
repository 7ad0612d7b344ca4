// The difference of a key at two revisions, or between two clusters.
import { type DiffAnswer, type DiffSide, toWireKey } from '@registree/contract'
import { roundedSize } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { type DiffedStates, notCompared } from '../jobs/diff-states.ts'
import { AppError, isAppError } from '../problem.ts'
import { storedSchemas } from '../registry/stored-schemas.ts'
import type { KeyValue } from '../sources/source.ts'
import { LARGE, SHOWN_LIMIT_MS } from '../values/large-values.ts'
import { type ClusterClock, clockOf } from './cluster-clock.ts'
import { versionOf } from './key-states.ts'

export interface DiffRequest {
  key: Uint8Array
  from: bigint
  to: bigint
  /** Where `to` is read, if that is another cluster or key. */
  other?: { reading: Reading; key: Uint8Array } | undefined
  /** Compare what applying `to` would change in `from`. */
  apply?: boolean
}

/** Throws AppError; KEY_NOT_FOUND if the key exists at neither revision. */
export async function keyDiff(reading: Reading, { key, from, to, other, apply = false }: DiffRequest): Promise<DiffAnswer> {
  const { signal, meter } = reading
  const there = other ?? { reading, key }
  const read = async ({ source }: Reading, at: Uint8Array, revision: bigint) =>
    await source.range({ key: at, end: null, revision, limit: 1 }, signal)
  const [fromReply, toReply] = [await read(reading, key, from), await read(there.reading, there.key, to)]
  const [left, right] = [fromReply.kvs[0] ?? null, toReply.kvs[0] ?? null]
  if (left === null && right === null) {
    throw new AppError(
      'KEY_NOT_FOUND',
      { code: 'key-at-neither', params: { from: String(from), to: String(to) } },
      {
        hint: { code: 'key-history', params: {} },
      },
    )
  }
  const { sizes, anchors, ...diff } = await diffedStates(reading, { key, left, right, other, apply })
  const [clock, clockThere] = [clockOf(reading), clockOf(there.reading)]
  clock.add(anchors)
  await clock.prepare(reading, other === undefined ? [from, to] : [from], { proven: { newest: fromReply.revision, leases: null } })
  if (other !== undefined) await clockThere.prepare(there.reading, [to], { proven: { newest: toReply.revision, leases: null } })
  const sideOf = (by: ClusterClock, revision: bigint, kv: KeyValue | null, size: DiffedStates['sizes']['from']): DiffSide => ({
    revision: String(revision),
    modRevision: kv === null ? null : String(kv.modRevision),
    version: versionOf(kv),
    // The time of the write if there is one, else of the requested revision.
    time: by.timeOf(kv?.modRevision ?? revision),
    ...size,
  })
  return {
    ...toWireKey(key),
    from: sideOf(clock, from, left, sizes.from),
    to: sideOf(clockThere, to, right, sizes.to),
    ...diff,
    cost: meter.read(),
  }
}

async function diffedStates(
  reading: Reading,
  {
    key,
    left,
    right,
    other,
    apply = false,
  }: Pick<DiffRequest, 'key' | 'other' | 'apply'> & { left: KeyValue | null; right: KeyValue | null },
): Promise<DiffedStates> {
  const { cluster, policy, signal } = reading
  const revision = (other === undefined ? right?.modRevision : undefined) ?? left?.modRevision ?? right?.modRevision ?? 0n
  const schemas = await storedSchemas(reading, key, revision)
  const plain = (kv: KeyValue | null) => (kv === null ? null : { ...kv, value: kv.value.slice() })
  const bytes = (left?.value.length ?? 0) + (right?.value.length ?? 0)
  try {
    return await cluster.jobs.run(
      'diffStates',
      {
        ...{ cluster: cluster.configured, policy, key, from: plain(left), to: plain(right), apply },
        ...(schemas === undefined ? {} : { schemas }),
        ...(other === undefined ? {} : { other: { cluster: other.reading.cluster.configured, key: other.key } }),
      },
      { signal, quick: bytes <= LARGE, limitMs: SHOWN_LIMIT_MS },
    )
  } catch (error) {
    if (isAppError(error, 'CANCELLED')) throw error
    const size = (kv: KeyValue | null) => ({ size: kv === null ? null : roundedSize(kv.value.length), rounded: kv !== null })
    return { ...notCompared(), sizes: { from: size(left), to: size(right) }, anchors: [] }
  }
}
