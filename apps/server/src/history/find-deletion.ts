// Finds when a key was deleted that is not there now. etcd answers only whether the key is there at one revision, so some revisions are tried:
// the last ones densely, all others evenly. Then the deletion is found by bisection.
import { isAppError } from '../problem.ts'
import type { Rangeable } from '../sources/cost-meter.ts'

/** What was looked at. */
export interface Searched {
  reads: number
  /** The oldest revision that could be read. */
  oldest: bigint
  /** The most revisions between two that were looked at: the key may have been there in between. 1n when nothing can be missing. */
  gap: bigint
}

/** Reads besides those that double their distance and those of the bisection, which are at most 63 each. */
const EVEN_READS = 24

/**
 * The revision that deleted the key before `absentAt`, and what was looked at. Null if the key was at none of those revisions. Where it came and
 * went several times, the deletion found is not always the last one.
 */
export async function findDeletion(
  source: Rangeable,
  { key, absentAt, signal }: { key: Uint8Array; absentAt: bigint; signal: AbortSignal },
): Promise<{ found: bigint | null; searched: Searched }> {
  let reads = 0
  let oldest = 1n
  /** Null where the revision cannot be read any more. */
  const isThere = async (revision: bigint): Promise<boolean | null> => {
    reads++
    try {
      return (await source.range({ key, end: null, revision, limit: 1, countOnly: true }, signal)).count > 0
    } catch (error) {
      if (!isAppError(error, 'REVISION_COMPACTED')) throw error
      const { compactedRevision } = error.facts
      oldest = compactedRevision !== undefined && compactedRevision > revision ? compactedRevision : revision + 1n
      return null
    }
  }
  const bisect = async (there: bigint, gone: bigint): Promise<bigint> => {
    let [low, high] = [there, gone]
    while (high - low > 1n) {
      const middle = (low + high) / 2n
      const answer = await isThere(middle)
      // What was compacted meanwhile cannot be told apart any more.
      if (answer === true || answer === null) low = middle
      else high = middle
    }
    return high
  }
  /** Revisions at which it was not there, newest first. */
  const absent = [absentAt]
  const result = async (there: bigint, gone: bigint) => {
    const found = await bisect(there, gone)
    return { found, searched: { reads, oldest, gap: widest(absent.filter((revision) => revision >= found).concat(found)) } }
  }

  for (let distance = 1n; ; distance *= 2n) {
    const last = absent.at(-1) as bigint
    if (last <= oldest) break
    const next = absentAt - distance > oldest ? absentAt - distance : oldest
    const answer = await isThere(next)
    if (answer === true) return await result(next, last)
    if (answer === false) absent.push(next)
  }
  for (let i = 0; i < EVEN_READS; i++) {
    const place = widestPlace(absent)
    const [newer, older] = [absent[place] as bigint, absent[place + 1] ?? absentAt]
    if (newer - older < 2n) break
    const middle = (newer + older) / 2n
    const answer = await isThere(middle)
    if (answer === true) return await result(middle, newer)
    if (answer === false) absent.splice(place + 1, 0, middle)
    else absent.splice(place + 1)
  }
  return { found: null, searched: { reads, oldest, gap: widest(absent) } }
}

function widestPlace(revisions: readonly bigint[]): number {
  let place = 0
  for (let i = 1; i + 1 < revisions.length; i++) if (gapAt(revisions, i) > gapAt(revisions, place)) place = i
  return place
}

function widest(revisions: readonly bigint[]): bigint {
  return revisions.length < 2 ? 1n : gapAt(revisions, widestPlace(revisions))
}

function gapAt(revisions: readonly bigint[], i: number): bigint {
  return (revisions[i] ?? 0n) - (revisions[i + 1] ?? revisions[i] ?? 0n)
}
