// A short form (an age, a rounded size) that shows its exact value on hover and keyboard focus.
import type { ReactNode } from 'react'
import { Tooltip } from './Tooltip.tsx'

export function Exact({ exact, children, className }: { exact: ReactNode; children: ReactNode; className?: string }) {
  return (
    <Tooltip content={exact}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the exact value must be reachable from the keyboard */}
      <span tabIndex={0} className={className ?? 'underline decoration-dotted decoration-line-strong underline-offset-2'}>
        {children}
      </span>
    </Tooltip>
  )
}
