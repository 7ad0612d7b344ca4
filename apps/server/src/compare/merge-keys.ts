// Merges the keys of two intervals, which may have different prefixes, into one ordered list of pairs.
import { compareBytes, type OrderedSource, type RangeKnowledge, type ReadInterval, readPrefix } from '@registree/keyspace'
import type { KeyValue } from '../sources/source.ts'

/** One side of a merge. Keys are compared without their first `strip` bytes. */
export interface MergeSide {
  source: OrderedSource
  interval: ReadInterval
  strip: number
  revision: bigint
  knowledge: RangeKnowledge
}

/** The same key on both sides; null where it is missing. Never both. */
export interface Pair {
  left: KeyValue | null
  right: KeyValue | null
}

const PAGE = 1000

/** Yields pairs in the order of their keys, without values, at most about a page at a time. Memory: a few pages of keys of each side. */
export async function* mergeKeys(left: MergeSide, right: MergeSide, signal: AbortSignal): AsyncGenerator<Pair[], void> {
  const [a, b] = [new Cursor(left, signal), new Cursor(right, signal)]
  try {
    for (;;) {
      // One after the other when both are at their end: each reads ahead by itself.
      await a.fill()
      await b.fill()
      if (a.head === undefined && b.head === undefined) return
      const pairs: Pair[] = []
      while (pairs.length < PAGE && a.isReady && b.isReady) {
        const [x, y] = [a.head, b.head]
        if (x === undefined && y === undefined) break
        const order = x === undefined ? 1 : y === undefined ? -1 : compareBytes(x.key.subarray(left.strip), y.key.subarray(right.strip))
        pairs.push({ left: order <= 0 ? a.take() : null, right: order >= 0 ? b.take() : null })
      }
      yield pairs
    }
  } finally {
    await Promise.all([a.close(), b.close()])
  }
}

/** The keys of one side, one after the other. */
class Cursor {
  readonly #pages: AsyncGenerator<{ kvs: KeyValue[] }, void, void>
  #page: KeyValue[] = []
  #at = 0
  #ended = false

  constructor({ source, interval, revision, knowledge }: MergeSide, signal: AbortSignal) {
    this.#pages = readPrefix(source, { ...interval, revision, keysOnly: true, pageSize: PAGE, knowledge, signal })
  }

  /** The next key; undefined at the end, or if the next page must be read first. */
  get head(): KeyValue | undefined {
    return this.#page[this.#at]
  }

  /** Whether `head` is known: false if the next page must be read first. */
  get isReady(): boolean {
    return this.#ended || this.#at < this.#page.length
  }

  async fill(): Promise<void> {
    while (!this.isReady) {
      const { done, value } = await this.#pages.next()
      this.#ended = done === true
      this.#page = value?.kvs ?? []
      this.#at = 0
    }
  }

  take(): KeyValue | null {
    const key = this.#page[this.#at] ?? null
    this.#at += 1
    return key
  }

  async close(): Promise<void> {
    await this.#pages.return()
  }
}
