// What every answer of NDJSON lines may say beside its own: that it waits, and that it failed under way.
import { type Static, Type } from 'typebox'
import { Problem } from './errors.ts'

/** Many values are to be read, and others of this cluster are being read: it begins by itself when that many of them have ended. Said again when the number changes. */
export const StreamWaiting = Type.Object({
  type: Type.Literal('waiting'),
  ahead: Type.Integer({ description: 'readings that have to end before this one begins' }),
})
export type StreamWaiting = Static<typeof StreamWaiting>

/** The last line of an answer that failed after its first. */
export const StreamError = Type.Object({ type: Type.Literal('error'), problem: Problem })
export type StreamError = { type: 'error'; problem: Problem }
