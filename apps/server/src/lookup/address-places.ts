// The ranges that contain an address: flannel's subnets and networks, a node's podCIDR, and service ranges with its allocation.
import type { LookupPlace, LookupReason } from '@registree/contract'
import {
  type Address,
  type Cidr,
  cidrsOf,
  containsCidr,
  formatAddress,
  formatCidr,
  LeaseIndex,
  lastOf,
  nodeFinder,
  parseCidr,
  type SubnetPlan,
} from '@registree/flannel'
import { decodeRangeAllocation } from '@registree/kube'
import type { FlannelReading } from '../flannel/networks.ts'
import { sayPlace } from './in-words.ts'
import type { LookupReading } from './lookup-reading.ts'

/** A range, and whether the address may be assigned in it. */
export interface AddressPlace {
  place: LookupPlace
  cidr: Cidr
  reason: LookupReason | null
}

/** All networks, nodes and service ranges that contain `cidr` completely, smallest first. */
export async function placesOf(cidr: Cidr, flannel: FlannelReading, look: LookupReading | null): Promise<AddressPlace[]> {
  const address: Address = { family: cidr.family, value: cidr.base }
  const alone = cidr.prefixLength === (cidr.family === 4 ? 32 : 128)
  const places: AddressPlace[] = []
  const nodeOf = nodeFinder(flannel.kubernetes.nodes)
  for (const network of flannel.networks) {
    const name = network.prefix ?? 'kubernetes'
    for (const lease of new LeaseIndex(network.leases).holding(address)) {
      const subnet = cidrsOf(lease).find((one) => containsCidr(one, cidr))
      if (subnet === undefined) continue
      const holder = nodeOf(lease)?.name ?? lease.publicIP ?? lease.publicIPv6 ?? ''
      const place = sayPlace({ kind: 'subnet', range: formatCidr(subnet), holder, network: name, allocated: null, source: lease.source })
      places.push({ place, cidr: subnet, reason: alone ? reservedInSubnet(address, subnet) : null })
    }
    for (const plan of network.config?.plans ?? []) {
      if (!containsCidr(plan.network, cidr)) continue
      const place = sayPlace({
        kind: 'pod-network',
        range: formatCidr(plan.network),
        holder: '',
        network: name,
        allocated: null,
        source: network.configSource,
      })
      places.push({ place, cidr: plan.network, reason: alone ? reservedInNetwork(address, plan) : null })
    }
  }
  for (const { podCIDRs, name, source } of flannel.kubernetes.nodes) {
    for (const text of podCIDRs) {
      const range = parseCidr(text)
      if (range === null || !containsCidr(range, cidr)) continue
      places.push({
        place: sayPlace({ kind: 'pod-cidr', range: formatCidr(range), holder: name, network: '', allocated: null, source }),
        cidr: range,
        reason: null,
      })
    }
  }
  for (const { cidr: text, source } of flannel.kubernetes.serviceRanges) {
    const range = parseCidr(text)
    if (range === null || !containsCidr(range, cidr)) continue
    const allocated = alone && look !== null ? await isAllocated(address, text, source.key, look) : null
    places.push({
      place: sayPlace({ kind: 'service-range', range: formatCidr(range), holder: '', network: '', allocated, source }),
      cidr: range,
      reason: alone ? edgeOf(address, range) : null,
    })
  }
  return places.sort((a, b) => b.cidr.prefixLength - a.cidr.prefixLength || RANKS[a.place.kind] - RANKS[b.place.kind])
}

const RANKS: Record<LookupPlace['kind'], number> = { subnet: 0, 'pod-cidr': 1, 'service-range': 2, 'pod-network': 3, 'node-ports': 4 }

/**
 * Whether IPAddress objects or the bitmap allocate addresses: if there are such objects, a bitmap beside them may be outdated. Null if neither tells.
 */
async function isAllocated(address: Address, range: string, key: string, look: LookupReading): Promise<boolean | null> {
  const text = formatAddress(address)
  if (await look.any('ipaddresses')) return (await look.get('ipaddresses', null, text)) !== null
  const name = /\/ranges\/([^/]+)$/.exec(key)?.[1]
  const stored = name === undefined ? null : await look.get('ranges', null, name)
  const bitmap = stored === null || stored.partial ? null : decodeRangeAllocation(stored.object, 0)
  if (bitmap === null || !bitmap.ok || bitmap.allocation.range !== range) return null
  const offset = bitmap.allocation.offsetOf(text)
  return offset !== null && bitmap.allocation.isAllocated(offset)
}

/** The first address of a range, and the last of an IPv4 range, are never assigned. */
function edgeOf(address: Address, range: Cidr): LookupReason | null {
  if (address.value === range.base) return 'network-address'
  return range.family === 4 && range.prefixLength < 31 && address.value === lastOf(range) ? 'broadcast-address' : null
}

/** flannel assigns the second address of a node's subnet to the node's bridge (FLANNEL_SUBNET). */
function reservedInSubnet(address: Address, subnet: Cidr): LookupReason | null {
  return edgeOf(address, subnet) ?? (address.value === subnet.base + 1n ? 'bridge-address' : null)
}

/** Subnets before SubnetMin and after SubnetMax are never leased. */
function reservedInNetwork(address: Address, plan: SubnetPlan): LookupReason | null {
  return address.value < plan.min.base || address.value > lastOf(plan.max) ? 'never-handed-out' : null
}
