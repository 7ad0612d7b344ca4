// `/{cluster}/lookup?q=`: who has an address, network, port or host name.
import { type ClusterInfo, lookupLink } from '@registree/contract'
import { LookupView } from '../features/lookup/LookupView.tsx'
import { useGo } from '../lib/navigation.ts'
import { useAddress } from './address.ts'
import { parsePlainSearch } from './search.ts'

export function LookupPage({ cluster }: { cluster: ClusterInfo }) {
  const go = useGo()
  const { q = '' } = parsePlainSearch(useAddress().search)
  return <LookupView cluster={cluster} asked={q.trim()} onAsk={(asked) => go(lookupLink(cluster.name, asked))} />
}
