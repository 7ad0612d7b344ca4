// A small word in a frame: a state (with its icon), or which of the two keyspaces one is in.
import { CircleAlert, CircleCheck, CircleDashed, type Info, LoaderCircle, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export type Tone = 'ok' | 'warning' | 'error' | 'muted' | 'progress'

const tones: Record<Tone, string> = {
  ok: 'bg-ok-soft text-ok',
  warning: 'bg-warn-soft text-warn',
  error: 'bg-error-soft text-error',
  muted: 'bg-hover text-soft',
  progress: 'bg-accent-soft text-accent',
}
const icons: Record<Tone, typeof Info> = {
  ok: CircleCheck,
  warning: TriangleAlert,
  error: CircleAlert,
  muted: CircleDashed,
  progress: LoaderCircle,
}

/** The icon of a tone, in its colour; the word beside it carries the meaning. */
export function ToneIcon({ tone, size = 14 }: { tone: Tone; size?: number }) {
  const Icon = icons[tone]
  const colour = { ok: 'text-ok', warning: 'text-warn', error: 'text-error', muted: 'text-soft', progress: 'text-accent' }[tone]
  return <Icon size={size} aria-hidden className={classNames('shrink-0', colour)} />
}

export function Badge({ tone = 'muted', icon = true, children }: { tone?: Tone; icon?: boolean; children: ReactNode }) {
  const Icon = icons[tone]
  return (
    <span className={classNames('inline-flex h-5 items-center gap-1 rounded px-1.5 text-xs font-medium whitespace-nowrap', tones[tone])}>
      {icon && <Icon size={12} aria-hidden />}
      {children}
    </span>
  )
}

/** The two keyspaces look different everywhere, and by more than colour: the badge says which. */
export function KeyspaceBadge({ keyspace }: { keyspace: 'v3' | 'v2' }) {
  return (
    <span
      className={classNames(
        'inline-flex h-[18px] items-center rounded px-1 font-mono text-xs font-semibold',
        keyspace === 'v3' ? 'bg-v3-soft text-v3' : 'bg-v2-soft text-v2',
      )}
    >
      {keyspace}
    </span>
  )
}
