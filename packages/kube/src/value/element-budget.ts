// Limits the number of elements of one value: its size says little, since two bytes can become an object with several members.

/**
 * Elements are members and items of JSON and CBOR; messages, list items and map entries of protobuf. When refused, a decoder stops building, and what
 * it has built so far is shown.
 */
export class ElementBudget {
  #left: number
  /** The maximum number of elements. */
  readonly limit: number
  /** Set if the value has more: then what was decoded is incomplete. */
  exceeded = false

  constructor(limit: number) {
    this.limit = limit
    this.#left = limit
  }

  /** False, and nothing is taken, if fewer are left. */
  take(elements = 1): boolean {
    if (this.#left < elements) {
      this.exceeded = true
      return false
    }
    this.#left -= elements
    return true
  }

  /** Whether this many are left. */
  holds(elements: number): boolean {
    return this.#left >= elements
  }
}

/** For a value shown alone: 1.5 MB of JSON have some 100,000 elements, and an editor can still scroll that many lines. */
export const MOST_ELEMENTS = 250_000
