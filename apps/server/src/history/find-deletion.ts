// Finds when a missing key was deleted. etcd only says whether a key exists at one revision, so some revisions are tried, the latest densely and the
// others evenly; then the deletion is found by bisection.
import { isAppError } from '../problem.ts'
import type { Rangeable } from '../sources/cost-meter.ts'

/** Which revisions were tried. */
export interface Searched {
  absent: number
  /** The oldest readable revision. */
  oldest: bigint
  /** The largest gap between two tried revisions: the key may have existed in between. 1n if nothing can be missed. */
  gap: bigint
}

/** Evenly spaced reads, besides those at doubling distances and those of the bisection, at most 63 each. */
const EVEN_READS = 24

/**
 * The revision that deleted the key before `absentAt`, and which revisions were tried. Null if the key existed at none of them. If it came and went
 * several times, the deletion found is not always the last.
 */
export async function findDeletion(
  source: Rangeable,
  { key, absentAt, signal }: { key: Uint8Array; absentAt: bigint; signal: AbortSignal },
): Promise<{ found: bigint | null; searched: Searched }> {
  let oldest = 1n
  /** Null if the revision cannot be read any more. */
  const isThere = async (revision: bigint): Promise<boolean | null> => {
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
      // Revisions compacted meanwhile cannot be tried any more.
      if (answer === true || answer === null) low = middle
      else high = middle
    }
    return high
  }
  /** Revisions without the key, newest first. */
  const absent = [absentAt]
  const result = async (there: bigint, gone: bigint) => {
    const found = await bisect(there, gone)
    const behind = absent.filter((revision) => revision >= found)
    return { found, searched: { absent: behind.length, oldest, gap: widest(behind.concat(found)) } }
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
  return { found: null, searched: { absent: absent.length, oldest, gap: widest(absent) } }
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
