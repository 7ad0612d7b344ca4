// An important line across a pane: stale data, a notice of the source.
import type { ReactNode } from 'react'
import { type Tone, ToneIcon } from './Badge.tsx'
import { classNames } from './class-names.ts'

export function Banner({ tone, children, actions }: { tone: Tone; children: ReactNode; actions?: ReactNode }) {
  const background = { ok: 'bg-ok-soft', warning: 'bg-warn-soft', error: 'bg-error-soft', muted: 'bg-sunken', progress: 'bg-accent-soft' }[
    tone
  ]
  return (
    <div role="status" className={classNames('flex min-h-8 shrink-0 items-center gap-2 border-b border-line px-3 py-1', background)}>
      <ToneIcon tone={tone} />
      <span className="min-w-0 flex-1 break-words">{children}</span>
      {actions}
    </div>
  )
}
