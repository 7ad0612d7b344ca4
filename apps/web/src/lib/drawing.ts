// What a page is drawn for where there is no browser: the server draws its first picture from the same components.
import type { Pictured } from '@registree/contract'

export interface Drawing {
  origin: string
  /** Path and search, as in the request. */
  href: string
  theme: Pictured['theme']
  /** Of the window, in px. */
  width: number
}

let current: Drawing = { origin: 'http://localhost', href: '/', theme: 'system', width: 1440 }

export const drawing = (): Drawing => current

/** Draws in one go: nothing else is drawn meanwhile, so that each drawing has its own reader's settings. */
export function drawFor<T>(what: Drawing, draw: () => T): T {
  const before = current
  current = what
  try {
    return draw()
  } finally {
    current = before
  }
}
