// The subnet leases of a network: holders and expiry; any number of them, sorted and filtered.
import type { FlannelLease } from '@registree/contract'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { type ReactNode, useMemo, useRef } from 'react'
import { KeyRefLink } from '../../lib/KeyRefLink.tsx'
import { say } from '../../lib/say.ts'
import { duration, formatInstant, useNow, useZone } from '../../lib/time.ts'
import { ToneIcon } from '../../ui/Badge.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { holderOf } from './AddressPicture.tsx'
import { filterLeases, LEASE_COLUMNS, readSort, sortLeases } from './shown-leases.ts'
import { flannelText as t } from './strings.ts'

const GRID =
  'grid grid-cols-[minmax(180px,1.5fr)_minmax(130px,1.1fr)_minmax(120px,1fr)_minmax(216px,1.4fr)_minmax(116px,0.7fr)_minmax(204px,1.1fr)_minmax(76px,0.5fr)_minmax(76px,0.5fr)]'
const ROW = 33
/** A taller table scrolls on its own. */
const TALLEST = 560

type TableProps = {
  cluster: string
  leases: readonly FlannelLease[]
  colours: ReadonlyMap<string, string>
  kubernetes: boolean
  /** Whether nodes were read, to find the holder among them. */
  nodesKnown: boolean
  /** The time of a file in ms; null for a live source, where time goes on. */
  fileTime: number | null
  /** How far the server's clock is ahead of this browser's, in ms. */
  clockAhead: number
  filter: string
  sort: string
  onFilter: (filter: string) => void
  onSort: (sort: string) => void
}

export function LeaseTable({
  cluster,
  leases,
  colours,
  kubernetes,
  nodesKnown,
  fileTime,
  clockAhead,
  filter,
  sort,
  onFilter,
  onSort,
}: TableProps) {
  const zone = useZone()
  const scroller = useRef<HTMLElement>(null)
  const found = useMemo(() => sortLeases(filterLeases(leases, filter), readSort(sort)), [leases, filter, sort])
  const virtualizer = useVirtualizer({
    count: found.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => found[index]?.source.key ?? index,
    overscan: 10,
  })
  if (leases.length === 0) return <p className="text-soft">{t.noLeases}</p>
  const sorted = readSort(sort)
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-3">
        {(leases.length > 8 || filter !== '') && (
          <SearchField label={t.filter} value={filter} onChange={onFilter} className="w-60 max-w-full" />
        )}
        <span className="text-xs text-soft" aria-live="polite">
          {found.length === leases.length ? t.leasesCount({ n: leases.length }) : t.leasesFound({ n: found.length, all: leases.length })}
        </span>
        {fileTime !== null && <span className="text-xs text-soft">{t.asOfFile({ at: formatInstant(fileTime, zone) })}</span>}
      </div>
      {found.length === 0 ? (
        <p className="text-soft">{t.filterNone}</p>
      ) : (
        <section
          ref={scroller}
          aria-label={t.leaseTable}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard
          tabIndex={0}
          className="relative overflow-auto overscroll-contain"
          style={{ maxHeight: TALLEST }}
        >
          {/* biome-ignore lint/a11y/useSemanticElements: a virtualised table cannot be laid out by <table> */}
          <div role="table" aria-label={t.leases} aria-rowcount={found.length + 1} className="min-w-[1130px]">
            {/* biome-ignore lint/a11y/useSemanticElements: see above */}
            <div role="rowgroup" className="sticky top-0 z-10 bg-surface">
              {/* biome-ignore lint/a11y/useSemanticElements: see above */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: rows of a table are not interactive */}
              <div role="row" aria-rowindex={1} className={`${GRID} border-b border-line`}>
                {LEASE_COLUMNS.map((column) => {
                  const own = sorted?.column === column
                  const direction = !own ? 'none' : sorted.descending ? 'descending' : 'ascending'
                  const next = direction === 'none' ? column : direction === 'ascending' ? `-${column}` : ''
                  return (
                    // biome-ignore lint/a11y/useSemanticElements: see above
                    // biome-ignore lint/a11y/useFocusableInteractive: the button inside is
                    <div key={column} role="columnheader" aria-sort={direction} className="flex h-7 min-w-0 pr-4">
                      <button
                        type="button"
                        onClick={() => onSort(next)}
                        className="-ml-1.5 flex min-w-0 items-center gap-1 rounded px-1.5 text-xs font-medium text-faint hover:text-ink"
                      >
                        <span className="truncate">{t.columns[column]}</span>
                        {direction === 'ascending' && <ArrowUp size={12} aria-hidden className="text-accent" />}
                        {direction === 'descending' && <ArrowDown size={12} aria-hidden className="text-accent" />}
                      </button>
                    </div>
                  )
                })}
              </div>
            </div>
            {/* biome-ignore lint/a11y/useSemanticElements: see above */}
            <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
              {virtualizer.getVirtualItems().map(({ index, start, key }) => {
                const lease = found[index]
                if (!lease) return null
                return (
                  // biome-ignore lint/a11y/useSemanticElements: see above
                  // biome-ignore lint/a11y/useFocusableInteractive: see above
                  <div
                    key={key}
                    ref={virtualizer.measureElement}
                    role="row"
                    aria-rowindex={index + 2}
                    data-index={index}
                    className={`${GRID} absolute inset-x-0 top-0 border-b border-line py-1 hover:bg-hover`}
                    style={{ transform: `translateY(${start}px)` }}
                  >
                    <Cells {...{ cluster, lease, kubernetes, nodesKnown, fileTime, clockAhead }} colour={colours.get(holderOf(lease))} />
                  </div>
                )
              })}
            </div>
          </div>
        </section>
      )}
    </div>
  )
}

