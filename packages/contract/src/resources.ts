// The catalogue: which resources a cluster has in etcd, where, and how many objects.
import { type Static, Type } from 'typebox'
import { Note, NoteMessage } from './messages.ts'
import { Cost, Nullable, Revision, WireKey } from './primitives.ts'

/** One directory of objects below the Kubernetes prefix. */
export const ResourceEntry = Type.Object({
  /** The directory's key as stored: `/registry/services/specs/`. */
  ...WireKey,
  path: Type.String({ description: 'the directory below the Kubernetes prefix, as `services/specs`; what a table is asked for by' }),
  resource: Type.String({ description: "kubectl's plural; empty for what no API serves, and for an unknown directory" }),
  kind: Type.String({ description: 'empty when nothing says it' }),
  group: Type.String({ description: 'API group; empty for core' }),
  versions: Type.Array(Type.String(), { description: 'apiVersions that objects may be stored in, the newest first' }),
  namespaced: Nullable(Type.Boolean()),
  shortNames: Type.Array(Type.String()),
  category: Type.Union([
    Type.Literal('workloads'),
    Type.Literal('networking'),
    Type.Literal('storage'),
    Type.Literal('configuration'),
    Type.Literal('access'),
    Type.Literal('policy'),
    Type.Literal('scheduling'),
    Type.Literal('cluster'),
    Type.Literal('extension'),
    Type.Literal('custom'),
    Type.Literal('unknown'),
  ]),
  icon: Type.String({ description: 'name of a lucide icon' }),
  /** Why the directory is called so, or what became of the resource. */
  note: Nullable(Note),
  custom: Type.Boolean(),
  /** Known only by its definition: there is no directory, so there are no objects. */
  empty: Type.Boolean(),
  /** Keys below the directory; null unless requested with `counts=1`. */
  count: Nullable(Type.Integer()),
})
export type ResourceEntry = Static<typeof ResourceEntry>

export const ResourcesQuery = Type.Object({
  rev: Type.Optional(Revision),
  counts: Type.Optional(Type.Literal('1', { description: 'count the keys of every directory too: etcd walks them all once' })),
})

export const ResourcesAnswer = Type.Object({
  revision: Revision,
  prefix: Type.String({ description: 'the Kubernetes prefix, with a slash at both ends' }),
  resources: Type.Array(ResourceEntry),
  /** What could not be read or was omitted, in sentences. */
  notices: Type.Array(Type.String({ description: 'English text' })),
  noticeSentences: Type.Array(NoteMessage, { description: 'the notices as codes, one each' }),
  cost: Cost,
})
export type ResourcesAnswer = Static<typeof ResourcesAnswer>
