// What a pasted link means here: a link of this Registree, of another one, with or without its host.
import { parsePermalink } from '@registree/contract'

export interface PastedLink {
  /** The cluster that the link names. */
  cluster: string
  /** Addresses here that it leads to: of the cluster itself where it is here, else the same place in the clusters that are. */
  here: { cluster: string; href: string }[]
  /** The address as it was pasted, where it is that of another server. */
  elsewhere: string | null
}

const PAGES = /^\/[^/]+(?:\/(?:v3|v2|resources|namespaces|flannel|findings|lookup)(?:[/?#]|$)|[/?#]|$)/

/**
 * Null for what is no link. A text without `https://` is one where its first or second part names a cluster of ours and a page of it follows;
 * a mere name, or a key, is none.
 * @param clusters the names of the clusters that are here, the current one first
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
    // `/demo` alone is a key as well as a cluster, and the clusters are offered by name anyway.
    if (clusters.includes(name) && PAGES.test(path) && path.length > name.length + 2) return linkOf(path, clusters, null)
  }
  return null
}

function linkOf(path: string, clusters: readonly string[], elsewhere: string | null): PastedLink | null {
  // As the address bar would: characters that no address holds are escaped, and nothing else is changed.
  const url = new URL(path, 'http://registree.invalid')
  const place = parsePermalink({ pathname: url.pathname, search: url.search })
  // Any web site has addresses of one part.
  if (place === null || (place.page === 'cluster' && !clusters.includes(place.cluster))) return null
  const rest = url.pathname.slice(place.cluster.length + 1) + url.search + url.hash
  const to = clusters.includes(place.cluster) ? [place.cluster] : clusters
  return { cluster: place.cluster, here: to.map((cluster) => ({ cluster, href: `/${cluster}${rest}` })), elsewhere }
}
