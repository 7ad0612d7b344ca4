// Matches a regular expression in time proportional to the text: an automaton whose states are made when a text needs them.
import { type CharSet, PatternError, type PatternNode, parsePattern } from './parse-pattern.ts'

/** Steps that a pattern compiles to. */
const MOST_STEPS = 1_000
/** Parts compiled, however often they are repeated: a repeated nothing has no steps. */
const MOST_PARTS = 20_000
/** States kept; beyond this they are made again. */
const MOST_STATES = 2_000
/** States made in all, each in a fraction of a millisecond: a pattern that needs more is given up. */
const MOST_MADE = 20_000
/** How far a match is followed to mark it. */
const LONGEST_MARKED = 2_000

type Step =
  | { type: 'chars'; set: CharSet; next: number }
  | { type: 'split'; next: number; other: number }
  | { type: 'begin'; next: number }
  | { type: 'end'; next: number }
  | { type: 'accept' }

interface State {
  steps: readonly number[]
  accepts: boolean
  /** At the end of the text `$` holds too. */
  acceptsAtEnd: boolean
  /** By class of characters. */
  next: (State | undefined)[]
}

/** One compiled regular expression, for one line of text at a time. It cannot backtrack. Its constructor throws PatternError. */
export class Pattern {
  readonly source: string
  readonly ignoreCase: boolean
  readonly node: PatternNode
  readonly #steps: Step[] = []
  readonly #start: number
  /** The class of each UTF-16 unit: units of one class are in the same sets. */
  readonly #classes: Uint16Array
  /** One unit of each class. */
  readonly #examples: number[]
  #parts = 0
  #made = 0
  readonly #machines = { anywhere: new Map<string, State>(), here: new Map<string, State>() }

  constructor(source: string, { ignoreCase = false }: { ignoreCase?: boolean } = {}) {
    this.source = source
    this.ignoreCase = ignoreCase
    this.node = parsePattern(source, ignoreCase)
    const accept = this.#add({ type: 'accept' })
    this.#start = this.#compile(this.node, accept)
    const { classes, examples } = classesOf(this.#steps)
    this.#classes = classes
    this.#examples = examples
  }

  /** Whether it matches anywhere in the text. Throws PatternError if the pattern turns out to need too many states. */
  test(text: string): boolean {
    return this.#firstEnd(text, 0) >= 0
  }

  /** The first matches that are not empty, each as long as it can be; long ones are cut. */
  rangesIn(text: string, most: number): [from: number, to: number][] {
    const ranges: [number, number][] = []
    for (let from = 0; ranges.length < most && from < text.length; ) {
      const end = this.#firstEnd(text, from)
      if (end < 0) break
      let range: [number, number] | undefined
      for (let start = Math.max(from, end - LONGEST_MARKED); start <= end && range === undefined; start++) {
        const to = this.#endOf(text, start)
        if (to >= 0) range = [start, to]
      }
      if (range !== undefined && range[1] > range[0]) ranges.push(range)
      from = Math.max(end, range?.[1] ?? 0, from + 1)
    }
    return ranges
  }

  /** Where the match that ends first ends; -1 without one. */
  #firstEnd(text: string, from: number): number {
    let state = this.#begin('anywhere', from === 0)
    for (let at = from; at < text.length; at++) {
      if (state.accepts) return at
      state = this.#next('anywhere', state, this.#classes[text.charCodeAt(at)] as number)
    }
    return state.accepts || state.acceptsAtEnd ? text.length : -1
  }

