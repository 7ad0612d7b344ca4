import { isIP, SocketAddress } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatIp, parseCidr, parseIp } from './ip-address.ts'

describe('addresses', () => {
  test.each([
    ['10.254.0.1', 'IPv4', 0x0afe0001n],
    ['255.255.255.255', 'IPv4', 0xffffffffn],
    ['::', 'IPv6', 0n],
    ['fd00::1', 'IPv6', (0xfd00n << 112n) + 1n],
    ['1:2:3:4:5:6:7::', 'IPv6', 0x10002000300040005000600070000n],
    ['::ffff:10.0.0.1', 'IPv4', 0x0a000001n],
    ['64:ff9b::1.2.3.4', 'IPv6', (0x64n << 112n) + (0xff9bn << 96n) + 0x01020304n],
  ] as const)('%s', (text, family, value) => {
    expect(parseIp(text)).toEqual({ family, value })
  })

  test.each(['', 'None', '1.2.3', '1.2.3.256', '1.2.3.4.5', ':', ':::', '1::2::3', '1:2:3:4:5:6:7:8:9', 'g::', '1.2.3.4:1::', '::1%eth0'])(
    '%j is no address',
    (text) => expect(parseIp(text)).toBeNull(),
  )

  test('every address survives the round trip to text, as Node writes it', () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }))
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const value = groups.reduce((sum, one) => (sum << 16n) | BigInt(one), 0n)
        fc.pre(value >> 32n !== 0xffffn && value >> 32n !== 0n)
        const text = formatIp('IPv6', value)
        expect(isIP(text)).toBe(6)
        expect(parseIp(text)).toEqual({ family: 'IPv6', value })
        expect(text).toBe(new SocketAddress({ address: groups.map((one) => one.toString(16)).join(':'), family: 'ipv6' }).address)
      }),
    )
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        const parsed = parseIp(text)
        expect(parsed && formatIp(parsed.family, parsed.value)).toBe(text)
      }),
    )
  })

  test('CIDRs', () => {
    expect(parseCidr('10.254.7.7/16')).toEqual({ family: 'IPv4', network: 0x0afe0000n, prefixLength: 16, size: 65_536n })
    expect(parseCidr('fd00::/108')?.size).toBe(1n << 20n)
    for (const text of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/-1', 'x/8', '30000-32767']) expect(parseCidr(text)).toBeNull()
  })
})
