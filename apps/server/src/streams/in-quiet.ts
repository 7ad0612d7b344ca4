// Lets a reading that nobody has asked for wait while one of many values, that somebody has asked for, goes on in the same cluster.
import type { Cluster } from '../clusters/cluster.ts'
import { cancelled } from '../sources/read-queue.ts'
import type { OpenedCluster } from '../sources/source.ts'

interface Busy {
  /** Readings that somebody has asked for, waiting ones included. */
  readings: number
  /** A reading in the background has the cluster. */
  background: boolean
  changed: Set<() => void>
}

const all = new WeakMap<OpenedCluster, Busy>()

function busyOf({ opened }: Pick<Cluster, 'opened'>): Busy {
  const busy = all.get(opened) ?? { readings: 0, background: false, changed: new Set() }
  all.set(opened, busy)
  return busy
}

function tell(busy: Busy): void {
  for (const listener of [...busy.changed]) listener()
}

/** Says that a reading somebody has asked for begins; what is returned says that it has ended. */
export function beginAsked(cluster: Pick<Cluster, 'opened'>): () => void {
  const busy = busyOf(cluster)
  busy.readings += 1
  let ended = false
  return () => {
    if (ended) return
    ended = true
    busy.readings -= 1
    tell(busy)
  }
}

/** How many readings a background one that has begun waits for; 0 when it may go on. */
export function askedAhead(cluster: Pick<Cluster, 'opened'>): number {
  return busyOf(cluster).readings
}

/** How many readings end before a background one may begin. */
export function backgroundAhead(cluster: Pick<Cluster, 'opened'>): number {
  const { readings, background } = busyOf(cluster)
  return readings + Number(background)
}

/** One background reading at a time: resolves with what ends it, once none is before it and nothing that was asked for goes on. */
export async function beginBackground(cluster: Pick<Cluster, 'opened'>, signal: AbortSignal): Promise<() => void> {
  const busy = busyOf(cluster)
  await until(busy, () => busy.readings === 0 && !busy.background, signal)
  busy.background = true
  return () => {
    busy.background = false
    tell(busy)
  }
}

/** Resolves when nothing that was asked for goes on. Rejects with CANCELLED when `signal` aborts before that. */
export async function quiet(cluster: Pick<Cluster, 'opened'>, signal: AbortSignal): Promise<void> {
  const busy = busyOf(cluster)
  await until(busy, () => busy.readings === 0, signal)
}

async function until(busy: Busy, holds: () => boolean, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw cancelled()
  if (holds()) return
  await new Promise<void>((resolve, reject) => {
    const leave = () => {
      busy.changed.delete(look)
      signal.removeEventListener('abort', onAbort)
    }
    const look = () => {
      if (!holds()) return
      leave()
      resolve()
    }
    const onAbort = () => {
      leave()
      reject(cancelled())
    }
    busy.changed.add(look)
    signal.addEventListener('abort', onAbort, { once: true })
  })
}
