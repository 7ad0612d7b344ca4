// The answer of a search: matching keys in key order with their lines, how far the search is, and what it did not search.
import { type Static, Type } from 'typebox'
import { Cost, Instant, Nullable, Revision, WireKey } from './primitives.ts'
import type { StreamError, StreamWaiting } from './stream.ts'

/** Results of one answer, unless the question names another number. */
export const SEARCH_LIMIT = 100

const Keyspace = Type.Union([Type.Literal('v3'), Type.Literal('v2')])

export const SearchQuery = Type.Object({
  q: Type.String({ minLength: 1, maxLength: 4000, description: 'what to search for; packages/query/README.md has the syntax' }),
  rev: Type.Optional(Revision),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: `results; default ${SEARCH_LIMIT}` })),
  keyspace: Type.Optional(Keyspace),
  after: Type.Optional(Type.String({ description: 'continue behind this key of the keyspace: `next` of the answer before' })),
  after64: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]*$' })),
})

export const SearchHead = Type.Object({
  type: Type.Literal('head'),
  /** Null where there is no v3 keyspace. */
  revision: Nullable(Revision),
  reads: Type.Union([Type.Literal('keys'), Type.Literal('values')], { description: 'whether the question can be answered by keys alone' }),
  total: Nullable(Type.Integer({ description: 'keys to read, if known' })),
  asOf: Nullable(Instant),
  now: Nullable(Instant),
  holders: Type.Array(Type.String(), {
    description: 'addresses of the nodes whose flannel subnet has an address that was asked for: these nodes are found by them',
  }),
})
export type SearchHead = Static<typeof SearchHead>

/** A line of the value's text. */
export const SearchLine = Type.Object({
  number: Type.Integer({ description: 'from 1' }),
  text: Type.String({ description: 'a long line is cut' }),
  /** Characters of the line before `text`. */
  cutBefore: Type.Integer(),
  cutAfter: Type.Boolean(),
  /** The parts that match, in UTF-16 units of `text`; empty for a line that only says where the next one is. */
  marks: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()])),
})
export type SearchLine = Static<typeof SearchLine>

export const SearchResult = Type.Object({
  keyspace: Keyspace,
  ...WireKey,
  path: Type.String({ description: 'the directory of its resource below the Kubernetes prefix; empty outside' }),
  kind: Type.String({ description: 'empty where nothing says it' }),
  namespace: Type.String(),
  name: Type.String(),
  modRevision: Revision,
  /** The form of the value that the lines belong to; null where no value was read. */
  view: Nullable(Type.Union([Type.Literal('yaml'), Type.Literal('text')])),
  lines: Type.Array(SearchLine),
  more: Type.Integer({ description: 'matching lines beyond those; at most 100 are counted' }),
})
export type SearchResult = Static<typeof SearchResult>

export const SearchFound = Type.Object({ type: Type.Literal('found'), results: Type.Array(SearchResult) })
export type SearchFound = Static<typeof SearchFound>

export const SearchProgress = Type.Object({
  type: Type.Literal('progress'),
  read: Type.Integer({ description: 'keys read so far' }),
  bytes: Type.Integer({ description: 'bytes of values read so far; sizes of Secrets are rounded up' }),
})
export type SearchProgress = Static<typeof SearchProgress>

/** What was read and not searched; values whose content is masked are searched without it. */
export const Unsearched = Type.Object({
  secrets: Type.Integer({ description: 'Secrets: of their values nothing that is masked is searched' }),
  encrypted: Type.Integer({ description: 'values encrypted at rest that no key opens' }),
  unread: Type.Integer({ description: 'values too large or too costly to decode' }),
  forbidden: Type.Boolean({ description: 'whether there are keys that the etcd user may not read' }),
  /** Why the v2 keyspace was not searched, or not completely. */
  v2: Nullable(Type.Union([Type.Literal('large'), Type.Literal('failed'), Type.Literal('revision')])),
})
export type Unsearched = Static<typeof Unsearched>

export const SearchEnd = Type.Object({
  type: Type.Literal('end'),
  found: Type.Integer(),
  read: Type.Integer(),
  bytes: Type.Integer(),
  /** Where to continue; null if everything was searched. */
  next: Nullable(Type.Object({ keyspace: Keyspace, ...WireKey })),
  unsearched: Unsearched,
  milliseconds: Type.Integer(),
  cost: Cost,
})
export type SearchEnd = Static<typeof SearchEnd>

export type SearchStreamLine = StreamWaiting | SearchHead | SearchFound | SearchProgress | SearchEnd | StreamError
