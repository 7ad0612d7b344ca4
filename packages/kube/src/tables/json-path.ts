// JSONPath as kubectl and the API server evaluate it for printer columns: client-go's util/jsonpath without ranges and text.
// Grammar and quirks: kubernetes client-go util/jsonpath/{parser,jsonpath}.go and third_party/forked/golang/template/funcs.go.

import { isObject } from '../value/fields.ts'
import { pathStep } from '../value/path.ts'
import { ExactNumber, type KubeValue } from '../value/value.ts'
import { byBytes } from './selectors.ts'

type Step =
  | { type: 'field'; name: string }
  | { type: 'wildcard' }
  | { type: 'recursive' }
  | { type: 'slice'; start: number | undefined; end: number | undefined; single: boolean; step: number | undefined }
  | { type: 'union'; paths: Step[][] }
  | { type: 'filter'; left: Step[]; operator: string; right: Step[] }
  | { type: 'literal'; value: KubeValue }

/** A parsed path, or why it is invalid. */
export type JsonPath = { steps: Step[] } | { error: string }

/** @throws {SyntaxError} only seen by {@link parseJsonPath}. */
class Parser {
  private at = 0
  private readonly text: string
  constructor(text: string) {
    this.text = text
  }

  steps(): Step[] {
    const steps: Step[] = []
    while (this.at < this.text.length) {
      const rest = this.text.slice(this.at)
      const next = rest[0] as string
      if (next === ' ' || next === '@' || next === '$') this.at++
      else if (rest.startsWith('[?(')) steps.push(this.filter())
      else if (rest.startsWith('..')) this.recursive(steps)
      else if (next === '[') steps.push(...this.brackets())
      else if (next === '.') {
        this.at++
        steps.push(...this.field())
      } else if (next === '"' || next === "'") steps.push(this.quoted(next))
      else if (/[-+0-9]/.test(next)) steps.push(this.number())
      else if (/[\p{L}\p{N}_]/u.test(next)) steps.push(this.word())
      else throw new SyntaxError(`unrecognized character ${JSON.stringify(next)} at ${this.at}`)
    }
    return steps
  }

  private recursive(steps: Step[]): void {
    this.at += 2
    steps.push({ type: 'recursive' })
    const next = this.text[this.at]
    if (next !== undefined && /[\p{L}\p{N}_]/u.test(next)) steps.push(...this.field())
  }

  /** Reads up to the next terminator; a backslash escapes the next character. */
  private take(): string {
    let name = ''
    while (this.at < this.text.length) {
      const next = this.text[this.at] as string
      if (next === '\\') {
        name += this.text[this.at + 1] ?? ''
        this.at += 2
      } else if (/[\s.,[\]$@{}]/.test(next)) break
      else {
        name += next
        this.at++
      }
    }
    return name
  }

  /** client-go accepts an empty name too; no field has it. */
  private field(): Step[] {
    const name = this.take()
    return [name === '*' ? { type: 'wildcard' } : { type: 'field', name }]
  }

  private quoted(quote: string): Step {
    const start = ++this.at
    while (this.at < this.text.length && this.text[this.at] !== quote) this.at += this.text[this.at] === '\\' ? 2 : 1
    if (this.at >= this.text.length) throw new SyntaxError('unterminated quoted string')
    const value = this.text.slice(start, this.at++).replace(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character)
    return { type: 'literal', value }
  }

  private number(): Step {
    const found = /^[-+]?[0-9.]+/.exec(this.text.slice(this.at))?.[0] ?? ''
    const value = Number(found)
    if (found === '' || Number.isNaN(value)) throw new SyntaxError(`cannot parse the number ${found}`)
    this.at += found.length
    // Go distinguishes 5.0 from 5 in comparisons.
    return { type: 'literal', value: found.includes('.') ? new ExactNumber(found) : value }
  }

  private word(): Step {
    const word = /^[\p{L}\p{N}_]+/u.exec(this.text.slice(this.at))?.[0] ?? ''
    this.at += word.length
    if (word === 'true' || word === 'false') return { type: 'literal', value: word === 'true' }
    throw new SyntaxError(`unrecognized identifier ${word}`)
  }

  private brackets(): Step[] {
    const end = this.text.indexOf(']', this.at)
    if (end < 0) throw new SyntaxError('unterminated array')
    const inner = this.text.slice(this.at + 1, end)
    this.at = end + 1
    return subscript(inner)
  }

