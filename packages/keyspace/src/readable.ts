// What a user may read, as intervals of keys; and the levels of the key tree restricted to them.
import { compareBytes, copyBytes, equalBytes, KEYSPACE_END, keySuccessor, prefixEndOrNull } from './bytes.ts'
import { compareEnds, type End } from './end-ladder.ts'
import { childDirectory } from './key-scan.ts'
import { type LevelEntry, type LevelPage, positionBehind, readCursor, writeCursor } from './list-level.ts'
import type { KeyValue, OrderedSource, WalkCost } from './ordered-source.ts'
import { SplitScan } from './split-scan.ts'

/** Keys as in a Range: `end` null is only `key`, `[0]` is everything from `key` on. */
export interface Interval {
  key: Uint8Array
  end: Uint8Array | null
}

/** From `from` to before `to`; null is the end of the keyspace. */
interface Stretch {
  from: Uint8Array
  to: End
}

/** The union of some intervals, to test whether a Range is inside. etcd tests a user's permissions the same way. */
export class Readable {
  /** As granted: sorted, without those contained in others. */
  readonly granted: readonly Interval[]
  readonly #stretches: Stretch[] = []

  constructor(granted: readonly Interval[]) {
    const sorted = granted.map((interval) => ({ interval, ...stretchOf(interval) })).sort(byStart)
    const kept: Interval[] = []
    let reach: End | undefined
    for (const { interval, from, to } of sorted) {
      if (reach === undefined || compareEnds(to, reach) > 0) {
        kept.push(interval)
        reach = to
      }
      const last = this.#stretches.at(-1)
      if (last === undefined || (last.to !== null && compareBytes(from, last.to) > 0)) this.#stretches.push({ from, to })
      else if (compareEnds(to, last.to) > 0) last.to = to
    }
    this.granted = kept
  }

  covers(interval: Interval): boolean {
    const { from, to } = stretchOf(interval)
    return this.#stretches.some((stretch) => compareBytes(stretch.from, from) <= 0 && compareEnds(to, stretch.to) <= 0)
  }

  /** The readable parts of a prefix from `position` on. */
  within(prefix: Uint8Array, position: Uint8Array): Stretch[] {
    return this.#between(position, prefixEndOrNull(prefix))
  }

  /** The readable parts of an interval. */
  partsOf(interval: Interval): { key: Uint8Array; end: Uint8Array }[] {
    const { from, to } = stretchOf(interval)
    return this.#between(from, to).map((part) => ({ key: part.from, end: part.to ?? KEYSPACE_END }))
  }

  #between(begin: Uint8Array, end: End): Stretch[] {
    return this.#stretches.flatMap((stretch) => {
      const from = compareBytes(stretch.from, begin) < 0 ? begin : stretch.from
      const to = compareEnds(stretch.to, end) < 0 ? stretch.to : end
      return compareEnds(from, to) < 0 ? [{ from, to }] : []
    })
  }
}

/** A grant in plain terms: one key, a prefix, or a range; `opens` tells whether its key can be listed as a prefix. */
export function kindOf({ key, end }: Interval): { kind: 'key' } | { kind: 'prefix' } | { kind: 'range'; opens: boolean } {
  if (end === null) return { kind: 'key' }
  const whole = prefixEndOrNull(wholePrefix(key))
  const to = stretchOf({ key, end }).to
  if (compareEnds(to, whole) === 0) return { kind: 'prefix' }
  return { kind: 'range', opens: compareEnds(to, whole) > 0 }
}

/** The prefix of a grant of kind `prefix`: for the whole keyspace the key is one NUL. */
export const wholePrefix = (key: Uint8Array): Uint8Array => (equalBytes(key, KEYSPACE_END) ? new Uint8Array() : key)

/**
 * The children of a prefix that a user may read, and the directories on the way to such keys: as a level of the tree, without requests that would be
 * refused. A directory on the way is listed even if it contains no key.
 * @throws InvalidCursorError, and the source's errors
 */
export async function listReadableLevel(
  source: OrderedSource,
  readable: Readable,
  request: { prefix: Uint8Array; revision: bigint; cursor?: string | undefined; limit: number; signal?: AbortSignal | undefined },
): Promise<LevelPage> {
  const { prefix, limit, signal } = request
  const cursor = request.cursor === undefined ? null : readCursor(request.cursor, prefix, request.revision)
  const cost: WalkCost = { ranges: 0, walked: 0, largestWalk: 0 }
  const entries: LevelEntry[] = []
  let revision = cursor?.revision ?? request.revision
  const stretches = readable.within(prefix, cursor?.position ?? prefix)
  const [first] = readable.granted
  if (revision === 0n && first !== undefined) {
    const newest = await source.range({ key: first.key, end: null, revision: 0n, limit: 1, countOnly: true }, signal)
    revision = newest.revision
    cost.ranges += 1
    cost.walked += newest.count
    cost.largestWalk = Math.max(cost.largestWalk, newest.count)
  }
  for (const { from, to } of stretches) {
    if (entries.length > limit) break
    const directory = childDirectory(from, prefix)
    if (directory !== null && compareEnds(to, prefixEndOrNull(directory)) <= 0) {
      addDirectory(entries, directory)
      continue
    }
    const scan = new SplitScan({ source, prefix, from, end: to, revision, fold: true, keysOnly: true })
    while (!scan.done && entries.length <= limit) {
      const { found, cost: spent } = await scan.step(limit, signal)
      cost.ranges += spent.ranges
      cost.walked += spent.walked
      cost.largestWalk = Math.max(cost.largestWalk, spent.largestWalk)
      for (const child of found) {
        if (child.directory) addDirectory(entries, child.bytes)
        else entries.push(keyEntry(child.first))
      }
    }
  }
  const page = entries.slice(0, limit)
  const last = page.at(-1)
  const next = entries.length > limit && last !== undefined ? positionBehind(last) : null
  return { revision, entries: page, ...(next === null ? {} : { cursor: writeCursor(revision, next) }), ...cost }
}

/** Two intervals may lead to the same directory. */
function addDirectory(entries: LevelEntry[], prefix: Uint8Array): void {
  const last = entries.at(-1)
  if (last?.kind === 'directory' && equalBytes(last.prefix, prefix)) return
  entries.push({ kind: 'directory', prefix: copyBytes(prefix) })
}

const keyEntry = ({ key, createRevision, modRevision, version, lease }: KeyValue): LevelEntry => ({
  kind: 'key',
  key,
  createRevision,
  modRevision,
  version,
  lease,
})

function stretchOf({ key, end }: Interval): Stretch {
  const from = key.length === 0 ? KEYSPACE_END : key
  return { from, to: end === null ? keySuccessor(from) : equalBytes(end, KEYSPACE_END) ? null : end }
}

const byStart = (a: Stretch, b: Stretch): number => compareBytes(a.from, b.from) || -compareEnds(a.to, b.to)
