// The field that narrows what a page lists.
import { Search } from 'lucide-react'
import { classNames } from './class-names.ts'

export function SearchField({
  label,
  placeholder = label,
  value,
  onChange,
  className = 'w-72 max-w-full',
}: {
  label: string
  placeholder?: string
  value: string
  onChange: (value: string) => void
  /** How wide it is, and where it stands. */
  className?: string
}) {
  return (
    <search className={classNames('relative flex items-center', className)}>
      <Search size={14} aria-hidden className="pointer-events-none absolute left-2 text-faint" />
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-7 w-full rounded border border-line-strong/60 bg-surface pr-2 pl-7 placeholder:text-faint"
      />
    </search>
  )
}
