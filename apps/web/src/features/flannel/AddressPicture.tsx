// The address space of one family, to scale: rows of blocks, each a lease, a reservation, free, never handed out, or several things to zoom to.
import type { FlannelLease, FlannelPlan } from '@registree/contract'
import {
  type AddressSpace,
  addressSpace,
  blockSize,
  type Cidr,
  containsCidr,
  type Family,
  formatAddress,
  formatCidr,
  lastOf,
  parseCidr,
  type Segment,
  type Span,
  segments,
  sizeOf,
  wholeView,
  width,
} from '@registree/flannel'
import { type CSSProperties, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { useNarrow } from '../../lib/media.ts'
import { Button } from '../../ui/Button.tsx'
import { refHref } from './KeyRefLink.tsx'
import { flannelText as t } from './strings.ts'

type PictureProps = {
  cluster: string
  plan: FlannelPlan
  leases: readonly FlannelLease[]
  colours: ReadonlyMap<string, string>
  /** A network inside the plan's, as `a.b.c.d/n`; empty for all of it. */
  zoom: string
  onZoom: (zoom: string) => void
}

const ROW_HEIGHT = 22

/** What the wire says of a plan, as numbers; null where it says nothing of the kind. */
function readSpace(plan: FlannelPlan, leases: readonly FlannelLease[]): AddressSpace | null {
  const [network, min, max] = [parseCidr(plan.network), parseCidr(plan.min), parseCidr(plan.max)]
  if (!network || !min || !max) return null
  return addressSpace(
    { family: plan.family, network, subnetLength: plan.subnetLength, min, max },
    leases.map((lease) => ({
      v4: lease.v4 === null ? null : parseCidr(lease.v4),
      v6: lease.v6 === null ? null : parseCidr(lease.v6),
      reservation: lease.reservation,
    })),
  )
}

const spanOf = (cidr: Cidr): Span => ({ from: cidr.base, to: lastOf(cidr) })

/** The one network that is a span of a power of two addresses. */
function cidrOf(family: Family, { from, to }: Span): Cidr {
  return { family, base: from, prefixLength: width(family) - ((to - from + 1n).toString(2).length - 1) }
}

type Placed = { segment: Segment; index: number; row: number; left: number; share: number; first: boolean }

export function AddressPicture({ cluster, plan, leases, colours, zoom, onZoom }: PictureProps) {
  const narrow = useNarrow()
  const hintId = useId()
  const box = useRef<HTMLDivElement>(null)
  const space = useMemo(() => readSpace(plan, leases), [plan, leases])
  const [at, setAt] = useState(0)
  const [pointed, setPointed] = useState<number | null>(null)
  const [moved, setMoved] = useState(false)
  const picture = useMemo(() => {
    if (!space) return null
    const asked = zoom === '' ? null : parseCidr(zoom)
    const view = asked && containsCidr(space.plan.network, asked) && sizeOf(asked) > space.grain ? spanOf(asked) : wholeView(space)
    const most = narrow ? 512 : 1024
    const blocks = Number((view.to - view.from + 1n) / blockSize(space, view, most))
    const columns = Math.max(1, Math.min(blocks, narrow ? 16 : blocks > 512 ? 64 : 32))
    const rows = Math.max(1, Math.ceil(blocks / columns))
    const pieces = segments(space, view, most)
    return { view, pieces, rows, placed: place(pieces, view, rows) }
  }, [space, zoom, narrow])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another view begins at its first piece
  useEffect(() => {
    setAt(0)
    setPointed(null)
  }, [zoom, plan.network])
  useEffect(() => {
    if (moved) box.current?.querySelector<HTMLElement>(`[data-piece="${at}"]`)?.focus()
  }, [at, moved])
  if (!space || !picture) return null

  const { view, pieces, rows, placed } = picture
  const { family } = space.plan
  const zoomed = view.to - view.from < lastOf(space.plan.network) - space.plan.network.base
  const zoomOut = () => {
    const above = cidrOf(family, view).prefixLength - 4
    const wider: Cidr = { family, base: view.from, prefixLength: above }
    const size = 1n << BigInt(width(family) - above)
    onZoom(above <= space.plan.network.prefixLength ? '' : formatCidr({ ...wider, base: view.from - (view.from % size) }))
  }
  const address = (value: bigint) => formatAddress({ family, value })
  const describe = (segment: Segment): string => {
    if (segment.kind === 'lease' || segment.kind === 'reservation') {
      const lease = leases[segment.lease]
      return t.pieces[segment.kind]((family === 4 ? lease?.v4 : lease?.v6) ?? '', holderOf(lease))
    }
    if (segment.kind === 'mixed')
      return t.pieces.mixed(
        address(segment.from),
        address(segment.to),
        segment.leases + segment.reservations,
        `${(segment.heldShare * 100).toFixed(segment.heldShare < 0.1 ? 1 : 0)} %`,
      )
    return t.pieces[segment.kind](address(segment.from), address(segment.to))
  }
  const rowSize = (view.to - view.from + 1n) / BigInt(rows)
  const onKeyDown = (event: KeyboardEvent) => {
    const current = pieces[at]
    if (!current) return
    const step = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: pieces.length - 1 }[event.key]
    let next = step
    if (event.key === 'ArrowDown') next = pieces.findIndex((piece) => piece.to >= current.from + rowSize && piece !== current)
    if (event.key === 'ArrowUp') next = pieces.findLastIndex((piece) => piece.from <= current.from - rowSize)
    if (event.key === 'Backspace' && zoomed) {
      event.preventDefault()
      zoomOut()
      return
    }
    if (next === undefined || next < 0 || next >= pieces.length) return
    event.preventDefault()
    setMoved(true)
    setAt(next)
  }
  const shown = pieces[pointed ?? (moved ? at : -1)]

  return (
    <div className="flex flex-col gap-2">
      <div className="flex min-h-7 flex-wrap items-center gap-2">
        <span className="font-mono text-[12.5px]">{formatCidr(cidrOf(family, view))}</span>
        {zoomed && (
          <>
            <Button onClick={zoomOut}>{t.zoomOut}</Button>
            <Button tone="quiet" onClick={() => onZoom('')}>
              {t.whole}
            </Button>
          </>
        )}
      </div>
      <div className="flex gap-2">
        <div aria-hidden className="shrink-0 text-right font-mono text-[11px] text-faint max-sm:hidden">
          {Array.from({ length: rows }, (_, row) => (
            <div key={address(view.from + BigInt(row) * rowSize)} style={{ height: ROW_HEIGHT, lineHeight: `${ROW_HEIGHT}px` }}>
              {address(view.from + BigInt(row) * rowSize)}
            </div>
          ))}
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; this groups the pieces of a picture */}
        <div
          ref={box}
          role="group"
          aria-label={t.spaceOf(plan.network)}
          aria-describedby={hintId}
          className="relative min-w-0 flex-1"
          style={{ height: rows * ROW_HEIGHT }}
          onKeyDown={onKeyDown}
          onPointerLeave={() => setPointed(null)}
        >
          {placed.map(({ segment, index, row, left, share, first }) => {
            const lease = segment.kind === 'lease' || segment.kind === 'reservation' ? leases[segment.lease] : undefined
            const style: CSSProperties = {
              position: 'absolute',
              top: row * ROW_HEIGHT + 1,
              left: `${left * 100}%`,
              width: `calc(${share * 100}% - 1px)`,
              height: ROW_HEIGHT - 2,
              ...look(segment, lease ? colours.get(holderOf(lease)) : undefined),
            }
            const common = {
              style,
              className: 'block rounded-[2px] focus-visible:z-10 focus-visible:outline-offset-1',
              onPointerEnter: () => setPointed(index),
            }
            // A piece that goes on in the next row is one thing: only its first part is there for the keyboard and for readers.
            if (!first) return <span key={`${index}-${row}`} aria-hidden {...common} />
            const focus = {
              'data-piece': index,
              'data-kind': segment.kind,
              'aria-label': describe(segment),
              tabIndex: index === at ? 0 : -1,
              onFocus: () => {
                setAt(index)
                setPointed(index)
              },
              onBlur: () => setPointed(null),
            }
            if (lease) return <LinkTo key={index} href={refHref(cluster, lease.source, null)} {...common} {...focus} />
            if (segment.kind === 'mixed')
              return <button key={index} type="button" {...common} {...focus} onClick={() => onZoom(formatCidr(cidrOf(family, segment)))} />
            return <span key={index} role="img" {...common} {...focus} />
          })}
        </div>
      </div>
      <p className="min-h-5 font-mono text-[12.5px] text-soft" data-testid="piece">
        {shown ? describe(shown) : <span className="font-sans text-faint">{t.pointHint}</span>}
      </p>
      <p id={hintId} className="sr-only">
        {t.spaceHelp}
      </p>
      <Legend mixed={pieces.some((piece) => piece.kind === 'mixed')} />
    </div>
  )
}

