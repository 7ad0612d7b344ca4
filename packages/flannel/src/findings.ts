// Finds where flannel's and Kubernetes' views of the network disagree, each with evidence.
import { type Address, compareCidr, containsCidr, formatCidr, overlaps, parseAddress, parseCidr, sameCidr } from './cidr.ts'
import { cidrsOf, LeaseIndex } from './lease-index.ts'
import type { NetworkConfig } from './network-config.ts'
import type { KeyRef, SubnetLease } from './subnet-lease.ts'

export interface NodeInput {
  source: KeyRef
  name: string
  addresses: string[]
  podCIDRs: string[]
  /** RFC 3339 of the last sign of life (node lease renewal or Ready condition heartbeat); null if none was found. */
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

export interface ServiceInput {
  source: KeyRef
  namespace: string
  name: string
  /** Cluster, external and load balancer addresses. */
  ips: string[]
}

export interface FindingInputs {
  config: NetworkConfig | null
  configSource: KeyRef | null
  leases: SubnetLease[]
  /** Leases of other networks in the same cluster: a node with one of those needs none here. */
  elsewhere?: readonly SubnetLease[]
  nodes: NodeInput[]
  pods: PodInput[]
  /** CIDRs from which Services get their addresses. */
  serviceRanges: { source: KeyRef; cidr: string }[]
  /** Null if unknown: then no node is called silent, and no lease about to expire. */
  now: Date | null
  /** When the heartbeats were read, if that was before `now`: a node is not silent for what was not read since. */
  heartbeatsReadAt?: Date | null
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
    | 'lease-of-silent-node'
    | 'backend-differs'
    | 'vtep-mac-clash'
    | 'vni-differs'
    | 'service-range-overlaps'
  severity: 'warning' | 'error'
  /** The fact, with names. */
  title: string
  /** Its usual meaning. */
  meaning: string
  evidence: { text: string; source: KeyRef }[]
}

/** A node without a sign of life for this long is silent: the node controller's default grace is 40 s; five minutes allow for a slow clock. */
const SILENT_AFTER_MS = 5 * 60_000
const EXPIRES_SOON_MS = 60 * 60_000

const nameOf = (lease: SubnetLease): string => cidrsOf(lease).map(formatCidr).join(' & ') || lease.source.key

/** Finds the node of a lease: the one it is stored in, for the Kubernetes subnet manager, or the one with its PublicIP among its addresses. */
export function nodeFinder(nodes: readonly NodeInput[]): (lease: SubnetLease) => NodeInput | null {
  const byAddress = new Map<string, NodeInput>()
  const byKey = new Map<string, NodeInput>()
  for (const node of nodes) {
    byKey.set(keyOf(node.source), node)
    for (const address of node.addresses) if (!byAddress.has(address)) byAddress.set(address, node)
  }
  return ({ source, publicIP, publicIPv6 }) =>
    byKey.get(keyOf(source)) ??
    (publicIP === null ? undefined : byAddress.get(publicIP)) ??
    (publicIPv6 === null ? undefined : byAddress.get(publicIPv6)) ??
    null
}

const keyOf = ({ keyspace, key }: KeyRef): string => `${keyspace} ${key}`

/** Whether a lease in etcd can be matched with the node. A Node has no addresses before its kubelet has registered, or if its status was lost. */
const canBeMatched = (node: NodeInput): boolean => node.addresses.length > 0

/** Every disagreement, errors first. Pure: `now` is an input. */
export function findings(inputs: FindingInputs): Finding[] {
  const usable = inputs.leases.filter((lease) => cidrsOf(lease).length > 0)
  if (usable.length === 0) return inputs.config ? serviceRangeFindings(inputs) : []
  const found = [
    ...podFindings(inputs, usable),
    ...nodeFindings(inputs, usable),
    ...leaseFindings(inputs, usable),
    ...overlapFindings(usable),
    ...clashFindings(inputs, usable),
    ...serviceRangeFindings(inputs),
  ]
  return gather(found).sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'))
}

/** Up to this many findings of one kind are reported separately; more of them become one finding that names the first. */
const MOST_ALIKE = 8

const MANY: Record<Finding['id'], (n: number) => string> = {
  'pod-outside-leases': (n) => `On ${n} nodes there are pods with addresses that lie in no subnet lease`,
  'pod-in-foreign-lease': (n) => `On ${n} nodes there are pods with addresses from the lease of another node`,
  'node-without-lease': (n) => `${n} nodes have no subnet lease`,
  'lease-without-node': (n) => `${n} leases belong to addresses that are no node of this cluster`,
  'pod-cidr-differs': (n) => `${n} nodes have a podCIDR that is not their lease`,
  'leases-overlap': (n) => `${n} times two leases overlap`,
  'lease-outside-network': (n) => `${n} leases lie outside the network`,
  'public-ip-twice': (n) => `${n} addresses hold more than one lease`,
  'lease-expiring-node-silent': (n) => `${n} leases of silent nodes run out within the hour`,
  'lease-of-silent-node': (n) => `${n} nodes are silent, and nobody renews their leases`,
  'backend-differs': (n) => `${n} leases were made by another backend than the config says`,
  'vtep-mac-clash': (n) => `${n} VTEP MACs belong to more than one node`,
  'vni-differs': (n) => `${n} times the leases use different VNIs`,
  'service-range-overlaps': (n) => `${n} service ranges overlap the pod network`,
}

function gather(found: readonly Finding[]): Finding[] {
  const alike = new Map<Finding['id'], Finding[]>()
  for (const finding of found) {
    const group = alike.get(finding.id)
    if (group) group.push(finding)
    else alike.set(finding.id, [finding])
  }
  return [...alike.values()].flatMap((group) => {
    const [first] = group
    if (!first || group.length <= MOST_ALIKE) return group
    const evidence = group
      .slice(0, MOST_EVIDENCE)
      .flatMap(({ title, evidence: [own] }) => (own ? [{ text: title, source: own.source }] : []))
    return [{ ...first, title: MANY[first.id](group.length), evidence }]
  })
}

/** Maximum evidence per finding; its title has the total number. */
const MOST_EVIDENCE = 20

function podFindings({ pods, nodes, config, elsewhere }: FindingInputs, leases: SubnetLease[]): Finding[] {
  const families = new Set(
    config ? config.plans.map((plan) => plan.family) : leases.flatMap((lease) => cidrsOf(lease).map((cidr) => cidr.family)),
  )
  const index = new LeaseIndex(elsewhere ? [...leases, ...elsewhere] : leases)
  const nodeOf = nodeFinder(nodes)
  // One problem of a node strands all of its pods: they are one finding.
  const outside = new Map<string, { pod: PodInput; ip: string }[]>()
  const foreign = new Map<string, { pod: PodInput; ip: string; lease: SubnetLease; owner: NodeInput }[]>()
  const collect = <T>(groups: Map<string, T[]>, key: string, entry: T) => {
    const group = groups.get(key)
    if (group) group.push(entry)
    else groups.set(key, [entry])
  }
  for (const pod of pods) {
    // A host-network pod has its node's address; a finished pod's address may have been reassigned.
    if (pod.hostNetwork || pod.phase === 'Succeeded' || pod.phase === 'Failed') continue
    for (const ip of pod.ips) {
      const address: Address | null = parseAddress(ip)
      if (!address || !families.has(address.family)) continue
      const holding = index.holding(address)
      if (holding.length === 0) {
        collect(outside, pod.nodeName ?? '', { pod, ip })
        continue
      }
      const owners = holding.map(nodeOf)
      const [lease, owner] = [holding[0], owners[0]]
      if (!lease || !owner || pod.nodeName === null || owners.some((one) => one === null || one.name === pod.nodeName)) continue
      collect(foreign, `${pod.nodeName}\n${owner.name}`, { pod, ip, lease, owner })
    }
  }
  const found: Finding[] = []
  for (const [nodeName, group] of outside) {
    const [first] = group
    if (!first) continue
    found.push({
      id: 'pod-outside-leases',
      severity: 'error',
      title:
        group.length === 1
          ? `Pod ${first.pod.namespace}/${first.pod.name} has ${first.ip}, which lies in no subnet lease`
          : `${group.length} pods ${nodeName === '' ? 'without a node' : `on node ${nodeName}`} have addresses that lie in no subnet lease`,
      meaning:
        'The node’s lease ran out or was replaced while the pod kept its old address, or the container runtime there does not use flannel: no other node has a route to it.',
      evidence: group
        .slice(0, MOST_EVIDENCE)
        .map(({ pod, ip }) => ({ text: `${pod.namespace}/${pod.name}: status.podIP ${ip}`, source: pod.source })),
    })
  }
  for (const group of foreign.values()) {
    const [first] = group
    if (!first) continue
    found.push({
      id: 'pod-in-foreign-lease',
      severity: 'error',
      title:
        group.length === 1
          ? `Pod ${first.pod.namespace}/${first.pod.name} is on node ${first.pod.nodeName} but its address ${first.ip} lies in the lease of ${first.owner.name}`
          : `${group.length} pods on node ${first.pod.nodeName} have addresses from the lease of ${first.owner.name}`,
      meaning:
        'The node was given another subnet and the container runtime still uses the old one: traffic to this pod goes to the wrong node.',
      evidence: [
        ...group.slice(0, MOST_EVIDENCE).map(({ pod, ip }) => ({
          text: `${pod.namespace}/${pod.name}: nodeName ${pod.nodeName}, status.podIP ${ip}`,
          source: pod.source,
        })),
        { text: `${nameOf(first.lease)} belongs to ${first.lease.publicIP ?? first.lease.publicIPv6}`, source: first.lease.source },
      ],
    })
  }
  return found
}

function nodeFindings({ nodes, now, heartbeatsReadAt = now, elsewhere }: FindingInputs, leases: SubnetLease[]): Finding[] {
  const found: Finding[] = []
  const nodeOf = nodeFinder(nodes)
  const leasesOf = new Map<NodeInput, SubnetLease[]>()
  for (const lease of leases) {
    const node = nodeOf(lease)
    if (node) leasesOf.set(node, [...(leasesOf.get(node) ?? []), lease])
  }
  const served = new Set((elsewhere ?? []).map(nodeOf))
  // The Kubernetes subnet manager stores a lease in its Node: whether it exists is known without an address.
  const nodeKeys = new Set(nodes.map(({ source }) => keyOf(source)))
  const inNodes = leases.some(({ source }) => nodeKeys.has(keyOf(source)))
  for (const node of nodes) {
    const own = leasesOf.get(node) ?? []
    if (own.length === 0 && !served.has(node) && (inNodes || canBeMatched(node))) {
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
      const sameFamily = own.filter((candidate) => cidrsOf(candidate).some((subnet) => subnet.family === cidr?.family))
      const [lease] = sameFamily
      if (!cidr || !lease || sameFamily.some((one) => cidrsOf(one).some((subnet) => sameCidr(subnet, cidr)))) continue
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
      if (lease.expiration === null || now === null || heartbeatsReadAt === null) continue
      const left = Date.parse(lease.expiration) - now.getTime()
      const silentFor = node.heartbeat === null ? Number.POSITIVE_INFINITY : heartbeatsReadAt.getTime() - Date.parse(node.heartbeat)
      if (silentFor < SILENT_AFTER_MS) continue
      const evidence = [
        { text: `expires ${plainInstant(lease.expiration)}`, source: lease.source },
        { text: node.heartbeat === null ? 'no heartbeat found' : `last heartbeat ${plainInstant(node.heartbeat)}`, source: node.source },
      ]
      if (left <= EXPIRES_SOON_MS) {
        found.push({
          id: 'lease-expiring-node-silent',
          severity: 'error',
          title: `The lease ${nameOf(lease)} of node ${node.name} ${left < 0 ? 'has run out' : 'runs out within the hour'}, and the node is silent`,
          meaning: 'The node is down or cut off. When the lease ends, flannel may give its subnet to another node.',
          evidence,
        })
        continue
      }
      found.push({
        id: 'lease-of-silent-node',
        severity: 'warning',
        title: `Node ${node.name} is silent, and nobody renews its lease ${nameOf(lease)}: it runs out in ${hoursAndMinutes(left)}`,
        meaning:
          'The node is down or cut off. flannel renews a lease in its last hour; unless the node is back by then, the subnet goes to whoever asks for one.',
        evidence,
      })
    }
  }
  return found
}

const MOST_NAMES = 5
const firstOf = (names: readonly string[]): string =>
  names.length <= MOST_NAMES ? names.join(', ') : `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`

/** RFC 3339 in readable form, in UTC to the second. */
const plainInstant = (instant: string): string => instant.replace(/^([\d-]+)T([\d:]+)(?:\.\d+)?Z$/, '$1 $2 UTC')

function hoursAndMinutes(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  return `${Math.floor(minutes / 60)}h ${minutes % 60}m`
}

function leaseFindings({ nodes, config }: FindingInputs, leases: SubnetLease[]): Finding[] {
  const found: Finding[] = []
  const nodeOf = nodeFinder(nodes)
  const unmatched = nodes.filter((node) => !canBeMatched(node)).map(({ name }) => name)
  for (const lease of leases) {
    // A reservation waits for a node that may not exist yet, and without nodes there is nothing to compare with.
    if (nodes.length > 0 && !lease.reservation && !nodeOf(lease)) {
      found.push({
        id: 'lease-without-node',
        severity: 'warning',
        title:
          unmatched.length === 0
            ? `The lease ${nameOf(lease)} belongs to ${lease.publicIP ?? lease.publicIPv6 ?? 'nobody'}, which is no node of this cluster`
            : `The lease ${nameOf(lease)} belongs to ${lease.publicIP ?? lease.publicIPv6 ?? 'nobody'}, which is no known address of a node`,
        meaning:
          unmatched.length === 0
            ? 'A node was removed and its lease has not run out yet, or a host outside Kubernetes runs flannel on the same prefix.'
            : `It may be one of the nodes whose status.addresses is empty (${firstOf(unmatched)}). Otherwise a node was removed and its lease has not run out yet, or a host outside Kubernetes runs flannel on the same prefix.`,
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
  // Sorted by base with the larger first: any overlap involves the widest network still open.
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

function clashFindings({ config, configSource }: FindingInputs, leases: SubnetLease[]): Finding[] {
  const found: Finding[] = []
  /** Groups leases by a key, and counts the groups. */
  const groups = (keyOf: (lease: SubnetLease) => string | null) => {
    const map = new Map<string, SubnetLease | SubnetLease[]>()
    for (const lease of leases) {
      const key = keyOf(lease)
      if (key === null) continue
      const group = map.get(key)
      // Nearly every key has one lease: a list for each would be most of the work.
      if (group === undefined) map.set(key, lease)
      else if (Array.isArray(group)) group.push(lease)
      else map.set(key, [group, lease])
    }
    return map
  }
  const shared = (keyOf: (lease: SubnetLease) => string | null): [string, SubnetLease[]][] =>
    [...groups(keyOf)].flatMap(([key, group]) => (Array.isArray(group) ? [[key, group]] : []))
  const data = (lease: SubnetLease, label: string) => lease.backendData.find((row) => row.label === label)?.value ?? null
  const evidence = (group: SubnetLease[]) =>
    group.map((lease) => ({ text: `${nameOf(lease)} held by ${lease.publicIP ?? 'nobody'}`, source: lease.source }))
  for (const [ip, group] of shared((lease) => lease.publicIP ?? lease.publicIPv6)) {
    found.push({
      id: 'public-ip-twice',
      severity: 'warning',
      title: `${ip} holds ${group.length} leases: ${group.map(nameOf).join(', ')}`,
      meaning:
        'The node lost its subnet file and took a new subnet, or two hosts share an address. The older lease keeps its subnet from others until it runs out.',
      evidence: evidence(group.slice(0, MOST_EVIDENCE)),
    })
  }
  const macs = ['VtepMAC', 'v6 VtepMAC'].flatMap((label) => shared((lease) => data(lease, label)?.toLowerCase() ?? null))
  for (const [mac, group] of macs) {
    if (new Set(group.map((lease) => lease.publicIP ?? lease.publicIPv6)).size < 2) continue
    found.push({
      id: 'vtep-mac-clash',
      severity: 'error',
      title: `${group.length} nodes have the VTEP MAC ${mac}`,
      meaning: 'The nodes were cloned from one image with the same machine id: VXLAN delivers their packets to only one of them.',
      evidence: evidence(group.slice(0, MOST_EVIDENCE)),
    })
  }
  const vnis = new Map([...groups((lease) => data(lease, 'VNI'))].map(([vni, group]) => [vni, Array.isArray(group) ? group : [group]]))
  if (vnis.size > 1) {
    found.push({
      id: 'vni-differs',
      severity: 'error',
      title: `The leases use different VNIs: ${[...vnis.keys()].join(', ')}`,
      meaning: 'The VNI was changed and flannel has not restarted everywhere: nodes with different VNIs do not reach each other.',
      evidence: [...vnis.values()].flatMap((group) => evidence(group.slice(0, 1))),
    })
  }
  const configured = config?.backendType === 'vxlan' ? config.settings.find(({ name }) => name === 'Backend.VNI')?.value : undefined
  const [only] = [...vnis]
  // If the leases differ from each other, that is sufficient.
  if (vnis.size === 1 && only && configured !== undefined && only[0] !== configured) {
    found.push({
      id: 'vni-differs',
      severity: 'warning',
      title: `The leases use VNI ${only[0]}, the config says ${configured}`,
      meaning: 'The VNI was changed and flannel has not restarted yet: the first node that does will not reach the others.',
      evidence: [...evidence(only[1].slice(0, 1)), ...(configSource ? [{ text: `Backend.VNI ${configured}`, source: configSource }] : [])],
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
