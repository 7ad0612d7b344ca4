// What ties a revision to a time: a stamp that somebody wrote into an object, and what it says about the moment of the write.

/**
 * - `created`: `metadata.creationTimestamp`, set by the API server just before it wrote the create revision
 * - `lease`: `renewTime` of a Lease or of an older leader election record, set by its holder just before the write
 * - `event`: when an Event was first or last seen
 * - `condition`: the newest time in `status.conditions`
 * - `managed-fields`: the newest time in `metadata.managedFields`
 * - `deletion`: when a deletion was asked for (`deletionTimestamp` less the grace period)
 * - `seen`: when Registree saw the revision; it was written before
 */
export type AnchorKind = 'created' | 'lease' | 'event' | 'condition' | 'managed-fields' | 'deletion' | 'seen'

export interface Anchor {
  /** The revision whose write carried the stamp, or a later one that still carries it. */
  revision: bigint
  /** Milliseconds since 1970 by the clock of `source`, fractions kept. */
  instant: number
  /** Milliseconds that the stamp was cut to: 1000 for whole seconds. */
  resolution: number
  kind: AnchorKind
  /** Whose clock it was: {@link API_SERVER}, `host/<name>`, `writer/<name>`. */
  source: string
  /** Of a lease: it was read at this revision and had not been renewed again until then. */
  until?: bigint
  /** Of a lease with `until`: milliseconds from the renewal within which its holder renews it again, if it is alive. */
  due?: number
}

/** The source of stamps that the API servers set. Several of them cannot be told apart. */
export const API_SERVER = 'api-server'

/** The source of what Registree saw itself. */
export const OURSELVES = 'registree'

/**
 * How long after its stamp a write reaches etcd at the latest, in milliseconds beyond the stamp's resolution; null where the object may
 * have been written long after. Every stamp is made before the write that carries it, so that all of them tell when it was not yet.
 */
export const WRITTEN_WITHIN: Record<AnchorKind, number | null> = {
  created: 0,
  lease: 500,
  event: null,
  condition: null,
  'managed-fields': null,
  deletion: null,
  seen: 0,
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/

/** An RFC 3339 time as milliseconds since 1970 with fractions, and what it was cut to; undefined for anything else. */
export function readStamp(text: unknown): { instant: number; resolution: number } | undefined {
  if (typeof text !== 'string') return undefined
  const match = RFC3339.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [number, number, number, number, number, number]
  const days = new Date(0)
  days.setUTCFullYear(y, mo - 1, d)
  // A second of 60 is a leap second; Date rolls days like 31 February over, which no API server writes.
  if (days.getUTCMonth() !== mo - 1 || days.getUTCDate() !== d || h > 23 || mi > 59 || s > 60) return undefined
  const sign = zone.startsWith('-') ? -1 : 1
  const offset = zone.length === 1 ? 0 : sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)))
  const seconds = days.getTime() / 1000 + h * 3600 + mi * 60 + s - offset * 60
  // Go leaves a zero time out of JSON or writes year 1; neither says anything.
  if (y <= 1) return undefined
  return {
    instant: seconds * 1000 + (fraction === '' ? 0 : Number(fraction) * 1000),
    resolution: 1000 / 10 ** Math.max(0, fraction.length - 1),
  }
}