export const holderOf = (lease: FlannelLease | undefined): string => lease?.node?.name ?? lease?.publicIP ?? lease?.publicIPv6 ?? t.nobody

/** Cuts the pieces at the ends of the rows. */
function place(pieces: readonly Segment[], view: Span, rows: number): Placed[] {
  const rowSize = (view.to - view.from + 1n) / BigInt(rows)
  const placed: Placed[] = []
  for (const [index, segment] of pieces.entries()) {
    for (let from = segment.from, first = true; from <= segment.to; first = false) {
      const row = (from - view.from) / rowSize
      const rowFrom = view.from + row * rowSize
      const rowTo = rowFrom + rowSize - 1n
      const to = segment.to < rowTo ? segment.to : rowTo
      // Six digits are far finer than a pixel, and a /64 does not fit into a double.
      const part = (value: bigint) => Number((value * 1_000_000n) / rowSize) / 1_000_000
      placed.push({ segment, index, row: Number(row), left: part(from - rowFrom), share: part(to - from + 1n), first })
      from = to + 1n
    }
  }
  return placed
}

const HATCHED = 'repeating-linear-gradient(135deg, var(--line) 0 2px, transparent 2px 6px)'

function look(segment: Segment, colour = 'var(--accent)'): CSSProperties {
  if (segment.kind === 'lease') return { background: colour }
  if (segment.kind === 'reservation')
    return {
      background: `repeating-linear-gradient(45deg, ${colour} 0 4px, var(--surface) 4px 7px)`,
      boxShadow: `inset 0 0 0 1px ${colour}`,
    }
  if (segment.kind === 'mixed')
    return {
      background: `color-mix(in oklab, var(--accent) ${Math.round(18 + 82 * segment.heldShare)}%, var(--surface))`,
      boxShadow: 'inset 0 0 0 1px var(--accent)',
    }
  if (segment.kind === 'outside') return { background: HATCHED, boxShadow: 'inset 0 0 0 1px var(--line)' }
  return { background: 'var(--sunken)', boxShadow: 'inset 0 0 0 1px var(--line)' }
}

function Legend({ mixed }: { mixed: boolean }) {
  const kinds = ['lease', 'reservation', 'free', 'outside', ...(mixed ? (['mixed'] as const) : [])] as const
  const example = (kind: (typeof kinds)[number]): Segment =>
    kind === 'mixed'
      ? { from: 0n, to: 0n, kind, leases: 1, reservations: 0, firstLease: null, heldShare: 0.4 }
      : kind === 'lease' || kind === 'reservation'
        ? { from: 0n, to: 0n, kind, lease: 0 }
        : { from: 0n, to: 0n, kind }
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-soft">
      {kinds.map((kind) => (
        <li key={kind} className="flex items-center gap-1.5">
          <span aria-hidden className="inline-block h-3 w-4 rounded-[2px]" style={look(example(kind))} />
          {t.legend[kind]}
        </li>
      ))}
    </ul>
  )
}
