// The app's keyboard shortcuts: one listener, inactive while the user types, and the list for the `?` dialog.
import { useEffect, useRef } from 'react'

/** Whether keys typed into this element are text. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

/** `mod` is Ctrl or ⌘. A sequence of two keys is written `g k`. While `unless` holds, the keys are left to the browser. */
export type Shortcut = { keys: string; run: () => void; unless?: () => boolean }

/** Maximum time between the two keys of a sequence, by their timestamps. */
const SEQUENCE_MS = 1000

export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts)
  latest.current = shortcuts
  useEffect(() => {
    let pending = ''
    let at = 0
    const listen = (event: KeyboardEvent) => {
      const mod = event.ctrlKey || event.metaKey
      if (event.defaultPrevented || event.altKey || (isTyping(event.target) && !mod)) return
      const key = mod ? `mod+${event.key.toLowerCase()}` : event.key
      const now = event.timeStamp
      const sequence = pending !== '' && now - at < SEQUENCE_MS ? `${pending} ${key}` : ''
      const match = latest.current.find((s) => s.keys === sequence) ?? latest.current.find((s) => s.keys === key)
      pending = latest.current.some((s) => s.keys.startsWith(`${key} `)) ? key : ''
      at = now
      if (!match || match.unless?.()) return
      event.preventDefault()
      pending = ''
      match.run()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])
}
