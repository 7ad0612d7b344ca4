// Every word of the timeline, in one place so that other languages can follow.
import type { PastWindow } from '@registree/contract'
import { count, shortSize } from '../../lib/size.ts'
import type { Action } from './timeline-data.ts'

const plural = (n: number, one: string, many: string) => `${count(n)} ${n === 1 ? one : many}`

export const timelineText = {
  title: 'Timeline',
  subtitle: 'Everything that was written, for as long as etcd keeps it.',
  noKeyspace: 'No v3 keyspace',
  loading: 'Reading what was written',
  progress: (writes: number, bytes: number) => `Read ${plural(writes, 'write', 'writes')} back, ${shortSize(bytes)}`,
  details: 'Reading states and owners',
  cancel: 'Cancel',
  again: 'Read again',
  stopped: 'Stopped.',
  filter: 'Filter',
  filterHint: 'Object, owner or state…',
  resource: 'Resource',
  allResources: 'All resources',
  namespace: 'Namespace',
  allNamespaces: 'All namespaces',
  action: 'Change',
  allActions: 'All changes',
  routine: 'Routine writes too',
  routineHint: 'Leases, Events, leader elections and heartbeats of nodes',
  forms: 'Forms of the timeline',
  picture: 'Picture',
  list: 'List',
  overview: 'Changes over time, by resource',
  overviewHint: 'Drag to choose a part of the time',
  lanes: 'Objects over time. Arrow keys go up and down between objects, and left and right between changes.',
  legend: 'Resources',
  others: 'Others',
  onlyResource: (path: string, writes: number) => `Only ${path}: ${plural(writes, 'change', 'changes')}`,
  zoomIn: 'Zoom in (+)',
  zoomOut: 'Zoom out (-)',
  earlier: 'Earlier ([)',
  later: 'Later (])',
  whole: 'All of the time (0)',
  range: (from: string, to: string) => `${from} – ${to}`,
  none: 'Nothing that matches was written in this part of the time.',
  noneEver: 'Nothing was written.',
  showAll: 'Show everything',
  actions: { created: 'Created', updated: 'Changed', deleted: 'Deleted' } satisfies Record<Action, string>,
  shown: (changes: number, objects: number) => `${plural(changes, 'change', 'changes')} of ${plural(objects, 'object', 'objects')}`,
  routineLeft: (n: number) => `${plural(n, 'routine write', 'routine writes')} left out`,
  lane: (kind: string, name: string, changes: number, state: string) =>
    `${kind} ${name}, ${plural(changes, 'change', 'changes')}${state === '' ? '' : `, ${state}`}`,
  otherKey: 'Key',
  mark: (action: string, time: string, state: string) => `${action} at ${time}${state === '' ? '' : `, ${state}`}`,
  chosen: 'The chosen change',
  place: (at: number, of: number) => `${count(at)} of ${plural(of, 'change', 'changes')}`,
  close: 'Close',
  previous: 'Previous change of this object (←)',
  next: 'Next change of this object (→)',
  history: 'History',
  value: 'Value then',
  firstState: (state: string) => `${state} from here on`,
  revision: (revision: string) => `revision ${revision}`,
  notThere: 'This change is not in the part that was read.',
  noTimes: 'Nothing in the store tells when its revisions were written, so they are drawn one after the other.',
  changes: 'Changes, newest first',
  time: 'When',
  change: 'Change',
  object: 'Object',
  state: 'State',
  compare: 'Compare',
  compareOf: (name: string, revision: string) => `Show what changed in ${name} at revision ${revision}`,
  more: (n: number) => `Show ${count(n)} more`,
  window: ({ end, compacted, oldest, writes }: PastWindow) => {
    const known = `${plural(writes, 'write', 'writes')} from revision ${oldest} on`
    switch (end) {
      case 'first':
        return `All ${known}: nothing was compacted.`
      case 'compacted':
        return `${known}. etcd was compacted at revision ${compacted ?? ''}, so earlier writes are gone.`
      case 'enough':
      case 'budget':
        return `${known}. Earlier ones were not read.`
      case 'most':
        return `${known}. Registree keeps no more.`
    }
  },
  readOn: (revisions: string, bytes: number) => `Read ${count(Number(revisions))} older revisions, about ${shortSize(bytes)}`,
  readOnWhy: (bytes: number) =>
    `etcd reads all writes since the start of a watch at once, about ${shortSize(bytes)} here, and other writers wait while it does.`,
  left: (n: number) => `The states of ${plural(n, 'write', 'writes')} were not read: they are too many.`,
}
