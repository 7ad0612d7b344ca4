// The newest change of each key in one form, for readers at different revisions: who is behind gets the newest of each only.
import type { V3Change } from '../sources/source.ts'

/** Makes a JSON text of each change, in their order. */
export type Form = (changes: readonly V3Change[], signal: AbortSignal) => Promise<string[]>

interface Told {
  revision: bigint
  json: string
}

export interface ToldLimits {
  mostKeys: number
  /** Characters of all texts. */
  mostText: number
}

export class ToldChanges {
  readonly #limits: ToldLimits
  /** By the key, in the order of revisions. */
  readonly #byKey = new Map<string, Told>()
  #text = 0
  /** Every change after this revision is known. */
  #floor: bigint
  #upTo: bigint

  constructor(from: bigint, limits: ToldLimits) {
    this.#limits = limits
    this.#floor = from
    this.#upTo = from
  }

  /** Every change up to here is known. */
  get upTo(): bigint {
    return this.#upTo
  }

  get floor(): bigint {
    return this.#floor
  }

  get size(): number {
    return this.#byKey.size
  }

  /** Takes changes in the order of revisions, one of each key, and everything up to `upTo`. */
  add(changes: readonly { id: string; revision: bigint; json: string }[], upTo: bigint): void {
    for (const { id, revision, json } of changes) {
      this.#text += json.length - (this.#byKey.get(id)?.json.length ?? 0)
      // The newest comes last.
      this.#byKey.delete(id)
      this.#byKey.set(id, { revision, json })
    }
    this.#upTo = upTo
    for (const [id, { revision, json }] of this.#byKey) {
      if (this.#byKey.size <= this.#limits.mostKeys && this.#text <= this.#limits.mostText) return
      this.#byKey.delete(id)
      this.#text -= json.length
      this.#floor = revision
    }
  }

  /** Changes between here and `upTo` were lost. */
  lose(upTo: bigint): void {
    this.#byKey.clear()
    this.#text = 0
    this.#floor = upTo
    this.#upTo = upTo
  }

  /** The newest state of each key that changed after a revision, oldest change first; null if some may not be known. */
  after(revision: bigint): string[] | null {
    if (revision < this.#floor) return null
    const found: string[] = []
    for (const told of this.#byKey.values()) if (told.revision > revision) found.push(told.json)
    return found
  }
}
