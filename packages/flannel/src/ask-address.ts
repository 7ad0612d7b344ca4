// Whose address is this? The lease, node, pod or Service that has it, or the range it falls in.
import { type Address, containsAddress, formatCidr, parseAddress, parseCidr } from './cidr.ts'
import type { NodeInput, PodInput } from './findings.ts'
import { cidrsOf, LeaseIndex } from './lease-index.ts'
import type { NetworkConfig } from './network-config.ts'
import type { KeyRef, SubnetLease } from './subnet-lease.ts'

export interface ServiceInput {
  source: KeyRef
  namespace: string
  name: string
  /** Cluster, external and load balancer addresses. */
  ips: string[]
}

export interface AskInputs {
  networks: { name: string; config: NetworkConfig | null; configSource: KeyRef | null; leases: readonly SubnetLease[] }[]
  nodes: readonly NodeInput[]
  pods: readonly PodInput[]
  services: readonly ServiceInput[]
  serviceRanges: readonly { source: KeyRef; cidr: string }[]
}

/** One thing that has the address, or one range that holds it. The first of an answer is the most specific. */
export interface AddressMatch {
  kind: 'pod' | 'service' | 'node' | 'lease' | 'network' | 'service-range' | 'pod-cidr'
  text: string
  source: KeyRef | null
}

/** Null when the text is no address. An address that nobody has gives an empty list. */
export function askAddress(text: string, inputs: AskInputs): { address: Address; matches: AddressMatch[] } | null {
  const address = parseAddress(text.trim())
  if (!address) return null
  const matches: AddressMatch[] = []
  const has = (ips: readonly string[]) =>
    ips.some((ip) => {
      const other = parseAddress(ip)
      return other !== null && other.family === address.family && other.value === address.value
    })
  for (const pod of inputs.pods) {
    if (!has(pod.ips)) continue
    const state = pod.phase === 'Running' || pod.phase === '' ? '' : `, ${pod.phase}`
    const where = pod.nodeName === null ? '' : ` on node ${pod.nodeName}`
    matches.push({
      kind: 'pod',
      text: `Pod ${pod.namespace}/${pod.name}${where}${pod.hostNetwork ? ', in the host’s network' : ''}${state}`,
      source: pod.source,
    })
  }
  for (const service of inputs.services)
    if (has(service.ips)) matches.push({ kind: 'service', text: `Service ${service.namespace}/${service.name}`, source: service.source })
  for (const node of inputs.nodes) if (has(node.addresses)) matches.push({ kind: 'node', text: `Node ${node.name}`, source: node.source })
  for (const network of inputs.networks) {
    for (const lease of new LeaseIndex(network.leases).holding(address)) {
      const subnet = cidrsOf(lease).find((cidr) => containsAddress(cidr, address))
      matches.push({
        kind: 'lease',
        text: `In the subnet ${subnet ? formatCidr(subnet) : lease.source.key} of ${lease.publicIP ?? lease.publicIPv6 ?? 'nobody'} (${network.name})`,
        source: lease.source,
      })
    }
  }
  for (const node of inputs.nodes) {
    for (const range of node.podCIDRs) {
      const cidr = parseCidr(range)
      if (cidr && containsAddress(cidr, address))
        matches.push({ kind: 'pod-cidr', text: `In spec.podCIDR ${range} of node ${node.name}`, source: node.source })
    }
  }
  for (const network of inputs.networks) {
    for (const plan of network.config?.plans ?? []) {
      if (containsAddress(plan.network, address))
        matches.push({
          kind: 'network',
          text: `In the pod network ${formatCidr(plan.network)} (${network.name})`,
          source: network.configSource,
        })
    }
  }
  for (const range of inputs.serviceRanges) {
    const cidr = parseCidr(range.cidr)
    if (cidr && containsAddress(cidr, address))
      matches.push({ kind: 'service-range', text: `In the service range ${range.cidr}`, source: range.source })
  }
  return { address, matches }
}
