// Which page a URL belongs to.
import { type Section, sections } from './sections.tsx'

/** Pages with a single path. */
const PLAIN = ['flannel', 'findings', 'timeline', 'deleted', 'compare', 'learn', 'search', 'lookup'] as const
/** Pages with whatever is below their path; `parsePermalink` knows what that means. */
const DEEP = ['namespaces', 'resources', 'v3', 'v2'] as const

export type RouteName = 'home' | 'overview' | (typeof PLAIN)[number] | (typeof DEEP)[number] | 'missing'

export interface Route {
  name: RouteName
  /** Whether there is more of the path below it: a list and one of its entries are two pages. */
  below: boolean
}

/** @param pathname undecoded */
export function routeOf(pathname: string): Route {
  const [, cluster = '', name = '', ...rest] = pathname.split('/')
  const below = rest.some((part) => part !== '')
  const plain = PLAIN.find((one) => one === name)
  const deep = DEEP.find((one) => one === name)
  if (name === '' && !below) return { name: cluster === '' ? 'home' : 'overview', below }
  if (deep !== undefined) return { name: deep, below }
  return plain === undefined || below ? { name: 'missing', below } : { name: plain, below }
}

/** Undefined on pages without a cluster, and where there is no page. */
export const sectionOf = ({ name }: Route): Section | undefined => (name === 'home' || name === 'missing' ? undefined : sections[name])
