// Numbered news about one followed thing, kept for a while so that a returning page gets what it missed.
import { randomBytes } from 'node:crypto'

export interface FeedOptions {
  /** Number of news kept for returning pages. */
  mostHistory: number
}

/** A token is `{epoch}.{version}`: the history that a page follows, and its position in it. */
export class Feed<News> {
  readonly #listeners = new Set<(news: News) => void>()
  readonly #mostHistory: number
  #epoch = newEpoch()
  #version = 0
  #history: { version: number; news: News }[] = []

  constructor({ mostHistory }: FeedOptions) {
    this.#mostHistory = mostHistory
  }

  /** The token of a page that has received everything so far. */
  get token(): string {
    return `${this.#epoch}.${this.#version}`
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /** Begins a new epoch: a reader with an earlier token has to read everything again. */
  restart(): void {
    this.#epoch = newEpoch()
    this.#version = 0
    this.#history = []
  }

  /** Sends news to all, also to pages that return later; `make` receives its token. */
  publish(make: (token: string) => News): void {
    this.#version += 1
    const news = make(this.token)
    this.#history = [...this.#history.slice(1 - this.#mostHistory), { version: this.#version, news }]
    this.tell(news)
  }

  /** Sends news to current listeners only. */
  tell(news: News): void {
    for (const listener of [...this.#listeners]) listener(news)
  }

  /** What was published after a token, oldest first; null if that is no longer known. */
  after(token: string | null): News[] | null {
    const [epoch, version] = (token ?? '').split('.')
    if (epoch !== this.#epoch || version === undefined || !/^\d+$/.test(version)) return null
    const missed = this.#history.filter((entry) => entry.version > Number(version))
    return missed.length < this.#version - Number(version) ? null : missed.map(({ news }) => news)
  }

  /** Returns a function that unsubscribes, and returns false if it was called before. */
  listen(listener: (news: News) => void): () => boolean {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Removes all listeners. */
  clear(): void {
    this.#listeners.clear()
  }
}

const newEpoch = (): string => randomBytes(6).toString('hex')
