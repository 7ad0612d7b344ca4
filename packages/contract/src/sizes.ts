// The bytes and versions of each resource: NDJSON lines, one per directory as soon as it is known.
import { type Static, Type } from 'typebox'
import { ResourceUsage } from './findings.ts'
import { Cost, Nullable, Revision } from './primitives.ts'

export const SizesQuery = Type.Object({
  rev: Type.Optional(Revision),
  path: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'one directory of the catalogue; all of them without it' })),
  sample: Type.Optional(
    Type.Literal('1', {
      description: 'look at the first few values only: `bytes` is then there where the source knows it without reading',
    }),
  ),
})

/** One directory. In a sample, `objects` is the number read; `complete` means all of them. */
export const ResourceSize = Type.Object({
  type: Type.Literal('size'),
  path: Type.String(),
  complete: Type.Boolean(),
  objects: Type.Integer({ description: 'values that were looked at' }),
  bytes: Nullable(Type.Integer({ description: 'of all values, as they are stored' })),
  rounded: ResourceUsage.properties.rounded,
  versions: ResourceUsage.properties.versions,
  /** Values that could not be opened, so their version is unknown. */
  unread: Type.Integer(),
})
export type ResourceSize = Static<typeof ResourceSize>

/** All directories so far. */
export const SizesProgress = Type.Object({
  type: Type.Literal('progress'),
  path: Type.String(),
  read: Type.Integer({ description: 'values read so far' }),
  bytes: Type.Integer(),
})
export type SizesProgress = Static<typeof SizesProgress>

export const SizesEnd = Type.Object({ type: Type.Literal('end'), revision: Revision, milliseconds: Type.Integer(), cost: Cost })
export type SizesLine = ResourceSize | SizesProgress | Static<typeof SizesEnd>
