// Reads every key of an interval in pages at one revision, without making etcd walk the rest of it for each page.
import {
  commonPrefixLength,
  compareBytes,
  concatBytes,
  copyBytes,
  equalBytes,
  KEYSPACE_END,
  keySuccessor,
  prefixEndOrNull,
  SLASH,
  toHex,
  utf8,
} from './bytes.ts'
import { type End, EndLadder } from './end-ladder.ts'
import { KeyScan, MAX_PAGE, type Milestone } from './key-scan.ts'
import { listLevel, listNames } from './list-level.ts'
import type { KeysTogether, KeyValue, OrderedSource, RangeReply } from './ordered-source.ts'
import { RangeKnowledge } from './range-knowledge.ts'
import { isRegistryPrefix, tellingLists } from './registry-names.ts'

/** What to read: a prefix (the empty one is everything), or `[key, end)` with `[0]` or null for the end of the keyspace. */
export type ReadInterval = { prefix: Uint8Array } | { key: Uint8Array; end: Uint8Array | null }

export type ReadPrefixRequest = ReadInterval & {
  /** 0n is the newest: the first reply decides, and everything uses that revision. */
  revision: bigint
  keysOnly: boolean
  /** Keys per Range: at most 1,000, and a few hundred with values. */
  pageSize: number
  /** The same for the first Range, when the first keys matter more than many. */
  firstPage?: number | undefined
  /** Approximate size of the values in a Range, in bytes: pages shrink for large values. */
  pageBytes?: number | undefined
  /** Asked before a part is begun while another is under way: false reads one after another, for example when memory is short. */
  readsAhead?: (() => boolean) | undefined
  knowledge?: RangeKnowledge | undefined
  signal?: AbortSignal | undefined
}

export interface ReadPage {
  revision: bigint
  /** In byte order. May be empty if a Range found nothing. Keys read alone may share a buffer: copy those that are kept. */
  kvs: KeyValue[]
  /** The keys of `kvs` once more, where they lie in one buffer: then `kvs` may be made when it is asked for. */
  together?: KeysTogether | undefined
  /** Number of keys that this Range walked. */
  walked: number
}

const MAX_PAGES_REMEMBERED = 20_000
/** A directory with this many keys is listed before it is read, if it has subdirectories. */
const LARGE = 2_000
const LARGE_TO_LEARN_FROM = 2

/** An interval to read from left to right; `expected` keys, if known. */
interface Stretch {
  from: Uint8Array
  end: End
  expected: number | undefined
  /** Its directory; nothing is expected before it. */
  begins?: Uint8Array
  /** Keys walked to find it that were not reported yet. */
  walked: number
  /** It was one page the last time: one Range reads it, and there is nothing to find out about its keys. */
  onePage?: boolean
  /** Set by the reader: the number of keys so far. */
  found: number
  /** Set by the reader once a reply tells: the total number of keys. */
  size?: number
}

/** Maximum parallel Ranges; values cost more than keys. */
const IN_FLIGHT = { keys: 4, values: 2 }
/** How many pages one part of the interval may be ahead of its consumer. */
const AHEAD = { keys: 3, values: 1 }

/**
 * Every key of the interval in byte order, at most a page per Range. A few Ranges run while a page is processed, at most a few pages ahead: to stop
 * requests, stop reading. Errors of the source end the iteration.
 */
export async function* readPrefix(source: OrderedSource, request: ReadPrefixRequest): AsyncGenerator<ReadPage, void, void> {
  const gone = new AbortController()
  const leave = () => gone.abort(request.signal?.reason)
  if (request.signal?.aborted) leave()
  else request.signal?.addEventListener('abort', leave, { once: true })
  const reading = new PrefixReading(source, request, gone.signal)
  try {
    yield* reading.pages()
  } finally {
    request.signal?.removeEventListener('abort', leave)
    gone.abort()
    await reading.settled()
  }
}

/** One part being read: pages not consumed yet, and whether more will come. */
interface Reader {
  stretch: Stretch
  pages: ReadPage[]
  finished: boolean
}

