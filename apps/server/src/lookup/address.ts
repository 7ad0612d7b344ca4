// Looks up an address: what has it, what lists it, which ranges contain it, and whether it is free.
import type { LookupMatch } from '@registree/contract'
import { type Address, formatAddress, parseAddress, width } from '@registree/flannel'
import { type KubeObject, listedEndpoints, objectsAt, textAt, textsAt, valueAt } from '@registree/kube'
import type { FlannelReading } from '../flannel/networks.ts'
import { type AddressPlace, placesOf } from './address-places.ts'
import { certain, type Found } from './found.ts'
import { type LookupReading, matchOf } from './lookup-reading.ts'
import { matchesOfPort } from './port.ts'
import { POD_PORT_FIELDS, podPorts, SERVICE_PORT_FIELDS, servicePorts } from './service-ports.ts'

export const POD_ADDRESS_FIELDS = ['.spec.nodeName', '.spec.hostNetwork', '.status.phase', '.status.podIP', '.status.podIPs']
export const SERVICE_ADDRESS_FIELDS = [
  '.spec.clusterIP',
  '.spec.clusterIPs',
  '.spec.externalIPs',
  '.spec.loadBalancerIP',
  '.status.loadBalancer.ingress',
]

/** @param look null without a v3 keyspace: then only flannel's ranges are known */
export async function lookUpAddress(
  address: Address,
  port: number | null,
  flannel: FlannelReading,
  look: LookupReading | null,
): Promise<Found> {
  const matches: LookupMatch[] = []
  if (look !== null) {
    matches.push(...(await pods(address, port, look)))
    matches.push(...(await services(address, port, look)))
    const nodes = flannel.kubernetes.nodes.filter(({ addresses }) => addresses.some(same(address)))
    for (const { name, source } of nodes) matches.push(matchOf({ namespace: '', name, source }, 'node-address', 'Node'))
    // A question about a node's port asks what is behind it.
    if (port !== null && nodes.length > 0) matches.push(...(await matchesOfPort(port, look, { onNodes: nodes.map(({ name }) => name) })))
    matches.push(...(await endpoints(address, port, look)))
    matches.push(...(await others(address, look)))
  }
  const places = await placesOf({ family: address.family, base: address.value, prefixLength: width(address.family) }, flannel, look)
  const held = matches.some(({ relation }) => !['pod-ended', 'ip-address'].includes(relation))
  const parent = matches.some(({ relation }) => relation === 'ip-address')
  const { verdict, reason } = held ? ({ verdict: 'held', reason: null } as const) : judge(places, parent)
  return {
    verdict: certain(verdict, completeFor(places, flannel, look)),
    reason,
    matches,
    places: places.map(({ place }) => place),
  }
}

/** Who may have an address in a service range does not depend on flannel. */
function completeFor(places: readonly AddressPlace[], flannel: FlannelReading, look: LookupReading | null): boolean {
  const service = places[0]?.place.kind === 'service-range'
  return look?.complete === true && (service || (flannel.complete && !flannel.restricted && flannel.kubernetes.nodeNotices.length === 0))
}

/** The verdict on an address that nothing has. */
function judge(places: readonly AddressPlace[], parent: boolean): Pick<Found, 'verdict' | 'reason'> {
  if (parent || places.some(({ place }) => place.allocated === true)) return { verdict: 'allocated', reason: null }
  const [smallest] = places
  if (smallest === undefined) return { verdict: 'outside', reason: null }
  if (smallest.reason !== null) return { verdict: 'reserved', reason: smallest.reason }
  const unknown = smallest.place.kind === 'service-range' && smallest.place.allocated === null
  return { verdict: unknown ? 'unknown' : 'free', reason: null }
}

/** Matches a stored text that is this address in any spelling. */
function same(address: Address): (text: string) => boolean {
  const written = formatAddress(address)
  return (text) => {
    if (text === written) return true
    // An IPv4 address has only one spelling.
    const other = address.family === 6 ? parseAddress(text) : null
    return other !== null && other.family === 6 && other.value === address.value
  }
}

export const podAddresses = (pod: KubeObject): string[] => [
  textAt(pod, 'status', 'podIP'),
  ...objectsAt(pod, 'status', 'podIPs').map((one) => textAt(one, 'ip')),
]

async function pods(address: Address, port: number | null, look: LookupReading): Promise<LookupMatch[]> {
  const is = same(address)
  const found = await look.list('pods', [...POD_ADDRESS_FIELDS, ...POD_PORT_FIELDS], (pod) => podAddresses(pod).some(is))
  return found
    .map((pod) => {
      const phase = textAt(pod.object, 'status', 'phase')
      const ended = phase === 'Succeeded' || phase === 'Failed'
      const host = valueAt(pod.object, 'spec', 'hostNetwork') === true
      return matchOf(pod, ended ? 'pod-ended' : host ? 'host-network' : 'pod-address', 'Pod', {
        of: textAt(pod.object, 'spec', 'nodeName'),
        state: phase,
        ports: podPorts(pod.object, (one) => port === null || one.port === port),
      })
    })
    .sort((a, b) => POD_ORDER.indexOf(a.relation) - POD_ORDER.indexOf(b.relation))
}

