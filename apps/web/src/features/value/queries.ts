// The reads of the value viewer: one decoded value, and its exact bytes.
import { apiPaths, type Problem, type ValueAnswer } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { activity } from '../../lib/activity.ts'
import { keyId } from '../../lib/bytes.ts'
import { getJson, HttpError } from '../../lib/http.ts'

/** One v3 key, decoded; `rev` null reads the newest revision. A pinned answer never changes. */
export const valueQuery = (cluster: string, key: Uint8Array, rev: string | null) =>
  queryOptions({
    queryKey: ['value', cluster, keyId(key), rev ?? 'newest'],
    queryFn: ({ signal }) => getJson<ValueAnswer>(apiPaths.value(cluster, key, rev), signal),
    staleTime: rev === null ? 5_000 : Number.POSITIVE_INFINITY,
  })

/** The stored bytes behind a raw address. `version` names the state of the value, where the address itself does not pin one. */
export const rawQuery = (url: string, version: string) =>
  queryOptions({
    queryKey: ['raw', url, version],
    queryFn: ({ signal }) => getBytes(url, signal),
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
      response = await fetch(url, { signal })
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
