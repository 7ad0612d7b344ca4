// Two rankings: the largest values, and the keys written most often.
import type { FindingRule } from './finding-rule.ts'
import type { SeenObject } from './types.ts'

const LISTED = 20

/** The top few of many, kept in order. */
class Top {
  readonly entries: { seen: SeenObject; weight: number }[] = []

  add(seen: SeenObject, weight: number): void {
    const { entries } = this
    if (entries.length === LISTED && weight <= (entries.at(-1)?.weight ?? 0)) return
    const at = entries.findIndex((entry) => entry.weight < weight)
    // The object is not kept: only its key and weight are needed.
    entries.splice(at < 0 ? entries.length : at, 0, { seen: { ...seen, object: undefined }, weight })
    if (entries.length > LISTED) entries.pop()
  }
}

export const largest: FindingRule = {
  id: 'largest',
  start({ report }) {
    const top = new Top()
    return {
      see: (seen) => top.add(seen, seen.size),
      end() {
        for (const { seen, weight } of top.entries)
          report(seen, {
            severity: 'info',
            says: `${seen.sizeRounded ? 'Up to ' : ''}${weight.toLocaleString('en')} ${weight === 1 ? 'byte' : 'bytes'}`,
          })
      },
    }
  },
}

export const rewritten: FindingRule = {
  id: 'rewritten',
  start({ report }) {
    const top = new Top()
    return {
      // Version counters beyond 2^53 do not occur: that is a write per microsecond for 285 years.
      see: (seen) => top.add(seen, Number(seen.version)),
      end() {
        for (const { seen, weight } of top.entries)
          if (weight > 1) report(seen, { severity: 'info', says: `Written ${weight.toLocaleString('en')} times since it was created` })
      },
    }
  },
}
