// A number with its noun in singular or plural.

/** `1 key`, `1,234 keys`. @param n a number, or its text with thousands separators, as `count` writes it */
export function many(n: number | string, one: string, several: string): string {
  const text = typeof n === 'number' ? n.toLocaleString('en-US') : n
  return `${text} ${text === '1' ? one : several}`
}
