// A small word in a frame: a state (with its icon), or one of the two keyspaces.
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
const CIRCLE = 'M2 12a10 10 0 1 0 20 0 10 10 0 1 0-20 0'
/** A tick, a triangle, an exclamation mark, dashes, an arc. One path each: a table has one in every row. */
const shapes: Record<Tone, string> = {
  ok: `${CIRCLE}M8.3 12.3l2.5 2.5 5-5.2`,
  warning: 'M12 3.5 22.2 20.5H1.8zM12 10v4M12 17.2h.01',
  error: `${CIRCLE}M12 7.5v5M12 16.3h.01`,
  muted: CIRCLE,
  progress: 'M21 12a9 9 0 1 1-6.2-8.56',
}

function Shape({ tone, size, className }: { tone: Tone; size: number; className?: string }) {
  return (
    <svg
      aria-hidden
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeDasharray={tone === 'muted' ? '2.5 3.78' : undefined}
      className={className}
    >
      <path d={shapes[tone]} />
    </svg>
  )
}

/** The icon of a tone in its colour; the word beside it carries the meaning. */
export function ToneIcon({ tone, size = 14 }: { tone: Tone; size?: number }) {
  const colour = { ok: 'text-ok', warning: 'text-warn', error: 'text-error', muted: 'text-soft', progress: 'text-accent' }[tone]
  return <Shape tone={tone} size={size} className={`shrink-0 ${colour}`} />
}

interface BadgeProps {
  tone?: Tone
  icon?: boolean
  wraps?: boolean
  children: ReactNode
}

/** `wraps` where its words may be longer than the place is wide. */
export function Badge({ tone = 'muted', icon = true, wraps = false, children }: BadgeProps) {
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1 rounded px-1.5 text-xs font-medium',
        wraps ? 'min-h-5 [overflow-wrap:anywhere]' : 'h-5 whitespace-nowrap',
        tones[tone],
      )}
    >
      {icon && <Shape tone={tone} size={12} {...(wraps ? { className: 'shrink-0' } : {})} />}
      {children}
    </span>
  )
}

/** The keyspaces look different everywhere, not only in colour: the badge names them. */
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
