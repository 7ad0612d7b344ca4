// Searches both keyspaces in the order of their keys: keys alone where they answer the question, else values in pages that threads search.
import type { SearchEnd, SearchResult, SearchStreamLine, Unsearched } from '@registree/contract'
import { toWireKey } from '@registree/contract'
import type { ValuePlaces } from '@registree/etcd-file'
import { parseAddress } from '@registree/flannel'
import {
  compareBytes,
  countPrefix,
  type Interval,
  KEYSPACE_END,
  keySuccessor,
  prefixEndOrNull,
  type ReadPage,
  readPrefix,
  utf8,
} from '@registree/keyspace'
import { RESOURCES } from '@registree/kube'
import { type KeyFacts, keyNeedle, PatternError, parseQuery, readSearch, type SearchCondition, SearchMatcher } from '@registree/query'
import type { Reading } from '../clusters/reading.ts'
import { holdersOfAddress } from '../flannel/node-subnets.ts'
import { JobStopped } from '../jobs/job-stopped.ts'
import { packPage } from '../jobs/page-transfer.ts'
import { namesOfKind, PageKey, type SearchOfPages, type SearchPageOutput, tooCostly } from '../jobs/search-page.ts'
import { AppError, isAppError } from '../problem.ts'
import { listDirectories, readCatalogue } from '../registry/catalogue.ts'
import { valuePages } from '../registry/value-pages.ts'
import { cancelled } from '../sources/read-queue.ts'
import { type KeyValue, type RangeReply, toWireMoment } from '../sources/source.ts'
import { v2Pages } from '../sources/v2-nodes.ts'
import { readAhead } from '../streams/read-ahead.ts'
import { parseAddressRange } from '../values/address-range.ts'
import { keysHolding, togetherOf } from '../values/raw-search.ts'
import { shareThread } from '../values/share-thread.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'
import { badQuery } from './bad-query.ts'

export interface SearchRead extends Reading {
  query: string
  /** 0n for the newest. */
  revision: bigint
  /** Results of this answer. */
  limit: number
  /** Continue behind this key; null for all. */
  after: { keyspace: 'v3' | 'v2'; key: Uint8Array } | null
}

const KEYS_PAGE = 1_000
const FIRST_PAGE = 200
/** Of a file, whose values are read by the threads. */
const PLACES_PAGE = 500
const PLACES_BYTES = 2 * 1024 * 1024
/** Keys between two looks at the clock. */
const KEYS_AT_ONCE = 250
const PROGRESS_MS = 200
/** Nodes whose subnet contains an address of the query: usually one. */
const MOST_HOLDERS = 16
const EVERYTHING: Interval = { key: new Uint8Array([0]), end: KEYSPACE_END }

/** Identifies searches in the threads. */
let searches = 0

/** Throws BAD_REQUEST with the place of a syntax error before anything is read. */
export function search(read: SearchRead): AsyncGenerator<SearchStreamLine, void> {
  const { conditions, faults } = readSearch(parseQuery(read.query))
  const [fault] = faults
  if (fault !== undefined) throw badQuery(fault)
  if (conditions.length === 0) throw new AppError('BAD_REQUEST', { code: 'query-empty', params: {} })
  return new Search(read, conditions).lines()
}

/** Results, and how many keys and bytes were read for them. */
interface Searched {
  results: SearchResult[]
  read: number
  bytes: number
}

/** A page that threads search. */
interface Begun {
  made: Promise<SearchPageOutput>
  /** Number of its keys. */
  read: number
}

class Search {
  readonly #read: SearchRead
  readonly #conditions: readonly SearchCondition[]
  readonly #matcher: SearchMatcher
  readonly #unsearched: Unsearched = { secrets: 0, encrypted: 0, unread: 0, forbidden: false, v2: null }
  #revision = 0n
  #found = 0
  #keys = 0
  #bytes = 0
  #told = 0
  #next: SearchEnd['next'] = null

