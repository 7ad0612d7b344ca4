// Every word of the look-up page, in English.
import type { LookupAnswer, LookupMatch, LookupPlace, LookupReason, LookupRelation } from '@registree/contract'
import { many } from '../../lib/many.ts'
import { count } from '../../lib/size.ts'

const onNode = (node: string) => (node === '' ? '' : `on node ${node}`)
const several = (...parts: string[]) => parts.filter((part) => part !== '').join(', ')
const phase = (state: string) => (state === 'Running' ? '' : state)

/** How the object named before is connected with the question. */
const relations: Record<LookupRelation, (match: LookupMatch) => string> = {
  'pod-address': ({ of, state }) => several(onNode(of), phase(state)),
  'host-network': ({ of, state }) => several(onNode(of), 'uses the address of its node', phase(state)),
  'pod-ended': ({ of, state }) => several(onNode(of), `had it until it ended: ${state}`),
  'node-address': () => '',
  'cluster-ip': ({ state }) => state,
  'external-ip': ({ state }) => several(state, 'an external IP'),
  'load-balancer': ({ state }) => several(state, 'its load balancer'),
  endpoint: ({ of, state }) => `lists it for ${of}: ${states[state] ?? state}`,
  'api-server': () => 'an API server has it',
  'ingress-address': () => 'its load balancer',
  'ip-address': ({ of }) => `allocates it to ${of}`,
  'node-port': ({ state }) => several(state, 'a node port'),
  'health-check-port': ({ state }) => several(state, 'its health check node port'),
  'host-port': ({ of }) => several(onNode(of), 'a host port'),
  'service-port': ({ state }) => several(state, 'listens on it inside the cluster'),
  'service-name': ({ state }) => state,
  'pod-name': ({ of, state }) => several(onNode(of), phase(state)),
  'node-name': () => '',
  'external-name': () => 'points to it',
  'load-balancer-name': ({ state }) => several(state, 'its load balancer'),
  'ingress-host': ({ of }) => `has a rule for ${of}`,
  'route-host': ({ of }) => `has a rule for ${of}`,
  inside: ({ of }) => (of === '' ? '' : `of ${of}`),
}
const states: Record<string, string> = { ready: 'ready', 'not-ready': 'not ready', terminating: 'terminating' }

const networkName = (network: string) =>
  network === 'kubernetes' ? 'of the Kubernetes subnet manager' : network === '' ? '' : `of ${network}`

const places: Record<LookupPlace['kind'], (place: LookupPlace) => string> = {
  subnet: ({ holder, network }) => `a subnet ${networkName(network)}, leased to ${holder === '' ? 'nobody' : holder}`,
  'pod-cidr': ({ holder }) => `spec.podCIDR of node ${holder}`,
  'pod-network': ({ network }) => `the pod network ${networkName(network)}`,
  'service-range': ({ allocated }) => `the service range${allocated === null ? '' : allocated ? '; allocated' : '; not allocated'}`,
  'node-ports': ({ allocated }) => `the range of node ports${allocated === null ? '' : allocated ? '; allocated' : '; not allocated'}`,
}

const reasons: Record<LookupReason, string> = {
  'network-address': 'The first address of a range is given to nobody.',
  'broadcast-address': 'The last address of an IPv4 range is given to nobody.',
  'bridge-address': 'flannel gives the second address of a subnet to the bridge of its node (cni0 or docker0).',
  'never-handed-out': 'flannel leases no subnet here: it lies before SubnetMin or behind SubnetMax.',
}

/** What "free" rests on, by the smallest range around the address. */
const freeIn: Record<LookupPlace['kind'], string> = {
  subnet: 'No pod has it. Addresses that a node has given out to something else, only the node itself knows.',
  'pod-cidr': 'No pod has it. Addresses that a node has given out to something else, only the node itself knows.',
  'pod-network': 'It lies in the pod network, and no node has leased the subnet around it.',
  'service-range': 'Kubernetes has not allocated it, and no Service has it.',
  'node-ports': 'Kubernetes has not allocated it, and no Service and no pod has it.',
}

