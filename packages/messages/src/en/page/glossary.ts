// What puzzles who looks into etcd for the first time, explained in two sentences each.
export const glossary = {
  title: 'Glossary',
  whatIs: 'What is this? {title}',
  all: 'All terms',
  subtitle: 'What puzzles people who look into etcd for the first time.',
  links: {
    keys: 'Keys of {directory}',
    table: 'Table of {resource}',
    key: 'Key {key}',
    page: 'Open {page}',
  },
  terms: {
    minions: {
      title: 'minions/',
      text: 'Node objects are stored here. Nodes were called minions before Kubernetes 1.0, and renaming the directory would have broken every running cluster.',
    },
    ranges: {
      title: 'ranges/',
      text: 'Each key holds one RangeAllocation: the range of Service addresses or of node ports, and a bitmap with one bit for each of them. A set bit means allocated; newer clusters also keep IPAddress objects.',
    },
    masterleases: {
      title: 'masterleases/',
      text: 'Each API server writes its address here with a lease and renews it. The addresses become the endpoints of the Service kubernetes; an API server that stops vanishes when its lease expires.',
    },
    compactRevKey: {
      title: 'compact_rev_key',
      text: 'The API servers agree here who compacts etcd: every five minutes one of them writes the revision at which it compacts. The version of the key counts the compactions.',
    },
    keyspaces: {
      title: 'v2 and v3',
      text: 'etcd has two separate keyspaces: v3 (gRPC), which Kubernetes uses, and v2 (HTTP), which older flannel uses and etcd 3.6 no longer has. A key in one does not exist in the other, even with the same name.',
    },
    lease: {
      title: 'Lease and TTL',
      text: 'An etcd lease deletes its keys when its time to live (TTL) passes without renewal; Kubernetes attaches one to Events. A Lease object of Kubernetes is something else: a stored object that its holder updates to show that it is alive.',
    },
    revision: {
      title: 'Revision and resourceVersion',
      text: 'Every write to etcd gets the next revision, a number for the whole keyspace. The resourceVersion of an object is not stored: the API server fills in the revision of its last write (mod revision).',
    },
    storedVersion: {
      title: 'Stored version',
      text: 'An object is stored in one API version, whichever the API server preferred when it was last written. Reading it in another version converts it; before a version is removed, objects stored in it must be rewritten.',
    },
    finalizers: {
      title: 'Finalizers',
      text: 'Names of cleanup tasks: a deleted object stays until every controller has removed its own. If the controller is gone, nothing removes the name and the deletion is stuck.',
    },
    managedFields: {
      title: 'managedFields',
      text: 'For each writer (manager), the fields that it set and when, kept for server-side apply. kubectl hides them unless it is called with --show-managed-fields.',
    },
    flannelSubnets: {
      title: 'flannel’s subnet leases',
      text: 'Each node leases one subnet of the pod network and stores it as a key named after the subnet, such as 172.30.36.0-24. The key expires after 24 hours unless flannel renews it; then another node may get the subnet.',
    },
  },
} as const
