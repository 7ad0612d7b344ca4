// Light or dark: the system's setting until the user chooses, which is stored in this browser.
import { useSyncExternalStore } from 'react'
import { drawing } from './drawing.ts'
import { tellLook } from './look.ts'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'registree.theme'
const listeners = new Set<() => void>()
let theme: Theme = 'system'

function apply() {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  tellLook('light', theme === 'light')
  tellLook('dark', theme === 'dark')
}

/** Call once, before the first paint. */
export function startTheme(): void {
  try {
    const kept = localStorage.getItem(KEY)
    if (kept === 'light' || kept === 'dark') theme = kept
  } catch {
    // Nothing stored: the system decides.
  }
  apply()
}

export function setTheme(next: Theme): void {
  theme = next
  try {
    if (next === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, next)
  } catch {
    // It still applies to this page.
  }
  apply()
  for (const listener of listeners) listener()
}

export const useTheme = (): Theme =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    () => theme,
    () => drawing().theme,
  )
