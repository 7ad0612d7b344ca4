// Where flannel's picture and Kubernetes' picture of the network disagree, each with its evidence.
import {
  type Address,
  type Cidr,
  compareCidr,
  containsAddress,
  containsCidr,
  formatCidr,
  overlaps,
  parseAddress,
  parseCidr,
  sameCidr,
} from './cidr.ts'
import type { NetworkConfig } from './network-config.ts'
import type { KeyRef, SubnetLease } from './subnet-lease.ts'

export interface NodeInput {
  source: KeyRef
  name: string
  addresses: string[]
  podCIDRs: string[]
  /** RFC 3339 of the last sign of life (node lease renewal or Ready condition heartbeat); null when none was found. */
  heartbeat: string | null
}

export interface PodInput {
  source: KeyRef
  namespace: string
  name: string
  nodeName: string | null
  ips: string[]
  hostNetwork: boolean
  phase: string
}

export interface FindingInputs {
  config: NetworkConfig | null
  configSource: KeyRef | null
  leases: SubnetLease[]
  nodes: NodeInput[]
  pods: PodInput[]
  /** CIDRs from which Services get their addresses. */
  serviceRanges: { source: KeyRef; cidr: string }[]
  now: Date
}

export interface Finding {
  id:
    | 'pod-outside-leases'
    | 'pod-in-foreign-lease'
    | 'node-without-lease'
    | 'lease-without-node'
    | 'pod-cidr-differs'
    | 'leases-overlap'
    | 'lease-outside-network'
    | 'public-ip-twice'
    | 'lease-expiring-node-silent'
    | 'backend-differs'
    | 'vtep-mac-clash'
    | 'vni-differs'
    | 'service-range-overlaps'
  severity: 'warning' | 'error'
  /** What is so, with its names. */
  title: string
  /** What it usually means. */
  meaning: string
  evidence: { text: string; source: KeyRef }[]
}

/** A node without a sign of life for this long is silent: the node controller's own default grace is 40 s; five minutes spare a slow clock. */
const SILENT_AFTER_MS = 5 * 60_000
const EXPIRES_SOON_MS = 60 * 60_000

const cidrsOf = (lease: SubnetLease): Cidr[] => [lease.v4, lease.v6].filter((cidr) => cidr !== null)
const nameOf = (lease: SubnetLease): string => cidrsOf(lease).map(formatCidr).join(' & ') || lease.source.key

/** The node to which a lease belongs: the one that has its PublicIP among its addresses. */
export function nodeOfLease(lease: SubnetLease, nodes: readonly NodeInput[]): NodeInput | null {
  return nodes.find((node) => node.addresses.some((address) => address === lease.publicIP || address === lease.publicIPv6)) ?? null
}

/** Every disagreement, errors first. Pure: `now` comes in. */
export function findings(inputs: FindingInputs): Finding[] {
  const usable = inputs.leases.filter((lease) => cidrsOf(lease).length > 0)
  if (usable.length === 0) return inputs.config ? serviceRangeFindings(inputs) : []
  const found = [
    ...podFindings(inputs, usable),
    ...nodeFindings(inputs, usable),
    ...leaseFindings(inputs, usable),
    ...overlapFindings(usable),
    ...clashFindings(usable),
    ...serviceRangeFindings(inputs),
  ]
  return found.sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'))
}

function podFindings({ pods, nodes, config }: FindingInputs, leases: SubnetLease[]): Finding[] {
  const found: Finding[] = []
  const families = new Set(
    config ? config.plans.map((plan) => plan.family) : leases.flatMap((lease) => cidrsOf(lease).map((cidr) => cidr.family)),
  )
  for (const pod of pods) {
    // A host-network pod has its node's address; a finished pod's address may have been given to another.
    if (pod.hostNetwork || pod.phase === 'Succeeded' || pod.phase === 'Failed') continue
    for (const ip of pod.ips) {
      const address: Address | null = parseAddress(ip)
      if (!address || !families.has(address.family)) continue
      const lease = leases.find((candidate) => cidrsOf(candidate).some((cidr) => containsAddress(cidr, address)))
      const who = `${pod.namespace}/${pod.name}`
      if (!lease) {
        found.push({
          id: 'pod-outside-leases',
          severity: 'error',
          title: `Pod ${who} has ${ip}, which lies in no subnet lease`,
          meaning: 'The node’s lease ran out or was replaced while the pod kept its old address: no other node has a route to it.',
          evidence: [{ text: `status.podIP ${ip}`, source: pod.source }],
        })
        continue
      }
      const owner = nodeOfLease(lease, nodes)
      if (owner && pod.nodeName !== null && owner.name !== pod.nodeName) {
        found.push({
          id: 'pod-in-foreign-lease',
          severity: 'error',
          title: `Pod ${who} is on node ${pod.nodeName} but its address ${ip} lies in the lease of ${owner.name}`,
          meaning:
            'The node was given another subnet and the container runtime still uses the old one: traffic to this pod goes to the wrong node.',
          evidence: [
            { text: `nodeName ${pod.nodeName}, status.podIP ${ip}`, source: pod.source },
            { text: `${nameOf(lease)} belongs to ${lease.publicIP ?? lease.publicIPv6}`, source: lease.source },
          ],
        })
      }
    }
  }
  return found
}

