// Whether somebody is using a part of the page, so that nothing in it may move: the pointer or the focus is in it, text is selected, or it is scrolled.
import { useEffect, useState } from 'react'

export function useHeld(element: HTMLElement | null): boolean {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (element === null) return setHeld(false)
    let isPointed = element.matches(':hover')
    const look = () => {
      const selection = document.getSelection()
      const isSelected = selection !== null && !selection.isCollapsed && element.contains(selection.anchorNode)
      setHeld(isPointed || isSelected || element.contains(document.activeElement) || scrolled(element))
    }
    const enter = () => {
      isPointed = true
      look()
    }
    const leave = () => {
      isPointed = false
      look()
    }
    // The focus is nowhere between the two elements.
    const later = () => queueMicrotask(look)
    element.addEventListener('pointerenter', enter)
    element.addEventListener('pointerleave', leave)
    element.addEventListener('focusin', look)
    element.addEventListener('focusout', later)
    element.addEventListener('scroll', look, { passive: true, capture: true })
    document.addEventListener('selectionchange', look)
    look()
    return () => {
      element.removeEventListener('pointerenter', enter)
      element.removeEventListener('pointerleave', leave)
      element.removeEventListener('focusin', look)
      element.removeEventListener('focusout', later)
      element.removeEventListener('scroll', look, { capture: true })
      document.removeEventListener('selectionchange', look)
    }
  }, [element])
  return held
}

function scrolled(element: HTMLElement): boolean {
  if (element.scrollTop > 0) return true
  const inner = element.querySelector('[data-table], .cm-scroller')
  return inner !== null && inner.scrollTop > 0
}
