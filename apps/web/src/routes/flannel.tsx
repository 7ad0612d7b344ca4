// `/{cluster}/flannel?network=&zoom=&q=&sort=`: the flannel page.
import { type ClusterInfo, flannelLink, lookupLink } from '@registree/contract'
import { useEffect } from 'react'
import { type FlannelState, FlannelView } from '../features/flannel/FlannelView.tsx'
import { useGo } from '../lib/navigation.ts'
import { useAddress } from './address.ts'
import { parsePlainSearch, stringifyPlainSearch } from './search.ts'

export function FlannelPage({ cluster }: { cluster: ClusterInfo }) {
  const go = useGo()
  const { network = '', zoom = '', ask = '', q = '', sort = '' } = parsePlainSearch(useAddress().search)
  // Links from before the look-up had its own page.
  useEffect(() => {
    if (ask !== '') go(lookupLink(cluster.name, ask), { replace: true })
  }, [ask, go, cluster.name])
  const state: FlannelState = { network, zoom, q, sort }
  const href = (change: Partial<FlannelState>) => {
    const set = Object.entries({ ...state, ...change }).filter(([, value]) => value !== '')
    return flannelLink(cluster.name) + stringifyPlainSearch(Object.fromEntries(set))
  }
  return <FlannelView cluster={cluster} state={state} href={href} go={(change, options) => go(href(change), options)} />
}
