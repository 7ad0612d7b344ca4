// Every word of what belongs to an object, in English; what is said of one relation comes from the server.
import type { RelatedLooked, RelatedSectionId } from '@registree/contract'
import { count } from '../../lib/size.ts'

const plural = (n: number, one: string, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`

export const relatedText = {
  title: 'Related',
  sections: {
    deletion: 'Why it is still there',
    containers: 'Containers',
    owners: 'Belongs to',
    node: 'Node',
    heartbeat: 'Heartbeat',
    network: 'Network and drivers',
    endpoints: 'Endpoints',
    address: 'Addresses in the allocation',
    services: 'Services that select it',
    children: 'Owns',
    pods: 'Pods',
    uses: 'Refers to',
    attachments: 'Volume attachments',
    routes: 'Ingresses that lead to it',
    policies: 'Scaled and protected by',
    bindings: 'Bindings',
    instances: 'Objects of this kind',
    events: 'Events',
  } satisfies Record<RelatedSectionId, string>,
  none: 'none',
  noneSoFar: 'none so far',
  notRead: 'not read',
  looked: (looked: readonly RelatedLooked[]) =>
    looked
      .map(({ objects, path, namespace, namePrefix }) => `${plural(objects, 'object')} ${placeInWords(path, namespace, namePrefix)}`)
      .join(', '),
  lookedTitle: (words: string) => `Looked through ${words}`,
  cut: (looked: RelatedLooked) =>
    `Only the first ${plural(looked.objects, 'object')} ${placeInWords(looked.path, looked.namespace, looked.namePrefix)} ${looked.objects === 1 ? 'was' : 'were'} looked through; there are more.`,
  unread: (looked: RelatedLooked) =>
    `${count(looked.unread)} of ${plural(looked.objects, 'object')} ${placeInWords(looked.path, looked.namespace, looked.namePrefix)} could not be read.`,
  omitted: (n: number) => `${count(n)} more, not listed here.`,
  whole: 'Look through all',
  wholeHint: 'Reads every object there, once',
  costly: 'Look for what it owns',
  costlyHint: 'Looks through the usual directories of its namespace: nothing says where they lie',
  progress: (n: number) => `${plural(n, 'object')} looked through…`,
  cancel: 'Stop',
  table: 'As a table',
  tableOf: (what: string) => `${what} as a table`,
  contents: 'what is in it',
  inNamespace: 'What is in it, by resource, and what keeps it from going away',
  lease: 'flannel subnet',
  flannel: (address: string) => `What flannel says of ${address}`,
  showAll: (n: number) => (n === 1 ? 'Show it' : `Show all ${count(n)}`),
  showFewer: 'Show fewer',
  problems: (n: number) => plural(n, 'problem'),
  remarks: (n: number) => plural(n, 'remark'),
  well: 'No problem was found in it or in what belongs to it',
  allThere: 'What it refers to is there; nothing here says how it is',
  incomplete: 'No problem was found, but not all that belongs to it was looked at',
  looking: 'Looking for what belongs to it…',
  listProblems: 'List the problems',
  noted: 'What belongs to it',
  severity: { info: 'Note', warning: 'Warning', error: 'Error' },
  found: { missing: 'missing', replaced: 'another object', unread: 'not readable', encrypted: 'encrypted' },
  times: (n: number) => `${count(n)}×`,
  timesLong: (n: number) => `seen ${plural(n, 'time')}`,
  earlier: 'about an earlier object of this name',
  lastEnded: { ago: (age: string) => `last ended ${age} ago`, at: (time: string) => `last ended at ${time}` },
  restarts: (n: number) => plural(n, 'restart'),
  failed: 'This part could not be read',
  nothing: 'Nothing else belongs to this key.',
  readIn: (ranges: number, size: string, walked: number) =>
    `${plural(ranges, 'Range read')}, ${size} of values, ${plural(walked, 'key')} walked`,
  cost: 'What finding this cost etcd',
} as const

/** `below events/shop/web.` reads like the key it is. */
function placeInWords(path: string, namespace: string | null, namePrefix: string): string {
  return `in ${path}/${namespace === null ? '' : `${namespace}/`}${namePrefix === '' ? '' : `${namePrefix}…`}`
}
