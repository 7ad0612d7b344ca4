// When a file was taken, as far as its content tells: the newest instant that Kubernetes wrote into the last changed objects.
import type { MvccKeyspace } from '@registree/etcd-file'
import { decode, type KubeValue } from '@registree/kube'

/** The last revisions looked at: node leases alone are renewed every ten seconds. */
const LOOK_BACK = 300n
/** Members that name a moment that has been; `notAfter` and the like name moments to come. */
const PAST = new Set([
  'creationTimestamp',
  'renewTime',
  'acquireTime',
  'time',
  'lastHeartbeatTime',
  'lastTransitionTime',
  'lastTimestamp',
  'eventTime',
  'startTime',
  'startedAt',
  'finishedAt',
  'lastUpdateTime',
])
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/

/** RFC 3339, or null where nothing tells. Instants after `now` (milliseconds) are not believed. */
export async function newestInstant(keyspace: MvccKeyspace, now: number): Promise<string | null> {
  let newest: string | null = null
  const visit = (value: KubeValue | undefined, name: string, depth: number): void => {
    if (typeof value === 'string') {
      if (PAST.has(name) && INSTANT.test(value) && Date.parse(value) <= now && (newest === null || Date.parse(value) > Date.parse(newest)))
        newest = value
    } else if (Array.isArray(value)) {
      for (const item of value) visit(item, name, depth + 1)
    } else if (value !== null && typeof value === 'object' && depth < 50 && value.constructor?.name !== 'ExactNumber') {
      for (const [key, item] of Object.entries(value as Record<string, KubeValue>)) visit(item, key, depth + 1)
    }
  }
  for (const key of await lastChangedKeys(keyspace)) {
    const { kvs } = await keyspace.range({ key, end: null })
    for (const { value } of kvs) visit(decode(value, { key }).object, '', 0)
  }
  return newest
}

async function lastChangedKeys(keyspace: MvccKeyspace): Promise<Uint8Array[]> {
  const bucket = keyspace.bolt.bucket('key')
  if (bucket === null) return []
  const from = new Uint8Array(17)
  const first = keyspace.currentRevision > LOOK_BACK ? keyspace.currentRevision - LOOK_BACK : 0n
  new DataView(from.buffer).setBigInt64(0, first)
  from[8] = 0x5f
  const keys = new Map<string, Uint8Array>()
  for await (const { value } of keyspace.bolt.iterate(bucket, { from })) {
    const key = keyOf(value)
    if (key !== null) keys.set(Buffer.from(key).toString('latin1'), key)
  }
  return [...keys.values()]
}

/** Field 1 of mvccpb.KeyValue, which etcd writes first. */
function keyOf(record: Uint8Array): Uint8Array | null {
  if (record[0] !== 0x0a) return null
  let length = 0
  let at = 1
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = record[at++] ?? 0
    length |= (byte & 0x7f) << shift
    if (byte < 0x80) return at + length <= record.length ? record.slice(at, at + length) : null
  }
  return null
}
