// Walks an interval of the keyspace from left to right in Ranges with well-chosen ends, and skips the content of child directories.
import { compareBytes, copyBytes, KEYSPACE_END, keySuccessor, prefixEndOrNull, SLASH, startsWithBytes } from './bytes.ts'
import { compareEnds, type End, EndLadder } from './end-ladder.ts'
import type { KeysTogether, KeyValue, OrderedSource, RangeReply, RangeRequest, WalkCost } from './ordered-source.ts'

/** Maximum keys requested at once. */
export const MAX_PAGE = 1_000
/** The share of a page to aim for if the number of keys is unknown: keys beyond a page are walked twice. */
const TARGET_SHARE = 0.7
/** Keys to walk to find directories: more cost more than the saved round trips. */
const DIRECTORY_TARGET = 250
/** The same if an earlier reply limits the number: finding out at once costs less than guessing. */
const BOUNDED_TARGET = 1_500
/**
 * Keys returned by such a look. A returned key costs etcd and us about thirty times as much as one that is only walked, because etcd reads its value
 * from disk even for keys only.
 */
const DIRECTORY_PAGE = 32
/** Keys of small directories returned on the way to a large one: they cost less than a Range for each directory. */
const CROSSED = 150
/** The same for the first listing in a store of middle size. More would save further Ranges, but cost etcd more than they do. */
const CROSSED_IN_MIDDLE = 250
/** The target for a look into a resource: it should take as long as a round trip, and there are fifty resources. */
const PROBE_TARGET = 200
/** The same if the number of keys is only a guess. */
const VAGUE_TARGET = 150
/** The factor by which it may grow if the start of the directory was empty. */
const BOLDEST = 16
/** However many vague milestones were empty, the next may be large; in a large cluster that is too much to walk by mistake. */
const LEAST_LIKELY = 0.05
const SMALL_CLUSTER = 0.25
/** A directory whose end the guesses reach need not be looked into. */
const WHOLE = 1

/** An expected part of the interval: a range of keys from an earlier listing, or one that clusters usually have. */
export interface Milestone {
  start: Uint8Array
  end: End
  /** Expected number of keys in [start, end). */
  weight: number
  /** Ends between start and end, ascending: positions to find the first key without walking the rest. */
  inside: readonly InnerEnd[]
  /** Whether `weight` was counted before, instead of typical for clusters of some size. */
  counted: boolean
  /** Whether `weight` is only a guess that says nothing about other directories. */
  vague?: boolean
  /** Whether its size does not depend on the cluster's size, so that it says nothing about it. */
  fixed?: boolean
}

/** An end within a milestone, and approximately which share of its keys is before it. Few of hundreds are used: the bytes are created on request. */
export interface InnerEnd {
  end: () => Uint8Array
  share: number
}

/** The number of keys in an uncounted milestone relative to its weight. Shared by the scans of one level, because it depends on the cluster. */
export interface Scale {
  value: number
  /** However large one directory is, the store does not hold many such. */
  most?: number
  /** Consecutive empty vague milestones: each halves the chance that the next one contains anything. */
  empty: number
}

/** A child: a directory with its `first` key, or the key itself. */
export interface FoundChild {
  directory: boolean
  /** The directory's prefix with its `/`, or the key. */
  bytes: Uint8Array
  first: KeyValue
  /** Number of keys below it: all of them if `exact`, else those seen. */
  weight: number
  exact: boolean
}

/** A directory truncated by a reply: `remaining` keys before `hi` are in it or after it. */
interface OpenDirectory {
  child: FoundChild
  /** Keys reported to the model beyond those seen. */
  guessed: number
  hi: End
  remaining: number
}

/** The end of the next Range, and the expected number of keys by the milestones; -1: unknown. */
interface ChosenEnd {
  end: End
  expected: number
  /** Number of keys to return, if not the default. */
  page?: number
  /** Whether the result indicates the cluster's size. */
  tells?: boolean
}

/** At most `beyond` keys are between the next inner fence (or the position) and `hi`. */
interface Fence {
  hi: End
  beyond: number
  exact: boolean
}

