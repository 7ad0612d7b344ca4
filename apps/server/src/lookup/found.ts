// What each kind of look-up finds, before it becomes the answer.
import type { LookupMatch, LookupPlace, LookupReason, LookupVerdict } from '@registree/contract'

export interface Found {
  verdict: LookupVerdict
  reason: LookupReason | null
  matches: LookupMatch[]
  /** Smallest first. */
  places: LookupPlace[]
}

/** A verdict of "nobody" is uncertain if not everything could be read. */
export const certain = (verdict: LookupVerdict, complete: boolean): LookupVerdict =>
  !complete && (verdict === 'free' || verdict === 'outside' || verdict === 'unnamed') ? 'unknown' : verdict
