// Finds where flannel's and Kubernetes' views of the network disagree, each with evidence.
import { type Address, compareCidr, containsCidr, formatCidr, overlaps, parseAddress, parseCidr, sameCidr } from './cidr.ts'
import { type FlannelMessage, plain } from './flannel-messages.ts'
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
  title: FlannelMessage
  /** Its usual meaning. */
  meaning: FlannelMessage
  evidence: { says: FlannelMessage; source: KeyRef }[]
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
      .flatMap(({ title, evidence: [own] }) => (own ? [{ says: title, source: own.source }] : []))
    return [{ ...first, title: { code: `many-${first.id}`, params: { n: group.length } }, evidence }]
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
          ? { code: 'pod-outside-leases', params: { pod: nameOfPod(first.pod), ip: first.ip } }
          : { code: 'pods-outside-leases', params: { pods: group.length, node: nodeName || 'none' } },
      meaning: plain('pods-outside-leases-means'),
      evidence: group
        .slice(0, MOST_EVIDENCE)
        .map(({ pod, ip }) => ({ says: { code: 'pod-ip', params: { pod: nameOfPod(pod), ip } }, source: pod.source })),
    })
  }
  for (const group of foreign.values()) {
    const [first] = group
    if (!first) continue
    const node = first.pod.nodeName ?? ''
    found.push({
      id: 'pod-in-foreign-lease',
      severity: 'error',
      title:
        group.length === 1
          ? { code: 'pod-in-foreign-lease', params: { pod: nameOfPod(first.pod), node, ip: first.ip, owner: first.owner.name } }
          : { code: 'pods-in-foreign-lease', params: { pods: group.length, node, owner: first.owner.name } },
      meaning: plain('pods-in-foreign-lease-means'),
      evidence: [
        ...group.slice(0, MOST_EVIDENCE).map(({ pod, ip }) => ({
          says: { code: 'pod-node-ip' as const, params: { pod: nameOfPod(pod), node: pod.nodeName ?? '', ip } },
          source: pod.source,
        })),
        {
          says: { code: 'lease-belongs-to', params: { lease: nameOf(first.lease), holder: holderOf(first.lease) } },
          source: first.lease.source,
        },
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
        title: { code: 'node-without-lease', params: { node: node.name } },
        meaning: plain('node-without-lease-means'),
        evidence: [
          {
            says:
              node.addresses.length === 0
                ? plain('node-addresses-none')
                : { code: 'node-addresses', params: { addresses: node.addresses.join(', ') } },
            source: node.source,
          },
        ],
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
        title: { code: 'pod-cidr-differs', params: { node: node.name, cidr: text, lease: nameOf(lease) } },
        meaning: plain('pod-cidr-differs-means'),
        evidence: [
          { says: { code: 'pod-cidr-is', params: { cidr: text } }, source: node.source },
          { says: stored(nameOf(lease)), source: lease.source },
        ],
      })
    }
    for (const lease of own) {
      if (lease.expiration === null || now === null || heartbeatsReadAt === null) continue
      const left = Date.parse(lease.expiration) - now.getTime()
      const silentFor = node.heartbeat === null ? Number.POSITIVE_INFINITY : heartbeatsReadAt.getTime() - Date.parse(node.heartbeat)
      if (silentFor < SILENT_AFTER_MS) continue
      const evidence: Finding['evidence'] = [
        { says: { code: 'lease-expires', params: { time: plainInstant(lease.expiration) } }, source: lease.source },
        {
          says:
            node.heartbeat === null
              ? plain('node-heartbeat-none')
              : { code: 'node-heartbeat-at', params: { time: plainInstant(node.heartbeat) } },
          source: node.source,
        },
      ]
      if (left <= EXPIRES_SOON_MS) {
        found.push({
          id: 'lease-expiring-node-silent',
          severity: 'error',
          title: {
            code: 'lease-expiring-node-silent',
            params: { lease: nameOf(lease), node: node.name, when: left < 0 ? 'past' : 'soon' },
          },
          meaning: plain('lease-expiring-node-silent-means'),
          evidence,
        })
        continue
      }
      found.push({
        id: 'lease-of-silent-node',
        severity: 'warning',
        title: { code: 'lease-of-silent-node', params: { node: node.name, lease: nameOf(lease), left: hoursAndMinutes(left) } },
        meaning: plain('lease-of-silent-node-means'),
        evidence,
      })
    }
  }
  return found
}

