// Parses JSON with exact numbers; reports duplicate keys and trailing bytes, and limits nesting and the number of elements.

import type { ElementBudget } from '../value/element-budget.ts'
import { pathStep } from '../value/path.ts'
import type { Report } from '../value/report.ts'
import { COUNTED, insideOf, type Selection } from '../value/selection.ts'
import { type KubeObject, type KubeValue, setOwn } from '../value/value.ts'
import { exactNumber } from './exact-number.ts'

export interface ParsedJson {
  /** Absent if the text is not JSON; see `error`. */
  value?: KubeValue
  error?: string
}

export interface JsonLimits {
  maxDepth?: number
  /** Elements beyond it are checked but not built. Default: no limit. */
  budget?: ElementBudget | undefined
  /** Only these object members are built; others are checked. Default: all. */
  selection?: Selection | undefined
}

/**
 * Parses JSON text (RFC 8259). Never throws: a syntax error is returned as `error`, with its offset in characters. Duplicate keys (the last one is
 * kept, as in Go), unpaired surrogates and text after the value go to `report` under `path`; in parts that are not built only errors are found.
 */
export function parseJson(text: string, report: Report, path = '', limits: JsonLimits = {}): ParsedJson {
  const { maxDepth = 512, budget, selection } = limits
  if (selection === undefined) {
    const quick = parseCanonical(text, maxDepth, budget)
    if (quick !== undefined) return { value: quick }
  }
  const parser = new JsonParser(text, report, maxDepth, budget, selection)
  try {
    return { value: parser.document(path) }
  } catch (error) {
    if (error instanceof JsonError) return { error: error.message }
    throw error
  }
}

// JSON.parse was exact if JSON.stringify returns the same text: a rounded number, a dropped duplicate key or a reordered one would differ. Compact
// JSON as Go writes it passes, at a third of the cost of a parser in JavaScript.
function parseCanonical(text: string, maxDepth: number, budget: ElementBudget | undefined): KubeValue | undefined {
  // An integer from 2^53 on may print back equal but must still be a bigint.
  if (text.length === 0 || text.includes('\\u') || /\d{16}/.test(text)) return undefined
  const elements = elementsWithin(text, maxDepth)
  if (elements === undefined || budget?.holds(elements) === false) return undefined
  try {
    const value = JSON.parse(text) as KubeValue
    const again = JSON.stringify(value)
    if (again === text || (text.endsWith('\n') && again.length === text.length - 1 && text.startsWith(again))) {
      budget?.take(elements)
      return value
    }
  } catch {
    // Not JSON, or too deep for stringify: the parser below finds out.
  }
  return undefined
}

/** An upper limit of the number of members and items in JSON text; undefined if it nests too deep. */
function elementsWithin(text: string, maxDepth: number): number | undefined {
  let depth = 0
  let elements = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x22) inString = !inString
    else if (c === 0x5c) i += 1
    else if (!inString) {
      if (c === 0x7b || c === 0x5b) {
        depth += 1
        elements += 1
        if (depth > maxDepth) return undefined
      } else if (c === 0x7d || c === 0x5d) depth -= 1
      else if (c === 0x2c) elements += 1
    }
  }
  return elements
}

class JsonError extends Error {}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids control characters inside strings
const CONTROL = /[\u0000-\u001f]/
const UNPAIRED = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

class JsonParser {
  private pos = 0
  private readonly steps: (string | number)[] = []
  private base = ''

  private readonly text: string
  private readonly report: Report
  private readonly maxDepth: number
  private readonly budget: ElementBudget | undefined
  private readonly selection: Selection | undefined

  constructor(text: string, report: Report, maxDepth: number, budget: ElementBudget | undefined, selection: Selection | undefined) {
    this.text = text
    this.report = report
    this.maxDepth = maxDepth
    this.budget = budget
    this.selection = selection
  }

  document(base: string): KubeValue {
    this.base = base
    this.space()
    const value = this.value(0, this.selection ?? true)
    this.space()
    const left = this.text.length - this.pos
    if (left > 0)
      this.report.add(
        'error',
        base,
        `${left} characters after the end of the JSON value, from character ${this.pos} on, are not part of it`,
      )
    return value
  }

  private path(): string {
    return this.base + this.steps.map(pathStep).join('')
  }

  private fail(what: string): never {
    throw new JsonError(`${what} at character ${this.pos}`)
  }

  private space(): void {
    for (;;) {
      const c = this.text.charCodeAt(this.pos)
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return
      this.pos += 1
    }
  }

