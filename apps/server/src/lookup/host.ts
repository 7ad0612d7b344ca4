// What a host name refers to: a Service or pod in the cluster's DNS, a node, and every Ingress or route rule with it.
import type { LookupMatch } from '@registree/contract'
import { type KubeObject, objectsAt, textAt, textsAt } from '@registree/kube'
import { certain, type Found } from './found.ts'
import { type LookupReading, matchOf } from './lookup-reading.ts'
import { SERVICE_PORT_FIELDS, servicePorts } from './service-ports.ts'

/** Routes of the Gateway API and of OpenShift, by the directories of their definitions. */
const ROUTES: Record<string, string> = {
  'gateway.networking.k8s.io/httproutes': 'HTTPRoute',
  'gateway.networking.k8s.io/grpcroutes': 'GRPCRoute',
  'gateway.networking.k8s.io/tlsroutes': 'TLSRoute',
  'route.openshift.io/routes': 'Route',
}

export async function lookUpHost(host: string, port: number | null, look: LookupReading): Promise<Found> {
  const matches = [
    ...(await byDns(host, port, look)),
    ...(await nodes(host, look)),
    ...(await services(host, port, look)),
    ...(await rules(host, look)),
  ]
  // A name may match in two ways.
  const unique = matches.filter((match, i) => matches.findIndex((other) => other.source.key === match.source.key) === i)
  return { verdict: certain(unique.length > 0 ? 'held' : 'unnamed', look.complete), reason: null, matches: unique, places: [] }
}

/**
 * `web.shop`, `web.shop.svc`, `web.shop.svc.cluster.local`, and before a headless Service's name the host name of one of its pods. Anything after
 * `svc` is the cluster's domain, which is not in etcd.
 */
async function byDns(host: string, port: number | null, look: LookupReading): Promise<LookupMatch[]> {
  const labels = host.split('.')
  const svc = labels.indexOf('svc')
  const [name, namespace] = svc >= 2 ? labels.slice(svc - 2, svc) : labels.length === 2 ? labels : []
  if (name === undefined || namespace === undefined) return []
  const service = await look.get('services/specs', namespace, name)
  if (service === null) return []
  const matches = [serviceMatch(service, 'service-name', port)]
  const before = svc >= 3 ? (labels[svc - 3] ?? '') : ''
  // `_http._tcp` asks for a port and is not a pod.
  if (before === '' || before.startsWith('_')) return matches
  const pods = await look.list('pods', ['.spec.hostname', '.spec.subdomain', '.spec.nodeName', '.status.phase'], (pod) => {
    const called = textAt(pod, 'spec', 'hostname') || textAt(pod, 'metadata', 'name')
    return textAt(pod, 'metadata', 'namespace') === namespace && textAt(pod, 'spec', 'subdomain') === name && called === before
  })
  return [
    ...pods.map((pod) =>
      matchOf(pod, 'pod-name', 'Pod', { of: textAt(pod.object, 'spec', 'nodeName'), state: textAt(pod.object, 'status', 'phase') }),
    ),
    ...matches,
  ]
}

async function nodes(host: string, look: LookupReading): Promise<LookupMatch[]> {
  const found = await look.list('minions', ['.status.addresses'], (node) =>
    [textAt(node, 'metadata', 'name'), ...objectsAt(node, 'status', 'addresses').map((one) => textAt(one, 'address'))].some(
      (name) => name.toLowerCase() === host,
    ),
  )
  return found.map((node) => matchOf(node, 'node-name', 'Node'))
}

async function services(host: string, port: number | null, look: LookupReading): Promise<LookupMatch[]> {
  const relationOf = (service: KubeObject): LookupMatch['relation'] | null => {
    if (textAt(service, 'metadata', 'name') === host) return 'service-name'
    if (textAt(service, 'spec', 'externalName').toLowerCase().replace(/\.$/, '') === host) return 'external-name'
    const balanced = objectsAt(service, 'status', 'loadBalancer', 'ingress')
    return balanced.some((one) => textAt(one, 'hostname').toLowerCase() === host) ? 'load-balancer-name' : null
  }
  const fields = [...SERVICE_PORT_FIELDS, '.spec.externalName', '.status.loadBalancer.ingress']
  const found = await look.list('services/specs', fields, (service) => relationOf(service) !== null)
  return found.map((service) => serviceMatch(service, relationOf(service.object) ?? 'service-name', port))
}

function serviceMatch(
  service: Parameters<typeof matchOf>[0] & { object: KubeObject },
  relation: LookupMatch['relation'],
  port: number | null,
) {
  return matchOf(service, relation, 'Service', {
    state: textAt(service.object, 'spec', 'type') || 'ClusterIP',
    ports: servicePorts(service.object, (one) => port === null || one.port === port),
  })
}

async function rules(host: string, look: LookupReading): Promise<LookupMatch[]> {
  const hostsOf = (ingress: KubeObject) => [
    ...objectsAt(ingress, 'spec', 'rules').map((rule) => textAt(rule, 'host')),
    ...objectsAt(ingress, 'spec', 'tls').flatMap((one) => textsAt(one, 'hosts')),
    ...objectsAt(ingress, 'status', 'loadBalancer', 'ingress').map((one) => textAt(one, 'hostname')),
  ]
  const named = (hosts: readonly string[], labels: 'one' | 'any') => hosts.find((rule) => covers(rule.toLowerCase(), host, labels))
  const ingresses = await look.list('ingress', ['.spec.rules[*].host', '.spec.tls', '.status.loadBalancer.ingress'], (ingress) =>
    Boolean(named(hostsOf(ingress), 'one')),
  )
  const matches = ingresses.map((ingress) =>
    matchOf(ingress, 'ingress-host', 'Ingress', { of: named(hostsOf(ingress.object), 'one') ?? '' }),
  )
  for (const [path, kind] of Object.entries(ROUTES)) {
    const of = (route: KubeObject) => [textAt(route, 'spec', 'host'), ...textsAt(route, 'spec', 'hostnames')]
    if (!(await look.any(path))) continue
    const routes = await look.list(path, ['.spec.host', '.spec.hostnames'], (route) => Boolean(named(of(route), 'any')))
    matches.push(...routes.map((route) => matchOf(route, 'route-host', kind, { of: named(of(route.object), 'any') ?? '' })))
  }
  return matches
}

/** An Ingress's wildcard matches one label, a route's any number. */
function covers(rule: string, host: string, labels: 'one' | 'any'): boolean {
  if (rule === '') return false
  if (rule === host) return true
  if (!rule.startsWith('*.') || !host.endsWith(rule.slice(1))) return false
  return labels === 'any' || !host.slice(0, 1 - rule.length).includes('.')
}
