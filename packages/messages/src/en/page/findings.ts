// The findings page.
export const findings = {
  title: 'Findings',
  subtitle: 'Checks of every value below {prefix}',
  rules: {
    unreadable: {
      title: 'Values that could not be read',
      meaning:
        'The API server cannot read them either: listing the resource fails, or leaves them out. The cause is damage, or a program that writes to etcd without the API.',
    },
    'silent-node': {
      title: 'Nodes without a heartbeat, or not ready',
      meaning:
        'The kubelet, the machine or the network between them and the API server is down. Pods on the node are evicted after five minutes.',
    },
    'lost-pod': {
      title: 'Pods on nodes that do not exist',
      meaning:
        'Nothing runs them and nothing reports on them. The pod garbage collector of the controller manager should have deleted them.',
    },
    'stuck-deletion': {
      title: 'Stuck deletions',
      meaning:
        'The controller that set a finalizer removes it after its cleanup. If that controller is gone, nothing does. A pod without finalizers waits for its kubelet.',
    },
    'blocked-drain': {
      title: 'Budgets that allow no eviction',
      meaning:
        'Draining a node waits for as long as one of these pods is on it, because the PodDisruptionBudget asks for all of them. A budget that asks for fewer lets it go on; more replicas do only where minAvailable is a number.',
    },
    orphan: {
      title: 'Objects whose owner is gone',
      meaning:
        'The garbage collector deletes such objects within seconds. If they remain, it does not run or is stuck, or the object was restored without its owner.',
    },
    'missing-namespace': {
      title: 'Objects in namespaces that do not exist',
      meaning:
        'The namespace was removed despite its finalizer. Nothing deletes the objects, and they will belong to the next namespace with that name.',
    },
    'missing-definition': {
      title: 'Custom objects without their definition',
      meaning: 'The CustomResourceDefinition was removed despite its finalizer. No API reaches the objects until it is created again.',
    },
    misnamed: {
      title: 'Objects that disagree with their key',
      meaning: 'The API server goes by the key. Such an object was copied in etcd, or restored under another name; updates to it fail.',
    },
    'unallocated-address': {
      title: 'Service addresses and ports without an allocation',
      meaning:
        'Another Service may get the same one. The API server repairs this every three minutes; if the mismatch remains, it does not run or an old backup was restored.',
    },
    'shared-address': {
      title: 'Service addresses and ports held twice',
      meaning: 'Only one of the Services gets the traffic, and which one differs from node to node.',
    },
    'leaked-address': {
      title: 'Service addresses and ports allocated to nobody',
      meaning:
        'Left behind by a deletion that did not finish. The API server frees them after a few minutes; if they remain, the range slowly fills up.',
    },
    'removed-version': {
      title: 'Stored in API versions that are gone',
      meaning:
        'API servers convert what they still know. After an upgrade that drops the version, the object cannot be read. Rewrite it before the upgrade: read it and replace it unchanged.',
    },
    'stale-lease': {
      title: 'Leases that nobody renews',
      meaning: 'The component that held the lease no longer runs, and no other took over.',
    },
    'unknown-kind': {
      title: 'Kinds that Registree does not know',
      meaning:
        'They belong to a Kubernetes newer than Registree, or to an aggregated API server. This is not damage: their servers can read them. Only their metadata was checked.',
    },
    'too-large': {
      title: 'Values that Registree does not read whole',
      meaning:
        'Reading them would take too much time or memory. They are not damaged: the API server may be able to read them. The other rules see only their key and size.',
    },
    encrypted: {
      title: 'Encrypted values that were not checked',
      meaning:
        'With the API server’s configuration (--encryption-config) they can be read like the others. Until then only their key and size are known.',
    },
    largest: {
      title: 'Largest objects',
      meaning: 'etcd refuses requests of more than 1.5 MiB, and every write of a large object writes all of it.',
    },
    rewritten: {
      title: 'Most rewritten keys',
      meaning: 'The version counter: how often the key was written since it was created. Leases are rewritten every few seconds by design.',
    },
  },
  severity: {
    error: 'Error',
    warning: 'Warning',
    info: 'Note',
  },
  severities: 'Severity',
  filter: 'Filter findings',
  filterHint: 'name, kind, finalizer, version…',
  all: 'All',
  noKeyspace: 'There is no v3 keyspace to check',
  ask: 'This is a live etcd with {total, plural, one {# key} other {# keys}}',
  askWhy:
    'Findings need a scan of all values: {total, number} of them, in pages of at most 500, at one revision, as serializable reads. So far only the names of the resources have been read.',
  askButton: '{total, plural, one {Read the value} other {Read all # values}}',
  counting: 'Listing the resources…',
  reading: '{read, plural, one {# value} other {# values}} read, {bytes}',
  readingOf: '{read, number} of {total, plural, one {# value} other {# values}} read, {bytes}',
  now: 'now {path}',
  progress: 'Scan progress',
  cancel: 'Cancel',
  again: 'Read again',
  start: 'Start again',
  stopped:
    'Stopped after {read, plural, one {# value} other {# values}}. Findings so far are below; checks that need all values are missing.',
  failed: 'The scan did not finish.',
  read: '{read, plural, one {# value} other {# values}}, {bytes}, in {time}',
  revision: 'revision {revision}',
  asOf: 'ages relative to the file’s newest entry, {time}',
  asOfUnknown: 'ages unknown: nothing in this file says when it was taken',
  asOfNow: 'ages as of {time}, when this was read',
  nothing:
    '{read, plural, =0 {There is no value below this prefix.} other {No problems found in {read, plural, one {# value} other {# values}}.}}',
  soFar: 'Found so far, by rule',
  nothingYet: 'Nothing found so far.',
  noMatch: 'No finding matches.',
  showAll: 'Show all findings',
  onlyThis: 'Only: {title}',
  silent: 'Checked, nothing found',
  unjudged: 'Not checked: nothing in this file says when it was taken, so ages are unknown',
  more: 'and {left, number} more',
  fewer: 'Show fewer',
  cut: '{listed, plural, one {The first} other {The first #}} of {count, number} {listed, plural, one {is} other {are}} listed.',
  copy: 'Copy the link to this finding',
  store: 'What fills the database',
  usage: 'Bytes by resource',
  rounded: 'up to {size}: the size of each Secret is rounded up, because it would reveal the length of a short password',
  usageMeaning: 'Values at this revision only. Older revisions and free pages add to this until etcd compacts and defragments.',
  resource: 'Resource',
  objects: 'Objects',
  bytes: 'Bytes',
  share: 'Share',
  mean: 'Mean',
  list: 'List: {title}',
  scope: 'Findings',
} as const
