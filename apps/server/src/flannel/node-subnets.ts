// Finds the flannel subnet leases of a node by its addresses, in either keyspace.
import type { RelatedLease, RelatedTrouble } from '@registree/contract'
import { type Address, containsAddress, DEFAULT_PREFIX, discover, formatCidr, parseSubnetLease, type SubnetLease } from '@registree/flannel'
import { isRefusal, toUtf8OrNull, utf8 } from '@registree/keyspace'
import { humanDuration, type RelatedMessage } from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import { inEnglish } from '../messages/in-english.ts'
import { statusOnWire } from '../messages/state-in-english.ts'
import { type AppError, isAppError } from '../problem.ts'
import type { RelatedReading } from '../registry/related-store.ts'
import { valuePages } from '../registry/value-pages.ts'
import { v2Store, v3Text } from './stores.ts'

/** flannel's own largest network has 65,536 subnets in a /8 cut in /24. */
const MOST_LEASES = 70_000
const FIRST_PAGE = 100

/** Leases of any network whose PublicIP is one of the addresses. A keyspace that cannot be read is reported, and the other still read. */
export async function nodeSubnets(
  reading: RelatedReading,
  addresses: readonly string[],
  now: Date | null,
): Promise<{ leases: RelatedLease[]; notes: RelatedTrouble[] }> {
  const { cluster, signal } = reading
  const leases: SubnetLease[] = []
  const notes: RelatedTrouble[] = []
  const part = async (keyspace: string, read: () => Promise<SubnetLease[]>) => {
    try {
      leases.push(
        ...(await read()).filter(({ publicIP, publicIPv6 }) => [publicIP, publicIPv6].some((ip) => ip !== null && addresses.includes(ip))),
      )
    } catch (error) {
      if (!isAppError(error) || error.code === 'CANCELLED' || signal.aborted) throw error
      if (error.code !== 'KEYSPACE_UNAVAILABLE') note(keyspace, error)
    }
  }
  const note = (keyspace: string, error: AppError) => {
    const says: RelatedMessage[] = [{ code: 'leases-unread', params: { keyspace, why: [error.says] } }]
    // What may not be read is no trouble of the node.
    notes.push({ severity: isRefusal(error) ? 'info' : 'warning', text: inEnglish.related(says), sentences: says })
  }
  await part('v2', () => v2Leases(cluster, signal, (error) => note('v2', error)))
  await part('v3', () => v3Leases(reading))
  return { leases: leases.map((lease) => toWire(lease, now)), notes }
}

/** The addresses of the nodes that hold the subnets which contain an address; what cannot be read is left out. */
export async function holdersOfAddress(reading: RelatedReading, address: Address): Promise<string[]> {
  const { cluster, signal } = reading
  const found = new Set<string>()
  const part = async (read: () => Promise<SubnetLease[]>) => {
    try {
      for (const { v4, v6, publicIP, publicIPv6 } of await read()) {
        if (![v4, v6].some((cidr) => cidr !== null && containsAddress(cidr, address))) continue
        for (const ip of [publicIP, publicIPv6]) if (ip !== null) found.add(ip)
      }
    } catch (error) {
      if (!isAppError(error) || error.code === 'CANCELLED' || signal.aborted) throw error
    }
  }
  await part(() => v2Leases(cluster, signal, () => {}))
  await part(() => v3Leases(reading))
  return [...found]
}

/** @param onRefused called once with the reason why a part could not be read */
async function v2Leases(cluster: Cluster, signal: AbortSignal, onRefused: (error: AppError) => void): Promise<SubnetLease[]> {
  if (!(await cluster.opened.v2.availability(signal)).available) return []
  const prefixes = cluster.flannelPrefix === null ? [] : [cluster.flannelPrefix]
  const refusals: AppError[] = []
  const store = v2Store(
    cluster,
    signal,
    () => {},
    (error) => refusals.push(error),
  )
  const { networks } = await discover(store, { prefixes })
  const [refusal] = refusals
  if (refusal !== undefined) onRefused(refusal)
  return networks.flatMap((network) => network.leases)
}

/** In v3 only where flannel is known to store them: only the flannel page searches all other keys. */
async function v3Leases({ cluster, source, revision, signal }: RelatedReading): Promise<SubnetLease[]> {
  const leases: SubnetLease[] = []
  for (const prefix of new Set([cluster.flannelPrefix ?? DEFAULT_PREFIX, DEFAULT_PREFIX])) {
    const directory = `${prefix}/subnets/`
    const { knowledge } = cluster
    for await (const page of valuePages({ source, prefix: utf8(directory), revision, knowledge, firstPage: FIRST_PAGE, signal })) {
      for (const kv of page.kvs) {
        const key = toUtf8OrNull(kv.key)
        if (key === null || leases.length >= MOST_LEASES) continue
        leases.push(
          parseSubnetLease({
            source: { keyspace: 'v3', key },
            name: key.slice(directory.length),
            value: v3Text(cluster, kv, key, null).value,
            // The remaining time would cost a request per lease.
            expires: kv.lease === 0n ? 'never' : 'unknown',
          }),
        )
      }
    }
  }
  return leases
}

function toWire({ source, v4, v6, expiration, reservation, backendType }: SubnetLease, now: Date | null): RelatedLease {
  const subnet = [v4, v6].flatMap((cidr) => (cidr === null ? [] : [formatCidr(cidr)])).join(', ')
  const left = expiration === null || now === null ? Number.NaN : Date.parse(expiration) - now.getTime()
  const status = reservation
    ? statusOnWire({ says: { code: 'subnet-lasts', params: {} }, tone: 'ok' })
    : Number.isNaN(left)
      ? null
      : left > 0
        ? statusOnWire({ says: { code: 'subnet-expires', params: { left: humanDuration(left) } }, tone: 'ok' })
        : statusOnWire({ says: { code: 'subnet-expired', params: { ago: humanDuration(-left) } }, tone: 'error' })
  return { ...source, subnet: subnet || source.key, backend: backendType ?? '', status }
}
