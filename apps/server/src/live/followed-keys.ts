// Follows some keys for all pages that show them: one watch, changes in batches, each batch made once for all readers of one form.
import { setMaxListeners } from 'node:events'
import type { LiveTouch } from '@registree/contract'
import { Timers } from '../follow/timers.ts'
import { applying, WatchSet } from '../follow/watch-set.ts'
import { type ErrorMessage, inEnglish } from '../messages/in-english.ts'
import { isAppError } from '../problem.ts'
import { pause } from '../sources/pause.ts'
import type { OpenedCluster, V3Change } from '../sources/source.ts'
import type { Subject } from './subject.ts'
import { type Form, ToldChanges, type ToldLimits } from './told-changes.ts'

/** One page that follows. */
export interface Reader {
  /** Sends one event; `id` is the position that the browser names when it returns. */
  send(event: { id: string; data: Buffer }): void
  /** Bytes that were sent and not taken yet. */
  unread(): number
}

export interface FollowedOptions {
  opened: OpenedCluster
  subject: Subject
  now: () => Date
  /** Called once nobody has read it for a while, or its history ended. */
  onEnd: () => void
  times?: Partial<FollowedTimes>
}

/** In ms. */
export interface FollowedTimes {
  /** Minimum interval between events; changes within it go out together. */
  batchMs: number
  /** First reconnect delay; doubles up to 20×. */
  retryMs: number
  /** How long the watch stays open after the last reader left. */
  idleMs: number
}

const TIMES: FollowedTimes = { batchMs: 200, retryMs: 500, idleMs: 30_000 }
/** Delay of the first change after a quiet time, in ms: changes of the same moment go out with it. */
const MOMENT_MS = 20
/** A page that has not taken so many bytes waits for the newest of each key. */
const MOST_UNREAD = 256 * 1024
const LIMITS: ToldLimits = { mostKeys: 20_000, mostText: 16 * 1024 * 1024 }
/** Bytes of the newest changes, which are kept for readers of a form that nobody had asked for before. */
const MOST_RECENT_BYTES = 2 * 1024 * 1024
/** Pages that are told of missed changes within this interval count as told at once, in ms. */
const AT_ONCE_MS = 5_000
/** Bytes of changes that wait for their batch. More are given up, and pages have to be read again. */
const MOST_PENDING_BYTES = 64 * 1024 * 1024

interface Place {
  reader: Reader
  /** Everything up to here was sent. */
  upTo: bigint
  behind: boolean
}

interface Group {
  form: Form
  /** False until it was told what is still at hand from before it came. */
  begun: boolean
  told: ToldChanges
  places: Set<Place>
}

/** All that a reader has not got; null if some of it is not known. */
interface News {
  place: Place
  upTo: bigint
  data: Buffer | null
}

export class FollowedKeys {
  readonly #subject: Subject
  readonly #now: () => Date
  readonly #onEnd: () => void
  readonly #times: FollowedTimes
  readonly #groups = new Map<string, Group>()
  readonly #timers = new Timers()
  readonly #watches: WatchSet
  readonly #run = new AbortController()
  readonly #epoch: string
  readonly #stopHearing: () => void
  #touch: LiveTouch
  #started = false
  #pending = new Map<string, V3Change>()
  #pendingBytes = 0
  /** The newest changes, oldest first: all of them after `#recentFrom`. */
  #recent: { change: V3Change; size: number }[] = []
  #recentFrom = 0n
  #recentBytes = 0
  #lost = false
  #making = false
  /** How many pages were last told that they missed changes, and when, by `performance.now()`. */
  #missed = { pages: 0, at: Number.NEGATIVE_INFINITY }
  /** When the last batch began and ended, by `performance.now()`. */
  #flushed = { began: 0, ended: 0 }

