// Addresses and CIDRs of both families as exact integers, and back to Kubernetes' text form (RFC 5952 for IPv6).
// packages/flannel parses addresses differently (cidr.ts), as Go does today. Here old API servers' addresses must be read too: they accepted leading
// zeros in IPv4; and an IPv4 address within IPv6 is the IPv4 address of a Service.

export type Family = 'IPv4' | 'IPv6'

export interface IpAddress {
  family: Family
  value: bigint
}

export interface Cidr {
  family: Family
  /** The first address, with host bits cleared. */
  network: bigint
  prefixLength: number
  /** Number of addresses in the block. */
  size: bigint
}

/** Parses an address; null if invalid. IPv4 in IPv6 (`::ffff:10.0.0.1`) is IPv4, as in Go. Kubernetes addresses have no zones. */
export function parseIp(text: string): IpAddress | null {
  const v4 = parseV4(text)
  if (v4 !== null) return { family: 'IPv4', value: v4 }
  const v6 = parseV6(text)
  if (v6 === null) return null
  return v6 >> 32n === 0xffffn ? { family: 'IPv4', value: v6 & 0xffffffffn } : { family: 'IPv6', value: v6 }
}

/** Parses a CIDR such as `10.254.0.0/16`; null if invalid. */
export function parseCidr(text: string): Cidr | null {
  const match = /^(.+)\/(\d{1,3})$/.exec(text)
  const address = match?.[1] === undefined ? null : parseIp(match[1])
  if (address === null || match?.[2] === undefined) return null
  const bits = address.family === 'IPv4' ? 32 : 128
  const prefixLength = Number(match[2])
  if (prefixLength > bits) return null
  const size = 1n << BigInt(bits - prefixLength)
  return { family: address.family, network: address.value - (address.value % size), prefixLength, size }
}

export function formatIp(family: Family, value: bigint): string {
  if (family === 'IPv4') return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.')
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn))
  let best = { start: 0, length: 0 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(':')
  if (best.length < 2) return hex(groups)
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`
}

function parseV4(text: string): bigint | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  let value = 0n
  for (const part of parts) {
    // Go rejects leading zeros since 1.17; before, Kubernetes stored them and read them as decimal.
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return null
    value = (value << 8n) | BigInt(Number(part))
  }
  return value
}

function parseV6(text: string): bigint | null {
  if (text.length > 45 || !text.includes(':')) return null
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail] = halves.map((half) => v6Groups(half))
  if (head === undefined || head === null || tail === null) return null
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 1) return null
  const groups = tail === undefined ? head : [...head, ...Array<number>(missing).fill(0), ...tail]
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n)
}

function v6Groups(text: string): number[] | null {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else {
      const v4 = i === parts.length - 1 ? parseV4(part) : null
      if (v4 === null) return null
      groups.push(Number(v4 >> 16n), Number(v4 & 0xffffn))
    }
  }
  return groups
}
