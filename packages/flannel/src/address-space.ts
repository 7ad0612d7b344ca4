// The address space of a network as a picture: which parts are leased, reserved, free or never assigned, at any zoom.
import { type Cidr, containsAddress, lastOf, sizeOf } from './cidr.ts'
import type { SubnetPlan } from './network-config.ts'
import type { SubnetLease } from './subnet-lease.ts'

/** A stretch of addresses, both ends included. */
export interface Span {
  from: bigint
  to: bigint
}

/** One held subnet. `lease` is its index in the input list. */
interface Held extends Span {
  lease: number
  reservation: boolean
}

interface Run extends Span {
  kind: 'lease' | 'reservation' | 'free' | 'outside'
  lease: number | null
}

/**
 * What a piece of the picture shows. `mixed` is a block with several things: its counts list them, and zooming in shows them separately. `outside` is
 * never assigned: it is before SubnetMin or after SubnetMax.
 */
export type Segment = Span &
  (
    | { kind: 'lease' | 'reservation'; lease: number }
    | { kind: 'free' | 'outside' }
    | { kind: 'mixed'; leases: number; reservations: number; firstLease: number | null; heldShare: number }
  )

export interface AddressSpace {
  plan: SubnetPlan
  /** Number of addresses in a subnet assigned by flannel. */
  subnetSize: bigint
  /** All counts are in subnets of that size. `total` = `used` + `reserved` + `free` + `outside` + what is held outside SubnetMin–SubnetMax. */
  total: bigint
  used: bigint
  reserved: bigint
  free: bigint
  /** Subnets of the network before SubnetMin or after SubnetMax. */
  outside: bigint
  /** Leases of this family outside the network: they are not in the picture. */
  strays: number
  /** @internal disjoint and in order, covering the network */
  runs: readonly Run[]
  /** @internal addresses in the smallest subnet held */
  grain: bigint
}

/** flannel collects this many free subnets from SubnetMin upwards and picks one at random (subnet/etcd/local_manager.go, allocateSubnet). */
const CANDIDATES = 100

/** Lays out the leases over the plan's network. O(n log n) in the leases, for any network size. */
export function addressSpace(plan: SubnetPlan, leases: readonly Pick<SubnetLease, 'v4' | 'v6' | 'reservation'>[]): AddressSpace {
  const network: Span = { from: plan.network.base, to: lastOf(plan.network) }
  const usable: Span = { from: plan.min.base, to: lastOf(plan.max) }
  const subnetSize = sizeOf(plan.min)
  const held: Held[] = []
  let strays = 0
  let grain = subnetSize
  for (const [index, lease] of leases.entries()) {
    const cidr = plan.family === 4 ? lease.v4 : lease.v6
    if (cidr === null) continue
    if (!containsAddress(plan.network, { family: plan.family, value: cidr.base })) strays++
    else {
      held.push({ from: cidr.base, to: min(lastOf(cidr), network.to), lease: index, reservation: lease.reservation })
      if (sizeOf(cidr) < grain) grain = sizeOf(cidr)
    }
  }
  held.sort((a, b) => (a.from !== b.from ? (a.from < b.from ? -1 : 1) : a.to > b.to ? -1 : 1))

  const runs: Run[] = []
  let at = network.from
  const gapTo = (end: bigint) => {
    // Addresses without a holder are free between SubnetMin and SubnetMax; flannel leases no others.
    for (const [from, to, kind] of [
      [network.from, usable.from - 1n, 'outside'],
      [usable.from, usable.to, 'free'],
      [max(usable.to + 1n, usable.from), network.to, 'outside'],
    ] as const) {
      const piece = { from: max(from, at), to: min(to, end) }
      if (piece.from <= piece.to) runs.push({ ...piece, kind, lease: null })
    }
    at = max(at, end + 1n)
  }
  for (const { from, to, lease, reservation } of held) {
    // A subnet inside one already drawn is reported by the findings; a picture can show only one holder.
    if (to < at) continue
    if (from > at) gapTo(from - 1n)
    runs.push({ from: max(from, at), to, kind: reservation ? 'reservation' : 'lease', lease })
    at = to + 1n
  }
  if (at <= network.to) gapTo(network.to)

  const slots = (list: readonly Held[]) => coveredSlots(list, usable, network.from, subnetSize)
  const used = slots(held.filter((one) => !one.reservation))
  const taken = slots(held)
  const handedOut = usable.to < usable.from ? 0n : (usable.to - usable.from + 1n) / subnetSize
  const total = sizeOf(plan.network) / subnetSize
  return {
    plan,
    subnetSize,
    total,
    used,
    reserved: taken - used,
    free: handedOut - taken,
    outside: total - handedOut,
    strays,
    runs,
    grain,
  }
}

/** How many subnets of the usable range overlap a held one (sorted by `from`). */
function coveredSlots(held: readonly Span[], usable: Span, base: bigint, size: bigint): bigint {
  let count = 0n
  let next = (usable.from - base) / size
  const last = (usable.to - base) / size
  for (const { from, to } of held) {
    const first = max((from - base) / size, next)
    const end = min((to - base) / size, last)
    if (first > end) continue
    count += end - first + 1n
    next = end + 1n
  }
  return count
}

