// Every page in the rail, the palette and the shortcuts: a new page is one entry here, one route in router.tsx and its section.
import {
  type ClusterInfo,
  clusterLink,
  compareLink,
  deletedLink,
  findingsLink,
  flannelLink,
  learnLink,
  lookupLink,
  namespacesLink,
  prefixLink,
  resourcesLink,
  searchLink,
  timelineLink,
  v2Link,
} from '@registree/contract'
import {
  Boxes,
  ChartGantt,
  FolderTree,
  GitCompareArrows,
  GraduationCap,
  Layers,
  LayoutDashboard,
  Library,
  type LucideIcon,
  MapPin,
  Network,
  Search,
  Stethoscope,
  Trash2,
} from 'lucide-react'
import { text } from '../i18n/text.ts'

export type PageId =
  | 'overview'
  | 'resources'
  | 'pods'
  | 'namespaces'
  | 'flannel'
  | 'findings'
  | 'timeline'
  | 'deleted'
  | 'compare'
  | 'search'
  | 'lookup'
  | 'learn'
  | 'v3'
  | 'v2'

export type Page = {
  id: PageId
  label: string
  icon: LucideIcon
  keyspace?: 'v3' | 'v2'
  /** False if it is not in the rail, only in the palette and the shortcuts. */
  inRail?: false
  /** The second key of the `g …` shortcut. */
  shortcut?: string
  /** Its URL in a cluster, null if the cluster does not have it. */
  href: (cluster: ClusterInfo) => string | null
}

export const pages: readonly Page[] = [
  {
    id: 'overview',
    label: text.nav.overview,
    icon: LayoutDashboard,
    shortcut: 'o',
    href: (c) => clusterLink(c.name),
  },
  {
    id: 'resources',
    label: text.nav.resources,
    icon: Library,
    shortcut: 'r',
    href: (c) => (c.v3.available ? resourcesLink(c.name) : null),
  },
  {
    id: 'pods',
    label: text.nav.pods,
    icon: Boxes,
    shortcut: 'p',
    href: (c) => (c.v3.available ? resourcesLink(c.name, 'pods') : null),
  },
  {
    id: 'namespaces',
    label: text.nav.namespaces,
    icon: Layers,
    shortcut: 'n',
    href: (c) => (c.v3.available ? namespacesLink(c.name) : null),
  },
  {
    id: 'flannel',
    label: text.nav.flannel,
    icon: Network,
    shortcut: 'f',
    href: (c) => flannelLink(c.name),
  },
  {
    id: 'findings',
    label: text.nav.findings,
    icon: Stethoscope,
    shortcut: 'i',
    href: (c) => (c.v3.available ? findingsLink(c.name) : null),
  },
  {
    id: 'timeline',
    label: text.nav.timeline,
    icon: ChartGantt,
    shortcut: 't',
    href: (c) => (c.v3.available ? timelineLink(c.name) : null),
  },
  {
    id: 'deleted',
    label: text.nav.deleted,
    icon: Trash2,
    shortcut: 'd',
    href: (c) => (c.v3.available ? deletedLink(c.name) : null),
  },
  {
    id: 'compare',
    label: text.nav.compare,
    icon: GitCompareArrows,
    shortcut: 'c',
    href: (c) => (c.v3.available || c.v2.available ? compareLink(c.name) : null),
  },
  {
    id: 'search',
    label: text.nav.search,
    icon: Search,
    inRail: false,
    shortcut: 's',
    href: (c) => searchLink(c.name),
  },
  {
    id: 'lookup',
    label: text.nav.lookup,
    icon: MapPin,
    inRail: false,
    shortcut: 'l',
    href: (c) => lookupLink(c.name),
  },
  {
    id: 'learn',
    label: text.nav.learn,
    icon: GraduationCap,
    inRail: false,
    href: (c) => learnLink(c.name),
  },
  {
    id: 'v3',
    label: text.nav.keysV3,
    icon: FolderTree,
    keyspace: 'v3',
    shortcut: 'k',
    href: (c) => (c.v3.available ? prefixLink(c.name, new Uint8Array()) : null),
  },
  {
    id: 'v2',
    label: text.nav.keysV2,
    icon: FolderTree,
    keyspace: 'v2',
    shortcut: '2',
    href: (c) => (c.v2.available ? v2Link(c.name, '/') : null),
  },
]
