// Every word of the findings page, in English. The facts of a finding come from the server.

import type { FindingRule } from '@registree/contract'
import { many } from '../../lib/many.ts'

/** What each rule is called, and what it usually means. */
const rules = {
  unreadable: {
    title: 'Values that could not be read',
    meaning:
      'The API server cannot read them either: listing the resource fails, or leaves them out. Damage, or a program that writes to etcd past the API.',
  },
  'silent-node': {
    title: 'Nodes without a heartbeat, or not ready',
    meaning:
      'The kubelet, the machine or the network between them and the API server is down. Pods on the node are evicted after five minutes.',
  },
  'lost-pod': {
    title: 'Pods on nodes that do not exist',
    meaning: 'Nothing runs them and nothing reports on them. The pod garbage collector of the controller manager should have deleted them.',
  },
  'stuck-deletion': {
    title: 'Stuck deletions',
    meaning:
      'A finalizer is removed by the controller that set it, once it has cleaned up; if that controller is gone, nobody does. A pod without finalizers waits for its kubelet.',
  },
  orphan: {
    title: 'Objects whose owner is gone',
    meaning:
      'The garbage collector deletes such objects within seconds. Where they stay, it does not run or is stuck, or the object was restored without its owner.',
  },
  'missing-namespace': {
    title: 'Objects in namespaces that do not exist',
    meaning:
      'The namespace was removed past its finalizer. Nothing deletes the objects, and they belong to the next namespace of that name.',
  },
  'missing-definition': {
    title: 'Custom objects without their definition',
    meaning: 'The CustomResourceDefinition was removed past its finalizer. No API reaches the objects until it is created again.',
  },
  misnamed: {
    title: 'Objects that disagree with their key',
    meaning: 'The API server goes by the key. Such an object was copied in etcd, or restored under another name; updates to it fail.',
  },
  'unallocated-address': {
    title: 'Service addresses and ports without an allocation',
    meaning:
      'Another Service may be given the same one. The API server repairs this every three minutes; where it stays, it does not run or an old backup was restored.',
  },
  'shared-address': {
    title: 'Service addresses and ports held twice',
    meaning: 'Only one of the Services gets the traffic, and which one differs from node to node.',
  },
  'leaked-address': {
    title: 'Service addresses and ports allocated to nobody',
    meaning:
      'Left behind by a deletion that did not finish. The API server frees them after a few minutes; where they stay, the range slowly fills up.',
  },
  'removed-version': {
    title: 'Stored in API versions that are gone',
    meaning:
      'API servers convert what they still know. After an upgrade that drops the version, the object cannot be read: rewrite it before (read it and replace it unchanged).',
  },
  'stale-lease': {
    title: 'Leases that nobody renews',
    meaning: 'The component that held the lease does not run any more, and no other took over.',
  },
  'unknown-kind': {
    title: 'Kinds that Registree does not know',
    meaning:
      'They belong to a Kubernetes newer than Registree, or to an aggregated API server. This is no damage: their servers read them. Only their metadata was looked at.',
  },
  'too-large': {
    title: 'Values that Registree does not read whole',
    meaning:
      'Reading them would take too long, or too much memory, beside everybody else’s requests. This is no damage: the API server may read them. The other rules know nothing of them but key and size.',
  },
  encrypted: {
    title: 'Encrypted values that were not looked into',
    meaning:
      'With the API server’s configuration (--encryption-config) they are read as the others are. Until then nothing is known of them but key and size.',
  },
  largest: {
    title: 'Largest objects',
    meaning: 'Etcd refuses requests of more than 1.5 MiB, and every write of a large object writes all of it.',
  },
  rewritten: {
    title: 'Most rewritten keys',
    meaning: 'The version counter: how often the key was written since it was created. Leases are rewritten every few seconds by design.',
  },
} satisfies Record<FindingRule, { title: string; meaning: string }>

export const findingsText = {
  title: 'Findings',
  subtitle: (prefix: string) => `What only the store can tell, from every value below ${prefix}`,
  rules,
  severity: { error: 'Error', warning: 'Warning', info: 'Note' },
  severities: 'Severity',
  filter: 'Filter findings',
  filterHint: 'name, kind, finalizer, version…',
  all: 'All',
  noKeyspace: 'There is no v3 keyspace to look through',
  ask: (total: string) => `This is a live etcd with ${many(total, 'key', 'keys')}`,
  askWhy: (total: string) =>
    `Findings need a scan of all values: ${total} of them, in pages of at most 500, at one revision, as serializable reads. Nothing has been read yet but the names of the resources.`,
  askButton: (total: string) => (total === '1' ? 'Read the value' : `Read all ${total} values`),
  counting: 'Listing the resources…',
  reading: (read: string, total: string | null, bytes: string) =>
    `${total === null ? many(read, 'value', 'values') : `${read} of ${many(total, 'value', 'values')}`} read, ${bytes}`,
  now: (path: string) => `now ${path}`,
  progress: 'Progress of the pass',
  cancel: 'Cancel',
  again: 'Read again',
  start: 'Start again',
  stopped: (read: string) =>
    `Stopped after ${many(read, 'value', 'values')}. What was found until then is below; what comes with the end of the pass is missing.`,
  failed: 'The pass did not reach its end.',
  read: (read: string, bytes: string, time: string) => `${many(read, 'value', 'values')}, ${bytes}, in ${time}`,
  revision: (revision: string) => `revision ${revision}`,
  asOf: (time: string) => `ages relative to the file’s newest entry, ${time}`,
  asOfUnknown: 'ages cannot be told: nothing in this file says when it was taken',
  asOfNow: (time: string) => `ages as of ${time}, when this was read`,
  nothing: (read: string) =>
    read === '0'
      ? 'There is no value below this prefix to look at.'
      : `Nothing is wrong in what ${many(read, 'value', 'values')} can tell.`,
  soFar: 'Found so far, by rule',
  nothingYet: 'Nothing found so far.',
  noMatch: 'No finding matches.',
  showAll: 'Show all findings',
  onlyThis: (title: string) => `Only: ${title}`,
  silent: 'Looked for, and not found',
  unjudged: 'Not looked for: nothing in this file says when it was taken, so that ages cannot be told',
  more: (left: string) => `and ${left} more`,
  fewer: 'Show fewer',
  cut: (listed: string, count: string) =>
    `${listed === '1' ? 'The first' : `The first ${listed}`} of ${count} ${listed === '1' ? 'is' : 'are'} listed.`,
  copy: 'Copy the link to this finding',
  store: 'What fills the database',
  usage: 'Bytes by resource',
  rounded: (size: string) => `up to ${size}: the size of each Secret is rounded up, because it would tell the length of a short password`,
  usageMeaning: 'Of the values at this revision. Older revisions and free pages come on top until etcd compacts and defragments.',
  resource: 'Resource',
  objects: 'Objects',
  bytes: 'Bytes',
  share: 'Share',
  mean: 'Mean',
  list: (title: string) => `List: ${title}`,
  scope: 'Findings',
} as const
