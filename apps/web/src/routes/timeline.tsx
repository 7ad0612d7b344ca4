// `/{cluster}/timeline?q=&path=&namespace=&action=&routine=&from=&to=&key=&rev=&form=`: what was written over time, a chosen change beside it.

import { type ClusterInfo, isRevision, keyLink, timelineLink } from '@registree/contract'
import { useQueryClient } from '@tanstack/react-query'
import { DiffView } from '../features/history/DiffView.tsx'
import { timelineText } from '../features/timeline/strings.ts'
import { type TimelineSearch, TimelineView } from '../features/timeline/TimelineView.tsx'
import { valueQuery } from '../features/value/queries.ts'
import { keyId } from '../lib/bytes.ts'
import { useGo } from '../lib/navigation.ts'
import { Unavailable } from '../lib/Unavailable.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { useAddress } from './address.ts'
import { parsePlainSearch } from './search.ts'

const ACTIONS = ['created', 'updated', 'deleted'] as const

export function TimelinePage({ cluster }: { cluster: ClusterInfo }) {
  const go = useGo()
  const client = useQueryClient()
  const search = readSearch(parsePlainSearch(useAddress().search))
  const { name } = cluster
  if (!cluster.v3.available)
    return (
      <EmptyState page title={timelineText.noKeyspace}>
        <Unavailable keyspace={cluster.v3} />
      </EmptyState>
    )
  const hrefWith = (change: Partial<TimelineSearch>) => {
    const { q, path, namespace, action, routine, from, to, list, chosen } = { ...search, ...change }
    return timelineLink(name, {
      ...{
        q: q || null,
        path: path || null,
        namespace: namespace || null,
        action: action || null,
        routine: routine ? '1' : null,
        from,
        to,
      },
      ...{ form: list ? 'list' : null, key: chosen?.key, key64: chosen?.key64, rev: chosen?.rev },
    })
  }
  return (
    <TimelineView
      cluster={cluster}
      search={search}
      hrefWith={hrefWith}
      onSearch={(change, replace) => go(hrefWith(change), replace === undefined ? {} : { replace })}
      difference={(key, revision) => (
        <DiffView
          key={`${keyId(key)} ${revision}`}
          cluster={name}
          keyBytes={key}
          span={{ from: String(Math.max(1, revision - 1)), to: String(revision) }}
          view="fields"
          historyHref={keyLink(name, key, { view: 'history' })}
          revisionHref={(rev) => keyLink(name, key, { rev })}
          diffHref={(diff, view) => keyLink(name, key, { diff, view })}
          loadText={async (rev, wanted) => (await client.fetchQuery(valueQuery(name, key, rev, wanted))).decoded.shown?.text ?? ''}
        />
      )}
    />
  )
}

function readSearch(said: Readonly<Record<string, string>>): TimelineSearch {
  const { q = '', path = '', namespace = '', action = '', routine = '', from = '', to = '', form = '', key, key64, rev = '' } = said
  const named = key !== undefined ? { key } : key64 !== undefined ? { key64 } : null
  return {
    ...{ q, path, namespace, routine: routine === '1', list: form === 'list' },
    action: ACTIONS.find((one) => one === action) ?? '',
    from: isRevision(from) ? from : null,
    to: isRevision(to) ? to : null,
    chosen: named !== null && isRevision(rev) ? { ...named, rev } : null,
  }
}