  private value(depth: number, wanted: Selection | true): KubeValue {
    const c = this.text.charCodeAt(this.pos)
    if (c === 0x7b) return this.object(depth + 1, wanted)
    if (c === 0x5b) return this.array(depth + 1, wanted)
    if (c === 0x22) return this.string()
    if (c === 0x74) return this.word('true', true)
    if (c === 0x66) return this.word('false', false)
    if (c === 0x6e) return this.word('null', null)
    return this.number()
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.pos)) this.fail('an unknown word')
    this.pos += word.length
    return value
  }

  private number(): KubeValue {
    return exactNumber(this.numberText())
  }

  private numberText(): string {
    NUMBER.lastIndex = this.pos
    const match = NUMBER.exec(this.text)
    if (match === null) this.fail(this.pos >= this.text.length ? 'the text ends where a value should be' : 'not a JSON value')
    this.pos += match[0].length
    return match[0]
  }

  private string(): string {
    const start = this.pos
    let i = start + 1
    let escaped = false
    for (;;) {
      const c = this.text.charCodeAt(i)
      if (c === 0x22) break
      if (c === 0x5c) {
        escaped = true
        i += 1
      } else if (Number.isNaN(c)) this.fail('a string does not end: the text is cut, it began')
      i += 1
    }
    this.pos = i + 1
    const raw = this.text.slice(start + 1, i)
    if (CONTROL.test(raw)) this.fail('a control character inside the string that ends')
    if (!escaped) return raw
    let value: string
    try {
      value = JSON.parse(this.text.slice(start, this.pos)) as string
    } catch {
      this.fail('a wrong escape in the string that ends')
    }
    UNPAIRED.lastIndex = 0
    if (!UNPAIRED.test(value)) return value
    this.report.add('warning', this.path(), 'an escaped surrogate without its other half is shown as U+FFFD')
    return value.replace(UNPAIRED, '\uFFFD')
  }

  private array(depth: number, wanted: Selection | true): KubeValue[] {
    this.open(depth)
    const list: KubeValue[] = []
    if (this.closes(0x5d)) return list
    for (;;) {
      if (this.full()) this.skip(depth)
      else {
        this.steps.push(list.length)
        list.push(this.value(depth, wanted))
        this.steps.pop()
      }
      if (this.closes(0x5d)) return list
      this.comma()
    }
  }

  private object(depth: number, wanted: Selection | true): KubeObject {
    this.open(depth)
    const object: KubeObject = {}
    if (this.closes(0x7d)) return object
    for (;;) {
      if (this.text.charCodeAt(this.pos) !== 0x22) this.fail('a key in quotes is missing')
      const key = this.string()
      this.space()
      if (this.text.charCodeAt(this.pos) !== 0x3a) this.fail('a colon is missing')
      this.pos += 1
      this.space()
      const inside = insideOf(wanted, key)
      if (inside === undefined || this.full()) this.skip(depth)
      else {
        this.steps.push(key)
        if (Object.hasOwn(object, key)) this.report.add('warning', this.path(), 'this key is written twice; the last one is shown')
        setOwn(object, key, inside === 'count' ? this.counted(depth) : this.value(depth, inside))
        this.steps.pop()
      }
      if (this.closes(0x7d)) return object
      this.comma()
    }
  }

  /** Whether no more elements may be built. */
  private full(): boolean {
    return this.budget !== undefined && !this.budget.take()
  }

  /** A list reduced to its length; anything else is read normally. */
  private counted(depth: number): KubeValue {
    if (this.text.charCodeAt(this.pos) !== 0x5b) return this.value(depth, true)
    this.open(depth + 1)
    const list: KubeValue[] = []
    if (this.closes(0x5d)) return list
    for (;;) {
      if (list.length % COUNTED.AT_ONCE === 0 && this.full()) {
        this.skip(depth + 1)
      } else {
        const isObject = this.text.charCodeAt(this.pos) === 0x7b
        this.skip(depth + 1)
        list.push(isObject ? COUNTED.ITEM : null)
      }
      if (this.closes(0x5d)) return list
      this.comma()
    }
  }

  /** Skips a value, with the same checks as reading. */
  private skip(depth: number): void {
    const c = this.text.charCodeAt(this.pos)
    if (c === 0x22) {
      this.skipString()
      return
    }
    if (c === 0x74 || c === 0x66 || c === 0x6e) {
      const word = c === 0x74 ? 'true' : c === 0x66 ? 'false' : 'null'
      this.word(word, null)
      return
    }
    if (c === 0x5b) {
      this.open(depth + 1)
      if (this.closes(0x5d)) return
      for (;;) {
        this.skip(depth + 1)
        if (this.closes(0x5d)) return
        this.comma()
      }
    }
    if (c === 0x7b) {
      this.open(depth + 1)
      if (this.closes(0x7d)) return
      for (;;) {
        if (this.text.charCodeAt(this.pos) !== 0x22) this.fail('a key in quotes is missing')
        this.skipString()
        this.space()
        if (this.text.charCodeAt(this.pos) !== 0x3a) this.fail('a colon is missing')
        this.pos += 1
        this.space()
        this.skip(depth + 1)
        if (this.closes(0x7d)) return
        this.comma()
      }
    }
    this.numberText()
  }

  private skipString(): void {
    let i = this.pos + 1
    for (;;) {
      const c = this.text.charCodeAt(i)
      if (c === 0x22) break
      if (c === 0x5c) {
        ESCAPE.lastIndex = i
        const escaped = ESCAPE.exec(this.text)
        if (escaped === null) {
          this.pos = i
          this.fail('a wrong escape in a string')
        }
        i += escaped[0].length
      } else if (c >= 0x20) i += 1
      else if (Number.isNaN(c)) this.fail('a string does not end: the text is cut, it began')
      else {
        this.pos = i
        this.fail('a control character inside a string')
      }
    }
    this.pos = i + 1
  }

  private open(depth: number): void {
    if (depth > this.maxDepth) this.fail(`nesting deeper than ${this.maxDepth}`)
    this.pos += 1
    this.space()
  }

  private closes(bracket: number): boolean {
    this.space()
    if (this.text.charCodeAt(this.pos) !== bracket) return false
    this.pos += 1
    return true
  }

  private comma(): void {
    if (this.text.charCodeAt(this.pos) !== 0x2c)
      this.fail(this.pos >= this.text.length ? 'the text ends inside a list or object' : 'a comma is missing')
    this.pos += 1
    this.space()
  }
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
