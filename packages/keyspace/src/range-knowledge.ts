// What earlier listings of one cluster learned: valid at their own revision, and a hint at any other.
import { compareBytes, keySuccessor, parentPrefix, prefixEndOrNull, SLASH } from './bytes.ts'
import { childDirectory, type FoundChild, type InnerEnd, type Milestone } from './key-scan.ts'
import type { KeyValue } from './ordered-source.ts'
import { stepsInto } from './registry-names.ts'
import { type RememberedCount, RememberedCounts } from './remembered-counts.ts'
import type { SplitScan } from './split-scan.ts'

/** Keys per milestone in a directory of plain keys: two of them make a page. */
const RUN = 250

/** One level at one revision, as far as it was read: its children in byte order from `from` on, and the walk that continues after them. */
export interface LevelMemory {
  prefix: Uint8Array
  revision: bigint
  /** The position before the first remembered child. */
  from: Uint8Array
  children: FoundChild[]
  /** A summary of what is before `from`. */
  milestones: Milestone[]
  scan: SplitScan
  /** Set while a Range is running: the walk has one state, and its readers take turns. */
  busy: Promise<unknown> | null
}

export interface RangeKnowledgeOptions {
  /** Maximum children remembered over all levels; 200 to 400 bytes each. */
  maxChildren?: number
  /** Maximum levels remembered. */
  maxLevels?: number
}

/** The lister's memory for one cluster: owned by the caller, limited in size. Without it every listing is a first one. */
export class RangeKnowledge {
  readonly maxChildren: number
  readonly #maxLevels: number
  readonly #levels = new Map<string, LevelMemory>()
  readonly #newest = new Map<string, LevelMemory>()
  readonly #walks = new Map<string, Milestone[]>()
  readonly #counts = new RememberedCounts()

  constructor(options: RangeKnowledgeOptions = {}) {
    this.maxChildren = options.maxChildren ?? 60_000
    this.#maxLevels = options.maxLevels ?? 500
  }

  /** The level at exactly this revision: its content is valid. */
  levelAt(prefix: Uint8Array, revision: bigint): LevelMemory | undefined {
    const name = levelName(prefix, revision)
    const level = this.#levels.get(name)
    if (level !== undefined) {
      this.#levels.delete(name)
      this.#levels.set(name, level)
    }
    return level
  }

  /** The level as last seen, at any revision. */
  lastLevel(prefix: Uint8Array): LevelMemory | undefined {
    return this.#newest.get(nameOf(prefix))
  }