const searched: Record<string, [one: string, many: string]> = {
  flannel: ['subnet lease', 'subnet leases'],
  minions: ['node', 'nodes'],
  pods: ['pod', 'pods'],
  'services/specs': ['Service', 'Services'],
  endpointslices: ['EndpointSlice', 'EndpointSlices'],
  'services/endpoints': ['Endpoints object', 'Endpoints objects'],
  ingress: ['Ingress', 'Ingresses'],
}

export const lookupText = {
  title: 'Look-up',
  label: 'Address, network, port or host name',
  placeholder: '172.30.36.7, 10.254.0.0/16, 30080, web.shop.svc',
  button: 'Look up',
  invalid: (asked: string) => `“${asked}” is no address, network, port or host name.`,
  hint: 'Ask for an address (with a port or without), a network such as 172.30.36.0/24, a port of the nodes, or the name of a Service, a node or an Ingress host.',
  asking: 'Looking…',
  noPort: 'not one of its ports',
  verdicts: {
    held: ({ question: { kind, text } }: LookupAnswer) =>
      kind === 'port' ? `Port ${text} of the nodes is in use` : kind === 'host' ? `${text} is known` : `${text} is in use`,
    allocated: ({ question: { kind, text } }: LookupAnswer) =>
      kind === 'port' ? `Port ${text} is allocated, and nothing has it` : `${text} is allocated, and nothing has it`,
    free: ({ question: { kind, text } }: LookupAnswer) => (kind === 'port' ? `Port ${text} of the nodes is free` : `${text} is free`),
    reserved: ({ question: { text } }: LookupAnswer) => `${text} is given to nobody`,
    outside: ({ question: { kind, text } }: LookupAnswer) =>
      kind === 'port' ? `No Service has ${text} as a node port, and no pod as a host port` : `Nothing here has ${text}`,
    unknown: ({ question: { text } }: LookupAnswer) => `Whether anything has ${text} cannot be told`,
    unnamed: ({ question: { text } }: LookupAnswer) => `Nothing here is called ${text}`,
    network: ({ question: { text } }: LookupAnswer) => `The network ${text}`,
  },
  explains: {
    held: () => '',
    allocated: () => 'A deletion that did not finish leaves this behind, until the API server’s repair loop frees it.',
    free: ({ places: [smallest] }: LookupAnswer) => (smallest === undefined ? '' : freeIn[smallest.kind]),
    reserved: ({ reason }: LookupAnswer) => (reason === null ? '' : reasons[reason]),
    outside: ({ question }: LookupAnswer) =>
      question.kind === 'port'
        ? 'It lies outside the range of node ports.'
        : 'It lies in no pod network, no subnet and no service range of this cluster.',
    unknown: () => 'Nothing that has it was found, but not everything that could tell was read.',
    unnamed: () => 'No Service, node, Ingress or route has this name.',
    network: ({ matches, more }: LookupAnswer) =>
      matches.length === 0
        ? 'Nothing lies in it.'
        : `${count(matches.length + more)} ${matches.length + more === 1 ? 'thing lies' : 'things lie'} in it.`,
  },
  matches: { address: 'What has it', port: 'What has it', host: 'What it stands for', network: 'What lies in it' },
  more: (n: number) => `${many(n, 'more is', 'more are')} not listed.`,
  places: 'Where it lies',
  relation: (match: LookupMatch) => relations[match.relation](match),
  place: (place: LookupPlace) => places[place.kind](place).replaceAll('  ', ' '),
  searched: (answer: LookupAnswer) => {
    const parts = answer.searched.map(({ what, objects, cut }) => {
      const [one, many] = searched[what] ?? [what, what]
      return `${cut ? 'the first ' : ''}${count(objects)} ${objects === 1 ? one : many}`
    })
    return parts.length === 0 ? 'Nothing could be looked through.' : `Looked through: ${parts.join(', ')}.`
  },
  unread: (answer: LookupAnswer) => {
    const unread = answer.searched.reduce((sum, part) => sum + part.unread, 0)
    return unread === 0 ? '' : `${count(unread)} of them could not be read.`
  },
  readAt: (time: string, revision: string | null) => (revision === null ? `Read at ${time}.` : `Read at ${time}, revision ${revision}.`),
  fileTime: (time: string) => `As of the file’s newest entry, ${time}.`,
}