  /** `[?(left operator right)]`; a parenthesis in quotes is literal. */
  private filter(): Step {
    const start = this.at + 3
    let quote: string | undefined
    for (let at = start; at < this.text.length; at++) {
      const next = this.text[at] as string
      if (quote !== undefined) {
        if (next === '\\') at++
        else if (next === quote) quote = undefined
      } else if (next === '"' || next === "'") quote = next
      else if (next === ')') {
        if (this.text[at + 1] !== ']') throw new SyntaxError('unclosed filter, expected ]')
        this.at = at + 2
        return filterOf(this.text.slice(start, at))
      }
    }
    throw new SyntaxError('unterminated filter')
  }
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r' }

function filterOf(text: string): Step {
  const comparison = /^([^!<>=]+)([!<>=]+)(.+?)$/s.exec(text)
  if (!comparison) return { type: 'filter', left: new Parser(text).steps(), operator: 'exists', right: [] }
  const [, left = '', operator = '', right = ''] = comparison
  if (!['<', '>', '==', '!=', '<=', '>='].includes(operator)) throw new SyntaxError(`unrecognized filter operator ${operator}`)
  return { type: 'filter', left: new Parser(left.trim()).steps(), operator, right: new Parser(right.trim()).steps() }
}

/** The content of brackets: `*`, `'key'`, `1`, `-1`, `1:3:2`, or several of them separated by commas. */
function subscript(inner: string): Step[] {
  const text = inner === '*' ? ':' : inner
  const parts = text.split(',')
  if (parts.length > 1) return [{ type: 'union', paths: parts.map((part) => subscript(part.trim())) }]
  const key = /^'([^']*)'$/.exec(text)
  // Dots in a quoted key separate fields unless escaped, as in client-go.
  if (key) return new Parser(`.${key[1]}`).steps()
  const slice = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text)
  if (!slice) throw new SyntaxError(`invalid array index ${inner}`)
  const number = (part: string | undefined) =>
    part === undefined || part === '' || part === ':' ? undefined : Number(part.replace(':', ''))
  const start = text === '' ? 0 : number(slice[1])
  const single = slice[2] === undefined
  return [{ type: 'slice', start, end: single && start !== undefined ? start + 1 : number(slice[2]), single, step: number(slice[3]) }]
}

