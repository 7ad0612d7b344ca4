// When a file was taken, as far as its content shows: the newest instant that Kubernetes wrote into the last changed objects.
import type { MvccKeyspace } from '@registree/etcd-file'
import type { KubeObject, KubeValue } from '@registree/kube'

/** How many of the last changes are read: node leases alone are renewed every ten seconds. */
const LOOK_BACK = 300
/** Bytes. Large values take long to decode, and frequently renewed ones are small. */
const LONGEST = 64 * 1024
/** Fields that hold a past instant; `notAfter` and the like hold future ones. */
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

/** `instant` is RFC 3339, or null if none was found; the counts are the values read, and those that could not be decrypted. */
export interface NewestInstant {
  instant: string | null
  looked: number
  encrypted: number
}

/** Opens a small stored value. `encrypted` is set if no key opened it. */
export type OpenStored = (stored: { key: Uint8Array; value: Uint8Array }) => { object?: KubeObject; encrypted?: unknown }

/** Ignores instants after `now` (milliseconds). */
export async function newestInstant(keyspace: MvccKeyspace, open: OpenStored, now: number): Promise<NewestInstant> {
  let newest: string | null = null
  let looked = 0
  let encrypted = 0
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
  for await (const { key, value } of keyspace.lastChanged(LOOK_BACK)) {
    if (value.length > LONGEST) continue
    looked++
    const opened = open({ key, value })
    if (opened.encrypted !== undefined) encrypted++
    else visit(opened.object, '', 0)
  }
  return { instant: newest, looked, encrypted }
}
