// What is typed between the key that opens the palette and the moment when its field is there: its code may have to be loaded first.

let collected = ''
let stop = () => {}

/** @param onEscape the user does not want it any more */
export function typeAhead(onEscape: () => void): void {
  takeTyped()
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (event.key === 'Escape') {
      takeTyped()
      onEscape()
    } else if (event.key === 'Backspace') collected = collected.slice(0, -1)
    else if (event.key.length === 1) collected += event.key
    else if (event.key !== 'Enter') return
    // No shortcut, no scrolling of the page, and nothing behind the palette is activated.
    event.preventDefault()
    event.stopPropagation()
  }
  // A click elsewhere ends it.
  const onPointer = () => void takeTyped()
  window.addEventListener('keydown', onKey, { capture: true })
  window.addEventListener('pointerdown', onPointer, { capture: true })
  stop = () => {
    window.removeEventListener('keydown', onKey, { capture: true })
    window.removeEventListener('pointerdown', onPointer, { capture: true })
  }
}

/** The text so far, for the field that takes over. */
export function takeTyped(): string {
  const typed = collected
  collected = ''
  stop()
  stop = () => {}
  return typed
}
