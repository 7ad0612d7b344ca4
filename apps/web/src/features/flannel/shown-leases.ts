// Which leases the table shows, and in which order.
import type { FlannelLease } from '@registree/contract'
import { parseAddress } from '@registree/flannel'

export const LEASE_COLUMNS = ['subnet', 'node', 'publicIP', 'backend', 'left', 'expires', 'created', 'modified'] as const
export type LeaseColumn = (typeof LEASE_COLUMNS)[number]

/** A column, with a leading `-` for descending; null is key order. */
export function readSort(text: string): { column: LeaseColumn; descending: boolean } | null {
  const column = LEASE_COLUMNS.find((one) => one === text.replace(/^-/, ''))
  return column === undefined ? null : { column, descending: text.startsWith('-') }
}

/** Leases that match a word in their subnets, addresses, node or backend; an address also finds its subnet. */
export function filterLeases(leases: readonly FlannelLease[], filter: string): readonly FlannelLease[] {
  const wanted = filter.trim().toLowerCase()
  if (wanted === '') return leases
  return leases.filter((lease) =>
    [lease.v4, lease.v6, lease.publicIP, lease.publicIPv6, lease.node?.name, lease.backendType, lease.source.key].some((text) =>
      text?.toLowerCase().includes(wanted),
    ),
  )
}

type Key = string | bigint | number | null

function keyOf(lease: FlannelLease, column: LeaseColumn): Key {
  switch (column) {
    case 'subnet':
      return addressKey(lease.v4 ?? lease.v6)
    case 'node':
      return lease.node?.name ?? null
    case 'publicIP':
      return addressKey(lease.publicIP ?? lease.publicIPv6)
    case 'backend':
      return lease.backendType
    case 'left':
    case 'expires':
      // A reservation never expires.
      return lease.expiration === null ? (lease.reservation ? Number.POSITIVE_INFINITY : null) : Date.parse(lease.expiration)
    case 'created':
    case 'modified':
      return lease[column] === null ? null : BigInt(lease[column])
  }
}

function addressKey(text: string | null): bigint | null {
  const slash = text?.indexOf('/') ?? -1
  return text === null ? null : (parseAddress(slash < 0 ? text : text.slice(0, slash))?.value ?? null)
}

/** Leases without a value to sort by come last, in both directions. */
export function sortLeases(leases: readonly FlannelLease[], sort: ReturnType<typeof readSort>): readonly FlannelLease[] {
  if (sort === null) return leases
  const keyed = leases.map((lease) => ({ lease, key: keyOf(lease, sort.column) }))
  const sign = sort.descending ? -1 : 1
  keyed.sort(({ key: a }, { key: b }) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    return a === b ? 0 : a < b ? -sign : sign
  })
  return keyed.map(({ lease }) => lease)
}
