// The syntax of a table's filter box: `status:CrashLoop node:172.20.0.113 app=storefront tier in (web,cache) !canary "exact words"`.

/** One condition; all conditions of a filter must hold. */
export type Condition =
  | { type: 'text'; text: string; not: boolean }
  /** `whole`: the cell equals the text instead of containing it. */
  | { type: 'column'; column: string; text: string; not: boolean; whole?: true }
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

export interface Remark {
  /** The cell's index. */
  index: number
  text: string
}

/** The namespace and every cell in lower case, one per line: searched for words without a column. */
export function searchText(namespace: string | null | undefined, cells: FilterRow['cells'], remark?: Remark): string {
  let text = namespace ?? ''
  for (const cell of cells) text += `\n${cell ?? ''}`
  return (remark === undefined ? text : `${text}\n${remark.text}`).toLowerCase()
}

const LABEL_KEY = /^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$/

/**
 * Parses a filter. Words are separated by spaces; double quotes keep one together, also after `column:` and `key=`, and `\"` is a quote.
 * `column:text` searches one column, `column:=text` matches whole cells; `key=value`, `key==value`, `key!=value`, `key in (a,b)`, `key notin (a,b)`
 * and `!key` are kubectl's label selectors (which may be joined by commas); everything else is searched in all cells. A leading `-` negates a word or
 * column. Every input is a valid filter: half-typed conditions count as text.
 */
export function parseFilter(input: string): Filter {
  const conditions: Condition[] = []
  let from = 0
  for (const set of input.matchAll(SET)) {
    // A quoted word is text.
    if ((input.slice(0, set.index).match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1) continue
    conditions.push(...plainConditions(input.slice(from, set.index)))
    const [whole, key = '', operator, list = ''] = set
    const values = list.split(',').map((value) => value.trim())
    conditions.push({ type: 'label', key, values, not: operator?.toLowerCase() === 'notin' })
    from = set.index + whole.length
  }
  conditions.push(...plainConditions(input.slice(from)))
  return { conditions }
}

/** `key in (a, b)` and `key notin (a, b)`, delimited by spaces or a selector's commas. */
const SET = /(?<![^\s,])([A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?)\s+(in|notin)\s*\(([^()"]*)\)(?:,|(?!\S))/gi

function plainConditions(input: string): Condition[] {
  return words(input).flatMap((word) => conditionsOf(word))
}

/** `a=b,c!=d` is two conditions; a comma not followed by a selector belongs to the text. */
function conditionsOf(word: Word): Condition[] {
  const parts =
    word.quotedAt < 0 && /[=]|^!/.test(word.text) ? word.text.split(/,(?=[A-Za-z0-9._/-]+(?:==|!=|=)|![A-Za-z0-9]|$)/) : [word.text]
  if (parts.length === 1) return [conditionOf(word)].filter((condition) => condition !== undefined)
  return parts.flatMap((text) => conditionOf({ text, quotedAt: -1 }) ?? [])
}

/** A word without its quotes; `quotedAt` is the position of the first quote, or -1. */
interface Word {
  text: string
  quotedAt: number
}

function words(input: string): Word[] {
  const found: Word[] = []
  let word: Word | undefined
  let quoted = false
  for (let at = 0; at < input.length; at++) {
    const character = input[at] as string
    if (!quoted && /\s/.test(character)) {
      if (word) found.push(word)
      word = undefined
      continue
    }
    word ??= { text: '', quotedAt: -1 }
    if (character === '"') {
      quoted = !quoted
      if (word.quotedAt < 0) word.quotedAt = word.text.length
    } else if (quoted && character === '\\' && at + 1 < input.length) word.text += input[++at]
    else word.text += character
  }
  if (word) found.push(word)
  return found
}

function conditionOf({ text: word, quotedAt }: Word): Condition | undefined {
  // Quoted text is not an operator: only text before the quotes can name a column or label.
  const head = quotedAt < 0 ? word : word.slice(0, quotedAt)
  const label = /^([^=:!]+)(!=|==|=)/.exec(head)
  if (label && LABEL_KEY.test(label[1] as string))
    return { type: 'label', key: label[1] as string, values: [word.slice(label[0].length)], not: label[2] === '!=' }
  if (quotedAt < 0 && word.startsWith('!') && LABEL_KEY.test(word.slice(1)))
    return { type: 'label', key: word.slice(1), values: null, not: true }
  const not = head.length > 1 ? head.startsWith('-') : head === '-' && quotedAt === 1
  const start = not ? 1 : 0
  const colon = head.indexOf(':', start)
  if (colon > start && /^[\p{L}\p{N}]/u.test(head.slice(start))) {
    const whole = head[colon + 1] === '='
    const text = word.slice(colon + (whole ? 2 : 1))
    // A half-typed `status:` must not hide every row.
    if (text === '' && quotedAt < 0) return undefined
    return { type: 'column', column: word.slice(start, colon), text, not, ...(whole ? { whole } : {}) }
  }
  const text = word.slice(start)
  return text === '' ? undefined : { type: 'text', text, not }
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
  if (condition.type === 'column') {
    const wanted = condition.text.toLowerCase()
    const holds = remembering((cell: FilterRow['cells'][number] | undefined) => {
      const text = String(cell ?? '').toLowerCase()
      return condition.whole ? text === wanted : text.includes(wanted)
    })
    const indexes = columnsNamed(condition.column, columns)
    if (indexes.length > 0)
      return ({ cells, remark }) =>
        indexes.some((index) => holds(cells[index]) || (remark !== undefined && remark.index === index && holds(remark.text))) !== not
    if (isNamespace(condition.column.toLowerCase())) return (row) => holds(row.namespace) !== not
  }
  const wanted = (condition.type === 'column' ? `${condition.column}:${condition.text}` : condition.text).toLowerCase()
  return (row) => (row.text ?? searchText(row.namespace, row.cells, row.remark)).includes(wanted) !== not
}
