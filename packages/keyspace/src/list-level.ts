// Lists one level of the key tree, the children of a prefix, page by page at one revision without walking what is below them.
import { compareBytes, copyBytes, fromBase64urlOrNull, keySuccessor, prefixEndOrNull, toBase64url } from './bytes.ts'
import { compareEnds } from './end-ladder.ts'
import { type FoundChild, MAX_PAGE, type Milestone } from './key-scan.ts'
import { isRefusal, type OrderedSource, type WalkCost } from './ordered-source.ts'
import { appendMilestones, firstMilestone, indexFrom, type LevelMemory, milestonesOf, RangeKnowledge } from './range-knowledge.ts'
import { type ClusterNames, holdsObjects, isListOfNames, isRegistryPrefix, tellingLists, usualMilestones } from './registry-names.ts'
import { SplitScan } from './split-scan.ts'
import { AT_ONCE, KEYS_PER_RANGE, type StoreSize, sizeOfStore } from './store-size.ts'

/** A child of a prefix. A key that is also a prefix appears as both: the key, and later the directory. */
export type LevelEntry =
  | { kind: 'directory'; prefix: Uint8Array }
  | { kind: 'key'; key: Uint8Array; createRevision: bigint; modRevision: bigint; version: bigint; lease: bigint }

export interface ListLevelRequest {
  prefix: Uint8Array
  /** 0n is the newest. With a cursor: 0n or the revision of the listing that gave it. */
  revision: bigint
  /** From the previous page. */
  cursor?: string | undefined
  /** Entries per page, at least 1. */
  limit: number
  knowledge?: RangeKnowledge | undefined
  signal?: AbortSignal | undefined
}

export interface LevelPage extends WalkCost {
  /** The revision read: the whole listing is consistent. */
  revision: bigint
  /** In byte order of the key or prefix; a directory therefore comes after keys such as `a-b` and `a.b` and before `a0`. */
  entries: LevelEntry[]
  /** There is at least one more entry exactly when there is a cursor. */
  cursor?: string
}

const NO_NAMES: ClusterNames = { namespaces: [], customResourceDefinitions: [] }

/** Directories with fewer keys are walked without preparation. */
const SMALL = 2_000

/** The cursor does not belong to a listing of this prefix at this revision. */
export class InvalidCursorError extends Error {
  override name = 'InvalidCursorError'
  readonly says: InvalidCursorMessage
  constructor(says: InvalidCursorMessage) {
    super(says.code)
    this.says = says
  }
}

/** What is wrong with a cursor: not one at all, of another prefix, or of `revision` where `asked` was asked for. */
export type InvalidCursorMessage =
  | { code: 'cursor-wrong'; params: Record<never, never> }
  | { code: 'cursor-of-prefix'; params: Record<never, never> }
  | { code: 'cursor-of-revision'; params: { revision: string; asked: string } }

/**
 * Lists the children of a prefix. For a key that begins with the prefix, everything up to and including the next `/` is a directory; without one it
 * is a key. A key equal to the prefix is listed too, because it would be unreachable otherwise. At the root a leading `/` belongs to the name.
 * @throws InvalidCursorError, RangeError for a limit below 1, and the source's errors
 */
