// A row of the tree that is a key or a directory: a real link, with what is at its end.

import { ChevronRight, CircleHelp, EyeOff } from 'lucide-react'
import type { MouseEvent, ReactNode } from 'react'
import { keysText } from '../../i18n/keys-text.ts'
import { displayText } from '../../lib/bytes.ts'
import { glossaryText, termOfKey } from '../../lib/glossary.ts'
import { CutKeyText } from '../../lib/KeyText.tsx'
import { isPlainClick } from '../../lib/LinkTo.tsx'
import { classNames } from '../../ui/class-names.ts'
import type { Row } from './model.ts'
import { TimeLeft } from './TimeLeft.tsx'
import type { RowPlace } from './TreeRows.tsx'

const SELECTED = { v3: 'border-v3 bg-v3-soft font-medium', v2: 'border-v2 bg-v2-soft font-medium' }

export function NodeRow({
  row: { node, expanded, posinset, setsize, id },
  place,
  keyspace,
  selected,
  asideId,
  aside,
  onClick,
  onToggle,
  ...handlers
}: {
  row: Row & { type: 'node' }
  place: RowPlace
  keyspace: 'v3' | 'v2'
  selected: boolean
  /** The id of the element at the row's end, which describes the row. */
  asideId: string
  /** Shown at the end of a directory's row. */
  aside: ReactNode
  onClick: (event: MouseEvent) => void
  onToggle: () => void
  onFocus: () => void
  onPointerEnter: () => void
  onPointerLeave: () => void
}) {
  const name = displayText(node.label)
  const hasAside = node.directory && aside !== undefined
  const { expires } = node
  const term = termOfKey(name)
  const hasExpiry = expires !== undefined && expires !== null
  return (
    <a
      {...place}
      role="treeitem"
      href={node.href}
      draggable={false}
      data-row={id}
      aria-selected={selected}
      aria-setsize={setsize}
      aria-posinset={posinset}
      {...(node.directory ? { 'aria-expanded': expanded } : {})}
      {...(hasAside || hasExpiry ? { 'aria-describedby': asideId } : {})}
      aria-label={node.hidden ? `${name} ${keysText.keys.hidden}` : name}
      onClick={(event) => {
        const chevron = (event.target as Element).closest('[data-chevron]')
        if (chevron === null || !isPlainClick(event)) return onClick(event)
        event.preventDefault()
        onToggle()
      }}
      {...handlers}
      className={classNames(place.className, 'border-l-2', selected ? SELECTED[keyspace] : 'border-transparent hover:bg-hover')}
    >
      {node.directory ? (
        <span data-chevron className="-my-1 -ml-1 inline-flex h-7 w-6 shrink-0 items-center justify-center text-faint">
          <ChevronRight size={14} aria-hidden className={expanded ? 'rotate-90' : ''} />
        </span>
      ) : (
        <span className="w-5 shrink-0" />
      )}
      <CutKeyText bytes={node.label} className={classNames('text-[12.5px]', node.directory ? 'text-ink' : 'text-soft')} />
      {term !== null && (
        // The same is a button beside the directory itself.
        <span title={glossaryText.terms[term].text} data-term={term} className="shrink-0 pl-1 text-faint">
          <CircleHelp size={12} aria-hidden />
        </span>
      )}
      {hasAside && (
        // Announced after the name, not as a part of it.
        <span id={asideId} aria-hidden className="ml-auto min-w-10 shrink-0 pl-2 text-right text-xs font-normal text-faint">
          {aside}
        </span>
      )}
      {node.hidden && <EyeOff size={12} className="shrink-0 text-faint" aria-hidden />}
      {hasExpiry && (
        <span id={asideId} className="ml-auto shrink-0 pl-2 text-xs text-faint">
          <TimeLeft until={expires} />
        </span>
      )}
    </a>
  )
}
