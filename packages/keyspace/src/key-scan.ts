// Walks an interval of the keyspace from left to right, one Range with a well-chosen end after the other, and skips what lies below a child directory.
import { compareBytes, copyBytes, KEYSPACE_END, keySuccessor, prefixEndOrNull, SLASH, startsWithBytes } from './bytes.ts'
import { compareEnds, type End, EndLadder } from './end-ladder.ts'
import type { KeyValue, OrderedSource, RangeRequest, WalkCost } from './ordered-source.ts'

/** etcd is never asked for more keys at once. */
export const MAX_PAGE = 500
/** Keys to walk for a look at directories: more cost more than the round trips that they save. */
const DIRECTORY_TARGET = 250
/**
 * Keys to be shown at such a look: enough for the small directories before a large one. A key that is sent costs etcd and us some thirty times
 * what a key costs that is only walked, for etcd reads its value from disk even for keys only.
 */
const DIRECTORY_PAGE = 32
/** How much of a directory its first step takes, about. */
const FIRST_STEP_SHARE = 0.1

/** Something to expect in the interval: a stretch of keys that an earlier listing saw, or that clusters usually have. */
export interface Milestone {
  start: Uint8Array
  end: End
  /** Keys to expect in [start, end). */
  weight: number
  /** Ends between start and end, ascending: where to look for the first key without walking the rest. */
  inside: readonly Uint8Array[]
  /** Whether `weight` was once counted, or is what clusters of some size usually have. */
  counted: boolean
}

