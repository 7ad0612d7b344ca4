// Walks an interval of the keyspace from left to right, one Range with a well-chosen end after the other, and skips what lies below a child directory.
import { compareBytes, copyBytes, KEYSPACE_END, keySuccessor, prefixEndOrNull, SLASH, startsWithBytes } from './bytes.ts'
import { compareEnds, type End, EndLadder } from './end-ladder.ts'
import type { KeyValue, OrderedSource, RangeRequest, WalkCost } from './ordered-source.ts'

/** etcd is never asked for more keys at once. */
export const MAX_PAGE = 1_000
/** Of a page, where nobody knows how many keys there are: one that holds more is walked again for what it did not show. */
const TARGET_SHARE = 0.7
/** Keys to walk for a look at directories: more cost more than the round trips that they save. */
const DIRECTORY_TARGET = 250
/** The same where an earlier reply tells that there cannot be more: to find out at one go costs less than to guess. */
const BOUNDED_TARGET = 1_500
/**
 * Keys to be shown at such a look. A key that is sent costs etcd and us some thirty times what a key costs that is only walked, for etcd reads
 * its value from disk even for keys only.
 */
const DIRECTORY_PAGE = 32
/** Keys of small directories that are shown on the way to a large one: to be sent them costs less than a Range for each of the directories. */
const CROSSED = 150
/** What a look into a resource may walk, as far as one can tell: as long as a round trip takes, and there are fifty resources. */
const PROBE_TARGET = 200
/** The same where the number of keys is a mere guess. */
const VAGUE_TARGET = 150
/** How many times as much it may be where the beginning of the directory turned out to be empty. */
const BOLDEST = 16
/** However many vague milestones were empty, the next may be a large one; in a large cluster that would be too much to walk by mistake. */
const LEAST_LIKELY = 0.05
const SMALL_CLUSTER = 0.25
/** A directory whose end the guesses reach need not be looked into. */
const WHOLE = 1

/** Something to expect in the interval: a stretch of keys that an earlier listing saw, or that clusters usually have. */
export interface Milestone {
  start: Uint8Array
  end: End
  /** Keys to expect in [start, end). */
  weight: number
  /** Ends between start and end, ascending: where to look for the first key without walking the rest. */
  inside: readonly InnerEnd[]
  /** Whether `weight` was once counted, or is what clusters of some size usually have. */
  counted: boolean
  /** Whether `weight` is a mere guess, from which nothing follows for other directories. */
  vague?: boolean
  /** Whether there are about as many of these in a large cluster as in a small one: from them nothing follows either. */
  fixed?: boolean
}

/** An end within a milestone, and which share of its keys lies before it, about. Of hundreds of them few are used: the bytes are made when asked for. */
export interface InnerEnd {
  end: () => Uint8Array
  share: number
}

/** How many keys an uncounted milestone has, relative to its weight. The scans of one level share it: it depends on the cluster. */
export interface Scale {
  value: number
  /** Vague milestones in a row that turned out to be empty: each makes the next one half as likely to hold anything. */
  empty: number
}

/** A child that was found: a directory with its `first` key, or the key itself. */
export interface FoundChild {
  directory: boolean
  /** The prefix of the directory with its `/`, or the key. */
  bytes: Uint8Array
  first: KeyValue
  /** Keys below it: all of them where `exact`, else those that were seen. */
  weight: number
  exact: boolean
}

/** A directory that a reply cut off: `remaining` keys before `hi` are its own or lie behind it. */
interface OpenDirectory {
  child: FoundChild
  /** Keys that the model was told of beyond those that were seen. */
  guessed: number
  hi: End
  remaining: number
}

/** Where the next Range ends, and how many keys the milestones make one expect there; -1: they say nothing. */
interface ChosenEnd {
  end: End
  expected: number
  /** Keys to be shown, where it is not as many as always. */
  page?: number
  /** Whether what is found says how large the cluster is. */
  tells?: boolean
}

/** `beyond` keys at most lie between the next inner fence (or the position) and `hi`. */
interface Fence {
  hi: End
  beyond: number
  exact: boolean
}

export interface KeyScanOptions {
  source: OrderedSource
  /** All keys of the interval begin with it; its children are what is found when folding. */
  prefix: Uint8Array
  from: Uint8Array
  end: End
  /** 0n: the first reply decides, and everything after it is read there. */
  revision: bigint
  /** Whether to stop at child directories, or to go through every key. */
  fold: boolean
  keysOnly: boolean
  /** What an earlier reply said of the number of keys in the interval: a hint. */
  expected?: number | undefined
  /** In byte order, without overlaps. */
  milestones?: readonly Milestone[]
  milestonesReachEnd?: boolean
  /** Whether anything may lie between the milestones, and not only before the first of them. */
  gapsUnknown?: boolean
  /** Before it nothing is expected. */
  begins?: Uint8Array | undefined
  /** The children are expected to be keys, not directories. */
  flat?: boolean
  /** The children differ in size by orders of magnitude, as the resources of a registry do: what one of them weighs says nothing of the next. */
  uneven?: boolean
  scale?: Scale | undefined
  /** What walks over neighbouring intervals taught. */
  ladder?: EndLadder | undefined
}

