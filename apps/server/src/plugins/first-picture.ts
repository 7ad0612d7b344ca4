// The first picture of a page, drawn by the built pages' own program: what the reader sees until their first script has run.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { LOOK_COOKIE, LOOKS, type Look, type Picture, type Pictured } from '@registree/contract'
import type { FastifyRequest } from 'fastify'

type Draw = (what: Pictured) => Promise<Picture>

/** The drawing programs of the build in `root`, by language; each is loaded when it is first needed, and null where the build has none. */
export class PictureDrawers {
  readonly #root: string
  readonly #known = new Map<string, Promise<Draw | null>>()

  constructor(root: string) {
    this.#root = root
  }

  of(language: string): Promise<Draw | null> {
    const known = this.#known.get(language) ?? this.#load(language)
    this.#known.set(language, known)
    return known
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

/** A picture's rules as an element, and what a policy must allow for it; null if there is nothing to allow, or nothing that may be. */
export function styleElement(css: string): { element: string; source: string } | null {
  if (css === '' || css.includes('<')) return null
  return { element: `<style>${css}</style>`, source: `'sha256-${createHash('sha256').update(css).digest('base64')}'` }
}
