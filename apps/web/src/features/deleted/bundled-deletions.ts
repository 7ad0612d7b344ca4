// Which keys the download of a list of deletions has, each at its last revision.
import type { DeletedEntry } from '@registree/contract'
import { wireToBytes } from '../../lib/bytes.ts'

/**
 * Each key once, as it was before its newest deletion. Those without a kept value and those that are no Kubernetes objects are in it too: the file names
 * them with the reason. `objects` is the number of the others.
 * @param entries newest first
 */
export function bundledDeletions(entries: readonly DeletedEntry[]): { keys: { key: Uint8Array; rev: string }[]; objects: number } {
  const newest = new Map<string, DeletedEntry>()
  for (const entry of entries) {
    const id = entry.key === undefined ? `64 ${entry.key64}` : `text ${entry.key}`
    if (!newest.has(id)) newest.set(id, entry)
  }
  const listed = [...newest.values()]
  return {
    keys: listed.map((entry) => ({ key: wireToBytes(entry), rev: entry.last ?? String(BigInt(entry.revision) - 1n) })),
    objects: listed.filter(({ last, path }) => last !== null && path !== '').length,
  }
}
