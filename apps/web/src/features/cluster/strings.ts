// Every word of the trouble section of the front page, in English. The facts come from the server.

import type { TroubleAnswer } from '@registree/contract'
import { many } from '../../lib/many.ts'

const are = (n: number) => many(n, 'is', 'are')

export const troubleText = {
  title: 'Trouble',
  severity: { error: 'Error', warning: 'Warning', info: 'Note' },
  node: (name: string) => `Node ${name}`,
  podsOn: (n: number | null) => (n === null ? 'Look for pods on it' : many(n, 'pod on it', 'pods on it')),
  moreNodes: (n: number) => `${many(n, 'more node', 'more nodes')} without a heartbeat`,
  pods: (n: number, status: string) => `${many(n, 'pod', 'pods')} ${status}`,
  restarts: (n: number) => (n === 0 ? '' : `${many(n, 'restart', 'restarts')}.`),
  firstPod: 'Open the pod',
  firstOf: 'Open the first of them',
  inTable: 'all of them',
  moreGroups: (n: number) => `${many(n, 'more group', 'more groups')} of pods in trouble`,
  deletion: (kind: string, name: string) => `${kind} ${name}`,
  moreDeletions: (n: number) => `${many(n, 'more stuck deletion', 'more stuck deletions')}`,
  waitForNodes: 'They wait for the kubelet of their node.',
  listed: 'List them',
  flannel: 'Flannel',
  flannelMore: (n: number) => `${many(n, 'more finding', 'more findings')} of flannel`,
  flannelFailed: 'Flannel’s network could not be read.',
  flannelWell: {
    all: 'Flannel’s network agrees with Kubernetes.',
    part: 'Flannel: nothing disagrees in what could be read. The rest was not compared.',
    none: 'Flannel: there are no nodes to compare with, so only the leases themselves were checked.',
  },
  unreadable: (n: number) => `${many(n, 'value', 'values')} of nodes, namespaces and pods could not be read`,
  unreadableMeans: ({ encrypted, undecrypted, damaged, tooLarge, unknownKind }: TroubleAnswer['unreadAs']) =>
    [
      damaged > 0 && `${are(damaged)} damaged.`,
      undecrypted > 0 && `${are(undecrypted)} encrypted, and the key that was given does not open ${undecrypted === 1 ? 'it' : 'them'}.`,
      encrypted > 0 && `${are(encrypted)} encrypted: --encryption-config lets Registree read ${encrypted === 1 ? 'it' : 'them'}.`,
      tooLarge > 0 && `${are(tooLarge)} too large to read here.`,
      unknownKind > 0 && `${are(unknownKind)} of a kind that Registree does not know.`,
    ]
      .filter(Boolean)
      .join(' '),
  nodesWell: (n: number) => (n === 1 ? 'The node reports.' : `All ${n.toLocaleString('en-US')} nodes report.`),
  podsWell: (n: number) => (n === 1 ? 'The pod is in no trouble.' : `None of ${n.toLocaleString('en-US')} pods is in trouble.`),
  deletionsWell: 'No node, namespace or pod is stuck in its deletion.',
  deletionsWellWithoutPods: 'No node or namespace is stuck in its deletion.',
  unheard: (n: number, all: number) =>
    n === 0 ? '' : n === all ? 'As last reported: the node is silent.' : `${many(n, 'pod', 'pods')} of them on silent nodes.`,
  rest: (n: number) => `Show ${n.toLocaleString('en-US')} more`,
  fewer: 'Show fewer',
  none: (prefix: string) => `There are no nodes and no pods below ${prefix}.`,
  totals: (nodes: number, pods: number) => `${many(nodes, 'node', 'nodes')}, ${many(pods, 'pod', 'pods')}`,
  asOf: (instant: string) => `ages relative to the file’s newest entry, ${instant}`,
  asOfUnknown: 'ages cannot be told',
  notJudged:
    'Heartbeats, late restarts and stuck deletions are not judged: nothing in this file says when it was taken, so that ages cannot be told.',
  podTotals: (well: number) => `${many(well, 'pod', 'pods')} in no trouble`,
  unread: (n: string) => `This live etcd holds ${many(n, 'pod', 'pods')}. They are read when you ask for it.`,
  readPods: (n: string) => (n === '1' ? 'Look at the pod' : `Look at all ${n} pods`),
  reading: (read: string, total: string) => `Looking at the pods: ${read} of ${total}`,
  readingLabel: 'Pods looked at',
  stop: 'Stop',
  stopped: 'Not all pods were looked at.',
  podsFailed: (message: string) => `The pods could not be read: ${message}`,
  retry: 'Retry',
  all: 'Scan all values',
  failed: 'Nodes and pods could not be read.',
  trouble: { failed: 'failed', notReady: 'not ready', restarting: 'restarting', terminating: 'terminating', pending: 'pending' },
} as const
