// Which elements have a tooltip. One instance for the whole page shows them: a page has hundreds, and shows one at a time.
import type { ReactNode, RefObject } from 'react'

export interface Tip {
  content: ReactNode
  side?: 'top' | 'bottom' | 'left' | 'right'
}

const tips = new WeakMap<Element, RefObject<Tip>>()
const listeners = new Set<(changed: RefObject<Tip> | Element) => void>()

export function rememberTip(element: Element, tip: RefObject<Tip>): void {
  tips.set(element, tip)
}

export function forgetTip(element: Element): void {
  tips.delete(element)
  for (const listener of listeners) listener(element)
}

export function tipChanged(tip: RefObject<Tip>): void {
  for (const listener of listeners) listener(tip)
}

/** Tells of a tip whose content is new, and of an element that is gone. */
export function onTipChange(listener: (changed: RefObject<Tip> | Element) => void): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** The nearest element with a tip at or above an event's target. */
export function elementWithTip(target: EventTarget | null): Element | null {
  for (let element = target instanceof Element ? target : null; element !== null; element = element.parentElement)
    if (tips.has(element)) return element
  return null
}

/** Escape closes what is shown of an element in a dialog, and not yet the dialog. Called while capturing. */
export function keepDialog(event: Event, element: Element): void {
  if (element.closest('[role=dialog]') !== null) event.stopPropagation()
}

export const tipOf = (element: Element): RefObject<Tip> | null => tips.get(element) ?? null
