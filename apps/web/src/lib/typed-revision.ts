// Takes what somebody typed for a revision: the revision itself, or a time, of which the nearest kept revision is found.
import { isRevision } from '@registree/contract'
import type { QueryClient } from '@tanstack/react-query'
import { text } from '../i18n/text.ts'
import { revisionAtQuery } from './cluster-queries.ts'
import { HttpError } from './http.ts'
import type { Zone } from './time.ts'

const words = text.revisionTime

/** `position` tells whether a time is before what is kept; null for a revision. Throws what {@link wordsOfTyped} explains. */
export async function findRevision(
  client: QueryClient,
  cluster: string,
  typed: string,
  zone: Zone,
): Promise<{ revision: string; position: string | null }> {
  if (isRevision(typed)) return { revision: typed, position: null }
  const eastAt = (instant: Date) => (zone === 'utc' ? 0 : -instant.getTimezoneOffset())
  const east = eastAt(new Date())
  const found = await client.fetchQuery(revisionAtQuery(cluster, typed, east))
  // The typed day may have another UTC offset than today.
  const then = found.asked === null ? east : eastAt(new Date(found.asked))
  return then === east ? found : await client.fetchQuery(revisionAtQuery(cluster, typed, then))
}

export function wordsOfTyped(error: unknown): string {
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
