// The longest common subsequence of two sequences, by Myers' algorithm, with bounded work.

/**
 * Pairs of indexes of equal elements, ascending on both sides. There is no longer such list, if the sequences differ in at most `mostEdits`
 * elements. If they differ in more, only elements that occur exactly once on both sides are paired.
 * @param left numbers that are equal where the elements are
 * @returns the pairs, and the number of comparisons
 */
export function commonSequence(
  left: readonly number[],
  right: readonly number[],
  mostEdits = 500,
): { pairs: [number, number][]; work: number } {
  let start = 0
  while (start < left.length && start < right.length && left[start] === right[start]) start++
  let end = 0
  while (end < left.length - start && end < right.length - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end++
  const a = left.slice(start, left.length - end)
  const b = right.slice(start, right.length - end)
  const pairs: [number, number][] = []
  for (let i = 0; i < start; i++) pairs.push([i, i])
  const { pairs: inner, work } = a.length === 0 || b.length === 0 ? { pairs: [], work: 0 } : shortestEdits(a, b, mostEdits)
  for (const [i, j] of inner) pairs.push([i + start, j + start])
  for (let i = end; i > 0; i--) pairs.push([left.length - i, right.length - i])
  return { pairs, work: work + left.length + right.length }
}

function shortestEdits(a: readonly number[], b: readonly number[], mostEdits: number): { pairs: [number, number][]; work: number } {
  const most = Math.min(a.length + b.length, mostEdits)
  // For each diagonal k = i − j: the largest i that a path reaches. `rounds` keeps it as it was before each round, to find the way back.
  const middle = most + 1
  const reached = new Int32Array(2 * middle + 1)
  const rounds: Int32Array[] = []
  let work = 0
  for (let d = 0; d <= most; d++) {
    rounds.push(reached.slice(middle - d - 1, middle + d + 2))
    for (let k = -d; k <= d; k += 2) {
      const left = reached[middle + k - 1] as number
      const right = reached[middle + k + 1] as number
      let i = k === -d || (k !== d && left < right) ? right : left + 1
      if (d === 0) i = 0
      while (i < a.length && i - k < b.length && a[i] === b[i - k]) {
        i++
        work++
      }
      work++
      reached[middle + k] = i
      if (i >= a.length && i - k >= b.length) return { pairs: wayBack(a.length, b.length, rounds), work }
    }
  }
  return { pairs: uniquePairs(a, b), work: work + a.length + b.length }
}

function wayBack(endI: number, endJ: number, rounds: readonly Int32Array[]): [number, number][] {
  const pairs: [number, number][] = []
  let i = endI
  let j = endJ
  for (let d = rounds.length - 1; d >= 0; d--) {
    const before = rounds[d] as Int32Array
    const at = (k: number) => before[k + d + 1] as number
    const k = i - j
    const from = k === -d || (k !== d && at(k - 1) < at(k + 1)) ? k + 1 : k - 1
    const [fromI, fromJ] = d === 0 ? [0, 0] : [at(from), at(from) - from]
    while (i > fromI && j > fromJ) pairs.push([--i, --j])
    i = fromI
    j = fromJ
  }
  return pairs.reverse()
}

function uniquePairs(a: readonly number[], b: readonly number[]): [number, number][] {
  const places = new Map<number, { i: number; j: number; left: number; right: number }>()
  const at = (value: number) => {
    const known = places.get(value) ?? { i: 0, j: 0, left: 0, right: 0 }
    places.set(value, known)
    return known
  }
  for (const [i, value] of a.entries()) Object.assign(at(value), { i, left: at(value).left + 1 })
  for (const [j, value] of b.entries()) Object.assign(at(value), { j, right: at(value).right + 1 })
  const unique = [...places.values()].filter(({ left, right }) => left === 1 && right === 1).sort((x, y) => x.i - y.i)
  const kept = longestIncreasing(unique.map(({ j }) => j))
  return unique.filter((_, place) => kept[place]).map(({ i, j }): [number, number] => [i, j])
}

/** Tells for each of some distinct numbers whether it belongs to a longest increasing subsequence. O(n log n). */
export function longestIncreasing(values: readonly number[]): boolean[] {
  // `ends`: for each length of a subsequence, the index of its smallest possible last element. `before`: the element before each one.
  const ends: number[] = []
  const before = new Int32Array(values.length).fill(-1)
  for (const [place, value] of values.entries()) {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((values[ends[middle] as number] as number) < value) low = middle + 1
      else high = middle
    }
    before[place] = low > 0 ? (ends[low - 1] as number) : -1
    ends[low] = place
  }
  const kept = new Array<boolean>(values.length).fill(false)
  for (let place = ends.at(-1) ?? -1; place >= 0; place = before[place] as number) kept[place] = true
  return kept
}
