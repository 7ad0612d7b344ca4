// The field that filters a page's list.
import { Search, X } from 'lucide-react'
import type { KeyboardEventHandler, Ref } from 'react'
import { classNames } from './class-names.ts'

export function SearchField({
  label,
  placeholder = label,
  title,
  value,
  onChange,
  onKeyDown,
  inputRef,
  clear,
  mono = false,
  className = 'w-72 max-w-full',
}: {
  label: string
  placeholder?: string
  /** A tip on how to write the filter. */
  title?: string
  value: string
  onChange: (value: string) => void
  onKeyDown?: KeyboardEventHandler<HTMLInputElement>
  inputRef?: Ref<HTMLInputElement>
  /** The name of a button that empties the field; without it the browser's own is used. */
  clear?: string
  /** For a filter with its own grammar. */
  mono?: boolean
  /** Its width and position. */
  className?: string
}) {
  return (
    <search className={classNames('relative flex items-center', className)}>
      <Search size={14} aria-hidden className="pointer-events-none absolute left-2 text-faint" />
      <input
        ref={inputRef}
        type={clear === undefined ? 'search' : 'text'}
        aria-label={label}
        placeholder={placeholder}
        title={title}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        className={classNames(
          'h-7 w-full min-w-0 rounded border border-line-strong/60 bg-surface pl-7 placeholder:text-faint',
          clear === undefined ? 'pr-2' : 'pr-7',
          mono && 'font-mono text-[12.5px] placeholder:font-sans',
        )}
      />
      {clear !== undefined && value !== '' && (
        <button
          type="button"
          aria-label={clear}
          onClick={() => onChange('')}
          className="absolute right-0.5 inline-flex size-6 items-center justify-center rounded text-soft hover:bg-hover"
        >
          <X size={14} aria-hidden />
        </button>
      )}
    </search>
  )
}
