// Bounds how many readings of many values go on in one cluster at once: each holds pages of several megabytes, and all share one etcd.
import type { StreamWaiting } from '@registree/contract'
import type { Cluster } from '../clusters/cluster.ts'
import { ReadQueue } from '../sources/read-queue.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { beginAsked } from './in-quiet.ts'
import { Latest } from './latest.ts'

/** A page or two opened side by side need not wait; fifty of them wait for each other and not for memory. */
const STREAMS_AT_ONCE = 4
/** What is answered in one piece cannot say that it waits, and is shorter: it does not wait behind streams. */
const ANSWERS_AT_ONCE = 2

/** By the opened source: all requests share its etcd, whatever they may see. */
const streams = new WeakMap<OpenedCluster, ReadQueue>()
const answers = new WeakMap<OpenedCluster, ReadQueue>()

function queueOf(queues: WeakMap<OpenedCluster, ReadQueue>, { opened }: Cluster, atOnce: number): ReadQueue {
  const queue = queues.get(opened) ?? new ReadQueue(atOnce)
  queues.set(opened, queue)
  return queue
}

/** Runs `read` when it is its turn. Rejects with CANCELLED when `signal` aborts before that. */
export function inTurn<T>(cluster: Cluster, signal: AbortSignal, read: () => Promise<T>): Promise<T> {
  return queueOf(answers, cluster, ANSWERS_AT_ONCE).run(read, signal)
}

/**
 * The lines of a reading, begun when it is its turn; until then a line says how many have to end first. The turn ends with them, or when who
 * reads them stops.
 */
export async function* linesInTurn<Line>(
  { cluster, signal }: { cluster: Cluster; signal: AbortSignal },
  lines: AsyncGenerator<Line, void>,
): AsyncGenerator<Line | StreamWaiting, void> {
  const end = beginAsked(cluster)
  const place = new Latest<number>()
  let leave: (() => void) | null = null
  let gone = false
  const turn = () =>
    new Promise<void>((resolve) => {
      if (gone) return resolve()
      leave = resolve
      place.end()
    })
  queueOf(streams, cluster, STREAMS_AT_ONCE)
    .run(turn, signal, { onPlace: (ahead) => place.tell(ahead) })
    .catch((error: unknown) => place.fail(error))
  try {
    for await (const ahead of place) yield { type: 'waiting', ahead }
    yield* lines
  } finally {
    gone = true
    ;(leave as (() => void) | null)?.()
    end()
  }
}
