// Reads every key of an interval in pages at one revision, without making etcd walk the rest of it for each page.
import {
  commonPrefixLength,
  compareBytes,
  concatBytes,
  copyBytes,
  equalBytes,
  keySuccessor,
  prefixEndOrNull,
  SLASH,
  toHex,
  utf8,
} from './bytes.ts'
import { type End, EndLadder } from './end-ladder.ts'
import { KeyScan, MAX_PAGE, type Milestone } from './key-scan.ts'
import { listLevel } from './list-level.ts'
import type { KeyValue, OrderedSource } from './ordered-source.ts'
import { RangeKnowledge } from './range-knowledge.ts'
import { tellingLists } from './registry-names.ts'

/** What to read: a prefix (the empty one is everything), or `[key, end)` with `[0]` or null for the end of the keyspace. */
export type ReadInterval = { prefix: Uint8Array } | { key: Uint8Array; end: Uint8Array | null }

export type ReadPrefixRequest = ReadInterval & {
  /** 0n is the newest: the first reply decides, and everything is read there. */
  revision: bigint
  keysOnly: boolean
  /** Keys a Range, at most 500. */
  pageSize: number
  knowledge?: RangeKnowledge | undefined
  signal?: AbortSignal | undefined
}

export interface ReadPage {
  revision: bigint
  /** In byte order. May be empty where a Range found nothing. */
  kvs: KeyValue[]
  /** What this one Range walked. */
  walked: number
}

const MAX_PAGES_REMEMBERED = 20_000
/** A directory with so many keys is looked into before it is read, if it has directories of its own. */
const LARGE = 2_000

/** An interval to read from left to right; `expected` keys, where that is known. */
interface Stretch {
  from: Uint8Array
  end: End
  expected: number | undefined
  /** The directory in it, before which nothing is expected. */
  begins?: Uint8Array
  /** What looking for it walked, and was not reported yet. */
  walked: number
  /** Set by the reader: how many keys there were. */
  found: number
}

/** Every key of the interval in byte order, a page at most per Range. Stop reading to stop asking. Errors of the source end the iteration. */
export async function* readPrefix(source: OrderedSource, request: ReadPrefixRequest): AsyncGenerator<ReadPage, void, void> {
  const { keysOnly, knowledge, signal } = request
  const from = 'prefix' in request ? request.prefix : request.key
  const end = 'prefix' in request ? prefixEndOrNull(request.prefix) : openEnd(request.end)
  const pageSize = Math.max(1, Math.min(MAX_PAGE, request.pageSize))
  const name = `${toHex(from)}-${end === null ? '' : toHex(end)}`
  const known = knowledge?.pagesOf(name)
  const ladder = new EndLadder('prefix' in request ? from.length : commonPrefixLength(from, end ?? new Uint8Array(0)))
  const pages: Milestone[] = []
  let revision = request.revision

  const stretches: AsyncIterable<Stretch> | Stretch[] =
    known !== undefined || !('prefix' in request) || !hasRegistryBelow(from)
      ? [{ from, end, expected: undefined, walked: 0, found: 0 }]
      : stretchesOf(
          source,
          from,
          knowledge ?? new RangeKnowledge(),
          () => revision,
          (pinned) => (revision = pinned),
          signal,
        )
  for await (const stretch of stretches) {
    const scan = new KeyScan({
      source,
      prefix: 'prefix' in request ? from : new Uint8Array(0),
      from: stretch.from,
      end: stretch.end,
      revision,
      fold: false,
      keysOnly,
      expected: stretch.expected,
      begins: stretch.begins,
      ladder,
      ...(known === undefined ? {} : { milestones: known, milestonesReachEnd: true }),
    })
    let unreported = stretch.walked
    while (!scan.done) {
      signal?.throwIfAborted()
      const walked = scan.cost.walked
      const start = scan.position
      const found = await scan.step(pageSize, signal)
      revision = scan.revision
      stretch.found += found.length
      const last = found.at(-1)
      unreported += scan.cost.walked - walked
      if (last === undefined && !scan.done) continue
      if (last !== undefined && pages.length < MAX_PAGES_REMEMBERED)
        pages.push({ start, end: keySuccessor(last.bytes), weight: found.length, inside: [], counted: true })
      yield { revision, kvs: found.map((child) => child.first), walked: unreported }
      unreported = 0
    }
    if (unreported > 0) yield { revision, kvs: [], walked: unreported }
  }
  if (pages.length < MAX_PAGES_REMEMBERED) knowledge?.rememberPages(name, pages)
}

