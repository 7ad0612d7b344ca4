// News about one followed thing for everybody who listens: numbered and kept for a while, so that a page that comes back gets what it missed.
import { randomBytes } from 'node:crypto'

export interface FeedOptions {
  /** How many pieces of news are kept for pages that come back. */
  mostHistory: number
}

/** A token is `{epoch}.{version}`: which history a page follows, and how far it has taken it in. */
export class Feed<News> {
  readonly #listeners = new Set<(news: News) => void>()
  readonly #mostHistory: number
  #epoch = newEpoch()
  #version = 0
  #history: { version: number; news: News }[] = []

  constructor({ mostHistory }: FeedOptions) {
    this.#mostHistory = mostHistory
  }

  /** What a page knows that has everything up to now. */
  get token(): string {
    return `${this.#epoch}.${this.#version}`
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /** Begins a new epoch: a reader with a token of an earlier one has to read everything again. */
  restart(): void {
    this.#epoch = newEpoch()
    this.#version = 0
    this.#history = []
  }

  /** Sends news that everybody must have; `make` is given the token that comes with it. */
  publish(make: (token: string) => News): void {
    this.#version += 1
    const news = make(this.token)
    this.#history = [...this.#history.slice(1 - this.#mostHistory), { version: this.#version, news }]
    this.tell(news)
  }

  /** Sends news that only those need who listen now. */
  tell(news: News): void {
    for (const listener of [...this.#listeners]) listener(news)
  }

  /** What was published after a token, oldest first; null where that is not known any more. */
  after(token: string | null): News[] | null {
    const [epoch, version] = (token ?? '').split('.')
    if (epoch !== this.#epoch || version === undefined || !/^\d+$/.test(version)) return null
    const missed = this.#history.filter((entry) => entry.version > Number(version))
    return missed.length < this.#version - Number(version) ? null : missed.map(({ news }) => news)
  }

  /** Returns what ends the listening; that tells whether it had not been ended before. */
  listen(listener: (news: News) => void): () => boolean {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Nobody listens any more. */
  clear(): void {
    this.#listeners.clear()
  }
}

const newEpoch = (): string => randomBytes(6).toString('hex')
