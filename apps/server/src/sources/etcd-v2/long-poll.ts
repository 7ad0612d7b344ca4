// The watch of a live v2 keyspace: consecutive long polls, each for the next event, with no event lost between them.
import type { AppError } from '../../problem.ts'
import type { V2Change, WatchReply } from '../source.ts'

/** One poll: its headers have arrived, its body comes with the event. */
export interface Poll {
  endpoint: string
  status: number
  /** X-Etcd-Index: a waiting poll can no longer return an event at or before it. */
  index: bigint | null
  /** The body; empty if the poll ended without an event. Rejects if the connection breaks. */
  body(): Promise<{ text: string; idle: boolean }>
  /** Ends a poll whose body is not needed. */
  drop(): void
}

export interface LongPollSteps {
  /** Polls for the first event after an index. */
  open(after: bigint): Promise<Poll>
  toChange(text: string): V2Change | null
  /** etcd's own error code in a refusal, or null if there is none. */
  errorCode(text: string): { code: number; index: bigint | null } | null
  refused(poll: Poll, text: string): AppError
  pause(ms: number): Promise<void>
}

/** etcd keeps a thousand events of the whole store. This code answers a request for an older one. */
export const EVENT_INDEX_CLEARED = 401
/** The store was replaced while the watcher waited. */
const WATCHER_CLEARED = 400
/** Limits how often a proxy that ends every poll at once is asked. */
const LONGEST_PAUSE_MS = 5000

/** Runs until its consumer stops. Throws what the steps throw. */
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
      // A restored store or a lagging member is behind the last known index: its next events would be skipped.
      poll.drop()
      at = poll.index
      yield { kind: 'gap', at }
      continue
    }
    const { text, idle } = await poll.body()
    const refusal = steps.errorCode(text)
    if (refusal !== null || poll.status !== 200) {
      if (refusal?.code !== EVENT_INDEX_CLEARED && refusal?.code !== WATCHER_CLEARED) throw steps.refused(poll, text)
      // A restored store starts again from a lower index.
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
    // A poll that ends without an event proves that nothing below the path changed up to the index at which it began. One that was cut off may have
    // missed an older event, so it is repeated.
    if (idle && poll.index !== null && poll.index > at) at = poll.index
    pause = idle ? 0 : Math.min(LONGEST_PAUSE_MS, pause === 0 ? 100 : pause * 2)
    if (pause > 0) await steps.pause(pause)
  }
}
