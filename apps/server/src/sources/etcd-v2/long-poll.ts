// The watch of a live v2 keyspace: one long poll after the other, each for the next event, none lost between them.
import type { AppError } from '../../problem.ts'
import type { V2Change, WatchReply } from '../source.ts'

/** One poll: its headers are there, its body comes with the event. */
export interface Poll {
  endpoint: string
  status: number
  /** X-Etcd-Index: nothing at or before it is still to come to a poll that waits. */
  index: bigint | null
  /** The body; an empty text when the poll was ended without an event. Rejects when the connection breaks. */
  body(): Promise<{ text: string; idle: boolean }>
  /** Ends a poll whose body nobody wants. */
  drop(): void
}

export interface LongPollSteps {
  /** Opens the poll for the first event after an index. */
  open(after: bigint): Promise<Poll>
  toChange(text: string): V2Change | null
  /** What a refusal means: etcd's own error code, or null where there is none. */
  errorCode(text: string): { code: number; index: bigint | null } | null
  refused(poll: Poll, text: string): AppError
  pause(ms: number): Promise<void>
}

/** etcd keeps a thousand events of the whole store; what is older is answered with this code. */
const EVENT_INDEX_CLEARED = 401
/** The store was replaced under the watcher. */
const WATCHER_CLEARED = 400
/** A proxy that ends every poll at once must not be asked without end. */
const LONGEST_PAUSE_MS = 5000

/** Never ends by itself; throws what the steps throw. */
export async function* longPoll(after: bigint, steps: LongPollSteps): AsyncGenerator<WatchReply<V2Change>> {
  let at = after
  let established = false
  let pause = 0
  for (;;) {
    const poll = await steps.open(at)
    if (poll.status === 200 && !established) {
      established = true
      yield { kind: 'changes', at, changes: [] }
    }
    if (poll.status === 200 && poll.index !== null && poll.index < at) {
      // A store that was restored, or a member that lags: what is known is ahead of it, and its next events would be passed over.
      poll.drop()
      at = poll.index
      yield { kind: 'gap', at }
      continue
    }
    const { text, idle } = await poll.body()
    const refusal = steps.errorCode(text)
    if (refusal !== null || poll.status !== 200) {
      if (refusal?.code !== EVENT_INDEX_CLEARED && refusal?.code !== WATCHER_CLEARED) throw steps.refused(poll, text)
      // A store that was restored counts from a lower index again.
      at = refusal.index ?? poll.index ?? at
      yield { kind: 'gap', at }
      continue
    }
    const change = text.trim() === '' ? null : steps.toChange(text)
    if (change !== null) {
      pause = 0
      at = change.index
      yield { kind: 'changes', at, changes: [change] }
      continue
    }
    // A poll that waited in vain proves that nothing below the path changed up to the index at which it began to wait. One that was cut off
    // may have been cut off before an old event was sent: it is asked for again.
    if (idle && poll.index !== null && poll.index > at) at = poll.index
    pause = idle ? 0 : Math.min(LONGEST_PAUSE_MS, pause === 0 ? 100 : pause * 2)
    if (pause > 0) await steps.pause(pause)
  }
}
