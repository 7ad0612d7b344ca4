// `/{cluster}/findings?severity=&rule=&q=`: the findings page.

import { type ClusterInfo, FINDING_RULES, FINDING_SEVERITIES, findingsLink } from '@registree/contract'
import { type FindingsSearch, FindingsView } from '../features/findings/FindingsView.tsx'
import { findingsText } from '../features/findings/strings.ts'
import { useGo } from '../lib/navigation.ts'
import { Unavailable } from '../lib/Unavailable.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { useAddress } from './address.ts'
import { parsePlainSearch } from './search.ts'

export function FindingsPage({ cluster }: { cluster: ClusterInfo }) {
  const go = useGo()
  const { severity = '', rule = '', q = '' } = parsePlainSearch(useAddress().search)
  if (!cluster.v3.available)
    return (
      <EmptyState page title={findingsText.noKeyspace}>
        <Unavailable keyspace={cluster.v3} />
      </EmptyState>
    )
  const search: FindingsSearch = {
    severity: FINDING_SEVERITIES.some((one) => one === severity) ? severity : '',
    rule: FINDING_RULES.some((one) => one === rule) ? rule : '',
    q,
  }
  const hrefWith = (change: Partial<FindingsSearch>) => {
    const { severity, rule, q } = { ...search, ...change }
    return findingsLink(cluster.name, { severity: severity || null, rule: rule || null, q: q || null })
  }
  return (
    <FindingsView cluster={cluster} search={search} hrefWith={hrefWith} onSearch={(change) => go(hrefWith(change), { replace: true })} />
  )
}