  constructor(read: SearchRead, conditions: readonly SearchCondition[]) {
    this.#read = read
    this.#conditions = conditions
    this.#matcher = new SearchMatcher(conditions, { parseAddress: parseAddressRange, now: read.now?.getTime() ?? null })
  }

  async *lines(): AsyncGenerator<SearchStreamLine, void> {
    const { cluster, now, signal, after, meter } = this.#read
    const began = performance.now()
    const available = (await cluster.opened.v3.availability(signal)).available
    const inV3 = available && after?.keyspace !== 'v2'
    const reads = this.#matcher.keysOnly ? 'keys' : 'values'
    const moment = toWireMoment(cluster.opened.clock, now)
    let revision = 0n
    if (available) revision = await this.#pinned()
    this.#revision = revision
    const parts = inV3 ? await this.#intervals(revision) : []
    const total = inV3 ? await this.#total(parts, revision) : null
    const ofPages = await this.#ofPages(inV3 ? revision : null)
    const holders = [...new Set(ofPages.holders.map(({ address }) => address))]
    yield { type: 'head', revision: available ? String(revision) : null, reads, total, ...moment, holders }
    if (inV3) yield* this.#take('v3', this.#v3(parts, revision, ofPages))
    if (this.#next === null) yield* this.#v2(ofPages)
    yield {
      type: 'end',
      found: this.#found,
      read: this.#keys,
      bytes: this.#bytes,
      next: this.#next,
      unsearched: this.#unsearched,
      milliseconds: Math.round(performance.now() - began),
      cost: meter.read(),
    }
  }

  /** The revision of all reads. */
  async #pinned(): Promise<bigint> {
    const { source, revision, signal } = this.#read
    const newest = (key: Uint8Array) => source.range({ key, end: null, revision, limit: 1, countOnly: true }, signal)
    try {
      const reply = await newest(ROOT_KEY)
      return revision === 0n ? reply.revision : revision
    } catch (error) {
      // A user who may read a part of the keys is told the revision with one of those.
      const [own] = isAppError(error, 'SOURCE_FORBIDDEN') ? (error.facts.readable?.granted ?? []) : []
      if (own === undefined) throw error
      const reply = await newest(own.key)
      return revision === 0n ? reply.revision : revision
    }
  }

  /** Sends results up to the limit; what was read beyond the last of them is read again by the next answer. */
  async *#take(keyspace: 'v3' | 'v2', parts: AsyncGenerator<Searched, void>): AsyncGenerator<SearchStreamLine, void> {
    for await (const { results, read, bytes } of parts) {
      this.#keys += read
      this.#bytes += bytes
      const left = this.#read.limit - this.#found
      const shown = results.slice(0, left)
      this.#found += shown.length
      if (shown.length > 0) yield { type: 'found', results: shown }
      const last = shown.at(-1)
      if (this.#found >= this.#read.limit && last !== undefined) {
        this.#next = { keyspace, ...(last.key === undefined ? { key64: last.key64 as string } : { key: last.key }) }
        return
      }
      if (performance.now() - this.#told < PROGRESS_MS) continue
      this.#told = performance.now()
      yield { type: 'progress', read: this.#keys, bytes: this.#bytes }
    }
  }

  async #ofPages(revision: bigint | null): Promise<SearchOfPages> {
    const { cluster, policy, now, query } = this.#read
    return {
      id: ++searches,
      cluster: cluster.configured,
      query,
      prefix: cluster.kubernetesPrefix,
      kinds: revision === null || !this.#asksKind() ? new Map() : await this.#kinds(revision),
      now: now?.getTime() ?? null,
      policy,
      holders: await this.#holders(revision),
    }
  }