export async function listLevel(source: OrderedSource, request: ListLevelRequest): Promise<LevelPage> {
  const { prefix, limit, signal } = request
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`a page needs a limit of at least 1, not ${limit}`)
  const cursor = request.cursor === undefined ? null : readCursor(request.cursor, prefix, request.revision)
  const revision = cursor?.revision ?? request.revision
  const knowledge = request.knowledge ?? new RangeKnowledge({ maxChildren: 2 * limit })
  const cost: WalkCost = { ranges: 0, walked: 0, largestWalk: 0 }
  const from = cursor?.position ?? prefix

  let level = revision === 0n ? undefined : knowledge.levelAt(prefix, revision)
  if (level === undefined || compareBytes(from, level.from) < 0) {
    const size = await sizeOfStore(source, signal)
    const told = size.small ? { revision, names: NO_NAMES } : await namesFor(source, prefix, revision, knowledge, cost, signal)
    const fresh = newLevel(source, { ...request, from, revision: told.revision }, knowledge, told.names, size)
    await advance(fresh, limit, cost, signal)
    level = knowledge.levelAt(prefix, fresh.revision)
    // A look at the first child may have been remembered at this revision, and now one Range has told all.
    const better = fresh.scan.done && level?.scan.done === false
    if (level === undefined || better || compareBytes(from, level.from) < 0) {
      level = fresh
      knowledge.remember(level)
    }
  }

  for (;;) {
    // Another reader may have advanced the level, and earlier parts may be forgotten.
    if (compareBytes(from, level.from) < 0) {
      level = newLevel(source, { ...request, from, revision: level.revision }, knowledge, NO_NAMES, await sizeOfStore(source, signal))
      knowledge.remember(level)
    }
    const start = indexFrom(level.children, from)
    const available = level.children.length - start
    const done = level.scan.done
    if (done || available > limit || (available === limit && level.scan.moreIsCertain)) {
      const page = level.children.slice(start, start + limit)
      const more = available > limit || (!done && available === limit)
      const last = page.at(-1)
      knowledge.remember(level)
      knowledge.shrink(level)
      const next = more && last !== undefined ? positionBehind(entryOf(last)) : null
      return {
        revision: level.revision,
        entries: page.map(entryOf),
        ...(next === null ? {} : { cursor: writeCursor(level.revision, next) }),
        ...cost,
      }
    }
    await advance(level, limit, cost, signal)
  }
}

/** Sends some more Ranges: a walk's state belongs to one reader at a time. */
async function advance(level: LevelMemory, limit: number, cost: WalkCost, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  if (level.busy !== null) {
    await level.busy.catch(() => {})
    return
  }
  const step = level.scan.step(limit, signal)
  level.busy = step
  try {
    const { found, cost: spent } = await step
    level.revision = level.scan.revision
    level.children.push(...found)
    cost.ranges += spent.ranges
    cost.walked += spent.walked
    cost.largestWalk = Math.max(cost.largestWalk, spent.largestWalk)
  } finally {
    level.busy = null
  }
}

/**
 * The first level of a list of names that helps with other directories. Null if it may not be read: a user's role may include one prefix and not this
 * one, and the names are only a hint.
 */
export async function listNames(
  source: OrderedSource,
  list: Uint8Array,
  revision: bigint,
  knowledge: RangeKnowledge,
  signal: AbortSignal | undefined,
): Promise<LevelPage | null> {
  return await listLevel(source, { prefix: list, revision, limit: MAX_PAGE, knowledge, signal }).catch((error: unknown) => {
    if (isRefusal(error)) return null
    throw error
  })
}

/**
 * The names of the cluster's namespaces or custom resources, for a directory where they help and that is not known to be small. They cost a few
 * hundred keys once, and avoid walking hundreds of thousands.
 */
async function namesFor(
  source: OrderedSource,
  prefix: Uint8Array,
  revision: bigint,
  knowledge: RangeKnowledge,
  cost: WalkCost,
  signal: AbortSignal | undefined,
): Promise<{ revision: bigint; names: ClusterNames }> {
  const expected = knowledge.expectedBelow(prefix)
  const names = { namespaces: [] as Uint8Array[], customResourceDefinitions: [] as Uint8Array[] }
  if ((expected !== undefined && expected <= SMALL) || knowledge.lastLevel(prefix) !== undefined) return { revision, names }
  const lists = tellingLists(prefix)
  const kinds = ['namespaces', 'customResourceDefinitions'] as const
  const unknown = kinds.flatMap((kind) => lists[kind] ?? []).filter((list) => knowledge.lastLevel(list) === undefined)
  // In parallel: they are hints, and need not be of one revision.
  const pages = await Promise.all(unknown.map((list) => listNames(source, list, revision, knowledge, signal)))
  let read = revision
  for (const page of pages) {
    if (page === null) continue
    cost.ranges += page.ranges
    cost.walked += page.walked
    cost.largestWalk = Math.max(cost.largestWalk, page.largestWalk)
    if (page.revision > read) read = page.revision
  }
  for (const kind of kinds) {
    const list = lists[kind]
    if (list === undefined) continue
    for (const child of knowledge.lastLevel(list)?.children ?? [])
      if (!child.directory) names[kind].push(copyBytes(child.bytes, list.length))
  }
  return { revision: read, names }
}

