// Limits and counts the work of searching one value for secrets.

/** Units are characters inspected closely, and bytes decoded or unpacked. A search without budget hides what it has not searched. */
export class WorkBudget {
  readonly limit: number
  #spent = 0

  constructor(limit: number) {
    this.limit = limit
  }

  /** Units taken so far, up to the limit. */
  get spent(): number {
    return this.#spent
  }

  /** False, and nothing is taken, if there are not enough. */
  spend(units: number): boolean {
    if (this.#spent + units > this.limit) return false
    this.#spent += units
    return true
  }

  /** Remaining units. */
  get left(): number {
    return this.limit - this.#spent
  }
}

const SMALLEST = 256 * 1024
const LARGEST = 12 * 1024 * 1024
/** How often each byte may be inspected: every layer of an encoding is searched again, and compressed data grows. */
const TIMES = 24

/** The budget of a value of `size` bytes; `largest` if it is one of many. */
export function budgetFor(size: number | undefined, largest: number = LARGEST): WorkBudget {
  return new WorkBudget(Math.min(largest, Math.max(SMALLEST, (size ?? 0) * TIMES)))
}

/** The maximum for one of many objects when only a few fields are needed. */
export const LARGEST_OF_MANY = 2 * 1024 * 1024
