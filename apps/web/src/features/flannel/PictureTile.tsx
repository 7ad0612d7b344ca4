// One screenful of the address space on a canvas, painted once: scrolling only moves it.
import { type AddressSpace, formatAddress } from '@registree/flannel'
import { memo, useLayoutEffect, useRef } from 'react'
import { useMedia } from '../../lib/media.ts'
import { useTheme } from '../../lib/theme.ts'
import type { PictureLayout } from './picture-layout.ts'
import { type Paints, paintTile } from './picture-paint.ts'

const LABEL_APART = 18

type TileProps = {
  space: AddressSpace
  layout: PictureLayout
  tile: number
  width: number
  gutter: number
  colourOf: (lease: number) => string
  labelOf: (lease: number, cell: number) => string
}

export const PictureTile = memo(function PictureTile({ space, layout, tile, width, gutter, colourOf, labelOf }: TileProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const theme = useTheme()
  const dark = useMedia('(prefers-color-scheme: dark)')
  const { screenRows, rowHeight, rows, world, rowAddresses } = layout
  const row = tile * screenRows
  const count = Math.min(screenRows, rows - row)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useLayoutEffect(() => {
    if (canvas.current === null || width <= 0) return
    const density = Math.min(3, window.devicePixelRatio || 1)
    paintTile(canvas.current, { space, layout, row, rows: count, width, colourOf, labelOf }, readPaints(canvas.current), density)
  }, [space, layout, row, count, width, colourOf, labelOf, theme, dark])
  // Labels at round addresses.
  const every = 2 ** Math.max(0, Math.ceil(Math.log2(LABEL_APART / rowHeight)))
  return (
    <div className="absolute inset-x-0 flex" style={{ top: row * rowHeight, height: count * rowHeight }}>
      {gutter > 0 && (
        <div aria-hidden className="relative shrink-0 font-mono text-[11px] text-faint" style={{ width: gutter }}>
          {Array.from({ length: Math.ceil(count / every) }, (_, i) => i * every).map((at) => (
            <span
              key={at}
              className="absolute right-2 overflow-hidden whitespace-nowrap"
              style={{ top: at * rowHeight, lineHeight: `${Math.max(rowHeight, 12)}px`, maxWidth: gutter - 8 }}
            >
              {formatAddress({ family: space.plan.family, value: world.from + BigInt(row + at) * rowAddresses })}
            </span>
          ))}
        </div>
      )}
      <canvas ref={canvas} aria-hidden style={{ width, height: count * rowHeight }} />
    </div>
  )
})

function readPaints(element: HTMLElement): Paints {
  const resolve = (token: string): string => {
    element.style.color = `var(--${token})`
    return getComputedStyle(element).color
  }
  const paints = { surface: resolve('surface'), sunken: resolve('sunken'), line: resolve('line'), accent: resolve('accent') }
  element.style.color = ''
  return paints
}
