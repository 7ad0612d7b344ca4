// What the terms of a query mean in a search, and the errors of those that mean nothing.
import { type FieldStep, parseField } from './field-path.ts'
import { wholeGlob, wordGlob } from './glob.ts'
import { PatternError } from './pattern/parse-pattern.ts'
import { Pattern } from './pattern/pattern.ts'
import { parseAge, parseSize } from './quantity.ts'
import type { Fault, FaultCode, Query, Span, Term } from './query.ts'

export type Comparison = '=' | '!=' | '<' | '>' | '<=' | '>='

/** How a text is compared. `contains` ignores case; so does `equals` unless `exact`. */
export type TextTest =
  | { how: 'contains' | 'equals'; text: string }
  | { how: 'exact'; text: string }
  | { how: 'glob'; text: string; pattern: Pattern }
  | { how: 'pattern'; pattern: Pattern }

export type SearchCondition = Span & { not: boolean } & (
    | { type: 'text'; test: TextTest; text: string }
    | { type: 'place'; what: 'key' | 'kind' | 'namespace' | 'name' | 'encoding'; test: TextTest }
    | { type: 'label'; key: string; values: string[] | null }
    /** `test` null: the field exists. */
    | { type: 'field'; path: FieldStep[]; test: TextTest | { how: 'order'; operator: '<' | '>' | '<=' | '>='; text: string } | null }
    /** `age` is in milliseconds, `size` in bytes; a lease of 0 is none. */
    | { type: 'number'; what: 'size' | 'version' | 'mod' | 'create' | 'lease' | 'age'; operator: Comparison; value: bigint }
    | { type: 'encrypted'; wanted: boolean }
  )

export interface SearchQuery {
  conditions: SearchCondition[]
  faults: Fault[]
}

/** The names before a colon that a search knows; another one is part of a text, as in `shop:v2` or `10.0.0.1:443`. */
export const SEARCH_NAMES = [
  'key',
  'kind',
  'namespace',
  'ns',
  'name',
  'label',
  'field',
  'size',
  'version',
  'mod',
  'create',
  'age',
  'lease',
  'encoding',
  'encrypted',
] as const

/** Reads a query as a search. With faults nothing may be searched: a term left out would find what was not asked for. */
export function readSearch({ terms, faults }: Query): SearchQuery {
  const conditions: SearchCondition[] = []
  const wrong: Fault[] = faults.filter((fault) => fault.code !== 'text-missing')
  for (const term of terms) {
    const read = conditionOf(term)
    if ('code' in read) wrong.push(read)
    else conditions.push(read)
  }
  for (const fault of faults) if (fault.code === 'text-missing') wrong.push(fault)
  return { conditions, faults: wrong.sort((a, b) => a.from - b.from) }
}

function conditionOf(term: Term): SearchCondition | Fault {
  const { from, to, not } = term
  const place = { from, to, not }
  try {
    switch (term.type) {
      case 'label':
        return { ...place, type: 'label', key: term.key, values: term.values }
      case 'pattern': {
        const pattern = new Pattern(term.source, { ignoreCase: term.ignoreCase })
        return { ...place, type: 'text', test: { how: 'pattern', pattern }, text: term.text }
      }
      case 'text':
        return { ...place, ...textCondition(term.text, term.glob) }
      case 'named':
        return named(term, place)
    }
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    // The slash before the source.
    const before = term.type === 'pattern' ? from + (not ? 2 : 1) : from
    return { code: error.code, from: term.type === 'pattern' ? Math.min(before + error.at, to - 1) : from, to }
  }
}

function textCondition(text: string, glob: boolean): { type: 'text'; test: TextTest; text: string } {
  // A glob of nothing but stars would find everything.
  if (glob && /[^*?]/.test(text)) return { type: 'text', test: { how: 'glob', text, pattern: wordGlob(text) }, text }
  return { type: 'text', test: { how: 'contains', text }, text }
}

type NamedTerm = Extract<Term, { type: 'named' }>
type Place = Span & { not: boolean }

