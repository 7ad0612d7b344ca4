// One colour per subnet holder, the same in the picture and the table.

/** Hues a golden angle apart, so that neighbours in the list differ; one lightness with contrast in both themes. */
function holderColour(index: number): string {
  return `oklch(0.6 0.13 ${((index * 137.508 + 200) % 360).toFixed(1)})`
}

/** Holders in the order of their first lease. */
export function holderColours(holders: readonly string[]): Map<string, string> {
  const colours = new Map<string, string>()
  for (const holder of holders) if (!colours.has(holder)) colours.set(holder, holderColour(colours.size))
  return colours
}
