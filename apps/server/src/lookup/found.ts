// What each kind of look-up finds, before it becomes the answer.
import type { LookupMatch, LookupPlace, LookupReason, LookupVerdict } from '@registree/contract'

export interface Found {
  verdict: LookupVerdict
  reason: LookupReason | null
  matches: LookupMatch[]
  /** The smallest first. */
  places: LookupPlace[]
}

/** Whatever nobody was found to have may still be somebody's where not everything could be read. */
export const certain = (verdict: LookupVerdict, complete: boolean): LookupVerdict =>
  !complete && (verdict === 'free' || verdict === 'outside' || verdict === 'unnamed') ? 'unknown' : verdict