/** The state of a walk. It can be kept and continued later, for it reads at one revision. */
export class KeyScan {
  revision: bigint
  /** The newest revision of the keyspace that a reply named. */
  newest = 0n
  readonly cost: WalkCost = { ranges: 0, walked: 0, largestWalk: 0 }
  /** Everything before it is done with. */
  position: Uint8Array
  readonly #options: KeyScanOptions
  readonly #fences: Fence[]
  #milestones: readonly Milestone[]
  #milestonesReachEnd: boolean
  #milestone = 0
  readonly #ladder: EndLadder
  #nothingFound = true
  #lastWasKey: boolean
  readonly #scale: Scale
  // Ranges in a row that found nothing.
  #empty = 0
  // While a Range is under way: where it ends.
  #reaching: End | undefined
  // Directories whose size follows once everything behind them was counted.
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

  /** How many keys lie ahead, where a reply has counted all of them. */
  get remaining(): number | undefined {
    this.#dropPassedFences()
    const [bottom] = this.#fences
    if (bottom === undefined) return 0
    return this.#fences.length === 1 && bottom.exact && Number.isFinite(bottom.beyond) ? bottom.beyond : undefined
  }

  /** Whether the last child was a key: then more of them are to be expected, a page at a time. */
  get walksKeys(): boolean {
    return !this.#options.fold || this.#lastWasKey
  }

  /** How many milestones lie ahead of what has been counted and of the Range under way. */
  get milestonesAhead(): number {
    return this.#milestones.length - this.#firstFree()
  }

  /**
   * Gives the second half of what lies ahead to a scan of its own, to be walked at the same time; null where nothing is known that it could be
   * halved by. Only what no reply has counted yet is given away.
   */
  splitOff(): KeyScan | null {
    const bottom = this.#fences[0]
    if (bottom === undefined || bottom.exact || Number.isFinite(bottom.beyond) || this.revision === 0n) return null
    const first = this.#firstFree()
    const ahead = this.#milestones.length - first
    const at = first + (ahead >> 1)
    // The reader of a milestone also crosses the gap before it, so this scan may end with the milestone before.
    const start = this.#milestones[at - 1]?.end
    if (ahead < 4 || start === undefined || start === null) return null
    const rest = new KeyScan({
      ...this.#options,
      from: start,
      end: bottom.hi,
      revision: this.revision,
      expected: undefined,
      begins: undefined,
      ladder: undefined,
      milestones: this.#milestones.slice(at),
      milestonesReachEnd: this.#milestonesReachEnd,
      scale: this.#scale,
    })
    bottom.hi = start
    this.#milestones = this.#milestones.slice(0, at)
    // Between two milestones nothing is expected.
    this.#milestonesReachEnd = true
    return rest
  }

  /** The index of the first milestone that begins behind everything that was counted, or is being counted now. */
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
   * One Range: what it found, in byte order; perhaps nothing.
   * @param wanted how many keys a reply should bring, where keys are what is found
   */
  async step(wanted: number, signal?: AbortSignal): Promise<FoundChild[]> {
    this.#dropPassedFences()
    const top = this.#fences.at(-1)
    if (top === undefined) return []
    const { source, keysOnly } = this.#options
    const { walksKeys } = this
    const usual = walksKeys ? Math.max(1, Math.min(MAX_PAGE, wanted)) : DIRECTORY_PAGE
    // What a reply leaves over is walked again by the next one: no more than a page of keys at a time.
    const target = walksKeys ? Math.ceil(usual * TARGET_SHARE) : DIRECTORY_TARGET
    const { end, expected, page = usual, tells = false } = this.#chooseEnd(top, usual, target)

    const key = this.position.length === 0 ? KEYSPACE_END : this.position
    if (end !== null && compareBytes(end, key) <= 0) {
      this.position = end
      return []
    }
    const request: RangeRequest = { key, end: end ?? KEYSPACE_END, revision: this.revision, limit: page, keysOnly }
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

    const left = reply.count - reply.kvs.length
    if (left < 0 || (left > 0 && reply.kvs.length === 0))
      throw new Error(`a Range answered ${reply.kvs.length} keys and a count of ${reply.count}`)
    if (compareEnds(end, top.hi) === 0) this.#fences.pop()
    else top.beyond -= Math.min(top.beyond, reply.count)
    this.#fences.push({ hi: end, beyond: left, exact: true })
    this.#settle(end, reply.count)
    return this.#advance(this.#fold(reply.kvs), end, left)
  }

