// What a stored change means for the known networks: the affected lease or setting, and its line in the log.
import type { FlannelChange } from '@registree/contract'
import { cidrsOf, type FlannelMessage, type FoundNetwork, formatCidr, type NodeInput, type SubnetLease } from '@registree/flannel'

/** What a change affects: a lease or the config of a known network, or anything that requires reading all again. */
export type Affected =
  | { what: 'lease'; network: FoundNetwork; name: string }
  | { what: 'config'; network: FoundNetwork }
  | { what: 'networks' }
  | { what: 'nothing' }

/** `path` has no trailing slash; `gone` means that it and everything below it was removed. */
export function affectedBy(networks: readonly FoundNetwork[], manager: FoundNetwork['manager'], path: string, gone: boolean): Affected {
  for (const network of networks) {
    if (network.manager !== manager || network.prefix === null) continue
    const { prefix } = network
    if (path === `${prefix}/config`) return network.config === null || gone ? { what: 'networks' } : { what: 'config', network }
    const subnets = `${prefix}/subnets/`
    if (path.startsWith(subnets) && !path.slice(subnets.length).includes('/'))
      return network.leasesSource === null ? { what: 'networks' } : { what: 'lease', network, name: path.slice(subnets.length) }
    if (gone && (`${path}/` === subnets || prefix === path || prefix.startsWith(`${path}/`))) return { what: 'networks' }
  }
  // A new network beside or below the known ones.
  return /\/config$|\/subnets(\/|$)/.test(path) ? { what: 'networks' } : { what: 'nothing' }
}

export const subjectOf = (lease: SubnetLease): string => cidrsOf(lease).map(formatCidr).join(' & ') || lease.source.key

export const holderOf = (lease: SubnetLease, node: NodeInput | null): string | null => node?.name ?? lease.publicIP ?? lease.publicIPv6

/** What happened to a lease; null if nothing a reader cares about. */
export function compareLeases(
  before: SubnetLease | undefined,
  after: SubnetLease,
): { kind: Extract<FlannelChange['kind'], 'added' | 'renewed' | 'changed'>; detail: FlannelMessage[] | null } | null {
  if (before === undefined) return { kind: 'added', detail: null }
  const differences: FlannelMessage[] = []
  const differ = (label: string, was: string | null, is: string | null) => {
    if (was !== is) differences.push({ code: 'change-of', params: { label, was: was ?? 'none', is: is ?? 'none' } })
  }
  if (subjectOf(before) !== subjectOf(after))
    differences.push({ code: 'change-of-subnet', params: { was: subjectOf(before), is: subjectOf(after) } })
  differ('PublicIP', before.publicIP, after.publicIP)
  differ('PublicIPv6', before.publicIPv6, after.publicIPv6)
  differ('BackendType', before.backendType, after.backendType)
  const labels = new Set([...before.backendData, ...after.backendData].map(({ label }) => label))
  const value = (lease: SubnetLease, name: string) => lease.backendData.find(({ label }) => label === name)?.value ?? null
  for (const label of labels) differ(label, value(before, label), value(after, label))
  if (before.reservation !== after.reservation)
    differences.push({ code: after.reservation ? 'change-to-reservation' : 'change-to-lease', params: {} })
  const [was, is] = [before, after].map(({ notices }) => notices.map(({ says }) => says))
  if (differences.length === 0 && JSON.stringify(was) !== JSON.stringify(is))
    differences.push(...(is === undefined || is.length === 0 ? [{ code: 'change-readable' as const, params: {} }] : is))
  if (differences.length > 0) return { kind: 'changed', detail: differences }
  return before.expiration === after.expiration && before.modified === after.modified ? null : { kind: 'renewed', detail: null }
}

/** A removed lease expired if its time was up, allowing two seconds for clocks. */
export const ranOut = (lease: SubnetLease, now: Date): boolean =>
  lease.expiration !== null && Date.parse(lease.expiration) <= now.getTime() + 2000