/** Whether the usual directories of an API server tell something of this prefix. */
function hasRegistryBelow(prefix: Uint8Array): boolean {
  const lists = tellingLists(prefix)
  return (
    lists.namespaces !== undefined || lists.customResourceDefinitions !== undefined || prefix.length === 0 || equalBytes(prefix, utf8('/'))
  )
}

/**
 * Cuts a prefix into stretches that lie in one directory each, or hold several small ones: a Range that reaches over from one directory into
 * the next would walk all of the next one. The levels above the last are listed for it, which costs little where names are usual ones.
 */
async function* stretchesOf(
  source: OrderedSource,
  prefix: Uint8Array,
  knowledge: RangeKnowledge,
  pinned: () => bigint,
  pin: (revision: bigint) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<Stretch, void, void> {
  const list = tellingLists(prefix).namespaces
  if (list !== undefined && !equalBytes(list, prefix)) {
    if (knowledge.lastLevel(list) === undefined) {
      const page = await listLevel(source, { prefix: list, revision: pinned(), limit: MAX_PAGE, knowledge, signal })
      pin(page.revision)
      yield { from: prefix, end: prefix, expected: 0, walked: page.walked, found: 0 }
    }
    const namespaces = (knowledge.lastLevel(list)?.children ?? [])
      .filter((child) => !child.directory)
      .map((child) => copyBytes(child.bytes, list.length))
    if (namespaces.length > 0) return yield* stretchesByName(prefix, namespaces)
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
      const expected = knowledge.expectedBelow(entry.prefix)
      if (expected !== undefined && (pending.expected ?? 0) + expected <= MAX_PAGE) {
        pending.end = directoryEnd
        pending.expected = (pending.expected ?? 0) + expected
        continue
      }
      if ((pending.expected ?? 0) > 0) yield pending
      else if (pending.walked > 0) yield { ...pending, end: pending.from }
      const first = knowledge.firstKeyBelow(entry.prefix)
      const nested = first !== undefined && first.indexOf(SLASH, entry.prefix.length) >= 0
      if (nested && (expected === undefined || expected > LARGE)) {
        yield* stretchesOf(source, entry.prefix, knowledge, pinned, pin, signal)
      } else yield { from: entry.prefix, end: directoryEnd, expected, walked: 0, found: 0 }
      if (directoryEnd === null) return
      pending = { from: directoryEnd, end: directoryEnd, expected: 0, walked: 0, found: 0 }
    }
  } while (cursor !== undefined)
  if ((pending.expected ?? 0) > 0 || pending.walked > 0) yield { ...pending, end: (pending.expected ?? 0) > 0 ? pending.end : pending.from }
}

/** One stretch a namespace, or for several where they turn out to be small; what lies between the known names belongs to the next of them. */
function* stretchesByName(prefix: Uint8Array, names: readonly Uint8Array[]): Generator<Stretch, void, void> {
  const directories = names.map((name) => concatBytes(prefix, name, utf8('/'))).sort(compareBytes)
  let average = MAX_PAGE
  let from = prefix
  for (let i = 0; i < directories.length; ) {
    const together = Math.max(1, Math.min(directories.length - i, Math.floor((0.8 * MAX_PAGE) / Math.max(average, 1))))
    const begins = directories[i] as Uint8Array
    i += together
    const end = prefixEndOrNull(directories[i - 1] as Uint8Array)
    const expected = i === together ? undefined : average * together
    const stretch: Stretch = { from, end, expected, begins, walked: 0, found: 0 }
    yield stretch
    if (end === null) return
    from = end
    average = Math.max((average + stretch.found / together) / 2, average / 4)
  }
  yield { from, end: prefixEndOrNull(prefix), expected: undefined, walked: 0, found: 0 }
}

function openEnd(end: Uint8Array | null): End {
  return end === null || (end.length === 1 && end[0] === 0) ? null : end
}
