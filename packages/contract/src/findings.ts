// Problems that only the store shows, as NDJSON lines: a head, progress, findings as they are found, and an end with all counts.
import { type Static, Type } from 'typebox'
import { FINDING_RULES } from './finding-rules.ts'
import { FindingLinkMessage, FindingMessage, NoteMessage } from './messages.ts'
import { Cost, Instant, Nullable, Revision, WireKey } from './primitives.ts'

export type FindingRule = (typeof FINDING_RULES)[number]
export const FindingRule = Type.Unsafe<FindingRule>(Type.Union(FINDING_RULES.map((rule) => Type.Literal(rule))))

/** Maximum listed findings per rule; counting continues. */
export const MOST_FINDINGS_LISTED = 5000

/** The place of evidence: a key of the v3 keyspace, a namespace, or a filtered table. */
export const FindingLink = Type.Object({
  text: Type.String({ description: 'English text' }),
  says: FindingLinkMessage,
  key: Type.Optional(Type.String()),
  namespace: Type.Optional(Type.String()),
  table: Type.Optional(Type.Object({ resource: Type.String(), namespace: Type.Optional(Type.String()), q: Type.Optional(Type.String()) })),
})
export type FindingLink = Static<typeof FindingLink>

export const Finding = Type.Object({
  rule: FindingRule,
  severity: Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('info')]),
  /** The key of the object concerned. */
  ...WireKey,
  path: Type.String({ description: 'the directory of its resource' }),
  kind: Type.String(),
  namespace: Type.String({ description: 'empty where the key has none' }),
  name: Type.String(),
  says: Type.String({ description: 'the facts, in English' }),
  sentences: Type.Array(FindingMessage, { description: 'the same as codes' }),
  links: Type.Array(FindingLink),
})
export type Finding = Static<typeof Finding>

export const FindingsQuery = Type.Object({
  rev: Type.Optional(Revision),
  all: Type.Optional(Type.Literal('1', { description: 'read everything, however much it is: a large live cluster is asked about first' })),
})

export const FindingsHead = Type.Object({
  type: Type.Literal('head'),
  revision: Revision,
  prefix: Type.String({ description: 'the Kubernetes prefix, with a slash at both ends' }),
  /** Keys that will be read; null if they were not counted (`all=1`). */
  total: Nullable(Type.Integer()),
  /** The cluster is live and large, and nothing was read. Ask again with `all=1`. */
  ask: Type.Boolean(),
  asOf: Nullable(Instant),
  /** What ages are relative to; null if unknown, then no age is known. */
  now: Nullable(Instant),
  notices: Type.Array(Type.String({ description: 'English text' })),
  noticeSentences: Type.Array(NoteMessage, { description: 'the notices as codes, one each' }),
})
export type FindingsHead = Static<typeof FindingsHead>

export const FindingsProgress = Type.Object({
  type: Type.Literal('progress'),
  read: Type.Integer({ description: 'keys read so far' }),
  bytes: Type.Integer(),
  path: Type.String({ description: 'the directory that is being read' }),
})

export const FindingsFound = Type.Object({ type: Type.Literal('found'), findings: Type.Array(Finding) })

/** The content of one directory; its versions are those named in its values. */
export const ResourceUsage = Type.Object({
  path: Type.String(),
  objects: Type.Integer(),
  bytes: Type.Integer({ description: 'of the values, as they are stored' }),
  rounded: Type.Boolean({
    description:
      'the size of each value is rounded up to a multiple of 64 bytes: those of Secrets would tell the length of a short password',
  }),
  versions: Type.Array(Type.Object({ apiVersion: Type.String(), kind: Type.String(), objects: Type.Integer() })),
})
export type ResourceUsage = Static<typeof ResourceUsage>

export const FindingsEnd = Type.Object({
  type: Type.Literal('end'),
  read: Type.Integer(),
  bytes: Type.Integer(),
  milliseconds: Type.Integer(),
  /** Every rule with findings: all of them, including those not listed. */
  counts: Type.Array(Type.Object({ rule: FindingRule, count: Type.Integer() })),
  usage: Type.Array(ResourceUsage),
  cost: Cost,
})
export type FindingsEnd = Static<typeof FindingsEnd>

export type FindingsLine = FindingsHead | Static<typeof FindingsProgress> | { type: 'found'; findings: Finding[] } | FindingsEnd
