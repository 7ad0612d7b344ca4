// The front page of a Registree with several clusters, or none.
import { type ClusterInfo, clusterLink, type StatusAnswer } from '@registree/contract'
import { useQuery } from '@tanstack/react-query'
import { Database, FileArchive } from 'lucide-react'
import { text } from '../../i18n/text.ts'
import { statusQuery } from '../../lib/cluster-queries.ts'
import { fileState } from '../../lib/file-state.ts'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { shortSize } from '../../lib/size.ts'
import { formatInstant, useZone } from '../../lib/time.ts'
import { KeyspaceBadge, type Tone, ToneIcon } from '../../ui/Badge.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'

const t = text.clusters

export function ClusterList({ clusters }: { clusters: readonly ClusterInfo[] }) {
  if (clusters.length === 0)
    return (
      <EmptyState page title={t.none}>
        {t.noneHint}
      </EmptyState>
    )
  return (
    <div className="p-4 md:p-6">
      <h1 className="mb-3 text-lg font-semibold">{t.title}</h1>
      <ul className="max-w-3xl divide-y divide-line border-y border-line">
        {clusters.map((cluster) => {
          const Icon = cluster.source === 'etcd' ? Database : FileArchive
          return (
            <li key={cluster.name}>
              <LinkTo href={clusterLink(cluster.name)} className="flex min-h-11 items-center gap-3 px-2 py-2 no-underline hover:bg-hover">
                <Icon size={16} aria-hidden className="shrink-0 text-faint" />
                <span className="min-w-0 flex-1">
                  <span className="font-medium">{cluster.title}</span>
                  <span className="block truncate font-mono text-xs text-soft">{cluster.origin}</span>
                  <ClusterState cluster={cluster} />
                </span>
                <span className="flex gap-1">
                  {cluster.v3.available && <KeyspaceBadge keyspace="v3" />}
                  {cluster.v2.available && <KeyspaceBadge keyspace="v2" />}
                </span>
              </LinkTo>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** Whether the cluster answers, and a few facts that identify it. */
function ClusterState({ cluster }: { cluster: ClusterInfo }) {
  const zone = useZone()
  const { data, error } = useQuery(statusQuery(cluster.name))
  const [tone, words] = error
    ? (['error', t.unread] as const)
    : data === undefined
      ? (['muted', null] as const)
      : stateOf(data, (instant) => formatInstant(instant, zone))
  return (
    <span className="flex min-h-5 items-center gap-1.5 text-xs text-soft max-md:min-h-9" data-state={words === null ? 'pending' : tone}>
      {words === null ? (
        <Skeleton className="h-2.5 w-56 max-w-full" />
      ) : (
        <>
          <ToneIcon tone={tone} size={13} />
          <span className={tone === 'error' ? 'text-error' : tone === 'warning' ? 'text-warn' : ''}>{words}</span>
        </>
      )}
    </span>
  )
}

function stateOf(status: StatusAnswer, instant: (iso: string) => string): readonly [Tone, string] {
  const { etcd, file, v3, v2, members } = status
  const revision = v3 !== null ? t.revision({ revision: v3.revision }) : v2 !== null ? t.index({ index: v2.index }) : null
  const said = (...parts: (string | null)[]) => parts.filter((part) => part !== null).join(' · ')
  if (file !== null) {
    const state = fileState(status)
    return [
      state?.wrong ? 'error' : state?.log?.tone === 'warning' ? 'warning' : 'ok',
      said(
        state?.wrong?.words ?? t.kinds[file.kind],
        file.asOf === null ? null : t.asOf({ time: instant(file.asOf) }),
        shortSize(file.size),
        revision,
        state?.log?.words ?? null,
      ),
    ]
  }
  const endpoints = etcd?.endpoints ?? []
  const answering = endpoints.filter(({ error }) => error === null)
  if (answering.length === 0) return ['error', t.noAnswer({ n: endpoints.length })]
  const leader = members.find(({ isLeader }) => isLeader)?.name
  const alarms = etcd?.alarms ?? []
  const tone = alarms.length > 0 ? 'error' : answering.length < endpoints.length || leader === undefined ? 'warning' : 'ok'
  return [
    tone,
    said(
      ...alarms.map(({ alarm }) => t.alarm({ alarm })),
      answering.length < endpoints.length ? t.someAnswer({ answering: answering.length, all: endpoints.length }) : null,
      etcd?.version == null ? null : t.version({ version: etcd.version }),
      leader === undefined ? text.status.noLeader : text.status.leader({ name: leader }),
      shortSize(Math.max(...answering.map(({ dbSize }) => dbSize ?? 0))),
      revision,
    ),
  ]
}
