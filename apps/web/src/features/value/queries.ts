// The reads of the value viewer: one value as one of its texts, its exact bytes, and who holds what of an allocation.
import { type AllocationAnswer, apiPaths, type Problem, type TextForm, type ValueAnswer } from '@registree/contract'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { activity } from '../../lib/activity.ts'
import { keyId } from '../../lib/bytes.ts'
import { clusterOf, fetchOfEpoch } from '../../lib/epochs.ts'
import { getJson, HttpError } from '../../lib/http.ts'
import { reads } from '../../lib/source-query.ts'

/** The text that an answer is to carry: one of the value's forms, `none` for the facts only, null for the first one. */
export type WantedForm = TextForm | 'none' | null

/** One v3 key, decoded; `rev` null reads the newest revision. A pinned answer never changes. */
export const valueQuery = (cluster: string, key: Uint8Array, rev: string | null, form: WantedForm) =>
  queryOptions({
    queryKey: ['value', cluster, keyId(key), rev ?? 'newest', form ?? 'first'],
    queryFn: ({ signal }) => getJson<ValueAnswer>(apiPaths.value(cluster, key, rev, form), signal),
    meta: reads<ValueAnswer>(cluster, { rev, revisionOf: ({ revision }) => revision }),
    staleTime: rev === null ? 5_000 : Number.POSITIVE_INFINITY,
    // The text of a large value is megabytes: it is not kept for long once nobody looks at it.
    gcTime: 60_000,
    // Another form of the same value: all but its text is the same, and stays where it is.
    placeholderData: (previous, query) => {
      const [, , id, at] = query?.queryKey ?? []
      return id === keyId(key) && at === (rev ?? 'newest') ? previous : undefined
    },
  })

/** An answer about the same value that was read for another of its forms, for callers that need the facts only. */
export function knownFacts(client: QueryClient, cluster: string, key: Uint8Array, rev: string | null): ValueAnswer | undefined {
  const all = client.getQueriesData<ValueAnswer>({ queryKey: ['value', cluster, keyId(key), rev ?? 'newest'] })
  return all.find(([, answer]) => answer !== undefined)?.[1]
}

/** The addresses or ports of a RangeAllocation, and who holds them. */
export const allocationQuery = (cluster: string, key: Uint8Array, rev: string | null) =>
  queryOptions({
    queryKey: ['allocation', cluster, keyId(key), rev ?? 'newest'],
    queryFn: ({ signal }) => getJson<AllocationAnswer>(apiPaths.allocation(cluster, key, rev), signal),
    meta: reads(cluster, { rev }),
    staleTime: rev === null ? 5_000 : Number.POSITIVE_INFINITY,
  })

/** The stored bytes behind a raw address. `version` names the state of the value, where the address itself does not pin one. */
export const rawQuery = (url: string, version: string) =>
  queryOptions({
    queryKey: ['raw', url, version],
    queryFn: ({ signal }) => getBytes(url, signal),
    meta: reads(clusterOf(url) ?? '', { aside: true }),
    staleTime: Number.POSITIVE_INFINITY,
    // A value may be megabytes: it is not kept once nobody looks at it.
    gcTime: 30_000,
  })

/** @throws HttpError for everything but an abort. */
async function getBytes(url: string, signal: AbortSignal): Promise<Uint8Array> {
  activity.began()
  try {
    let response: Response
    try {
      response = await fetchOfEpoch(url, { signal })
    } catch (cause) {
      if (signal.aborted) throw cause
      activity.answered(false)
      throw new HttpError('SERVER_UNREACHABLE', 0, 'The Registree server does not answer', null, cause)
    }
    activity.answered(true)
    if (response.ok) return new Uint8Array(await response.arrayBuffer())
    const problem = (await response.json().catch(() => null)) as Problem | null
    if (problem && typeof problem.code === 'string') throw new HttpError(problem.code, response.status, problem.title, problem)
    throw new HttpError('UNEXPECTED_ANSWER', response.status, `The server answered ${response.status}`, null)
  } finally {
    activity.ended()
  }
}
