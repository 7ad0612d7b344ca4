// Every page that the rail, the palette and the shortcuts lead to: a new page is one entry here and one route in router.tsx.
import {
  type ClusterInfo,
  clusterLink,
  findingsLink,
  flannelLink,
  namespacesLink,
  prefixLink,
  resourcesLink,
  v2Link,
} from '@registree/contract'
import { Boxes, FolderTree, Layers, LayoutDashboard, Library, type LucideIcon, Network, Stethoscope } from 'lucide-react'
import { text } from '../i18n/en.ts'

export type Page = {
  id: string
  label: string
  icon: LucideIcon
  keyspace?: 'v3' | 'v2'
  /** The second key of the `g …` shortcut. */
  shortcut?: string
  /** Its address in a cluster, null where the cluster has no such thing. */
  href: (cluster: ClusterInfo) => string | null
  /** Whether a path (without the cluster) belongs to this page. */
  holds: (path: string) => boolean
}

export const pages: readonly Page[] = [
  {
    id: 'overview',
    label: text.nav.overview,
    icon: LayoutDashboard,
    shortcut: 'o',
    href: (c) => clusterLink(c.name),
    holds: (path) => path === '',
  },
  {
    id: 'resources',
    label: text.nav.resources,
    icon: Library,
    shortcut: 'r',
    href: (c) => (c.v3.available ? resourcesLink(c.name) : null),
    holds: (path) => /^\/resources(\/|$)/.test(path) && path !== '/resources/pods',
  },
  {
    id: 'pods',
    label: text.nav.pods,
    icon: Boxes,
    shortcut: 'p',
    href: (c) => (c.v3.available ? resourcesLink(c.name, 'pods') : null),
    holds: (path) => path === '/resources/pods',
  },
  {
    id: 'namespaces',
    label: text.nav.namespaces,
    icon: Layers,
    shortcut: 'n',
    href: (c) => (c.v3.available ? namespacesLink(c.name) : null),
    holds: (path) => /^\/namespaces(\/|$)/.test(path),
  },
  {
    id: 'flannel',
    label: text.nav.flannel,
    icon: Network,
    shortcut: 'f',
    href: (c) => flannelLink(c.name),
    holds: (path) => path === '/flannel',
  },
  {
    id: 'findings',
    label: text.nav.findings,
    icon: Stethoscope,
    shortcut: 'i',
    href: (c) => (c.v3.available ? findingsLink(c.name) : null),
    holds: (path) => path === '/findings',
  },
  {
    id: 'v3',
    label: text.nav.keysV3,
    icon: FolderTree,
    keyspace: 'v3',
    shortcut: 'k',
    href: (c) => (c.v3.available ? prefixLink(c.name, new Uint8Array()) : null),
    holds: (path) => /^\/v3(\/|$)/.test(path),
  },
  {
    id: 'v2',
    label: text.nav.keysV2,
    icon: FolderTree,
    keyspace: 'v2',
    shortcut: '2',
    href: (c) => (c.v2.available ? v2Link(c.name, '/') : null),
    holds: (path) => /^\/v2(\/|$)/.test(path),
  },
]
