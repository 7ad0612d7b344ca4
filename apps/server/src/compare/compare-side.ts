// One side of a comparison: its revision, and what an answer says of it.
import type { CompareSide } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import type { Reading } from '../clusters/reading.ts'
import { clockOf } from '../history/cluster-clock.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'

/** A key that everybody who may read Kubernetes objects may read. */
export const identityKey = (cluster: Reading['cluster']): Uint8Array => utf8(`${kubernetesRoot(cluster)}namespaces/kube-system`)

/** The asked revision, or the newest if that is 0n, by one point read. */
export async function revisionOf({ cluster, source, signal }: Reading, asked: bigint): Promise<bigint> {
  if (asked > 0n) return asked
  return (await source.range({ key: identityKey(cluster), end: null, revision: 0n, limit: 1, keysOnly: true }, signal)).revision
}

export async function sideOnWire(reading: Reading, revision: bigint, now: () => Date): Promise<CompareSide> {
  const { name, opened } = reading.cluster
  const clock = clockOf(reading)
  const status = opened.source === 'etcd' ? await opened.v3.status(reading.signal) : null
  const seen = now()
  await clock.prepare(reading, [revision], { proven: { newest: status?.revision ?? revision, leases: null } })
  if (status !== null) clock.saw(status.revision, seen)
  return { cluster: name, origin: opened.origin, source: opened.source, revision: String(revision), time: clock.timeOf(revision) }
}