/** Parses a printer column's path, with or without kubectl's braces. */
export function parseJsonPath(path: string): JsonPath {
  const inner = path.startsWith('{') && path.endsWith('}') ? path.slice(1, -1) : path
  try {
    return { steps: new Parser(inner).steps() }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

/** Maximum values visited in one evaluation: `..*..*..*` over a deep object would take forever and fill the memory. */
const MOST_LOOKED_AT = 200_000

/** How many values an evaluation may still visit. */
interface Budget {
  left: number
}

function children(value: KubeValue): KubeValue[] | undefined {
  if (Array.isArray(value)) return value
  if (!isObject(value)) return undefined
  return Object.keys(value)
    .sort(byBytes)
    .map((key) => value[key] as KubeValue)
}

/** All objects and lists, parents first, depth first. */
function descendants(value: KubeValue, into: KubeValue[], budget: Budget): void {
  const below = children(value)
  if (below === undefined || below.length === 0) return
  into.push(value)
  budget.left -= below.length
  for (const child of below) {
    if (budget.left < 0) return
    descendants(child, into, budget)
  }
}

/** Go rejects an index out of range: `undefined`. */
function slice(list: KubeValue[], step: Extract<Step, { type: 'slice' }>): KubeValue[] | undefined {
  let start = step.start ?? 0
  if (start < 0) start += list.length
  let end = step.end ?? list.length
  if (end < 0 || (end === 0 && step.single)) end += list.length
  if (start === end) return []
  if (start < 0 || start >= list.length || end < 0 || end > list.length || start > end) return undefined
  const stride = step.step ?? 1
  if (stride <= 0) return undefined
  return list.slice(start, end).filter((_, index) => index % stride === 0)
}

/** Go compares only values of one kind, and treats integers and fractions as different kinds; undefined if it refuses. */
function compare(left: KubeValue, operator: string, right: KubeValue): boolean | undefined {
  const kind = kindOf(left)
  if (kind === undefined || kind !== kindOf(right)) return undefined
  const a = plain(left)
  const b = plain(right)
  // Neither less nor greater: this compares number and bigint by value.
  const equal = !(a < b) && !(a > b)
  if (operator === '==') return equal
  if (operator === '!=') return !equal
  if (kind === 'boolean') return undefined
  if (operator === '<' || operator === '<=') return a < b || (operator === '<=' && equal)
  return a > b || (operator === '>=' && equal)
}

function kindOf(value: KubeValue): 'string' | 'boolean' | 'integer' | 'fraction' | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value as 'string' | 'boolean'
  if (typeof value === 'bigint' || Number.isInteger(value)) return 'integer'
  return typeof value === 'number' || value instanceof ExactNumber ? 'fraction' : undefined
}

function plain(value: KubeValue): string | number | bigint | boolean {
  return value instanceof ExactNumber ? Number(value.text) : (value as string | number | bigint | boolean)
}

/** Evaluates the steps; undefined is an error in Go, or an exhausted budget: both give an empty cell. */
function walk(values: KubeValue[], steps: Step[], budget: Budget): KubeValue[] | undefined {
  let current = values
  for (const step of steps) {
    const next = take(current, step, budget)
    if (next === undefined || budget.left < 0) return undefined
    current = next
  }
  return current
}

function take(values: KubeValue[], step: Step, budget: Budget): KubeValue[] | undefined {
  const result: KubeValue[] = []
  /** A loop: spread arguments must fit on the stack. */
  const add = (more: KubeValue[]) => {
    budget.left -= more.length
    if (budget.left >= 0) for (const value of more) result.push(value)
  }
  budget.left -= values.length
  switch (step.type) {
    case 'literal':
      return values.map(() => step.value)
    case 'field':
      for (const value of values) if (isObject(value) && Object.hasOwn(value, step.name)) result.push(value[step.name] as KubeValue)
      return result
    case 'wildcard':
      for (const value of values) {
        if (budget.left < 0) return undefined
        add(children(value) ?? [])
      }
      return result
    case 'recursive':
      for (const value of values) {
        if (budget.left < 0) return undefined
        descendants(value, result, budget)
      }
      return result
    case 'union':
      for (const path of step.paths) {
        const found = walk(values, path, budget)
        if (found === undefined) return undefined
        add(found)
      }
      return result
    case 'slice':
      for (const value of values) {
        if (value === null) continue
        const found = Array.isArray(value) ? slice(value, step) : undefined
        if (found === undefined) return undefined
        add(found)
      }
      return result
    case 'filter':
      for (const value of values) {
        if (!Array.isArray(value)) return undefined
        for (const element of value) {
          const passes = filterPasses(element, step, budget)
          if (passes === undefined) return undefined
          if (passes) result.push(element)
        }
      }
      return result
  }
}

function filterPasses(element: KubeValue, step: Extract<Step, { type: 'filter' }>, budget: Budget): boolean | undefined {
  const lefts = walk([element], step.left, budget) ?? []
  if (budget.left < 0) return undefined
  if (lefts.length === 0) return false
  if (lefts.length > 1) return undefined
  if (step.operator === 'exists') return true
  const rights = walk([element], step.right, budget)
  if (rights === undefined || rights.length > 1) return undefined
  return rights.length === 0 ? false : compare(lefts[0] as KubeValue, step.operator, rights[0] as KubeValue)
}

/**
 * All values selected by a path, in order; none if a field is missing, an index is out of range, the path is invalid, or the budget is exhausted.
 * Call {@link parseJsonPath} once for many objects.
 */
export function evaluateJsonPath(path: string | JsonPath, object: KubeValue): KubeValue[] {
  const parsed = typeof path === 'string' ? parseJsonPath(path) : path
  return 'error' in parsed ? [] : (walk([object], parsed.steps, { left: MOST_LOOKED_AT }) ?? [])
}

/** The part of an object that a path reads: its leading plain fields. Undefined: all of it. An invalid path reads nothing. */
export function readBy(path: JsonPath): string | undefined {
  if ('error' in path) return '.metadata.name'
  let read = ''
  for (const step of path.steps) {
    if (step.type !== 'field') break
    read += pathStep(step.name)
  }
  return read === '' ? undefined : read
}
