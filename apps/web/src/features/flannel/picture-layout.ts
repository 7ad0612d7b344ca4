// Lays out the address space: rows of cells to scale, a screenful at the chosen zoom, in a scrollable strip.
import {
  type AddressSpace,
  formatAddress,
  lastOf,
  networkOf,
  parseAddress,
  type Segment,
  type Span,
  wholeView,
  width,
} from '@registree/flannel'

/** The visible part: its first address, and the prefix length of a network as large as one screenful. */
export interface PictureView {
  top: bigint
  length: number
}

export interface PictureLayout {
  /** The scrollable range: the whole network, or for a huge one the part around the view. */
  world: Span
  /** Addresses in one cell. */
  block: bigint
  columns: number
  rowAddresses: bigint
  rows: number
  rowHeight: number
  /** Rows in a screenful. */
  screenRows: number
}

/** Zoom steps in bits of the prefix length: each step is a factor of four. */
export const ZOOM_STEP = 2
/** A world has at most 2 to this power screenfuls: browsers cannot scroll further than some million pixels. */
const WORLD_BITS = 10
const SCREEN_HEIGHT = 640
const ROW_HEIGHTS = { least: 3, most: 24 }

/** Columns (as a power of two) for cells (likewise): few and tall if there are few. */
function columnBits(cellBits: number, narrow: boolean): number {
  const steps: readonly (readonly [upTo: number, columns: number])[] = narrow
    ? [
        [2, cellBits],
        [5, 2],
        [6, 3],
        [8, 4],
        [10, 5],
        [99, 6],
      ]
    : [
        [3, cellBits],
        [5, 3],
        [7, 4],
        [8, 5],
        [12, 6],
        [14, 7],
        [99, 8],
      ]
  return steps.find(([upTo]) => cellBits <= upTo)?.[1] ?? 8
}

/** The prefix lengths of a screenful: from the whole network down to 32 of the smallest subnets. */
export function zoomRange(space: AddressSpace): { shortest: number; longest: number } {
  const shortest = space.plan.network.prefixLength
  const grain = width(space.plan.family) - bits(space.grain)
  return { shortest, longest: Math.max(shortest, grain - 5) }
}

const bits = (powerOfTwo: bigint): number => powerOfTwo.toString(2).length - 1

/** Parses `10.36.0.0/14`; the whole network if it is invalid. */
export function readView(space: AddressSpace, zoom: string): PictureView {
  const { shortest, longest } = zoomRange(space)
  const { from, to } = wholeView(space)
  const match = /^(.+)\/(\d{1,3})$/.exec(zoom)
  const address = match?.[1] === undefined ? null : parseAddress(match[1])
  const length = Number(match?.[2])
  if (!address || address.family !== space.plan.family || length <= shortest || address.value < from || address.value > to)
    return { top: from, length: shortest }
  return { top: address.value, length: Math.min(length, longest) }
}

/** The inverse; the whole network is the empty text. */
export function writeView(space: AddressSpace, { top, length }: PictureView): string {
  const { family, network } = space.plan
  return length <= network.prefixLength ? '' : `${formatAddress({ family, value: top })}/${length}`
}

export function layoutOf(space: AddressSpace, view: PictureView, narrow: boolean): PictureLayout {
  const { family, network } = space.plan
  const { shortest } = zoomRange(space)
  const screen = 1n << BigInt(width(family) - view.length)
  const most = 1n << BigInt(narrow ? 12 : 16)
  const block = screen / most > space.grain ? screen / most : space.grain < screen ? space.grain : screen
  const cellBits = bits(screen / block)
  const columns = 2 ** columnBits(cellBits, narrow)
  const screenRows = 2 ** cellBits / columns
  const around = networkOf({ family, value: view.top }, Math.max(shortest, view.length - WORLD_BITS))
  const world = around.prefixLength <= shortest ? { from: network.base, to: lastOf(network) } : { from: around.base, to: lastOf(around) }
  const rowAddresses = block * BigInt(columns)
  return {
    world,
    block,
    columns,
    rowAddresses,
    rows: Number((world.to - world.from + 1n) / rowAddresses),
    rowHeight: Math.max(ROW_HEIGHTS.least, Math.min(ROW_HEIGHTS.most, Math.round(SCREEN_HEIGHT / screenRows))),
    screenRows,
  }
}

/** A view of another length in which `address` keeps its position on the screen: `share` from 0 (top) to 1 (bottom). */
export function zoomTo(space: AddressSpace, address: bigint, length: number, share: number): PictureView {
  const { shortest, longest } = zoomRange(space)
  const to = Math.max(shortest, Math.min(longest, length))
  const { from, to: last } = wholeView(space)
  const screen = 1n << BigInt(width(space.plan.family) - to)
  let top = address - (screen * BigInt(Math.round(share * 1024))) / 1024n
  if (top + screen - 1n > last) top = last - screen + 1n
  if (top < from) top = from
  return { top, length: to }
}

export interface Box {
  row: number
  /** In cells. */
  left: number
  cells: number
}

/** The boxes that a piece fills, row by row, within rows `from` to `to` of the world; a long middle is one box per row. */
export function boxesOf(layout: PictureLayout, piece: Segment | Span, from: number, to: number): Box[] {
  const { world, block, columns, rowAddresses } = layout
  const first = world.from + BigInt(from) * rowAddresses
  const last = world.from + BigInt(to) * rowAddresses + rowAddresses - 1n
  const start = piece.from > first ? piece.from : first
  const end = piece.to < last ? piece.to : last
  const boxes: Box[] = []
  if (start > end) return boxes
  let cell = Number((start - world.from) / block)
  const stop = Number((end - world.from) / block)
  while (cell <= stop) {
    const row = Math.floor(cell / columns)
    const left = cell % columns
    const cells = Math.min(columns - left, stop - cell + 1)
    boxes.push({ row, left, cells })
    cell += cells
  }
  return boxes
}
