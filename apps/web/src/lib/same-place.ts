// The same page in another cluster: the key, table or view of a URL without what only applies to the first cluster.
import { type ClusterInfo, clusterLink, parsePermalink } from '@registree/contract'
import { startsWith, toText, utf8 } from './bytes.ts'
import { v3Href } from './links.ts'

type Named = Pick<ClusterInfo, 'name' | 'kubernetesPrefix'>

/**
 * The URL `address` with another cluster's name. A revision and marked lines do not apply there and are dropped; a key below one Kubernetes prefix is
 * moved below the other's.
 * @param from the cluster in the URL; undefined if it is not one of ours
 * @param address as the browser has it, undecoded
 */
export function samePlace(address: { pathname: string; search: string }, from: Named | undefined, to: Named): string {
  const place = parsePermalink(address)
  if (place === null) return clusterLink(to.name)
  if (place.page === 'v3' && from !== undefined) {
    const [own, other] = [rootOf(from), rootOf(to)]
    if (own !== other && startsWith(place.bytes, utf8(own))) {
      const below = place.bytes.subarray(utf8(own).length)
      const bytes = new Uint8Array([...utf8(other), ...below])
      return v3Href(to.name, place.kind, bytes, { view: place.view })
    }
  }
  const path = address.pathname.replace(/^\/[^/]*/, '')
  const search = address.search
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part !== '' && part !== 'rev' && !part.startsWith('rev='))
    .join('&')
  return `/${to.name}${path}${search === '' ? '' : `?${search}`}`
}

function rootOf({ kubernetesPrefix }: Named): string {
  const segments = kubernetesPrefix.split('/').filter(Boolean)
  return segments.length === 0 ? '/' : `/${segments.join('/')}/`
}

/** The part of a URL after the cluster, readable: `/v3/registry/pods/`. */
export function pathInWords({ pathname, search }: { pathname: string; search: string }): string {
  const place = parsePermalink({ pathname, search })
  if (place?.page === 'v3') return toText(place.bytes) ?? pathname.replace(/^\/[^/]*/, '')
  if (place?.page === 'v2') return place.path
  return pathname.replace(/^\/[^/]*/, '')
}
