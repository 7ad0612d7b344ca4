// Events about what was written to the keys of a page that is open, as server-sent events.
import { type Static, Type } from 'typebox'
import { ErrorMessage } from './messages.ts'
import { Instant, Nullable, Revision, WireKey } from './primitives.ts'
import { TableRow } from './tables.ts'

/** Whether changes are being followed; since when, and if not, why. */
export const LiveTouch = Type.Object({
  following: Type.Boolean(),
  since: Instant,
  reason: Nullable(Type.String()),
  sentences: Type.Array(ErrorMessage),
})
export type LiveTouch = Static<typeof LiveTouch>

const news = {
  /** Everything up to this revision was told. */
  revision: Revision,
  touch: Type.Optional(LiveTouch),
  /** Some changes since the page was read are not known: it has to be read again. */
  missed: Type.Optional(Type.Literal(true)),
  /** With `missed`: about how many pages were told at once. They should not all read at the same time. */
  pages: Type.Optional(Type.Integer()),
}

/** The newest state of one object: its row, or only its place if it is gone. */
export const TableChange = Type.Object({
  revision: Revision,
  row: Type.Object({ ...TableRow.properties, cells: Type.Optional(TableRow.properties.cells), labels: Type.Optional(Type.Null()) }),
  /** Of the object; absent if it has none. */
  labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  gone: Type.Optional(Type.Literal(true)),
})
export type TableChange = Omit<Static<typeof TableChange>, 'row'> & {
  row: Omit<TableRow, 'labels' | 'cells'> & { cells?: TableRow['cells'] }
}

export const TableNews = Type.Object({ ...news, changes: Type.Optional(Type.Array(TableChange)) })
export type TableNews = Omit<Static<typeof TableNews>, 'changes'> & { changes?: TableChange[] }

/** A write of one key. */
export const KeyChange = Type.Object({
  revision: Revision,
  version: Type.String({ description: 'decimal; 0 for a deletion' }),
  deleted: Type.Boolean(),
})
export type KeyChange = Static<typeof KeyChange>

export const KeyNews = Type.Object({ ...news, changes: Type.Optional(Type.Array(KeyChange)) })
export type KeyNews = Static<typeof KeyNews>

/** A write of any object of the registry: only where it is. */
export const RegistryChange = Type.Object({
  revision: Revision,
  path: Type.String({ description: 'the directory of the resource' }),
  namespace: Nullable(Type.String()),
  action: Type.Union([Type.Literal('created'), Type.Literal('updated'), Type.Literal('deleted')]),
})
export type RegistryChange = Static<typeof RegistryChange>

export const RegistryNews = Type.Object({ ...news, changes: Type.Optional(Type.Array(RegistryChange)) })
export type RegistryNews = Static<typeof RegistryNews>

/** What a page follows: at most one table, one key, one v2 node, and where the registry changes. The columns of a table are those of its first row's kind. */
export const FollowQuery = {
  table: Type.Optional(
    Type.String({
      pattern: '^[0-9]{1,19}$',
      description: 'also follow a table, after this revision; with `path` and the kind of its columns',
    }),
  ),
  path: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  namespace: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
  apiVersion: Type.Optional(Type.String({ maxLength: 253 })),
  kind: Type.Optional(Type.String({ maxLength: 253 })),
  object: Type.Optional(
    Type.String({ pattern: '^[0-9]{1,19}$', description: 'also follow one key, after this revision; with `key` or `key64`' }),
  ),
  ...WireKey,
  node: Type.Optional(
    Type.String({ pattern: '^[0-9]{1,19}$', description: 'also follow a v2 key or directory, after this index; with `v2Path`' }),
  ),
  v2Path: Type.Optional(Type.String({ minLength: 1, description: 'begins with /' })),
  registry: Type.Optional(Type.String({ pattern: '^[0-9]{1,19}$', description: 'also follow where objects change, after this revision' })),
}
