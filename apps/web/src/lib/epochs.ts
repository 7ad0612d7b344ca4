// Which epoch of each cluster's data this page shows. Every answer names its epoch: one of an earlier epoch is not taken, and a later one means that
// what was read before may be of another history.
import { compareEpochs, EPOCH_HEADER } from '@registree/contract'

const known = new Map<string, string>()
const listeners = new Set<(cluster: string) => void>()

/** The cluster that an address of the API is about. */
export const clusterOf = (url: string): string | null => /\/api\/v1\/clusters\/([^/?#]+)\//.exec(url)?.[1] ?? null

/** Takes in what an answer says of its epoch. `older`: it was read before what the page knows already. */
export function hearEpoch(cluster: string, epoch: string): 'same' | 'newer' | 'older' {
  const before = known.get(cluster)
  if (before === epoch) return 'same'
  if (before !== undefined && compareEpochs(epoch, before) < 0) return 'older'
  setEpoch(cluster, epoch)
  return before === undefined ? 'same' : 'newer'
}

/** The epoch that is known; null before the first answer. */
export const epochOf = (cluster: string): string | null => known.get(cluster) ?? null

/** Takes an epoch in, whatever was known before. */
function setEpoch(cluster: string, epoch: string): void {
  const before = known.get(cluster)
  known.set(cluster, epoch)
  if (before !== undefined && before !== epoch) for (const listener of [...listeners]) listener(cluster)
}

/** Calls `listener` whenever another epoch of a cluster begins. */
export function onEpoch(listener: (cluster: string) => void): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** How often an answer of an earlier epoch is asked for again. */
const TRIES = 3

/**
 * `fetch` of our own server. The browser's cache is asked with the server's consent only, also on the way back in history; and an answer that was
 * under way while another epoch began is asked for again.
 */
export async function fetchOfEpoch(url: string, init: RequestInit): Promise<Response> {
  const cluster = clusterOf(url)
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(url, { cache: 'no-cache', ...init })
    const epoch = response.headers.get(EPOCH_HEADER)
    if (cluster === null || epoch === null || hearEpoch(cluster, epoch) !== 'older') return response
    if (tries >= TRIES) {
      // Another server, whose clock is behind: its epochs are what there is now.
      setEpoch(cluster, epoch)
      return response
    }
    await response.body?.cancel()
  }
}