  constructor({ opened, subject, now, onEnd, times = {} }: FollowedOptions) {
    this.#subject = subject
    // Each batch adds a listener.
    setMaxListeners(0, this.#run.signal)
    this.#now = now
    this.#onEnd = onEnd
    this.#times = { ...TIMES, ...times }
    this.#touch = { following: false, since: now().toISOString(), reason: null, sentences: [] }
    this.#epoch = opened.identity.epoch
    this.#stopHearing = opened.identity.onChange(() => {
      // What follows may be another history: pages are read again anyway.
      if (opened.identity.epoch !== this.#epoch) this.end()
    })
    this.#watches = new WatchSet({
      retryMs: this.#times.retryMs,
      onGap: () => {
        this.#lost = true
        this.#flushSoon()
      },
      onState: (reason) => this.#tellTouch(reason),
    })
  }

  get readers(): number {
    let readers = 0
    for (const { places } of this.#groups.values()) readers += places.size
    return readers
  }

  /** Number of open watches. */
  get watches(): number {
    return this.#watches.size
  }

  /**
   * Sends what changes after a revision, in the form that `group` names, until the returned function is called. A reader that follows from a revision
   * of which changes are no longer known is told that it missed some.
   */
  follow(reader: Reader, { group: name, form, after }: { group: string; form: Form; after: bigint }): () => void {
    this.#timers.cancel('idle')
    const group = this.#groups.get(name) ?? { form, begun: false, told: new ToldChanges(0n, LIMITS), places: new Set() }
    this.#groups.set(name, group)
    const place: Place = { reader, upTo: after, behind: false }
    group.places.add(place)
    if (!this.#started) {
      this.#started = true
      void this.#start(after)
    }
    this.#send(place, { revision: after, touch: this.#touch })
    if (group.begun) this.#deliver([group])
    else if (this.#watches.size > 0) this.#flushSoon()
    return () => {
      group.places.delete(place)
      if (this.readers === 0) this.#timers.later('idle', this.#times.idleMs, () => this.end())
    }
  }

  /** Ends it for all readers, who have to read again. */
  end(): void {
    if (this.#run.signal.aborted) return
    this.#run.abort()
    this.#stopHearing()
    this.#watches.clear()
    this.#timers.cancelAll()
    const pages = this.readers
    for (const { places } of this.#groups.values()) {
      for (const place of places) this.#send(place, { revision: place.upTo, missed: true, pages })
      places.clear()
    }
    this.#groups.clear()
    this.#onEnd()
  }

  async #start(after: bigint): Promise<void> {
    const { signal } = this.#run
    let delay = this.#times.retryMs
    for (;;) {
      try {
        const { from, state } = await this.#subject.begin(after, signal)
        if (signal.aborted) return
        this.#watch(from)
        if (state === null) return
        this.#recentFrom = 0n
        this.#take(state)
        return
      } catch (error) {
        if (signal.aborted) return
        this.#tellTouch(isAppError(error) ? error.says : { code: 'follow-internal', params: {} })
        // What is refused would be refused again and again.
        if (isAppError(error, 'SOURCE_FORBIDDEN')) return
        await pause(delay, signal)
        delay = Math.min(delay * 2, this.#times.retryMs * 20)
      }
    }
  }

  #watch(from: bigint): void {
    this.#recentFrom = from
    const target = {
      name: WATCH,
      from,
      watch: (after: bigint, signal: AbortSignal) =>
        untilRefused(
          applying(this.#subject.watch(after, signal), (change) => this.#take(change)),
          signal,
          (reason) => this.#tellTouch(reason),
        ),
    }
    this.#watches.watch([target], this.#run.signal)
    this.#flushSoon()
  }

  /** Only the newest change of a key waits. */
  #take(change: V3Change): void {
    const id = idOf(change.key)
    const before = this.#pending.get(id)
    this.#pending.delete(id)
    this.#pending.set(id, change)
    const size = sizeOf(change)
    this.#recent.push({ change, size })
    this.#recentBytes += size
    this.#pendingBytes += size - (before === undefined ? 0 : sizeOf(before))
    if (this.#pendingBytes > MOST_PENDING_BYTES) {
      this.#pending.clear()
      this.#pendingBytes = 0
      this.#lost = true
    }
    this.#flushSoon()
  }

  #flushSoon(): void {
    if (this.#making) return
    const { batchMs } = this.#times
    const { began, ended } = this.#flushed
    const now = performance.now()
    // What a batch took is part of the interval; one that took longer than that is followed by a rest.
    const wait = Math.max(Math.min(batchMs, MOMENT_MS), batchMs - (now - began), (ended - began) / 2 - (now - ended))
    this.#timers.later('flush', wait, () => void this.#flush())
  }

  async #flush(): Promise<void> {
    const changes = [...this.#pending.values()]
    const upTo = this.#watches.positions.get(WATCH) ?? 0n
    this.#pending = new Map()
    this.#pendingBytes = 0
    const lost = this.#lost
    this.#lost = false
    this.#making = true
    const began = performance.now()
    try {
      if (lost) this.#forgetRecent(upTo)
      await Promise.all([...this.#groups.values()].map((group) => this.#make(group, changes, upTo, lost)))
      this.#shortenRecent()
      if (this.#run.signal.aborted) return
      this.#deliver(this.#groups.values())
    } catch {
      // As after a gap: the next batch tells the pages to read again. Nobody waits for this promise: a rejection would end the server.
      this.#lost = true
    } finally {
      this.#making = false
    }
    if (this.#run.signal.aborted) return
    for (const [name, { places }] of this.#groups) if (places.size === 0 && this.readers > 0) this.#groups.delete(name)
    this.#flushed = { began, ended: performance.now() }
    if (this.#pending.size > 0 || this.#lost || [...this.#groups.values()].some(({ begun }) => !begun)) this.#flushSoon()
  }

  #forgetRecent(upTo: bigint): void {
    this.#recent = []
    this.#recentBytes = 0
    this.#recentFrom = upTo
  }

  #shortenRecent(): void {
    let left = 0
    for (const { change, size } of this.#recent) {
      if (this.#recentBytes <= MOST_RECENT_BYTES) break
      left += 1
      this.#recentBytes -= size
      this.#recentFrom = change.revision
    }
    if (left > 0) this.#recent = this.#recent.slice(left)
  }

  async #make(group: Group, batch: readonly V3Change[], upTo: bigint, lost: boolean): Promise<void> {
    const { form, told, begun } = group
    group.begun = true
    if (!begun) told.lose(this.#recentFrom)
    if (lost) return told.lose(upTo)
    const changes = begun
      ? batch
      : newestOf(
          this.#recent.map(({ change }) => change),
          upTo,
        )
    try {
      const texts = changes.length === 0 ? [] : await form(changes, this.#run.signal)
      told.add(
        changes.map(({ key, revision }, i) => ({ id: idOf(key), revision, json: texts[i] as string })),
        upTo,
      )
    } catch {
      // What could not be told has to be read.
      told.lose(upTo)
    }
  }

  /** Sends everybody what they have not got; readers at the same place get the same bytes. */
  #deliver(groups: Iterable<Group>): void {
    const news = [...groups].flatMap((group) => this.#newsOf(group))
    const missed = news.filter(({ data }) => data === null).length
    const pages = missed === 0 ? 0 : this.#countMissed(missed)
    for (const { place, upTo, data } of news) {
      if (data === null) this.#send(place, { revision: place.upTo, missed: true, pages })
      else place.reader.send({ id: String(upTo), data })
      place.upTo = upTo
    }
  }

  /** What each reader has not got, unless it is slow. */
  #newsOf({ begun, told, places }: Group): News[] {
    if (!begun) return []
    const made = new Map<bigint, Buffer | null>()
    const news: News[] = []
    for (const place of places) {
      if (place.upTo >= told.upTo) continue
      place.behind = place.reader.unread() > MOST_UNREAD
      if (place.behind) {
        this.#timers.later('behind', this.#times.batchMs, () => this.#deliver(this.#groups.values()))
        continue
      }
      let data = made.get(place.upTo)
      if (data === undefined) {
        data = newsAfter(told, place.upTo)
        made.set(place.upTo, data)
      }
      news.push({ place, upTo: told.upTo, data })
    }
    return news
  }

  /** Adds pages that missed changes, and returns how many did at about the same time: pages that reconnect one by one get rising numbers. */
  #countMissed(more: number): number {
    const { pages, at } = this.#missed
    const now = performance.now()
    this.#missed = { pages: now - at > AT_ONCE_MS ? more : pages + more, at: now }
    return this.#missed.pages
  }

  #tellTouch(reason: ErrorMessage | null): void {
    const following = this.#watches.connected
    const before = this.#touch
    if (following === before.following && (following || before.reason !== null || reason === null)) return
    const since = following === before.following ? before.since : this.#now().toISOString()
    this.#touch = {
      following,
      since,
      ...(following
        ? { reason: null, sentences: [] }
        : reason === null
          ? { reason: before.reason, sentences: before.sentences }
          : { reason: inEnglish.any([reason]), sentences: [reason] }),
    }
    for (const group of this.#groups.values()) {
      for (const place of group.places) this.#send(place, { revision: place.upTo, touch: this.#touch })
    }
    if (following) this.#deliver(this.#groups.values())
  }

  #send({ reader, upTo }: Place, { revision, ...news }: { revision: bigint; touch?: LiveTouch; missed?: true; pages?: number }): void {
    reader.send({ id: String(upTo), data: Buffer.from(JSON.stringify({ revision: String(revision), ...news })) })
  }
}

const WATCH = 'keys'

/** A watch that this user may not have is not asked for again: it stays silent. */
async function* untilRefused<Reply>(
  replies: AsyncIterable<Reply>,
  signal: AbortSignal,
  onRefused: (reason: ErrorMessage) => void,
): AsyncGenerator<Reply> {
  try {
    yield* replies
  } catch (error) {
    if (!isAppError(error, 'SOURCE_FORBIDDEN')) throw error
    onRefused(error.says)
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  }
}

function newsAfter(told: ToldChanges, revision: bigint): Buffer | null {
  const changes = told.after(revision)
  return changes === null ? null : Buffer.from(`{"revision":"${told.upTo}","changes":[${changes.join()}]}`)
}

/** The newest change of each key, in the order of revisions. */
function newestOf(changes: readonly V3Change[], upTo: bigint): V3Change[] {
  const newest = new Map<string, V3Change>()
  for (const change of changes) {
    if (change.revision > upTo) continue
    const id = idOf(change.key)
    newest.delete(id)
    newest.set(id, change)
  }
  return [...newest.values()]
}

const sizeOf = ({ key, kv }: V3Change): number => key.length + (kv?.value.length ?? 0)

/** One character a byte. */
const idOf = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
