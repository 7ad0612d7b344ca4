// Response schemas shared by all routes: a problem for every status except 200.
import type { Readable } from 'node:stream'
import { Problem, StreamError, StreamWaiting } from '@registree/contract'
import { type TSchema, Type } from 'typebox'

export const ClusterParams = Type.Object({ cluster: Type.String() })

/** A download: a Buffer passes the serialiser unchanged. */
export const Bytes = Type.Unsafe<Uint8Array>({ type: 'string', format: 'binary' })

/** An NDJSON answer in the API description: each line is one of these. Streams are not serialised by Fastify. */
export const linesOf = (...lines: TSchema[]) => Type.Unsafe<Readable>(Type.Union([StreamWaiting, ...lines, StreamError]))

/** For routes that answer with lines: compression would delay the first ones, and HEAD would read everything for nothing. */
export const streaming = { compress: false, exposeHeadRoute: false } as const

export const problems = { '4xx': Problem, '5xx': Problem } as const
