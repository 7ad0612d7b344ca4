// Bounds how many readings of many values go on in one cluster at once: each holds pages of several megabytes, and all share one etcd.
import type { Cluster } from '../cluster.ts'
import { ReadQueue } from '../sources/read-queue.ts'

/** A page or two opened side by side need not wait; fifty of them wait for each other and not for memory. */
const AT_ONCE = 4

const queues = new WeakMap<Cluster, ReadQueue>()

/** Waits for a turn; what it returns gives the turn back. Rejects with CANCELLED when `signal` aborts before that. */
function turn(cluster: Cluster, signal: AbortSignal): Promise<() => void> {
  const queue = queues.get(cluster) ?? new ReadQueue(AT_ONCE)
  queues.set(cluster, queue)
  return new Promise((resolve, reject) => {
    queue.run(() => new Promise<void>((leave) => resolve(leave)), signal).catch(reject)
  })
}

/** Runs `read` when it is its turn. */
export async function inTurn<T>(cluster: Cluster, signal: AbortSignal, read: () => Promise<T>): Promise<T> {
  const leave = await turn(cluster, signal)
  try {
    return await read()
  } finally {
    leave()
  }
}

/** The lines of a reading, begun when it is its turn; the turn ends with them, or when who reads them stops. */
export async function* linesInTurn<Line>(
  cluster: Cluster,
  signal: AbortSignal,
  lines: AsyncGenerator<Line, void>,
): AsyncGenerator<Line, void> {
  const leave = await turn(cluster, signal)
  try {
    yield* lines
  } finally {
    leave()
  }
}
