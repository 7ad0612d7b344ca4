// Finds the leases that contain an address without walking all of them: one hash look-up per prefix length in use.
import { type Address, type Cidr, type Family, networkOf } from './cidr.ts'
import type { SubnetLease } from './subnet-lease.ts'

/** The subnets of a lease, of one or both families. */
export const cidrsOf = (lease: SubnetLease): Cidr[] => [lease.v4, lease.v6].filter((cidr) => cidr !== null)

export class LeaseIndex {
  readonly #byLength: Record<Family, Map<number, Map<bigint, SubnetLease[]>>> = { 4: new Map(), 6: new Map() }
  readonly #lengths: Record<Family, number[]>

  constructor(leases: readonly SubnetLease[]) {
    for (const lease of leases) {
      for (const { family, base, prefixLength } of cidrsOf(lease)) {
        const bases = this.#byLength[family].get(prefixLength) ?? new Map<bigint, SubnetLease[]>()
        this.#byLength[family].set(prefixLength, bases)
        const same = bases.get(base)
        if (same) same.push(lease)
        else bases.set(base, [lease])
      }
    }
    const longestFirst = (family: Family) => [...this.#byLength[family].keys()].sort((a, b) => b - a)
    this.#lengths = { 4: longestFirst(4), 6: longestFirst(6) }
  }

  /** Every lease whose subnet contains the address, smallest first. */
  holding(address: Address): SubnetLease[] {
    const { family } = address
    return this.#lengths[family].flatMap((length) => this.#byLength[family].get(length)?.get(networkOf(address, length).base) ?? [])
  }
}
