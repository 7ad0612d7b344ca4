// A resource as kubectl's table: NDJSON lines, a head, pages of rows, and an end.
import { type Static, Type } from 'typebox'
import { Tone } from './decoded.ts'
import { Note, ProblemMessage, StateMessage } from './messages.ts'
import { Cost, Instant, Nullable, Revision, WireKey } from './primitives.ts'

export const TableQuery = Type.Object({
  namespace: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
  rev: Type.Optional(Revision),
})

export const TableColumn = Type.Object({
  name: Type.String(),
  type: Type.Union([
    Type.Literal('string'),
    Type.Literal('integer'),
    Type.Literal('date'),
    Type.Literal('boolean'),
    Type.Literal('number'),
  ]),
  /** 0 is always shown; more than 0 only by `-o wide`. */
  priority: Type.Integer(),
  format: Type.Optional(Type.String()),
  description: Type.Optional(Type.String({ description: 'in the words of a definition, or English text' })),
  sentences: Type.Optional(Type.Array(StateMessage, { description: 'the description as codes; absent for that of a definition' })),
})
export type TableColumn = Static<typeof TableColumn>

/** The first line. */
export const TableHead = Type.Object({
  type: Type.Literal('head'),
  path: Type.String(),
  directory: Type.String({
    description: 'with a slash at its end: the key of a row that has none is this, its namespace with a slash, its name',
  }),
  resource: Type.String(),
  kind: Type.String(),
  apiVersion: Type.String({ description: 'of the first object, or the one that the resource is known by' }),
  namespaced: Nullable(Type.Boolean()),
  note: Nullable(Note),
  columns: Type.Array(TableColumn),
  /** Null if all releases of Kubernetes print the same columns. */
  printedAs: Nullable(
    Type.Object({
      release: Type.String({ description: 'the release of Kubernetes whose columns these are, as 1.36 or 1.38 (beta)' }),
      from: Type.Union([Type.Literal('nodes'), Type.Literal('api-services'), Type.Literal('storage-versions'), Type.Literal('newest')], {
        description:
          'what tells the release: kubelets, the versions that the API server registers, those in which it stores objects, or nothing, and then it is the newest known',
      }),
    }),
  ),
  revision: Revision,
  /** What ages are relative to: a file's newest instant; null for a live etcd, where it is the current time. */
  asOf: Nullable(Instant),
  /** What ages are relative to; null if unknown, then no age is known. */
  now: Nullable(Instant),
})
export type TableHead = Static<typeof TableHead>

export const TableCell = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])
export type TableCell = Static<typeof TableCell>

/** Why a pod needs attention. */
export const PodTrouble = Type.Union([
  Type.Literal('failed'),
  Type.Literal('notReady'),
  Type.Literal('restarting'),
  Type.Literal('terminating'),
  Type.Literal('pending'),
])
export type PodTrouble = Static<typeof PodTrouble>

export const TableRow = Type.Object({
  /** Only if it does not follow from the head's directory, namespace and name. */
  ...WireKey,
  namespace: Nullable(Type.String()),
  name: Type.String(),
  /** One per column of the head; null prints as `<none>`. */
  cells: Type.Array(TableCell),
  /** Index into the line's labels; absent for an object without labels. */
  labels: Type.Optional(Type.Integer()),
  /** The exact time behind a cell with an age, by column index. */
  instants: Type.Optional(Type.Record(Type.String(), Instant)),
  /** The meaning of the Status column's word. */
  tone: Type.Optional(Tone),
  /** For a pod: `status.phase`, and its trouble. */
  phase: Type.Optional(Type.String()),
  trouble: Type.Optional(Type.Array(PodTrouble, { description: 'absent when nothing is' })),
  /** Why the value could not be read as an object. All cells except the name are null. */
  problem: Type.Optional(Type.String()),
  sentences: Type.Optional(Type.Array(ProblemMessage, { description: 'the problem as codes' })),
  /** Of a kind unknown to Registree, which is not damage: only name and age are shown. */
  unknownKind: Type.Optional(Type.Literal(true)),
})
export type TableRow = Static<typeof TableRow>

export const TableRows = Type.Object({
  type: Type.Literal('rows'),
  /** The distinct label sets of these rows. */
  labels: Type.Array(Type.Record(Type.String(), Type.String())),
  rows: Type.Array(TableRow),
})
export type TableRows = Static<typeof TableRows>

/** The last line of a completely read table. */
export const TableEnd = Type.Object({
  type: Type.Literal('end'),
  rows: Type.Integer(),
  bytes: Type.Integer({ description: 'bytes of the values that were read' }),
  milliseconds: Type.Integer(),
  cost: Cost,
})
export type TableEnd = Static<typeof TableEnd>

export type TableLine = TableHead | TableRows | TableEnd
