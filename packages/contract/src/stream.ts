// Lines that every NDJSON answer may contain besides its own: waiting, and failure on the way.
import { type Static, Type } from 'typebox'
import { Problem } from './errors.ts'

/** The reading waits for this many others of the cluster and then starts on its own. Sent again when the number changes. */
export const StreamWaiting = Type.Object({
  type: Type.Literal('waiting'),
  ahead: Type.Integer({ description: 'readings that have to end before this one begins' }),
})
export type StreamWaiting = Static<typeof StreamWaiting>

/** The last line of an answer that failed after its first. */
export const StreamError = Type.Object({ type: Type.Literal('error'), problem: Problem })
export type StreamError = { type: 'error'; problem: Problem }
