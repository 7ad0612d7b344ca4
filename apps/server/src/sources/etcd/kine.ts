// kine, which k3s runs in place of etcd on an SQL database: translates etcd's Range into reads that kine answers correctly.
// Source: github.com/k3s-io/kine pkg/server (list.go, get.go, kv.go, watch.go) of 0.13 … 0.17.
import {
  compareBytes,
  copyBytes,
  equalBytes,
  KEYSPACE_END,
  keySuccessor,
  prefixEnd,
  SLASH,
  startsWithBytes,
  utf8,
} from '@registree/keyspace'
import type { KeyValue, RangeReply, RangeRequest } from '../source.ts'

/** What some releases of kine support and others do not. */
export interface KineFeatures {
  /** Reads keys without their values, since 0.14. */
  keysOnly: boolean
  /**
   * Answers any interval, since 0.16. Before that a Range with an end lists one directory, which the end only helps to determine, and keys that do
   * not start with `/` cannot be listed.
   */
  ranges: boolean
  /** Whether a list includes its start key, since 0.14.12. */
  inclusive: boolean
}

/** Sends one Range to kine unchanged, without `serializable`. */
export type AskKine = (request: RangeRequest) => Promise<RangeReply>

/** `end` as in a Range. */
export interface Interval {
  key: Uint8Array
  end: Uint8Array | null
}

const ROOT = utf8('/')
/** Values read at once where only keys were requested. */
const PAGE = 500
/** Reads one key, which exists in every kine, for the newest revision. */
const NEWEST: RangeRequest = { key: utf8('/registry/health'), end: null, revision: 0n, limit: 1 }
/** Sorts after every UTF-8 text; kine's databases hold nothing else. */
const LAST = Uint8Array.of(0xf4, 0x8f, 0xbf, 0xbf)

export class Kine {
  readonly features: KineFeatures

  constructor(features: KineFeatures) {
    this.features = features
  }

  /** Determines the release by three reads of one key. Rejects as `ask` does. */
  static async meet(ask: AskKine, isUnimplemented: (error: unknown) => boolean): Promise<Kine> {
    const one = { revision: 0n, limit: 1 }
    const whole = { ...one, key: ROOT, end: prefixEnd(ROOT) }
    const withoutValues = await ask({ ...whole, keysOnly: true }).catch((error: unknown) => {
      if (isUnimplemented(error)) return null
      throw error
    })
    // kine creates /registry/health at its start.
    const [first] = (withoutValues ?? (await ask(whole))).kvs
    if (first === undefined) return new Kine({ keysOnly: withoutValues !== null, ranges: false, inclusive: false })
    const [alone, from] = await Promise.all([
      ask({ ...one, key: first.key, end: keySuccessor(first.key) }),
      ask({ ...one, key: first.key, end: prefixEnd(ROOT) }),
    ])
    const begins = ({ kvs }: RangeReply) => kvs[0] !== undefined && equalBytes(kvs[0].key, first.key)
    return new Kine({ keysOnly: withoutValues !== null, ranges: begins(alone), inclusive: begins(from) })
  }

  /** A Range as etcd would answer it, without the keys that kine cannot list. Rejects as `ask` does. */
  async range(request: RangeRequest, ask: AskKine): Promise<RangeReply> {
    if (request.end === null) return await this.#get({ ...request, end: null }, ask)
    if (this.features.ranges) return await ask({ ...request, end: withEnd(request.key, request.end) })
    return await this.#list(request, request.end, ask)
  }

  /** The interval to watch: at least the requested one. */
  watched({ key, end }: Interval): Interval {
    if (end === null) return { key, end }
    if (this.features.ranges) return { key, end: withEnd(key, end) }
    // A watch of a key that ends in / covers everything below it.
    const directory = directoryOf(key, end) ?? ROOT
    return { key: directory, end: prefixEnd(directory) }
  }

