// The picture covers the network without gap or overlap at every zoom, and its numbers match a manual count.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AddressSpace,
  addressSpace,
  nextSubnets,
  pieceAt,
  pieces,
  type Segment,
  type Span,
  segments,
  wholeView,
} from './address-space.ts'
import { formatCidr, lastOf } from './cidr.ts'
import { parseNetworkConfig, type SubnetPlan } from './network-config.ts'
import { parseSubnetLease, type SubnetLease } from './subnet-lease.ts'

const planOf = (config: Record<string, unknown>): SubnetPlan => {
  const plan = parseNetworkConfig(JSON.stringify(config)).plans.at(-1)
  if (!plan) throw new Error('no plan')
  return plan
}
const lease = (name: string, expires: 'never' | { at: string } = { at: '2026-11-24T03:34:43Z' }): SubnetLease =>
  parseSubnetLease({ source: { keyspace: 'v2', key: `/n/subnets/${name}` }, name, value: '{"PublicIP":"192.0.2.1"}', expires })
const counts = ({ total, used, reserved, free, outside, strays }: AddressSpace) => ({ total, used, reserved, free, outside, strays })
const covers = (pieces: readonly Segment[], view: Span) => {
  expect(pieces[0]?.from).toBe(view.from)
  expect(pieces.at(-1)?.to).toBe(view.to)
  for (const [i, piece] of pieces.entries()) {
    expect(piece.to >= piece.from).toBe(true)
    if (i > 0) expect(piece.from).toBe((pieces[i - 1]?.to ?? 0n) + 1n)
  }
}