  /** The same as hints only, for keys that may have another history: nothing in it is valid at any revision. */
  asHints(): RangeKnowledge {
    const hints = new RangeKnowledge({ maxChildren: this.maxChildren, maxLevels: this.#maxLevels })
    for (const [name, level] of this.#newest) {
      hints.#newest.set(name, level)
      // Where no revision finds it; it still counts in the limits.
      hints.#levels.set(`hint@${name}`, level)
    }
    for (const [name, pages] of this.#walks) hints.#walks.set(name, pages)
    return hints
  }

  remember(level: LevelMemory): void {
    this.#levels.set(levelName(level.prefix, level.revision), level)
    const newest = this.#newest.get(nameOf(level.prefix))
    // The level with more knowledge is the better guide until the new one is complete too.
    if (newest === undefined || level.scan.done || newest.children.length <= level.children.length)
      this.#newest.set(nameOf(level.prefix), level)
  }

  /** The number of keys below this directory by the last listing of its parent. */
  expectedBelow(prefix: Uint8Array): number | undefined {
    const child = this.#childOf(prefix)
    return child?.exact ? child.weight : undefined
  }

  /** The number of keys below this directory at exactly this revision, if its parent's listing counted them. */
  countedBelow(prefix: Uint8Array, revision: bigint): number | undefined {
    const child = childIn(this.levelAt(parentPrefix(prefix), revision), prefix)
    return child?.exact ? child.weight : undefined
  }

  /** The count of a whole prefix at exactly this revision that was requested before or is running. */
  countOf(prefix: Uint8Array, revision: bigint): RememberedCount | undefined {
    return this.#counts.get(levelName(prefix, revision))
  }

  rememberCount(prefix: Uint8Array, revision: bigint, count: RememberedCount): void {
    this.#counts.remember(levelName(prefix, revision), count)
  }

  /** The number of keys below this directory if it was not counted: a guess. */
  guessBelow(prefix: Uint8Array): number | undefined {
    const guess = this.lastLevel(parentPrefix(prefix))?.scan.guess(prefix)
    return guess && Math.max(guess, 3 * (this.#childOf(prefix)?.weight ?? 0))
  }

  /** The first key in this directory by the last listing of its parent. */
  firstBelow(prefix: Uint8Array): KeyValue | undefined {
    return this.#childOf(prefix)?.first
  }

  #childOf(directory: Uint8Array): FoundChild | undefined {
    return childIn(this.lastLevel(parentPrefix(directory)), directory)
  }

  /** Where the pages of a whole prefix ended last time. */
  pagesOf(name: string): Milestone[] | undefined {
    return this.#walks.get(name)
  }

  rememberPages(name: string, pages: Milestone[]): void {
    this.#walks.delete(name)
    this.#walks.set(name, pages)
    for (const oldest of this.#walks.keys()) {
      if (this.#walks.size <= 8) break
      this.#walks.delete(oldest)
    }
  }

  /** Enforces the limits: drops the levels not read for the longest time, then the start of `current`. */
  shrink(current: LevelMemory): void {
    let children = 0
    for (const level of this.#levels.values()) children += level.children.length
    for (const [name, level] of this.#levels) {
      if (children <= this.maxChildren && this.#levels.size <= this.#maxLevels) return
      if (level === current) continue
      this.#levels.delete(name)
      children -= level.children.length
      if (this.#newest.get(nameOf(level.prefix)) === level) this.#newest.delete(nameOf(level.prefix))
    }
    if (children > this.maxChildren) forgetHead(current, children - Math.floor(this.maxChildren / 2))
  }
}

function childIn(level: LevelMemory | undefined, directory: Uint8Array): FoundChild | undefined {
  const child = level?.children[indexFrom(level.children, directory)]
  return child?.directory && compareBytes(child.bytes, directory) === 0 ? child : undefined
}

/** The index of the first child at or after `position`. */
export function indexFrom(children: readonly FoundChild[], position: Uint8Array): number {
  let low = 0
  let high = children.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareBytes((children[middle] as FoundChild).bytes, position) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** What to expect of a level at another revision, once it was read. */
export function milestonesOf(level: LevelMemory): Milestone[] {
  return [...level.milestones, ...milestonesFrom(level.children)]
}

/** What the first key below a directory, told by the listing of its parent, says of the directory's first child. */
export function firstMilestone(prefix: Uint8Array, first: KeyValue): Milestone[] {
  const directory = childDirectory(first.key, prefix)
  // Of a key alone nothing is learned: more keys are expected after it.
  if (directory === null) return []
  return milestonesFrom([{ directory: true, bytes: directory, first, weight: 1, exact: false }])
}

function forgetHead(level: LevelMemory, count: number): void {
  const gone = level.children.splice(0, count)
  level.milestones.push(...milestonesFrom(gone))
  const last = gone.at(-1)
  if (last !== undefined) level.from = (last.directory ? prefixEndOrNull(last.bytes) : keySuccessor(last.bytes)) ?? level.from
}

function milestonesFrom(children: readonly FoundChild[]): Milestone[] {
  const milestones: Milestone[] = []
  let run: Milestone | null = null
  for (const child of children) {
    if (!child.directory) {
      if (run !== null && run.weight < RUN) {
        run.weight++
        run.end = keySuccessor(child.bytes)
      } else {
        run = { start: child.bytes, end: keySuccessor(child.bytes), weight: 1, inside: [], counted: true }
        milestones.push(run)
      }
      continue
    }
    run = null
    milestones.push({
      start: child.bytes,
      end: prefixEndOrNull(child.bytes),
      weight: child.exact ? child.weight : Number.POSITIVE_INFINITY,
      inside: stepsBehind(child.bytes, child.first.key),
      counted: true,
    })
  }
  return milestones
}

/** The first key alone, then ever wider ends towards the directory, in case it is gone. */
function stepsBehind(directory: Uint8Array, first: Uint8Array): InnerEnd[] {
  const steps: InnerEnd[] = [{ end: () => keySuccessor(first), share: 0.001 }]
  for (let length = first.length - 1; length > directory.length; length--) {
    const separator = first[length - 1]
    if (separator !== SLASH && separator !== 0x2d && separator !== 0x2e) continue
    steps.push({ end: () => prefixEndOrNull(first.subarray(0, length)) as Uint8Array, share: 0.001 * (steps.length + 1) })
  }
  const reached = first[directory.length] ?? 0
  for (const { end, share } of stepsInto(directory))
    if ((end().at(-1) as number) > reached) steps.push({ end, share: Math.max(share, 0.001 * (steps.length + 1)) })
  return steps
}

function levelName(prefix: Uint8Array, revision: bigint): string {
  return `${revision}@${nameOf(prefix)}`
}

function nameOf(prefix: Uint8Array): string {
  let name = ''
  for (const byte of prefix) name += String.fromCharCode(byte)
  return name
}

/** The milestones of `usual` after `known`. */
export function appendMilestones(known: readonly Milestone[], usual: readonly Milestone[]): Milestone[] {
  const last = known.at(-1)
  if (last === undefined) return [...usual]
  const end = last.end
  return end === null ? [...known] : [...known, ...usual.filter((milestone) => compareBytes(milestone.start, end) >= 0)]
}
