// Completes typed keys: one small read per level of each keyspace when typing pauses, then narrowed in the browser.
import { apiPaths, type ChildrenAnswer, type V2NodeAnswer, v2Paths } from '@registree/contract'
import { type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { keyId, startsWith, toText, utf8, wireToBytes } from '../../lib/bytes.ts'
import { getJson } from '../../lib/http.ts'
import { useSettled } from '../../lib/settled.ts'
import { reads } from '../../lib/source-query.ts'

/** A directory's bytes end in a slash, in both keyspaces. */
export interface Completion {
  id: string
  keyspace: 'v3' | 'v2'
  kind: 'key' | 'directory'
  bytes: Uint8Array
  /** Null for bytes that cannot be typed. */
  text: string | null
}

export interface Completions {
  found: readonly Completion[]
  /** There are more than requested. */
  more: boolean
  /** Whether the typed text is a key, and whether keys are below it; undefined while unknown. */
  v3: { key: boolean | undefined; below: boolean | undefined }
  /** Whether the v2 path is a node. */
  v2: boolean | undefined
  /** The current text has not been answered yet. */
  pending: boolean
  error: Error | null
}

/** Nobody chooses from more than these. */
const MOST = 40
const NONE: readonly Completion[] = []
const STALE_AFTER_MS = 30_000

const v3Query = (cluster: string, prefix: string) =>
  queryOptions({
    queryKey: ['completions', cluster, 'v3', prefix],
    meta: reads(cluster, { aside: true }),
    queryFn: async ({ signal }) => {
      const answer = await getJson<ChildrenAnswer>(apiPaths.children(cluster, utf8(prefix), { limit: MOST }), signal)
      const found = answer.children.map((child): Completion => {
        const bytes = wireToBytes(child)
        return { id: `v3 ${child.kind} ${keyId(bytes)}`, keyspace: 'v3', kind: child.kind, bytes, text: toText(bytes) }
      })
      return { prefix, found, more: answer.cursor !== null }
    },
    staleTime: STALE_AFTER_MS,
    retry: false,
    placeholderData: (before) => before,
  })

/** The v2 API always lists whole directories. */
const v2Query = (cluster: string, directory: string) =>
  queryOptions({
    queryKey: ['completions', cluster, 'v2', directory],
    meta: reads(cluster, { aside: true }),
    queryFn: async ({ signal }) => {
      const { children } = await getJson<V2NodeAnswer>(v2Paths.node(cluster, directory), signal)
      return (children ?? []).map((child): Completion => {
        const text = child.directory ? `${child.path}/` : child.path
        return { id: `v2 ${text}`, keyspace: 'v2', kind: child.directory ? 'directory' : 'key', bytes: utf8(text), text }
      })
    },
    staleTime: STALE_AFTER_MS,
    retry: false,
  })

/** @param v3 the typed beginning of a key, `v2` of a path; null if there is nothing to complete */
export function useCompletions(cluster: string, v3: string | null, v2: string | null): Completions {
  const client = useQueryClient()
  const known = v3 === null ? null : knownPrefix(client, cluster, v3)
  const settled = useSettled(v3)
  const keys = useQuery({ ...v3Query(cluster, known ?? v3 ?? ''), enabled: v3 !== null && (known !== null || settled === v3) })

  // Few paths are in both keyspaces: a directory is requested only if its first segment exists in the v2 keyspace.
  const directory = v2 === null ? '/' : v2.slice(0, v2.lastIndexOf('/')) || '/'
  const rest = useSettled(directory)
  const top = useQuery({ ...v2Query(cluster, '/'), enabled: v2 !== null })
  const there = directory === '/' || (top.data ?? NONE).some(({ text }) => `${directory}/`.startsWith(text ?? ' '))
  const nodes = useQuery({ ...v2Query(cluster, directory), enabled: v2 !== null && there && rest === directory })

  const v3Data = v3 === null ? undefined : keys.data
  const v2Data = v2 === null || !there ? undefined : nodes.data
  const { found, more, exact } = useMemo(() => {
    const begins = (typed: string | null) => {
      const prefix = utf8(typed ?? '')
      return ({ bytes }: Completion) => startsWith(bytes, prefix) && bytes.length > prefix.length
    }
    const nodesFound = (v2Data ?? NONE).filter(begins(v2))
    return {
      found: [...(v3Data?.found ?? NONE).filter(begins(v3)), ...nodesFound.slice(0, MOST)],
      more: v3Data?.more === true || nodesFound.length > MOST,
      exact: {
        v3: (v3Data?.found ?? NONE).some(({ kind, bytes }) => kind === 'key' && toText(bytes) === v3),
        v2: (v2Data ?? NONE).some(({ text }) => text?.replace(/\/$/, '') === v2?.replace(/\/$/, '')),
      },
    }
  }, [v3Data, v2Data, v3, v2])
  const answered = v3 !== null && keys.isSuccess && !keys.isPlaceholderData
  const begun = found.some(({ keyspace }) => keyspace === 'v3')
  return {
    found,
    more,
    v3: {
      // In a partly listed level a missing key may be further on; an exact key comes before all that begin with it.
      key: !answered ? undefined : exact.v3 ? true : keys.data?.more === true && keys.data.prefix !== v3 ? undefined : false,
      below: !answered ? undefined : begun ? true : keys.data?.more === true && keys.data.prefix !== v3 ? undefined : false,
    },
    v2: v2Exists(v2, there, top.isSuccess, nodes.status, exact.v2),
    pending: v3 !== null && !keys.isError && (keys.isPlaceholderData || keys.isPending),
    error: keys.error,
  }
}

/** A path that ends in a slash is a node if it can be listed; any other if its directory lists it. */
function v2Exists(
  path: string | null,
  there: boolean,
  topRead: boolean,
  nodes: 'pending' | 'error' | 'success',
  listed: boolean,
): boolean | undefined {
  if (path === null) return undefined
  if (path === '/') return true
  if (topRead && !there) return false
  if (nodes === 'pending') return undefined
  return nodes === 'success' && (path.endsWith('/') || listed)
}

/** A cached answer's prefix that covers the typed text: a shorter one of the same level, whose answer was complete. */
function knownPrefix(client: QueryClient, cluster: string, typed: string): string | null {
  for (let length = typed.lastIndexOf('/') + 1; length <= typed.length; length++) {
    const prefix = typed.slice(0, length)
    const answer = client.getQueryState(v3Query(cluster, prefix).queryKey)
    const fresh = answer !== undefined && Date.now() - answer.dataUpdatedAt < STALE_AFTER_MS && !answer.isInvalidated
    if (fresh && answer.data?.more === false) return prefix
  }
  return null
}

/** What Tab adds: the longest common continuation of all completions; null if it is empty. */
export function sharedBeginning(found: readonly Completion[], typed: string): string | null {
  const texts = found.flatMap(({ text }) => (text?.startsWith(typed) ? [text] : []))
  const [first] = texts
  if (first === undefined) return null
  let length = first.length
  for (const text of texts) while (!text.startsWith(first.slice(0, length))) length--
  // Do not cut a surrogate pair in half.
  if (/[\ud800-\udbff]$/.test(first.slice(0, length))) length--
  return length > typed.length ? first.slice(0, length) : null
}
