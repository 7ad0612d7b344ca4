// How well something is called what was typed: by its name, by the beginning of a name, by parts of names.

/** 0 for a name itself, 1 for the beginning of one, 2 where every word that was typed is in one of them; null for none of that. */
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

/** Those that match, the best first; of equal ones, in the order given. */
export function bestOf<One>(all: readonly One[], namesOf: (one: One) => readonly string[], typed: string): { one: One; rank: Rank }[] {
  return all
    .flatMap((one) => {
      const rank = rankOf(namesOf(one), typed)
      return rank === null ? [] : [{ one, rank }]
    })
    .sort((a, b) => a.rank - b.rank)
}

const normal = (text: string): string => text.trim().toLowerCase().replace(/\s+/g, ' ')
