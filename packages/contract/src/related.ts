// The objects related to a stored one: NDJSON lines, a head, each section once it is read (or why it failed), and an end.
import { type Static, Type } from 'typebox'
import { StatusInWords } from './decoded.ts'
import { Problem } from './errors.ts'
import { ContainerMessage, ProblemMessage, RelatedMessage, RelationMessage } from './messages.ts'
import { Cost, Instant, Nullable, Revision, WireKey } from './primitives.ts'

/** All sections in display order. */
export const RELATED_SECTIONS = [
  'deletion',
  'containers',
  'owners',
  'node',
  'heartbeat',
  'network',
  'endpoints',
  'address',
  'services',
  'children',
  'pods',
  'uses',
  'attachments',
  'routes',
  'policies',
  'bindings',
  'instances',
  'mentions',
  'events',
] as const
export type RelatedSectionId = (typeof RELATED_SECTIONS)[number]
export const RelatedSectionId = Type.Unsafe<RelatedSectionId>({ type: 'string', enum: [...RELATED_SECTIONS] })

export const RelatedQuery = Type.Object({
  ...WireKey,
  rev: Type.Optional(Revision),
  /** Only this section; a costly one is read only if requested here. */
  section: Type.Optional(RelatedSectionId),
  whole: Type.Optional(
    Type.Literal('1', { description: 'with a section: look at every object of its directories, and not only where names lead' }),
  ),
})
export type RelatedQuery = Static<typeof RelatedQuery>

const Severity = Type.Union([Type.Literal('info'), Type.Literal('warning'), Type.Literal('error')])
const Status = Nullable(StatusInWords)

/** Something important: a broken reference, a lost node. */
export const RelatedTrouble = Type.Object({
  severity: Severity,
  text: Type.String({ description: 'English text' }),
  sentences: Type.Array(RelatedMessage, { description: 'the same as codes' }),
})
export type RelatedTrouble = Static<typeof RelatedTrouble>

/** The first line. Without sections, the key is not an object. */
export const RelatedHead = Type.Object({
  type: Type.Literal('head'),
  revision: Revision,
  kind: Type.String(),
  apiVersion: Type.String(),
  namespace: Nullable(Type.String()),
  name: Type.String(),
  /** What ages are relative to: a file's newest instant; null for a live etcd, where it is the current time. */
  asOf: Nullable(Instant),
  /** What ages are relative to; null if unknown, then no age is known. */
  now: Nullable(Instant),
  /** The object's own state; null if its kind has none. */
  status: Status,
  judged: Type.Array(RelatedTrouble, { description: 'what the object says of itself that is no good, the worst first' }),
  /** Costly ones are read only if requested by name. */
  sections: Type.Array(Type.Object({ id: RelatedSectionId, costly: Type.Boolean() })),
  exact: Type.Array(
    Type.Object({
      by: Type.Union([Type.Literal('owner'), Type.Literal('finalizer'), Type.Literal('image'), Type.Literal('node')]),
      text: Type.String(),
      q: Type.String({ description: 'a query for the search' }),
    }),
    { description: 'searches by a field that find what the object owns, or what shares a finalizer, an image or a node with it' },
  ),
  exactMore: Type.Integer({ description: 'how many more finalizers and images it has, for which `exact` has no search' }),
  /** Why the value could not be read, so that nothing is known of what it refers to. */
  notice: Nullable(Type.Object({ text: Type.String({ description: 'English text' }), sentences: Type.Array(ProblemMessage) })),
})
export type RelatedHead = Static<typeof RelatedHead>

