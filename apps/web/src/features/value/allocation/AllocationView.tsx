// A RangeAllocation decoded: which addresses or ports are allocated, which Service holds each, and where they disagree.
// biome-ignore-all lint/a11y/useSemanticElements: a virtualised table is drawn in part only, by rows that stand where they belong
// biome-ignore-all lint/a11y/useFocusableInteractive: nothing in the rows is to be used but their links
import { type AllocationAnswer, type AllocationHolder, allocationEntry, keyLink } from '@registree/contract'
import { useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { wireToBytes } from '../../../lib/bytes.ts'
import { ErrorView } from '../../../lib/ErrorView.tsx'
import { LinkTo } from '../../../lib/LinkTo.tsx'
import { useNarrow } from '../../../lib/media.ts'
import { count } from '../../../lib/size.ts'
import { ToneIcon } from '../../../ui/Badge.tsx'
import { Banner } from '../../../ui/Banner.tsx'
import { classNames } from '../../../ui/class-names.ts'
import { EmptyState } from '../../../ui/EmptyState.tsx'
import { MiddleCut } from '../../../ui/MiddleCut.tsx'
import { PrintOnly } from '../../../ui/PrintOnly.tsx'
import { SearchField } from '../../../ui/SearchField.tsx'
import { SkeletonLines } from '../../../ui/Skeleton.tsx'
import { allocationQuery } from '../queries.ts'
import {
  type Entries,
  type Entry,
  entriesOf,
  filterEntries,
  filterHash,
  parseFilterHash,
  type Row,
  rowsOf,
  STATES,
  type StateFilter,
} from './entries.ts'
import { strings as t } from './strings.ts'

const ROW = 28

export interface AllocationViewProps {
  cluster: string
  keyBytes: Uint8Array
  /** The revision to read, and the one in links: undefined for the newest. */
  revision: string | null
  pinned: string | undefined
  /** The filter in the URL; see `parseFilterHash`. */
  hash: string
  onHash: (hash: string) => void
}

export function AllocationView({ cluster, keyBytes, revision, pinned, hash, onHash }: AllocationViewProps) {
  const query = useQuery(allocationQuery(cluster, keyBytes, revision))
  if (query.data) return <Allocation answer={query.data} cluster={cluster} pinned={pinned} hash={hash} onHash={onHash} />
  if (query.error) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />
  return (
    <div className="p-3" role="status" aria-label={t.loading}>
      <SkeletonLines lines={12} />
    </div>
  )
}

function Allocation({
  answer,
  cluster,
  pinned,
  hash,
  onHash,
}: { answer: AllocationAnswer } & Pick<AllocationViewProps, 'cluster' | 'pinned' | 'hash' | 'onHash'>) {
  const { holds, counts, services } = answer
  const { state, text } = parseFilterHash(hash)
  const [typed, setTyped] = useState(text)
  // Back and forward change the URL without typing.
  useEffect(() => setTyped(text), [text])
  const wanted = useDeferredValue(typed)
  const entries = useMemo(() => entriesOf(answer), [answer])
  const shown = useMemo(() => filterEntries(answer, entries, state, wanted), [answer, entries, state, wanted])
  const all = entries.offsets.length
  const numbers: Record<StateFilter, number> = { all, ...counts }
  const uncertain = services.problem !== null
  return (
    <div className="flex min-h-0 flex-1 flex-col" data-allocation={answer.range}>
      <Usage answer={answer} />
      {uncertain && (
        <Banner tone="warning">
          {services.problem} {counts.leaked > 0 && t.uncertain}
        </Banner>
      )}
      {answer.outside !== '0' && <Banner tone="warning">{t.outside({ bits: answer.outside })}</Banner>}
      {answer.ipAddresses && <Banner tone="muted">{t.ipAddresses}</Banner>}
      <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-3 py-1.5">
        <div role="group" aria-label={t.filters} className="flex flex-wrap gap-1">
          {STATES.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === state}
              title={t.hints[one]}
              onClick={() => onHash(filterHash(one, typed))}
              className={classNames(
                'inline-flex h-7 items-center gap-1.5 rounded border px-2 text-sm',
                one === state ? 'border-accent bg-accent-soft text-accent' : 'border-line text-soft hover:bg-hover hover:text-ink',
              )}
            >
              {one === 'missing' && numbers.missing > 0 && <ToneIcon tone="error" size={13} />}
              {one === 'leaked' && numbers.leaked > 0 && !uncertain && <ToneIcon tone="warning" size={13} />}
              {one === 'shared' && numbers.shared > 0 && <ToneIcon tone="error" size={13} />}
              {t.states[one]}
              <span className="text-xs tabular-nums">{count(numbers[one])}</span>
            </button>
          ))}
        </div>
        <SearchField
          label={t.filter({ holds })}
          value={typed}
          onChange={(next) => {
            setTyped(next)
            onHash(filterHash(state, next))
          }}
          className="w-60 max-w-full"
        />
        <span role="status" className="text-xs text-soft">
          {t.count(holds, shown.length, all)}
        </span>
      </div>
      {shown.length === 0 ? (
        <EmptyState title={all === 0 ? t.none : typed.trim() === '' ? t.noneOf[state] : t.noneFound({ filter: typed.trim() })}>
          {t.services({ read: services.read })}
        </EmptyState>
      ) : (
        <Rows answer={answer} offsets={shown} at={entries.at} cluster={cluster} pinned={pinned} uncertain={uncertain} />
      )}
    </div>
  )
}

