// Tree rows that are not keys: loading, more children, and failures.

import { CircleAlert, LoaderCircle } from 'lucide-react'
import type { CSSProperties, MouseEvent } from 'react'
import { keysText } from '../../i18n/keys-text.ts'
import { classNames } from '../../ui/class-names.ts'
import { Skeleton } from '../../ui/Skeleton.tsx'
import type { Row } from './model.ts'

/** What all rows have: their position, and whether they have the focus. */
export type RowPlace = { style: CSSProperties; tabIndex: number; 'data-focus': boolean; 'aria-level': number; className: string }

export function PendingRow(place: RowPlace) {
  return (
    <div {...place} tabIndex={place.tabIndex} role="treeitem" aria-selected={false} aria-label={keysText.keys.loading} aria-busy>
      <span className="w-5 shrink-0" />
      <Skeleton className="h-3 w-32" />
    </div>
  )
}

/** A row that is not a key: more of a level, an empty level, or one that could not be read. */
export function OtherRow({
  row,
  place,
  onClick,
  onFocus,
}: {
  row: Exclude<Row, { type: 'node' | 'pending' }>
  place: RowPlace
  onClick: (event: MouseEvent) => void
  onFocus: () => void
}) {
  const words = wordsOf(row)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys of all its rows
    <div
      {...place}
      tabIndex={place.tabIndex}
      role="treeitem"
      aria-selected={false}
      data-more={row.type === 'more' || undefined}
      onClick={onClick}
      onFocus={onFocus}
      className={classNames(
        place.className,
        'text-xs',
        row.type === 'error' ? 'text-error hover:bg-hover' : 'text-faint',
        row.type === 'more' && 'hover:bg-hover',
      )}
    >
      <span className="inline-flex w-5 shrink-0 justify-center">
        {row.type === 'error' && <CircleAlert size={12} aria-hidden />}
        {row.type === 'more' && row.loading && <LoaderCircle size={12} aria-hidden />}
      </span>
      <span className="truncate" title={words}>
        {words}
      </span>
    </div>
  )
}

function wordsOf(row: Exclude<Row, { type: 'node' | 'pending' }>): string {
  if (row.type === 'empty') return keysText.keys.empty
  if (row.type === 'error') return keysText.keys.failed
  if (row.loading) return keysText.keys.loadingMore
  return row.auto ? keysText.keys.more : keysText.keys.beyond
}
