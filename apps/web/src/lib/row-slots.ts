// Assigns rows of a virtualised list to DOM elements: after a jump, elements of rows that left are reused for new ones.

/**
 * Elements are always in row order, which is the reading and Tab order. To keep it, a reused element must not have to move, so elements are reused
 * only if (nearly) all rows changed, as in a fling; if a few rows appear at one end, those get new elements.
 */
export class RowSlots {
  #slots = new Map<string, number>()
  #next = 0

  /** @param ids of the rows now rendered, in order @returns the element number of each, stable while it is rendered */
  take(ids: readonly string[]): number[] {
    const before = this.#slots
    const stayed = ids.filter((id) => before.has(id))
    // One row may keep its element through a jump: the focused one, which would lose the focus if moved. Rows above it stay above.
    const above: number[] = []
    const below: number[] = []
    if (stayed.length <= 1) {
      let free = above
      for (const [id, slot] of before)
        if (id === stayed[0]) free = below
        else free.push(slot)
    }
    const taken = new Map<string, number>()
    let free = above.values()
    for (const id of ids) {
      const own = before.get(id)
      if (own !== undefined) free = below.values()
      taken.set(id, own ?? free.next().value ?? this.#next++)
    }
    this.#slots = taken
    return ids.map((id) => taken.get(id) as number)
  }
}
