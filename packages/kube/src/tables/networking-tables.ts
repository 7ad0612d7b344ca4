// kubectl's tables of services, endpoints, ingresses, network policies and address ranges.
// Facts: kubernetes pkg/printers/internalversion/printers.go.
import { integerAt, objectAt, objectsAt, textAt, textsAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { addedIn, age, column, firstThree, goneIn, member, name, scalarText, tableOf, text, wide } from './columns.ts'
import { byBytes, formatLabelSelector, formatLabels } from './selectors.ts'

/** A load balancer's addresses, sorted and distinct; an entry without IP is shown by its host name. */
function loadBalancer(object: KubeObject): string {
  const addresses = objectsAt(object, 'status', 'loadBalancer', 'ingress').map((entry) => textAt(entry, 'ip') || textAt(entry, 'hostname'))
  return [...new Set(addresses.filter((address) => address !== ''))].sort(byBytes).join(',')
}

const serviceType = (service: KubeObject) => textAt(service, 'spec', 'type') || 'ClusterIP'

function externalIP(service: KubeObject): string {
  const external = textsAt(service, 'spec', 'externalIPs')
  switch (serviceType(service)) {
    case 'ClusterIP':
    case 'NodePort':
      return external.join(',') || '<none>'
    case 'LoadBalancer': {
      const balancer = loadBalancer(service)
      return [...(balancer === '' ? [] : [balancer]), ...external].join(',') || '<pending>'
    }
    case 'ExternalName':
      return textAt(service, 'spec', 'externalName')
    default:
      return '<unknown>'
  }
}

function servicePorts(service: KubeObject): string {
  const ports = objectsAt(service, 'spec', 'ports').map((port) => {
    const nodePort = integerAt(port, 'nodePort') ?? 0
    return `${integerAt(port, 'port') ?? 0}${nodePort > 0 ? `:${nodePort}` : ''}/${textAt(port, 'protocol') || 'TCP'}`
  })
  return ports.join(',') || '<none>'
}

export const services = tableOf(
  name,
  text('Type', ['.spec.type'], serviceType),
  text(
    'Cluster-IP',
    ['.spec.clusterIP', '.spec.clusterIPs'],
    (object) => textsAt(object, 'spec', 'clusterIPs')[0] || textAt(object, 'spec', 'clusterIP') || '<none>',
  ),
  text('External-IP', ['.spec.type', '.spec.externalIPs', '.spec.externalName', '.status.loadBalancer'], externalIP),
  text('Port(s)', ['.spec.ports'], servicePorts, 'column-ports'),
  age,
  wide('Selector', ['.spec.selector'], (object) => formatLabels(valueAt(object, 'spec', 'selector'))),
)

function hostPort(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
}

function endpointAddresses(object: KubeObject): string {
  const subsets = objectsAt(object, 'subsets')
  if (subsets.length === 0) return '<none>'
  return firstThree(
    subsets.flatMap((subset) => {
      const addresses = objectsAt(subset, 'addresses').map((address) => textAt(address, 'ip'))
      const ports = objectsAt(subset, 'ports')
      // A headless service may have no ports at all.
      return ports.length === 0 ? addresses : ports.flatMap((port) => addresses.map((ip) => hostPort(ip, integerAt(port, 'port') ?? 0)))
    }),
  )
}

export const endpoints = tableOf(name, text('Endpoints', ['.subsets'], endpointAddresses, 'column-endpoints'), age)

export const endpointSlices = tableOf(
  name,
  member('AddressType', '.addressType'),
  text('Ports', ['.ports'], (object) => {
    const ports = objectsAt(object, 'ports').map((port) => scalarText(valueAt(port, 'port')) ?? scalarText(valueAt(port, 'name')) ?? '*')
    return firstThree(ports) || '<unset>'
  }),
  text(
    'Endpoints',
    ['.endpoints[*].addresses'],
    (object) => firstThree(objectsAt(object, 'endpoints').flatMap((endpoint) => textsAt(endpoint, 'addresses'))) || '<unset>',
  ),
  age,
)

function ingressHosts(object: KubeObject): string {
  const rules = objectsAt(object, 'spec', 'rules')
  const hosts: string[] = []
  let more = false
  for (const rule of rules) {
    if (hosts.length === 3) more = true
    const host = textAt(rule, 'host')
    if (!more && host !== '') hosts.push(host)
  }
  if (hosts.length === 0) return '*'
  return more ? `${hosts.join(',')} + ${rules.length - 3} more...` : hosts.join(',')
}

export const ingresses = tableOf(
  name,
  text('Class', ['.spec.ingressClassName'], (object) => scalarText(valueAt(object, 'spec', 'ingressClassName')) ?? '<none>'),
  text('Hosts', ['.spec.rules[*].host'], ingressHosts),
  text('Address', ['.status.loadBalancer'], loadBalancer),
  text('Ports', ['.spec.tls'], (object) => (objectsAt(object, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
  age,
)

const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class'
const nameWithDefault = column(
  'Name',
  'string',
  ['.metadata.name', `.metadata.annotations['${DEFAULT_CLASS}']`],
  (object) =>
    textAt(object, 'metadata', 'name') + (textAt(object, 'metadata', 'annotations', DEFAULT_CLASS) === 'true' ? ' (default)' : ''),
  { format: 'name', says: 'column-class-name' },
)

export const ingressClasses = tableOf(
  goneIn(36, name),
  addedIn(36, nameWithDefault),
  member('Controller', '.spec.controller'),
  text('Parameters', ['.spec.parameters'], (object) => {
    const parameters = objectAt(object, 'spec', 'parameters')
    if (!parameters) return '<none>'
    const group = scalarText(valueAt(parameters, 'apiGroup'))
    return `${textAt(parameters, 'kind')}${group === undefined ? '' : `.${group}`}/${textAt(parameters, 'name')}`
  }),
  age,
)

export const networkPolicies = tableOf(
  name,
  text('Pod-Selector', ['.spec.podSelector'], (object) => formatLabelSelector(valueAt(object, 'spec', 'podSelector'))),
  age,
)

/** The server also sends an age without declaring a column; kubectl shows these two. */
export const ipAddresses = tableOf(
  name,
  text('ParentRef', ['.spec.parentRef'], (object) => {
    const parent = objectAt(object, 'spec', 'parentRef')
    if (!parent) return '<none>'
    const group = textAt(parent, 'group')
    const resource = `${textAt(parent, 'resource')}${group === '' ? '' : `.${group}`}`.toLowerCase()
    const namespace = textAt(parent, 'namespace')
    return `${resource}${namespace === '' ? '' : `/${namespace}`}/${textAt(parent, 'name')}`
  }),
)

export const serviceCIDRs = tableOf(
  name,
  // v1alpha1 of 1.27 and 1.28 had one range each for IPv4 and IPv6.
  text('CIDRs', ['.spec.cidrs', '.spec.ipv4', '.spec.ipv6'], (object) =>
    [...textsAt(object, 'spec', 'cidrs'), textAt(object, 'spec', 'ipv4'), textAt(object, 'spec', 'ipv6')].filter((cidr) => cidr).join(','),
  ),
  age,
)

/** Go's %v of a list of node selector requirements. */
function requirements(list: KubeObject[]): string {
  return `[${list.map((e) => `{${textAt(e, 'key')} ${textAt(e, 'operator')} [${textsAt(e, 'values').join(' ')}]}`).join(' ')}]`
}

export const clusterCIDRs = tableOf(
  name,
  text('PerNodeHostBits', ['.spec.perNodeHostBits'], (object) => String(integerAt(object, 'spec', 'perNodeHostBits') ?? 0)),
  member('IPv4', '.spec.ipv4', '<none>'),
  member('IPv6', '.spec.ipv6', '<none>'),
  age,
  wide('NodeSelector', ['.spec.nodeSelector'], (object) => {
    const selector = objectAt(object, 'spec', 'nodeSelector')
    if (!selector) return '<none>'
    return objectsAt(selector, 'nodeSelectorTerms')
      .flatMap((term) => [
        ['MatchExpressions', objectsAt(term, 'matchExpressions')] as const,
        ['MatchFields', objectsAt(term, 'matchFields')] as const,
      ])
      .filter(([, list]) => list.length > 0)
      .map(([label, list]) => `${label}: ${requirements(list)}`)
      .join(',')
  }),
)

/** The allocator's record has no table in Kubernetes: its range is the useful part. */
export const rangeAllocations = tableOf(
  column('Name', 'string', ['.metadata.name'], (object) => textAt(object, 'metadata', 'name'), {
    format: 'name',
    says: 'column-range-name',
  }),
  member('Range', '.range'),
  column(
    'Allocated',
    'integer',
    ['.data'],
    (object) => {
      let bits = 0
      for (const byte of base64Bytes(textAt(object, 'data'))) for (let rest = byte; rest !== 0; rest >>= 1) bits += rest & 1
      return bits
    },
    { says: 'column-range-used' },
  ),
  age,
)

function base64Bytes(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}
