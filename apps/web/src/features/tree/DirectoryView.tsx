// The children of a directory as a list: the middle pane of a directory's page, and the tree of a narrow screen.

import { Folder, KeyRound } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { keysText } from '../../i18n/keys-text.ts'
import { displayText } from '../../lib/bytes.ts'
import { CutKeyText } from '../../lib/KeyText.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { useNarrow } from '../../lib/media.ts'
import { useRowWindow } from '../../lib/row-window.ts'
import { classNames } from '../../ui/class-names.ts'
import { Skeleton } from '../../ui/Skeleton.tsx'

export type DirectoryRow = { id: string; label: Uint8Array; directory: boolean; href: string; cells: readonly ReactNode[] }

/** A column of a directory: its name, its width, and its cell in each row. */
export type DirectoryColumn = { name: string; width: string; cell: number }

const ROW = 28
const TALL = 40
const t = keysText.keys

/** `pending` draws skeleton rows. More rows are requested near the end. */
export function DirectoryView({
  keyspace,
  label,
  rows,
  columns,
  pending,
  more,
  onMore,
  before,
}: {
  keyspace: 'v3' | 'v2'
  label: string
  rows: readonly DirectoryRow[]
  columns: readonly DirectoryColumn[]
  pending: boolean
  more: boolean
  onMore: () => void
  before?: ReactNode
}) {
  const narrow = useNarrow()
  const scroller = useRef<HTMLDivElement>(null)
  const height = narrow ? TALL : ROW
  const { first, end } = useRowWindow(scroller, { count: rows.length, height, head: narrow ? 0 : ROW })
  const last = Math.max(0, end - 1)
  useEffect(() => {
    if (more && last >= rows.length - 50) onMore()
  }, [more, last, rows.length, onMore])
  const grid = narrow ? undefined : { gridTemplateColumns: `minmax(12rem, 1fr) ${columns.map(({ width }) => width).join(' ')}` }
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-auto">
      {before}
      {/* biome-ignore lint/a11y/useSemanticElements: a virtualised table cannot be laid out by <table> */}
      <div role="table" aria-label={label} aria-rowcount={more || pending ? -1 : rows.length + 1} className="min-w-full">
        {!narrow && (
          // biome-ignore lint/a11y/useSemanticElements: see above
          // biome-ignore lint/a11y/useFocusableInteractive: rows of a table are not interactive
          <div
            role="row"
            aria-rowindex={1}
            className="sticky top-0 z-10 grid h-7 items-center border-b border-line bg-surface px-4 text-xs text-faint"
            style={grid}
          >
            {[t.name, ...columns.map(({ name }) => name)].map((column, i) => (
              // biome-ignore lint/a11y/useSemanticElements: see above
              // biome-ignore lint/a11y/useFocusableInteractive: see above
              <span key={column} role="columnheader" className={i > 0 ? 'text-right' : ''}>
                {column}
              </span>
            ))}
          </div>
        )}
        {pending ? (
          <div aria-hidden>
            {Array.from({ length: 12 }, (_, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: skeletons have no identity
              <div key={i} className="flex items-center px-4" style={{ height }}>
                <Skeleton className={classNames('h-3', ['w-40', 'w-56', 'w-48'][i % 3])} />
              </div>
            ))}
          </div>
        ) : (
          // biome-ignore lint/a11y/useSemanticElements: see above
          <div role="rowgroup" className="relative" style={{ height: rows.length * height }}>
            {rows.slice(first, end).map((row, i) => {
              const index = first + i
              const Icon = row.directory ? Folder : KeyRound
              // A phone has room for one: the first that this row has.
              const only = row.cells.findIndex((cell) => cell !== null && cell !== undefined)
              return (
                // biome-ignore lint/a11y/useSemanticElements: see above
                // biome-ignore lint/a11y/useFocusableInteractive: see above
                <div
                  key={row.id}
                  role="row"
                  aria-rowindex={index + 2}
                  className={classNames(
                    'absolute inset-x-0 top-0 items-center px-4 hover:bg-hover',
                    narrow ? 'flex border-b border-line' : 'grid',
                  )}
                  style={{ ...grid, height, transform: `translateY(${index * height}px)` }}
                >
                  {/* biome-ignore lint/a11y/useSemanticElements: see above */}
                  <span role="cell" className="flex h-full min-w-0 items-center">
                    <LinkTo
                      href={row.href}
                      aria-label={`${row.directory ? t.directory : t.key} ${displayText(row.label)}`}
                      className="flex h-full min-w-0 flex-1 items-center gap-2 no-underline hover:underline"
                      data-child={row.id}
                    >
                      <Icon
                        size={14}
                        aria-hidden
                        className={classNames('shrink-0', row.directory ? (keyspace === 'v3' ? 'text-v3' : 'text-v2') : 'text-faint')}
                      />
                      <CutKeyText bytes={row.label} className="text-[12.5px]" />
                    </LinkTo>
                  </span>
                  {columns.map(({ name, cell }) => (
                    // biome-ignore lint/a11y/useSemanticElements: see above
                    <span
                      key={name}
                      role="cell"
                      className={narrow ? (cell === only ? 'ml-auto pl-3 text-xs text-faint' : 'hidden') : 'truncate text-right text-soft'}
                    >
                      {row.cells[cell]}
                    </span>
                  ))}
                </div>
              )
            })}
          </div>
        )}
      </div>
    </div>
  )
}
