// The language of a table's filter box: `status:CrashLoop node:172.20.0.113 app=storefront tier in (web,cache) !canary "exact words"`.

/** One condition; all conditions of a filter must hold. */
export type Condition =
  | { type: 'text'; text: string; not: boolean }
  /** `whole`: the cell is the text, and does not only contain it. */
  | { type: 'column'; column: string; text: string; not: boolean; whole?: true }
  /** With values: the label has one of them; without: there is such a label. */
  | { type: 'label'; key: string; values: string[] | null; not: boolean }

export interface Filter {
  conditions: Condition[]
}

/** What a filter looks at: the cells as they are shown, and the labels of the object when they are known. */
export interface FilterRow {
  namespace?: string | null
  cells: readonly (string | number | boolean | null)[]
  labels?: Readonly<Record<string, string>>
  /** What is shown beside a cell. */
  remark?: Remark
  /** {@link searchText} of the row, where it is kept. */
  text?: string
}

export interface Remark {
  /** Of the cell. */
  index: number
  text: string
}

/** The namespace and every cell in lower case, a line each: what a word without a column is looked for in. */
export function searchText(namespace: string | null | undefined, cells: FilterRow['cells'], remark?: Remark): string {
  let text = namespace ?? ''
  for (const cell of cells) text += `\n${cell ?? ''}`
  return (remark === undefined ? text : `${text}\n${remark.text}`).toLowerCase()
}

const LABEL_KEY = /^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$/

/**
 * Reads a filter. Words are separated by spaces; double quotes hold one together, also after `column:` and `key=`, and `\"` is a quote.
 * `column:text` looks into one column, `column:=text` for cells that are just that; `key=value`, `key==value`, `key!=value`, `key in (a,b)`, `key notin (a,b)` and `!key` are label
 * selectors as kubectl takes them (also with a comma between two of them); everything else is looked for in any cell.
 * A leading `-` turns a word or a column around. Every input is a filter: what is half typed counts as text.
 */
export function parseFilter(input: string): Filter {
  const conditions: Condition[] = []
  let from = 0
  for (const set of input.matchAll(SET)) {
    // In quotes it is text.
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

/** `key in (a, b)` and `key notin (a, b)`, between spaces or the commas of a selector. */
const SET = /(?<![^\s,])([A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?)\s+(in|notin)\s*\(([^()"]*)\)(?:,|(?!\S))/gi

function plainConditions(input: string): Condition[] {
  return words(input).flatMap((word) => conditionsOf(word))
}

/** `a=b,c!=d` is two conditions; a comma that no selector follows belongs to the text. */
function conditionsOf(word: Word): Condition[] {
  const parts =
    word.quotedAt < 0 && /[=]|^!/.test(word.text) ? word.text.split(/,(?=[A-Za-z0-9._/-]+(?:==|!=|=)|![A-Za-z0-9]|$)/) : [word.text]
  if (parts.length === 1) return [conditionOf(word)].filter((condition) => condition !== undefined)
  return parts.flatMap((text) => conditionOf({ text, quotedAt: -1 }) ?? [])
}

/** A word with its quotes taken away; `quotedAt` is where the first quote stood, or -1. */
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
  // Text in quotes is no operator: only text before the quotes can name a column or a label.
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
    // `status:` half typed must not hide every row.
    if (text === '' && quotedAt < 0) return undefined
    return { type: 'column', column: word.slice(start, colon), text, not, ...(whole ? { whole } : {}) }
  }
  const text = word.slice(start)
  return text === '' ? undefined : { type: 'text', text, not }
}

/** A column's name as a person types it: without case, spaces and signs, so that `nodeselector` is `Node Selector`. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/** The columns that a typed name means: the one of that name, else those that begin with it. `ns` is the namespace. */
function columnsNamed(typed: string, columns: readonly { name: string }[]): number[] {
  const wanted = plainName(typed)
  const names = columns.map((column) => plainName(column.name))
  const same = names.indexOf(wanted)
  if (same >= 0) return [same]
  return names.flatMap((name, index) => (wanted !== '' && name.startsWith(wanted) ? [index] : []))
}

/** Indexes of the columns that a filter looks into by their names. */
export function columnsOfFilter(filter: string, columns: readonly { name: string }[]): number[] {
  const { conditions } = parseFilter(filter)
  return [...new Set(conditions.flatMap((each) => (each.type === 'column' ? columnsNamed(each.column, columns) : [])))]
}

/**
 * What is typed in front of a colon and names no column: it is looked for as text, which may not be what was meant. A number in front of it
 * is part of an address, as `10.0.0.1:443`.
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
 * Makes a filter a predicate on the rows of a table: column names are looked up once, not once a row.
 * Text is found anywhere in a cell, whatever its case. An unknown column falls back to the whole word as text (`10.0.0.1:443`).
 */
export function matchRow(filter: Filter | string, columns: readonly { name: string }[]): (row: FilterRow) => boolean {
  const { conditions } = typeof filter === 'string' ? parseFilter(filter) : filter
  const tests = conditions.map((condition) => testOf(condition, columns))
  return (row) => tests.every((test) => test(row))
}

/** How many different answers a condition remembers. */
const REMEMBERED = 2_000

/** Most cells of a column, and most sets of labels, are those of many rows. */
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
