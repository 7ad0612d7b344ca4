// The layout shows every subnet of a /16 and of a /8 at once, zooms around the pointer, and never leaves the network.
import { addressSpace, formatAddress, parseNetworkConfig, type SubnetPlan } from '@registree/flannel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boxesOf, layoutOf, readView, writeView, ZOOM_STEP, zoomRange, zoomTo } from './picture-layout.ts'

const spaceOf = (config: Record<string, unknown>) => addressSpace(parseNetworkConfig(JSON.stringify(config)).plans.at(-1) as SubnetPlan, [])
const SIXTEEN = spaceOf({ Network: '172.30.0.0/16' })
const EIGHT = spaceOf({ Network: '10.0.0.0/8' })
const IPV6 = spaceOf({ EnableIPv4: false, EnableIPv6: true, IPv6Network: 'fc00::/32' })
const TINY = spaceOf({ Network: '10.0.0.0/28' })
const shape = (space: typeof EIGHT, zoom = '', narrow = false) => {
  const { columns, rows, screenRows, rowHeight, block } = layoutOf(space, readView(space, zoom), narrow)
  return { columns, rows, screenRows, rowHeight, subnets: block / space.subnetSize }
}

describe('layout', () => {
  it('gives every subnet a cell, few or many', () => {
    expect(shape(SIXTEEN)).toEqual({ columns: 32, rows: 8, screenRows: 8, rowHeight: 24, subnets: 1n })
    expect(shape(EIGHT)).toEqual({ columns: 256, rows: 256, screenRows: 256, rowHeight: 3, subnets: 1n })
    expect(shape(TINY)).toEqual({ columns: 4, rows: 1, screenRows: 1, rowHeight: 24, subnets: 1n })
  })
  it('groups subnets if there are too many, or the screen is narrow', () => {
    expect(shape(EIGHT, '', true)).toEqual({ columns: 64, rows: 64, screenRows: 64, rowHeight: 10, subnets: 16n })
    expect(shape(IPV6)).toMatchObject({ columns: 256, rows: 256, subnets: 65_536n })
  })
  it('zooms: the same network in more and larger rows', () => {
    expect(shape(EIGHT, '10.36.0.0/12')).toEqual({ columns: 64, rows: 1024, screenRows: 64, rowHeight: 10, subnets: 1n })
  })
  it('never makes a strip that a browser cannot scroll, and keeps the view in it', () => {
    for (let length = 32; length <= 64; length += ZOOM_STEP) {
      const view = readView(IPV6, `fc00:0:8000::/${length}`)
      const layout = layoutOf(IPV6, view, false)
      expect(layout.rows * layout.rowHeight).toBeLessThan(4_000_000)
      expect(layout.world.from <= view.top && view.top <= layout.world.to).toBe(true)
    }
  })
})

describe('view', () => {
  it.each(['', '10.36.4.0/12', '10.255.0.0/19'])('reads back what it writes: %j', (zoom) =>
    expect(writeView(EIGHT, readView(EIGHT, zoom))).toBe(zoom),
  )
  it.each(['11.0.0.0/12', 'fc00::/48', 'nonsense', '10.0.0.0/4', '10.0.0.0/x'])('shows the whole network for %j', (zoom) =>
    expect(writeView(EIGHT, readView(EIGHT, zoom))).toBe(''),
  )
  it('stops at 32 subnets', () => expect(writeView(EIGHT, readView(EIGHT, '10.1.0.0/30'))).toBe('10.1.0.0/19'))

  it('keeps the pointed address in place, as far as the network goes', () => {
    const view = zoomTo(EIGHT, (10n << 24n) + (128n << 16n), 12, 0.5)
    expect(formatAddress({ family: 4, value: view.top })).toBe('10.120.0.0')
    expect(writeView(EIGHT, zoomTo(EIGHT, 10n << 24n, 12, 0.5))).toBe('10.0.0.0/12')
    expect(formatAddress({ family: 4, value: zoomTo(EIGHT, (11n << 24n) - 1n, 12, 0).top })).toBe('10.240.0.0')
    expect(zoomTo(EIGHT, 10n << 24n, 2, 0.5).length).toBe(zoomRange(EIGHT).shortest)
  })
})

describe('boxes', () => {
  it('cover a stretch exactly, row by row', () => {
    const layout = layoutOf(EIGHT, readView(EIGHT, ''), false)
    fc.assert(
      fc.property(fc.nat(65_535), fc.nat(65_535), (a, b) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)]
        const from = layout.world.from + BigInt(first) * layout.block
        const to = layout.world.from + BigInt(last + 1) * layout.block - 1n
        const boxes = boxesOf(layout, { from, to }, 0, layout.rows - 1)
        expect(boxes.reduce((sum, { cells }) => sum + cells, 0)).toBe(last - first + 1)
        expect((boxes[0]?.row ?? 0) * 256 + (boxes[0]?.left ?? 0)).toBe(first)
        for (const { left, cells } of boxes) expect(left + cells <= 256).toBe(true)
      }),
    )
  })
  it('leave out what is not in the rows asked for', () => {
    const layout = layoutOf(EIGHT, readView(EIGHT, ''), false)
    expect(boxesOf(layout, layout.world, 3, 4)).toEqual([
      { row: 3, left: 0, cells: 256 },
      { row: 4, left: 0, cells: 256 },
    ])
  })
})
