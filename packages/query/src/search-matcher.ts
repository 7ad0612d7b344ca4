// Evaluates a search: first by what is known of a key without its value, then by the decoded and masked value.
import { type AddressRange, addressesIn, type ParseAddressRange, wildcardOf } from './address.ts'
import { fieldsAt, scalarText } from './field-path.ts'
import { fold } from './fold.ts'
import { parseQuantity } from './quantity.ts'
import type { Comparison, SearchCondition, TextTest } from './search-conditions.ts'

/** What a listing of keys tells. */
export interface KeyFacts {
  key: string
  /** Empty without one. */
  namespace: string
  name: string
  /** Every name of its kind: `Pod`, `pods`, `po`. */
  kinds: readonly string[]
  version: bigint
  modRevision: bigint
  createRevision: bigint
  /** 0n for none. */
  lease: bigint
}

/** What its value tells, as one request may see it. */
export interface ValueFacts {
  /** In bytes, as it may be told. */
  size: number
  /** `kubernetes-protobuf`, `json`, `text` … */
  encoding: string
  /** Whether it is stored encrypted. */
  encrypted: boolean
  /** Null where the value could not be read (then only what is known without it is compared), undefined without an object. */
  object: unknown
  /** Milliseconds since 1970; null if unknown. */
  created: number | null
  labels: Readonly<Record<string, unknown>> | null
  /** Its text by lines, with what is masked as `(masked: …)`. */
  lines: readonly string[]
}

/** How the text of a value says that something is masked: it is never found. */
const MASK = /\(masked: [^()]{1,200}\)/g

export interface MatcherContext {
  parseAddress: ParseAddressRange
  /** What ages are relative to, in ms since 1970; null if unknown: then no age matches. */
  now: number | null
}

/** Parts of a line that match: UTF-16 positions, in order. */
export type LineRanges = [from: number, to: number][]

export interface MatchedLine {
  /** Index in the lines. */
  index: number
  ranges: LineRanges
}

/** Ranges marked in one line. */
const MOST_RANGES = 20

export class SearchMatcher {
  /** Whether no condition needs a value. */
  readonly keysOnly: boolean
  readonly #tests: Test[]
  readonly #sizes: SizeCondition[]

  constructor(conditions: readonly SearchCondition[], context: MatcherContext) {
    this.#sizes = conditions.filter((condition): condition is SizeCondition => condition.type === 'number' && condition.what === 'size')
    this.#tests = conditions.map((condition) => testOf(condition, context))
    this.keysOnly = this.#tests.every(({ onValue }) => onValue === undefined)
  }

  /** True or false if the key decides, undefined if the value is needed. */
  onKey(key: KeyFacts): boolean | undefined {
    let answer: boolean | undefined = true
    for (const test of this.#tests) {
      const one = known(test, key)
      if (one === false) return false
      if (one === undefined) answer = undefined
    }
    return answer
  }

  /** Whether a value whose told size is between the two can match: what cannot need not be decoded. */
  maySize(least: number, most: number): boolean {
    return this.#sizes.every(({ operator, value, not }) => {
      const [low, high] = [BigInt(least), BigInt(most)]
      if (value >= low && value <= high) return low !== high || compare(low, operator, value) !== not
      return compare(low, operator, value) !== not
    })
  }

  /** Whether the key and its value match. */
  onValue(key: KeyFacts, value: ValueFacts): boolean {
    return this.#tests.every((test) => known(test, key) ?? (test.onValue as OnValue)(value) !== test.not)
  }

  /** The lines that match words, phrases and patterns, in order; {@link fieldPaths} has those of fields. */
  linesOf({ lines }: ValueFacts, most: number): MatchedLine[] {
    const found: MatchedLine[] = []
    const marks = this.#tests.filter((test) => !test.not && test.ranges !== undefined)
    if (marks.length === 0) return found
    for (let index = 0; index < lines.length && found.length < most; index++) {
      const line = withoutMasks(lines[index] as string)
      const ranges = marks.flatMap((test) => test.ranges?.(line) ?? [])
      if (ranges.length > 0) found.push({ index, ranges: merged(ranges) })
    }
    return found
  }

  /** The paths of the fields that match conditions on fields and labels. */
  fieldPaths({ object }: ValueFacts, most: number): (string | number)[][] {
    return this.#tests.flatMap((test) => (test.not ? [] : (test.paths?.(object, most) ?? []))).slice(0, most)
  }
}

type SizeCondition = Extract<SearchCondition, { type: 'number' }>
type OnValue = (value: ValueFacts) => boolean

interface Test {
  not: boolean
  /** Undefined where the value is needed too; its own `false` only means that the key does not match. */
  onKey?: (key: KeyFacts) => boolean
  onValue?: OnValue
  /** Where a line matches. */
  ranges?: (line: string) => LineRanges
  paths?: (object: unknown, most: number) => (string | number)[][]
}

function known({ not, onKey, onValue }: Test, key: KeyFacts): boolean | undefined {
  const holds = onKey?.(key)
  if (holds === true) return !not
  if (onValue === undefined) return not
  return undefined
}

/** The same length, with blanks instead of what is masked. */
export function withoutMasks(line: string): string {
  return line.includes('(masked: ') ? line.replace(MASK, (mask) => ' '.repeat(mask.length)) : line
}

function merged(ranges: LineRanges): LineRanges {
  const sorted = ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const result: LineRanges = []
  for (const [from, to] of sorted) {
    const last = result.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else result.push([from, to])
  }
  return result.slice(0, MOST_RANGES)
}

