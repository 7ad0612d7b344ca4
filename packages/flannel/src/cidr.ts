// CIDR arithmetic over bigint for IPv4 and IPv6, exact for any prefix length. Also parses typed addresses, as Go does today:
// packages/kube/src/ranges/ip-address.ts also accepts what old API servers stored.

export type Family = 4 | 6

/** An address as a number: 32 bits wide for family 4, 128 for family 6. */
export interface Address {
  family: Family
  value: bigint
}

/** A network: `base` has all host bits zero. */
export interface Cidr {
  family: Family
  base: bigint
  prefixLength: number
}

const WIDTH = { 4: 32, 6: 128 } as const

/** Bits in an address of the family. */
export function width(family: Family): number {
  return WIDTH[family]
}

/** The address as an unsigned number; -1 if invalid. */
function numberOfV4(text: string): number {
  let value = 0
  let part = -1
  let dots = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 46) {
      if (part < 0 || ++dots > 3) return -1
      value = value * 256 + part
      part = -1
    } else if (code >= 48 && code <= 57) {
      // Go's net.ParseIP rejects a leading zero, which could mean octal.
      if (part === 0) return -1
      part = (part < 0 ? 0 : part * 10) + code - 48
      if (part > 255) return -1
    } else return -1
  }
  return part < 0 || dots !== 3 ? -1 : value * 256 + part
}

function parseV4(text: string): bigint | null {
  const value = numberOfV4(text)
  return value < 0 ? null : BigInt(value)
}

function parseGroups(text: string): bigint[] | null {
  if (text === '') return []
  const groups: bigint[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    if (part.includes('.')) {
      const v4 = i === parts.length - 1 ? parseV4(part) : null
      if (v4 === null) return null
      groups.push(v4 >> 16n, v4 & 0xffffn)
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return null
      groups.push(BigInt(`0x${part}`))
    }
  }
  return groups
}

function parseV6(text: string): bigint | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const head = parseGroups(halves[0] ?? '')
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '') : []
  if (!head || !tail) return null
  // An IPv4 tail is the tail of the whole address.
  if (halves.length === 2 && halves[0]?.includes('.')) return null
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  const groups = [...head, ...Array<bigint>(missing).fill(0n), ...tail]
  return groups.reduce((value, group) => (value << 16n) | group, 0n)
}

/** Parses an address like Go's net.ParseIP (no zone, no leading zeros in IPv4). Null if invalid. */
export function parseAddress(text: string): Address | null {
  if (text.includes(':')) {
    const value = parseV6(text)
    return value === null ? null : { family: 6, value }
  }
  const value = parseV4(text)
  return value === null ? null : { family: 4, value }
}

/** Parses `address/length`; host bits are cleared, and `hostBits` tells whether there were any. Null if invalid. */
export function parseCidr(text: string): (Cidr & { hostBits: boolean }) | null {
  const slash = text.indexOf('/')
  if (slash < 0) return null
  const address = parseAddress(text.slice(0, slash))
  const lengthText = text.slice(slash + 1)
  if (!address || !/^(0|[1-9]\d{0,2})$/.test(lengthText)) return null
  const prefixLength = Number(lengthText)
  if (prefixLength > width(address.family)) return null
  const { base } = networkOf(address, prefixLength)
  return { family: address.family, base, prefixLength, hostBits: base !== address.value }
}

/** The network of the given length that contains an address. */
export function networkOf(address: Address, prefixLength: number): Cidr {
  const hostBits = BigInt(width(address.family) - prefixLength)
  return { family: address.family, base: (address.value >> hostBits) << hostBits, prefixLength }
}

/** Number of addresses in a network. */
export function sizeOf(cidr: Cidr): bigint {
  return 1n << BigInt(width(cidr.family) - cidr.prefixLength)
}

/** The last address of a network, as a number. */
export function lastOf(cidr: Cidr): bigint {
  return cidr.base + sizeOf(cidr) - 1n
}

/** Whether the network contains the address. */
export function containsAddress(cidr: Cidr, address: Address): boolean {
  return cidr.family === address.family && address.value >= cidr.base && address.value <= lastOf(cidr)
}

/** Whether `outer` contains all of `inner`. */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return outer.family === inner.family && inner.base >= outer.base && lastOf(inner) <= lastOf(outer)
}

/** Whether two networks share an address. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && a.base <= lastOf(b) && b.base <= lastOf(a)
}

/** Whether two networks are the same. */
export function sameCidr(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && a.base === b.base && a.prefixLength === b.prefixLength
}

/** Total order: family, base, then the larger network first. */
export function compareCidr(a: Cidr, b: Cidr): number {
  if (a.family !== b.family) return a.family - b.family
  if (a.base !== b.base) return a.base < b.base ? -1 : 1
  return a.prefixLength - b.prefixLength
}

/** Formats an address: dotted decimal, or RFC 5952 (lower case, the longest run of zero groups as `::`). */
export function formatAddress(address: Address): string {
  if (address.family === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => ((address.value >> shift) & 0xffn).toString()).join('.')
  }
  const groups = Array.from({ length: 8 }, (_, i) => (address.value >> BigInt(112 - 16 * i)) & 0xffffn)
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && groups[start + length] === 0n) length++
    if (length > best.length) best = { start, length }
  }
  const hex = (part: bigint[]) => part.map((group) => group.toString(16)).join(':')
  if (best.start < 0) return hex(groups)
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`
}

/** Formats a network as `address/length`. */
export function formatCidr(cidr: Cidr): string {
  return `${formatAddress({ family: cidr.family, value: cidr.base })}/${cidr.prefixLength}`
}
