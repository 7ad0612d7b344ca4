// Finds keys by a part of their name, from keys alone: small directories completely, large ones by name prefix in each namespace.

import type { Note } from '@registree/contract'
import { type FoundName, type NamesFound, type NamesLine, type NamesSkipped, toWireKey } from '@registree/contract'
import {
  compareBytes,
  type Interval,
  KEYSPACE_END,
  type OrderedSource,
  placeBelow,
  prefixEnd,
  type Readable,
  type ReadInterval,
  type ReadPage,
  readPrefix,
  utf8,
} from '@registree/keyspace'
import { resourceAt } from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import { KeptByEpoch } from '../clusters/kept-by-epoch.ts'
import { noteOf } from '../messages/note.ts'
import { isAppError } from '../problem.ts'
import type { CostMeter } from '../sources/cost-meter.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'
import { listDirectories } from './catalogue.ts'

export interface NameSearchRequest {
  cluster: Cluster
  source: OrderedSource
  /** Part of a name, or of `namespace/name` if it has a slash. */
  text: string
  /** A single directory to search completely, whatever its size; null for all, within the limits. */
  only: string | null
  meter: CostMeter
  signal: AbortSignal
}

interface Limits {
  /** A larger directory is only searched for names that begin with the text. */
  directory: number
  /** Keys of all directories together. */
  all: number
  /** Once etcd has walked this many keys, no further directory is searched. */
  walked: number
  /** Keys outside Kubernetes. */
  outside: number
  v2Directories: number
}
/** etcd walks every key it returns; a file has its keys in memory. */
const LIMITS: Record<'etcd' | 'file', Limits> = {
  etcd: { directory: 2_000, all: 20_000, walked: 60_000, outside: 2_000, v2Directories: 40 },
  file: { directory: 200_000, all: 500_000, walked: 2_000_000, outside: 50_000, v2Directories: 2_000 },
}
/** A prefix search costs one request per namespace. */
const MOST_NAMESPACES = 64
const PAGE = 1_000
const FEW = 20
/** Namespaces searched in parallel. */
const AT_ONCE = 4
const MOST_LISTED = 8
const EVERYTHING = { key: new Uint8Array([0]), end: KEYSPACE_END }

/** What people usually search for comes first, what repeats other names last. */
const FIRST = [
  'namespaces',
  'minions',
  'deployments',
  'statefulsets',
  'daemonsets',
  'services/specs',
  'pods',
  'cronjobs',
  'jobs',
  'ingress',
  'configmaps',
  'secrets',
]
const LAST = ['replicasets', 'controllerrevisions', 'endpointslices', 'services/endpoints', 'leases', 'events']

/** Yields lines as soon as a place is searched. Errors of the v3 keyspace reject; one of v2 is reported at the end. */
export async function* searchNames(request: NameSearchRequest): AsyncGenerator<NamesLine, void> {
  const search = new NameSearch(request)
  yield* search.lines()
}

/** A directory that was not searched completely; `readTo` is the last key read. */
interface Large {
  path: string
  keys: number | null
  names: BestNames
  readTo: Uint8Array | null
}

/** Large directories with the time they were found, so that not every letter tries them again. */
const large = new KeptByEpoch<Map<string, number>>()
const LARGE_FOR_MS = 10 * 60_000

function foundLarge(cluster: Cluster, now: number): Map<string, number> {
  const known = large.get(cluster) ?? new Map<string, number>()
  large.set(cluster, known)
  for (const [path, at] of known) if (now - at > LARGE_FOR_MS) known.delete(path)
  return known
}

class NameSearch {
  readonly #request: NameSearchRequest
  readonly #text: string
  readonly #limits: Limits
  readonly #root: string
  readonly #skipped: NamesSkipped[] = []
  readonly #failed: Note[] = []
  #searched = 0
  #directories = 0

  constructor(request: NameSearchRequest) {
    this.#request = request
    this.#text = request.text.toLowerCase()
    this.#limits = LIMITS[request.cluster.opened.source]
    this.#root = kubernetesRoot(request.cluster)
  }