/** A child that was found: a directory, of which `first` is the first key, or the key itself. */
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
  /** Before it nothing is expected. */
  begins?: Uint8Array | undefined
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
  readonly #milestones: readonly Milestone[]
  #milestone = 0
  readonly #ladder: EndLadder
  #nothingFound = true
  #lastWasKey = false
  // How many keys a milestone that was never counted stands for, relative to its weight.
  #scale = 1
  // Directories whose size follows once everything behind them was counted.
  #open: OpenDirectory[] = []

  constructor(options: KeyScanOptions) {
    this.#options = options
    this.#ladder = options.ladder ?? new EndLadder(options.prefix.length)
    this.revision = options.revision
    this.position = options.from
    this.#fences = [{ hi: options.end, beyond: Number.POSITIVE_INFINITY, exact: false }]
    this.#milestones = options.milestones ?? []
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
    const { source, fold, keysOnly } = this.#options
    const walksKeys = !fold || this.#lastWasKey
    const page = walksKeys ? Math.max(1, Math.min(MAX_PAGE, wanted)) : DIRECTORY_PAGE
    // What a reply leaves over is walked again by the next one: no more than a page of keys at a time.
    const target = walksKeys ? page : DIRECTORY_TARGET
    const { end, expected } = this.#chooseEnd(top, page, target)

    const key = this.position.length === 0 ? KEYSPACE_END : this.position
    if (end !== null && compareBytes(end, key) <= 0) {
      this.position = end
      return []
    }
    const request: RangeRequest = { key, end: end ?? KEYSPACE_END, revision: this.revision, limit: page, keysOnly }
    const reply = await source.range(request, signal)
    if (reply.revision > this.newest) this.newest = reply.revision
    if (this.revision === 0n) this.revision = reply.revision
    this.cost.ranges++
    this.cost.walked += reply.count
    this.cost.largestWalk = Math.max(this.cost.largestWalk, reply.count)
    this.#learn(reply.count, expected)
    if (reply.count === 0) this.#ladder.reachFurther(end)

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

  /** Moves the position behind what a reply over [position, end) showed, of which `left` keys were not in it. */
  #advance(found: FoundChild[], end: End, left: number): FoundChild[] {
    for (const child of found) this.#ladder.add(child.bytes, child.weight)
    if (found.length > 0) this.#nothingFound = false
    const last = found.at(-1)
    if (last !== undefined) this.#lastWasKey = !last.directory
    const behind = last === undefined ? end : last.directory ? prefixEndOrNull(last.bytes) : keySuccessor(last.bytes)
    if (last?.directory && compareEnds(behind, end) > 0) {
      // The interval ended within the directory; nobody counted the rest of it.
      last.exact = false
      this.#open = this.#open.filter((open) => compareEnds(open.hi, end) <= 0)
      this.#moveTo(behind, true)
    } else if (left > 0 && last?.directory) {
      last.exact = false
      this.#ladder.correct(last.bytes, left / 2)
      this.#open.push({ child: last, guessed: left / 2, hi: end, remaining: left })
      this.#moveTo(behind, true)
    } else {
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
      if (!passed && top.hi !== null) this.position = top.hi
      this.#fences.pop()
      if (top.hi === null) this.#fences.length = 0
    }
  }

  #chooseEnd(top: Fence, page: number, target: number): { end: End; expected: number } {
    if (top.beyond <= page * 1.5) return { end: top.hi, expected: -1 }
    // Nothing was counted yet, but something is expected.
    const { expected } = this.#options
    const guess = top.beyond === Number.POSITIVE_INFINITY && this.#nothingFound ? expected : undefined
    if (guess !== undefined && guess <= target) return { end: top.hi, expected: guess }
    const byMilestone = this.#milestoneEnd(top, page, target)
    if (byMilestone !== null) return byMilestone
    const { begins } = this.#options
    const position = begins !== undefined && compareBytes(this.position, begins) < 0 ? begins : this.position
    const end = this.#ladder.choose({
      position,
      fence: top.hi,
      target,
      left: guess ?? top.beyond,
      leftExact: guess !== undefined || top.exact,
    })
    return { end, expected: -1 }
  }

  #milestoneEnd(top: Fence, page: number, target: number): { end: End; expected: number } | null {
    const milestones = this.#milestones
    while (this.#milestone < milestones.length && compareEnds((milestones[this.#milestone] as Milestone).end, this.position) <= 0)
      this.#milestone++
    let expected = 0
    let end: End | undefined
    let stopped = false
    for (let i = this.#milestone; i < milestones.length && !stopped; i++) {
      const { start, end: behind, weight, inside, counted } = milestones[i] as Milestone
      if (compareEnds(start, top.hi) >= 0) break
      const cost = counted ? weight : weight * this.#scale
      if (expected + cost <= (counted ? page : target)) {
        expected += cost
        end = behind
        continue
      }
      stopped = true
      // Too much to cross: look at its beginning, which costs next to nothing, and take the gap before it along.
      const probe = inside.find((candidate) => compareBytes(candidate, this.position) > 0)
      if (probe !== undefined) {
        end = probe
        // The first step into a directory takes a part of it; what it finds says something of the whole, and of its like.
        if (!counted && compareBytes(this.position, start) <= 0) expected += cost * FIRST_STEP_SHARE
      } else if (end === undefined) {
        end = behind
        expected += cost
      }
    }
    if (end === undefined) {
      const nothingAhead = this.#milestone >= milestones.length && milestones.length > 0 && this.#options.milestonesReachEnd === true
      return nothingAhead && !Number.isFinite(top.beyond) ? { end: top.hi, expected: 0 } : null
    }
    // Behind the last milestone nothing is expected, unless the listing that left them did not get there.
    if (!stopped && this.#options.milestonesReachEnd && compareEnds(end, top.hi) < 0) end = top.hi
    if (compareEnds(end, top.hi) < 0) return { end, expected }
    // A stretch that is fuller than expected: the milestones know nothing of what fills it.
    return Number.isFinite(top.beyond) ? null : { end: top.hi, expected }
  }

  #learn(count: number, expected: number): void {
    if (expected < 100) return
    // Few keys at the beginning of one directory do not prove that all are small: the scale falls slowly and rises fast.
    this.#scale = Math.min(50, Math.max(0.02, this.#scale * Math.min(16, Math.max(0.3, count / expected))))
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
