// The response schemas that every route shares: a problem for every status that is not 200.
import type { Readable } from 'node:stream'
import { Problem, StreamError, StreamWaiting } from '@registree/contract'
import { type TSchema, Type } from 'typebox'

export const ClusterParams = Type.Object({ cluster: Type.String() })

/** A download: a Buffer passes the serialiser untouched. */
export const Bytes = Type.Unsafe<Uint8Array>({ type: 'string', format: 'binary' })

/** An answer of NDJSON lines, for the description of the API: each line is one of these. A stream meets no serializer. */
export const linesOf = (...lines: TSchema[]) => Type.Unsafe<Readable>(Type.Union([StreamWaiting, ...lines, StreamError]))

/** For a route that answers with lines: compression would hold back the first ones, and a HEAD would read everything for nothing. */
export const streaming = { compress: false, exposeHeadRoute: false } as const

export const problems = { '4xx': Problem, '5xx': Problem } as const
