// The texts of the look-up page.
import type { LookupAnswer, LookupMatch, LookupPlace, LookupReason, LookupRelation } from '@registree/contract'
import { lookup } from '@registree/messages/en/page/lookup'
import { pageMessages } from '../../i18n/language.ts'

const m = pageMessages('lookup', lookup)

const onNode = ({ of }: LookupMatch) => (of === '' ? '' : m.onNode({ node: of }))
const notRunning = ({ state }: LookupMatch) => (state === 'Running' ? '' : state)
const r = m.relations

/** How the object named before is connected with the question: facts about it. */
const relations: Record<LookupRelation, (match: LookupMatch) => string[]> = {
  'pod-address': (match) => [onNode(match), notRunning(match)],
  'host-network': (match) => [onNode(match), r['host-network'], notRunning(match)],
  'pod-ended': (match) => [onNode(match), r['pod-ended']({ state: match.state })],
  'node-address': () => [],
  'cluster-ip': ({ state }) => [state],
  'external-ip': ({ state }) => [state, r['external-ip']],
  'load-balancer': ({ state }) => [state, r['load-balancer']],
  endpoint: ({ of, state }) => [r.endpoint({ of, state: state === 'not-ready' ? 'notReady' : state })],
  'api-server': () => [r['api-server']],
  'ingress-address': () => [r['ingress-address']],
  'ip-address': ({ of }) => [r['ip-address']({ of })],
  'node-port': ({ state }) => [state, r['node-port']],
  'health-check-port': ({ state }) => [state, r['health-check-port']],
  'host-port': (match) => [onNode(match), r['host-port']],
  'service-port': ({ state }) => [state, r['service-port']],
  'service-name': ({ state }) => [state],
  'pod-name': (match) => [onNode(match), notRunning(match)],
  'node-name': () => [],
  'external-name': () => [r['external-name']],
  'load-balancer-name': ({ state }) => [state, r['load-balancer-name']],
  'ingress-host': ({ of }) => [r['ingress-host']({ of })],
  'route-host': ({ of }) => [r['route-host']({ of })],
  inside: ({ of }) => (of === '' ? [] : [m.inside({ of })]),
}

const networkName = (network: string) => (network === 'kubernetes' ? m.kubernetesNetwork : network === '' ? m.flannelNetwork : network)
const yesNo = (allocated: boolean | null) => (allocated === null ? 'unknown' : allocated ? 'yes' : 'no')

const places: Record<LookupPlace['kind'], (place: LookupPlace) => string> = {
  subnet: ({ holder, network }) =>
    holder === '' ? m.place.subnetUnheld({ network: networkName(network) }) : m.place.subnet({ network: networkName(network), holder }),
  'pod-cidr': ({ holder }) => m.place['pod-cidr']({ holder }),
  'pod-network': ({ network }) => m.place['pod-network']({ network: networkName(network) }),
  'service-range': ({ allocated }) => m.place['service-range']({ allocated: yesNo(allocated) }),
  'node-ports': ({ allocated }) => m.place['node-ports']({ allocated: yesNo(allocated) }),
}

/** Directories of the registry, as `searchedPart` names them. */
const DIRECTORIES: Readonly<Record<string, string>> = { 'services/specs': 'services', 'services/endpoints': 'endpoints' }

const verdict = (message: (params: { kind: string; text: string }) => string) => {
  return ({ question: { kind, text } }: LookupAnswer) => message({ kind, text })
}
const verdictOf = (message: (params: { text: string }) => string) => {
  return ({ question: { text } }: LookupAnswer) => message({ text })
}

export const lookupText = {
  ...m,
  verdicts: {
    held: verdict(m.verdicts.held),
    allocated: verdict(m.verdicts.allocated),
    free: verdict(m.verdicts.free),
    reserved: verdictOf(m.verdicts.reserved),
    outside: verdict(m.verdicts.outside),
    unknown: verdictOf(m.verdicts.unknown),
    unnamed: verdictOf(m.verdicts.unnamed),
    network: verdictOf(m.verdicts.network),
  },
  explains: {
    held: () => '',
    allocated: () => m.explains.allocated,
    free: ({ places: [smallest] }: LookupAnswer) =>
      smallest === undefined ? '' : (m.freeIn satisfies Record<LookupPlace['kind'], string>)[smallest.kind],
    reserved: ({ reason }: LookupAnswer) => (reason === null ? '' : (m.reasons satisfies Record<LookupReason, string>)[reason]),
    outside: ({ question }: LookupAnswer) => (question.kind === 'port' ? m.explains.outsidePort : m.explains.outside),
    unknown: () => m.explains.unknown,
    unnamed: () => m.explains.unnamed,
    network: ({ matches, more }: LookupAnswer) => m.explains.network({ n: matches.length + more }),
  },
  relation: (match: LookupMatch) =>
    relations[match.relation](match)
      .filter((fact) => fact !== '')
      .join(m.separator),
  place: (place: LookupPlace) => places[place.kind](place),
  searched: (answer: LookupAnswer) => {
    const parts = answer.searched.map(({ what, objects, cut }) => {
      const part = m.searchedPart({ what: DIRECTORIES[what] ?? what, n: objects })
      return cut ? m.searchedFirst({ part }) : part
    })
    return parts.length === 0 ? m.searchedNothing : m.searched({ parts })
  },
  unread: (answer: LookupAnswer) => {
    const n = answer.searched.reduce((sum, part) => sum + part.unread, 0)
    return n === 0 ? '' : m.unread({ n })
  },
  readAt: (time: string, revision: string | null) => (revision === null ? m.readAt({ time }) : m.readAtRevision({ time, revision })),
}
