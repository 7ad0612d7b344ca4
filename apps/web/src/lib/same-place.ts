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
  const parts = address.search
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part !== '')
  const kept = place.page === 'compare' && from !== undefined ? compareIn(parts, from, to) : parts.filter((part) => nameOf(part) !== 'rev')
  return `/${to.name}${path}${kept.length === 0 ? '' : `?${kept.join('&')}`}`
}

const nameOf = (part: string) => part.replace(/=.*/s, '')

/** What belongs to the left side of a comparison, and its counterpart on the right. */
const SIDES = [
  ['rev', 'withRev'],
  ['namespace', 'withNamespace'],
  ['member', 'withMember'],
] as const
const OPPOSITE = new Map<string, string>(
  SIDES.flatMap(([left, right]): [string, string][] => [
    [left, right],
    [right, left],
  ]),
)

/** A comparison whose left side is another cluster: turned around if that is the right one already, instead of comparing it with itself. */
function compareIn(parts: readonly string[], from: Named, to: Named): string[] {
  const other = parts.find((part) => nameOf(part) === 'with')?.slice('with='.length)
  if (other === to.name) {
    const turned = parts.map((part) => (nameOf(part) === 'with' ? `with=${from.name}` : turnedPart(part)))
    // Without its own, the namespace on the right is the same.
    const names = new Set(turned.map(nameOf))
    return names.has('withNamespace') && !names.has('namespace')
      ? turned.map((part) => (nameOf(part) === 'withNamespace' ? `namespace${part.slice('withNamespace'.length)}` : part))
      : turned
  }
  // One cluster with itself stays that; its revisions and members do not apply elsewhere.
  const own = other === from.name ? ['rev', 'withRev', 'member', 'withMember'] : ['rev', 'member']
  return parts.filter((part) => !own.includes(nameOf(part))).map((part) => (part === `with=${from.name}` ? `with=${to.name}` : part))
}

function turnedPart(part: string): string {
  const name = nameOf(part)
  return (OPPOSITE.get(name) ?? name) + part.slice(name.length)
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