function nodeFindings({ nodes, now }: FindingInputs, leases: SubnetLease[]): Finding[] {
  const found: Finding[] = []
  for (const node of nodes) {
    const own = leases.filter((lease) => nodeOfLease(lease, [node]))
    if (own.length === 0) {
      found.push({
        id: 'node-without-lease',
        severity: 'error',
        title: `Node ${node.name} has no subnet lease`,
        meaning: 'flannel does not run there, or its lease ran out: pods on this node cannot be reached from other nodes.',
        evidence: [{ text: `addresses ${node.addresses.join(', ') || 'none'}`, source: node.source }],
      })
    }
    for (const text of node.podCIDRs) {
      const cidr = parseCidr(text)
      const lease = own.find((candidate) => cidrsOf(candidate).some((subnet) => subnet.family === cidr?.family))
      if (!cidr || !lease || cidrsOf(lease).some((subnet) => sameCidr(subnet, cidr))) continue
      found.push({
        id: 'pod-cidr-differs',
        severity: 'warning',
        title: `Node ${node.name} has podCIDR ${text} but its lease is ${nameOf(lease)}`,
        meaning:
          'Kubernetes and flannel both hand out addresses. Pods follow one of them, firewalls and cloud routes may follow the other.',
        evidence: [
          { text: `spec.podCIDR ${text}`, source: node.source },
          { text: nameOf(lease), source: lease.source },
        ],
      })
    }
    for (const lease of own) {
      if (lease.expiration === null) continue
      const left = Date.parse(lease.expiration) - now.getTime()
      const silentFor = node.heartbeat === null ? Number.POSITIVE_INFINITY : now.getTime() - Date.parse(node.heartbeat)
      if (left > EXPIRES_SOON_MS || silentFor < SILENT_AFTER_MS) continue
      found.push({
        id: 'lease-expiring-node-silent',
        severity: 'error',
        title: `The lease ${nameOf(lease)} of node ${node.name} ${left < 0 ? 'has run out' : 'runs out within the hour'}, and the node is silent`,
        meaning: 'The node is down or cut off. When the lease ends, flannel may give its subnet to another node.',
        evidence: [
          { text: `expires ${lease.expiration}`, source: lease.source },
          { text: node.heartbeat === null ? 'no heartbeat found' : `last heartbeat ${node.heartbeat}`, source: node.source },
        ],
      })
    }
  }
  return found
}

function leaseFindings({ nodes, config }: FindingInputs, leases: SubnetLease[]): Finding[] {
  const found: Finding[] = []
  for (const lease of leases) {
    // A reservation waits for a node that may not be there yet, and without any node there is nothing to compare with.
    if (nodes.length > 0 && !lease.reservation && !nodeOfLease(lease, nodes)) {
      found.push({
        id: 'lease-without-node',
        severity: 'warning',
        title: `The lease ${nameOf(lease)} belongs to ${lease.publicIP ?? lease.publicIPv6 ?? 'nobody'}, which is no node of this cluster`,
        meaning: 'A node was removed and its lease has not run out yet, or a host outside Kubernetes runs flannel on the same prefix.',
        evidence: [{ text: nameOf(lease), source: lease.source }],
      })
    }
    for (const cidr of cidrsOf(lease)) {
      const plan = config?.plans.find((candidate) => candidate.family === cidr.family)
      if (!plan || containsCidr(plan.network, cidr)) continue
      found.push({
        id: 'lease-outside-network',
        severity: 'error',
        title: `The lease ${formatCidr(cidr)} lies outside the network ${formatCidr(plan.network)}`,
        meaning:
          'The network was changed while leases of the old one were still held. Those nodes keep the old subnet until flannel restarts there.',
        evidence: [{ text: formatCidr(cidr), source: lease.source }],
      })
    }
    if (config && lease.backendType && config.backendType && lease.backendType.toLowerCase() !== config.backendType) {
      found.push({
        id: 'backend-differs',
        severity: 'error',
        title: `The lease ${nameOf(lease)} was made by backend ${lease.backendType}, the config says ${config.backendType}`,
        meaning:
          'The backend was changed and flannel on that node has not restarted: nodes with different backends do not reach each other.',
        evidence: [{ text: `BackendType ${lease.backendType}`, source: lease.source }],
      })
    }
  }
  return found
}