  /** Pods have addresses of the subnet that flannel gave their node. */
  async #holders(revision: bigint | null): Promise<SearchOfPages['holders']> {
    const { cluster, source, signal } = this.#read
    const holders: { condition: number; address: string }[] = []
    if (revision === null) return holders
    for (const [condition, { type, not, ...rest }] of this.#conditions.entries()) {
      const address = type === 'text' && !not && 'text' in rest ? parseAddress(rest.text) : null
      if (address === null) continue
      for (const one of await holdersOfAddress({ cluster, source, revision, signal }, address)) holders.push({ condition, address: one })
    }
    return holders.slice(0, MOST_HOLDERS)
  }

  // --- v3

  #asksKind(): boolean {
    return this.#conditions.some((condition) => condition.type === 'place' && condition.what === 'kind')
  }

  /** The names of custom resources' kinds. */
  async #kinds(revision: bigint): Promise<Map<string, readonly string[]>> {
    const { cluster, source, signal } = this.#read
    const { resources } = await readCatalogue(cluster, source, revision, false, signal)
    return new Map(resources.map(({ path, kind, resource }) => [path, [kind, resource]]))
  }

  /** The parts of the keyspace to read, in order: those of the kinds or the key that the query names, else all. */
  async #intervals(revision: bigint): Promise<Interval[]> {
    const wanted = await this.#narrowed(revision)
    const { after } = this.#read
    if (after === null) return wanted
    const from = keySuccessor(after.key)
    return wanted.flatMap(({ key, end }) => {
      if (end !== null && !isOpen(end) && compareBytes(end, from) <= 0) return []
      return [{ key: compareBytes(key, from) < 0 ? from : key, end }]
    })
  }

  async #narrowed(revision: bigint): Promise<Interval[]> {
    const { cluster, source, signal } = this.#read
    const start = this.#keyStart()
    if (start !== '') return [prefixInterval(utf8(start))]
    if (!this.#asksKind()) return [EVERYTHING]
    const root = kubernetesRoot(cluster)
    const kinds = await this.#kinds(revision)
    const paths = (await listDirectories(cluster, source, revision, signal)).paths
    const chosen = paths.filter((path) =>
      this.#conditions.every((condition) => {
        if (condition.type !== 'place' || condition.what !== 'kind') return true
        const names = namesOfKind(path, kinds)
        return new SearchMatcher([condition], { parseAddress: parseAddressRange, now: null }).onKey(factsOf(names)) === true
      }),
    )
    if (this.#conditions.every((condition) => condition.not || condition.type !== 'place' || condition.what !== 'kind')) return [EVERYTHING]
    const intervals = chosen.map((path) => prefixInterval(utf8(`${root}${path}/`))).sort((a, b) => compareBytes(a.key, b.key))
    // A directory within another one is read with it.
    return intervals.filter(({ key }, i) => !intervals.some((other, j) => j < i && isBelow(key, other)))
  }

  /** What every matching key begins with; empty if nothing can be said. */
  #keyStart(): string {
    for (const condition of this.#conditions) {
      if (condition.not || condition.type !== 'place' || condition.what !== 'key') continue
      const { test } = condition
      const start = test.how === 'glob' ? (test.text.split(/[*?]/)[0] as string) : test.how === 'exact' ? test.text : ''
      // A backslash may be the escape of a byte.
      if (start !== '' && !start.includes('\\')) return start
    }
    return ''
  }

  async #total(parts: readonly Interval[], revision: bigint): Promise<number | null> {
    const { cluster, source, signal } = this.#read
    if (this.#read.after !== null) return null
    if (parts.length === 1 && parts[0] === EVERYTHING) {
      if (cluster.opened.source === 'file' && this.#read.revision === 0n) return (await cluster.opened.v3.status(signal)).keys
      // Reading the values costs far more than walking the keys once.
      if (this.#matcher.keysOnly) return null
      const prefix = utf8(kubernetesRoot(cluster))
      try {
        return (await countPrefix(source, { prefix, revision, knowledge: cluster.knowledge, signal })).keys
      } catch (error) {
        if (isAppError(error, 'SOURCE_FORBIDDEN')) return null
        throw error
      }
    }
    return null
  }

  async *#v3(parts: readonly Interval[], revision: bigint, ofPages: SearchOfPages): AsyncGenerator<Searched, void> {
    for (const part of parts) {
      try {
        yield* this.#interval(part, revision, ofPages)
      } catch (error) {
        const readable = isAppError(error, 'SOURCE_FORBIDDEN') ? error.facts.readable : undefined
        if (readable === undefined) throw error
        this.#unsearched.forbidden = true
        for (const own of readable.partsOf(part)) yield* this.#interval(own, revision, ofPages)
      }
    }
  }

  #interval({ key, end }: Interval, revision: bigint, ofPages: SearchOfPages): AsyncGenerator<Searched, void> {
    const { source, cluster, signal } = this.#read
    const shared = { source, revision, knowledge: cluster.knowledge, signal }
    // The whole keyspace is read directory by directory, which only a prefix makes possible.
    const whole = compareBytes(key, EVERYTHING.key) === 0
    if (this.#matcher.keysOnly) {
      const text = keyNeedle(this.#conditions)
      const { v3 } = cluster.opened
      if (text !== null && v3.keysContaining !== undefined)
        return this.#ofKeys(v3.keysContaining({ key, end, revision, text: utf8(text), pageSize: KEYS_PAGE }), null)
      const interval = whole ? { prefix: new Uint8Array() } : { key, end }
      return this.#ofKeys(readPrefix(source, { ...shared, ...interval, keysOnly: true, pageSize: KEYS_PAGE }), text)
    }
    const places = cluster.opened.v3.valuePlaces?.({ key, end, revision, pageSize: PLACES_PAGE, pageBytes: PLACES_BYTES }) ?? null
    if (places !== null) return this.#searched(this.#begunInFile(ofPages, places.descriptor, places.pages))
    const pages = whole
      ? valuePages({ ...shared, prefix: new Uint8Array(), firstPage: FIRST_PAGE })
      : valuePages({ ...shared, prefix: new Uint8Array(), from: key, end, firstPage: FIRST_PAGE })
    return this.#ofValues('v3', ofPages, pages)
  }

  /** Only keys that hold the needle are looked at; null for all. */
  async *#ofKeys(
    pages: AsyncIterable<Pick<ReadPage, 'kvs' | 'together'>> | Iterable<RangeReply>,
    needle: string | null,
  ): AsyncGenerator<Searched, void> {
    const { cluster, signal } = this.#read
    const prefix = cluster.kubernetesPrefix
    const kinds = this.#asksKind() ? await this.#kinds(this.#read.revision) : new Map<string, readonly string[]>()
    for await (const page of pages) {
      await shareThread()
      const results: SearchResult[] = []
      const of = { prefix, kinds }
      // Most keys need not be made into text, nor into objects.
      const together = needle === null ? undefined : (page.together ?? togetherOf(page.kvs.map(({ key }) => key)))
      const held = together === undefined || needle === null ? null : keysHolding(together, needle)
      const kvs = held?.includes(1) === false ? [] : page.kvs
      for (const [i, kv] of kvs.entries()) {
        if (i % KEYS_AT_ONCE === 0) await shareThread()
        if (held !== null && held[i] === 0) continue
        const facts = new PageKey(of, 'v3', kv.key, kv)
        if (!this.#meets(facts)) continue
        const { path, namespace, name } = facts
        const kind = namesOfKind(path, kinds)
        results.push({
          keyspace: 'v3',
          ...toWireKey(kv.key),
          path,
          kind: kindName(path, kind),
          namespace,
          name,
          modRevision: String(kv.modRevision),
          view: null,
          lines: [],
          more: 0,
        })
      }
      if (signal.aborted) throw cancelled()
      yield { results, read: 'count' in page ? page.count : (held?.length ?? kvs.length), bytes: 0 }
    }
  }

  #meets(facts: KeyFacts): boolean {
    try {
      return this.#matcher.onKey(facts) === true
    } catch (error) {
      if (error instanceof PatternError) throw tooCostly()
      throw error
    }
  }

  #ofValues(
    keyspace: 'v3' | 'v2',
    ofPages: SearchOfPages,
    pages: AsyncGenerator<Pick<ReadPage, 'kvs'>, void>,
  ): AsyncGenerator<Searched, void> {
    return this.#searched(this.#begun(keyspace, ofPages, readAhead(pages, 1)))
  }

  async *#searched(begun: AsyncGenerator<Begun, void>): AsyncGenerator<Searched, void> {
    // etcd reads one page while threads search others.
    for await (const { made, read } of readAhead(begun, this.#read.cluster.jobs.parallel + 1)) {
      const { results, bytes, secrets, encrypted, unread } = await made
      this.#unsearched.secrets += secrets
      this.#unsearched.encrypted += encrypted
      this.#unsearched.unread += unread
      yield { results, read, bytes }
    }
  }

  /** The threads read the values of a file themselves. */
  async *#begunInFile(ofPages: SearchOfPages, descriptor: number, pages: Iterable<ValuePlaces>): AsyncGenerator<Begun, void> {
    for (const places of pages) {
      await shareThread()
      if (this.#read.signal.aborted) throw cancelled()
      if (places.count === 0) continue
      // No Range counts them.
      for (const meter of [this.#read.meter, this.#read.cluster.meter]) meter.add(places.count)
      const made = this.#inFile(ofPages, descriptor, places)
      // Prevents an unhandled rejection until it is awaited.
      made.catch(() => {})
      yield { made, read: places.count }
    }
  }

  async #inFile(ofPages: SearchOfPages, descriptor: number, places: ValuePlaces): Promise<SearchPageOutput> {
    const { cluster, source, signal } = this.#read
    try {
      const { numbers } = places
      return await cluster.jobs.run('searchPage', { search: ofPages, keyspace: 'v3', page: { ...places, descriptor }, numbers }, { signal })
    } catch (error) {
      if (!isAppError(error, 'INTERNAL')) throw error
      const keys = keysIn(places)
      if (error instanceof JobStopped) return await this.#oneByOne(ofPages, keys)
      // The thread could not read it: either the usual way can, or it says what is wrong with the file.
      const last = keys.at(-1) as Uint8Array
      const page = { key: keys[0] as Uint8Array, end: keySuccessor(last), revision: this.#revision, limit: places.count }
      return await this.#page('v3', ofPages, (await source.range(page, signal)).kvs)
    }
  }

  async *#begun(
    keyspace: 'v3' | 'v2',
    ofPages: SearchOfPages,
    pages: AsyncGenerator<Pick<ReadPage, 'kvs'>, void>,
  ): AsyncGenerator<Begun, void> {
    for await (const { kvs } of pages) {
      if (kvs.length === 0) continue
      const made = this.#page(keyspace, ofPages, kvs)
      // Prevents an unhandled rejection until it is awaited.
      made.catch(() => {})
      yield { made, read: kvs.length }
    }
  }

  async #page(keyspace: 'v3' | 'v2', ofPages: SearchOfPages, kvs: readonly KeyValue[], limitMs?: number): Promise<SearchPageOutput> {
    const { jobs } = this.#read.cluster
    const numbers = new BigInt64Array(4 * kvs.length)
    for (const [i, kv] of kvs.entries()) numbers.set([kv.createRevision, kv.modRevision, kv.version, BigInt.asIntN(64, kv.lease)], 4 * i)
    const keys = kvs.map(({ key }) => key)
    const { page, transfer } = packPage(kvs)
    const input = { search: ofPages, keyspace, page, numbers }
    const options = { transfer, signal: this.#read.signal, ...(limitMs === undefined ? {} : { limitMs }) }
    try {
      return await jobs.run('searchPage', input, options)
    } catch (error) {
      if (!isAppError(error, 'INTERNAL')) throw error
      if (keyspace === 'v2' || keys.length === 1) return { results: [], bytes: 0, secrets: 0, encrypted: 0, unread: keys.length }
      return await this.#oneByOne(ofPages, keys)
    }
  }

  /** A value ended its thread: the others of its page are searched without it. */
  async #oneByOne(ofPages: SearchOfPages, keys: readonly Uint8Array[]): Promise<SearchPageOutput> {
    const { source, signal } = this.#read
    const all: SearchPageOutput = { results: [], bytes: 0, secrets: 0, encrypted: 0, unread: 0 }
    for (const key of keys) {
      const { kvs } = await source.range({ key, end: null, revision: this.#revision, limit: 1 }, signal)
      if (kvs.length === 0) continue
      const one = await this.#page('v3', ofPages, kvs, ALONE_LIMIT_MS)
      all.results.push(...one.results)
      all.bytes += one.bytes
      all.secrets += one.secrets
      all.encrypted += one.encrypted
      all.unread += one.unread
    }
    return all
  }

  // --- v2

  /** Whether only an object of the registry can match. */
  #asksObjects(): boolean {
    return this.#conditions.some(({ not, ...condition }) => {
      if (not) return false
      if (condition.type === 'label') return true
      return condition.type === 'place' && (condition.what === 'kind' || condition.what === 'namespace')
    })
  }

  async *#v2(ofPages: SearchOfPages): AsyncGenerator<SearchStreamLine, void> {
    const { cluster, signal, after, revision } = this.#read
    if (this.#asksObjects()) return
    try {
      if (!(await cluster.opened.v2.availability(signal)).available) return
      if (revision !== 0n) {
        // The v2 keyspace counts its own indices: which of them belongs to a revision is not known.
        this.#unsearched.v2 = 'revision'
        return
      }
      const from = after?.keyspace === 'v2' ? Buffer.from(after.key).toString() : null
      let stopped: string | null = null
      const pages = v2Pages(cluster.opened, {
        ...{ start: this.#keyStart(), after: from, keysOnly: this.#matcher.keysOnly, signal },
        onLarge: (last) => {
          if (last === null) this.#unsearched.v2 = 'large'
          else stopped = last
        },
      })
      yield* this.#take('v2', this.#ofValues('v2', ofPages, pages))
      // The next answer goes on where this one has read enough.
      if (this.#next === null && stopped !== null) this.#next = { keyspace: 'v2', ...toWireKey(utf8(stopped)) }
    } catch (error) {
      if (!isAppError(error) || error.code === 'CANCELLED' || error.code === 'BAD_REQUEST' || signal.aborted) throw error
      this.#unsearched.v2 = 'failed'
    }
  }
}

/** No key is empty but for its zero byte; a count of it only tells the revision. */
const ROOT_KEY = new Uint8Array([0])
const ALONE_LIMIT_MS = 10_000

function keysIn({ keys, sizes, count }: ValuePlaces): Uint8Array[] {
  let at = 0
  return Array.from({ length: count }, (_, i) => {
    const start = at
    at += sizes[2 * i] as number
    return keys.subarray(start, at)
  })
}

const isOpen = (end: Uint8Array): boolean => end.length === 1 && end[0] === 0

function prefixInterval(prefix: Uint8Array): Interval {
  return { key: prefix, end: prefixEndOrNull(prefix) ?? KEYSPACE_END }
}

function isBelow(key: Uint8Array, { key: from, end }: Interval): boolean {
  return compareBytes(key, from) >= 0 && (end === null || isOpen(end) || compareBytes(key, end) < 0)
}

function factsOf(kinds: readonly string[]) {
  return { key: '', namespace: '', name: '', kinds, version: 0n, modRevision: 0n, createRevision: 0n, lease: 0n }
}

/** Of the names of a kind, the one that objects carry. */
function kindName(path: string, names: readonly string[]): string {
  return RESOURCES.find((one) => one.path === path)?.kind ?? names.find((name) => /^[A-Z]/.test(name)) ?? ''
}
