// Who uses a port of the nodes: the Service with it as node port, the pod with it as host port; and who listens on it elsewhere.
import type { LookupMatch, LookupPlace } from '@registree/contract'
import { decodeRangeAllocation, integerAt, type KubeObject, objectsAt, textAt } from '@registree/kube'
import { certain, type Found } from './found.ts'
import { sayPlace } from './in-words.ts'
import { type LookupReading, matchOf } from './lookup-reading.ts'
import { POD_PORT_FIELDS, podPorts, SERVICE_PORT_FIELDS, servicePorts } from './service-ports.ts'

export async function lookUpPort(port: number, look: LookupReading): Promise<Found> {
  const matches = await matchesOfPort(port, look, { serviceToo: true })
  const place = await nodePorts(port, look)
  const held = matches.some(({ relation }) => relation !== 'service-port')
  const verdict = held ? 'held' : place === null ? 'outside' : place.allocated === null ? 'unknown' : place.allocated ? 'allocated' : 'free'
  return { verdict: certain(verdict, look.complete), reason: null, matches, places: place === null ? [] : [place] }
}

/** @param options.onNodes only pods of these nodes; `serviceToo` also what has the port inside the cluster */
export async function matchesOfPort(
  port: number,
  look: LookupReading,
  { onNodes, serviceToo = false }: { onNodes?: readonly string[]; serviceToo?: boolean },
): Promise<LookupMatch[]> {
  const relationOf = (service: KubeObject): LookupMatch['relation'] | null => {
    const ports = objectsAt(service, 'spec', 'ports')
    if (ports.some((one) => integerAt(one, 'nodePort') === port)) return 'node-port'
    if (integerAt(service, 'spec', 'healthCheckNodePort') === port) return 'health-check-port'
    return serviceToo && ports.some((one) => integerAt(one, 'port') === port) ? 'service-port' : null
  }
  const services = await look.list('services/specs', SERVICE_PORT_FIELDS, (service) => relationOf(service) !== null)
  const hasHostPort = (pod: KubeObject) =>
    podPorts(pod, (one) => one.hostPort === port).length > 0 &&
    !['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase')) &&
    (onNodes === undefined || onNodes.includes(textAt(pod, 'spec', 'nodeName')))
  const pods = await look.list('pods', [...POD_PORT_FIELDS, '.spec.nodeName', '.status.phase'], hasHostPort)
  const matches = [
    ...services.map((service) => {
      const relation = relationOf(service.object) ?? 'service-port'
      return matchOf(service, relation, 'Service', {
        state: textAt(service.object, 'spec', 'type') || 'ClusterIP',
        ports: servicePorts(service.object, (one) => (relation === 'service-port' ? one.port === port : one.nodePort === port)),
      })
    }),
    ...pods.map((pod) =>
      matchOf(pod, 'host-port', 'Pod', {
        of: textAt(pod.object, 'spec', 'nodeName'),
        state: textAt(pod.object, 'status', 'phase'),
        ports: podPorts(pod.object, (one) => one.hostPort === port),
      }),
    ),
  ]
  const order: readonly LookupMatch['relation'][] = ['node-port', 'health-check-port', 'host-port', 'service-port']
  return matches.sort((a, b) => order.indexOf(a.relation) - order.indexOf(b.relation))
}

/** The range of node ports, if it contains the port. */
async function nodePorts(port: number, look: LookupReading): Promise<LookupPlace | null> {
  const stored = await look.get('ranges', null, 'servicenodeports')
  const decoded = stored === null || stored.partial ? null : decodeRangeAllocation(stored.object, 0)
  if (stored === null || decoded === null || !decoded.ok || decoded.allocation.holds !== 'ports') return null
  const offset = decoded.allocation.offsetOf(String(port))
  if (offset === null) return null
  return sayPlace({
    kind: 'node-ports',
    range: decoded.allocation.range,
    holder: '',
    network: '',
    allocated: decoded.allocation.isAllocated(offset),
    source: stored.source,
  })
}
