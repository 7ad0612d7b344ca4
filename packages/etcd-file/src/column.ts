// Growing columns of numbers in fixed chunks: a table of millions of rows without objects, and without copying when it grows.

const BITS = 16
const CHUNK = 1 << BITS

type Chunk = Uint8Array | Uint16Array | Uint32Array | Float64Array

/** Whole numbers from 0 to 2^53. A chunk uses one byte per number until one needs two, four or eight: most columns stay small. */
export class NumberColumn {
  private readonly chunks: Chunk[] = []
  private widest = 0
  length = 0

  push(value: number): void {
    const at = this.length & (CHUNK - 1)
    if (at === 0) this.begin(value)
    else if (value > this.widest) this.widen(value)
    ;(this.chunks[this.length >>> BITS] as Chunk)[at] = value
    this.length++
  }

  private begin(value: number): void {
    this.chunks.push(new Uint8Array(CHUNK))
    this.widest = 0xff
    if (value > this.widest) this.widen(value)
  }

  private widen(value: number): void {
    const at = this.chunks.length - 1
    const chunk = this.chunks[at] as Chunk
    const wide = value <= 0xffff ? new Uint16Array(CHUNK) : value <= 0xffffffff ? new Uint32Array(CHUNK) : new Float64Array(CHUNK)
    wide.set(chunk)
    this.chunks[at] = wide
    this.widest = wide.BYTES_PER_ELEMENT === 2 ? 0xffff : wide.BYTES_PER_ELEMENT === 4 ? 0xffffffff : Number.POSITIVE_INFINITY
  }

  at(i: number): number {
    return (this.chunks[i >>> BITS] as Chunk)[i & (CHUNK - 1)] as number
  }

  /** Frees the memory. */
  clear(): void {
    this.chunks.length = 0
    this.length = 0
  }
}
