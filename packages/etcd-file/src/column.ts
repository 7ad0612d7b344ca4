// Growing arrays of numbers in fixed chunks: a column of a table of millions of rows, without objects and without copying to grow.

const BITS = 16
const CHUNK = 1 << BITS

/** Numbers exact up to 2^53. */
export class Float64Column {
  private readonly chunks: Float64Array[] = []
  length = 0
  push(value: number): void {
    if ((this.length & (CHUNK - 1)) === 0) this.chunks.push(new Float64Array(CHUNK))
    ;(this.chunks[this.length >>> BITS] as Float64Array)[this.length & (CHUNK - 1)] = value
    this.length++
  }
  at(i: number): number {
    return (this.chunks[i >>> BITS] as Float64Array)[i & (CHUNK - 1)] as number
  }
}

/** Unsigned 32-bit numbers. */
export class Uint32Column {
  private readonly chunks: Uint32Array[] = []
  length = 0
  push(value: number): void {
    if ((this.length & (CHUNK - 1)) === 0) this.chunks.push(new Uint32Array(CHUNK))
    ;(this.chunks[this.length >>> BITS] as Uint32Array)[this.length & (CHUNK - 1)] = value
    this.length++
  }
  at(i: number): number {
    return (this.chunks[i >>> BITS] as Uint32Array)[i & (CHUNK - 1)] as number
  }
}
