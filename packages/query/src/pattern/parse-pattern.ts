// Parses the regular expressions that a query may have: those that a finite automaton matches, so that no text can make one run long.
import type { PatternFaultCode } from '../query.ts'

/** Ranges of UTF-16 units, both ends included. */
export type CharSet = readonly (readonly [from: number, to: number])[]

export type PatternNode =
  | { type: 'chars'; set: CharSet }
  | { type: 'sequence'; parts: PatternNode[] }
  | { type: 'either'; parts: PatternNode[] }
  /** `most` null: without a limit. */
  | { type: 'repeat'; part: PatternNode; least: number; most: number | null }
  | { type: 'begin' }
  | { type: 'end' }

/** Thrown for a pattern that cannot be used; `at` is an index in its source. */
export class PatternError extends Error {
  readonly code: PatternFaultCode
  readonly at: number
  constructor(code: PatternFaultCode, at: number) {
    super(code)
    this.name = 'PatternError'
    this.code = code
    this.at = at
  }
}

const LAST_UNIT = 0xffff
const DEEPEST = 50
const MOST_REPEATS = 1000
const DIGIT: CharSet = [[48, 57]]
const WORD: CharSet = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
]
const SPACE: CharSet = [
  [9, 13],
  [32, 32],
  [0xa0, 0xa0],
  [0x2028, 0x2029],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]
const CLASSES: Readonly<Record<string, CharSet>> = { d: DIGIT, w: WORD, s: SPACE, D: others(DIGIT), W: others(WORD), S: others(SPACE) }
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0 }
const ANY: CharSet = [[0, LAST_UNIT]]

/** Throws PatternError. Groups capture nothing; look-around, back references and `\b` are not supported. */
export function parsePattern(source: string, ignoreCase: boolean): PatternNode {
  return new PatternParser(source, ignoreCase).whole()
}

