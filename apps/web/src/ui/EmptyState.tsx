// Says what was searched and where, if nothing was found.
import type { ReactNode } from 'react'

/** `page` makes the title the page's heading, if there is no other. */
export function EmptyState({
  title,
  children,
  actions,
  page = false,
}: {
  title: ReactNode
  page?: boolean
  children?: ReactNode
  actions?: ReactNode
}) {
  return (
    <div className="flex max-w-xl flex-col items-start gap-2 p-4">
      {page ? <h1 className="font-medium text-ink">{title}</h1> : <p className="font-medium text-ink">{title}</p>}
      {children && <div className="text-soft">{children}</div>}
      {actions && <div className="mt-1 flex flex-wrap gap-2">{actions}</div>}
    </div>
  )
}