const POD_ORDER: readonly LookupMatch['relation'][] = ['pod-address', 'host-network', 'pod-ended']

/** Every address of a Service, its cluster IP first. */
export const serviceAddresses = (service: KubeObject): string[] => [
  textAt(service, 'spec', 'clusterIP'),
  ...textsAt(service, 'spec', 'clusterIPs'),
  ...textsAt(service, 'spec', 'externalIPs'),
  textAt(service, 'spec', 'loadBalancerIP'),
  ...objectsAt(service, 'status', 'loadBalancer', 'ingress').map((one) => textAt(one, 'ip')),
]

/** The field in which a Service has an address; null if none. */
export function serviceRelation(service: KubeObject, is: (text: string) => boolean): LookupMatch['relation'] | null {
  const external = textAt(service, 'spec', 'type') === 'ExternalName'
  if (!external && [textAt(service, 'spec', 'clusterIP'), ...textsAt(service, 'spec', 'clusterIPs')].some(is)) return 'cluster-ip'
  if (textsAt(service, 'spec', 'externalIPs').some(is)) return 'external-ip'
  const balanced = objectsAt(service, 'status', 'loadBalancer', 'ingress').map((one) => textAt(one, 'ip'))
  return [textAt(service, 'spec', 'loadBalancerIP'), ...balanced].some(is) ? 'load-balancer' : null
}

async function services(address: Address, port: number | null, look: LookupReading): Promise<LookupMatch[]> {
  const is = same(address)
  const fields = [...SERVICE_ADDRESS_FIELDS, ...SERVICE_PORT_FIELDS]
  const found = await look.list('services/specs', fields, (service) => serviceRelation(service, is) !== null)
  return found.map((service) =>
    matchOf(service, serviceRelation(service.object, is) ?? 'cluster-ip', 'Service', {
      state: textAt(service.object, 'spec', 'type') || 'ClusterIP',
      ports: servicePorts(service.object, (one) => port === null || one.port === port),
    }),
  )
}

/** EndpointSlices that list the address, or Endpoints if there are none. */
async function endpoints(address: Address, port: number | null, look: LookupReading): Promise<LookupMatch[]> {
  const is = same(address)
  const lists = (object: KubeObject) => listedEndpoints(object).filter((one) => one.address.split(', ').some(is))
  const keep = (object: KubeObject) => lists(object).length > 0
  const slices = await look.list('endpointslices', ['.metadata.labels', '.addressType', '.endpoints', '.ports'], keep)
  const anySlice = look.searched.some(({ what }) => what === 'endpointslices')
  const found = anySlice ? slices : await look.list('services/endpoints', ['.subsets'], keep)
  return found.map((stored) => {
    const [listed] = lists(stored.object)
    const service = textAt(stored.object, 'metadata', 'labels', 'kubernetes.io/service-name') || stored.name
    const ports = [...objectsAt(stored.object, 'ports'), ...objectsAt(stored.object, 'subsets').flatMap((one) => objectsAt(one, 'ports'))]
    return matchOf(stored, 'endpoint', anySlice ? 'EndpointSlice' : 'Endpoints', {
      of: `Service ${stored.namespace}/${service}`,
      state: listed?.terminating ? 'terminating' : listed?.ready ? 'ready' : 'not-ready',
      ports: [...new Set(ports.flatMap((one) => portText(one, port)))],
    })
  })
}

function portText(one: KubeObject, wanted: number | null): string[] {
  const port = valueAt(one, 'port')
  if (wanted !== null && port !== wanted) return []
  return [`${textAt(one, 'name')} ${String(port ?? '')}/${textAt(one, 'protocol') || 'TCP'}`.trim()]
}

async function others(address: Address, look: LookupReading): Promise<LookupMatch[]> {
  const is = same(address)
  const text = formatAddress(address)
  const matches: LookupMatch[] = []
  const ingresses = await look.list('ingress', ['.status.loadBalancer.ingress'], (ingress) =>
    objectsAt(ingress, 'status', 'loadBalancer', 'ingress').some((one) => is(textAt(one, 'ip'))),
  )
  matches.push(...ingresses.map((ingress) => matchOf(ingress, 'ingress-address', 'Ingress')))
  const server = await look.get('masterleases', null, text)
  if (server !== null) matches.push(matchOf(server, 'api-server', 'Endpoints'))
  const allocated = await look.get('ipaddresses', null, text)
  if (allocated !== null) {
    const parent = valueAt(allocated.object, 'spec', 'parentRef')
    const place = [textAt(parent, 'namespace'), textAt(parent, 'name')].filter((part) => part !== '').join('/')
    matches.push(matchOf(allocated, 'ip-address', 'IPAddress', { of: `${textAt(parent, 'resource')} ${place}`.trim() }))
  }
  return matches
}