/** The free subnets that flannel would choose from for a new node, in order; it picks one of the first {@link CANDIDATES} at random. */
export function nextSubnets(space: AddressSpace, limit: number = CANDIDATES): Cidr[] {
  const { family, subnetLength, network } = space.plan
  const found: Cidr[] = []
  for (const run of space.runs) {
    if (run.kind !== 'free') continue
    const offset = (run.from - network.base) % space.subnetSize
    let base = offset === 0n ? run.from : run.from - offset + space.subnetSize
    for (; base + space.subnetSize - 1n <= run.to && found.length < limit; base += space.subnetSize)
      found.push({ family, base, prefixLength: subnetLength })
    if (found.length >= limit) break
  }
  return found
}

/** The whole network as a view. */
export function wholeView(space: AddressSpace): Span {
  return { from: space.plan.network.base, to: lastOf(space.plan.network) }
}

/** Addresses in one block of a view: a power of two, at least the smallest held subnet, so that at most `maxSegments` blocks cover the view. */
function blockSize(space: AddressSpace, view: Span, maxSegments: number): bigint {
  const size = view.to - view.from + 1n
  let block = space.grain
  while (block * BigInt(Math.max(1, Math.trunc(maxSegments))) < size) block *= 2n
  return block
}

/** The picture of a view in at most `maxSegments` pieces: see {@link pieces}. */
export function segments(space: AddressSpace, view: Span, maxSegments: number): Segment[] {
  return pieces(space, view, blockSize(space, view, maxSegments))
}

/**
 * The picture of a view (which begins at a block): pieces in order, covering it without a gap, none smaller than a block. Blocks with the same single
 * content are joined. O(log n + the content of the view).
 */
export function pieces(space: AddressSpace, view: Span, block: bigint): Segment[] {
  const found: Segment[] = []
  let runAt = firstRun(space.runs, view.from)
  for (let from = view.from; from <= view.to; ) {
    const run = space.runs[runAt]
    if (run === undefined) break
    // Whole blocks of one run are one piece, for any number of them.
    const wholeBlocks = (min(run.to, view.to) - from + 1n) / block
    const rest = view.to - from + 1n
    if (wholeBlocks > 0n || run.to >= view.to) {
      const to = run.to >= view.to ? view.to : from + wholeBlocks * block - 1n
      found.push(pieceOf(run, from, to))
      from = to + 1n
    } else {
      const to = from + (block < rest ? block : rest) - 1n
      found.push(mixedBlock(space.runs, runAt, from, to))
      from = to + 1n
    }
    while (runAt < space.runs.length && (space.runs[runAt]?.to ?? 0n) < from) runAt++
  }
  return found
}

/** The piece of the whole network's picture that contains an address; null outside the network. O(log n + the content of one block). */
export function pieceAt(space: AddressSpace, address: bigint, block: bigint): Segment | null {
  const { from: first, to: last } = wholeView(space)
  if (address < first || address > last) return null
  const at = first + ((address - first) / block) * block
  const end = min(at + block - 1n, last)
  const runAt = firstRun(space.runs, at)
  const run = space.runs[runAt]
  if (run === undefined) return null
  if (run.from > at || run.to < end) return mixedBlock(space.runs, runAt, at, end)
  const from = first + ((run.from - first + block - 1n) / block) * block
  const to = run.to === last ? last : first + ((run.to - first + 1n) / block) * block - 1n
  return pieceOf(run, from, to)
}

function pieceOf(run: Run, from: bigint, to: bigint): Segment {
  if ((run.kind === 'lease' || run.kind === 'reservation') && run.lease !== null) return { from, to, kind: run.kind, lease: run.lease }
  return { from, to, kind: run.kind === 'outside' ? 'outside' : 'free' }
}

function mixedBlock(runs: readonly Run[], start: number, from: bigint, to: bigint): Segment {
  let leases = 0
  let reservations = 0
  let firstLease: number | null = null
  let heldAddresses = 0n
  for (let i = start; i < runs.length; i++) {
    const run = runs[i]
    if (run === undefined || run.from > to) break
    if (run.lease === null) continue
    if (run.kind === 'lease') leases++
    else reservations++
    firstLease ??= run.lease
    heldAddresses += min(run.to, to) - max(run.from, from) + 1n
  }
  // A block where free and never assigned space meet has nothing to zoom into.
  if (firstLease === null) return { from, to, kind: 'free' }
  return {
    from,
    to,
    kind: 'mixed',
    leases,
    reservations,
    firstLease,
    heldShare: Number((heldAddresses * 10_000n) / (to - from + 1n)) / 10_000,
  }
}

function firstRun(runs: readonly Run[], address: bigint): number {
  let low = 0
  let high = runs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((runs[middle]?.to ?? 0n) < address) low = middle + 1
    else high = middle
  }
  return low
}

const min = (a: bigint, b: bigint) => (a < b ? a : b)
const max = (a: bigint, b: bigint) => (a > b ? a : b)
