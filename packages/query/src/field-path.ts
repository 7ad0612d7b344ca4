// Paths of a decoded object in a query, as `spec.containers[*].image`, and the scalars that they lead to.

/** A member by name, an item by index, or every one of them. */
export type FieldStep = { name: string } | { index: number } | 'every'

const OPERATOR = /^(?:!=|<=|>=|=|<|>|~)/

type FieldOperator = '=' | '!=' | '<' | '>' | '<=' | '>=' | '~'

export interface ParsedField {
  path: FieldStep[]
  /** Null if the field only has to exist. */
  operator: FieldOperator | null
  /** Index of the text after the operator. */
  textFrom: number
}

/** The path and operator at the start of a text as typed; a number is where it cannot be read. */
export function parseField(raw: string): ParsedField | number {
  const path: FieldStep[] = []
  let at = raw[0] === '.' ? 1 : 0
  for (;;) {
    const rest = raw.slice(at)
    const name = /^(?:[^.[\]="!<>~\s]+)/.exec(rest)
    const bracket = /^\[(?:(\*)|(\d{1,9})|"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\]"']+))\]/.exec(rest)
    if (bracket !== null) {
      const [whole, every, index, quoted, single, bare] = bracket
      if (every !== undefined) path.push('every')
      else if (index !== undefined) path.push({ index: Number(index) })
      else path.push({ name: quoted?.replace(/\\(.)/g, '$1') ?? single ?? bare ?? '' })
      at += whole.length
    } else if (name !== null && (at === 0 || raw[at - 1] === '.')) {
      path.push(name[0] === '*' ? 'every' : { name: name[0] })
      at += name[0].length
    } else return at
    if (raw[at] === '.') at++
    else if (raw[at] !== '[') break
  }
  if (at === raw.length) return { path, operator: null, textFrom: at }
  const operator = OPERATOR.exec(raw.slice(at))?.[0] as FieldOperator | undefined
  return operator === undefined ? at : { path, operator, textFrom: at + operator.length }
}

/** A scalar found at a path; collections are found only where the path ends at one. */
export interface FoundField {
  path: (string | number)[]
  value: unknown
}

/** More fields of one object are not compared. */
const MOST_FOUND = 10_000

/** The values at a path. A list between two names is passed through: `spec.containers.image` is `spec.containers[*].image`. */
export function fieldsAt(object: unknown, path: readonly FieldStep[], most = MOST_FOUND): FoundField[] {
  const found: FoundField[] = []
  const visit = (value: unknown, step: number, at: (string | number)[]): void => {
    if (found.length >= most || value === undefined) return
    const next = path[step]
    if (next === undefined) {
      found.push({ path: at, value })
      return
    }
    if (Array.isArray(value)) {
      if (next === 'every') for (let i = 0; i < value.length; i++) visit(value[i], step + 1, [...at, i])
      else if ('index' in next) visit(value[next.index], step + 1, [...at, next.index])
      else for (let i = 0; i < value.length; i++) visit(value[i], step, [...at, i])
    } else if (isMembers(value)) {
      if (next === 'every') for (const name of Object.keys(value)) visit(value[name], step + 1, [...at, name])
      else {
        const name = 'index' in next ? String(next.index) : next.name
        if (Object.hasOwn(value, name)) visit(value[name], step + 1, [...at, name])
      }
    }
  }
  visit(object, 0, [])
  return found
}

function isMembers(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== 'object') return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** The text of a scalar as YAML shows it, without quotes; undefined for a list or an object. */
export function scalarText(value: unknown): string | undefined {
  if (value === null) return 'null'
  // Numbers beyond a double are objects that know their text.
  if (typeof value === 'object') return Array.isArray(value) || isMembers(value) ? undefined : String(value)
  return String(value)
}
