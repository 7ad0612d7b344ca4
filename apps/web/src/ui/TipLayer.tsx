// Shows the tooltip of the element under the pointer or with the keyboard's focus: one instance for the whole page.
import { type RefObject, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { elementWithTip, keepDialog, onTipChange, type Tip, tipOf } from './tips.ts'

/** How long the pointer rests before the first one shows; neighbours follow at once. In ms. */
const REST_MS = 350
/** How long the pointer may take from the element to its tooltip. */
const GRACE_MS = 120
const GAP = 6
const MARGIN = 8

interface Shown {
  element: Element
  tip: RefObject<Tip>
}

export function TipLayer() {
  const [shown, setShown] = useState<Shown | null>(null)
  const [, renew] = useReducer((n: number) => n + 1, 0)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let now: Shown | null = null
    let wanted: Element | null = null
    // Pressed, or closed by Escape: not again before the pointer has left it.
    let dismissed: Element | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    const put = (element: Element | null) => {
      clearTimeout(timer)
      wanted = element
      const tip = element === null ? null : tipOf(element)
      const next = element === null || tip === null ? null : { element, tip }
      if (next?.element === now?.element) return
      now = next
      setShown(next)
    }
    const after = (ms: number, element: Element | null) => {
      clearTimeout(timer)
      wanted = element
      timer = setTimeout(() => put(element), ms)
    }
    const focused = () => (document.activeElement?.matches(':focus-visible') ? elementWithTip(document.activeElement) : null)
    const onOver = ({ target, pointerType }: PointerEvent) => {
      if (pointerType === 'touch') return
      // On the tooltip itself, so that its text can be read and selected.
      if (target instanceof Node && box.current?.contains(target)) {
        wanted = now?.element ?? null
        return clearTimeout(timer)
      }
      const element = elementWithTip(target)
      if (element !== dismissed) dismissed = null
      if (element === wanted || (element !== null && element === dismissed)) return
      if (element !== null) return now === null ? after(REST_MS, element) : put(element)
      if (now !== null) after(GRACE_MS, focused())
      else put(null)
    }
    const onFocus = () => put(focused())
    const close = () => put(null)
    const onDown = ({ target }: Event) => {
      if (target instanceof Node && box.current?.contains(target)) return
      dismissed = elementWithTip(target)
      close()
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      if (now !== null) keepDialog(event, now.element)
      dismissed = wanted
      close()
    }
    // What scrolls elsewhere, for example a tree that has just arrived, moves no tooltip.
    const onScroll = ({ target }: Event) => {
      if (target instanceof Node && [now?.element, wanted].some((element) => element && target.contains(element))) close()
    }
    document.addEventListener('pointerover', onOver, { passive: true })
    document.documentElement.addEventListener('pointerleave', close)
    document.addEventListener('pointerdown', onDown, { passive: true })
    document.addEventListener('focusin', onFocus)
    document.addEventListener('focusout', close)
    document.addEventListener('keydown', onKey, true)
    document.addEventListener('scroll', onScroll, { capture: true, passive: true })
    const leave = onTipChange((changed) => {
      if (changed === now?.element || changed === wanted) close()
      else if (changed === now?.tip) renew()
    })
    // Focused before this was listening.
    onFocus()
    return () => {
      clearTimeout(timer)
      document.removeEventListener('pointerover', onOver)
      document.documentElement.removeEventListener('pointerleave', close)
      document.removeEventListener('pointerdown', onDown)
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('focusout', close)
      document.removeEventListener('keydown', onKey, true)
      document.removeEventListener('scroll', onScroll, { capture: true })
      leave()
    }
  }, [])
  // After each drawing: what it says may have changed.
  useLayoutEffect(() => {
    if (box.current !== null && shown !== null) place(box.current, shown.element, shown.tip.current.side ?? 'bottom')
  })
  const content = shown?.tip.current.content
  if (shown === null || content === '' || content === null || content === undefined) return null
  return createPortal(
    <div
      ref={box}
      data-tip
      className="fixed top-0 left-0 z-50 w-max max-w-[min(28rem,calc(100vw-1rem))] rounded border border-line bg-raised px-2 py-1 text-xs text-ink shadow-md break-words whitespace-pre-line"
    >
      {content}
    </div>,
    document.body,
  )
}

/** On the wanted side of the element, on the other one where that has no room, and within the window. */
function place(box: HTMLElement, element: Element, side: NonNullable<Tip['side']>): void {
  const at = element.getBoundingClientRect()
  const { width, height } = box.getBoundingClientRect()
  const room = {
    top: at.top - GAP - height >= MARGIN,
    bottom: at.bottom + GAP + height <= window.innerHeight - MARGIN,
    left: at.left - GAP - width >= MARGIN,
    right: at.right + GAP + width <= window.innerWidth - MARGIN,
  }
  const other = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' } as const
  const chosen = room[side] || !room[other[side]] ? side : other[side]
  const middle = { x: at.left + (at.width - width) / 2, y: at.top + (at.height - height) / 2 }
  const corner = {
    top: [middle.x, at.top - GAP - height],
    bottom: [middle.x, at.bottom + GAP],
    left: [at.left - GAP - width, middle.y],
    right: [at.right + GAP, middle.y],
  }[chosen] as [number, number]
  const within = (value: number, size: number, most: number) => Math.max(MARGIN, Math.min(value, most - MARGIN - size))
  box.style.left = `${within(corner[0], width, window.innerWidth)}px`
  box.style.top = `${within(corner[1], height, window.innerHeight)}px`
}
