// What is in a network: pods, Services, nodes and flannel subnets with an address in it; and the ranges that contain it.
import type { LookupMatch } from '@registree/contract'
import { type Cidr, cidrsOf, containsAddress, formatCidr, nodeFinder, overlaps, parseAddress, parseCidr } from '@registree/flannel'
import { textAt, valueAt } from '@registree/kube'
import type { FlannelReading } from '../flannel/networks.ts'
import { POD_ADDRESS_FIELDS, podAddresses, SERVICE_ADDRESS_FIELDS, serviceAddresses, serviceRelation } from './address.ts'
import { placesOf } from './address-places.ts'
import type { Found } from './found.ts'
import { type LookupReading, matchOf } from './lookup-reading.ts'

export async function lookUpNetwork(network: Cidr, flannel: FlannelReading, look: LookupReading | null): Promise<Found> {
  const inside = (text: string) => {
    const address = parseAddress(text)
    return address !== null && containsAddress(network, address)
  }
  const nodeOf = nodeFinder(flannel.kubernetes.nodes)
  const matches: LookupMatch[] = []
  for (const { leases } of flannel.networks) {
    for (const lease of leases) {
      const subnet = cidrsOf(lease).find((one) => overlaps(one, network))
      if (subnet === undefined) continue
      const name = lease.source.key.slice(lease.source.key.lastIndexOf('/') + 1)
      const of = nodeOf(lease)?.name ?? lease.publicIP ?? lease.publicIPv6 ?? ''
      // For the Kubernetes subnet manager, a Node is the lease.
      if (lease.source.key.includes('/minions/')) continue
      matches.push(matchOf({ namespace: '', name, source: lease.source }, 'inside', 'SubnetLease', { of, address: formatCidr(subnet) }))
    }
  }
  for (const { name, source, addresses, podCIDRs } of flannel.kubernetes.nodes) {
    const address = addresses.find(inside)
    const subnet = podCIDRs.find((text) => {
      const cidr = parseCidr(text)
      return cidr !== null && overlaps(cidr, network)
    })
    if (address !== undefined) matches.push(matchOf({ namespace: '', name, source }, 'node-address', 'Node', { address }))
    else if (subnet !== undefined) matches.push(matchOf({ namespace: '', name, source }, 'inside', 'Node', { address: subnet }))
  }
  if (look !== null) {
    const pods = await look.list('pods', POD_ADDRESS_FIELDS, (pod) => podAddresses(pod).some(inside))
    for (const pod of pods) {
      const host = valueAt(pod.object, 'spec', 'hostNetwork') === true
      const phase = textAt(pod.object, 'status', 'phase')
      const relation = phase === 'Succeeded' || phase === 'Failed' ? 'pod-ended' : host ? 'host-network' : 'pod-address'
      matches.push(
        matchOf(pod, relation, 'Pod', {
          address: podAddresses(pod.object).find(inside) ?? '',
          of: textAt(pod.object, 'spec', 'nodeName'),
          state: phase,
        }),
      )
    }
    const services = await look.list(
      'services/specs',
      ['.spec.type', ...SERVICE_ADDRESS_FIELDS],
      (one) => serviceRelation(one, inside) !== null,
    )
    for (const service of services)
      matches.push(
        matchOf(service, serviceRelation(service.object, inside) ?? 'cluster-ip', 'Service', {
          address: serviceAddresses(service.object).find(inside) ?? '',
          state: textAt(service.object, 'spec', 'type') || 'ClusterIP',
        }),
      )
  }
  const places = await placesOf(network, flannel, look)
  return { verdict: 'network', reason: null, matches, places: places.map(({ place }) => place) }
}