class PatternParser {
  #at = 0
  #depth = 0
  readonly #source: string
  readonly #ignoreCase: boolean

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source
    this.#ignoreCase = ignoreCase
  }

  whole(): PatternNode {
    const node = this.#either()
    if (this.#at < this.#source.length) throw new PatternError('pattern-group', this.#at)
    return node
  }

  #either(): PatternNode {
    if (++this.#depth > DEEPEST) throw new PatternError('pattern-large', this.#at)
    const parts = [this.#sequence()]
    while (this.#source[this.#at] === '|') {
      this.#at++
      parts.push(this.#sequence())
    }
    this.#depth--
    return parts.length === 1 ? (parts[0] as PatternNode) : { type: 'either', parts }
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = []
    for (let next = this.#source[this.#at]; next !== undefined && next !== '|' && next !== ')'; next = this.#source[this.#at])
      parts.push(this.#repeated(this.#one()))
    return parts.length === 1 ? (parts[0] as PatternNode) : { type: 'sequence', parts }
  }

  #one(): PatternNode {
    const at = this.#at
    const character = this.#source[this.#at++] as string
    switch (character) {
      case '(':
        return this.#group(at)
      case '[':
        return { type: 'chars', set: this.#cased(this.#class(at)) }
      case '.':
        return { type: 'chars', set: ANY }
      case '^':
        return { type: 'begin' }
      case '$':
        return { type: 'end' }
      case '*':
      case '+':
      case '?':
        throw new PatternError('pattern-repeat', at)
      case '\\':
        return { type: 'chars', set: this.#cased(this.#escape(at, false)) }
      default:
        return { type: 'chars', set: this.#cased(only(character.charCodeAt(0))) }
    }
  }

  #group(at: number): PatternNode {
    if (this.#source[this.#at] === '?') {
      const plain = /^\?(?::|<[A-Za-z_]\w*>)/.exec(this.#source.slice(this.#at))
      if (plain === null) throw new PatternError('pattern-unsupported', at)
      this.#at += plain[0].length
    }
    const inside = this.#either()
    if (this.#source[this.#at] !== ')') throw new PatternError('pattern-group', at)
    this.#at++
    return inside
  }

  #repeated(part: PatternNode): PatternNode {
    const at = this.#at
    const [text, sign, least, comma, most] = /^(?:([*+?])|\{(\d{1,5})(?:(,)(\d{0,5}))?\})\??/.exec(this.#source.slice(at)) ?? []
    if (text === undefined) return part
    this.#at += text.length
    const range =
      sign === undefined
        ? { least: Number(least), most: comma === undefined ? Number(least) : most === '' ? null : Number(most) }
        : { least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : null }
    if (part.type === 'begin' || part.type === 'end' || /^[*+?{]/.test(this.#source.slice(this.#at, this.#at + 1)))
      throw new PatternError('pattern-repeat', at)
    if (range.most !== null && range.most < range.least) throw new PatternError('pattern-repeat', at)
    if (range.least > MOST_REPEATS || (range.most ?? 0) > MOST_REPEATS) throw new PatternError('pattern-large', at)
    return { type: 'repeat', part, ...range }
  }

  #class(at: number): CharSet {
    const not = this.#source[this.#at] === '^'
    if (not) this.#at++
    const ranges: [number, number][] = []
    for (;;) {
      const next = this.#source[this.#at]
      if (next === undefined) throw new PatternError('pattern-class', at)
      this.#at++
      if (next === ']') break
      const low = next === '\\' ? this.#escape(this.#at - 1, true) : only(next.charCodeAt(0))
      const single = low.length === 1 && low[0]?.[0] === low[0]?.[1]
      if (single && this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']' && this.#source[this.#at + 1] !== undefined) {
        this.#at++
        const end = this.#source[this.#at++] as string
        const high = end === '\\' ? this.#escape(this.#at - 1, true) : only(end.charCodeAt(0))
        const [from, to] = [(low[0] as [number, number])[0], high[0]?.[0] ?? -1]
        if (high.length !== 1 || to < from) throw new PatternError('pattern-class', at)
        ranges.push([from, to])
      } else ranges.push(...low.map(([from, to]): [number, number] => [from, to]))
    }
    // In `[^a]` with `i`, neither `a` nor `A` is wanted.
    return not ? others(this.#cased(ranges)) : ranges
  }

  #escape(at: number, inClass: boolean): CharSet {
    const letter = this.#source[this.#at++]
    if (letter === undefined) throw new PatternError('pattern-escape', at)
    const known = Object.hasOwn(CLASSES, letter) ? CLASSES[letter] : undefined
    if (known !== undefined) return known
    const control = Object.hasOwn(CONTROLS, letter) ? CONTROLS[letter] : undefined
    if (control !== undefined) return only(control)
    if (letter === 'x' || letter === 'u') {
      const hex = (letter === 'x' ? /^[0-9a-f]{2}/i : /^[0-9a-f]{4}/i).exec(this.#source.slice(this.#at))
      if (hex === null) throw new PatternError('pattern-escape', at)
      this.#at += hex[0].length
      return only(Number.parseInt(hex[0], 16))
    }
    if (inClass && letter === 'b') return only(8)
    if (/[A-Za-z1-9]/.test(letter)) throw new PatternError(/[bB1-9kpP]/.test(letter) ? 'pattern-unsupported' : 'pattern-escape', at)
    return only(letter.charCodeAt(0))
  }

  #cased(set: CharSet): CharSet {
    return this.#ignoreCase ? withBothCases(set) : set
  }
}

const only = (unit: number): CharSet => [[unit, unit]]

function others(set: CharSet): CharSet {
  const sorted = [...set].sort((a, b) => a[0] - b[0])
  const rest: [number, number][] = []
  let from = 0
  for (const [low, high] of sorted) {
    if (low > from) rest.push([from, low - 1])
    if (high + 1 > from) from = high + 1
  }
  if (from <= LAST_UNIT) rest.push([from, LAST_UNIT])
  return rest
}

function withBothCases(set: CharSet): CharSet {
  const more: [number, number][] = set.map(([from, to]) => [from, to])
  for (const [from, to] of set) {
    if (from === 0 && to === LAST_UNIT) return set
    for (let unit = from; unit <= to; unit++) {
      // Kept apart, as in fold.ts.
      if (unit === 0x130 || unit === 0x212a) continue
      const character = String.fromCharCode(unit)
      for (const other of [character.toLowerCase(), character.toUpperCase()])
        if (other.length === 1 && other !== character) more.push([other.charCodeAt(0), other.charCodeAt(0)])
    }
  }
  return more
}
