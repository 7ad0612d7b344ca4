// Counts the keys below a prefix at one revision, in Ranges of bounded size: etcd walks each key once, and never a whole keyspace at a time.
import { concatBytes, copyBytes, KEYSPACE_END, prefixEndOrNull, utf8 } from './bytes.ts'
import { compareEnds, type End, EndLadder } from './end-ladder.ts'
import { MAX_PAGE } from './key-scan.ts'
import { listLevel, listNames } from './list-level.ts'
import type { OrderedSource, WalkCost } from './ordered-source.ts'
import { RangeKnowledge } from './range-knowledge.ts'
import { holdsResources, tellingLists } from './registry-names.ts'

export interface CountPrefixRequest {
  prefix: Uint8Array
  /** 0n is the newest. */
  revision: bigint
  knowledge?: RangeKnowledge | undefined
  signal?: AbortSignal | undefined
}

export interface PrefixCount extends WalkCost {
  revision: bigint
  /** Keys below the prefix; one that equals the prefix counts too. */
  keys: number
}

/** Keys that one Range should walk: large enough to need few of them, far from what writers of etcd would feel. */
const TARGET = 8_000
/** Where it is known that there are no more keys than this, one Range counts them. */
const AT_ONCE = 20_000
/** A guess may be wrong by this factor. */
const GUESS_MARGIN = 8

/** How many keys lie below the prefix. Errors of the source (compacted, unreachable, cancelled) reject as they are. */
export async function countPrefix(source: OrderedSource, request: CountPrefixRequest): Promise<PrefixCount> {
  const { prefix, signal } = request
  const knowledge = request.knowledge ?? new RangeKnowledge({ maxChildren: 2 * MAX_PAGE })
  const counted: PrefixCount = { revision: request.revision, keys: 0, ranges: 0, walked: 0, largestWalk: 0 }
  if (request.revision === 0n) return await countAfresh(source, { ...request, knowledge }, counted)
  const known = knowledge.countedBelow(prefix, request.revision)
  if (known !== undefined) return { ...counted, keys: known }
  // The count of a registry is the sum of those of its directories, which are asked for by themselves too: each key is walked once for both.
  const running = knowledge.countOf(prefix, request.revision)
  if (running !== undefined) {
    const keys = await running.keys.catch((error: unknown) => {
      // The request that was counting was cancelled; that is no failure of the source. A real failure reaches all who wait.
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
  if (prefix.length <= 1 || holdsResources(prefix)) return await countChildren(source, request, counted)

  const end = prefixEndOrNull(prefix)
  const ladder = new EndLadder(prefix.length)
  const count = async (from: Uint8Array, to: End): Promise<number> => {
    signal?.throwIfAborted()
    // The first key costs one read more than the count alone, and tells the ladder where the keys lie.
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
  if ((expected ?? (guess && GUESS_MARGIN * guess) ?? Number.POSITIVE_INFINITY) <= AT_ONCE) {
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

/** What holds directories of many sorts is listed, and each of them counted: no Range reaches from one large directory into the next. */
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

/** Where each namespace of the cluster ends in this directory, ascending; empty where namespaces say nothing of it. */
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
