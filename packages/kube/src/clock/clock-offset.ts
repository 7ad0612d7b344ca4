// How far one clock is from the reference, as most of its stamps have it: Marzullo's algorithm, by which NTP chooses among its servers.

/** Offsets that a stamp allows, in milliseconds: how far ahead its clock was. Either end may be infinite. */
export interface OffsetRange {
  least: number
  most: number
}

/** The offsets that the most stamps allow. */
export interface ClockOffset extends OffsetRange {
  /** How many of the stamps allow these offsets and not a {@link SLIGHT} one. */
  onlyHere: number
  /** How many allow a slight one and not these. */
  onlySlight: number
}

/** Differences up to this many milliseconds cannot be told from the time that a write takes. */
export const SLIGHT = 2000

/**
 * The offset of one clock, from what each of its stamps allows. Where several offsets have equally many stamps for them, the nearest to
 * `near` is taken. O(n log n).
 */
export function clockOffset(ranges: readonly OffsetRange[], near = 0): ClockOffset {
  const edges: { at: number; step: 1 | -1 }[] = []
  for (const { least, most } of ranges) edges.push({ at: least, step: 1 }, { at: most, step: -1 })
  // A range that ends where another begins overlaps it.
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