type CellsProps = Pick<TableProps, 'cluster' | 'kubernetes' | 'nodesKnown' | 'fileTime' | 'clockAhead'> & {
  lease: FlannelLease
  colour: string | undefined
}

function Cells({ cluster, lease, colour, kubernetes, nodesKnown, fileTime, clockAhead }: CellsProps) {
  const zone = useZone()
  return (
    <>
      <Cell>
        <span className="inline-flex max-w-full items-baseline gap-2">
          <span
            aria-hidden
            className="inline-block h-3 w-3 shrink-0 self-center rounded-[2px]"
            style={{ background: colour ?? 'var(--line)' }}
          />
          <KeyRefLink cluster={cluster} source={lease.source}>
            <span className="font-mono text-[12.5px]">{[lease.v4, lease.v6].filter(Boolean).join(' ') || lease.source.key}</span>
          </KeyRefLink>
        </span>
        {lease.notices.map((notice) => (
          <span key={notice.message} className="flex items-start gap-1.5 text-soft">
            <span className="mt-0.5">
              <ToneIcon tone={notice.severity === 'info' ? 'muted' : notice.severity} />
            </span>
            {say.flannel(notice.sentences, notice.message)}
          </span>
        ))}
      </Cell>
      <Cell>
        {lease.node ? (
          <KeyRefLink cluster={cluster} source={lease.node.source}>
            {lease.node.name}
          </KeyRefLink>
        ) : (
          <span className="text-faint">{nodesKnown ? t.noNode : '—'}</span>
        )}
      </Cell>
      <Cell mono>{[lease.publicIP, lease.publicIPv6].filter(Boolean).join(' ') || '—'}</Cell>
      <Cell>
        {lease.backendType ?? '—'}
        {lease.backendData.map(({ label, value }) => (
          <span key={label} className="block text-xs break-words text-soft">
            {label} <span className="font-mono break-all">{value}</span>
          </span>
        ))}
      </Cell>
      <Cell>
        <Left lease={lease} kubernetes={kubernetes} fileTime={fileTime} clockAhead={clockAhead} />
      </Cell>
      <Cell soft>{lease.expiration ? formatInstant(lease.expiration, zone) : '—'}</Cell>
      <Cell soft>{lease.created ?? '—'}</Cell>
      <Cell soft>{lease.modified ?? '—'}</Cell>
    </>
  )
}

function Cell({ children, mono = false, soft = false }: { children: ReactNode; mono?: boolean; soft?: boolean }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtualised table cannot be laid out by <table>
    <div role="cell" className={`min-w-0 pr-4 leading-6 ${mono ? 'font-mono text-[12.5px] break-all' : ''} ${soft ? 'text-soft' : ''}`}>
      {children}
    </div>
  )
}

/** Counts down on its own: a tick redraws only these cells. */
function Left({ lease, kubernetes, fileTime, clockAhead }: Pick<CellsProps, 'lease' | 'kubernetes' | 'fileTime' | 'clockAhead'>) {
  const present = useNow(1000).now
  const zone = useZone()
  if (lease.v4 === null && lease.v6 === null) return <span className="text-faint">—</span>
  if (lease.reservation) return <span>{t.reservation}</span>
  if (lease.expiration === null) return <span className="text-soft">{kubernetes ? t.withNode : t.noExpiry}</span>
  const now = fileTime ?? (present === null ? null : present + clockAhead)
  if (now === null) return <span className="text-soft">{t.until({ time: formatInstant(lease.expiration, zone) })}</span>
  const left = (Date.parse(lease.expiration) - now) / 1000
  if (left <= 0) return <span className="text-error">{t.expired}</span>
  return <span className={left < 3600 ? 'text-warn' : ''}>{duration(left)}</span>
}
