// Joins a bitmap of allocated addresses or ports with the Services that hold them, and finds where they disagree.
import { integerAt, objectsAt, textAt, textsAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import type { RangeAllocation } from './range-allocation.ts'

export interface Holder {
  namespace: string
  name: string
  field: 'clusterIP' | 'nodePort' | 'healthCheckNodePort'
  /** The service port with the node port: its name or number. Empty for other fields. */
  port: string
}

export interface HeldEntry {
  /** The address or the port. */
  entry: string
  holders: Holder[]
}

export interface JoinedServices {
  /** Both allocated and held, in order. */
  held: HeldEntry[]
  /** Allocated without a holder: left by an unfinished deletion, until the API server's repair loop frees it. */
  leaks: string[]
  /** Held by a Service but not allocated: may be assigned again. */
  missing: HeldEntry[]
  /** Held by more than one Service. */
  conflicts: HeldEntry[]
  /** Total numbers; the lists above are cut at `limit` each. */
  counts: { held: number; leaks: number; missing: number; conflicts: number }
}

const MOST_LISTED = 1000

/**
 * Joins an allocation with the Services of the same revision. Addresses of another family or range are ignored, as are headless Services and
 * ExternalNames.
 * @param limit entries in each list (1,000 by default); `counts` cover all.
 */
export function joinServices(allocation: RangeAllocation, services: Iterable<KubeObject>, limit: number = MOST_LISTED): JoinedServices {
  const holders = holdersOf(allocation, services)
  const joined: JoinedServices = {
    held: [],
    leaks: [],
    missing: [],
    conflicts: [],
    counts: { held: 0, leaks: 0, missing: 0, conflicts: 0 },
  }
  const add = <Name extends 'held' | 'missing' | 'conflicts'>(name: Name, item: () => JoinedServices[Name][number]) => {
    joined.counts[name]++
    const list = joined[name] as JoinedServices[Name][number][]
    if (list.length < limit) list.push(item())
  }
  // A bitmap of a megabyte has eight million bits: only as many are read as are listed.
  if (limit > 0)
    for (const offset of allocation.offsets()) {
      if (holders.has(offset)) continue
      if (joined.leaks.push(allocation.textAt(offset)) >= limit) break
    }
  joined.counts.leaks = Number(allocation.used)
  for (const offset of holders.keys()) if (allocation.isAllocated(offset)) joined.counts.leaks--
  for (const [offset, list] of holders) {
    const entry = () => ({ entry: allocation.textAt(offset), holders: list })
    add(allocation.isAllocated(offset) ? 'held' : 'missing', entry)
    if (isShared(list)) add('conflicts', entry)
  }
  return joined
}

/** Who holds what of an allocation, by offset, in order: the Services' addresses or ports in its range. */
export function holdersOf(allocation: RangeAllocation, services: Iterable<KubeObject>): Map<bigint, Holder[]> {
  const holders = new Map<bigint, Holder[]>()
  for (const service of services) {
    const claims = allocation.holds === 'ports' ? portClaims(service) : addressClaims(service)
    for (const [entry, holder] of claims) {
      const offset = allocation.offsetOf(entry)
      if (offset === null) continue
      const before = holders.get(offset)
      if (before === undefined) holders.set(offset, [holder])
      else before.push(holder)
    }
  }
  return new Map([...holders].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Whether more than one Service holds an entry. One Service may use a node port for TCP and UDP. */
export function isShared(holders: readonly Holder[]): boolean {
  return new Set(holders.map((one) => JSON.stringify([one.namespace, one.name]))).size > 1
}

function* addressClaims(service: KubeObject): Generator<[string, Holder]> {
  if (textAt(service, 'spec', 'type') === 'ExternalName') return
  const addresses = new Set([textAt(service, 'spec', 'clusterIP'), ...textsAt(service, 'spec', 'clusterIPs')])
  for (const address of addresses) {
    if (address !== '' && address !== 'None') yield [address, { ...nameOf(service), field: 'clusterIP', port: '' }]
  }
}

function* portClaims(service: KubeObject): Generator<[string, Holder]> {
  for (const port of objectsAt(service, 'spec', 'ports')) {
    const nodePort = integerAt(port, 'nodePort') ?? 0
    if (nodePort === 0) continue
    yield [String(nodePort), { ...nameOf(service), field: 'nodePort', port: textAt(port, 'name') || String(integerAt(port, 'port') ?? '') }]
  }
  const health = integerAt(service, 'spec', 'healthCheckNodePort') ?? 0
  if (health !== 0) yield [String(health), { ...nameOf(service), field: 'healthCheckNodePort', port: '' }]
}

function nameOf(service: KubeObject): { namespace: string; name: string } {
  return { namespace: textAt(service, 'metadata', 'namespace'), name: textAt(service, 'metadata', 'name') }
}