class PrefixReading {
  readonly #source: OrderedSource
  readonly #request: ReadPrefixRequest
  readonly #signal: AbortSignal
  readonly #ladderBase: number
  readonly #from: Uint8Array
  readonly #end: End
  readonly #name: string
  readonly #inFlight: number
  readonly #ahead: number
  readonly #fullPage: number
  #revision: bigint
  #readers: Reader[] = []
  #allFound = false
  #failure: { error: unknown } | null = null
  readonly #work = new Set<Promise<void>>()
  #wake: (() => void)[] = []
  /** What earlier walks learned about the keys. */
  #taught: EndLadder
  #remembered: Milestone[] = []
  /** Of the last of them. */
  #rememberedBytes = 0
  #meanBytes = 0
  #begun = false
  /** Values were seen. */
  #weighed = false
  #largeRead = 0

  constructor(source: OrderedSource, request: ReadPrefixRequest, signal: AbortSignal) {
    this.#source = source
    this.#request = request
    this.#signal = signal
    this.#revision = request.revision
    this.#fullPage = Math.max(1, Math.min(MAX_PAGE, request.pageSize))
    this.#from = 'prefix' in request ? request.prefix : request.key
    this.#end = 'prefix' in request ? prefixEndOrNull(request.prefix) : openEnd(request.end)
    this.#name = `${toHex(this.#from)}-${this.#end === null ? '' : toHex(this.#end)}`
    this.#ladderBase = 'prefix' in request ? this.#from.length : commonPrefixLength(this.#from, this.#end ?? new Uint8Array(0))
    this.#taught = new EndLadder(this.#ladderBase)
    this.#inFlight = request.keysOnly ? IN_FLIGHT.keys : IN_FLIGHT.values
    this.#ahead = request.keysOnly ? AHEAD.keys : AHEAD.values
  }

  async *pages(): AsyncGenerator<ReadPage, void, void> {
    this.#start(this.#findStretches())
    for (;;) {
      const head = this.#readers[0]
      const page = head?.pages.shift()
      if (page !== undefined) {
        this.#changed()
        this.#remember(page)
        yield page
      } else if (head?.finished) {
        this.#readers.shift()
        this.#changed()
      } else if (this.#failure !== null) {
        throw this.#failure.error
      } else if (head === undefined && this.#allFound) {
        break
      } else {
        this.#signal.throwIfAborted()
        await this.#change()
      }
    }
    this.#request.knowledge?.rememberPages(this.#name, this.#remembered)
  }

