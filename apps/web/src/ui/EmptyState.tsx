// Says what was looked for and where, when nothing was found.
import type { ReactNode } from 'react'

export function EmptyState({ title, children, actions }: { title: ReactNode; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="flex max-w-xl flex-col items-start gap-2 p-4">
      <p className="font-medium text-ink">{title}</p>
      {children && <div className="text-soft">{children}</div>}
      {actions && <div className="mt-1 flex flex-wrap gap-2">{actions}</div>}
    </div>
  )
}