  /** Where the longest match that begins at `from` ends; -1 if none begins there. */
  #endOf(text: string, from: number): number {
    let state = this.#begin('here', from === 0)
    let end = -1
    const limit = Math.min(text.length, from + LONGEST_MARKED)
    for (let at = from; ; at++) {
      if (state.accepts) end = at
      if (at >= limit) return at === text.length && state.acceptsAtEnd ? at : end
      if (state.steps.length === 0) return end
      state = this.#next('here', state, this.#classes[text.charCodeAt(at)] as number)
    }
  }

  #add(step: Step): number {
    if (this.#steps.length >= MOST_STEPS) throw new PatternError('pattern-large', 0)
    return this.#steps.push(step) - 1
  }

  #compile(node: PatternNode, next: number): number {
    if (++this.#parts > MOST_PARTS) throw new PatternError('pattern-large', 0)
    switch (node.type) {
      case 'chars':
        return this.#add({ type: 'chars', set: node.set, next })
      case 'sequence':
        return node.parts.reduceRight((after, part) => this.#compile(part, after), next)
      case 'either':
        return node.parts
          .map((part) => this.#compile(part, next))
          .reduceRight((other, one) => this.#add({ type: 'split', next: one, other }))
      case 'repeat': {
        let at = next
        if (node.most === null) {
          const loop = { type: 'split' as const, next: -1, other: next }
          at = this.#add(loop)
          loop.next = this.#compile(node.part, at)
        } else
          for (let i = node.least; i < node.most; i++) at = this.#add({ type: 'split', next: this.#compile(node.part, at), other: next })
        for (let i = 0; i < node.least; i++) at = this.#compile(node.part, at)
        return at
      }
      default:
        return this.#add({ type: node.type, next })
    }
  }

  #begin(where: 'anywhere' | 'here', atBegin: boolean): State {
    return this.#state(where, [this.#start], atBegin)
  }

  #next(where: 'anywhere' | 'here', state: State, unitClass: number): State {
    const known = state.next[unitClass]
    if (known !== undefined) return known
    const unit = this.#examples[unitClass] as number
    const reached: number[] = []
    for (const index of state.steps) {
      const step = this.#steps[index] as Step
      if (step.type === 'chars' && holds(step.set, unit)) reached.push(step.next)
    }
    if (where === 'anywhere') reached.push(this.#start)
    const next = this.#state(where, reached, false)
    state.next[unitClass] = next
    return next
  }

  #state(where: 'anywhere' | 'here', from: readonly number[], atBegin: boolean): State {
    const steps = this.#closure(from, atBegin, false)
    const states = this.#machines[where]
    const id = `${atBegin ? '^' : ''}${steps.join()}`
    const known = states.get(id)
    if (known !== undefined) return known
    if (++this.#made > MOST_MADE) throw new PatternError('pattern-large', 0)
    const accepts = (indexes: readonly number[]) => indexes.some((index) => this.#steps[index]?.type === 'accept')
    const state = { steps, accepts: accepts(steps), acceptsAtEnd: accepts(this.#closure(steps, atBegin, true)), next: [] }
    if (states.size >= MOST_STATES) {
      for (const old of states.values()) old.next = []
      states.clear()
    }
    states.set(id, state)
    return state
  }

  /** The steps reached without a character. */
  #closure(from: readonly number[], atBegin: boolean, atEnd: boolean): number[] {
    const seen = new Set<number>()
    const ahead = [...from]
    for (let index = ahead.pop(); index !== undefined; index = ahead.pop()) {
      if (seen.has(index)) continue
      seen.add(index)
      const step = this.#steps[index] as Step
      if (step.type === 'split') ahead.push(step.next, step.other)
      else if ((step.type === 'begin' && atBegin) || (step.type === 'end' && atEnd)) ahead.push(step.next)
    }
    return [...seen].filter((index) => this.#steps[index]?.type !== 'split').sort((a, b) => a - b)
  }
}

function holds(set: CharSet, unit: number): boolean {
  return set.some(([from, to]) => unit >= from && unit <= to)
}

function classesOf(steps: readonly Step[]): { classes: Uint16Array; examples: number[] } {
  const borders = new Set<number>([0])
  for (const step of steps) {
    if (step.type !== 'chars') continue
    for (const [from, to] of step.set) {
      borders.add(from)
      borders.add(to + 1)
    }
  }
  const examples = [...borders].filter((border) => border <= 0xffff).sort((a, b) => a - b)
  const classes = new Uint16Array(0x10000)
  for (const [i, from] of examples.entries()) classes.fill(i, from, examples[i + 1] ?? 0x10000)
  return { classes, examples }
}
