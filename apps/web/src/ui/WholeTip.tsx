// Shows a cut name in full while it is hovered or focused: one instance for the whole page.
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { keepDialog } from './tips.ts'

interface Shown {
  text: string
  /** In the window. */
  left: number
  top: number
  bottom: number
}

const GAP = 4
const MARGIN = 8

export function WholeTip() {
  const [shown, setShown] = useState<Shown | null>(null)
  const tip = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let dismissed: Element | null = null
    let visible: Element | null = null
    const put = (next: Shown | null, of: Element | null = null) => {
      if (next === null && visible === null) return
      visible = of
      setShown(next)
    }
    const show = (element: Element | null) => {
      const cut = element !== null && element !== dismissed && isCut(element)
      if (element !== dismissed) dismissed = null
      if (!cut) return put(null)
      const { left, top, bottom } = element.getBoundingClientRect()
      put({ text: element.textContent ?? '', left, top, bottom }, element)
    }
    const at = (target: EventTarget | null): Element | null => (target instanceof Element ? target.closest('[data-whole]') : null)
    const within = (target: EventTarget | null): Element | null =>
      at(target) ??
      (target instanceof HTMLAnchorElement || target instanceof HTMLButtonElement ? target.querySelector('[data-whole]') : null)
    const focused = () => (document.activeElement?.matches(':focus-visible') ? within(document.activeElement) : null)
    const onPointer = ({ target }: PointerEvent) => {
      // On the text itself, so that it can be selected.
      if (target instanceof Node && tip.current?.contains(target)) return
      show(at(target) ?? focused())
    }
    const onFocus = () => show(focused())
    const onBlur = () => show(null)
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      if (visible !== null) keepDialog(event, visible)
      dismissed = focused()
      put(null)
    }
    const onScroll = () => {
      if (visible !== null) show(focused())
    }
    document.addEventListener('pointerover', onPointer, { passive: true })
    document.addEventListener('focusin', onFocus)
    document.addEventListener('focusout', onBlur)
    document.addEventListener('keydown', onKey, true)
    document.addEventListener('scroll', onScroll, { capture: true, passive: true })
    return () => {
      document.removeEventListener('pointerover', onPointer)
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('focusout', onBlur)
      document.removeEventListener('keydown', onKey, true)
      document.removeEventListener('scroll', onScroll, { capture: true })
    }
  }, [])
  useLayoutEffect(() => {
    const element = tip.current
    if (element === null || shown === null) return
    const { width, height } = element.getBoundingClientRect()
    const below = shown.bottom + GAP + height <= window.innerHeight - MARGIN
    element.style.left = `${Math.max(MARGIN, Math.min(shown.left, window.innerWidth - MARGIN - width))}px`
    element.style.top = `${below ? shown.bottom + GAP : shown.top - GAP - height}px`
  }, [shown])
  if (shown === null) return null
  return createPortal(
    // Screen readers get this text from the name itself.
    <div
      ref={tip}
      aria-hidden
      data-whole-tip
      className="fixed z-50 max-w-[min(90vw,48rem)] rounded border border-line bg-raised px-2 py-1 font-mono text-xs text-ink shadow-md [overflow-wrap:anywhere]"
    >
      {shown.text}
    </div>,
    document.body,
  )
}

function isCut(element: Element): boolean {
  const head = element.firstElementChild
  return (head !== null && head.scrollWidth > head.clientWidth + 1) || element.scrollWidth > element.clientWidth + 1
}
