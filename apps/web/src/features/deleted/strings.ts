// Every word of the page of deletions, in one place so that other languages can follow.
import type { DeletionCauseCode, PastWindow } from '@registree/contract'
import { count, exactSize, shortSize } from '../../lib/size.ts'

const plural = (n: number, one: string, many: string) => `${count(n)} ${n === 1 ? one : many}`

type Params = Readonly<Record<string, string | number | readonly string[]>>
const s = (value: string | number | readonly string[] | undefined): string => String(value ?? '')

export const deletedText = {
  title: 'Deleted',
  subtitle: 'What was deleted, for as long as etcd keeps it. Each last value is one click away.',
  noKeyspace: 'No v3 keyspace',
  loading: 'Looking for deletions',
  progress: (writes: number, bytes: number) => `Read ${plural(writes, 'write', 'writes')} back, ${shortSize(bytes)}`,
  cancel: 'Cancel',
  again: 'Look again',
  stopped: 'Stopped.',
  filter: 'Filter',
  filterHint: 'Name or key…',
  resource: 'Resource',
  allResources: 'All resources',
  namespace: 'Namespace',
  allNamespaces: 'All namespaces',
  option: (name: string, deletions: number) => `${name} (${count(deletions)})`,
  otherKeys: 'Other keys',
  routine: 'Events and leases too',
  routineHint: (n: number) => `${plural(n, 'deletion of an Event or lease is', 'deletions of Events and leases are')} left out`,
  none: 'Nothing that matches was deleted.',
  noneEver: 'Nothing was deleted.',
  list: 'Deleted keys, newest first',
  when: 'When',
  object: 'Object',
  how: 'How',
  size: 'Size',
  actions: 'Last value',
  revision: (revision: string) => `revision ${revision}`,
  lastValue: 'Last value',
  lastValueOf: (name: string) => `Last value of ${name}`,
  apply: 'YAML to apply',
  applyOf: (name: string) => `YAML to apply ${name} again`,
  history: 'History',
  historyOf: (name: string) => `History of ${name}`,
  sizeOf: (bytes: number, rounded: boolean) => (rounded ? `up to ${exactSize(bytes)}` : exactSize(bytes)),
  again2: (revision: string) => `Created again at revision ${revision}`,
  existsAgain: 'created again',
  notKept: 'Its last value is not kept.',
  older: 'Show older deletions',
  readingOlder: 'Looking for older deletions',
  matched: (shown: number, matched: number) =>
    shown === matched ? plural(matched, 'deletion', 'deletions') : `${count(shown)} of ${plural(matched, 'deletion', 'deletions')}`,
  causes: {
    lease: ({ lease }: Params) => `Its lease ${s(lease)} ended.`,
    namespace: ({ namespace, state }: Params) =>
      state === 'gone' ? `Its namespace ${s(namespace)} was gone.` : `Its namespace ${s(namespace)} was being deleted.`,
    'owner-gone': ({ kind, name }: Params) => `Its owner was gone: ${s(kind)} ${s(name)}.`,
    'owner-replaced': ({ kind, name }: Params) => `Its owner was gone: another ${s(kind)} had the name ${s(name)}.`,
    'owner-deleting': ({ kind, name }: Params) => `Its owner was being deleted: ${s(kind)} ${s(name)}.`,
    'owner-there': ({ kind, name }: Params) => `Its owner was still there: ${s(kind)} ${s(name)}.`,
    disruption: ({ reason }: Params) => `Its status says why: ${s(reason)}.`,
    graceful: ({ seconds }: Params) =>
      Number(seconds) === 0
        ? 'Deletion was requested first, without a grace period.'
        : `Deletion was requested first, with ${s(seconds)} s of grace.`,
    finalizers: ({ names }: Params) => `It waited for ${(names as readonly string[]).join(', ')}.`,
    'no-grace': () => 'Deleted at once.',
  } satisfies Record<DeletionCauseCode, (params: Params) => string>,
  requested: (time: string) => `Requested at ${time}`,
  /** What the list rests on. */
  window: ({ end, compacted, oldest, writes }: PastWindow) => {
    const known = `${plural(writes, 'write', 'writes')} from revision ${oldest} on`
    switch (end) {
      case 'first':
        return `All ${known}: nothing was compacted.`
      case 'compacted':
        return `${known}. etcd was compacted at revision ${compacted ?? ''}, so earlier deletions are gone.`
      case 'enough':
        return `${known}, as far as this page needs. Earlier ones can be read.`
      case 'budget':
        return `${known}. Earlier ones were not read.`
      case 'most':
        return `${known}. Registree keeps no more.`
    }
  },
  readOn: (revisions: string, bytes: number) => `Read ${count(Number(revisions))} older revisions, about ${shortSize(bytes)}`,
  readOnWhy: (bytes: number) =>
    `etcd reads all writes since the start of a watch at once, about ${shortSize(bytes)} here, and other writers wait while it does.`,
  asOf: 'since',
}
