// Reads one key of the v3 keyspace at one revision, or reports at which revision it did not exist.
import { displayKey } from '@registree/keyspace'
import type { Reading } from '../clusters/reading.ts'
import { AppError } from '../problem.ts'
import type { KeyValue } from '../sources/source.ts'

/** `readAt` is the requested revision, or the newest if that was 0n. Throws KEY_NOT_FOUND. */
export async function readKey(
  { source, signal }: Pick<Reading, 'source' | 'signal'>,
  key: Uint8Array,
  revision: bigint,
): Promise<{ kv: KeyValue; readAt: bigint }> {
  const reply = await source.range({ key, end: null, revision, limit: 1 }, signal)
  const readAt = revision > 0n ? revision : reply.revision
  const kv = reply.kvs[0]
  if (kv === undefined) {
    throw new AppError(
      'KEY_NOT_FOUND',
      { code: 'key-missing-at', params: { key: displayKey(key), revision: String(readAt) } },
      {
        currentRevision: reply.revision,
        hint: { code: revision > 0n && revision < reply.revision ? 'key-later-or-deleted' : 'key-gone', params: {} },
      },
    )
  }
  return { kv, readAt }
}
