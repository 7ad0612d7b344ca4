// The answer that came inside the HTML: it is there before the first script, and as old as the HTML.
import type { AnswerInPage } from '@registree/contract'
import { createContext } from 'react'

/** When the HTML was requested, in ms since 1970: what it holds was read after that. Null if the browser had kept it: then it may be old. */
export function htmlAskedAt(): number | null {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return navigation !== undefined && navigation.transferSize > 0 ? performance.timeOrigin + navigation.requestStart : null
}

/** Null if the HTML has none, or an old one. */
export function answerInPage(): { text: string; answer: AnswerInPage } | null {
  const text = document.getElementById('answer')?.textContent ?? ''
  if (text === '' || htmlAskedAt() === null) return null
  try {
    return { text, answer: JSON.parse(text) as AnswerInPage }
  } catch {
    // The HTML was cut: the page asks the server.
    return null
  }
}

/** Takes the answer to a URL once: what is asked later is asked of the server. */
export type TakeAnswer = (matches: (url: string) => boolean) => { body: unknown; epoch: string; at: number } | null

export const takesOnce = (answer: AnswerInPage | null, at: number): TakeAnswer => {
  let left = answer
  return (matches) => {
    if (left === null || !matches(left.url)) return null
    const { body, epoch } = left
    left = null
    return { body, epoch, at }
  }
}

export const TakeAnswerContext = createContext<TakeAnswer>(() => null)
