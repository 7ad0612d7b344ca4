// The syntax of a table's filter box: `status:CrashLoop node:172.20.0.113 app=storefront tier in (web,cache) !canary "exact words"`.
import { wholeGlob, wordGlob } from './glob.ts'
import { parseQuery } from './parse-query.ts'
import { PatternError } from './pattern/parse-pattern.ts'
import { Pattern } from './pattern/pattern.ts'
import type { Term } from './query.ts'
import { type Remark, searchText } from './search-text.ts'

/** One condition; all conditions of a filter must hold. */
export type Condition =
  /** `glob`: a `*` in it also is any text. */
  | { type: 'text'; text: string; not: boolean; glob?: true }
  | { type: 'pattern'; pattern: Pattern; not: boolean }
  /** `whole`: the cell equals the text instead of containing it. */
  | { type: 'column'; column: string; text: string; not: boolean; whole?: true; glob?: true }
  /** With values: the label has one of them; without: the label exists. */
  | { type: 'label'; key: string; values: string[] | null; not: boolean }

export interface Filter {
  conditions: Condition[]
}

/** The input of a filter: displayed cells, and the object's labels if known. */
export interface FilterRow {
  namespace?: string | null
  cells: readonly (string | number | boolean | null)[]
  labels?: Readonly<Record<string, string>>
  /** Text shown beside a cell. */
  remark?: Remark
  /** {@link searchText} of the row, if cached. */
  text?: string
}

/** The conditions of a table's filter: see {@link parseQuery}. Every input is a valid filter: half-typed conditions are ignored. */
export function parseFilter(input: string): Filter {
  return { conditions: parseQuery(input).terms.map(conditionOf) }
}

/**
 * A filter of a list whose entries have no labels: what would be a label selector is text, as in `a=b`. Tests an entry by the texts of its
 * columns; null if the filter is empty: then everything matches.
 */
export function listFilter(input: string, columns: readonly { name: string }[]): ((row: FilterRow) => boolean) | null {
  const conditions = parseQuery(input).terms.map((term): Condition => {
    if (term.type !== 'label') return conditionOf(term)
    const text = input.slice(term.from, term.to)
    return { type: 'text', text, not: false }
  })
  return conditions.length === 0 ? null : matchRow({ conditions }, columns)
}

function conditionOf(term: Term): Condition {
  const { not } = term
  switch (term.type) {
    case 'label':
      return { type: 'label', key: term.key, values: term.values, not }
    case 'named': {
      const { name, text, whole, glob } = term
      return { type: 'column', column: name, text, not, ...(whole ? { whole } : {}), ...(glob && hasMore(text) ? { glob } : {}) }
    }
    case 'pattern': {
      const pattern = patternOf(term.source)
      return pattern === null ? { type: 'text', text: term.text, not } : { type: 'pattern', pattern, not }
    }
    default:
      return { type: 'text', text: term.text, not, ...(term.glob && hasMore(term.text) ? { glob: true } : {}) }
  }
}

/** Stars alone are text: roles have verbs called `*`. */
const hasMore = (text: string): boolean => /[^*?]/.test(text)

/** Null if it is not a regular expression, for instance because it is still being typed. Rows are compared in lower case. */
function patternOf(source: string): Pattern | null {
  try {
    return new Pattern(source, { ignoreCase: true })
  } catch (error) {
    if (error instanceof PatternError) return null
    throw error
  }
}

/** A column's name as typed: without case, spaces and punctuation, so that `nodeselector` is `Node Selector`. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/** The columns matching a typed name: the one with that name, else those that begin with it. `ns` is the namespace. */
function columnsNamed(typed: string, columns: readonly { name: string }[]): number[] {
  const wanted = plainName(typed)
  const names = columns.map((column) => plainName(column.name))
  const same = names.indexOf(wanted)
  if (same >= 0) return [same]
  return names.flatMap((name, index) => (wanted !== '' && name.startsWith(wanted) ? [index] : []))
}

