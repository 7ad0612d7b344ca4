// The syntax tree of a query: a list of terms that must all hold, each with its place in the text.

/** A part of the query's text, in UTF-16 units. */
export interface Span {
  from: number
  to: number
}

/** What one term says, before anybody knows what its names mean: a table has columns, a search has the names of search-conditions.ts. */
type TermBody =
  /** A word, or a phrase in double quotes. `glob`: an unquoted word with a `*`. */
  | { type: 'text'; text: string; glob: boolean }
  /** `/source/` or `/source/i`. */
  | { type: 'pattern'; source: string; ignoreCase: boolean; text: string }
  /** `name:text`, or `name:=text` (`whole`). `raw` is the text as typed, with its quotes; `rawFrom` is where it begins. */
  | { type: 'named'; name: string; text: string; whole: boolean; glob: boolean; raw: string; rawFrom: number }
  /** A label selector. With values: the label has one of them; without: the label exists. */
  | { type: 'label'; key: string; values: string[] | null }

/** `not`: nothing that matches the body is wanted. */
export type Term = TermBody & Span & { not: boolean }

/** What is wrong with a query. */
export type FaultCode =
  | 'query-long'
  | 'terms-many'
  | 'quote-open'
  | 'text-missing'
  | 'field-path'
  | 'number'
  | 'size'
  | 'age'
  | 'lease'
  | 'yes-or-no'
  | PatternFaultCode

/** What is wrong with a regular expression. */
export type PatternFaultCode =
  | 'pattern-group'
  | 'pattern-class'
  | 'pattern-escape'
  | 'pattern-repeat'
  | 'pattern-unsupported'
  | 'pattern-large'

export interface Fault extends Span {
  code: FaultCode
}

export interface Query {
  terms: Term[]
  /** Syntax errors in the order of the text. A table ignores them: its filter is read while somebody types it. */
  faults: Fault[]
}
