// A number with the noun that it counts: one of its two forms.

/** `1 key`, `1,234 keys`. @param n a number, or the text of one with thousands separated, as `count` writes it */
export function many(n: number | string, one: string, several: string): string {
  const text = typeof n === 'number' ? n.toLocaleString('en-US') : n
  return `${text} ${text === '1' ? one : several}`
}
