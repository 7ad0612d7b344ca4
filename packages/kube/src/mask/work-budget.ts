// Bounds the work that one value may cause while it is searched for secrets, and counts it.

/**
 * Units are characters of text that are looked at closely, and bytes that are decoded or unpacked. A search that finds the budget spent
 * does not go on without it: it hides what it has not searched.
 */
export class WorkBudget {
  readonly limit: number
  #spent = 0

  constructor(limit: number) {
    this.limit = limit
  }

  /** What was asked for, up to the limit. */
  get spent(): number {
    return this.#spent
  }

  /** False where it would be more than there is; nothing is taken then. */
  spend(units: number): boolean {
    if (this.#spent + units > this.limit) return false
    this.#spent += units
    return true
  }

  /** What is left. */
  get left(): number {
    return this.limit - this.#spent
  }
}

const SMALLEST = 256 * 1024
const LARGEST = 12 * 1024 * 1024
/** How often each byte may be looked at: each layer of an encoding is searched again, and what is packed grows. */
const TIMES = 24

/** The budget of a value of `size` bytes; `largest` where many values are gone through and others wait. */
export function budgetFor(size: number | undefined, largest: number = LARGEST): WorkBudget {
  return new WorkBudget(Math.min(largest, Math.max(SMALLEST, (size ?? 0) * TIMES)))
}

/** The most that one of many objects may cost when only a few of its fields are needed. */
export const LARGEST_OF_MANY = 2 * 1024 * 1024
