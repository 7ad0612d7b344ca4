// The first picture of a page, drawn by the built pages' own program: what the reader sees until their first script has run.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { LOOK_COOKIE, LOOKS, type Look, type Picture, type Pictured } from '@registree/contract'
import type { FastifyRequest } from 'fastify'

type Draw = (what: Pictured) => Promise<Picture>

/** Links repeat the address, and a key may be long: such a page comes without a picture. */
const LONGEST_ADDRESS = 2_000
/** Each part of a key repeats those before it in its link, so that work grows with their square: so many take some ten milliseconds. */
const MOST_PARTS = 60
const MOST_CLUSTERS = 100
/** Of HTML and rules. */
const MOST_CHARACTERS = 256 * 1024

export const canDraw = ({ href, clusters }: Pick<Pictured, 'href' | 'clusters'>): boolean =>
  href.length <= LONGEST_ADDRESS && href.split(/\/|%2f/i).length <= MOST_PARTS && clusters.clusters.length <= MOST_CLUSTERS

/** Whether it may be sent: not if it is long, nor without rules that it needs. */
export const canSend = ({ html, css }: Picture): boolean => html.length + css.length <= MOST_CHARACTERS && !css.includes('<')

/** Drawing occupies the server's thread: all readers together get a fifth of it, and a burst of a quarter of a second. */
const SHARE = 0.2
const BURST_MS = 250
/** What a drawing is taken for until it has said how long it took. */
const EXPECTED_MS = 50

/** How much time there is for drawing. Where there is none left, pages come without a picture. */
export class DrawingTime {
  readonly #clock: () => number
  #left = BURST_MS
  #at: number

  /** @param clock in ms, never going back */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock
    this.#at = clock()
  }

  /** Runs `draw` if there is time left; null if not. What it says it took, in ms, is spent; where it fails, the time until then. */
  async spend<T extends { ms: number }>(draw: () => Promise<T>): Promise<T | null> {
    const began = this.#clock()
    this.#left = Math.min(BURST_MS, this.#left + (began - this.#at) * SHARE)
    this.#at = began
    if (this.#left <= 0) return null
    // Those that come meanwhile see it as spent.
    this.#left -= EXPECTED_MS
    let took: number | null = null
    try {
      const drawn = await draw()
      took = drawn.ms
      return drawn
    } finally {
      this.#left += EXPECTED_MS - (took ?? this.#clock() - began)
    }
  }
}

/** An error's kind and places: its message may quote a value. */
export function withoutWords(error: unknown): { kind: string; at: string[] } {
  if (!(error instanceof Error)) return { kind: typeof error, at: [] }
  const at = (error.stack ?? '').split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
  return { kind: error.name, at: at.slice(0, 8).map((line) => line.trim()) }
}

/** The drawing programs of the build in `root`, by language; each is loaded when it is first needed, and null where the build has none. */
export class PictureDrawers {
  readonly #root: string
  readonly #known = new Map<string, Promise<Draw | null>>()

  constructor(root: string) {
    this.#root = root
  }

  of(language: string): Promise<Draw | null> {
    const known = this.#known.get(language)
    if (known !== undefined) return known
    const loading = this.#load(language)
    this.#known.set(language, loading)
    // Tried again at the next page.
    loading.catch(() => this.#known.delete(language))
    return loading
  }

  async #load(language: string): Promise<Draw | null> {
    const file = path.join(this.#root, 'picture', language, 'picture.mjs')
    if (!existsSync(file)) return null
    const program = (await import(pathToFileURL(file).href)) as { picture: Draw }
    return program.picture
  }
}

/** What this reader has chosen. */
export function looksOf({ headers }: FastifyRequest): Set<Look> {
  const words = new RegExp(`(?:^|;\\s*)${LOOK_COOKIE}=([^;]*)`).exec(headers.cookie ?? '')?.[1]?.split('.') ?? []
  return new Set(LOOKS.filter((look) => words.includes(look)))
}

/** A picture's rules as an element, and what a policy must allow for it; null if there are none. */
export function styleElement(css: string): { element: string; source: string } | null {
  if (css === '') return null
  return { element: `<style>${css}</style>`, source: `'sha256-${createHash('sha256').update(css).digest('base64')}'` }
}
