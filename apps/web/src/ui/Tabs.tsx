// Tabs whose choice is owned by the caller (the URL), like their panels: arrow keys move the focus, Enter chooses.
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react'

export type TabItem = { value: string; label: ReactNode; count?: number }

/** `children` is the chosen tab's content, `actions` are at the end of the tab row. */
export function Tabs({
  value,
  onChange,
  items,
  label,
  actions,
  children,
}: {
  value: string
  onChange: (value: string) => void
  items: readonly TabItem[]
  label: string
  actions?: ReactNode
  children: ReactNode
}) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const tabs = [...(list.current?.querySelectorAll<HTMLElement>('[role=tab]') ?? [])]
    const at = tabs.indexOf(document.activeElement as HTMLElement)
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }
    const to = steps[event.key]
    if (to === undefined || at < 0) return
    event.preventDefault()
    tabs[(to + tabs.length) % tabs.length]?.focus()
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-9 shrink-0 items-stretch gap-1 overflow-x-auto border-b border-line px-3 max-md:px-2">
        <div ref={list} role="tablist" aria-label={label} onKeyDown={onKeyDown} className="flex items-stretch">
          {items.map((item) => (
            <button
              key={item.value}
              type="button"
              role="tab"
              id={`${id}-${item.value}`}
              aria-selected={item.value === value}
              aria-controls={item.value === value ? `${id}-panel` : undefined}
              tabIndex={item.value === value ? 0 : -1}
              onClick={() => onChange(item.value)}
              className="-mb-px inline-flex items-center gap-1.5 border-b-2 border-transparent px-2.5 text-sm max-md:px-2 text-soft hover:text-ink aria-selected:border-accent aria-selected:text-ink"
            >
              {item.label}
              {item.count !== undefined && <span className="rounded bg-hover px-1 text-xs text-soft">{item.count}</span>}
            </button>
          ))}
        </div>
        {actions && <div className="ml-auto flex items-center gap-1">{actions}</div>}
      </div>
      <div
        key={value}
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${value}`}
        className="flex min-h-0 flex-1 flex-col focus-visible:outline-2"
        tabIndex={-1}
      >
        {children}
      </div>
    </div>
  )
}