function newLevel(
  source: OrderedSource,
  { prefix, from, revision, limit }: Pick<ListLevelRequest, 'prefix' | 'revision' | 'limit'> & { from: Uint8Array },
  knowledge: RangeKnowledge,
  names: ClusterNames,
  size: StoreSize,
): LevelMemory {
  const before = knowledge.lastLevel(prefix)
  const known = before === undefined ? [] : milestonesOf(before)
  const complete = before?.scan.done === true
  const usual = usualMilestones(prefix, names)
  const first = before === undefined && usual.length === 0 ? knowledge.firstBelow(prefix) : undefined
  // The first child of a large directory need not be walked to find out that it is there.
  const begins = first !== undefined && (knowledge.expectedBelow(prefix) ?? Number.POSITIVE_INFINITY) > SMALL
  const expected = complete ? known : begins ? firstMilestone(prefix, first) : appendMilestones(known, usual)
  const milestones = expected.filter((milestone) => compareEnds(milestone.end, from) > 0)
  const scan = new SplitScan({
    source,
    prefix,
    from,
    end: prefixEndOrNull(prefix),
    revision,
    fold: true,
    keysOnly: true,
    expected: knowledge.expectedBelow(prefix) ?? (isListOfNames(prefix) ? MAX_PAGE : undefined),
    flat: isListOfNames(prefix) || holdsObjects(prefix),
    uneven: isRegistryPrefix(prefix),
    milestones,
    milestonesReachEnd: complete || (prefix.length > 0 && milestones.some((milestone) => !milestone.counted)),
    gapsUnknown: prefix.length === 0 && !complete,
    // Whoever wants one child alone is not sent all, once it is known where it is.
    atOnce: size.small && (before === undefined || (limit > 1 && oneRangeIsCheaper(before, known, knowledge))) ? AT_ONCE : undefined,
    // A known level takes Ranges of one key, which are the cheapest of all.
    middle: size.middle && before === undefined,
    scale: { value: size.scale, empty: 0, ...(size.middle ? { most: 4 * size.scale } : {}) },
  })
  return { prefix, revision, from, children: [], milestones: [], scan, busy: null }
}

/** Whether one Range over a level costs etcd less than one for each known milestone. It does not where the keys may be many. */
function oneRangeIsCheaper(before: LevelMemory, known: readonly Milestone[], knowledge: RangeKnowledge): boolean {
  const counted = before.scan.done ? known.reduce((sum, { weight }) => sum + weight, 0) : Number.POSITIVE_INFINITY
  // A level of which single keys were read has not counted its directories; perhaps the listing of its parent has.
  const below = Number.isFinite(counted) ? counted : knowledge.expectedBelow(before.prefix)
  return below !== undefined && below <= KEYS_PER_RANGE * known.length
}

function entryOf(child: FoundChild): LevelEntry {
  if (child.directory) return { kind: 'directory', prefix: child.bytes }
  const { key, createRevision, modRevision, version, lease } = child.first
  return { kind: 'key', key, createRevision, modRevision, version, lease }
}

/** The first position in the level after an entry; null after the last possible one. */
export function positionBehind(entry: LevelEntry): Uint8Array | null {
  return entry.kind === 'directory' ? prefixEndOrNull(entry.prefix) : keySuccessor(entry.key)
}

export const writeCursor = (revision: bigint, position: Uint8Array): string => `${revision}.${toBase64url(position)}`

/** Where a listing continues, and at which revision. Throws InvalidCursorError. */
export function readCursor(text: string, prefix: Uint8Array, revision: bigint): { revision: bigint; position: Uint8Array } {
  const [, digits, base64 = ''] = /^([1-9][0-9]{0,18})\.([A-Za-z0-9_-]+)$/.exec(text) ?? []
  const position = fromBase64urlOrNull(base64)
  if (digits === undefined || position === null) throw new InvalidCursorError({ code: 'cursor-wrong', params: {} })
  const end = prefixEndOrNull(prefix)
  if (compareBytes(position, prefix) < 0 || (end !== null && compareBytes(position, end) > 0))
    throw new InvalidCursorError({ code: 'cursor-of-prefix', params: {} })
  if (revision !== 0n && revision !== BigInt(digits))
    throw new InvalidCursorError({ code: 'cursor-of-revision', params: { revision: digits, asked: String(revision) } })
  return { revision: BigInt(digits), position }
}
