// Describes a match or place of a look-up in English, for API clients.
import type { LookupMatch, LookupPlace, LookupRelation } from '@registree/contract'

type Unsaid<One extends { text: string }> = Omit<One, 'text'>

/** The text after the object's name; the contract describes `of` and `state` of each relation. */
const ENDS: Record<LookupRelation, (match: Unsaid<LookupMatch>) => string> = {
  'pod-address': ({ of, state }) => `${onNode(of)}${unlessRunning(state)}`,
  'host-network': ({ of, state }) => `${onNode(of)}, in the host’s network${unlessRunning(state)}`,
  'pod-ended': ({ of, state }) => `${onNode(of)} had it until it ended (${state})`,
  'node-address': () => '',
  'cluster-ip': () => '',
  'external-ip': () => ', as an external IP',
  'load-balancer': () => ', as its load balancer',
  endpoint: ({ of, state }) => ` lists it for ${of} (${state})`,
  'api-server': () => ' says that an API server has it',
  'ingress-address': () => ', as its load balancer',
  'ip-address': ({ of }) => ` allocates it to ${of}`,
  'node-port': () => ', as a node port',
  'health-check-port': () => ', as its health check node port',
  'host-port': ({ of }) => `${onNode(of)}, as a host port`,
  'service-port': () => ' listens on it inside of the cluster',
  'service-name': () => '',
  'pod-name': ({ of }) => onNode(of),
  'node-name': () => '',
  'external-name': () => ' points to it',
  'load-balancer-name': () => ', as its load balancer',
  'ingress-host': ({ of }) => ` has a rule for ${of}`,
  'route-host': ({ of }) => ` has a rule for ${of}`,
  inside: ({ of }) => (of === '' ? '' : ` of ${of}`),
}

const onNode = (node: string): string => (node === '' ? '' : ` on node ${node}`)
const unlessRunning = (phase: string): string => (phase === '' || phase === 'Running' ? '' : `, ${phase}`)

export function sayMatch(match: Unsaid<LookupMatch>): LookupMatch {
  const { kind, namespace, name, ports, address } = match
  const called = `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`
  const listed = ports.length === 0 ? '' : `: ${ports.join(', ')}`
  return { ...match, text: `${called}${address === '' ? '' : ` (${address})`}${ENDS[match.relation](match)}${listed}` }
}

export function sayPlace(place: Unsaid<LookupPlace>): LookupPlace {
  const { kind, range, holder, network, allocated } = place
  const words: Record<LookupPlace['kind'], string> = {
    subnet: `In the subnet ${range} of ${holder === '' ? 'nobody' : holder} (${network})`,
    'pod-cidr': `In spec.podCIDR ${range} of node ${holder}`,
    'pod-network': `In the pod network ${range} (${network})`,
    'service-range': `In the service range ${range}`,
    'node-ports': `In the range of node ports ${range}`,
  }
  const state = allocated === null ? '' : allocated ? ', allocated' : ', not allocated'
  return { ...place, text: words[kind] + state }
}