function testOf(condition: SearchCondition, context: MatcherContext): Test {
  const { not } = condition
  switch (condition.type) {
    case 'text': {
      const ranges = rangesOf(condition.test, condition.text, context.parseAddress)
      return {
        not,
        onKey: ({ key }) => ranges(key, 1).length > 0,
        onValue: ({ lines }) => lines.some((line) => ranges(withoutMasks(line), 1).length > 0),
        ranges: (line) => ranges(line, MOST_RANGES),
      }
    }
    case 'place': {
      const holds = textTest(condition.test)
      const { what } = condition
      if (what === 'encoding') return { not, onValue: ({ encoding }) => holds(encoding) }
      if (what === 'kind') return { not, onKey: ({ kinds }) => kinds.some(holds) }
      return { not, onKey: (key) => holds(key[what]) }
    }
    case 'label': {
      const { key, values } = condition
      const holds = (labels: ValueFacts['labels']) => {
        if (labels === null || !Object.hasOwn(labels, key)) return false
        const text = scalarText(labels[key])
        return text !== undefined && isWhole(text) && (values === null || values.includes(text))
      }
      return {
        not,
        onValue: ({ labels }) => holds(labels),
        paths: () => [['metadata', 'labels', key]],
      }
    }
    case 'field': {
      const { path, test } = condition
      const holds = test === null ? () => true : test.how === 'order' ? inOrder(test) : textTest(test)
      // What is masked equals nothing and is different from nothing.
      const matches = (value: unknown) => {
        const text = scalarText(value)
        if (text === undefined) return test === null
        return isWhole(text) && holds(text)
      }
      const found = (object: unknown) => fieldsAt(object, path).filter(({ value }) => matches(value))
      return {
        not,
        onValue: ({ object }) => found(object).length > 0,
        paths: (object, most) =>
          found(object)
            .slice(0, most)
            .map((one) => one.path),
      }
    }
    case 'encrypted':
      return { not, onValue: ({ encrypted }) => encrypted === condition.wanted }
    case 'number': {
      const { what, operator, value } = condition
      switch (what) {
        case 'version':
          return { not, onKey: (key) => compare(key.version, operator, value) }
        case 'mod':
          return { not, onKey: (key) => compare(key.modRevision, operator, value) }
        case 'create':
          return { not, onKey: (key) => compare(key.createRevision, operator, value) }
        case 'lease':
          return { not, onKey: (key) => compare(key.lease, operator, value) }
        case 'size':
          return { not, onValue: ({ size }) => compare(BigInt(size), operator, value) }
        case 'age': {
          const { now } = context
          return {
            not,
            onValue: ({ created }) => now !== null && created !== null && compare(BigInt(Math.trunc(now - created)), operator, value),
          }
        }
      }
    }
  }
}

function compare(value: bigint, operator: Comparison, wanted: bigint): boolean {
  switch (operator) {
    case '=':
      return value === wanted
    case '!=':
      return value !== wanted
    case '<':
      return value < wanted
    case '>':
      return value > wanted
    case '<=':
      return value <= wanted
    case '>=':
      return value >= wanted
  }
}

const isWhole = (text: string): boolean => withoutMasks(text) === text

function inOrder({ operator, text }: { operator: '<' | '>' | '<=' | '>='; text: string }): (value: string) => boolean {
  const wanted = parseQuantity(text)
  return (value) => {
    const number = wanted === null ? null : parseQuantity(value)
    // RFC 3339 in UTC is in the order of its text.
    const order =
      number !== null && wanted !== null ? number - wanted : wanted !== null ? Number.NaN : value < text ? -1 : value > text ? 1 : 0
    if (Number.isNaN(order)) return false
    return operator === '<' ? order < 0 : operator === '>' ? order > 0 : operator === '<=' ? order <= 0 : order >= 0
  }
}

function textTest(test: TextTest): (text: string) => boolean {
  switch (test.how) {
    case 'contains': {
      const wanted = fold(test.text)
      return (text) => fold(text).includes(wanted)
    }
    case 'equals': {
      const wanted = fold(test.text)
      return (text) => fold(text) === wanted
    }
    case 'exact':
      return (text) => text === test.text
    default:
      return (text) => test.pattern.test(text)
  }
}

/** Where a line contains the text; an address or a host name also where it is contained or covered. */
function rangesOf(test: TextTest, text: string, parse: ParseAddressRange): (line: string, most: number) => LineRanges {
  if (test.how === 'glob' || test.how === 'pattern') {
    const { pattern } = test
    return (line, most) => (most === 1 ? (pattern.test(line) ? [[0, 0]] : []) : orWhole(pattern.rangesIn(line, most), pattern.test(line)))
  }
  const wanted = fold(text)
  const address = addressOf(text, parse)
  // `172.30.77.5` is not in `172.30.77.50`.
  if (address !== null) return (line, most) => addressesIn(line, address, parse, most)
  const wildcard = wildcardOf(text)
  return (line, most) => {
    const folded = fold(line)
    const ranges = occurrences(folded, wanted, most)
    if (wildcard !== undefined && ranges.length < most) ranges.push(...occurrences(folded, fold(wildcard), most))
    return ranges
  }
}

/** A pattern may match nothing at all, as `^$` does: then no part of the line is marked. */
const orWhole = (ranges: LineRanges, matches: boolean): LineRanges => (ranges.length === 0 && matches ? [[0, 0]] : ranges)

function occurrences(text: string, wanted: string, most: number): LineRanges {
  const ranges: LineRanges = []
  for (let at = text.indexOf(wanted); at >= 0 && ranges.length < most; at = text.indexOf(wanted, at + wanted.length))
    ranges.push([at, at + wanted.length])
  return ranges
}

/** The addresses that a word names; null for other words. */
export function addressOf(text: string, parse: ParseAddressRange): AddressRange | null {
  // Half an IPv6 address (`::`) is more likely a part of something else.
  return /[.:].*[.:]/.test(text) && /\d|::./.test(text) ? parse(text) : null
}
