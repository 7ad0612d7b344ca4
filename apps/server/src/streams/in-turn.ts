// Limits concurrent readings of many values in one cluster: each holds pages of several megabytes, and all share one etcd.
import type { StreamWaiting } from '@registree/contract'
import type { Cluster } from '../clusters/cluster.ts'
import type { Reading } from '../clusters/reading.ts'
import { AppError } from '../problem.ts'
import { ReadQueue, type Waiters } from '../sources/read-queue.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { beginAsked } from './in-quiet.ts'
import { Latest } from './latest.ts'

/** A page or two side by side do not wait; fifty of them wait for each other instead of using memory. */
const STREAMS_AT_ONCE = 4
/** Answers in one piece cannot report a wait, and are shorter: they do not queue behind streams. */
const ANSWERS_AT_ONCE = 2
/** Readings of each sort that may wait for a turn in one cluster, of one browser and of all: each is an open connection. */
const MOST_WAITING_OF_ONE = 20
const MOST_WAITING = 200
/** A reader that accepts nothing for this long loses its turn. */
const IDLE_MS = 5000
const LOOK_MS = 500
/** Parts of a line: a connection that accepts less than this in {@link IDLE_MS} counts as idle. */
const PART_BYTES = 64 * 1024

/** By the opened source: all requests share its etcd, whatever their policy. */
const streams = new WeakMap<OpenedCluster, ReadQueue>()
const answers = new WeakMap<OpenedCluster, ReadQueue>()

function queueOf(queues: WeakMap<OpenedCluster, ReadQueue>, { opened }: Cluster, atOnce: number): ReadQueue {
  const queue = queues.get(opened) ?? new ReadQueue(atOnce)
  queues.set(opened, queue)
  return queue
}

/** Who waits for a turn, and where. */
export type TurnRequest = Pick<Reading, 'cluster' | 'browser' | 'signal'>

/**
 * Runs `read` when it is its turn; browsers take turns. Rejects with CANCELLED when `signal` aborts before that, and with BUSY at once where too
 * many wait already.
 */
export async function inTurn<T>({ cluster, browser, signal }: TurnRequest, read: () => Promise<T>): Promise<T> {
  const queue = queueOf(answers, cluster, ANSWERS_AT_ONCE)
  refuseTooMany(queue.waiting(browser))
  return await queue.run(read, signal, { lane: browser })
}

export interface TurnTimes {
  /** After this many ms a reader that accepts nothing loses its turn, if others wait. */
  idleMs?: number
  /** Interval in ms between checks whether others wait. */
  lookMs?: number
}

/**
 * The lines of a reading, started at its turn; before that, lines say how many readings are ahead. The turn ends with the last line, when the
 * consumer stops, or when it accepts nothing for a while and others wait: then the reading ends with BUSY. Throws BUSY at once if too many wait.
 */
export async function* linesInTurn<Line>(
  { cluster, browser, signal }: TurnRequest,
  lines: AsyncGenerator<Line, void>,
  { idleMs = IDLE_MS, lookMs = LOOK_MS }: TurnTimes = {},
): AsyncGenerator<Line | StreamWaiting, void> {
  const queue = queueOf(streams, cluster, STREAMS_AT_ONCE)
  refuseTooMany(queue.waiting(browser))
  const endAsked = beginAsked(cluster)
  const place = new Latest<number>()
  let leave: (() => void) | null = null
  let gone = false
  const end = () => {
    gone = true
    leave?.()
    endAsked()
  }
  const turn = () =>
    new Promise<void>((resolve) => {
      if (gone) return resolve()
      leave = resolve
      place.end()
    })
  const waits = new AbortController()
  queue
    .run(turn, AbortSignal.any([signal, waits.signal]), { lane: browser, onPlace: (ahead) => place.tell(ahead) })
    .catch((error: unknown) => place.fail(error))
  let ended = false
  /** Checks that the last line is consumed; returns a function that stops checking. */
  const watch = (): (() => void) => {
    const look = () => {
      if (queue.waiting(browser).all === 0) {
        timer = setTimeout(look, lookMs)
        return
      }
      ended = true
      // It waits between two lines, so this ends it and frees its memory.
      lines.return().catch(() => {})
      end()
    }
    let timer = setTimeout(look, idleMs)
    return () => clearTimeout(timer)
  }
  let stopWatching = () => {}
  try {
    for await (const ahead of place) yield { type: 'waiting', ahead }
    for await (const line of lines) {
      for (const part of partsOf(line)) {
        stopWatching = ended ? () => {} : watch()
        yield part
        stopWatching()
      }
      if (ended) throw takenFromIdle(idleMs)
    }
    if (ended) throw takenFromIdle(idleMs)
  } finally {
    stopWatching()
    waits.abort()
    end()
  }
}

/** A long byte line in parts, to observe that a slow reader is reading. */
function* partsOf<Line>(line: Line): Generator<Line, void> {
  if (!(line instanceof Uint8Array) || line.length <= PART_BYTES) return yield line
  for (let at = 0; at < line.length; at += PART_BYTES) yield line.subarray(at, at + PART_BYTES) as Line & Uint8Array
}

function refuseTooMany({ all, inLane }: Waiters): void {
  if (inLane >= MOST_WAITING_OF_ONE) {
    throw new AppError(
      'BUSY',
      { code: 'browser-limit', params: { waiting: inLane } },
      {
        hint: { code: 'browser-limit-now', params: {} },
      },
    )
  }
  if (all >= MOST_WAITING) {
    throw new AppError(
      'BUSY',
      { code: 'cluster-limit', params: { waiting: all } },
      {
        hint: { code: 'cluster-limit-now', params: {} },
      },
    )
  }
}

function takenFromIdle(idleMs: number): AppError {
  return new AppError(
    'BUSY',
    { code: 'idle-reader', params: { seconds: idleMs / 1000 } },
    {
      hint: { code: 'idle-reader-now', params: {} },
    },
  )
}
