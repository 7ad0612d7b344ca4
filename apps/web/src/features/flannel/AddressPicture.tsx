// The address space of one family, to scale: scrolled as a strip, zoomed in steps; the piece under the pointer or keyboard focus is a real link.
import type { FlannelLease, FlannelPlan } from '@registree/contract'
import { type AddressSpace, addressSpace, formatAddress, parseCidr, pieceAt, type Segment } from '@registree/flannel'
import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react'
import {
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  type Ref,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { refHref } from '../../lib/KeyRefLink.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { useNarrow } from '../../lib/media.ts'
import { useGo } from '../../lib/navigation.ts'
import { Button } from '../../ui/Button.tsx'
import { PictureLegend } from './PictureLegend.tsx'
import { PictureTile } from './PictureTile.tsx'
import { boxesOf, layoutOf, type PictureLayout, readView, writeView, ZOOM_STEP, zoomRange, zoomTo } from './picture-layout.ts'
import { flannelText as t } from './strings.ts'

type PictureProps = {
  cluster: string
  plan: Pick<FlannelPlan, 'family' | 'network' | 'subnetLength' | 'min' | 'max'>
  leases: readonly FlannelLease[]
  colours: ReadonlyMap<string, string>
  /** `10.36.0.0/14`: the address at the top, and the size of a screenful; empty for everything. */
  zoom: string
  /** `scrolled` if only the position changed, which needs no history entry. */
  onZoom: (zoom: string, scrolled: boolean) => void
}

/** A plan in the answer, as numbers; null if it has none. */
function readSpace(plan: PictureProps['plan'], leases: readonly FlannelLease[]): AddressSpace | null {
  const [network, min, max] = [parseCidr(plan.network), parseCidr(plan.min), parseCidr(plan.max)]
  if (!network || !min || !max) return null
  return addressSpace(
    { family: plan.family, network, subnetLength: plan.subnetLength, min, max },
    leases.map((lease) => ({
      v4: plan.family !== 4 || lease.v4 === null ? null : parseCidr(lease.v4),
      v6: plan.family !== 6 || lease.v6 === null ? null : parseCidr(lease.v6),
      reservation: lease.reservation,
    })),
  )
}

export const holderOf = (lease: FlannelLease | undefined): string => lease?.node?.name ?? lease?.publicIP ?? lease?.publicIPv6 ?? t.nobody

const SCROLL_SETTLES_MS = 400
const DRAG_PIXELS = 4
/** From this size in pixels on, a cell shows the whole subnet. */
const WHOLE_LABEL = { 4: 96, 6: 150 }
/** Pixels. */
const LEAST_HEIGHT = 192
/** Width of the row labels, in pixels. */
const GUTTER = { 4: 104, 6: 132 }

export function AddressPicture({ cluster, plan, leases, colours, zoom, onZoom }: PictureProps) {
  const narrow = useNarrow()
  const hintId = useId()
  const go = useGo()
  const scroller = useRef<HTMLDivElement>(null)
  const focused = useRef<HTMLElement>(null)
  const { family, network, subnetLength, min, max } = plan
  const space = useMemo(
    () => readSpace({ family, network, subnetLength, min, max }, leases),
    [family, network, subnetLength, min, max, leases],
  )
  const view = useMemo(() => (space === null ? null : readView(space, zoom)), [space, zoom])
  const length = view?.length ?? 0
  // The position alone does not change the layout, unless the strip is only a part of the network.
  const worldAt = view === null ? null : view.top
  const fresh = useMemo(
    () => (space === null || worldAt === null ? null : layoutOf(space, { top: worldAt, length }, narrow)),
    [space, worldAt, length, narrow],
  )
  const layout = useSteadyLayout(fresh)
  const [at, setAt] = useState<bigint | null>(null)
  const [pointed, setPointed] = useState<bigint | null>(null)
  const [moved, setMoved] = useState(false)
  const [firstTile, setFirstTile] = useState(0)
  const width = useWidth(scroller)
  const written = useRef<string | null>(null)
  const settle = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const drag = useRef<{ y: number; from: number; moved: boolean } | null>(null)
  const gutter = narrow ? 0 : GUTTER[family]
  const colourOf = useCallback((lease: number) => colours.get(holderOf(leases[lease])) ?? 'gray', [colours, leases])
  const labelOf = useCallback(
    (lease: number, cell: number) =>
      shortLabel(family === 4 ? leases[lease]?.v4 : leases[lease]?.v6, subnetLength, cell >= WHOLE_LABEL[family]),
    [leases, family, subnetLength],
  )

  // Scrolls the strip to the position in the URL, unless the strip itself has set it.
  useLayoutEffect(() => {
    if (layout === null || view === null || scroller.current === null) return
    if (written.current !== zoom) {
      clearTimeout(settle.current)
      scroller.current.scrollTop = Number((view.top - layout.world.from) / layout.rowAddresses) * layout.rowHeight
      setPointed(null)
    }
    written.current = null
    setFirstTile(Math.floor(scroller.current.scrollTop / (layout.screenRows * layout.rowHeight)))
  }, [layout, view, zoom])
  useEffect(() => () => clearTimeout(settle.current), [])
  useLayoutEffect(() => {
    if (moved && at !== null) focused.current?.focus({ preventScroll: true })
  }, [moved, at])
  if (space === null || view === null || layout === null) return null

  const { world, block, rowAddresses, rowHeight, screenRows, rows } = layout
  const screen = screenRows * rowHeight
  // A few large rows leave room for their neighbours.
  const height = Math.min(rows * rowHeight, Math.max(screen, LEAST_HEIGHT))
  const tiles = Math.ceil(rows / screenRows)
  const shownTiles = Math.ceil(height / screen) + 1
  const cell = (width - gutter) / layout.columns
  const { shortest, longest } = zoomRange(space)
  const address = (value: bigint) => formatAddress({ family, value })
  const leaseOf = (piece: Segment) => (piece.kind === 'lease' || piece.kind === 'reservation' ? leases[piece.lease] : undefined)
  const describe = (piece: Segment): string => {
    const lease = leaseOf(piece)
    if (piece.kind === 'lease' || piece.kind === 'reservation')
      return t.pieces[piece.kind]({ subnet: (family === 4 ? lease?.v4 : lease?.v6) ?? '', who: holderOf(lease) })
    if (piece.kind === 'mixed')
      return t.pieces.mixed({
        from: address(piece.from),
        to: address(piece.to),
        n: piece.leases + piece.reservations,
        share: `${(piece.heldShare * 100).toFixed(piece.heldShare < 0.1 ? 1 : 0)} %`,
      })
    return t.pieces[piece.kind]({ from: address(piece.from), to: address(piece.to) })
  }
  const visible = { from: firstTile * screenRows, to: Math.min(rows, (firstTile + shownTiles) * screenRows) - 1 }
  const rowOf = (value: bigint) => Number((value - world.from) / rowAddresses)
  // Where keyboard focus enters: the last piece, while it is on the screen.
  const stop = at !== null && rowOf(at) >= visible.from && rowOf(at) <= visible.to ? at : view.top
  /** A scroll that still settles would bring back the position before. */
  const choose = (zoom: string) => {
    clearTimeout(settle.current)
    onZoom(zoom, false)
  }
  /** Zooms around an address, which stays in place on the screen. */
  const zoomBy = (bits: number, about: bigint | null) => {
    const top = scroller.current?.scrollTop ?? 0
    const middle = world.from + BigInt(Math.floor((top + height / 2) / rowHeight)) * rowAddresses
    const centre = about ?? (middle < world.to ? middle : world.to)
    const share = ((Number((centre - world.from) / rowAddresses) + 0.5) * rowHeight - top) / height
    choose(writeView(space, zoomTo(space, centre, length + bits, Math.max(0, Math.min(1, share)))))
  }
  const open = (piece: Segment) => {
    const lease = leaseOf(piece)
    if (lease) go(refHref(cluster, lease.source, null))
    else if (piece.kind === 'mixed') zoomInto(piece)
  }
  const zoomInto = (piece: Segment) => zoomBy(2 * ZOOM_STEP, piece.from)

  const onScroll = () => {
    const top = scroller.current?.scrollTop ?? 0
    const tile = Math.floor(top / screen)
    if (tile !== firstTile) setFirstTile(tile)
    if (length === shortest) return
    clearTimeout(settle.current)
    settle.current = setTimeout(() => {
      const now = writeView(space, { top: world.from + BigInt(Math.round(top / rowHeight)) * rowAddresses, length })
      if (now === zoom) return
      written.current = now
      onZoom(now, true)
    }, SCROLL_SETTLES_MS)
  }
  const pieceUnder = (event: { clientX: number; clientY: number }): Segment | null => {
    const box = scroller.current?.getBoundingClientRect()
    if (!box || !scroller.current) return null
    const column = Math.floor((event.clientX - box.left - gutter) / cell)
    const row = Math.floor((event.clientY - box.top + scroller.current.scrollTop) / rowHeight)
    if (column < 0 || column >= layout.columns || row < 0 || row >= rows) return null
    return pieceAt(space, world.from + BigInt(row) * rowAddresses + BigInt(column) * block, block)
  }
  const onPointerMove = (event: PointerEvent) => {
    const dragged = drag.current
    if (dragged && scroller.current) {
      if (Math.abs(event.clientY - dragged.y) > DRAG_PIXELS) dragged.moved = true
      if (dragged.moved) scroller.current.scrollTop = dragged.from - (event.clientY - dragged.y)
      return
    }
    const piece = pieceUnder(event)
    setPointed(piece?.from ?? null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const current = pieceAt(space, stop, block)
    if (!current) return
    const page = rowAddresses * BigInt(screenRows)
    const inside = (value: bigint) => (value < world.from ? world.from : value > world.to ? world.to : value)
    const targets: Record<string, bigint> = {
      ArrowLeft: current.from - 1n,
      ArrowRight: current.to + 1n,
      ArrowUp: current.from - rowAddresses,
      ArrowDown: current.to < current.from + rowAddresses ? current.from + rowAddresses : current.to + 1n,
      PageUp: inside(current.from - page),
      PageDown: inside(current.from + page),
      Home: world.from,
      End: world.to,
    }
    const target = targets[event.key]
    const bits = { '+': ZOOM_STEP, '=': ZOOM_STEP, '-': -ZOOM_STEP, Backspace: -ZOOM_STEP }[event.key]
    if (target === undefined && bits === undefined && event.key !== '0') return
    event.preventDefault()
    if (bits !== undefined) zoomBy(bits, current.from)
    if (event.key === '0') choose('')
    const next = target === undefined || target < world.from || target > world.to ? null : pieceAt(space, target, block)
    if (next === null) return
    setMoved(true)
    setPointed(null)
    setAt(next.from)
    if (scroller.current) {
      const y = Math.max(0, Number((next.from - world.from) / rowAddresses)) * rowHeight
      const { scrollTop } = scroller.current
      if (y < scrollTop) scroller.current.scrollTop = y
      else if (y + rowHeight > scrollTop + height) scroller.current.scrollTop = y + rowHeight - height
      // The scroll event comes too late for the piece that gets the focus now.
      setFirstTile(Math.floor(scroller.current.scrollTop / screen))
    }
  }

  const keyboard = pieceAt(space, stop, block)
  const hovered = pointed === null ? null : pieceAt(space, pointed, block)
  const shown = hovered ?? (moved ? keyboard : null)
  const active = [keyboard, hovered !== null && hovered.from !== keyboard?.from ? hovered : null].filter((piece) => piece !== null)
  return (
    <div className="flex flex-col gap-2">
      <div className="flex min-h-7 flex-wrap items-center gap-2">
        <Button icon={<ZoomIn size={14} aria-hidden />} disabled={length >= longest} onClick={() => zoomBy(ZOOM_STEP, moved ? at : null)}>
          {t.zoomIn}
        </Button>
        <Button
          icon={<ZoomOut size={14} aria-hidden />}
          disabled={length <= shortest}
          onClick={() => zoomBy(-ZOOM_STEP, moved ? at : null)}
        >
          {t.zoomOut}
        </Button>
        <Button icon={<Maximize2 size={14} aria-hidden />} disabled={length <= shortest} onClick={() => choose('')}>
          {t.whole}
        </Button>
        <span className="text-xs text-soft">
          {t.cellIs({ size: `/${widthOf(family) - (block.toString(2).length - 1)}`, scrolls: String(length > shortest) })}
        </span>
      </div>
      <p className="min-h-5 font-mono text-[12.5px] break-words text-soft" data-testid="piece">
        {shown ? describe(shown) : <span className="font-sans text-faint">{t.pointHint}</span>}
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; this groups the pieces of a picture */}
      <div
        ref={scroller}
        role="group"
        aria-label={t.spaceOf({ network })}
        aria-describedby={hintId}
        data-picture={family}
        className="relative overflow-x-hidden overflow-y-auto overscroll-contain select-none"
        style={{ height, cursor: length > shortest ? 'grab' : undefined, touchAction: 'pan-y' }}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setPointed(null)}
        onPointerDown={(event) => {
          if (event.pointerType === 'mouse' && event.button === 0 && length > shortest)
            drag.current = { y: event.clientY, from: scroller.current?.scrollTop ?? 0, moved: false }
        }}
        onPointerUp={() => {
          const dragged = drag.current
          // The click that follows belongs to the drag.
          setTimeout(() => {
            if (drag.current === dragged) drag.current = null
          })
        }}
        onClickCapture={(event) => {
          if (!drag.current?.moved) return
          event.preventDefault()
          event.stopPropagation()
        }}
        onClick={(event) => {
          if ((event.target as HTMLElement).closest('[data-piece]')) return
          const piece = pieceUnder(event)
          if (piece === null) return
          // A first tap shows what it is, as touch has no hover; the second follows the link.
          if (pointed === piece.from) open(piece)
          else setPointed(piece.from)
        }}
      >
        <div className="relative" style={{ height: rows * rowHeight }}>
          {width > 0 &&
            Array.from({ length: shownTiles + 2 }, (_, i) => firstTile - 1 + i)
              .filter((tile) => tile >= 0 && tile < tiles)
              .map((tile) => (
                <PictureTile
                  key={tile}
                  space={space}
                  layout={layout}
                  tile={tile}
                  width={width - gutter}
                  gutter={gutter}
                  colourOf={colourOf}
                  labelOf={labelOf}
                />
              ))}
          {width > 0 &&
            active.map((piece) => {
              const isKeyboard = piece === keyboard
              const boxes = boxesOf(layout, piece, visible.from, visible.to)
              const [main] = boxes
              if (!main) return null
              const place = ({ row, left, cells }: typeof main): CSSProperties => ({
                position: 'absolute',
                top: row * rowHeight,
                left: gutter + left * cell,
                width: Math.max(cells * cell, 3),
                height: Math.max(rowHeight, 3),
              })
              const marked = piece === shown
              const common = {
                style: place(main),
                className: `block rounded-[2px] focus-visible:z-10 focus-visible:outline-offset-1 ${marked ? 'ring-2 ring-ink ring-inset' : ''}`,
                'data-piece': address(piece.from),
                'data-kind': piece.kind,
                'aria-label': describe(piece),
                tabIndex: isKeyboard ? 0 : -1,
                draggable: false,
                ...(isKeyboard
                  ? {
                      onFocus: () => {
                        setMoved(true)
                        setAt(piece.from)
                      },
                      onBlur: () => setMoved(false),
                    }
                  : {}),
              }
              const lease = leaseOf(piece)
              const key = `${isKeyboard ? 'k' : 'p'}${piece.from}`
              return [
                ...boxes
                  .slice(1)
                  .map((box) =>
                    marked ? (
                      <span
                        key={`${key}-${box.row}`}
                        aria-hidden
                        className="pointer-events-none ring-2 ring-ink ring-inset"
                        style={place(box)}
                      />
                    ) : null,
                  ),
                lease ? (
                  <LinkTo
                    key={key}
                    ref={isKeyboard ? (focused as Ref<HTMLAnchorElement>) : null}
                    href={refHref(cluster, lease.source, null)}
                    {...common}
                  />
                ) : piece.kind === 'mixed' ? (
                  <button
                    key={key}
                    ref={isKeyboard ? (focused as Ref<HTMLButtonElement>) : null}
                    type="button"
                    onClick={() => zoomInto(piece)}
                    {...common}
                  />
                ) : (
                  <span key={key} ref={isKeyboard ? focused : null} role="img" {...common} />
                ),
              ]
            })}
        </div>
      </div>
      <p id={hintId} className="sr-only">
        {t.spaceHelp}
      </p>
      <PictureLegend mixed={block > space.grain} />
    </div>
  )
}

const widthOf = (family: 4 | 6): number => (family === 4 ? 32 : 128)

/** The part of a subnet in which neighbours differ. */
function shortLabel(cidr: string | null | undefined, subnetLength: number, whole: boolean): string {
  if (whole) return cidr ?? ''
  const address = cidr?.slice(0, cidr.indexOf('/')) ?? ''
  if (!address.includes('.')) return ''
  return address.split('.')[Math.min(3, Math.ceil(subnetLength / 8) - 1)] ?? ''
}

/** Keeps the old layout while the new one is equal, so that tiles are not repainted. */
function useSteadyLayout(fresh: PictureLayout | null): PictureLayout | null {
  const kept = useRef(fresh)
  const old = kept.current
  const same =
    old !== null &&
    fresh !== null &&
    old.world.from === fresh.world.from &&
    old.world.to === fresh.world.to &&
    old.block === fresh.block &&
    old.columns === fresh.columns
  if (!same) kept.current = fresh
  return kept.current
}

function useWidth(ref: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const measure = () => setWidth(element.clientWidth)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref])
  return width
}
