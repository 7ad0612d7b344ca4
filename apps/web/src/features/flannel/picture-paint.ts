// Paints one tile of the address space on a canvas: a screenful of rows, each piece a box.
import { type AddressSpace, pieces, type Segment } from '@registree/flannel'
import { boxesOf, type PictureLayout } from './picture-layout.ts'

/** The theme's colours, resolved: a canvas has no CSS variables. */
export interface Paints {
  surface: string
  sunken: string
  line: string
  accent: string
}

export interface Tile {
  space: AddressSpace
  layout: PictureLayout
  /** The tile's first row, and its number of rows. */
  row: number
  rows: number
  /** CSS pixels. */
  width: number
  /** The colour of a lease by its index. */
  colourOf: (lease: number) => string
  /** The text in a box that is large enough: `cell` is its width. */
  labelOf: (lease: number, cell: number) => string
}

/** Boxes this tall have a gap between them. */
const APART = 8
const LETTERED = { width: 22, height: 16 }

export function paintTile(canvas: HTMLCanvasElement, tile: Tile, paints: Paints, density: number): void {
  const { space, layout, row, rows, width, colourOf, labelOf } = tile
  const { rowHeight, columns, world, rowAddresses, block } = layout
  canvas.width = Math.round(width * density)
  canvas.height = Math.round(rows * rowHeight * density)
  const context = canvas.getContext('2d')
  if (context === null) return
  context.scale(density, density)
  context.fillStyle = rowHeight < APART ? paints.sunken : paints.surface
  context.fillRect(0, 0, width, rows * rowHeight)
  const from = world.from + BigInt(row) * rowAddresses
  const end = from + BigInt(rows) * rowAddresses - 1n
  const cell = width / columns
  const gap = rowHeight < APART ? 0 : 1
  const hatched = hatch(context, paints.line)
  context.font = '11px ui-monospace, Menlo, monospace'
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  for (const piece of pieces(space, { from, to: end < world.to ? end : world.to }, block)) {
    if (piece.kind === 'free' && gap === 0) continue
    for (const { row: at, left, cells } of boxesOf(layout, piece, row, row + rows - 1)) {
      // Edges on whole pixels: neighbours neither overlap nor leave a gap.
      const x = Math.round(left * cell * density) / density
      const w = Math.round((left + cells) * cell * density) / density - x - (cell < 6 ? 0 : gap)
      const y = (at - row) * rowHeight + gap
      const h = rowHeight - 2 * gap
      paintBox(context, piece, { x, y, w, h }, paints, hatched, colourOf)
      if (piece.kind === 'free' && cell >= APART) {
        // Each free subnet is drawn on its own.
        context.fillStyle = paints.line
        for (let column = left + 1; column < left + cells; column += 1)
          context.fillRect(Math.round(column * cell * density) / density - 1, y + 1, 1, h - 2)
      }
      if (piece.kind === 'lease' && cell >= LETTERED.width && h >= LETTERED.height) {
        context.fillStyle = '#0b0d10'
        context.fillText(labelOf(piece.lease, cell), x + w / 2, y + h / 2 + 0.5, w)
      }
    }
  }
}

function paintBox(
  context: CanvasRenderingContext2D,
  piece: Segment,
  { x, y, w, h }: { x: number; y: number; w: number; h: number },
  paints: Paints,
  hatched: CanvasPattern | string,
  colourOf: (lease: number) => string,
): void {
  const framed = h >= APART && w >= APART
  const frame = (colour: string) => {
    if (!framed) return
    context.strokeStyle = colour
    context.lineWidth = 1
    context.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1)
  }
  switch (piece.kind) {
    case 'lease':
      context.fillStyle = colourOf(piece.lease)
      context.fillRect(x, y, w, h)
      return
    case 'reservation': {
      const colour = colourOf(piece.lease)
      context.fillStyle = framed ? hatch(context, colour) : colour
      context.globalAlpha = framed ? 1 : 0.5
      context.fillRect(x, y, w, h)
      context.globalAlpha = 1
      frame(colour)
      return
    }
    case 'mixed':
      context.globalAlpha = 0.18 + 0.82 * piece.heldShare
      context.fillStyle = paints.accent
      context.fillRect(x, y, w, h)
      context.globalAlpha = 1
      frame(paints.accent)
      return
    case 'outside':
      context.fillStyle = hatched
      context.fillRect(x, y, w, h)
      frame(paints.line)
      return
    case 'free':
      context.fillStyle = paints.sunken
      context.fillRect(x, y, w, h)
      frame(paints.line)
  }
}

const hatches = new Map<string, HTMLCanvasElement>()

/** Diagonal lines in one colour. */
function hatch(context: CanvasRenderingContext2D, colour: string): CanvasPattern | string {
  let stamp = hatches.get(colour)
  if (stamp === undefined) {
    stamp = document.createElement('canvas')
    stamp.width = 12
    stamp.height = 12
    const drawn = stamp.getContext('2d')
    if (drawn === null) return colour
    drawn.strokeStyle = colour
    drawn.lineWidth = 4
    drawn.beginPath()
    for (const at of [-12, 0, 12]) {
      drawn.moveTo(at - 3, 15)
      drawn.lineTo(at + 15, -3)
    }
    drawn.stroke()
    // One per holder of a reservation: few, but the cache is limited.
    if (hatches.size > 200) hatches.clear()
    hatches.set(colour, stamp)
  }
  return context.createPattern(stamp, 'repeat') ?? colour
}
