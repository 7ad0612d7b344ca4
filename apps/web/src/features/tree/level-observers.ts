// One query observer per open directory, so that a tree of any shape reads its levels independently of rendering.
import type { QueryClient, QueryObserverResult } from '@tanstack/react-query'
import type { Level } from './model.ts'

/** The parts of an observer that the tree uses; TanStack's QueryObserver and InfiniteQueryObserver both fit. */
export type Watched = {
  subscribe: (listener: () => void) => () => void
  level: () => Level
  loadMore: () => void
  retry: () => void
  /** Reads again after the tree's revision changed; the old data stays until then. */
  renew: () => void
}

/** Opens and closes observers with their directories, and notifies listeners when a level changes. */
export class LevelObservers {
  #watched = new Map<string, { watched: Watched; stop: () => void }>()
  #listeners = new Set<() => void>()
  #version = 0
  readonly #open: (client: QueryClient, id: string) => Watched
  readonly #client: QueryClient

  constructor(client: QueryClient, open: (client: QueryClient, id: string) => Watched) {
    this.#client = client
    this.#open = open
  }

  /** Observes exactly these directories. */
  watch(ids: ReadonlySet<string>): void {
    for (const [id, entry] of this.#watched)
      if (!ids.has(id)) {
        entry.stop()
        this.#watched.delete(id)
      }
    for (const id of ids)
      if (!this.#watched.has(id)) {
        const watched = this.#open(this.#client, id)
        this.#watched.set(id, { watched, stop: watched.subscribe(() => this.#changed()) })
      }
    this.#changed()
  }

  renew(): void {
    for (const entry of this.#watched.values()) entry.watched.renew()
    this.#changed()
  }

  stop(): void {
    for (const entry of this.#watched.values()) entry.stop()
    this.#watched.clear()
  }

  level = (id: string): Level | null => this.#watched.get(id)?.watched.level() ?? null
  loadMore = (id: string): void => this.#watched.get(id)?.watched.loadMore()
  retry = (id: string): void => this.#watched.get(id)?.watched.retry()

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }
  version = (): number => this.#version

  #changed() {
    this.#version++
    for (const listener of this.#listeners) listener()
  }
}

/** The parts of a level that come from the observer's result, for any data. */
export const levelState = (result: Pick<QueryObserverResult, 'status' | 'error'>): Pick<Level, 'state' | 'error'> => ({
  state: result.status === 'pending' ? 'pending' : result.status === 'error' ? 'error' : 'ready',
  error: result.error,
})