describe('addressSpace', () => {
  it('counts a /16 with three leases, a reservation and a lease outside the network', () => {
    const space = addressSpace(planOf({ Network: '172.30.0.0/16', SubnetMin: '172.30.16.0', SubnetMax: '172.30.127.0' }), [
      lease('172.30.36.0-24'),
      lease('172.30.77.0-24'),
      lease('172.30.83.0-24'),
      lease('172.30.90.0-24', 'never'),
      lease('10.1.1.0-24'),
    ])
    expect(counts(space)).toEqual({ total: 256n, used: 3n, reserved: 1n, free: 108n, outside: 144n, strays: 1 })
    expect(segments(space, wholeView(space), 256).map((piece) => [piece.kind, Number(piece.to - piece.from + 1n) / 256])).toEqual([
      ['outside', 16],
      ['free', 20],
      ['lease', 1],
      ['free', 40],
      ['lease', 1],
      ['free', 5],
      ['lease', 1],
      ['free', 6],
      ['reservation', 1],
      ['free', 37],
      ['outside', 128],
    ])
  })

  it('lists the subnets that flannel would choose from: the first hundred free ones from SubnetMin', () => {
    const space = addressSpace(planOf({ Network: '172.30.0.0/16' }), [lease('172.30.1.0-24'), lease('172.30.3.0-24', 'never')])
    const next = nextSubnets(space)
    expect(next).toHaveLength(100)
    expect(next.slice(0, 3).map(formatCidr)).toEqual(['172.30.2.0/24', '172.30.4.0/24', '172.30.5.0/24'])
  })

  it('skips a subnet that overlaps a smaller lease', () => {
    const space = addressSpace(planOf({ Network: '172.30.0.0/16' }), [lease('172.30.1.128-25')])
    expect(nextSubnets(space, 1).map(formatCidr)).toEqual(['172.30.2.0/24'])
    expect(space.used).toBe(1n)
  })

  it('has no next subnet if everything is leased', () => {
    const space = addressSpace(planOf({ Network: '10.0.0.0/22' }), [lease('10.0.1.0-24'), lease('10.0.2.0-24'), lease('10.0.3.0-24')])
    expect(counts(space)).toEqual({ total: 4n, used: 3n, reserved: 0n, free: 0n, outside: 1n, strays: 0 })
    expect(nextSubnets(space)).toEqual([])
  })

  it('shows a /8 with 20,000 leases in 1,024 pieces, and each lease when zoomed to its block', () => {
    const leases = Array.from({ length: 20_000 }, (_, i) => lease(`10.${(i * 3 + 1) >> 8}.${(i * 3 + 1) & 255}.0-24`))
    const space = addressSpace(planOf({ Network: '10.0.0.0/8' }), leases)
    expect(counts(space)).toEqual({ total: 65_536n, used: 20_000n, reserved: 0n, free: 45_535n, outside: 1n, strays: 0 })
    const whole = segments(space, wholeView(space), 1024)
    expect(whole.length).toBeLessThanOrEqual(1024)
    covers(whole, wholeView(space))
    const inBlocks = whole.reduce((sum, piece) => sum + (piece.kind === 'mixed' ? piece.leases : 0), 0)
    expect(inBlocks).toBe(20_000)
    const block = whole.find((piece) => piece.kind === 'mixed')
    if (!block) throw new Error('no block')
    const zoomed = segments(space, block, 1024)
    covers(zoomed, block)
    expect(zoomed.filter((piece) => piece.kind === 'lease')).toHaveLength(block.kind === 'mixed' ? block.leases : -1)
  })

  it('draws an IPv6 network', () => {
    const plan = planOf({ Network: '10.0.0.0/16', EnableIPv6: true, IPv6Network: 'fc00::/48' })
    const space = addressSpace(plan, [lease('10.0.1.0-24&fc00:0:0:5::-64')])
    expect(counts(space)).toMatchObject({ total: 65_536n, used: 1n, free: 65_534n })
    expect(segments(space, { from: plan.network.base, to: plan.network.base + 8n * space.subnetSize - 1n }, 8)[2]).toMatchObject({
      kind: 'lease',
      lease: 0,
    })
  })

  it('covers any view of any leases without a gap, and with at most the requested number of pieces', () => {
    const plan = planOf({ Network: '10.0.0.0/16', SubnetMin: '10.0.8.0', SubnetMax: '10.0.239.0' })
    const anyLease = fc
      .record({ at: fc.integer({ min: 0, max: 65_535 }), length: fc.integer({ min: 20, max: 28 }), reserved: fc.boolean() })
      .map(({ at, length, reserved }) => {
        const base = at & ~((1 << (32 - length)) - 1)
        return lease(`10.0.${base >> 8}.${base & 255}-${length}`, reserved ? 'never' : { at: '2026-11-24T03:34:43Z' })
      })
    fc.assert(
      fc.property(
        fc.array(anyLease, { maxLength: 40 }),
        fc.integer({ min: 0, max: 8 }),
        fc.nat(),
        fc.integer({ min: 1, max: 300 }),
        (leases, bits, place, most) => {
          const space = addressSpace(plan, leases)
          expect(space.used + space.reserved + space.free + space.outside).toBe(space.total)
          const size = 65_536n >> BigInt(bits)
          const from = plan.network.base + BigInt(place % 2 ** bits) * size
          const view = { from, to: from + size - 1n }
          const shown = segments(space, view, most)
          covers(shown, view)
          expect(shown.length).toBeLessThanOrEqual(most)
          const block = space.grain << BigInt(bits)
          const whole = wholeView(space)
          const walked: (Segment | null)[] = []
          for (let at = whole.from; at <= whole.to; at = (walked.at(-1)?.to ?? whole.to) + 1n) walked.push(pieceAt(space, at, block))
          expect(walked).toEqual(pieces(space, whole, block))
          for (const piece of walked) if (piece) expect(pieceAt(space, piece.to, block)).toEqual(piece)
          for (const subnet of nextSubnets(space, 5)) {
            for (const { v4 } of leases) if (v4) expect(v4.base > lastOf(subnet) || lastOf(v4) < subnet.base).toBe(true)
          }
        },
      ),
    )
  })
})
