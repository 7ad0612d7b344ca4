// A resource as kubectl's table: NDJSON lines, a head, pages of rows, and an end.
import { type Static, Type } from 'typebox'
import { Tone } from './decoded.ts'
import { ProblemMessage } from './messages.ts'
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
  description: Type.Optional(Type.String()),
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
  note: Nullable(Type.String()),
  columns: Type.Array(TableColumn),
  /** Null where all releases of Kubernetes print the same columns. */
  printedAs: Nullable(
    Type.Object({
      release: Type.String({ description: 'the release of Kubernetes whose columns these are, as 1.36 or 1.38 (beta)' }),
      from: Type.Union([Type.Literal('nodes'), Type.Literal('api-services'), Type.Literal('newest')], {
        description:
          'what tells the release: kubelets, the versions that the API server registers, or nothing, and then it is the newest known',
      }),
    }),
  ),
  revision: Revision,
  /** What ages are relative to: a file's newest instant; null on a live etcd, where it is the present. */
  asOf: Nullable(Instant),
  /** What ages are relative to; null where nothing tells it, and no age is known. */
  now: Nullable(Instant),
})
export type TableHead = Static<typeof TableHead>

export const TableCell = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])
export type TableCell = Static<typeof TableCell>

/** Why a person should look at a pod. */
export const PodTrouble = Type.Union([
  Type.Literal('failed'),
  Type.Literal('notReady'),
  Type.Literal('restarting'),
  Type.Literal('terminating'),
  Type.Literal('pending'),
])
export type PodTrouble = Static<typeof PodTrouble>

export const TableRow = Type.Object({
  /** Only where it is not the head's directory, the namespace and the name. */
  ...WireKey,
  namespace: Nullable(Type.String()),
  name: Type.String(),
  /** One a column of the head; null prints as `<none>`. */
  cells: Type.Array(TableCell),
  /** Index into the labels of the line; absent for an object without labels. */
  labels: Type.Optional(Type.Integer()),
  /** The instant behind a cell that shows an age, by the column's index. */
  instants: Type.Optional(Type.Record(Type.String(), Instant)),
  /** How the Status column's word is meant. */
  tone: Type.Optional(Tone),
  /** Of a pod: `status.phase`, and what is wrong with it. */
  phase: Type.Optional(Type.String()),
  trouble: Type.Optional(Type.Array(PodTrouble, { description: 'absent when nothing is' })),
  /** The value could not be read as an object: why, in English. Its cells are null but for the name. */
  problem: Type.Optional(Type.String()),
  sentences: Type.Optional(Type.Array(ProblemMessage, { description: 'the problem as codes' })),
  /** Of a kind that Registree does not know, which is no damage: only name and age are told. */
  unknownKind: Type.Optional(Type.Literal(true)),
})
export type TableRow = Static<typeof TableRow>

export const TableRows = Type.Object({
  type: Type.Literal('rows'),
  /** The different sets of labels of these rows. */
  labels: Type.Array(Type.Record(Type.String(), Type.String())),
  rows: Type.Array(TableRow),
})
export type TableRows = Static<typeof TableRows>

/** The last line of a table that was read to its end. */
export const TableEnd = Type.Object({
  type: Type.Literal('end'),
  rows: Type.Integer(),
  bytes: Type.Integer({ description: 'bytes of the values that were read' }),
  milliseconds: Type.Integer(),
  cost: Cost,
})
export type TableEnd = Static<typeof TableEnd>

export type TableLine = TableHead | TableRows | TableEnd