export interface KeyScanOptions {
  source: OrderedSource
  /** The common prefix of all keys in the interval; its children are the result when folding. */
  prefix: Uint8Array
  from: Uint8Array
  end: End
  /** 0n: the first reply decides, and everything after it uses that revision. */
  revision: bigint
  /** Whether to stop at child directories, or to visit every key. */
  fold: boolean
  keysOnly: boolean
  /** The number of keys in the interval by an earlier reply: a hint. */
  expected?: number | undefined
  /** In byte order, without overlaps. */
  milestones?: readonly Milestone[]
  milestonesReachEnd?: boolean
  /** Whether anything may be between the milestones, not only before the first. */
  gapsUnknown?: boolean
  /** Nothing is expected before it. */
  begins?: Uint8Array | undefined
  /** The children are expected to be keys, not directories. */
  flat?: boolean
  /** The children differ in size by orders of magnitude, like the resources of a registry: one says nothing about the next. */
  uneven?: boolean
  scale?: Scale | undefined
  /** The first Range goes to the end and returns up to this many keys. */
  atOnce?: number | undefined
  /** The store is known to be of middle size: prefer fewer Ranges. */
  middle?: boolean
  /** What walks over neighbouring intervals have learned. */
  ladder?: EndLadder | undefined
}

/** The state of a walk. It can be stored and continued later, because it reads at one revision. */
export class KeyScan {
  revision: bigint
  /** The newest revision of the keyspace in any reply. */
  newest = 0n
  readonly cost: WalkCost = { ranges: 0, walked: 0, largestWalk: 0 }
  /** Everything before it is done. */
  position: Uint8Array
  /** The keys of the last step in one buffer, if every key is visited and the source has them so. */
  together: KeysTogether | undefined
  readonly #options: KeyScanOptions
  readonly #fences: Fence[]
  #milestones: readonly Milestone[]
  #milestonesReachEnd: boolean
  #milestone = 0
  readonly #ladder: EndLadder
  #nothingFound = true
  #lastWasKey: boolean
  readonly #scale: Scale
  // Consecutive Ranges that found nothing.
  #empty = 0
  // The end of the running Range.
  #reaching: End | undefined
  // Directories whose size will follow once everything after them is counted.
  #open: OpenDirectory[] = []

  constructor(options: KeyScanOptions) {
    this.#options = options
    this.#ladder = options.ladder ?? new EndLadder(options.prefix.length)
    this.revision = options.revision
    this.position = options.from
    this.#fences = [{ hi: options.end, beyond: Number.POSITIVE_INFINITY, exact: false }]
    this.#milestones = options.milestones ?? []
    this.#milestonesReachEnd = options.milestonesReachEnd === true
    this.#lastWasKey = options.flat === true
    this.#scale = options.scale ?? { value: 1, empty: 0 }
  }

  /** Number of keys ahead, if a reply has counted them. */
  get remaining(): number | undefined {
    this.#dropPassedFences()
    const [bottom] = this.#fences
    if (bottom === undefined) return 0
    return this.#fences.length === 1 && bottom.exact && Number.isFinite(bottom.beyond) ? bottom.beyond : undefined
  }

  /** Whether the last child was a key: then more of them are expected, a page at a time. */
  get walksKeys(): boolean {
    return !this.#options.fold || this.#lastWasKey
  }

  /** Number of milestones after what has been counted and the running Range. */
  get milestonesAhead(): number {
    return this.#milestones.length - this.#firstFree()
  }

  /**
   * Splits off the second half of what is ahead as a separate scan, to be walked in parallel; null if it cannot be split. Only parts that no reply
   * has counted are split off.
   */
  splitOff(): KeyScan | null {
    const bottom = this.#fences[0]
    if (bottom === undefined || bottom.exact || Number.isFinite(bottom.beyond) || this.revision === 0n) return null
    const first = this.#firstFree()
    const ahead = this.#milestones.length - first
    const at = first + (ahead >> 1)
    // The reader of a milestone also crosses the gap before it, so this scan may end with the previous milestone.
    const start = this.#milestones[at - 1]?.end
    if (ahead < 4 || start === undefined || start === null) return null
    const rest = new KeyScan({
      ...this.#options,
      from: start,
      end: bottom.hi,
      revision: this.revision,
      expected: undefined,
      begins: undefined,
      atOnce: undefined,
      ladder: undefined,
      milestones: this.#milestones.slice(at),
      milestonesReachEnd: this.#milestonesReachEnd,
      scale: this.#scale,
    })
    bottom.hi = start
    this.#milestones = this.#milestones.slice(0, at)
    // Nothing is expected between two milestones.
    this.#milestonesReachEnd = true
    return rest
  }

  /** The index of the first milestone after everything counted or being counted. */
  #firstFree(): number {
    const counted = this.#fences[1]?.hi
    let i = this.#milestone
    for (; i < this.#milestones.length; i++) {
      const { start } = this.#milestones[i] as Milestone
      if (counted !== undefined && compareEnds(start, counted) < 0) continue
      if (this.#reaching !== undefined && compareEnds(start, this.#reaching) < 0) continue
      if (compareBytes(start, this.position) > 0) break
    }
    return i
  }

