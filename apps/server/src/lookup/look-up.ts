// Answers one look-up at one revision from flannel, the nodes and the registry, as the question needs.
import type { LookupAnswer } from '@registree/contract'
import { type Address, type LookupQuestion, parseAddress } from '@registree/flannel'
import { utf8 } from '@registree/keyspace'
import type { Reading } from '../clusters/reading.ts'
import { toWireNotice } from '../flannel/answer.ts'
import { type FlannelReading, readFlannel } from '../flannel/networks.ts'
import { toWireMoment } from '../sources/source.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'
import { lookUpAddress } from './address.ts'
import type { Found } from './found.ts'
import { lookUpHost } from './host.ts'
import { LookupReading } from './lookup-reading.ts'
import { lookUpNetwork } from './network.ts'
import { lookUpPort } from './port.ts'

const MOST_LISTED = 200

/** Pods and Services are read here, limited to the fields that the question needs. */
const NOT_READ = { podsReadAt: null, pods: [], services: [], podNotices: [] }

/**
 * Throws AppError if no keyspace could be read at all. A part that could not be read is reported in `notices`, and then nothing is called free.
 * @param clock the wall clock
 */
export async function lookUp(question: LookupQuestion, reading: Reading, clock: () => Date): Promise<Omit<LookupAnswer, 'cost'>> {
  const address = question.kind === 'network' ? question : addressIn(question)
  const { found, flannel, look } =
    address !== null ? await inNetworks(address, reading, clock) : await inRegistry(question as NamedQuestion, reading)
  const leases = flannel?.networks.reduce((sum, network) => sum + network.leases.length, 0) ?? 0
  return {
    question: { kind: question.kind, text: question.text, port: question.kind === 'network' ? null : question.port },
    verdict: found.verdict,
    reason: found.reason,
    matches: found.matches.slice(0, MOST_LISTED),
    more: Math.max(0, found.matches.length - MOST_LISTED),
    places: found.places,
    searched: [...(leases > 0 ? [{ what: 'flannel', objects: leases, cut: false, unread: 0 }] : []), ...(look?.searched ?? [])],
    notices: flannel === null ? [] : [...flannel.notices, ...flannel.kubernetes.nodeNotices].map(toWireNotice),
    revision: look === null ? null : String(look.revision),
    readAt: clock().toISOString(),
    asOf: toWireMoment(reading.cluster.opened.clock, reading.now).asOf,
  }
}

interface Answered {
  found: Found
  flannel: FlannelReading | null
  look: LookupReading | null
}

/** A question that is not an address. */
type NamedQuestion = Extract<LookupQuestion, { kind: 'port' | 'host' }>

/** An address, or a pod's DNS name, which contains it: `10-1-2-3.shop.pod.cluster.local`. */
function addressIn(question: LookupQuestion): { kind: 'address'; address: Address; port: number | null } | null {
  if (question.kind === 'address') return question
  if (question.kind !== 'host') return null
  const [dashed = '', , word] = question.host.split('.')
  const address = word === 'pod' ? (parseAddress(dashed.replaceAll('-', '.')) ?? parseAddress(dashed.replaceAll('-', ':'))) : null
  return address === null ? null : { kind: 'address', address, port: question.port }
}

async function inNetworks(
  question: { kind: 'address'; address: Address; port: number | null } | Extract<LookupQuestion, { kind: 'network' }>,
  reading: Reading,
  clock: () => Date,
): Promise<Answered> {
  const { cluster, meter, signal } = reading
  const flannel = await readFlannel(cluster, meter, clock, signal, NOT_READ)
  const look = flannel.revision === null ? null : new LookupReading(reading, flannel.revision)
  const { nodes } = flannel.kubernetes
  if (nodes.length > 0) look?.note({ what: 'minions', objects: nodes.length, cut: false, unread: 0 })
  const found =
    question.kind === 'network'
      ? await lookUpNetwork(question.network, flannel, look)
      : await lookUpAddress(question.address, question.port, flannel, look)
  return { found, flannel, look }
}

/** Ports and names exist only in Kubernetes. */
async function inRegistry(question: NamedQuestion, reading: Reading): Promise<Answered> {
  const { cluster, source, signal } = reading
  // Everything is read at the revision of this first answer.
  const first = await source.range({ key: utf8(kubernetesRoot(cluster)), end: null, revision: 0n, limit: 1 }, signal)
  const look = new LookupReading(reading, first.revision)
  const found = question.kind === 'port' ? await lookUpPort(question.port, look) : await lookUpHost(question.host, question.port, look)
  return { found, flannel: null, look }
}