export const RelatedItem = Type.Object({
  /** Its key, whether or not it exists; neither form if no key is known. */
  ...WireKey,
  /** More than 0: belongs to the last one before it with a lower depth. */
  depth: Type.Integer(),
  how: Type.String({ description: 'how it is related, in English: `volume config`' }),
  relations: Type.Array(RelationMessage, { description: 'the same as codes' }),
  kind: Type.String(),
  namespace: Nullable(Type.String()),
  name: Type.String(),
  found: Type.Union([
    Type.Literal('there'),
    Type.Literal('missing'),
    Type.Literal('replaced'),
    Type.Literal('unread'),
    Type.Literal('encrypted'),
    Type.Literal('unnamed'),
  ]),
  status: Status,
  restarts: Type.Integer({ description: 'of a pod: how often its containers were started again; else 0' }),
  created: Nullable(Instant),
  trouble: Nullable(RelatedTrouble),
})
export type RelatedItem = Static<typeof RelatedItem>

export const RelatedContainer = Type.Object({
  name: Type.String(),
  role: Type.String(),
  image: Type.String(),
  state: StatusInWords,
  restarts: Type.Integer(),
  lastEnd: Nullable(Type.Object({ exitCode: Nullable(Type.Integer()), reason: Type.String(), finishedAt: Type.String() })),
  text: Type.String({ description: 'what there is to say, the most important first, in English' }),
  sentences: Type.Array(ContainerMessage, { description: 'the same as codes' }),
})
export type RelatedContainer = Static<typeof RelatedContainer>

export const RelatedEvent = Type.Object({
  ...WireKey,
  type: Type.String(),
  reason: Type.String(),
  message: Type.String(),
  count: Type.Integer(),
  first: Type.String(),
  last: Type.String(),
  from: Type.String(),
  fieldPath: Type.String(),
  /** About an earlier object of the same name. */
  earlier: Type.Boolean(),
})
export type RelatedEvent = Static<typeof RelatedEvent>

/** A subnet that flannel granted to a node. */
export const RelatedLease = Type.Object({
  keyspace: Type.Union([Type.Literal('v2'), Type.Literal('v3')]),
  key: Type.String(),
  subnet: Type.String(),
  backend: Type.String(),
  status: Status,
})
export type RelatedLease = Static<typeof RelatedLease>

/** What was searched for a section. */
export const RelatedLooked = Type.Object({
  /** The resource's directory below the Kubernetes prefix. */
  path: Type.String(),
  namespace: Nullable(Type.String()),
  namePrefix: Type.String(),
  objects: Type.Integer(),
  cut: Type.Boolean({ description: 'there are more than were looked at' }),
  unread: Type.Integer({ description: 'of those looked at, how many could not be read' }),
})
export type RelatedLooked = Static<typeof RelatedLooked>

export const RelatedSection = Type.Object({
  type: Type.Literal('section'),
  id: RelatedSectionId,
  items: Type.Array(RelatedItem),
  omitted: Type.Integer({ description: 'items or events that were found and are not here' }),
  notes: Type.Array(RelatedTrouble),
  judged: Type.Array(RelatedTrouble, {
    description: 'what the states of its items say beside that; a note is something under way, or past',
  }),
  containers: Type.Array(RelatedContainer),
  events: Type.Array(RelatedEvent),
  leases: Type.Array(RelatedLease),
  looked: Type.Array(RelatedLooked),
  /** The table with all of it. */
  table: Nullable(Type.Object({ path: Type.String(), namespace: Nullable(Type.String()), q: Type.String() })),
  address: Nullable(Type.String({ description: 'that the flannel page can be asked about' })),
})
export type RelatedSection = Static<typeof RelatedSection>

/** In place of a section that could not be read. */
export const RelatedFailure = Type.Object({ type: Type.Literal('failure'), id: RelatedSectionId, problem: Problem })
export type RelatedFailure = { type: 'failure'; id: RelatedSectionId; problem: Problem }

/** How far a long section is. */
export const RelatedProgress = Type.Object({ type: Type.Literal('progress'), id: RelatedSectionId, objects: Type.Integer() })

export const RelatedEnd = Type.Object({ type: Type.Literal('end'), bytes: Type.Integer(), milliseconds: Type.Integer(), cost: Cost })
export type RelatedEnd = Static<typeof RelatedEnd>

export type RelatedLine = RelatedHead | RelatedSection | RelatedFailure | Static<typeof RelatedProgress> | RelatedEnd
