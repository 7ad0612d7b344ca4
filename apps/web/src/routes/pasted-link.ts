// The meaning of a pasted link: of this Registree or another one, with or without its host.
import { parsePermalink } from '@registree/contract'

export interface PastedLink {
  /** The cluster in the link. */
  cluster: string
  /** Its targets here: in the cluster itself if it exists here, else the same place in all clusters. */
  here: { cluster: string; href: string }[]
  /** The pasted URL, if it belongs to another server. */
  elsewhere: string | null
}

const PAGES =
  /^\/[^/]+(?:\/(?:v3|v2|resources|namespaces|flannel|findings|lookup|learn|search|compare|timeline|deleted)(?:[/?#]|$)|[/?#]|$)/

/**
 * Null if it is not a link. A text without `https://` is a link if its first or second part names one of our clusters and a page follows; a mere name
 * or key is not.
 * @param clusters the names of our clusters, the current one first
 */
export function parsePasted(text: string, origin: string, clusters: readonly string[]): PastedLink | null {
  const trimmed = text.trim()
  if (/^https?:\/\//i.test(trimmed)) {
    const url = URL.canParse(trimmed) ? new URL(trimmed) : null
    if (url === null) return null
    const path = url.pathname + url.search + url.hash
    return linkOf(path, clusters, url.origin === origin ? null : url.href)
  }
  if (/\s/.test(trimmed) || !trimmed.includes('/')) return null
  const slashed = trimmed.startsWith('/') ? trimmed : `/${trimmed}`
  const behindHost = slashed.replace(/^\/[^/]+/, '')
  for (const path of [slashed, behindHost]) {
    const name = path.split(/[/?#]/)[1] ?? ''
    // `/demo` alone may be a key, and clusters are offered by name anyway.
    if (clusters.includes(name) && PAGES.test(path) && path.length > name.length + 2) return linkOf(path, clusters, null)
  }
  return null
}

function linkOf(path: string, clusters: readonly string[], elsewhere: string | null): PastedLink | null {
  // As in the address bar: characters that are invalid in a URL are escaped, everything else is unchanged.
  const url = new URL(path, 'http://registree.invalid')
  const place = parsePermalink({ pathname: url.pathname, search: url.search })
  // Any web site has URLs with one part.
  if (place === null || (place.page === 'cluster' && !clusters.includes(place.cluster))) return null
  const rest = url.pathname.slice(place.cluster.length + 1) + url.search + url.hash
  const to = clusters.includes(place.cluster) ? [place.cluster] : clusters
  return { cluster: place.cluster, here: to.map((cluster) => ({ cluster, href: `/${cluster}${rest}` })), elsewhere }
}
