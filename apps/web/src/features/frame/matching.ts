// How well a name matches a typed text: exactly, as a prefix, or in parts.

/** 0 for an exact match, 1 for a prefix, 2 if each typed word is in a name; null for no match. */
export type Rank = 0 | 1 | 2

export function rankOf(names: readonly string[], typed: string): Rank | null {
  const wanted = normal(typed)
  if (wanted === '') return null
  const all = names.map(normal)
  if (all.includes(wanted)) return 0
  if (all.some((name) => name.startsWith(wanted))) return 1
  const words = wanted.split(' ')
  return words.every((word) => all.some((name) => name.includes(word))) ? 2 : null
}

/** The matches, best first; equal ones in their given order. */
export function bestOf<One>(all: readonly One[], namesOf: (one: One) => readonly string[], typed: string): { one: One; rank: Rank }[] {
  return all
    .flatMap((one) => {
      const rank = rankOf(namesOf(one), typed)
      return rank === null ? [] : [{ one, rank }]
    })
    .sort((a, b) => a.rank - b.rank)
}

const normal = (text: string): string => text.trim().toLowerCase().replace(/\s+/g, ' ')