const MOST_NAMES = 5
const nameOfPod = ({ namespace, name }: PodInput): string => `${namespace}/${name}`
const holderOf = ({ publicIP, publicIPv6 }: SubnetLease): string => publicIP ?? publicIPv6 ?? 'nobody'
/** What is stored, as a message. */
const stored = (text: string): FlannelMessage => ({ code: 'stored-text', params: { text } })

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
        title: {
          code: unmatched.length === 0 ? 'lease-without-node' : 'lease-without-known-node',
          params: { lease: nameOf(lease), holder: holderOf(lease) },
        },
        meaning:
          unmatched.length === 0
            ? plain('lease-without-node-means')
            : {
                code: 'lease-without-known-node-means',
                params: { nodes: unmatched.slice(0, MOST_NAMES).join(', '), more: Math.max(0, unmatched.length - MOST_NAMES) },
              },
        evidence: [{ says: stored(nameOf(lease)), source: lease.source }],
      })
    }
    for (const cidr of cidrsOf(lease)) {
      const plan = config?.plans.find((candidate) => candidate.family === cidr.family)
      if (!plan || containsCidr(plan.network, cidr)) continue
      found.push({
        id: 'lease-outside-network',
        severity: 'error',
        title: { code: 'lease-outside-network', params: { lease: formatCidr(cidr), network: formatCidr(plan.network) } },
        meaning: plain('lease-outside-network-means'),
        evidence: [{ says: stored(formatCidr(cidr)), source: lease.source }],
      })
    }
    if (config && lease.backendType && config.backendType && lease.backendType.toLowerCase() !== config.backendType) {
      found.push({
        id: 'backend-differs',
        severity: 'error',
        title: {
          code: 'backend-differs',
          params: { lease: nameOf(lease), backend: lease.backendType, configured: config.backendType },
        },
        meaning: plain('backend-differs-means'),
        evidence: [{ says: { code: 'backend-is', params: { backend: lease.backendType } }, source: lease.source }],
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
        title: { code: 'leases-overlap', params: { lease: formatCidr(open.cidr), other: formatCidr(entry.cidr) } },
        meaning: plain('leases-overlap-means'),
        evidence: [open.lease, entry.lease].map(({ publicIP, source }) => ({
          says: { code: 'held-by', params: { holder: publicIP ?? 'nobody' } },
          source,
        })),
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
    group.map((lease) => ({
      says: { code: 'lease-held-by' as const, params: { lease: nameOf(lease), holder: lease.publicIP ?? 'nobody' } },
      source: lease.source,
    }))
  for (const [ip, group] of shared((lease) => lease.publicIP ?? lease.publicIPv6)) {
    found.push({
      id: 'public-ip-twice',
      severity: 'warning',
      title: { code: 'public-ip-twice', params: { ip, n: group.length, leases: group.map(nameOf).join(', ') } },
      meaning: plain('public-ip-twice-means'),
      evidence: evidence(group.slice(0, MOST_EVIDENCE)),
    })
  }
  const macs = ['VtepMAC', 'v6 VtepMAC'].flatMap((label) => shared((lease) => data(lease, label)?.toLowerCase() ?? null))
  for (const [mac, group] of macs) {
    if (new Set(group.map((lease) => lease.publicIP ?? lease.publicIPv6)).size < 2) continue
    found.push({
      id: 'vtep-mac-clash',
      severity: 'error',
      title: { code: 'vtep-mac-clash', params: { n: group.length, mac } },
      meaning: plain('vtep-mac-clash-means'),
      evidence: evidence(group.slice(0, MOST_EVIDENCE)),
    })
  }
  const vnis = new Map([...groups((lease) => data(lease, 'VNI'))].map(([vni, group]) => [vni, Array.isArray(group) ? group : [group]]))
  if (vnis.size > 1) {
    found.push({
      id: 'vni-differs',
      severity: 'error',
      title: { code: 'vnis-differ', params: { vnis: [...vnis.keys()].join(', ') } },
      meaning: plain('vnis-differ-means'),
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
      title: { code: 'vni-differs', params: { vni: only[0], configured } },
      meaning: plain('vni-differs-means'),
      evidence: [
        ...evidence(only[1].slice(0, 1)),
        ...(configSource ? [{ says: { code: 'vni-configured' as const, params: { configured } }, source: configSource }] : []),
      ],
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
      title: { code: 'service-range-overlaps', params: { range: range.cidr, network: formatCidr(plan.network) } },
      meaning: plain('service-range-overlaps-means'),
      evidence: [
        { says: stored(range.cidr), source: range.source },
        ...(configSource ? [{ says: stored(formatCidr(plan.network)), source: configSource }] : []),
      ],
    })
  }
  return found
}