  get done(): boolean {
    this.#dropPassedFences()
    return this.#fences.length === 0
  }

  /** Whether an earlier reply proved that at least one more key lies ahead. */
  get moreIsCertain(): boolean {
    this.#dropPassedFences()
    return this.#fences.some((fence) => fence.exact && fence.beyond > 0 && Number.isFinite(fence.beyond))
  }

  /**
   * Sends one Range and returns what it found, in byte order; may be empty.
   * @param wanted how many keys a reply should contain, if the children are keys
   */
  async step(wanted: number, signal?: AbortSignal): Promise<FoundChild[]> {
    this.together = undefined
    this.#dropPassedFences()
    const top = this.#fences.at(-1)
    if (top === undefined) return []
    const { source, keysOnly, fold } = this.#options
    const { walksKeys } = this
    const usual = walksKeys ? Math.max(1, Math.min(MAX_PAGE, wanted)) : DIRECTORY_PAGE
    // The rest of a reply is walked again by the next one: at most a page of keys at a time.
    const target = walksKeys ? Math.ceil(usual * TARGET_SHARE) : DIRECTORY_TARGET
    const { end, expected, page = usual, tells = false } = this.#allAtOnce(top, usual) ?? this.#chooseEnd(top, usual, target)

    const key = this.position.length === 0 ? KEYSPACE_END : this.position
    if (end !== null && compareBytes(end, key) <= 0) {
      this.position = end
      return []
    }
    const request: RangeRequest = { key, end: end ?? KEYSPACE_END, revision: this.revision, limit: page, keysOnly }
    // A child that is kept must not retain a page of others: of the keys below directories few are kept, and copied.
    if (keysOnly && (!fold || !walksKeys)) request.keysTogether = true
    this.#reaching = end
    const reply = await source.range(request, signal).finally(() => {
      this.#reaching = undefined
    })
    if (reply.revision > this.newest) this.newest = reply.revision
    if (this.revision === 0n) this.revision = reply.revision
    this.cost.ranges++
    this.cost.walked += reply.count
    this.cost.largestWalk = Math.max(this.cost.largestWalk, reply.count)
    if (tells) this.#learn(reply.count, expected)
    this.#countEmpty(end, reply.count)
    if (reply.count === 0) this.#ladder.reachFurther(end)
    this.#empty = reply.count === 0 ? this.#empty + 1 : 0

    if (!fold) this.together = reply.together
    const left = reply.count - reply.kvs.length
    if (left < 0 || (left > 0 && reply.kvs.length === 0))
      throw new Error(`a Range answered ${reply.kvs.length} keys and a count of ${reply.count}`)
    if (compareEnds(end, top.hi) === 0) this.#fences.pop()
    else top.beyond -= Math.min(top.beyond, reply.count)
    this.#fences.push({ hi: end, beyond: left, exact: true })
    this.#settle(end, reply.count)
    return this.#advance(this.#fold(reply), end, left)
  }

