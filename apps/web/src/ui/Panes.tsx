// Panes beside or above each other, whose shares of the space the user chooses by pointer or keyboard, and finds again.
import { Fragment, type KeyboardEvent, type PointerEvent, type ReactNode, useId, useState } from 'react'
import { classNames } from './class-names.ts'

export interface Pane {
  id: string
  /** Of the whole, in percent; all together 100. */
  share: number
  least: number
  /** Names the handle between the pane before and this one. The first pane has none. */
  handle?: string
  className?: string
  children: ReactNode
}

/** Per key press, in percent. */
const STEP = 5

/** `savedAs` is the key in the browser's storage: other panes need another. */
export function Panes({
  across,
  savedAs,
  panes,
  className = '',
  ...rest
}: {
  /** Whether they are beside each other. */
  across: boolean
  savedAs: string
  panes: readonly Pane[]
  className?: string
}) {
  const group = useId()
  const [chosen, setChosen] = useState<{ as: string; shares: readonly number[] | null }>(() => ({ as: savedAs, shares: saved(savedAs) }))
  const [dragged, setDragged] = useState<number | null>(null)
  if (chosen.as !== savedAs) setChosen({ as: savedAs, shares: saved(savedAs) })
  const fits = chosen.shares?.length === panes.length && panes.every(({ least }, i) => (chosen.shares?.[i] ?? 0) >= least - 0.01)
  const shares = fits && chosen.shares !== null ? chosen.shares : panes.map(({ share }) => share)

  /** Gives the pane before handle `at` this share, as far as the two of them allow. */
  const move = (at: number, wanted: number) => {
    const both = (shares[at - 1] ?? 0) + (shares[at] ?? 0)
    const share = Math.max(panes[at - 1]?.least ?? 0, Math.min(both - (panes[at]?.least ?? 0), wanted))
    const next = shares.map((one, i) => (i === at - 1 ? share : i === at ? both - share : one))
    setChosen({ as: savedAs, shares: next })
    save(savedAs, next)
  }
  const onDrag = (event: PointerEvent<HTMLElement>, at: number) => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect()
    if (dragged !== at || box === undefined) return
    const part = across ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height
    move(at, 100 * part - shares.slice(0, at - 1).reduce((sum, share) => sum + share, 0))
  }
  const onKey = (event: KeyboardEvent, at: number) => {
    const now = shares[at - 1] ?? 0
    const steps: Record<string, number> = across ? { ArrowLeft: -STEP, ArrowRight: STEP } : { ArrowUp: -STEP, ArrowDown: STEP }
    const wanted = event.key === 'Home' ? 0 : event.key === 'End' ? 100 : steps[event.key]
    if (wanted === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    move(at, event.key in steps ? now + wanted : wanted)
  }
  return (
    <div className={classNames('flex h-full w-full overflow-hidden', across ? '' : 'flex-col', className)} {...rest}>
      {panes.map(({ id, least, handle, className: own = '', children }, at) => {
        const both = (shares[at - 1] ?? 0) + (shares[at] ?? 0)
        return (
          <Fragment key={id}>
            {at > 0 && (
              // biome-ignore lint/a11y/useSemanticElements: a rule of text cannot be moved
              <div
                role="separator"
                tabIndex={0}
                aria-label={handle}
                aria-orientation={across ? 'vertical' : 'horizontal'}
                aria-controls={`${group}${panes[at - 1]?.id}`}
                aria-valuenow={Math.round(shares[at - 1] ?? 0)}
                aria-valuemin={panes[at - 1]?.least ?? 0}
                aria-valuemax={Math.round(both - least)}
                onKeyDown={(event) => onKey(event, at)}
                onPointerDown={(event) => {
                  if (event.button !== 0) return
                  // No text is selected meanwhile.
                  event.preventDefault()
                  event.currentTarget.setPointerCapture(event.pointerId)
                  setDragged(at)
                }}
                onPointerMove={(event) => onDrag(event, at)}
                onLostPointerCapture={() => setDragged(null)}
                className={classNames(
                  'relative z-10 shrink-0 touch-none outline-offset-0 select-none after:absolute hover:bg-accent',
                  across
                    ? 'w-px cursor-col-resize after:inset-y-0 after:-inset-x-1 pointer-coarse:after:-inset-x-3'
                    : 'h-px cursor-row-resize after:inset-x-0 after:-inset-y-1 pointer-coarse:after:-inset-y-3',
                  dragged === at ? 'bg-accent' : 'bg-line',
                )}
              />
            )}
            <div id={`${group}${id}`} className={classNames('overflow-hidden', own)} style={{ flex: `${shares[at]} 1 0px` }}>
              {children}
            </div>
          </Fragment>
        )
      })}
    </div>
  )
}

function saved(as: string): readonly number[] | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(as) ?? 'null')
    if (!Array.isArray(value) || !value.every((share) => typeof share === 'number')) return null
    const sum = value.reduce((before, share) => before + share, 0)
    return sum >= 99 && sum <= 101 ? value : null
  } catch {
    return null
  }
}

function save(as: string, shares: readonly number[]): void {
  try {
    localStorage.setItem(as, JSON.stringify(shares))
  } catch {
    // If storage is full or forbidden, only the choice is lost.
  }
}
