// What each route tells the frame: its rail entry, breadcrumbs, title, and the data for the status line.
import { type ClusterInfo, isRevision, namespacesLink, type Place, prefixLink, resourcesLink, v2Link } from '@registree/contract'
import type { Crumb } from '../features/frame/TopLine.tsx'
import { ancestors, displayText, keyId, utf8 } from '../lib/bytes.ts'
import { KeyText } from '../lib/KeyText.tsx'
import { v3Href } from '../lib/links.ts'
import { type PageId, pages } from './pages.ts'
import { parsePlainSearch } from './search.ts'
import { parseTableSearch } from './table-search.ts'

export interface Section {
  /** The current entry of the rail. */
  page: (place: Place | null) => PageId
  /** The breadcrumbs after the cluster's. */
  crumbs: (cluster: ClusterInfo, place: Place | null) => Crumb[]
  /** The parts of the document title before the cluster's, the most specific first. */
  title: (place: Place | null) => string[]
  /** The keyspace for the status line, and the pinned revision in the URL. */
  reads: (place: Place | null, search: string) => { keyspace: 'v3' | 'v2'; pinned: string | null }
}

const NEWEST = { keyspace: 'v3', pinned: null } as const

const pageOf = (id: PageId) => pages.find((page) => page.id === id) as (typeof pages)[number]
const pageCrumb = (cluster: ClusterInfo, id: PageId): Crumb[] => {
  const { label, href } = pageOf(id)
  const to = href(cluster)
  return to === null ? [] : [{ id, label, href: to }]
}

/** A page with a single URL. */
const plain = (id: PageId): Section => ({
  page: () => id,
  crumbs: (cluster) => pageCrumb(cluster, id),
  title: () => [pageOf(id).label],
  reads: () => NEWEST,
})

/** The revision in a URL; null for none. */
function pinnedIn(search: string): string | null {
  const { rev = '' } = parsePlainSearch(search)
  return isRevision(rev) ? rev : null
}

const resourceOf = (place: Place | null) => (place?.page === 'resources' ? place.resource : null)
const namespaceOf = (place: Place | null) => (place?.page === 'namespaces' ? place.namespace : null)
/** Pods have their own page in the rail. */
const resourcesPage = (place: Place | null): PageId => (resourceOf(place) === 'pods' ? 'pods' : 'resources')

export const sections = {
  overview: { ...plain('overview'), crumbs: () => [] },
  flannel: plain('flannel'),
  findings: plain('findings'),
  lookup: plain('lookup'),
  learn: plain('learn'),
  search: { ...plain('search'), reads: (_, search) => ({ keyspace: 'v3', pinned: parsePlainSearch(search).rev ?? null }) },
  timeline: plain('timeline'),
  deleted: plain('deleted'),
  compare: {
    ...plain('compare'),
    reads: (_, search) => ({ keyspace: parsePlainSearch(search).keyspace === 'v2' ? 'v2' : 'v3', pinned: pinnedIn(search) }),
  },
  resources: {
    page: resourcesPage,
    crumbs: (cluster, place) => {
      const resource = resourceOf(place)
      const page = resourcesPage(place)
      if (resource === null || page === 'pods') return pageCrumb(cluster, page)
      return [...pageCrumb(cluster, page), { id: 'resource', label: resource, href: resourcesLink(cluster.name, resource) }]
    },
    title: (place) => {
      const resource = resourceOf(place)
      const page = resourcesPage(place)
      return [...(resource === null || page === 'pods' ? [] : [resource]), pageOf(page).label]
    },
    reads: (_, search) => ({ keyspace: 'v3', pinned: parseTableSearch(search).rev }),
  },
  namespaces: {
    page: () => 'namespaces',
    crumbs: (cluster, place) => {
      const namespace = namespaceOf(place)
      const own = namespace === null ? [] : [{ id: 'namespace', label: namespace, href: namespacesLink(cluster.name, namespace) }]
      return [...pageCrumb(cluster, 'namespaces'), ...own]
    },
    title: (place) => [namespaceOf(place) ?? '', pageOf('namespaces').label],
    reads: () => NEWEST,
  },
  v3: {
    page: () => 'v3',
    crumbs: (cluster, place) => {
      if (place?.page !== 'v3') return pageCrumb(cluster, 'v3')
      const { rev, bytes, kind } = place
      const levels = [...ancestors(bytes).slice(1), ...(bytes.length > 0 ? [bytes] : [])]
      return [
        { id: 'v3', label: 'v3', href: prefixLink(cluster.name, new Uint8Array(), { rev }) },
        ...levels.map((level, i) => {
          const levelKind = i === levels.length - 1 ? kind : 'directory'
          return {
            id: `${levelKind}${keyId(level)}`,
            label: <KeyText bytes={level.subarray(levels[i - 1]?.length ?? 0)} className="text-[12.5px]" />,
            href: v3Href(cluster.name, levelKind, level, { rev }),
          }
        }),
      ]
    },
    title: (place) => [place?.page === 'v3' ? displayText(place.bytes) || 'v3' : pageOf('v3').label],
    reads: (place) => ({ keyspace: 'v3', pinned: place?.page === 'v3' ? place.rev : null }),
  },
  v2: {
    page: () => 'v2',
    crumbs: (cluster, place) => {
      if (place?.page !== 'v2') return pageCrumb(cluster, 'v2')
      const names = place.path === '/' ? [] : place.path.slice(1).split('/')
      return [
        { id: 'v2', label: 'v2', href: v2Link(cluster.name, '/') },
        ...names.map((name, i) => {
          const path = `/${names.slice(0, i + 1).join('/')}`
          return { id: path, label: <KeyText bytes={utf8(name)} className="text-[12.5px]" />, href: v2Link(cluster.name, path) }
        }),
      ]
    },
    title: (place) => [place?.page === 'v2' ? place.path : pageOf('v2').label],
    reads: (place) => ({ keyspace: 'v2', pinned: place?.page === 'v2' ? place.at : null }),
  },
} satisfies Record<string, Section>
