// Reads and writes the part of a link that marks lines: `#L10` or `#L10-L20`.

/** Lines from 1, both included, `from` ≤ `to`. */
export interface LineRange {
  from: number
  to: number
}

/** The lines that a hash names, with or without its `#`; null when it names none. */
export function parseLineRange(hash: string): LineRange | null {
  const match = /^#?L([1-9][0-9]{0,8})(?:-L?([1-9][0-9]{0,8}))?$/.exec(hash)
  if (!match) return null
  const first = Number(match[1])
  const last = match[2] === undefined ? first : Number(match[2])
  return { from: Math.min(first, last), to: Math.max(first, last) }
}

/** The hash without `#`, empty for no lines. */
export function formatLineRange(range: LineRange | null): string {
  if (range === null) return ''
  return range.from === range.to ? `L${range.from}` : `L${range.from}-L${range.to}`
}
