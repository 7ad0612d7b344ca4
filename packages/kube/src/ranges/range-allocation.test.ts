import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inEnglish } from '../testing/in-english.ts'
import type { KubeObject } from '../value/value.ts'
import { encodeBase64 } from '../wire/base64.ts'
import { joinServices } from './join-services.ts'
import { decodeRangeAllocation, type RangeAllocation } from './range-allocation.ts'
import after from './testdata/after.json' with { type: 'json' }

function open(object: KubeObject, limit?: number): RangeAllocation {
  const decoded = decodeRangeAllocation(object, limit)
  if (!decoded.ok) throw new Error(inEnglish([decoded.problem]))
  return decoded.allocation
}

/** Go's big.Int.Bytes for these set bits: big-endian, without leading zeros. */
function bitmap(...offsets: number[]): string {
  let value = offsets.reduce((sum, offset) => sum | (1n << BigInt(offset)), 0n)
  const bytes: number[] = []
  for (; value > 0n; value >>= 8n) bytes.unshift(Number(value & 0xffn))
  return encodeBase64(new Uint8Array(bytes))
}

describe('a captured cluster', () => {
  test('its service addresses', () => {
    const allocation = open(after.ranges.serviceips)
    expect(allocation).toMatchObject({
      holds: 'addresses',
      family: 'IPv4',
      range: '10.254.0.0/16',
      total: 65_534n,
      used: 3n,
      free: 65_531n,
      outside: 0n,
    })
    expect(allocation.allocated).toEqual(['10.254.0.1', '10.254.31.193', '10.254.180.91'])
    const joined = joinServices(allocation, after.services)
    expect(joined.counts).toEqual({ held: 3, leaks: 0, missing: 0, conflicts: 0 })
    expect(joined.held[1]).toEqual({
      entry: '10.254.31.193',
      holders: [{ namespace: 'shop', name: 'orders', field: 'clusterIP', port: '' }],
    })
  })

  test('its node ports', () => {
    const allocation = open(after.ranges.servicenodeports)
    expect(allocation).toMatchObject({ holds: 'ports', family: null, total: 2768n, used: 1n, allocated: ['30803'] })
    expect(joinServices(allocation, after.services).held).toEqual([
      { entry: '30803', holders: [{ namespace: 'shop', name: 'storefront', field: 'nodePort', port: 'http' }] },
    ])
  })
})

describe('a bitmap', () => {
  test('of IPv6, which allocates from 65,535 addresses of the range', () => {
    const allocation = open({ range: 'fd00:10:96::/112', data: bitmap(0, 65_534) })
    expect(allocation).toMatchObject({ family: 'IPv6', total: 65_535n, used: 2n, allocated: ['fd00:10:96::1', 'fd00:10:96::ffff'] })
    expect(open({ range: 'fd00:10:96::/64', data: '' }).total).toBe(65_535n)
    expect(allocation.offsetOf('fd00:0010:0096:0:0:0:0:1')).toBe(0n)
    expect(allocation.offsetOf('10.0.0.1')).toBeNull()
  })

  test('bits beyond the range are counted but not shown', () => {
    expect(open({ range: '10.0.0.0/30', data: bitmap(0, 1, 2, 9) })).toMatchObject({
      total: 2n,
      used: 2n,
      free: 0n,
      outside: 2n,
      allocated: ['10.0.0.1', '10.0.0.2'],
    })
  })

  test('of a range without usable addresses', () => {
    expect(open({ range: '10.0.0.0/32', data: bitmap(0) })).toMatchObject({ total: 0n, used: 0n, free: 0n, outside: 1n })
  })

  test('the list is limited and reports what it omits', () => {
    expect(open({ range: '10.0.0.0/8', data: encodeBase64(new Uint8Array(100_000).fill(255)) }, 3)).toMatchObject({
      used: 800_000n,
      allocated: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
      omitted: 799_997n,
    })
  })

  test('returns the offsets it was made from', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 65_533 }), { maxLength: 20 }), (offsets) => {
        const allocation = open({ range: '10.254.0.0/16', data: bitmap(...offsets) })
        expect([...allocation.offsets()].map(Number)).toEqual([...offsets].sort((a, b) => a - b))
        for (const offset of offsets) {
          expect(allocation.isAllocated(BigInt(offset))).toBe(true)
          expect(allocation.offsetOf(allocation.textAt(BigInt(offset)))).toBe(BigInt(offset))
        }
        expect(allocation.isAllocated(65_534n)).toBe(false)
      }),
    )
  })

  test.each([
    ['30000+2767', 2768n],
    ['30000', 1n],
    ['65000+2767', 536n],
  ])('ports as %s', (range, total) => expect(open({ range, data: '' }).total).toBe(total))

  test.each([
    [{ range: '', data: '' }, /names no range/],
    [{}, /names no range/],
    [{ range: 'all', data: '' }, /neither a CIDR nor/],
    [{ range: '2-1', data: '' }, /neither a CIDR nor/],
    [{ range: '10.0.0.0/8', data: '!' }, /not base64/],
    [{ range: '10.0.0.0/8', data: 7 }, /not base64/],
    [{ range: '10.0.0.0/8', data: '(masked: 20 bytes, digest 1f2e3d4c)' }, /is masked/],
  ])('%j says why it cannot be read', (object, reason) => {
    const decoded = decodeRangeAllocation(object)
    expect(decoded.ok ? '' : inEnglish([decoded.problem])).toMatch(reason)
  })
})

describe('joined with Services', () => {
  const service = (name: string, spec: KubeObject): KubeObject => ({ metadata: { namespace: 'shop', name }, spec })

  test('leaks, missing bits and conflicts', () => {
    const allocation = open({ range: '10.0.0.0/24', data: bitmap(0, 1, 5) })
    const joined = joinServices(allocation, [
      service('a', { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', 'fd00::1'] }),
      service('b', { clusterIP: '10.0.0.1' }),
      service('c', { clusterIP: '10.0.0.9' }),
      service('headless', { clusterIP: 'None' }),
      service('external', { type: 'ExternalName', clusterIP: '10.0.0.6' }),
      service('elsewhere', { clusterIP: '10.1.0.1' }),
      {},
    ])
    expect(joined.counts).toEqual({ held: 1, leaks: 2, missing: 1, conflicts: 1 })
    expect(joined.leaks).toEqual(['10.0.0.2', '10.0.0.6'])
    expect(joined.missing).toEqual([{ entry: '10.0.0.9', holders: [{ namespace: 'shop', name: 'c', field: 'clusterIP', port: '' }] }])
    expect(joined.conflicts[0]?.holders.map((holder) => holder.name)).toEqual(['a', 'b'])
    expect(joinServices(allocation, [], 1)).toMatchObject({ leaks: ['10.0.0.1'], counts: { leaks: 3 } })
  })

  test('a port for TCP and UDP of one Service is not a conflict; health check ports count', () => {
    const allocation = open({ range: '30000-32767', data: bitmap(53, 100) })
    const joined = joinServices(allocation, [
      service('dns', {
        ports: [{ name: 'tcp', nodePort: 30053 }, { port: 53, nodePort: 30053 }, { port: 80 }],
        healthCheckNodePort: 30100,
      }),
    ])
    expect(joined.counts).toEqual({ held: 2, leaks: 0, missing: 0, conflicts: 0 })
    expect(joined.held.map(({ entry, holders }) => [entry, ...holders.map((h) => `${h.field} ${h.port}`)])).toEqual([
      ['30053', 'nodePort tcp', 'nodePort 53'],
      ['30100', 'healthCheckNodePort '],
    ])
  })
})
