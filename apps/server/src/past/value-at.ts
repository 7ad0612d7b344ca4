// Past values of keys, where losing one must not end the whole answer.
import type { Reading } from '../clusters/reading.ts'
import { isAppError } from '../problem.ts'
import type { KeyValue } from '../sources/source.ts'

/** A point read. Null if the key did not exist at the revision, or it cannot be read there: compacted, forbidden, or on a damaged page of a file. */
async function valueAtRevision({ source, signal }: Reading, key: Uint8Array, revision: bigint): Promise<KeyValue | null> {
  try {
    return (await source.range({ key, end: null, revision, limit: 1 }, signal)).kvs[0] ?? null
  } catch (error) {
    if (isAppError(error, 'REVISION_COMPACTED') || isAppError(error, 'SOURCE_FORBIDDEN') || isAppError(error, 'SOURCE_CORRUPT')) return null
    throw error
  }
}

/** Several at once: of a file in one reading. */
export async function valuesAtRevisions(
  reading: Reading,
  points: readonly { key: Uint8Array; revision: bigint }[],
): Promise<(KeyValue | null)[]> {
  const { cluster, meter, signal } = reading
  const { v3 } = cluster.opened
  if (v3.statesAt !== undefined && points.length > 1) {
    try {
      const found = await v3.statesAt(points, signal)
      for (const each of [meter, cluster.meter]) for (const kv of found) each.add(kv === null ? 0 : 1)
      return found
    } catch (error) {
      if (!isAppError(error, 'SOURCE_CORRUPT')) throw error
      // One of them is on a damaged page: the others are read without it.
    }
  }
  const found: (KeyValue | null)[] = []
  for (const { key, revision } of points) found.push(await valueAtRevision(reading, key, revision))
  return found
}