function Usage({ answer }: { answer: AllocationAnswer }) {
  const [used, total] = [Number(answer.used), Number(answer.total)]
  const share = total === 0 ? 0 : used / total
  const percent = `${share > 0 && share < 0.01 ? '< 1' : share < 1 && share > 0.99 ? '> 99' : Math.round(share * 100)} %`
  const full = share >= 0.9
  return (
    <div className="flex shrink-0 flex-col gap-1.5 border-b border-line px-3 py-2.5">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span>{t.usage({ holds: answer.holds, used: answer.used, total: answer.total, percent })}</span>
        <span className="text-soft">{t.free({ n: answer.free })}</span>
        {answer.services.problem === null && <span className="text-soft">{t.services({ read: answer.services.read })}</span>}
      </p>
      <div className="h-1.5 w-full overflow-hidden rounded-full bg-hover" aria-hidden>
        <div
          className={classNames('h-full rounded-full', full ? 'bg-warn' : 'bg-accent')}
          style={{ width: used === 0 ? 0 : `max(2px, ${share * 100}%)` }}
        />
      </div>
    </div>
  )
}

function Rows({
  answer,
  offsets,
  at,
  cluster,
  pinned,
  uncertain,
}: {
  answer: AllocationAnswer
  offsets: Uint32Array
  at: Entries['at']
  cluster: string
  pinned: string | undefined
  uncertain: boolean
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const narrow = useNarrow()
  const { holds } = answer
  const rows = useMemo(() => rowsOf(offsets, at), [offsets, at])
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const { first, last } = rows[index] as Row
      return ROW * Math.max(narrow && last > first ? 2 : 1, at(first).holders.length)
    },
    overscan: 12,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows have other heights
  useEffect(() => virtualizer.measure(), [rows, narrow, virtualizer])
  const columns = 'grid grid-cols-[minmax(8rem,1.4fr)_minmax(6.5rem,0.8fr)_minmax(7rem,2fr)]'
  const stateOf = (entry: Entry) => (entry.state === 'leaked' && uncertain ? 'unknown' : entry.state)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard
    <div ref={scroller} tabIndex={0} role="region" aria-label={t.label} className="min-h-0 flex-1 overflow-auto">
      <PrintOnly title={`${t.label}: ${answer.range}`} link={location.href} text={() => printed(answer, rows, at, stateOf)} />
      <div role="table" aria-label={t.label} aria-rowcount={rows.length + 1} className="min-w-[23rem]">
        <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-surface">
          <div role="row" aria-rowindex={1} className={classNames(columns, 'h-7 items-center px-3 text-xs text-faint')}>
            <span role="columnheader">{t.columns[holds]}</span>
            <span role="columnheader">{t.columns.state}</span>
            <span role="columnheader">{t.columns.holder}</span>
          </div>
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const { first, last } = rows[item.index] as Row
            const entry = at(first)
            const state = stateOf(entry)
            return (
              <div
                key={first}
                role="row"
                aria-rowindex={item.index + 2}
                className={classNames(columns, 'absolute inset-x-0 top-0 border-b border-line/60 px-3 hover:bg-hover')}
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              >
                <span role="cell" className={classNames('flex min-w-0 gap-x-[1ch] pr-2 font-mono text-[12.5px]', narrow && 'flex-col')}>
                  <span className="flex h-7 min-w-0 items-center whitespace-nowrap">
                    {allocationEntry(answer, first)}
                    {last > first && ' –'}
                  </span>
                  {last > first && (
                    <span className="flex h-7 min-w-0 items-center truncate">
                      {narrow && '\u00a0\u00a0'}
                      {allocationEntry(answer, last)}
                    </span>
                  )}
                </span>
                <span role="cell" className="flex h-7 items-center gap-1.5 whitespace-nowrap">
                  <ToneIcon tone={TONES[state]} size={13} />
                  <span
                    className={state === 'held' || state === 'unknown' ? 'text-soft' : state === 'missing' ? 'text-error' : 'text-warn'}
                  >
                    {t.row[state]}
                    {entry.shared && `, ${t.shared}`}
                  </span>
                </span>
                <span role="cell" className="min-w-0">
                  {entry.holders.length === 0 ? (
                    <span className="flex h-7 items-center text-faint">{last > first ? t.run({ holds, n: last - first + 1 }) : '—'}</span>
                  ) : (
                    entry.holders.map((holder) => (
                      <HolderLine
                        key={`${holder.namespace}/${holder.name}/${holder.field}/${holder.port}`}
                        {...{ holder, cluster, pinned }}
                      />
                    ))
                  )}
                </span>
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

/** One printed line per row, as on the screen. */
function printed(answer: AllocationAnswer, rows: readonly Row[], at: Entries['at'], stateOf: (entry: Entry) => keyof typeof TONES): string {
  return rows
    .map(({ first, last }) => {
      const entry = at(first)
      const place = last > first ? `${allocationEntry(answer, first)} – ${allocationEntry(answer, last)}` : allocationEntry(answer, first)
      const holders = entry.holders.map((holder) => `${holder.namespace}/${holder.name}`)
      return [place, t.row[stateOf(entry)], ...(entry.shared ? [t.shared] : []), ...holders].join('  ')
    })
    .join('\n')
}

const TONES = { held: 'ok', leaked: 'warning', missing: 'error', unknown: 'muted' } as const

function HolderLine({ holder, cluster, pinned }: { holder: AllocationHolder; cluster: string; pinned: string | undefined }) {
  return (
    <span className="flex h-7 min-w-0 items-center gap-2">
      <LinkTo
        href={keyLink(cluster, wireToBytes(holder), { rev: pinned })}
        aria-label={`${holder.namespace}/${holder.name}`}
        className="link min-w-0 flex-1"
      >
        <MiddleCut text={`${holder.namespace}/${holder.name}`} />
      </LinkTo>
      {/* An address is always a cluster IP; for a port, it shows which port of the Service it is. */}
      {holder.field !== 'clusterIP' && (
        <span className="truncate text-xs text-faint">
          {holder.field === 'nodePort' ? t.forPort({ port: holder.port }) : t.healthCheck}
        </span>
      )}
    </span>
  )
}
