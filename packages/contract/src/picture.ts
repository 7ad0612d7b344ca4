// A key page's first picture, as the server asks the built pages for it, and what browser and server agree on for it.
import type { ClustersAnswer } from './clusters.ts'

/** The answer that a page's HTML holds, so that its first picture and its first rendering have it. */
export interface AnswerInPage {
  /** The path of the API that answers the same. */
  url: string
  /** Of the data in it. */
  epoch: string
  body: unknown
}

/** What the picture of a key is drawn of. */
export interface Pictured {
  /** Protocol, host and port. */
  origin: string
  /** Path and search, as in the request. */
  href: string
  theme: 'system' | 'light' | 'dark'
  /** Whether it is for a phone. */
  phone: boolean
  clusters: ClustersAnswer
  /** The page's own answer. */
  answer: AnswerInPage
  /** In ms since 1970. */
  now: number
}

/** HTML for the element of the app, and the rules of a style sheet for it. */
export interface Picture {
  html: string
  css: string
  /** How long drawing occupied the thread. */
  ms: number
}

/** The cookie with what the reader has chosen and a first picture must not contradict: words of `LOOKS`, separated by dots. */
export const LOOK_COOKIE = 'registree-look'

/** `local`: times in the browser's zone, which no server knows. `panes`: panes of the reader's own widths. */
export const LOOKS = ['light', 'dark', 'local', 'panes'] as const
export type Look = (typeof LOOKS)[number]