function named(term: NamedTerm, place: Place): SearchCondition | Fault {
  const { text, whole } = term
  const fault = (code: FaultCode, from = term.rawFrom): Fault => ({ code, from, to: term.to })
  const name = term.name.toLowerCase()
  switch (name) {
    case 'key': {
      // Keys are bytes: a part may be typed in any case, all of it is exact, so that only these keys need to be read.
      const exact = term.glob || whole
      const test: TextTest = term.glob ? { how: 'glob', text, pattern: wholeGlob(text, false) } : { how: 'exact', text }
      return { ...place, type: 'place', what: 'key', test: exact ? test : { how: 'contains', text } }
    }
    case 'name':
    case 'encoding':
      return { ...place, type: 'place', what: name, test: placeTest(term, 'contains') }
    case 'namespace':
    case 'ns':
      return { ...place, type: 'place', what: 'namespace', test: placeTest(term, 'contains') }
    case 'kind':
      return { ...place, type: 'place', what: 'kind', test: placeTest(term, 'equals') }
    case 'label': {
      const [, key, operator, value] = /^([^=!]+)(?:(==|=|!=)(.*))?$/s.exec(text) ?? []
      if (key === undefined) return fault('text-missing')
      return { ...place, not: place.not !== (operator === '!='), type: 'label', key, values: value === undefined ? null : [value] }
    }
    case 'field':
      return field(term, place)
    case 'size':
    case 'version':
    case 'mod':
    case 'create':
    case 'age':
      return number(name, term, place)
    case 'lease': {
      if (/^(?:\*|any)$/i.test(text)) return { ...place, type: 'number', what: 'lease', operator: '!=', value: 0n }
      if (/^(?:0|none)$/i.test(text)) return { ...place, type: 'number', what: 'lease', operator: '=', value: 0n }
      // etcdctl prints ids in hexadecimal.
      if (!/^[0-9a-f]{1,16}$/i.test(text)) return fault('lease')
      return { ...place, type: 'number', what: 'lease', operator: '=', value: BigInt(`0x${text}`) }
    }
    case 'encrypted': {
      const wanted = /^(?:yes|true)$/i.test(text) ? true : /^(?:no|false)$/i.test(text) ? false : null
      return wanted === null ? fault('yes-or-no') : { ...place, type: 'encrypted', wanted }
    }
    default: {
      const all = `${term.name}:${whole ? '=' : ''}${text}`
      return { ...place, ...textCondition(all, term.glob) }
    }
  }
}

function placeTest({ text, whole, glob }: NamedTerm, otherwise: 'contains' | 'equals'): TextTest {
  if (glob) return { how: 'glob', text, pattern: wholeGlob(text, true) }
  return { how: whole ? 'equals' : otherwise, text }
}

function field(term: NamedTerm, place: Place): SearchCondition | Fault {
  if (term.whole) return { code: 'field-path', from: term.rawFrom - 1, to: term.to }
  const parsed = parseField(term.raw)
  if (typeof parsed === 'number') return { code: 'field-path', from: Math.min(term.rawFrom + parsed, term.to - 1), to: term.to }
  const { path, operator, textFrom } = parsed
  const base = { ...place, type: 'field' as const, path }
  if (operator === null) return { ...base, test: null }
  const raw = term.raw.slice(textFrom)
  const quoted = raw.includes('"')
  const text = quoted ? raw.replace(/\\(.)|"/g, '$1') : raw
  if (operator === '=' || operator === '!=') {
    const test: TextTest = !quoted && text.includes('*') ? { how: 'glob', text, pattern: wholeGlob(text, false) } : { how: 'exact', text }
    return { ...base, not: base.not !== (operator === '!='), test }
  }
  if (text === '') return { code: 'text-missing', from: term.rawFrom, to: term.to }
  if (operator === '~') {
    try {
      return { ...base, test: { how: 'pattern', pattern: new Pattern(text) } }
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      return { code: error.code, from: Math.min(term.rawFrom + textFrom + error.at, term.to - 1), to: term.to }
    }
  }
  return { ...base, test: { how: 'order', operator, text } }
}

const PARSERS = {
  size: { parse: parseSize, fault: 'size' },
  age: { parse: parseAge, fault: 'age' },
  version: { parse: wholeNumber, fault: 'number' },
  mod: { parse: wholeNumber, fault: 'number' },
  create: { parse: wholeNumber, fault: 'number' },
} as const

function number(what: keyof typeof PARSERS, term: NamedTerm, place: Place): SearchCondition | Fault {
  const [, operator = '=', rest = ''] = /^(!=|<=|>=|<|>|=|)(.*)$/s.exec(term.text) ?? []
  const { parse, fault } = PARSERS[what]
  const value = parse(rest.trim())
  if (value === null) return { code: fault, from: term.rawFrom, to: term.to }
  return { ...place, type: 'number', what, operator: (operator === '' ? '=' : operator) as Comparison, value }
}

function wholeNumber(text: string): bigint | null {
  return /^\d{1,19}$/.test(text) ? BigInt(text) : null
}
