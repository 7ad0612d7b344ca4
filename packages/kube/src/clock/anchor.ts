// An anchor ties a revision to a time: a timestamp in an object, and what it says about the time of the write.

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
  /** The revision of the object that carries the timestamp. */
  revision: bigint
  /** The timestamp: milliseconds since 1970 by the clock of `source`, with fractions. */
  instant: number
  /** The unit in which the timestamp is written, in milliseconds: 1000 for whole seconds. */
  resolution: number
  kind: AnchorKind
  /** Whose clock it was: {@link API_SERVER}, `host/<name>`, `writer/<name>`. */
  source: string
  /** For a lease: the revision at which it was read. It had not been renewed again until then. */
  until?: bigint
  /** For a lease with `until`: its holder renews it within this many milliseconds, if it is alive. */
  due?: number
  /** For a lease with `until`: how often it had been written. The renewal after this one has the next number. */
  version?: bigint
}

/** The source of timestamps that API servers set. If there are several, the objects do not say which one. */
export const API_SERVER = 'api-server'

/** The source of what Registree itself has seen. */
export const OURSELVES = 'registree'

/**
 * Every timestamp is made before the write that carries it, so it is a lower bound. It is also an upper bound if the write follows at once:
 * within this many milliseconds, plus the resolution. Null if the write may follow much later.
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

/** Reads an RFC 3339 time as milliseconds since 1970 with fractions, and its unit; undefined for anything else. */
export function readStamp(text: unknown): { instant: number; resolution: number } | undefined {
  if (typeof text !== 'string') return undefined
  const match = RFC3339.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [number, number, number, number, number, number]
  const days = new Date(0)
  days.setUTCFullYear(y, mo - 1, d)
  // Date turns 31 February into 3 March. A second of 60 is a leap second.
  if (days.getUTCMonth() !== mo - 1 || days.getUTCDate() !== d || h > 23 || mi > 59 || s > 60) return undefined
  const sign = zone.startsWith('-') ? -1 : 1
  const offset = zone.length === 1 ? 0 : sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)))
  const seconds = days.getTime() / 1000 + h * 3600 + mi * 60 + s - offset * 60
  // Go writes year 1 for a time that is not set.
  if (y <= 1) return undefined
  return {
    instant: seconds * 1000 + (fraction === '' ? 0 : Number(fraction) * 1000),
    resolution: 1000 / 10 ** Math.max(0, fraction.length - 1),
  }
}
