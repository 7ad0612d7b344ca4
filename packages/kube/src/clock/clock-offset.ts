// Estimates how far a clock is ahead of the reference, by Marzullo's algorithm, as NTP uses it to choose among servers.

/** A range of offsets in milliseconds: how far ahead a clock was. Either end may be infinite. */
export interface OffsetRange {
  least: number
  most: number
}

/** The range of offsets that most timestamps allow. */
export interface ClockOffset extends OffsetRange {
  /** The number of timestamps that allow these offsets but no {@link SLIGHT} one. */
  onlyHere: number
  /** The number of timestamps that allow a slight offset but not these. */
  onlySlight: number
}

/** An offset up to this many milliseconds cannot be distinguished from the duration of a write. */
export const SLIGHT = 2000

/**
 * The offset of a clock, from the ranges that its timestamps allow. If several ranges have equally many timestamps for them, the result is
 * the nearest to `near`. O(n log n).
 */
export function clockOffset(ranges: readonly OffsetRange[], near = 0): ClockOffset {
  const edges: { at: number; step: 1 | -1 }[] = []
  for (const { least, most } of ranges) edges.push({ at: least, step: 1 }, { at: most, step: -1 })
  // A range overlaps another that begins where it ends.
  edges.sort((a, b) => (a.at === b.at ? b.step - a.step : a.at < b.at ? -1 : 1))
  let found: OffsetRange = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY }
  let most = 0
  let agreeing = 0
  for (const [i, { at, step }] of edges.entries()) {
    agreeing += step
    if (step < 0) continue
    const range = { least: at, most: edges[i + 1]?.at ?? Number.POSITIVE_INFINITY }
    const better = agreeing === most ? distance(range, near) < distance(found, near) : agreeing > most
    if (!better) continue
    found = range
    most = agreeing
  }
  let onlyHere = 0
  let onlySlight = 0
  for (const range of ranges) {
    const here = range.least <= found.least && found.most <= range.most
    const slight = range.least <= SLIGHT && range.most >= -SLIGHT
    if (here && !slight) onlyHere++
    else if (slight && !here) onlySlight++
  }
  return { ...found, onlyHere, onlySlight }
}

/** The offset in a range that is nearest to `near`. */
export function nearest({ least, most }: OffsetRange, near: number): number {
  return Math.min(Math.max(near, least), most)
}

function distance(range: OffsetRange, near: number): number {
  return Math.abs(nearest(range, near) - near)
}
