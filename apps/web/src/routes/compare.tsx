// `/{cluster}/compare?with=&rev=&withRev=…`: what differs between this cluster and another one, or between two revisions of it;
// `?apply=1&namespace=…`: what applying a bundle would change; `?keyspace=v2`: two v2 trees.

import { type ChangeSummary, type ClusterInfo, compareLink, type DiffAnswer, isRevision } from '@registree/contract'
import { useQuery } from '@tanstack/react-query'
import { CompareView } from '../features/compare/CompareView.tsx'
import { clusterToApplyTo, PreviewView } from '../features/compare/PreviewView.tsx'
import { previewParameters } from '../features/compare/preview-query.ts'
import { type CompareSubject, compareParameters } from '../features/compare/queries.ts'
import { compareText } from '../features/compare/strings.ts'
import { ChangeLine } from '../features/history/ChangeLine.tsx'
import { FieldsDiff } from '../features/history/FieldsDiff.tsx'
import { clustersQuery } from '../lib/cluster-queries.ts'
import { useGo } from '../lib/navigation.ts'
import { Unavailable } from '../lib/Unavailable.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { useAddress } from './address.ts'
import { parsePlainSearch } from './search.ts'

const noWalk = () => {}

const withoutEmpty = (texts: Readonly<Record<string, string>>): Record<string, string | null> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text || null]))

export function ComparePage({ cluster }: { cluster: ClusterInfo }) {
  const go = useGo()
  const clusters = useQuery(clustersQuery()).data?.clusters ?? []
  const search = parsePlainSearch(useAddress().search)
  const keyspace = search.keyspace === 'v2' || !cluster.v3.available ? 'v2' : 'v3'
  if (!cluster[keyspace].available)
    return (
      <EmptyState page title={compareText.noKeyspace}>
        <Unavailable keyspace={cluster[keyspace]} />
      </EmptyState>
    )
  const revision = (text = '') => (isRevision(text) ? text : '')
  const subject: CompareSubject = {
    keyspace,
    with: search.with ?? '',
    rev: revision(search.rev),
    withRev: revision(search.withRev),
    path: search.path ?? '',
    namespace: search.namespace ?? '',
    withNamespace: search.withNamespace ?? '',
    member: search.member ?? '',
    withMember: search.withMember ?? '',
    all: search.all === '1',
    noise: search.noise === '1',
    every: search.every === '1',
  }
  const filter = { only: search.only ?? '', q: search.q ?? '' }
  const changeLine = (changes: readonly ChangeSummary[]) => <ChangeLine changes={changes} />
  const fields = (answer: DiffAnswer) => <FieldsDiff answer={answer} onWalk={noWalk} />
  if (search.apply === '1' && keyspace === 'v3') {
    const { path, namespace, rev } = subject
    const preview = { path, namespace, keys: search.keys ?? '', rev, with: search.with ?? clusterToApplyTo(cluster, clusters) }
    const link = (change: Partial<Record<'with' | 'only' | 'q', string>>) =>
      compareLink(cluster.name, {
        apply: '1',
        ...previewParameters(preview),
        with: search.with ?? null,
        ...withoutEmpty({ ...filter, ...change }),
      })
    return (
      <PreviewView
        {...{ cluster, clusters, filter, changeLine, fields }}
        subject={preview}
        onCluster={(name) => go(link({ with: name }))}
        onFilter={(change) => go(link(change), { replace: 'q' in change })}
      />
    )
  }
  return (
    <CompareView
      {...{ cluster, clusters, subject, filter, changeLine, fields }}
      onRun={(next) => go(compareLink(cluster.name, compareParameters(next)))}
      onFilter={(change) => {
        const { only, q } = { ...filter, ...change }
        go(compareLink(cluster.name, { ...compareParameters(subject), only: only || null, q: q || null }), { replace: 'q' in change })
      }}
      compareHref={(members) => compareLink(cluster.name, compareParameters({ ...subject, with: cluster.name, ...members }))}
    />
  )
}
