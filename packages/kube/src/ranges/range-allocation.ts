// Reads the API server's bitmaps of allocated service addresses and node ports.
// Format: kubernetes pkg/registry/core/service/{allocator/bitmap,ipallocator/allocator,portallocator/allocator}.go.

import { textAt, valueAt } from '../value/fields.ts'
import { hasMasked } from '../value/placeholder.ts'
import type { ProblemMessage } from '../value/problem-messages.ts'
import type { KubeValue } from '../value/value.ts'
import { decodeBase64 } from '../wire/base64.ts'
import { type Family, formatIp, parseCidr, parseIp } from './ip-address.ts'

export interface RangeAllocation {
  holds: 'addresses' | 'ports'
  /** For addresses only. */
  family: Family | null
  /** As stored: `10.254.0.0/16`, `30000-32767`. */
  range: string
  /** Number of addresses or ports that can be allocated: without network and broadcast address, and at most 65,535 for IPv6. */
  total: bigint
  used: bigint
  free: bigint
  /** Set bits outside the range: the bitmap belongs to another range. */
  outside: bigint
  /** The allocated entries in order, at most `limit`. */
  allocated: string[]
  /** Number of used entries that the list omits. */
  omitted: bigint
  isAllocated: (offset: bigint) => boolean
  /** The text of an offset: the address, or the port. */
  textAt: (offset: bigint) => string
  /** The offset of an address or port; null if it is outside the range. */
  offsetOf: (text: string) => bigint | null
  /** Every allocated offset in the range, in order. */
  offsets: () => Generator<bigint>
  /** The allocated offsets as a bitmap: bit `i & 7` of byte `i >> 3` is offset i. Without trailing zeros and bits outside the range. */
  bitmap: () => Uint8Array
}

export type DecodedRange = { ok: true; allocation: RangeAllocation } | { ok: false; problem: ProblemMessage }

const MOST_LISTED = 1000
/** An IPv6 range allocates from its first 65,536 addresses (`ipallocator.RangeSize`). */
const IPV6_WINDOW = 65_536n

interface Space {
  holds: 'addresses' | 'ports'
  family: Family | null
  total: bigint
  textAt: (offset: bigint) => string
  offsetOf: (text: string) => bigint | null
}

/**
 * Decodes a v1 RangeAllocation: `object.range`, and `object.data` in base64.
 * @param limit maximum listed entries (1,000 by default); counts and `offsets` always cover all.
 */
export function decodeRangeAllocation(object: KubeValue, limit: number = MOST_LISTED): DecodedRange {
  const range = textAt(object, 'range')
  const data = valueAt(object, 'data') ?? ''
  if (range === '') return { ok: false, problem: { code: 'range-unnamed', params: {} } }
  const space = addressSpace(range) ?? portSpace(range)
  if (space === null) return { ok: false, problem: { code: 'range-wrong', params: { range: range.slice(0, 100) } } }
  const bitmap = typeof data === 'string' ? decodeBase64(data) : null
  if (bitmap === null && typeof data === 'string' && hasMasked(data)) return { ok: false, problem: { code: 'bitmap-masked', params: {} } }
  if (bitmap === null) return { ok: false, problem: { code: 'bitmap-not-base64', params: {} } }

  const isSet = (index: number) => ((bitmap[bitmap.length - 1 - (index >>> 3)] ?? 0) & (1 << (index & 7))) !== 0
  const bits = bitmap.length * 8
  const within = space.total < BigInt(bits) ? Number(space.total) : bits
  function* offsets(): Generator<bigint> {
    for (let byte = 0; byte * 8 < within; byte++) {
      if (bitmap?.[bitmap.length - 1 - byte] === 0) continue
      for (let index = byte * 8; index < Math.min(byte * 8 + 8, within); index++) if (isSet(index)) yield BigInt(index)
    }
  }
  // A full /12 has a million bits: they are counted by bytes, and only listed entries are formatted.
  let set = 0
  let inside = 0
  for (let byte = 0; byte < bitmap.length; byte++) {
    const value = bitmap[bitmap.length - 1 - byte] as number
    set += ONES[value] as number
    const kept = within - byte * 8
    if (kept > 0) inside += ONES[kept >= 8 ? value : value & ((1 << kept) - 1)] as number
  }
  const used = BigInt(inside)
  const outside = BigInt(set - inside)
  const allocated: string[] = []
  for (const offset of offsets()) {
    if (allocated.length >= limit) break
    allocated.push(space.textAt(offset))
  }
  const asBitmap = (): Uint8Array => {
    const bytes = Uint8Array.from(bitmap)
      .reverse()
      .subarray(0, Math.ceil(within / 8))
    if (within % 8 !== 0) bytes[bytes.length - 1] = (bytes.at(-1) as number) & ((1 << (within % 8)) - 1)
    let end = bytes.length
    while (end > 0 && bytes[end - 1] === 0) end--
    return bytes.subarray(0, end)
  }
  return {
    ok: true,
    allocation: {
      ...space,
      range,
      used,
      free: space.total - used,
      outside,
      allocated,
      omitted: used - BigInt(allocated.length),
      isAllocated: (offset) => offset >= 0n && offset < BigInt(within) && isSet(Number(offset)),
      offsets,
      bitmap: asBitmap,
    },
  }
}

/** Number of set bits by byte. */
const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1
  return ones
})

function addressSpace(range: string): Space | null {
  const cidr = parseCidr(range)
  if (cidr === null) return null
  const { family, network, size } = cidr
  const usable = family === 'IPv4' ? size - 2n : (size < IPV6_WINDOW ? size : IPV6_WINDOW) - 1n
  return {
    holds: 'addresses',
    family,
    total: usable > 0n ? usable : 0n,
    textAt: (offset) => formatIp(family, network + 1n + offset),
    offsetOf: (text) => {
      const address = parseIp(text)
      if (address === null || address.family !== family) return null
      const offset = address.value - network - 1n
      return offset >= 0n && offset < usable ? offset : null
    },
  }
}

function portSpace(range: string): Space | null {
  const ports = parsePortRange(range)
  if (ports === null) return null
  const { first, size } = ports
  return {
    holds: 'ports',
    family: null,
    total: BigInt(size),
    textAt: (offset) => String(BigInt(first) + offset),
    offsetOf: (text) => {
      if (!/^\d{1,5}$/.test(text)) return null
      const offset = Number(text) - first
      return offset >= 0 && offset < size ? BigInt(offset) : null
    },
  }
}

/** `30000-32767`, `30000+2767` (base and how many more), or one port (apimachinery pkg/util/net/port_range.go). */
function parsePortRange(range: string): { first: number; size: number } | null {
  const match = /^\s*(\d{1,5})\s*(?:([-+])\s*(\d{1,5})\s*)?$/.exec(range)
  if (match === null) return null
  const first = Number(match[1])
  const last = match[2] === undefined ? first : match[2] === '-' ? Number(match[3]) : Math.min(first + Number(match[3]), 65_535)
  return last < first || last > 65_535 ? null : { first, size: last - first + 1 }
}