  async #get(request: RangeRequest & { end: null }, ask: AskKine): Promise<RangeReply> {
    const { keysOnly, countOnly, ...plain } = request
    const reply = await ask({ ...plain, limit: 1 })
    let [found] = reply.kvs
    // Before 0.16 a key is a pattern of SQL's LIKE, and one that ends in / means the directory: the first match may be another key.
    if (found !== undefined && !equalBytes(found.key, request.key))
      found = startsWithBytes(found.key, request.key) ? undefined : await this.#seek(request.key, reply.revision, request, ask)
    const kvs = found === undefined ? [] : [keysOnly ? withoutValue(found) : found]
    return { revision: reply.revision, count: kvs.length, more: false, kvs: countOnly ? [] : kvs }
  }

  /** One key, found by listing from shortly before it; undefined too for a key outside any directory. */
  async #seek(key: Uint8Array, newest: bigint, { revision }: RangeRequest, ask: AskKine): Promise<KeyValue | undefined> {
    const directory = ancestor(key)
    if (directory.length === 0) return undefined
    const before = copyBytes(key, 0, key.length - 1)
    for await (const kv of this.#walk(directory, before, revision > 0n ? revision : newest, ask)) {
      const order = compareBytes(kv.key, key)
      if (order === 0) return kv
      if (order > 0) return undefined
    }
    return undefined
  }

  async #list(request: RangeRequest, end: Uint8Array, ask: AskKine): Promise<RangeReply> {
    const interval = clip(request.key, end)
    if (interval === null) {
      const { revision } = await ask({ key: request.key, end: null, revision: request.revision, limit: 1 })
      return { revision, count: 0, more: false, kvs: [] }
    }
    const { directory, from, to } = interval
    const limit = request.countOnly ? 1 : Math.min(request.limit || PAGE, PAGE)
    const keysOnly = this.features.keysOnly && (request.keysOnly || request.countOnly)
    // A list reports the revision of a count that followed it. So the revision is pinned first, and all parts of an answer share it.
    const newest = request.revision > 0n ? null : (await ask(NEWEST)).revision
    const revision = newest ?? request.revision
    const first = await this.#first(directory, from, revision, ask)
    const page = await ask({ ...listOf(directory), key: from, revision, limit, ...(keysOnly ? { keysOnly } : {}) })
    const rows = [...(first?.kvs ?? []), ...page.kvs].filter((kv) => startsWithBytes(kv.key, directory))
    const inside = rows.filter(({ key }) => compareBytes(key, from) >= 0 && (to === null || compareBytes(key, to) < 0))
    const last = page.kvs.at(-1)
    const seenAll = !page.more || last === undefined || (to !== null && compareBytes(last.key, to) >= 0)
    const kvs = inside.slice(0, limit)
    const count = seenAll
      ? inside.length
      : hasWildcard(directory)
        ? await this.#countByReading(interval, revision, ask)
        : page.count + (first?.kvs.length ?? 0) - (to === null ? 0 : await this.#countFrom(directory, to, revision, ask))
    return {
      revision: newest ?? page.revision,
      count: Math.max(count, kvs.length),
      more: !request.countOnly && count > kvs.length,
      kvs: request.countOnly ? [] : request.keysOnly ? kvs.map(withoutValue) : kvs,
    }
  }

  /** The key at which a list begins, if the list itself would omit it. */
  async #first(directory: Uint8Array, from: Uint8Array, revision: bigint, ask: AskKine): Promise<RangeReply | null> {
    if (this.features.inclusive || equalBytes(from, directory) || from.at(-1) === 0) return null
    return await this.#get({ key: from, end: null, revision, limit: 1 }, ask)
  }

  /** How many keys of the directory are at or after `from`. */
  async #countFrom(directory: Uint8Array, from: Uint8Array, revision: bigint, ask: AskKine): Promise<number> {
    const [first, rest] = await Promise.all([
      this.#first(directory, from, revision, ask),
      ask({ ...listOf(directory), key: from, revision, limit: 1, ...(this.features.keysOnly ? { keysOnly: true } : {}) }),
    ])
    return rest.count + (first?.kvs.length ?? 0)
  }

  /** `_` and `%` in a directory's name also match other directories, and kine counts their keys too. */
  async #countByReading({ directory, from, to }: Clipped, revision: bigint, ask: AskKine): Promise<number> {
    const first = await this.#first(directory, from, revision, ask)
    let count = first?.kvs.length ?? 0
    for await (const { key } of this.#walk(directory, from, revision, ask)) {
      if (to !== null && compareBytes(key, to) >= 0) break
      if (first?.kvs[0] === undefined || !equalBytes(first.kvs[0].key, key)) count += 1
    }
    return count
  }

  /** The keys of a directory after `from`, and `from` itself if this release includes it. */
  async *#walk(directory: Uint8Array, from: Uint8Array, revision: bigint, ask: AskKine): AsyncGenerator<KeyValue> {
    let at = compareBytes(from, directory) < 0 ? directory : from
    for (;;) {
      const { kvs, more } = await ask({ ...listOf(directory), key: at, revision, limit: PAGE })
      for (const kv of kvs) if (startsWithBytes(kv.key, directory) && compareBytes(kv.key, from) >= 0) yield kv
      const last = kvs.at(-1)
      if (!more || last === undefined) return
      at = keySuccessor(last.key)
    }
  }
}

interface Clipped {
  /** Ends in `/`, and contains every key of the interval. */
  directory: Uint8Array
  from: Uint8Array
  /** Null: up to the end of the directory. */
  to: Uint8Array | null
}

/** The part of the interval that can be listed; null if there is none. */
function clip(key: Uint8Array, end: Uint8Array): Clipped | null {
  const rootEnd = prefixEnd(ROOT)
  const bounded = equalBytes(end, KEYSPACE_END) || compareBytes(end, rootEnd) > 0 ? rootEnd : end
  const from = compareBytes(key, ROOT) < 0 ? ROOT : key
  if (compareBytes(from, bounded) >= 0) return null
  const directory = directoryOf(from, bounded) ?? ROOT
  return { directory, from, to: equalBytes(bounded, prefixEnd(directory)) ? null : bounded }
}

/** The deepest directory that contains every key of `[key, end)`; null if the root does not. */
function directoryOf(key: Uint8Array, end: Uint8Array): Uint8Array | null {
  if (equalBytes(end, KEYSPACE_END)) return null
  for (let at = key.lastIndexOf(SLASH); at >= 0; at = at === 0 ? -1 : key.lastIndexOf(SLASH, at - 1)) {
    const directory = copyBytes(key, 0, at + 1)
    if (compareBytes(end, prefixEnd(directory)) <= 0) return directory
  }
  return null
}

/** The directory that a key is in; for a key that ends in `/`, the key itself. */
function ancestor(key: Uint8Array): Uint8Array {
  return copyBytes(key, 0, key.lastIndexOf(SLASH) + 1)
}

/** The common part of a Range that lists a directory; its key sets the start. */
const listOf = (directory: Uint8Array) => ({ end: prefixEnd(directory) })

/** kine accepts the end of the keyspace only together with its beginning. */
const withEnd = (key: Uint8Array, end: Uint8Array): Uint8Array =>
  equalBytes(end, KEYSPACE_END) && !equalBytes(key, KEYSPACE_END) ? LAST : end

const hasWildcard = (directory: Uint8Array): boolean => directory.includes(0x5f) || directory.includes(0x25)

const EMPTY = new Uint8Array(0)
const withoutValue = (kv: KeyValue): KeyValue => ({ ...kv, value: EMPTY })
