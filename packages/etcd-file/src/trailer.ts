// The SHA-256 that `etcdctl snapshot save` appends to a snapshot: whether it exists, and whether it is right.
import { createHash } from 'node:crypto'
import type { RandomAccess } from './random-access.ts'

const DIGEST = 32
const CHUNK = 1024 * 1024

export type TrailerState = 'verified' | 'mismatch' | 'absent' | 'truncated'

/**
 * Compares a snapshot with its trailer. `absent`: the length is that of a database without one (a file copied from a data directory). `truncated`:
 * the length is neither, so bytes are missing or were added. Reads the file once, a mebibyte at a time. `onProgress` receives the share read so far,
 * 0…1, and is awaited if it returns a promise. Rejects with the signal's reason when aborted.
 * Source: etcd server/etcdserver/api/v3rpc/maintenance.go, etcdutl/snapshot/v3_snapshot.go.
 */
export async function verifyTrailer(
  file: RandomAccess,
  signal?: AbortSignal,
  onProgress?: (share: number) => void | Promise<void>,
): Promise<TrailerState> {
  if (file.size % 512 === 0) return 'absent'
  if (file.size % 512 !== DIGEST) return 'truncated'
  const end = file.size - DIGEST
  const hash = createHash('sha256')
  // The same memory for every chunk, if the file can read into it: otherwise half a gigabyte of garbage would be collected much later.
  const space = file.readInto ? new Uint8Array(Math.min(CHUNK, end)) : null
  for (let offset = 0; offset < end; ) {
    signal?.throwIfAborted()
    const length = Math.min(CHUNK, end - offset)
    const chunk = space?.subarray(0, length) ?? (await file.read(offset, length))
    if (space) await file.readInto?.(offset, chunk)
    hash.update(chunk)
    offset += length
    const pause = onProgress?.(offset / end)
    if (pause !== undefined) await pause
  }
  const stored = await file.read(end, DIGEST)
  return hash.digest().equals(stored) ? 'verified' : 'mismatch'
}
