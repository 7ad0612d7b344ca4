// The line above the pods: first what is wrong, then the number in each phase, each as a link that filters.
import type { PodTrouble } from '@registree/contract'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { count } from '../../lib/size.ts'
import { type Tone, ToneIcon } from '../../ui/Badge.tsx'
import { classNames } from '../../ui/class-names.ts'
import { ANY_TROUBLE } from './shown-rows.ts'
import { tableText as t } from './strings.ts'
import type { PodTotals as Totals } from './table-data.ts'

const TROUBLES: readonly [PodTrouble, Tone][] = [
  ['failed', 'error'],
  ['notReady', 'error'],
  ['restarting', 'warning'],
  ['terminating', 'warning'],
  ['pending', 'progress'],
]

/** The order from the first row on: counts must not change places while rows arrive. */
const PHASES = ['Running', 'Pending', 'Succeeded', 'Failed']
const WIDTH = 'inline-block min-w-[2ch] text-right'

export function PodTotals({
  totals: { troubles, phases, well, ill },
  only,
  hrefOnly,
}: {
  totals: Totals
  only: string | null
  /** The URL that shows only these, or with null all. */
  hrefOnly: (only: string | null) => string
}) {
  const chip = (id: string, label: string, number: number, tone: Tone | null, hint: string) => {
    const chosen = only === id
    const content = (
      <>
        {tone && <ToneIcon tone={number > 0 ? tone : 'muted'} size={13} />}
        <span className={number > 0 ? `${WIDTH} font-semibold text-ink` : WIDTH}>{count(number)}</span> {label}
      </>
    )
    const look = 'inline-flex h-7 shrink-0 items-center gap-1 rounded px-1.5 whitespace-nowrap'
    return (
      <li key={id}>
        {number === 0 && !chosen ? (
          <span className={classNames(look, 'text-faint')} title={hint}>
            {content}
          </span>
        ) : (
          <LinkTo
            href={hrefOnly(chosen ? null : id)}
            title={hint}
            aria-current={chosen ? 'true' : undefined}
            className={classNames(look, 'no-underline hover:bg-hover', chosen ? 'bg-accent-soft text-ink ring-1 ring-accent' : 'text-soft')}
          >
            {content}
          </LinkTo>
        )}
      </li>
    )
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard, also where nothing in it is a link
    <ul tabIndex={0} aria-label={t.totals} className="flex shrink-0 items-center gap-1 overflow-x-auto border-b border-line px-2 py-1">
      {chip(ANY_TROUBLE, t.anyTrouble, ill, 'warning', t.anyTroubleHint)}
      {TROUBLES.map(([id, tone]) => chip(id, t.trouble[id], troubles.get(id) ?? 0, tone, t.troubleHint[id]))}
      <li className="inline-flex h-7 shrink-0 items-center gap-1 px-1.5 whitespace-nowrap text-soft">
        <ToneIcon tone="ok" size={13} />
        <span className={`${WIDTH} font-semibold text-ink`}>{count(well)}</span> {t.noTrouble}
      </li>
      <li aria-hidden className="mx-1 h-4 w-px shrink-0 bg-line" />
      {[...new Set([...PHASES, ...phases.keys()])].map((phase) =>
        chip(`phase:${phase}`, phase, phases.get(phase) ?? 0, null, `${t.phases}: ${phase}`),
      )}
    </ul>
  )
}
