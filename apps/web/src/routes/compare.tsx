// `/{cluster}/compare?with=&rev=&withRev=…`: what differs between this cluster and another one, or between two revisions of it.
import { type ClusterInfo, compareLink, isRevision } from '@registree/contract'
import { useQuery } from '@tanstack/react-query'
import { CompareView } from '../features/compare/CompareView.tsx'
import { type CompareSubject, compareParameters } from '../features/compare/queries.ts'
import { compareText } from '../features/compare/strings.ts'
import { ChangeLine } from '../features/history/ChangeLine.tsx'
import { FieldsDiff } from '../features/history/FieldsDiff.tsx'
import { clustersQuery } from '../lib/cluster-queries.ts'
import { useGo } from '../lib/navigation.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { useAddress } from './address.ts'
import { parsePlainSearch } from './search.ts'

const noWalk = () => {}

export function ComparePage({ cluster }: { cluster: ClusterInfo }) {
  const go = useGo()
  const clusters = useQuery(clustersQuery()).data?.clusters ?? []
  const search = parsePlainSearch(useAddress().search)
  if (!cluster.v3.available)
    return (
      <EmptyState page title={compareText.noKeyspace}>
        {cluster.v3.unavailable}
      </EmptyState>
    )
  const revision = (text = '') => (isRevision(text) ? text : '')
  const subject: CompareSubject = {
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
  return (
    <CompareView
      {...{ cluster, clusters, subject, filter }}
      onRun={(next) => go(compareLink(cluster.name, compareParameters(next)))}
      onFilter={(change) => {
        const { only, q } = { ...filter, ...change }
        go(compareLink(cluster.name, { ...compareParameters(subject), only: only || null, q: q || null }), { replace: 'q' in change })
      }}
      compareHref={(members) => compareLink(cluster.name, compareParameters({ ...subject, with: cluster.name, ...members }))}
      changeLine={(changes) => <ChangeLine changes={changes} />}
      fields={(answer) => <FieldsDiff answer={answer} onWalk={noWalk} />}
    />
  )
}
