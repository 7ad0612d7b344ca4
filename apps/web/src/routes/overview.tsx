// `/{cluster}?trouble=all`: the front page of a cluster.

import { apiPaths, type ClusterInfo, clusterLink, prefixLink, type TroubleAnswer, v2Link } from '@registree/contract'
import { isCancelledError, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { type HoldingGroup, Overview } from '../features/cluster/Overview.tsx'
import { flannelTroubleQuery, podTroubleQuery, troubleQuery } from '../features/cluster/queries.ts'
import { overviewText } from '../features/cluster/strings.ts'
import { type Flannel, type PodsReading, Trouble, type TroubleHeight } from '../features/cluster/Trouble.tsx'
import { headQuery, levelQuery, v2NodeQuery } from '../features/tree/queries.ts'
import { errors } from '../i18n/text.ts'
import { displayText, keyId, utf8, wireToBytes } from '../lib/bytes.ts'
import { statusQuery } from '../lib/cluster-queries.ts'
import { ErrorView } from '../lib/ErrorView.tsx'
import { HttpError } from '../lib/http.ts'
import { inARow } from '../lib/in-a-row.ts'
import { CutKeyText } from '../lib/KeyText.tsx'
import { v3Href } from '../lib/links.ts'
import { Stale } from '../lib/Stale.tsx'
import { useWaiting } from '../lib/waiting.ts'
import { useAddress } from './address.ts'
import { parsePlainSearch } from './search.ts'

const t = overviewText
const ROOT = new Uint8Array()
const NO_FLANNEL: Flannel = { networks: 0, findings: [], compared: 'all' }
/** How long the page waits for its trouble before it draws the rest: at once would flicker, later would look stuck. */
const PATIENCE_MS = 1000

export function OverviewPage({ cluster }: { cluster: ClusterInfo }) {
  const name = cluster.name
  const { search, hash } = useAddress()
  const whole = parsePlainSearch(search).trouble === 'all'
  const status = useQuery(statusQuery(name))
  const head = useQuery({ ...headQuery(name), enabled: cluster.v3.available })
  const revision = head.data ?? ''
  const registryPrefix = utf8(`${cluster.kubernetesPrefix.replace(/\/$/, '')}/`)
  const root = useInfiniteQuery({ ...levelQuery(name, ROOT, revision), enabled: revision !== '' })
  const registry = useInfiniteQuery({ ...levelQuery(name, registryPrefix, revision), enabled: revision !== '' })
  const v2 = useQuery({ ...v2NodeQuery(name, '/'), enabled: cluster.v2.available })

  const trouble = useQuery({ ...troubleQuery(name), enabled: cluster.v3.available })
  const pods = usePods(name, trouble.data)
  // Flannel is compared with every pod: if there are many, only on request.
  const { unasked } = pods
  const networks = useQuery({ ...flannelTroubleQuery(name), enabled: (pods.whole ?? trouble.data)?.pods.read === true })
  const flannel: Flannel = unasked ? NO_FLANNEL : (networks.data ?? (networks.error ? 'failed' : 'pending'))

  const notices = useMemo(() => status.data?.notices.filter(({ level }) => level !== 'info') ?? 'pending', [status.data])
  const unsettled =
    cluster.v3.available && (trouble.isPending || (trouble.data !== undefined && (flannel === 'pending' || notices === 'pending')))
  const { height, wait } = useTroubleHeight(unsettled, whole)
  useGoToPart(hash, status.data !== undefined && !wait)

  const level = (id: string, prefix: Uint8Array, title: React.ReactNode, query: typeof root): HoldingGroup => ({
    id,
    title,
    href: prefixLink(name, prefix),
    more: query.hasNextPage,
    entries:
      head.error || query.error
        ? { message: message(head.error ?? query.error) }
        : query.data?.pages[0]?.children.length === 0
          ? { message: t.emptyV3({ revision }) }
          : query.data
            ? query.data.pages.flatMap((page) =>
                page.children.map((child) => {
                  const bytes = wireToBytes(child)
                  return {
                    id: `${child.kind}${keyId(bytes)}`,
                    name: displayText(bytes.subarray(prefix.length)),
                    label: <CutKeyText bytes={bytes.subarray(prefix.length)} />,
                    href: v3Href(name, child.kind, bytes),
                  }
                }),
              )
            : 'pending',
  })
  const v3Groups = cluster.v3.available
    ? [
        level('root', ROOT, t.root, root),
        ...(registry.data?.pages[0]?.children.length === 0
          ? []
          : [level('registry', registryPrefix, t.below({ prefix: new TextDecoder().decode(registryPrefix) }), registry)]),
      ]
    : []
  const v2Groups: HoldingGroup[] = cluster.v2.available
    ? [
        {
          id: 'v2',
          title: t.root,
          href: v2Link(name, '/'),
          more: false,
          entries:
            v2.data?.children?.length === 0
              ? { message: t.emptyV2({ index: v2.data.index }) }
              : v2.data
                ? (v2.data.children ?? []).map((child) => ({
                    id: child.path,
                    name: displayText(utf8(child.path.slice(1) + (child.directory ? '/' : ''))),
                    label: <CutKeyText bytes={utf8(child.path.slice(1) + (child.directory ? '/' : ''))} />,
                    href: v2Link(name, child.path),
                  }))
                : v2.error
                  ? { message: message(v2.error) }
                  : 'pending',
        },
      ]
    : []
  if (status.error && !status.data) return <ErrorView error={status.error} onRetry={() => void status.refetch()} />
  return (
    <div className="h-full overflow-y-auto" data-page={clusterLink(name)}>
      <Stale query={status} />
      <Overview
        cluster={cluster}
        status={status.data}
        trouble={
          cluster.v3.available && (
            <Trouble
              cluster={cluster}
              query={trouble}
              pods={pods}
              notices={notices}
              flannel={flannel}
              height={height}
              wholeHref={(all) => clusterLink(name, { trouble: all ? 'all' : null })}
            />
          )
        }
        wait={wait}
        v3={v3Groups}
        v2={v2Groups}
      />
    </div>
  )
}

/** The pods of a cluster that has too many for the first answer: read in the background, or on request. */
function usePods(cluster: string, first: TroubleAnswer | undefined): PodsReading {
  const client = useQueryClient()
  const many = first?.pods.read === false
  const [asked, setAsked] = useState(false)
  const options = podTroubleQuery(cluster)
  const query = useQuery({ ...options, enabled: many && (first.pods.background || asked) })
  const waits = useWaiting(apiPaths.podTrouble(cluster))
  const { data, error } = query
  const stopped = isCancelledError(error)
  return {
    many,
    unasked: many && !data?.answer && ((!first.pods.background && !asked) || error !== null),
    whole: data?.answer ?? null,
    reading: query.isFetching ? { read: data?.read ?? 0, total: data?.total || (first?.pods.total ?? 0), waits } : null,
    stopped,
    error: stopped ? null : error,
    start: () => (asked || first?.pods.background ? void query.refetch() : setAsked(true)),
    stop: () => void client.cancelQueries({ queryKey: options.queryKey }, { revert: false }),
  }
}

/**
 * The height of the trouble is unknown in advance. If it is complete soon, the rest is drawn after it; if not, the rest is drawn at once below a
 * reserved space. If all of it was requested, the page waits for it.
 */
function useTroubleHeight(unsettled: boolean, whole: boolean): { height: TroubleHeight; wait: boolean } {
  const [kept, setKept] = useState<boolean | null>(null)
  useEffect(() => {
    if (kept !== null) return
    if (!unsettled) return setKept(false)
    const timer = setTimeout(() => setKept(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [unsettled, kept])
  if (whole) return { height: 'whole', wait: unsettled }
  return { height: kept === true ? 'fixed' : 'fitting', wait: kept === null && unsettled }
}

/** Scrolls to the part of the page in the link (`#members`) once it is drawn. */
function useGoToPart(hash: string, drawn: boolean): void {
  useEffect(() => {
    const part = drawn && hash !== '' ? document.getElementById(hash) : null
    part?.scrollIntoView({ block: 'start' })
    part?.focus({ preventScroll: true })
  }, [hash, drawn])
}

const message = (error: unknown): string =>
  error instanceof HttpError
    ? inARow([errors[error.code].title, error.problem?.detail, error.problem?.hint ?? errors[error.code].hint])
    : String(error)
