// Tabs whose choice is owned by the caller (the URL), like their panels.
import { Tabs as Base } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'

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
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(String(next))} className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-9 shrink-0 items-stretch gap-1 overflow-x-auto border-b border-line px-3 max-md:px-2">
        <Base.List aria-label={label} className="flex items-stretch">
          {items.map((item) => (
            <Base.Tab
              key={item.value}
              value={item.value}
              className="-mb-px inline-flex items-center gap-1.5 border-b-2 border-transparent px-2.5 text-sm max-md:px-2 text-soft hover:text-ink data-[active]:border-accent data-[active]:text-ink"
            >
              {item.label}
              {item.count !== undefined && <span className="rounded bg-hover px-1 text-xs text-soft">{item.count}</span>}
            </Base.Tab>
          ))}
        </Base.List>
        {actions && <div className="ml-auto flex items-center gap-1">{actions}</div>}
      </div>
      <Base.Panel key={value} value={value} className="flex min-h-0 flex-1 flex-col focus-visible:outline-2" tabIndex={-1}>
        {children}
      </Base.Panel>
    </Base.Root>
  )
}
