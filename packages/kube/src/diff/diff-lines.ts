// Finds the lines of a text that were added and removed.
import { commonSequence } from './common-sequence.ts'

/** Lines `[from, to)` on each side, counted from 0; one of them may be empty. */
export interface LineRange {
  left: { from: number; to: number }
  right: { from: number; to: number }
}

/** Bounds the number of lines times the number of edits. Beyond it, only lines that occur once are paired. */
const MOST_WORK = 10_000_000

/** The ranges of lines in which two texts differ, ascending; none if they are equal. A line includes its line feed. */
export function diffLines(left: string, right: string): LineRange[] {
  const numbers = new Map<string, number>()
  const read = (text: string) =>
    linesOf(text).map((line) => {
      const number = numbers.get(line) ?? numbers.size
      numbers.set(line, number)
      return number
    })
  const [a, b] = [read(left), read(right)]
  const { pairs } = commonSequence(a, b, Math.min(1000, Math.floor(MOST_WORK / (a.length + b.length + 1))))
  const ranges: LineRange[] = []
  let [i, j] = [0, 0]
  for (const [nextI, nextJ] of [...pairs, [a.length, b.length] as const]) {
    if (i < nextI || j < nextJ) ranges.push({ left: { from: i, to: nextI }, right: { from: j, to: nextJ } })
    i = nextI + 1
    j = nextJ + 1
  }
  return ranges
}

function linesOf(text: string): string[] {
  const lines = text.split(/(?<=\n)/)
  return text === '' ? [] : lines
}
