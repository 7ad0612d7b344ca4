// The value viewer's queries: one value as one of its texts, its exact bytes, and the holders in an allocation.
import { type AllocationAnswer, apiPaths, type Problem, type TextForm, type ValueAnswer } from '@registree/contract'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { text } from '../../i18n/text.ts'
import { activity } from '../../lib/activity.ts'
import { keyId } from '../../lib/bytes.ts'
import { clusterOf, fetchOfEpoch } from '../../lib/epochs.ts'
import { getJson, HttpError, problemError, serverUnreachable } from '../../lib/http.ts'
import { reads } from '../../lib/source-query.ts'
import { wordsFor } from '../../lib/words.ts'

/** The requested text: one of the value's forms, `none` for facts only, null for the default one. */
export type WantedForm = TextForm | 'none' | null

/** One decoded v3 key; `rev` null reads the newest revision. A pinned answer never changes. */
export const valueQuery = (cluster: string, key: Uint8Array, rev: string | null, form: WantedForm) =>
  queryOptions({
    queryKey: ['value', cluster, keyId(key), rev ?? 'newest', form ?? 'first'],
    queryFn: ({ signal }) => getJson<ValueAnswer>(apiPaths.value(cluster, key, rev, form), signal, { words: ['states'] }),
    meta: reads<ValueAnswer>(cluster, { rev, revisionOf: ({ revision }) => revision }),
    staleTime: rev === null ? 5_000 : Number.POSITIVE_INFINITY,
    // A large value's text is megabytes: it is dropped soon after use.
    gcTime: 60_000,
    // Another form of the same value: only its text differs, and the rest stays.
    placeholderData: (previous, query) => {
      const [, , id, at] = query?.queryKey ?? []
      return id === keyId(key) && at === (rev ?? 'newest') ? previous : undefined
    },
  })

/** A cached answer for another form of the same value, for callers that need only facts. */
export function knownFacts(client: QueryClient, cluster: string, key: Uint8Array, rev: string | null): ValueAnswer | undefined {
  const all = client.getQueriesData<ValueAnswer>({ queryKey: ['value', cluster, keyId(key), rev ?? 'newest'] })
  return all.find(([, answer]) => answer !== undefined)?.[1]
}

/** The addresses or ports of a RangeAllocation, and their holders. */
export const allocationQuery = (cluster: string, key: Uint8Array, rev: string | null) =>
  queryOptions({
    queryKey: ['allocation', cluster, keyId(key), rev ?? 'newest'],
    queryFn: ({ signal }) => getJson<AllocationAnswer>(apiPaths.allocation(cluster, key, rev), signal),
    meta: reads(cluster, { rev }),
    staleTime: rev === null ? 5_000 : Number.POSITIVE_INFINITY,
  })

/** The stored bytes behind a raw URL. `version` identifies the value's state if the URL does not pin one. */
export const rawQuery = (url: string, version: string) =>
  queryOptions({
    queryKey: ['raw', url, version],
    queryFn: ({ signal }) => getBytes(url, signal),
    meta: reads(clusterOf(url) ?? '', { aside: true }),
    staleTime: Number.POSITIVE_INFINITY,
    // A value may be megabytes: it is dropped when no longer shown.
    gcTime: 30_000,
  })

/** @throws HttpError for everything except an abort. */
async function getBytes(url: string, signal: AbortSignal): Promise<Uint8Array> {
  activity.began()
  try {
    let response: Response
    try {
      response = await fetchOfEpoch(url, { signal })
    } catch (cause) {
      if (signal.aborted) throw cause
      activity.answered(false)
      throw serverUnreachable(cause)
    }
    activity.answered(true)
    if (response.ok) return new Uint8Array(await response.arrayBuffer())
    const answer = await response.text()
    await wordsFor(answer, [], signal)
    const problem = problemIn(answer)
    if (problem && typeof problem.code === 'string') throw problemError(problem)
    throw new HttpError('UNEXPECTED_ANSWER', response.status, text.answers.other({ status: String(response.status) }), null)
  } finally {
    activity.ended()
  }
}

function problemIn(answer: string): Problem | null {
  try {
    return JSON.parse(answer) as Problem | null
  } catch {
    return null
  }
}