  /** Resolves when nothing is running any more. */
  async settled(): Promise<void> {
    this.#changed()
    while (this.#work.size > 0) await Promise.all(this.#work)
  }

  async #findStretches(): Promise<void> {
    for await (const stretch of this.#stretches()) {
      const reader: Reader = { stretch, pages: [], finished: false }
      this.#readers.push(reader)
      this.#start(this.#read(reader))
      // The first reply decides the revision: nothing runs in parallel.
      while (this.#goesOn() && !reader.finished && this.#mustWait(stretch)) await this.#change()
      while (this.#goesOn() && this.#farEnoughAhead()) await this.#change()
      if (!this.#goesOn()) return
    }
    this.#allFound = true
  }

  /** If the size is unknown, one look precedes the next; and the first large parts show how names like theirs are distributed. */
  #mustWait({ expected, size }: Stretch): boolean {
    if (this.#revision === 0n || (expected === undefined && size === undefined)) return true
    return this.#largeRead < LARGE_TO_LEARN_FROM && Math.max(size ?? 0, expected ?? 0) > LARGE
  }

  /** Whether to start no further part: running ones limit their own pages, and those of finished ones are limited together. */
  #farEnoughAhead(): boolean {
    let underWay = 0
    let waiting = 0
    for (const { finished, pages } of this.#readers) {
      if (finished) waiting += pages.length
      else underWay++
    }
    if (underWay + waiting > 0 && this.#request.readsAhead?.() === false) return true
    return underWay >= this.#inFlight || waiting >= this.#inFlight * this.#ahead
  }

  #stretches(): AsyncIterable<Stretch> | Iterable<Stretch> {
    const { prefix, knowledge } = { prefix: undefined, ...this.#request }
    const known = knowledge?.pagesOf(this.#name)
    if (known !== undefined) return stretchesByPage(this.#from, this.#end, known)
    if (prefix === undefined || !hasRegistryBelow(prefix))
      return [{ from: this.#from, end: this.#end, expected: undefined, walked: 0, found: 0 }]
    return stretchesOf(
      this.#source,
      prefix,
      knowledge ?? new RangeKnowledge(),
      () => this.#revision,
      (pinned) => {
        this.#revision = pinned
      },
      this.#fullPage,
      this.#signal,
    )
  }

  async #read(reader: Reader): Promise<void> {
    const { stretch } = reader
    if (stretch.onePage && this.#request.keysOnly && this.#revision !== 0n && (await this.#readOnePage(reader))) return
    const ladder = this.#taught.fork()
    const scan = new KeyScan({
      source: this.#source,
      prefix: 'prefix' in this.#request ? this.#from : new Uint8Array(0),
      from: stretch.from,
      end: stretch.end,
      revision: this.#revision,
      fold: false,
      keysOnly: this.#request.keysOnly,
      expected: stretch.expected,
      begins: stretch.begins,
      ladder,
    })
    let unreported = stretch.walked
    while (!scan.done) {
      while (reader.pages.length >= this.#ahead && this.#goesOn()) await this.#change()
      this.#signal.throwIfAborted()
      const { walked } = scan.cost
      const found = await scan.step(this.#pageSize(), this.#signal)
      this.#revision = scan.revision
      this.#taught = ladder
      stretch.found += found.length
      const { remaining } = scan
      if (remaining !== undefined) stretch.size = stretch.found + remaining
      this.#changed()
      unreported += scan.cost.walked - walked
      if (found.length === 0 && !scan.done) continue
      const kvs = found.map((child) => child.first)
      this.#weigh(kvs)
      reader.pages.push({ revision: scan.revision, kvs, together: scan.together, walked: unreported })
      unreported = 0
      this.#changed()
    }
    if (unreported > 0) reader.pages.push({ revision: this.#revision, kvs: [], walked: unreported })
    if (stretch.found > LARGE) this.#largeRead++
    reader.finished = true
    this.#changed()
  }

  /** False if it has become more than a page: the rest is read as anything unknown is. */
  async #readOnePage(reader: Reader): Promise<boolean> {
    const { stretch } = reader
    const { from, end } = stretch
    const limit = this.#fullPage
    const reply = await this.#source.range(
      {
        key: from.length === 0 ? KEYSPACE_END : from,
        end: end ?? KEYSPACE_END,
        revision: this.#revision,
        limit,
        keysOnly: true,
        keysTogether: true,
      },
      this.#signal,
    )
    const { more, count } = reply
    const { size, last } = keysOf(reply)
    stretch.found += size
    if (size > 0) reader.pages.push(pageOf(reply, this.#revision))
    if (more && last !== undefined) {
      stretch.from = keySuccessor(last)
      stretch.expected = count - size
    } else reader.finished = true
    this.#changed()
    return reader.finished
  }

  #pageSize(): number {
    const { firstPage, pageBytes } = this.#request
    // Before any value was seen, a full page could have any size.
    const isFirst = pageBytes === undefined ? !this.#begun : !this.#weighed
    this.#begun = true
    const most = isFirst && firstPage !== undefined ? Math.max(1, Math.min(this.#fullPage, firstPage)) : this.#fullPage
    return pageBytes === undefined || this.#meanBytes === 0 ? most : Math.max(1, Math.min(most, Math.floor(pageBytes / this.#meanBytes)))
  }

  /** Large values are clustered: the previous page predicts the next better than the mean of all. */
  #weigh(kvs: readonly KeyValue[]): void {
    if (kvs.length === 0) return
    this.#weighed = true
    const mean = kvs.reduce((sum, { value }) => sum + value.length, 0) / kvs.length
    this.#meanBytes = Math.max(mean, (this.#meanBytes + mean) / 2)
  }

  /** Remembers where pages ended, for the next time. Small ones are put together, within both limits of a page. */
  #remember(page: ReadPage): void {
    const { first, last, size } = keysOf(page)
    if (first === undefined || last === undefined || this.#remembered.length >= MAX_PAGES_REMEMBERED) return
    const before = this.#remembered.at(-1)
    const bytes = this.#request.keysOnly ? 0 : page.kvs.reduce((sum, { value }) => sum + value.length, 0)
    const together = this.#rememberedBytes + bytes
    if (before !== undefined && before.weight + size <= this.#fullPage && together <= (this.#request.pageBytes ?? together)) {
      before.weight += size
      before.end = keySuccessor(last)
      this.#rememberedBytes = together
    } else {
      this.#remembered.push({ start: copyBytes(first), end: keySuccessor(last), weight: size, inside: [], counted: true })
      this.#rememberedBytes = bytes
    }
  }

  #start(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => {
        this.#work.delete(done)
        this.#changed()
      })
    this.#work.add(done)
  }

  #goesOn(): boolean {
    return this.#failure === null && !this.#signal.aborted
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake.push(resolve)
    })
  }

  #changed(): void {
    const wake = this.#wake
    this.#wake = []
    for (const resolve of wake) resolve()
  }
}

/** A page of a reply, whose keys become objects only if somebody asks for them. */
function pageOf(reply: RangeReply, revision: bigint): ReadPage {
  return {
    ...{ revision, together: reply.together, walked: reply.count },
    get kvs() {
      return reply.kvs
    },
  }
}

/** The number of keys, and the first and last of them. */
function keysOf(page: Pick<ReadPage, 'kvs' | 'together'>): { size: number; first: Uint8Array | undefined; last: Uint8Array | undefined } {
  const { together } = page
  if (together === undefined) return { size: page.kvs.length, first: page.kvs[0]?.key, last: page.kvs.at(-1)?.key }
  const { bytes, starts } = together
  const size = starts.length - 1
  if (size === 0) return { size, first: undefined, last: undefined }
  return { size, first: bytes.subarray(0, starts[1]), last: bytes.subarray(starts[size - 1], starts[size]) }
}

/** One part per page of last time. */
function* stretchesByPage(from: Uint8Array, end: End, pages: readonly Milestone[]): Generator<Stretch, void, void> {
  if (pages.length === 0) yield { from, end, expected: undefined, walked: 0, found: 0 }
  for (let i = 0; i < pages.length; i++) {
    const start = i === 0 ? from : (pages[i] as Milestone).start
    yield { from: start, end: pages[i + 1]?.start ?? end, expected: (pages[i] as Milestone).weight, walked: 0, found: 0, onePage: true }
  }
}

/** Whether the usual directories of an API server apply to this prefix. */
function hasRegistryBelow(prefix: Uint8Array): boolean {
  const lists = tellingLists(prefix)
  return (
    lists.namespaces !== undefined || lists.customResourceDefinitions !== undefined || prefix.length === 0 || equalBytes(prefix, utf8('/'))
  )
}

/**
 * Splits a prefix into parts that are each in one directory, or contain several small ones: a Range that extends from one directory into the next
 * would walk all of the next one. The levels above the last are listed for this, which costs little with usual names.
 */
async function* stretchesOf(
  source: OrderedSource,
  prefix: Uint8Array,
  knowledge: RangeKnowledge,
  pinned: () => bigint,
  pin: (revision: bigint) => void,
  pageSize: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Stretch, void, void> {
  const list = isRegistryPrefix(prefix) ? undefined : tellingLists(prefix).namespaces
  if (list !== undefined && !equalBytes(list, prefix)) {
    if (knowledge.lastLevel(list) === undefined) {
      const page = await listNames(source, list, pinned(), knowledge, signal)
      if (page !== null) {
        pin(page.revision)
        yield { from: prefix, end: prefix, expected: 0, walked: page.walked, found: 0 }
      }
    }
    const namespaces = (knowledge.lastLevel(list)?.children ?? [])
      .filter((child) => !child.directory)
      .map((child) => copyBytes(child.bytes, list.length))
    if (namespaces.length > 0) return yield* stretchesByName(prefix, namespaces, pageSize)
  }
  let pending: Stretch = { from: prefix, end: prefix, expected: 0, walked: 0, found: 0 }
  let cursor: string | undefined
  do {
    const page = await listLevel(source, { prefix, revision: pinned(), cursor, limit: MAX_PAGE, knowledge, signal })
    pin(page.revision)
    pending.walked += page.walked
    cursor = page.cursor
    for (const entry of page.entries) {
      if (entry.kind === 'key') {
        pending.end = keySuccessor(entry.key)
        pending.expected = (pending.expected ?? 0) + 1
        continue
      }
      const directoryEnd = prefixEndOrNull(entry.prefix)
      const expected = expectedBelow(knowledge, entry.prefix, pageSize)
      if (expected !== undefined && (pending.expected ?? 0) + expected <= pageSize) {
        pending.end = directoryEnd
        pending.expected = (pending.expected ?? 0) + expected
        continue
      }
      if ((pending.expected ?? 0) > 0) yield pending
      else if (pending.walked > 0) yield { ...pending, end: pending.from }
      if (isNested(knowledge, entry.prefix) && (expected === undefined || expected > LARGE)) {
        yield* stretchesOf(source, entry.prefix, knowledge, pinned, pin, pageSize, signal)
      } else yield { from: entry.prefix, end: directoryEnd, expected, walked: 0, found: 0 }
      if (directoryEnd === null) return
      pending = { from: directoryEnd, end: directoryEnd, expected: 0, walked: 0, found: 0 }
    }
  } while (cursor !== undefined)
  if ((pending.expected ?? 0) > 0 || pending.walked > 0) yield { ...pending, end: (pending.expected ?? 0) > 0 ? pending.end : pending.from }
}

/** The keys counted below a prefix; else a guess, which is trusted only if they fit in a page. */
function expectedBelow(knowledge: RangeKnowledge, prefix: Uint8Array, pageSize: number): number | undefined {
  const counted = knowledge.expectedBelow(prefix)
  if (counted !== undefined) return counted
  const guess = knowledge.guessBelow(prefix)
  return guess !== undefined && guess <= pageSize ? guess : undefined
}

/** Whether the first known key of a directory is in a directory below it. */
function isNested(knowledge: RangeKnowledge, directory: Uint8Array): boolean {
  const first = knowledge.firstBelow(directory)?.key
  return first !== undefined && first.indexOf(SLASH, directory.length) >= 0
}

/** One part per namespace, or for several small ones; keys between the known names belong to the next of them. */
function* stretchesByName(prefix: Uint8Array, names: readonly Uint8Array[], pageSize: number): Generator<Stretch, void, void> {
  const directories = names.map((name) => concatBytes(prefix, name, utf8('/'))).sort(compareBytes)
  const before: { stretch: Stretch; together: number }[] = []
  let from = prefix
  for (let i = 0; i < directories.length; ) {
    const average = averageOf(before)
    const growth = 2 * (before.at(-1)?.together ?? 0.5)
    const fitting = Math.floor((0.8 * pageSize) / Math.max(average ?? pageSize, 1))
    const together = Math.max(1, Math.min(directories.length - i, fitting, growth))
    const begins = directories[i] as Uint8Array
    i += together
    const end = prefixEndOrNull(directories[i - 1] as Uint8Array)
    const stretch: Stretch = { from, end, expected: average && average * together, begins, walked: 0, found: 0 }
    before.push({ stretch, together })
    yield stretch
    if (end === null) return
    from = end
  }
  yield { from, end: prefixEndOrNull(prefix), expected: undefined, walked: 0, found: 0 }
}

/** The average size of the last namespaces read. */
function averageOf(stretches: readonly { stretch: Stretch; together: number }[]): number | undefined {
  const last = stretches.filter(({ stretch }) => stretch.size !== undefined).slice(-4)
  const names = last.reduce((sum, { together }) => sum + together, 0)
  return names === 0 ? undefined : last.reduce((sum, { stretch }) => sum + (stretch.size ?? 0), 0) / names
}

function openEnd(end: Uint8Array | null): End {
  return end === null || (end.length === 1 && end[0] === 0) ? null : end
}
