// Finds texts that repeat a Secret's content, plain or encoded, in time linear in both, for any number of texts and payloads.
import { latin1Text, strictUtf8 } from '../wire/text.ts'
import { encodedRuns } from './encoded-runs.ts'
import type { WorkBudget } from './work-budget.ts'
import { unescapeAll } from './yaml-scalars.ts'

/** Shorter payloads would be found in any text by chance. */
export const SHORTEST_PAYLOAD = 6
/** Number of characters of a payload in the index: the largest of these that fits. */
const LENGTHS = [48, 24, 12, SHORTEST_PAYLOAD]
const BITS = 1 << 20
const DEEPEST = 3
/** The shortest payload's encodings are at least this long. */
const SHORTEST_ENCODED = 8

export class PayloadIndex {
  /** Payloads by their first characters. */
  readonly #beginnings = new Map<string, string[]>()
  readonly #lengths: number[] = []
  /** A filter of the first six characters of all payloads: most positions of a text need only this look-up. */
  readonly #seen = new Uint8Array(BITS / 8)
  readonly #budget: WorkBudget

  constructor(payloads: Iterable<string>, budget: WorkBudget) {
    this.#budget = budget
    const lengths = new Set<number>()
    for (const payload of payloads) {
      const length = LENGTHS.find((one) => one <= payload.length)
      if (length === undefined) continue
      const beginning = payload.slice(0, length)
      const same = this.#beginnings.get(beginning)
      if (same === undefined) this.#beginnings.set(beginning, [payload])
      else same.push(payload)
      lengths.add(length)
      const bit = hashAt(payload, 0)
      this.#seen[bit >> 3] = (this.#seen[bit >> 3] ?? 0) | (1 << (bit & 7))
    }
    this.#lengths.push(...lengths)
  }

  /** Why a text must be hidden: it contains a payload, plain or encoded (escapes, base64, hexadecimal). Null if it does not. */
  reasonToHide(text: string, depth = 0): 'copy' | 'not-searched' | null {
    if (text.length < SHORTEST_PAYLOAD || this.#lengths.length === 0) return null
    if (!this.#budget.spend(text.length)) return 'not-searched'
    const here = this.#find(text)
    if (here !== null || depth >= DEEPEST) return here
    const plain = unescapeAll(text)
    if (plain !== text) {
      const why = this.reasonToHide(plain, depth + 1)
      if (why !== null) return why
    }
    let refused = false
    const runs = encodedRuns(text, {
      shortest: SHORTEST_ENCODED,
      spend: (units) => this.#budget.spend(units),
      refused: () => {
        refused = true
      },
    })
    for (const { bytes } of runs) {
      const why = this.reasonToHide(strictUtf8(bytes) ?? latin1Text(bytes), depth + 1)
      if (why !== null) return why
    }
    return refused ? 'not-searched' : null
  }

  #find(text: string): 'copy' | 'not-searched' | null {
    for (let at = 0; at + SHORTEST_PAYLOAD <= text.length; at++) {
      const bit = hashAt(text, at)
      if (((this.#seen[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) continue
      for (const length of this.#lengths) {
        if (!this.#budget.spend(length)) return 'not-searched'
        for (const payload of this.#beginnings.get(text.slice(at, at + length)) ?? []) {
          if (!this.#budget.spend(payload.length)) return 'not-searched'
          if (text.startsWith(payload, at)) return 'copy'
        }
      }
    }
    return null
  }
}

/** A hash of six characters, below {@link BITS}. */
function hashAt(text: string, at: number): number {
  let hash = 0
  for (let i = at; i < at + SHORTEST_PAYLOAD; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return (Math.imul(hash, 0x9e3779b1) >>> 12) & (BITS - 1)
}
