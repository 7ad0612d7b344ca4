// `/{cluster}/flannel?network=&zoom=&ask=&q=&sort=`: the flannel page.
import { type ClusterInfo, flannelLink } from '@registree/contract'
import { type FlannelState, FlannelView } from '../features/flannel/FlannelView.tsx'
import { useGo } from '../lib/LinkTo.tsx'
import { useAddress } from './address.ts'
import { parsePlainSearch, stringifyPlainSearch } from './search.ts'

export function FlannelPage({ cluster }: { cluster: ClusterInfo }) {
  const go = useGo()
  const { network = '', zoom = '', ask = '', q = '', sort = '' } = parsePlainSearch(useAddress().search)
  const state: FlannelState = { network, zoom, ask, q, sort }
  const href = (change: Partial<FlannelState>) => {
    const set = Object.entries({ ...state, ...change }).filter(([, value]) => value !== '')
    return flannelLink(cluster.name) + stringifyPlainSearch(Object.fromEntries(set))
  }
  return <FlannelView cluster={cluster} state={state} href={href} go={(change, options) => go(href(change), options)} />
}
