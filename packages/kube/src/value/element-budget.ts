// Bounds how many elements one value may become: bytes say little of it, since two bytes can be an object of several members.

/**
 * Elements are members and items of JSON and CBOR; messages, items of lists and entries of maps of protobuf. A decoder that is refused one stops
 * building, and what it has built by then is shown.
 */
export class ElementBudget {
  #left: number
  /** The most elements that a value may have. */
  readonly limit: number
  /** Set when the value was found to have more: what was decoded is then not all of it. */
  exceeded = false

  constructor(limit: number) {
    this.limit = limit
    this.#left = limit
  }

  /** False, and nothing is taken, where there are fewer left. */
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

/** For a value that is shown by itself: 1.5 MB of JSON have some 100,000 elements, and an editor still scrolls that many lines. */
export const MOST_ELEMENTS = 250_000