function overlapFindings(leases: SubnetLease[]): Finding[] {
  const found: Finding[] = []
  const all = leases.flatMap((lease) => cidrsOf(lease).map((cidr) => ({ lease, cidr }))).sort((a, b) => compareCidr(a.cidr, b.cidr))
  // Sorted by base with the larger first: whatever overlaps does so with the widest one still open.
  let open: (typeof all)[number] | undefined
  for (const entry of all) {
    if (open && overlaps(open.cidr, entry.cidr)) {
      found.push({
        id: 'leases-overlap',
        severity: 'error',
        title: `The leases ${formatCidr(open.cidr)} and ${formatCidr(entry.cidr)} overlap`,
        meaning: 'SubnetLen was changed while leases were held, or keys were written by hand: two nodes may give out the same pod address.',
        evidence: [
          { text: `held by ${open.lease.publicIP ?? 'nobody'}`, source: open.lease.source },
          { text: `held by ${entry.lease.publicIP ?? 'nobody'}`, source: entry.lease.source },
        ],
      })
    } else open = entry
  }
  return found
}

function clashFindings(leases: SubnetLease[]): Finding[] {
  const found: Finding[] = []
  const groups = (keyOf: (lease: SubnetLease) => string | null) => {
    const map = new Map<string, SubnetLease[]>()
    for (const lease of leases) {
      const key = keyOf(lease)
      if (key !== null) map.set(key, [...(map.get(key) ?? []), lease])
    }
    return map
  }
  const data = (lease: SubnetLease, label: string) => lease.backendData.find((row) => row.label === label)?.value ?? null
  const evidence = (group: SubnetLease[]) =>
    group.map((lease) => ({ text: `${nameOf(lease)} held by ${lease.publicIP ?? 'nobody'}`, source: lease.source }))
  for (const [ip, group] of groups((lease) => lease.publicIP)) {
    if (group.length < 2) continue
    found.push({
      id: 'public-ip-twice',
      severity: 'warning',
      title: `${ip} holds ${group.length} leases: ${group.map(nameOf).join(', ')}`,
      meaning:
        'The node lost its subnet file and took a new subnet, or two hosts share an address. The older lease keeps its subnet from others until it runs out.',
      evidence: evidence(group),
    })
  }
  for (const [mac, group] of groups((lease) => data(lease, 'VtepMAC')?.toLowerCase() ?? null)) {
    if (new Set(group.map((lease) => lease.publicIP)).size < 2) continue
    found.push({
      id: 'vtep-mac-clash',
      severity: 'error',
      title: `${group.length} nodes have the VTEP MAC ${mac}`,
      meaning: 'The nodes were cloned from one image with the same machine id: VXLAN delivers their packets to only one of them.',
      evidence: evidence(group),
    })
  }
  const vnis = groups((lease) => data(lease, 'VNI'))
  if (vnis.size > 1) {
    found.push({
      id: 'vni-differs',
      severity: 'error',
      title: `The leases use different VNIs: ${[...vnis.keys()].join(', ')}`,
      meaning: 'The VNI was changed and flannel has not restarted everywhere: nodes with different VNIs do not reach each other.',
      evidence: [...vnis.values()].flatMap((group) => evidence(group.slice(0, 1))),
    })
  }
  return found
}

function serviceRangeFindings({ config, serviceRanges, configSource }: FindingInputs): Finding[] {
  const found: Finding[] = []
  for (const range of serviceRanges) {
    const cidr = parseCidr(range.cidr)
    const plan = cidr && config?.plans.find((candidate) => overlaps(candidate.network, cidr))
    if (!plan) continue
    found.push({
      id: 'service-range-overlaps',
      severity: 'error',
      title: `The service range ${range.cidr} overlaps the pod network ${formatCidr(plan.network)}`,
      meaning: 'A pod and a Service can get the same address: kube-proxy will take traffic that was meant for the pod.',
      evidence: [
        { text: range.cidr, source: range.source },
        ...(configSource ? [{ text: formatCidr(plan.network), source: configSource }] : []),
      ],
    })
  }
  return found
}
