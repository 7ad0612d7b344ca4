// The legend of the picture.
import type { CSSProperties } from 'react'
import { flannelText as t } from './strings.ts'

const HATCHED = 'repeating-linear-gradient(135deg, var(--line) 0 3px, transparent 3px 8px)'

export function PictureLegend({ mixed }: { mixed: boolean }) {
  const looks: Record<keyof typeof t.legend, CSSProperties> = {
    lease: { background: 'oklch(0.6 0.13 200)' },
    reservation: {
      background: 'repeating-linear-gradient(135deg, oklch(0.6 0.13 200) 0 3px, transparent 3px 8px)',
      boxShadow: 'inset 0 0 0 1px oklch(0.6 0.13 200)',
    },
    free: { background: 'var(--sunken)', boxShadow: 'inset 0 0 0 1px var(--line)' },
    outside: { background: HATCHED, boxShadow: 'inset 0 0 0 1px var(--line)' },
    mixed: { background: 'color-mix(in oklab, var(--accent) 50%, var(--surface))', boxShadow: 'inset 0 0 0 1px var(--accent)' },
  }
  const kinds = (Object.keys(looks) as (keyof typeof looks)[]).filter((kind) => kind !== 'mixed' || mixed)
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-soft">
      {kinds.map((kind) => (
        <li key={kind} className="flex items-center gap-1.5">
          <span aria-hidden className="inline-block h-3 w-4 rounded-[2px]" style={looks[kind]} />
          {t.legend[kind]}
        </li>
      ))}
    </ul>
  )
}
