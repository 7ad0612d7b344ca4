// The one parser of queries: the filter box of a table and the search of a cluster read the same text the same way.
import type { Fault, Query, Term } from './query.ts'

/** A longer query is a mistake. */
const MOST_CHARACTERS = 2_000
/** Each term is one more test of each line. */
const MOST_TERMS = 32

const LABEL_KEY = /^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?$/

/** `key in (a, b)` and `key notin (a, b)`, delimited by spaces or a selector's commas. */
const SET = /(?<![^\s,])([A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?)\s+(in|notin)\s*\(([^()"]*)\)(?:,|(?!\S))/gi

/**
 * Parses a query. Terms are separated by spaces; double quotes keep one together, also after `name:` and `key=`, and `\"` is a quote. `name:text`,
 * `name:=text`, `/regex/`, `glob*`; `key=value`, `key==value`, `key!=value`, `key in (a,b)`, `key notin (a,b)` and `!key` are kubectl's label
 * selectors, which may be joined by commas; everything else is text. A leading `-` negates. Never throws: every input has terms.
 */
export function parseQuery(input: string): Query {
  const query: Query = { terms: [], faults: [] }
  if (input.length > MOST_CHARACTERS) query.faults.push({ code: 'query-long', from: MOST_CHARACTERS, to: input.length })
  let from = 0
  for (const set of input.matchAll(SET)) {
    // A quoted word is text.
    if ((input.slice(0, set.index).match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1) continue
    plainTerms(input, { from, to: set.index }, query)
    const [whole, key = '', operator, list = ''] = set
    from = set.index + whole.length
    const values = list.split(',').map((value) => value.trim())
    query.terms.push({ type: 'label', key, values, not: operator?.toLowerCase() === 'notin', from: set.index, to: from })
  }
  plainTerms(input, { from, to: input.length }, query)
  const excess = query.terms[MOST_TERMS]
  if (excess !== undefined) query.faults.push({ code: 'terms-many', from: excess.from, to: input.length })
  return query
}

/** A word without its quotes. */
interface Word {
  text: string
  /** Index in `text` of the first quoted character, or -1. */
  quotedAt: number
  /** As typed. */
  raw: string
  from: number
  to: number
  /** Set if the word is a regular expression. */
  pattern?: { source: string; ignoreCase: boolean; not: boolean }
}

function plainTerms(input: string, part: { from: number; to: number }, { terms, faults }: Query): void {
  for (const word of wordsOf(input, part.from, part.to, faults)) {
    if (word.pattern !== undefined) {
      const { source, ignoreCase, not } = word.pattern
      terms.push({ type: 'pattern', source, ignoreCase, not, text: not ? word.raw.slice(1) : word.raw, from: word.from, to: word.to })
    } else for (const one of selectorsOf(word)) termOf(one, terms, faults)
  }
}

/** Between slashes, with no other slash unless escaped, and a space or the end behind it: `/var/log` is a path. */
const PATTERN = /(-?)\/((?:[^/\\\n]|\\.)+)\/(i?)(?=\s|$)/y

function wordsOf(input: string, start: number, end: number, faults: Fault[]): Word[] {
  const found: Word[] = []
  let word: Word | undefined
  let quoteAt = -1
  const finish = (to: number) => {
    if (word === undefined) return
    found.push({ ...word, to, raw: input.slice(word.from, to) })
    word = undefined
  }
  for (let at = start; at < end; at++) {
    const character = input[at] as string
    if (quoteAt < 0 && /\s/.test(character)) {
      finish(at)
      continue
    }
    if (word === undefined) {
      PATTERN.lastIndex = at
      const pattern = character === '/' || character === '-' ? PATTERN.exec(input) : null
      if (pattern !== null && PATTERN.lastIndex <= end) {
        const [raw, minus, source = '', flags] = pattern
        const to = at + raw.length
        found.push({ text: raw, quotedAt: -1, raw, from: at, to, pattern: { source, ignoreCase: flags === 'i', not: minus === '-' } })
        at = to - 1
        continue
      }
      word = { text: '', quotedAt: -1, raw: '', from: at, to: at }
    }
    if (character === '"') {
      quoteAt = quoteAt < 0 ? at : -1
      if (word.quotedAt < 0) word.quotedAt = word.text.length
    } else if (quoteAt >= 0 && character === '\\' && at + 1 < end) word.text += input[++at]
    else word.text += character
  }
  finish(end)
  if (quoteAt >= 0) faults.push({ code: 'quote-open', from: quoteAt, to: end })
  return found
}

/** `a=b,c!=d` is two selectors; a comma not followed by a selector belongs to the text. */
function selectorsOf(word: Word): Word[] {
  if (word.quotedAt >= 0 || !/[=]|^!/.test(word.text) || /^-?field:/i.test(word.text)) return [word]
  const parts = word.text.split(/,(?=[A-Za-z0-9._/-]+(?:==|!=|=)|![A-Za-z0-9]|$)/)
  if (parts.length === 1) return [word]
  let from = word.from
  return parts.map((text) => {
    const part = { text, quotedAt: -1, raw: text, from, to: from + text.length }
    from = part.to + 1
    return part
  })
}

function termOf(word: Word, terms: Term[], faults: Fault[]): void {
  const { text: all, quotedAt, from, to, raw } = word
  // Quoted text is not an operator: only text before the quotes can name something.
  const head = quotedAt < 0 ? all : all.slice(0, quotedAt)
  const label = /^([^=:!]+)(!=|==|=)/.exec(head)
  if (label && LABEL_KEY.test(label[1] as string)) {
    terms.push({ type: 'label', key: label[1] as string, values: [all.slice(label[0].length)], not: label[2] === '!=', from, to })
    return
  }
  if (quotedAt < 0 && all.startsWith('!') && LABEL_KEY.test(all.slice(1))) {
    terms.push({ type: 'label', key: all.slice(1), values: null, not: true, from, to })
    return
  }
  const not = head.length > 1 ? head.startsWith('-') : head === '-' && quotedAt === 1
  const start = not ? 1 : 0
  const colon = head.indexOf(':', start)
  if (colon > start && /^[\p{L}\p{N}]/u.test(head.slice(start))) {
    const whole = head[colon + 1] === '='
    const skipped = colon + (whole ? 2 : 1)
    const text = all.slice(skipped)
    // Half typed: a table must not hide every row meanwhile.
    if (text === '' && quotedAt < 0) faults.push({ code: 'text-missing', from, to })
    else {
      const glob = quotedAt < 0 && text.includes('*')
      const name = all.slice(start, colon)
      terms.push({ type: 'named', name, text, whole, glob, raw: raw.slice(skipped), rawFrom: from + skipped, not, from, to })
    }
    return
  }
  const text = all.slice(start)
  if (text !== '') terms.push({ type: 'text', text, glob: quotedAt < 0 && text.includes('*'), not, from, to })
}
