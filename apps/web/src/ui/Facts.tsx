// Labels and values in two aligned columns.
import type { ReactNode } from 'react'

export function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid content-start grid-cols-[minmax(6.5rem,auto)_minmax(0,1fr)] gap-x-3">{children}</dl>
}

export function Fact({ label, children, copy }: { label: ReactNode; children: ReactNode; copy?: ReactNode }) {
  return (
    <>
      <dt className="py-1 text-faint">{label}</dt>
      <dd className="flex min-h-7 min-w-0 items-start gap-1 py-1 break-words">
        <span className="min-w-0 break-words">{children}</span>
        {copy && <span className="-my-0.5">{copy}</span>}
      </dd>
    </>
  )
}
