// One past value of a key, where losing it must not end the whole answer.
import type { Reading } from '../clusters/reading.ts'
import { isAppError } from '../problem.ts'
import type { KeyValue } from '../sources/source.ts'

/** A point read. Null if the key did not exist at the revision, or it cannot be read there: compacted, forbidden, or on a damaged page of a file. */
export async function valueAtRevision({ source, signal }: Reading, key: Uint8Array, revision: bigint): Promise<KeyValue | null> {
  try {
    return (await source.range({ key, end: null, revision, limit: 1 }, signal)).kvs[0] ?? null
  } catch (error) {
    if (isAppError(error, 'REVISION_COMPACTED') || isAppError(error, 'SOURCE_FORBIDDEN') || isAppError(error, 'SOURCE_CORRUPT')) return null
    throw error
  }
}
