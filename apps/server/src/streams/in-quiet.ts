// Makes a background reading wait while a requested reading of many values runs in the same cluster.
import type { Cluster } from '../clusters/cluster.ts'
import { cancelled } from '../sources/read-queue.ts'
import type { OpenedCluster } from '../sources/source.ts'

interface Busy {
  /** Requested readings, including waiting ones. */
  readings: number
  /** Whether a background reading is running. */
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

/** Registers the start of a requested reading; call the result when it ends. */
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

/** Number of readings that a running background one must wait for; 0 if it may continue. */
export function askedAhead(cluster: Pick<Cluster, 'opened'>): number {
  return busyOf(cluster).readings
}

/** Number of readings that must end before a background one may begin. */
export function backgroundAhead(cluster: Pick<Cluster, 'opened'>): number {
  const { readings, background } = busyOf(cluster)
  return readings + Number(background)
}

/** Starts a background reading, one at a time: waits until none is ahead and no requested one runs, then resolves with the function that ends it. */
export async function beginBackground(cluster: Pick<Cluster, 'opened'>, signal: AbortSignal): Promise<() => void> {
  const busy = busyOf(cluster)
  await until(busy, () => busy.readings === 0 && !busy.background, signal)
  busy.background = true
  return () => {
    busy.background = false
    tell(busy)
  }
}

/** Resolves when no requested reading runs. Rejects with CANCELLED if `signal` aborts before that. */
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