  async *lines(): AsyncGenerator<NamesLine, void> {
    const { cluster, only, meter, signal } = this.#request
    const { v3 } = cluster.opened
    const there = (await v3.availability(signal)).available
    if (!there) yield { type: 'head', revision: null }
    else {
      const directories = await this.#directoriesOrRefusal()
      const { revision } = directories
      yield { type: 'head', revision: String(revision) }
      if (only !== null) yield* this.#wholeDirectory(only, revision)
      else if ('readable' in directories) yield* this.#readableKeys([EVERYTHING], directories.readable, revision)
      else {
        yield* this.#allDirectories(directories.paths, revision)
        yield* this.#outside(revision)
      }
    }
    if (only === null) yield* this.#v2()
    yield {
      type: 'end',
      searched: this.#searched,
      directories: this.#directories,
      skipped: this.#skipped,
      failed: this.#failed,
      cost: meter.read(),
    }
  }

  /** If the registry may not be listed: the readable part of the keyspace. Rejects if that is nothing. */
  async #directoriesOrRefusal(): Promise<{ revision: bigint; paths: readonly string[] } | { revision: bigint; readable: Readable }> {
    const { cluster, source, only, signal } = this.#request
    try {
      return await listDirectories(cluster, source, 0n, signal)
    } catch (error) {
      const readable = only === null && isAppError(error, 'SOURCE_FORBIDDEN') ? error.facts.readable : undefined
      const [first] = readable?.granted ?? []
      if (readable === undefined || first === undefined) throw error
      const { revision } = await source.range({ key: first.key, end: null, revision: 0n, limit: 1, countOnly: true }, signal)
      return { revision, readable }
    }
  }

  // --- objects

  async *#wholeDirectory(path: string, revision: bigint): AsyncGenerator<NamesLine, void> {
    const names = new BestNames()
    let told = 0
    for await (const page of this.#keys({ prefix: utf8(`${this.#root}${path}/`) }, revision, PAGE)) {
      this.#take(page, path, names)
      yield { type: 'progress', searched: this.#searched }
      if (names.count > told) yield this.#found(path, names)
      told = names.count
    }
    this.#directories += 1
  }

  async *#allDirectories(paths: readonly string[], revision: bigint): AsyncGenerator<NamesLine, void> {
    const { cluster, meter } = this.#request
    const now = performance.now()
    const foundBefore = foundLarge(cluster, now)
    const large: Large[] = []
    for (const path of inOrder(paths)) {
      const keys = cluster.knowledge.expectedBelow(utf8(`${this.#root}${path}/`)) ?? null
      const left = meter.read().walked < this.#limits.walked ? this.#limits.all - this.#searched : 0
      const most = Math.min(this.#limits.directory, left)
      const names = new BestNames()
      let readTo: Uint8Array | null = null
      if (keys === null ? most > 0 && !foundBefore.has(path) : keys <= most) {
        const read = await this.#small(path, revision, most, names, paths)
        if (names.count > 0) yield this.#found(path, names)
        if (read.whole) {
          this.#directories += 1
          continue
        }
        readTo = read.to
        if (most === this.#limits.directory) foundBefore.set(path, now)
      }
      large.push({ path, keys, names, readTo })
    }
    yield* this.#beginnings(large, revision)
  }

  /** A directory with at most that many keys. A larger one is given up early, which walks little more than was read. */
  async #small(path: string, revision: bigint, most: number, names: BestNames, paths: readonly string[]) {
    let read = 0
    let to: Uint8Array | null = null
    for await (const page of this.#keys({ prefix: utf8(`${this.#root}${path}/`) }, revision, Math.min(PAGE, most))) {
      read += page.kvs.length
      if (read > most) return { whole: false, to }
      to = page.kvs.at(-1)?.key ?? to
      // A group's directories are searched separately.
      this.#take(page, path, names, paths)
    }
    return { whole: true, to }
  }

  /** Names that begin with the text, in directories too large to search. */
  async *#beginnings(large: readonly Large[], revision: bigint): AsyncGenerator<NamesLine, void> {
    const namespaces = large.length === 0 ? [] : await this.#namespaces(revision)
    for (const { path, keys, names, readTo } of large) {
      const namespaced = resourceAt(path)?.namespaced
      const places = namespaced === false ? [''] : namespaces?.map((namespace) => `${namespace}/`)
      if (namespaced === undefined) places?.push('')
      const begin = places !== undefined && !this.#text.includes('/')
      const whole = begin && (await this.#beginningsIn(path, places, revision, names, readTo))
      this.#skipped.push({ place: 'registry', path, kind: kindOf(path), keys, beginnings: whole })
      if (names.count > 0) yield this.#found(path, names)
    }
  }

  /**
   * One Range per namespace: etcd walks only the matching keys. Stops if those are too many.
   * @returns whether every namespace was searched
   */
  async #beginningsIn(
    path: string,
    places: readonly string[],
    revision: bigint,
    names: BestNames,
    readTo: Uint8Array | null,
  ): Promise<boolean> {
    const { source, meter, signal } = this.#request
    for (let i = 0; i < places.length; i += AT_ONCE) {
      if (meter.read().walked >= this.#limits.walked) return false
      const replies = places.slice(i, i + AT_ONCE).map((place) => {
        const key = utf8(`${this.#root}${path}/${place}${this.#text}`)
        return source.range({ key, end: prefixEnd(key), revision, limit: FEW, keysOnly: true }, signal)
      })
      for (const { kvs } of await Promise.all(replies)) this.#take({ kvs }, path, names, [], readTo)
    }
    return true
  }

  /** Their names; undefined if there are too many to search each. */
  async #namespaces(revision: bigint): Promise<string[] | undefined> {
    const directory = `${this.#root}namespaces/`
    const names: string[] = []
    for await (const page of this.#keys({ prefix: utf8(directory) }, revision, MOST_NAMESPACES + 1)) {
      for (const { key } of page.kvs) names.push(Buffer.from(key).toString().slice(directory.length))
      if (names.length > MOST_NAMESPACES) return undefined
    }
    return names
  }

  // --- keys outside Kubernetes

  async *#outside(revision: bigint): AsyncGenerator<NamesLine, void> {
    if (this.#root === '/') return
    const root = utf8(this.#root)
    const intervals = [
      { key: EVERYTHING.key, end: root },
      { key: prefixEnd(root), end: KEYSPACE_END },
    ]
    try {
      yield* this.#keysIn(intervals, revision)
    } catch (error) {
      const readable = isAppError(error, 'SOURCE_FORBIDDEN') ? error.facts.readable : undefined
      if (readable === undefined) throw error
      yield* this.#readableKeys(intervals, readable, revision)
    }
  }

  /** Intervals as far as the user may read them; reports that the rest was not searched. */
  async *#readableKeys(intervals: readonly Interval[], readable: Readable, revision: bigint): AsyncGenerator<NamesLine, void> {
    this.#failed.push(noteOf({ code: 'names-refused-keys', params: {} }))
    yield* this.#keysIn(
      intervals.flatMap((interval) => readable.partsOf(interval)),
      revision,
    )
  }

  async *#keysIn(intervals: readonly Interval[], revision: bigint): AsyncGenerator<NamesLine, void> {
    const names = new BestNames()
    let left = this.#limits.outside
    for (const interval of intervals) {
      if (left <= 0) break
      for await (const page of this.#keys(interval, revision, Math.min(PAGE, left))) {
        left -= page.kvs.length
        this.#searched += page.kvs.length
        for (const { key } of page.kvs) {
          const text = Buffer.from(key).toString()
          const last = text.replace(/\/$/, '').split('/').at(-1) ?? ''
          if (text.toLowerCase().includes(this.#text)) names.add({ ...toWireKey(key), namespace: '', name: text }, rank(last, this.#text))
        }
        if (left <= 0) break
      }
    }
    if (left <= 0) this.#skipped.push({ place: 'outside', path: '', kind: '', keys: null, beginnings: false })
    if (names.count > 0) yield { type: 'found', place: 'outside', path: '', kind: '', names: names.best(), count: names.count }
  }

  async *#v2(): AsyncGenerator<NamesLine, void> {
    const { cluster, signal } = this.#request
    const { v2 } = cluster.opened
    const names = new BestNames()
    try {
      if (!(await v2.availability(signal)).available) return
      const ahead = ['/']
      let read = 0
      for (let path = ahead.shift(); path !== undefined; path = ahead.shift()) {
        if (++read > this.#limits.v2Directories) {
          this.#skipped.push({ place: 'v2', path: '', kind: '', keys: null, beginnings: false })
          break
        }
        for (const child of (await v2.node(path, signal)).children ?? []) {
          this.#searched += 1
          if (child.directory) ahead.push(child.path)
          const name = child.path.slice(child.path.lastIndexOf('/') + 1)
          const matches = (this.#text.includes('/') ? child.path : name).toLowerCase().includes(this.#text)
          if (!matches) continue
          const key = child.directory ? `${child.path}/` : child.path
          names.add({ key, namespace: '', name: key }, rank(name, this.#text))
        }
      }
    } catch (error) {
      if (!isAppError(error) || error.code === 'CANCELLED' || signal.aborted) throw error
      // A node may go while its directory is read.
      if (error.code !== 'KEY_NOT_FOUND') this.#failed.push(noteOf({ code: 'names-v2-failed', params: { why: [error.says] } }))
    }
    if (names.count > 0) yield { type: 'found', place: 'v2', path: '', kind: '', names: names.best(), count: names.count }
  }

  // --- shared

  #keys(interval: ReadInterval, revision: bigint, pageSize: number): AsyncGenerator<ReadPage, void> {
    const { source, cluster, signal } = this.#request
    return readPrefix(source, { ...interval, revision, keysOnly: true, pageSize, knowledge: cluster.knowledge, signal })
  }

  /**
   * Collects matching names from keys.
   * @param others directories whose keys do not belong to `path`
   * @param after keys up to this one were already collected
   */
  #take(
    { kvs }: Pick<ReadPage, 'kvs'>,
    path: string,
    names: BestNames,
    others: readonly string[] = [],
    after: Uint8Array | null = null,
  ): void {
    const directory = `${this.#root}${path}/`
    const inner = others.filter((other) => other.startsWith(`${path}/`)).map((other) => `${this.#root}${other}/`)
    this.#searched += kvs.length
    for (const { key } of kvs) {
      if (after !== null && compareBytes(key, after) <= 0) continue
      const text = Buffer.from(key).toString()
      if (inner.some((other) => text.startsWith(other))) continue
      const { namespace, name } = placeBelow(path, text.slice(directory.length))
      const whole = namespace === '' ? name : `${namespace}/${name}`
      const matches = (this.#text.includes('/') ? whole : name).toLowerCase().includes(this.#text)
      if (matches) names.add({ ...toWireKey(key), namespace, name }, rank(this.#text.includes('/') ? whole : name, this.#text))
    }
  }

  #found(path: string, names: BestNames): NamesFound {
    return { type: 'found', place: 'registry', path, kind: kindOf(path), names: names.best(), count: names.count }
  }
}

const kindOf = (path: string): string => resourceAt(path)?.kind ?? ''

/** 0 for an exact match, 1 for a prefix, 2 for a part. */
function rank(name: string, text: string): number {
  const small = name.toLowerCase()
  return small === text ? 0 : small.startsWith(text) ? 1 : 2
}

function inOrder(paths: readonly string[]): string[] {
  const place = (path: string) => {
    const [first, last] = [FIRST.indexOf(path), LAST.indexOf(path)]
    return first >= 0 ? first : last >= 0 ? 1000 + last : 500
  }
  return [...paths].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
}

/** Keeps the best few of any number of names. */
class BestNames {
  count = 0
  #kept: { found: FoundName; rank: number }[] = []

  add(found: FoundName, rank: number): void {
    this.count += 1
    this.#kept.push({ found, rank })
    if (this.#kept.length > 10 * MOST_LISTED) this.#sort()
  }

  best(): FoundName[] {
    this.#sort()
    return this.#kept.map(({ found }) => found)
  }

  #sort(): void {
    this.#kept = this.#kept
      .sort((a, b) => a.rank - b.rank || a.found.name.length - b.found.name.length || (a.found.name < b.found.name ? -1 : 1))
      .slice(0, MOST_LISTED)
  }
}
