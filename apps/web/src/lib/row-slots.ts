// Which element draws which row of a window over a long list: after a jump the elements of the rows that went draw those that came.

/**
 * Elements are drawn in the order of their rows, always: that is the order in which they are read and reached by Tab. To keep it, an element
 * that takes another row must not have to move, so that they are taken over only where (nearly) all rows are others, as in a fling; where a
 * few rows come at one end, those get elements of their own.
 */
export class RowSlots {
  #slots = new Map<string, number>()
  #next = 0

  /** @param ids of the rows that are drawn now, in their order @returns of each the number of its element, for as long as it is drawn */
  take(ids: readonly string[]): number[] {
    const before = this.#slots
    const stayed = ids.filter((id) => before.has(id))
    // One may stay through a jump: the row that has the focus, which it would lose if its element moved. What was above it stays above it.
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
