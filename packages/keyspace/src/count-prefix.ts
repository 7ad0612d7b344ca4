// Counts the keys below a prefix at one revision, in Ranges of limited size: etcd walks each key once, and never a whole keyspace at a time.
import { concatBytes, copyBytes, KEYSPACE_END, prefixEndOrNull, utf8 } from './bytes.ts'
import { compareEnds, type End, EndLadder } from './end-ladder.ts'
import { MAX_PAGE } from './key-scan.ts'
import { listLevel, listNames } from './list-level.ts'
import type { OrderedSource, WalkCost } from './ordered-source.ts'
import { RangeKnowledge } from './range-knowledge.ts'
import { holdsResources, tellingLists } from './registry-names.ts'
import { sizeOfStore } from './store-size.ts'

export interface CountPrefixRequest {
  prefix: Uint8Array
  /** 0n is the newest. */
  revision: bigint
  knowledge?: RangeKnowledge | undefined
  signal?: AbortSignal | undefined
}

export interface PrefixCount extends WalkCost {
  revision: bigint
  /** Keys below the prefix, including one equal to it. */
  keys: number
}

/** Target number of keys per Range: large enough for few Ranges, small enough not to affect etcd's writers. */
const TARGET = 8_000
/** If at most this many keys are known, one Range counts them. */
const AT_ONCE = 20_000
/** The factor by which a guess may be wrong. */
const GUESS_MARGIN = 8

/** The number of keys below the prefix. Errors of the source (compacted, unreachable, cancelled) are passed on. */
export async function countPrefix(source: OrderedSource, request: CountPrefixRequest): Promise<PrefixCount> {
  const { prefix, signal } = request
  const knowledge = request.knowledge ?? new RangeKnowledge({ maxChildren: 2 * MAX_PAGE })
  const counted: PrefixCount = { revision: request.revision, keys: 0, ranges: 0, walked: 0, largestWalk: 0 }
  if (request.revision === 0n) return await countAfresh(source, { ...request, knowledge }, counted)
  const known = knowledge.countedBelow(prefix, request.revision)
  if (known !== undefined) return { ...counted, keys: known }
  // A registry's count is the sum of its directories' counts, which are requested separately too: each key is walked once for both.
  const running = knowledge.countOf(prefix, request.revision)
  if (running !== undefined) {
    const keys = await running.keys.catch((error: unknown) => {
      // If the counting request was cancelled, that is not a failure of the source. A real failure reaches all waiting requests.
      if (running.signal?.aborted) return null
      throw error
    })
    signal?.throwIfAborted()
    if (keys !== null) return { ...counted, keys }
  }
  const counting = countAfresh(source, { ...request, knowledge }, counted)
  knowledge.rememberCount(prefix, request.revision, { keys: counting.then(({ keys }) => keys), signal })
  return await counting
}

async function countAfresh(
  source: OrderedSource,
  request: CountPrefixRequest & { knowledge: RangeKnowledge },
  counted: PrefixCount,
): Promise<PrefixCount> {
  const { prefix, knowledge, signal } = request
  const { small } = await sizeOfStore(source, signal)
  if (!small && (prefix.length <= 1 || holdsResources(prefix))) return await countChildren(source, request, counted)

  const end = prefixEndOrNull(prefix)
  const ladder = new EndLadder(prefix.length)
  const count = async (from: Uint8Array, to: End): Promise<number> => {
    signal?.throwIfAborted()
    // Reading the first key costs one more request, and tells the ladder where the keys are.
    const reply = await source.range(
      { key: from.length === 0 ? KEYSPACE_END : from, end: to ?? KEYSPACE_END, revision: counted.revision, limit: 1, keysOnly: true },
      signal,
    )
    if (counted.revision === 0n) counted.revision = reply.revision
    counted.ranges++
    counted.walked += reply.count
    counted.largestWalk = Math.max(counted.largestWalk, reply.count)
    counted.keys += reply.count
    const first = reply.kvs[0]
    if (first === undefined) ladder.reachFurther(to)
    else ladder.add(first.key, reply.count)
    return reply.count
  }

  const expected = knowledge.expectedBelow(prefix)
  const guess = expected === undefined ? knowledge.guessBelow(prefix) : undefined
  if (small || (expected ?? (guess && GUESS_MARGIN * guess) ?? Number.POSITIVE_INFINITY) <= AT_ONCE) {
    await count(prefix, end)
    return counted
  }
  let from = prefix
  // As many namespaces at a time as keep a Range small; in a large one the ladder chooses where to cut.
  const cuts = await namespaceEnds(source, request, knowledge, counted)
  let width = 1
  for (let at = 0; ; ) {
    const to = at < cuts.length ? (cuts[Math.min(at + width, cuts.length) - 1] as Uint8Array) : end
    let below = 0
    while (compareEnds(from, to) < 0) {
      const chosen =
        width > 1 ? to : ladder.choose({ position: from, fence: to, target: TARGET, left: Number.POSITIVE_INFINITY, leftExact: false })
      below += await count(from, chosen)
      if (chosen === null) break
      from = chosen
    }
    if (at >= cuts.length) return counted
    at += width
    if (below > TARGET) width = 1
    else if (below < TARGET / 4) width *= 2
  }
}

/** A directory with different subdirectories is listed, and each of them counted: no Range extends from one large directory into the next. */
async function countChildren(
  source: OrderedSource,
  request: CountPrefixRequest & { knowledge: RangeKnowledge },
  counted: PrefixCount,
): Promise<PrefixCount> {
  const { prefix, knowledge, signal } = request
  let cursor: string | undefined
  do {
    const page = await listLevel(source, { prefix, revision: counted.revision, cursor, limit: MAX_PAGE, knowledge, signal })
    addCost(counted, page)
    counted.revision = page.revision
    for (const entry of page.entries) {
      if (entry.kind === 'key') {
        counted.keys++
        continue
      }
      const below = await countPrefix(source, { prefix: entry.prefix, revision: counted.revision, knowledge, signal })
      addCost(counted, below)
      counted.keys += below.keys
    }
    cursor = page.cursor
  } while (cursor !== undefined)
  return counted
}

function addCost(sum: WalkCost, more: WalkCost): void {
  sum.ranges += more.ranges
  sum.walked += more.walked
  sum.largestWalk = Math.max(sum.largestWalk, more.largestWalk)
}

/** The end of each namespace of the cluster in this directory, ascending; empty if namespaces do not apply to it. */
async function namespaceEnds(
  source: OrderedSource,
  { prefix, signal }: CountPrefixRequest,
  knowledge: RangeKnowledge,
  counted: PrefixCount,
): Promise<Uint8Array[]> {
  const list = tellingLists(prefix).namespaces
  if (list === undefined) return []
  if (knowledge.lastLevel(list) === undefined) {
    const page = await listNames(source, list, counted.revision, knowledge, signal)
    if (page === null) return []
    counted.revision = page.revision
    addCost(counted, page)
  }
  const ends: Uint8Array[] = []
  for (const child of knowledge.lastLevel(list)?.children ?? []) {
    if (child.directory) continue
    const namespace = concatBytes(prefix, copyBytes(child.bytes, list.length), utf8('/'))
    const behind = prefixEndOrNull(namespace)
    if (behind !== null) ends.push(behind)
  }
  return ends
}