  #fold(kvs: readonly KeyValue[]): FoundChild[] {
    const { prefix, fold } = this.#options
    const found: FoundChild[] = []
    for (const kv of kvs) {
      const last = found.at(-1)
      if (last?.directory && startsWithBytes(kv.key, last.bytes)) {
        last.weight++
        continue
      }
      const directory = fold ? childDirectory(kv.key, prefix) : null
      found.push({ directory: directory !== null, bytes: directory ?? kv.key, first: kv, weight: 1, exact: true })
    }
    return found
  }

  /** Moves the position behind what a reply over [position, end) showed. `left` keys of that interval were not in the reply. */
  #advance(found: FoundChild[], end: End, left: number): FoundChild[] {
    for (const child of found) this.#ladder.add(child.bytes, child.weight)
    if (found.length > 0) this.#nothingFound = false
    const last = found.at(-1)
    if (last !== undefined) this.#lastWasKey = !last.directory
    const behind = last === undefined ? end : last.directory ? prefixEndOrNull(last.bytes) : keySuccessor(last.bytes)
    if (last?.directory && compareEnds(behind, end) > 0) {
      // The interval ended within the directory; nobody counted the rest of it.
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

  /** Takes what was counted behind an open directory off the keys that may be its own; at its fence the rest is. */
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

  #chooseEnd(top: Fence, page: number, target: number): ChosenEnd {
    if (!this.walksKeys && top.beyond <= CROSSED) return { end: top.hi, expected: -1, page: Math.max(page, top.beyond) }
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

  /** Where a gap that anything may lie in ends; null where there is none. */
  #gapEnd(top: Fence): Uint8Array | null {
    if (this.#options.gapsUnknown !== true) return null
    const next = this.#milestones.find(({ start }) => compareBytes(start, this.position) > 0)
    const inside = this.#milestones.some(({ start, end }) => compareBytes(start, this.position) <= 0 && compareEnds(end, this.position) > 0)
    return next === undefined || inside || compareEnds(next.start, top.hi) >= 0 ? null : next.start
  }

  /** How many keys lie in a milestone: counted in an earlier listing, or guessed from the size of the cluster. */
  #costOf({ weight, counted, vague }: Milestone, grows: boolean): number {
    if (counted) return weight
    const likely = vague && this.#scale.value < SMALL_CLUSTER ? Math.max(LEAST_LIKELY, 0.5 ** this.#scale.empty) : 1
    return weight * likely * (grows ? this.#scale.value : Math.min(1, this.#scale.value))
  }

  #milestoneEnd(top: Fence, usual: number): ChosenEnd | null {
    const milestones = this.#milestones
    while (this.#milestone < milestones.length && compareEnds((milestones[this.#milestone] as Milestone).end, this.position) <= 0)
      this.#milestone++
    const most = this.walksKeys ? usual : CROSSED
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
      // More than a page shows nothing of what lies behind it.
      if (expected + cost <= most) {
        expected += cost
        if (!this.walksKeys) page = usual + Math.ceil(expected)
        end = behind
        tells &&= grows
        continue
      }
      stopped = true
      // Too much to cross: look at its beginning, which costs next to nothing, and take the gap before it along.
      const within = compareBytes(this.position, start) > 0
      const before = within ? (inside.findLast((inner) => compareBytes(inner.end(), this.position) <= 0)?.share ?? 0) : 0
      const ahead = inside.filter((inner) => inner.share > before)
      // The more of it is empty, the less likely is there anything at all.
      const bolder = within ? Math.min(BOLDEST, 4 ** this.#empty) : 1
      const probeTarget = bolder * (milestone.vague ? VAGUE_TARGET : this.#options.uneven ? PROBE_TARGET : 2 * DIRECTORY_PAGE)
      const affordable = counted ? undefined : ahead.findLast((inner) => (inner.share - before) * cost <= probeTarget)
      const probe = affordable ?? ahead[0]
      if (probe !== undefined && !(affordable !== undefined && (WHOLE - before) * cost <= probeTarget)) {
        end = probe.end()
        // Another step into it that found nothing says no more than the one before.
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
    // Behind the last milestone nothing is expected, unless the listing that left them did not get there.
    if (!stopped && this.#milestonesReachEnd && compareEnds(end, top.hi) < 0) end = top.hi
    if (compareEnds(end, top.hi) < 0) return { end, expected, page, tells }
    if (!Number.isFinite(top.beyond)) return { end: top.hi, expected, page }
    // A stretch that is fuller than expected: one milestone at a time, and within one they know nothing of what fills it.
    const next = this.#options.uneven ? milestones[this.#milestone]?.end : undefined
    return next !== undefined && compareEnds(next, top.hi) < 0 ? { end: next, expected: 0 } : null
  }

  /** Counts the vague milestones that a Range with this end has finished and found empty; one that holds something resets the count. */
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
    // Few keys at the beginning of one directory do not prove that all are small: the scale falls slowly and rises fast. That a resource has
    // none may mean that this cluster does without it.
    if (count === 0 && this.#options.uneven) return
    const factor = Math.min(16, Math.max(0.3, count / expected))
    this.#scale.value = Math.min(50, Math.max(0.01, this.#scale.value * factor))
  }
}

/**
 * The child directory of `prefix` that holds `key`, or null where the key is a child itself. At the root a leading `/` belongs to the name, so
 * that the root shows `/registry/` and not `/`.
 */
export function childDirectory(key: Uint8Array, prefix: Uint8Array): Uint8Array | null {
  const slash = key.indexOf(SLASH, prefix.length === 0 ? 1 : prefix.length)
  return slash < 0 ? null : copyBytes(key, 0, slash + 1)
}