  #fold({ kvs, together }: RangeReply): FoundChild[] {
    const { prefix, fold } = this.#options
    const found: FoundChild[] = []
    for (const kv of kvs) {
      const { key } = kv
      const last = found.at(-1)
      if (last?.directory && startsWithBytes(key, last.bytes)) {
        last.weight++
        continue
      }
      const directory = fold ? childDirectory(key, prefix) : null
      const first = fold && together !== undefined ? copyOf(kv) : kv
      found.push({ directory: directory !== null, bytes: directory ?? first.key, first, weight: 1, exact: true })
    }
    return found
  }

  /** Moves the position after what a reply over [position, end) showed. `left` keys of that interval were not in the reply. */
  #advance(found: FoundChild[], end: End, left: number): FoundChild[] {
    for (const child of found) this.#ladder.add(child.bytes, child.weight)
    if (found.length > 0) this.#nothingFound = false
    const last = found.at(-1)
    if (last !== undefined) this.#lastWasKey = !last.directory
    const behind = last === undefined ? end : last.directory ? prefixEndOrNull(last.bytes) : keySuccessor(last.bytes)
    if (last?.directory && compareEnds(behind, end) > 0) {
      // The interval ended inside the directory; the rest of it is uncounted.
      last.exact = false
      last.weight += left
      this.#open = this.#open.filter((open) => compareEnds(open.hi, end) <= 0)
      this.#moveTo(behind, true)
    } else if (left > 0 && last?.directory) {
      last.exact = false
      this.#ladder.correct(last.bytes, left / 2)
      this.#open.push({ child: last, guessed: left / 2, hi: end, remaining: left })
      this.#moveTo(behind, true)
    } else {
      if (left === 0) this.#ladder.passed(end)
      this.#moveTo(left > 0 ? behind : end, false)
    }
    return found
  }

  #moveTo(position: End, overUncounted: boolean): void {
    if (position === null) {
      this.#fences.length = 0
      return
    }
    this.position = position
    this.#dropPassedFences()
    const top = this.#fences.at(-1)
    if (overUncounted && top !== undefined) top.exact = false
  }

  /** Subtracts what was counted after an open directory from the keys that may be its own; at its fence the rest is. */
  #settle(end: End, count: number): void {
    this.#open = this.#open.filter((open) => {
      const order = compareEnds(end, open.hi)
      if (order > 0) return false
      open.remaining -= count
      if (order < 0) return true
      open.child.weight += Math.max(0, open.remaining)
      open.child.exact = true
      this.#ladder.correct(open.child.bytes, Math.max(0, open.remaining) - open.guessed)
      return false
    })
  }

  #dropPassedFences(): void {
    for (let top = this.#fences.at(-1); top !== undefined; top = this.#fences.at(-1)) {
      const passed = top.hi !== null && compareBytes(this.position, top.hi) >= 0
      if (!passed && top.beyond > 0) return
      if (!passed && top.hi !== null) {
        this.position = top.hi
        this.#ladder.passed(top.hi)
      }
      this.#fences.pop()
      if (top.hi === null) this.#fences.length = 0
    }
  }

  /** The first Range, if one may read everything. Keys that are shown in pages are read in pages. */
  #allAtOnce(top: Fence, usual: number): ChosenEnd | null {
    const { atOnce } = this.#options
    if (atOnce === undefined || this.cost.ranges > 0) return null
    return { end: top.hi, expected: -1, page: this.walksKeys ? usual : atOnce }
  }

  #chooseEnd(top: Fence, page: number, target: number): ChosenEnd {
    if (!this.walksKeys && top.beyond <= this.#crossed) return { end: top.hi, expected: -1, page: Math.max(page, top.beyond) }
    if (top.beyond <= (this.walksKeys ? page * 1.25 : BOUNDED_TARGET)) return { end: top.hi, expected: -1 }
    // Nothing was counted yet, but something is expected.
    const { expected } = this.#options
    const guess = top.beyond === Number.POSITIVE_INFINITY && this.#nothingFound ? expected : undefined
    if (guess !== undefined && guess <= page) return { end: top.hi, expected: guess }
    const gap = this.#gapEnd(top)
    const byMilestone = gap === null ? this.#milestoneEnd(top, page) : null
    if (byMilestone !== null) return byMilestone
    const { begins } = this.#options
    const position = begins !== undefined && compareBytes(this.position, begins) < 0 ? begins : this.position
    const end = this.#ladder.choose({
      position,
      fence: gap ?? top.hi,
      target,
      left: guess ?? top.beyond,
      leftExact: guess !== undefined || top.exact,
      preferFewRanges: !this.walksKeys,
    })
    return { end, expected: -1 }
  }

  /** The end of a gap that may contain anything; null if there is none. */
  #gapEnd(top: Fence): Uint8Array | null {
    if (this.#options.gapsUnknown !== true) return null
    const next = this.#milestones.find(({ start }) => compareBytes(start, this.position) > 0)
    const inside = this.#milestones.some(({ start, end }) => compareBytes(start, this.position) <= 0 && compareEnds(end, this.position) > 0)
    return next === undefined || inside || compareEnds(next.start, top.hi) >= 0 ? null : next.start
  }

  /** Number of keys in a milestone: counted in an earlier listing, or estimated from the cluster's size. */
  #costOf({ weight, counted, vague }: Milestone, grows: boolean): number {
    if (counted) return weight
    const likely = vague && this.#scale.value < SMALL_CLUSTER ? Math.max(LEAST_LIKELY, 0.5 ** this.#scale.empty) : 1
    return weight * likely * (grows ? this.#scale.value : Math.min(1, this.#scale.value))
  }

  #skipPassed(): void {
    const milestones = this.#milestones
    while (this.#milestone < milestones.length && compareEnds((milestones[this.#milestone] as Milestone).end, this.position) <= 0)
      this.#milestone++
  }

  #milestoneEnd(top: Fence, usual: number): ChosenEnd | null {
    const milestones = this.#milestones
    this.#skipPassed()
    const most = this.walksKeys ? usual : this.#crossed
    let expected = 0
    let page = usual
    let end: End | undefined
    let stopped = false
    let tells = true
    for (let i = this.#milestone; i < milestones.length && !stopped; i++) {
      const milestone = milestones[i] as Milestone
      const { start, end: behind, inside, counted } = milestone
      if (compareEnds(start, top.hi) >= 0) break
      const grows = !milestone.vague && !milestone.fixed
      const cost = this.#costOf(milestone, grows)
      // More than a page shows nothing of what is after it.
      if (expected + cost <= most) {
        expected += cost
        if (!this.walksKeys) page = usual + Math.ceil(expected)
        end = behind
        tells &&= grows
        continue
      }
      stopped = true
      // Too much to cross: look at its start, which costs almost nothing, and include the gap before it.
      const within = compareBytes(this.position, start) > 0
      const before = within ? (inside.findLast((inner) => compareBytes(inner.end(), this.position) <= 0)?.share ?? 0) : 0
      const ahead = inside.filter((inner) => inner.share > before)
      const probeTarget = this.#probeTarget(milestone, within)
      const affordable = counted ? undefined : ahead.findLast((inner) => (inner.share - before) * cost <= probeTarget)
      const probe = affordable ?? ahead[0]
      if (probe !== undefined && !(affordable !== undefined && (WHOLE - before) * cost <= probeTarget)) {
        end = probe.end()
        // Another step into it that found nothing says no more than the previous one.
        if (before > 0 || !grows) tells = false
        if (!counted) expected += cost * (probe.share - before)
      } else if (end === undefined || affordable !== undefined) {
        end = behind
        expected += cost * (WHOLE - before)
      }
    }
    if (end === undefined) {
      const nothingAhead = this.#milestone >= milestones.length && milestones.length > 0 && this.#milestonesReachEnd
      return nothingAhead && !Number.isFinite(top.beyond) ? { end: top.hi, expected: 0 } : null
    }
    // After the last milestone nothing is expected, unless the listing that left them ended before.
    if (!stopped && this.#milestonesReachEnd && compareEnds(end, top.hi) < 0) end = top.hi
    if (compareEnds(end, top.hi) < 0) return { end, expected, page, tells }
    if (!Number.isFinite(top.beyond)) return { end: top.hi, expected, page }
    // A range that is fuller than expected: one milestone at a time, and within one they do not know its content.
    const next = this.#options.uneven ? milestones[this.#milestone]?.end : undefined
    return next !== undefined && compareEnds(next, top.hi) < 0 ? { end: next, expected: 0 } : null
  }

  /** Number of keys to walk to find the first in a milestone. */
  #probeTarget({ vague }: Milestone, within: boolean): number {
    const { uneven, middle } = this.#options
    const target = vague ? VAGUE_TARGET : uneven ? PROBE_TARGET : 2 * DIRECTORY_PAGE
    if (!within) return target
    // The more of it is empty, the less likely it contains anything. In a store of middle size, to find out at once costs less than a third look.
    return target * (middle ? BOLDEST : Math.min(BOLDEST, 4 ** this.#empty))
  }

  get #crossed(): number {
    return this.#options.middle ? CROSSED_IN_MIDDLE : CROSSED
  }

  /** Counts the vague milestones that a Range with this end has found empty; one with content resets the count. */
  #countEmpty(end: End, count: number): void {
    const milestones = this.#milestones
    for (let i = this.#milestone; i < milestones.length; i++) {
      const { start, end: behind, vague } = milestones[i] as Milestone
      if (compareEnds(start, end) >= 0) return
      if (!vague) continue
      if (count > 0) this.#scale.empty = 0
      else if (compareEnds(behind, end) <= 0) this.#scale.empty++
    }
  }

  #learn(count: number, expected: number): void {
    if (expected < 100) return
    // Few keys at the start of one directory do not prove that all are small: the scale falls slowly and rises fast. An empty resource may only mean
    // that this cluster does not use it.
    if (count === 0 && this.#options.uneven) return
    const factor = Math.min(16, Math.max(0.3, count / expected))
    this.#scale.value = Math.min(this.#scale.most ?? 50, Math.max(0.01, this.#scale.value * factor))
  }
}

/** A key of its own, without the page that it was part of. */
function copyOf({ key, createRevision, modRevision, version, lease, value }: KeyValue): KeyValue {
  return { key: copyBytes(key), createRevision, modRevision, version, lease, value }
}

/**
 * The child directory of `prefix` that contains `key`, or null if the key is a child itself. At the root a leading `/` belongs to the name, so that
 * the root shows `/registry/` instead of `/`.
 */
export function childDirectory(key: Uint8Array, prefix: Uint8Array): Uint8Array | null {
  const slash = key.indexOf(SLASH, prefix.length === 0 ? 1 : prefix.length)
  return slash < 0 ? null : copyBytes(key, 0, slash + 1)
}
