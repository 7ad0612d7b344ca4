// CIDR arithmetic against ipaddr.js as the oracle.
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import {
  type Address,
  containsAddress,
  containsCidr,
  formatAddress,
  formatCidr,
  lastOf,
  networkOf,
  overlaps,
  parseAddress,
  parseCidr,
  sizeOf,
} from './cidr.ts'

const v4 = fc.bigInt({ min: 0n, max: (1n << 32n) - 1n })
const v6 = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
  fc
    .array(fc.constantFrom<bigint[]>(0n, 0n, 1n, 0xffffn), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.reduce((n, g) => (n << 16n) | g, 0n)),
)
const address: fc.Arbitrary<Address> = fc.oneof(
  v4.map((value) => ({ family: 4 as const, value })),
  v6.map((value) => ({ family: 6 as const, value })),
)
const cidr = address.chain((a) => fc.integer({ min: 0, max: a.family === 4 ? 32 : 128 }).map((length) => networkOf(a, length)))

describe('addresses', () => {
  it('round-trips, and agrees with ipaddr.js', () => {
    fc.assert(
      fc.property(address, (a) => {
        const text = formatAddress(a)
        expect(parseAddress(text)).toEqual(a)
        const oracle = ipaddr.parse(text)
        expect(oracle.toByteArray().reduce((n, byte) => (n << 8n) | BigInt(byte), 0n)).toBe(a.value)
        if (a.family === 6) expect(text).toBe((oracle as ipaddr.IPv6).toRFC5952String())
      }),
    )
  })

  it.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4.5',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    'g::',
    '1.2.3.4::',
    '::1.2.3',
    'fe80::1%eth0',
  ])('refuses %j', (text) => expect(parseAddress(text)).toBeNull())

  it('reads an embedded IPv4 tail', () => expect(parseAddress('::ffff:10.0.0.1')).toEqual({ family: 6, value: 0xffff0a000001n }))
})

describe('networks', () => {
  it('round-trips', () => {
    fc.assert(
      fc.property(cidr, (c) => {
        expect(parseCidr(formatCidr(c))).toEqual({ ...c, hostBits: false })
      }),
    )
  })

  it('knows which addresses are inside, like ipaddr.js', () => {
    fc.assert(
      fc.property(cidr, address, (c, a) => {
        const expected =
          c.family === a.family && ipaddr.parse(formatAddress(a)).match(ipaddr.parseCIDR(formatCidr(c)) as [ipaddr.IPv4, number])
        expect(containsAddress(c, a)).toBe(expected)
      }),
    )
  })

  it('overlap if one contains the other', () => {
    fc.assert(
      fc.property(cidr, cidr, (a, b) => {
        expect(overlaps(a, b)).toBe(containsCidr(a, b) || containsCidr(b, a))
      }),
    )
  })

  it('span as many addresses as their size', () => {
    fc.assert(
      fc.property(cidr, (c) => {
        expect(lastOf(c) - c.base + 1n).toBe(sizeOf(c))
      }),
    )
  })

  it('reports that host bits were set', () => expect(parseCidr('172.30.1.1/16')).toMatchObject({ base: 0xac1e0000n, hostBits: true }))
  it.each(['10.0.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/08', '10.0.0.0/8 '])('refuses %j', (text) =>
    expect(parseCidr(text)).toBeNull(),
  )
})
