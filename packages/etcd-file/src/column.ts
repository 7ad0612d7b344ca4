// Growing columns of numbers in fixed chunks: a table of millions of rows without objects, and without copying to grow.

const BITS = 16
const CHUNK = 1 << BITS

/** Whole numbers from 0 to 2^53. A chunk takes four bytes a number until one comes that needs eight. */
export class NumberColumn {
  private readonly chunks: (Uint32Array | Float64Array)[] = []
  length = 0

  push(value: number): void {
    const at = this.length & (CHUNK - 1)
    if (at === 0) this.chunks.push(new Uint32Array(CHUNK))
    let chunk = this.chunks[this.length >>> BITS] as Uint32Array | Float64Array
    if (value > 0xffffffff && chunk instanceof Uint32Array) {
      chunk = Float64Array.from(chunk)
      this.chunks[this.length >>> BITS] = chunk
    }
    chunk[at] = value
    this.length++
  }

  at(i: number): number {
    return (this.chunks[i >>> BITS] as Uint32Array | Float64Array)[i & (CHUNK - 1)] as number
  }

  /** Gives the memory back. */
  clear(): void {
    this.chunks.length = 0
    this.length = 0
  }
}
