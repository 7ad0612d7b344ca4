// A set of page numbers, one bit per page: which were visited and so are in use.

export class PageSet {
  private readonly bits: Uint8Array
  /** How many pages are in the set. */
  size = 0

  /** For page numbers from 0 up to `pages` (exclusive). */
  constructor(pages: number) {
    this.bits = new Uint8Array(Math.ceil(pages / 8))
  }

  has(page: number): boolean {
    return ((this.bits[Math.floor(page / 8)] ?? 0) & (1 << (page % 8))) !== 0
  }

  /** Adds a page; false if it was already there or is out of range. */
  add(page: number): boolean {
    const at = Math.floor(page / 8)
    const bit = 1 << (page % 8)
    const byte = this.bits[at]
    if (byte === undefined || (byte & bit) !== 0) return false
    this.bits[at] = byte | bit
    this.size++
    return true
  }
}