/** Indexes of the columns named in a filter. */
export function columnsOfFilter(filter: string, columns: readonly { name: string }[]): number[] {
  const { conditions } = parseFilter(filter)
  return [...new Set(conditions.flatMap((each) => (each.type === 'column' ? columnsNamed(each.column, columns) : [])))]
}

/**
 * Names before a colon that are not columns: they are searched as text, which may not be intended. A number is part of an address, as in
 * `10.0.0.1:443`.
 */
export function unknownColumns(filter: string, columns: readonly { name: string }[]): string[] {
  const { conditions } = parseFilter(filter)
  const typed = conditions.flatMap((each) => (each.type === 'column' ? [each.column] : []))
  return [...new Set(typed)].filter(
    (name) => /^\p{L}[\p{L}\p{N} _-]*$/u.test(name) && !isNamespace(name.toLowerCase()) && columnsNamed(name, columns).length === 0,
  )
}

const isNamespace = (typed: string) => typed === 'ns' || typed === 'namespace'

/**
 * Compiles a filter to a predicate on rows: column names are resolved once, not per row. Text is found anywhere in a cell, ignoring case. With an
 * unknown column the whole word is text (`10.0.0.1:443`).
 */
export function matchRow(filter: Filter | string, columns: readonly { name: string }[]): (row: FilterRow) => boolean {
  const { conditions } = typeof filter === 'string' ? parseFilter(filter) : filter
  const tests = conditions.map((condition) => testOf(condition, columns))
  return (row) => tests.every((test) => test(row))
}

/** Maximum cached results per condition. */
const REMEMBERED = 2_000

/** Most cells of a column, and most label sets, occur in many rows. */
function remembering<Value>(test: (value: Value) => boolean): (value: Value) => boolean {
  const answers = new Map<Value, boolean>()
  return (value) => {
    const known = answers.get(value)
    if (known !== undefined) return known
    const answer = test(value)
    if (answers.size < REMEMBERED) answers.set(value, answer)
    return answer
  }
}

function testOf(condition: Condition, columns: readonly { name: string }[]): (row: FilterRow) => boolean {
  const { not } = condition
  if (condition.type === 'label') {
    const { key, values } = condition
    const has = remembering(
      (labels: FilterRow['labels']) =>
        labels !== undefined && Object.hasOwn(labels, key) && (values === null || values.includes(labels[key] as string)),
    )
    return (row) => has(row.labels) !== not
  }
  if (condition.type === 'pattern') {
    const holds = (line: string) => safely(condition.pattern, line)
    return (row) => textOf(row).split('\n').some(holds) !== not
  }
  if (condition.type === 'column') {
    const wanted = condition.text.toLowerCase()
    const glob = condition.glob ? globOf(wanted, condition.whole ?? false) : null
    const holds = remembering((cell: FilterRow['cells'][number] | undefined) => {
      const text = String(cell ?? '').toLowerCase()
      return (condition.whole ? text === wanted : text.includes(wanted)) || (glob !== null && safely(glob, text))
    })
    const indexes = columnsNamed(condition.column, columns)
    if (indexes.length > 0)
      return ({ cells, remark }) =>
        indexes.some((index) => holds(cells[index]) || (remark !== undefined && remark.index === index && holds(remark.text))) !== not
    if (isNamespace(condition.column.toLowerCase())) return (row) => holds(row.namespace) !== not
  }
  const wanted = (condition.type === 'column' ? `${condition.column}:${condition.text}` : condition.text).toLowerCase()
  const glob = condition.glob ? globOf(wanted, false) : null
  return (row) => {
    const text = textOf(row)
    return (text.includes(wanted) || (glob !== null && text.split('\n').some((line) => safely(glob, line)))) !== not
  }
}

const textOf = (row: FilterRow): string => row.text ?? searchText(row.namespace, row.cells, row.remark)

function globOf(glob: string, whole: boolean): Pattern {
  return whole ? wholeGlob(glob, true) : wordGlob(glob)
}

/** A pattern that turns out to be too costly matches nothing. */
function safely(pattern: Pattern, text: string): boolean {
  try {
    return pattern.test(text)
  } catch (error) {
    if (error instanceof PatternError) return false
    throw error
  }
}
