// `/{cluster}/search?q=&rev=`: what matches in keys and values.
import { type ClusterInfo, searchLink } from '@registree/contract'
import { SearchView } from '../features/search/SearchView.tsx'
import { useGo } from '../lib/navigation.ts'
import { useAddress } from './address.ts'
import { parsePlainSearch } from './search.ts'

export function SearchPage({ cluster }: { cluster: ClusterInfo }) {
  const go = useGo()
  const { q = '', rev } = parsePlainSearch(useAddress().search)
  return (
    <SearchView
      key={cluster.name}
      cluster={cluster}
      asked={q.trim()}
      rev={rev ?? null}
      onAsk={(asked) => go(searchLink(cluster.name, { q: asked, rev: rev ?? null }))}
    />
  )
}
