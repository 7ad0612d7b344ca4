// The two lists of what weighs most in etcd: the largest values, and the keys that are written most often.
import type { FindingRule } from './finding-rule.ts'
import type { SeenObject } from './types.ts'

const LISTED = 20

/** The greatest few of many, kept in order. */
class Top {
  readonly entries: { seen: SeenObject; weight: number }[] = []

  add(seen: SeenObject, weight: number): void {
    const { entries } = this
    if (entries.length === LISTED && weight <= (entries.at(-1)?.weight ?? 0)) return
    const at = entries.findIndex((entry) => entry.weight < weight)
    // The object itself is not kept: only its key and its weight are of interest.
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
            says: [{ code: seen.sizeRounded ? 'value-size-rounded' : 'value-size', params: { bytes: weight } }],
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
      // Version counters of more than 2^53 do not happen: a write a microsecond for 285 years.
      see: (seen) => top.add(seen, Number(seen.version)),
      end() {
        for (const { seen, weight } of top.entries)
          if (weight > 1) report(seen, { severity: 'info', says: [{ code: 'key-written', params: { times: weight } }] })
      },
    }
  },
}
