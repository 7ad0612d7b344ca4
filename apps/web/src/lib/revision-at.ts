// The revision at a time as a person types it: `10 minutes ago`, `03:41`.
import type { ClockAnswer } from '@registree/contract'
import type { QueryClient } from '@tanstack/react-query'
import { text } from '../i18n/text.ts'
import { revisionAtQuery } from './cluster-queries.ts'
import { HttpError } from './http.ts'
import type { Zone } from './time.ts'

const words = text.revisionTime

/** Rejects if the text is no time, or nothing tells when revisions were written: see {@link notFoundText}. */
export async function revisionAt(client: QueryClient, cluster: string, typed: string, zone: Zone): Promise<ClockAnswer> {
  const eastAt = (instant: Date) => (zone === 'utc' ? 0 : -instant.getTimezoneOffset())
  const east = eastAt(new Date())
  const found = await client.fetchQuery(revisionAtQuery(cluster, typed, east))
  // The typed day may have another UTC offset than today.
  const then = found.asked === null ? east : eastAt(new Date(found.asked))
  return then === east ? found : await client.fetchQuery(revisionAtQuery(cluster, typed, then))
}

/** That another revision than the one of the typed time is shown; empty if not. */
export function shownInsteadText({ position, revision }: ClockAnswer): string {
  return position === 'before-kept' ? words.beforeKept({ revision }) : ''
}

export function notFoundText(error: unknown): string {
  if (!(error instanceof HttpError)) return error instanceof Error ? error.message : String(error)
  switch (error.problem?.reason) {
    case 'not-a-time':
      return words.notARevision
    case 'no-such-time':
      return words.noSuchTime
    case 'no-times':
      return words.noTimes
    case 'times-unread':
      return words.timesUnread
    default:
      return error.message
  }
}
