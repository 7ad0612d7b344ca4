// The epoch of each cluster's data on this page. Every answer names its epoch: answers of an earlier one are rejected, and a later one means that
// what was read before may belong to another history.
import { compareEpochs, EPOCH_HEADER } from '@registree/contract'

const known = new Map<string, string>()
const listeners = new Set<(cluster: string) => void>()

/** The cluster in an API URL. */
export const clusterOf = (url: string): string | null => /\/api\/v1\/clusters\/([^/?#]+)\//.exec(url)?.[1] ?? null

/** Records an answer's epoch. `older`: it was read before what the page already knows. */
export function hearEpoch(cluster: string, epoch: string): 'same' | 'newer' | 'older' {
  const before = known.get(cluster)
  if (before === epoch) return 'same'
  if (before !== undefined && compareEpochs(epoch, before) < 0) return 'older'
  setEpoch(cluster, epoch)
  return before === undefined ? 'same' : 'newer'
}

/** The known epoch; null before the first answer. */
export const epochOf = (cluster: string): string | null => known.get(cluster) ?? null

/** Sets an epoch, whatever was known before. */
function setEpoch(cluster: string, epoch: string): void {
  const before = known.get(cluster)
  known.set(cluster, epoch)
  if (before !== undefined && before !== epoch) for (const listener of [...listeners]) listener(cluster)
}

/** Calls `listener` when a new epoch of a cluster begins. */
export function onEpoch(listener: (cluster: string) => void): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** How often an answer of an earlier epoch is requested again. */
const TRIES = 3

/**
 * `fetch` for our own server. The browser's cache always revalidates with the server, also when going back in history; and an answer from before a
 * new epoch is requested again.
 */
export async function fetchOfEpoch(url: string, init: RequestInit): Promise<Response> {
  const cluster = clusterOf(url)
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(url, { cache: 'no-cache', ...init })
    const epoch = response.headers.get(EPOCH_HEADER)
    if (cluster === null || epoch === null || hearEpoch(cluster, epoch) !== 'older') return response
    if (tries >= TRIES) {
      // A server whose clock is behind: its epochs are now the current ones.
      setEpoch(cluster, epoch)
      return response
    }
    await response.body?.cancel()
  }
}
