// Finds the ranges in which two byte arrays differ.

/** Bytes `[from, to)` on each side; one of them may be empty. */
export interface ByteRange {
  left: { from: number; to: number }
  right: { from: number; to: number }
}

/** Differences with fewer equal bytes between them are one range. It is a line of a hex view. */
const NEAR = 16
const MOST_RANGES = 1000

/**
 * The ranges in which two values differ, ascending; none if they are equal. For values of different lengths it is one range: everything
 * between their common beginning and their common end. There are at most 1,000 ranges; the last one then covers all further differences.
 */
export function diffBytes(left: Uint8Array, right: Uint8Array): ByteRange[] {
  let start = 0
  while (start < left.length && start < right.length && left[start] === right[start]) start++
  let end = 0
  const most = Math.min(left.length, right.length) - start
  while (end < most && left[left.length - 1 - end] === right[right.length - 1 - end]) end++
  if (start === left.length && start === right.length) return []
  if (left.length !== right.length) {
    return [{ left: { from: start, to: left.length - end }, right: { from: start, to: right.length - end } }]
  }
  const ranges: ByteRange[] = []
  for (let at = start; at < left.length - end; at++) {
    if (left[at] === right[at]) continue
    const last = ranges.at(-1)
    if (last !== undefined && (at - last.left.to < NEAR || ranges.length === MOST_RANGES)) {
      last.left.to = at + 1
      last.right.to = at + 1
    } else ranges.push({ left: { from: at, to: at + 1 }, right: { from: at, to: at + 1 } })
  }
  return ranges
}

export function isSameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, i) => byte === right[i])
}
