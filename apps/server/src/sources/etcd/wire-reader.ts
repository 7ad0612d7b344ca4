// Reads protobuf's wire format field by field, without intermediate objects.

/** `tag()` begins a field; then exactly one other method reads it, or `skip()` skips it. All throw if the bytes are not protobuf. */
export class WireReader {
  at = 0
  #tag = 0
  readonly #bytes: Uint8Array
  // The halves of the last varint: most fit in the lower one and need no bigint arithmetic.
  #low = 0
  #high = 0

  constructor(bytes: Buffer) {
    // `slice` of a Buffer is a view; of a Uint8Array it is a copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  tag(): number {
    this.#varint()
    this.#tag = this.#high === 0 ? this.#low : -1
    return this.#tag
  }

  /** Reads an unsigned 64-bit number. */
  number(): bigint {
    this.#varint()
    return this.#high === 0 ? BigInt(this.#low) : (BigInt(this.#high) << 32n) | BigInt(this.#low)
  }

  /** Reads an unsigned 64-bit number as its lower and its upper half. */
  numberInto(halves: Uint32Array, at: number): void {
    this.#varint()
    halves[at] = this.#low
    halves[at + 1] = this.#high
  }

  /** Reads a length and returns where the field ends. */
  length(): number {
    this.#varint()
    const end = this.#high * 2 ** 32 + this.#low + this.at
    if (end > this.#bytes.length) throw malformed()
    return end
  }

  /** As {@link length}, without reading it. */
  lengthAhead(): number {
    const { at } = this
    const end = this.length()
    this.at = at
    return end
  }

  #varint(): void {
    const bytes = this.#bytes
    const first = bytes[this.at]
    if (first !== undefined && first < 0x80) {
      this.at++
      this.#low = first
      this.#high = 0
      return
    }
    let low = 0
    let high = 0
    for (let i = 0; i < 10; i++) {
      const byte = bytes[this.at++]
      if (byte === undefined) throw malformed()
      const seven = byte & 0x7f
      if (i < 4) low |= seven << (7 * i)
      else if (i === 4) {
        low |= seven << 28
        high = seven >>> 4
      } else high |= i < 9 ? seven << (7 * i - 32) : (seven & 1) << 31
      if (byte < 0x80) {
        this.#low = low >>> 0
        this.#high = high >>> 0
        return
      }
    }
    throw malformed()
  }

  view(): Uint8Array {
    const end = this.length()
    const view = this.#bytes.subarray(this.at, end)
    this.at = end
    return view
  }

  copy(): Uint8Array {
    const end = this.length()
    const copy = this.#bytes.slice(this.at, end)
    this.at = end
    return copy
  }

  /** Skips a field of a later etcd. */
  skip(): void {
    const kind = this.#tag & 7
    if (kind === 0) this.number()
    else if (kind === 2) this.at = this.length()
    else if (kind === 1) this.at += 8
    else if (kind === 5) this.at += 4
    else throw malformed()
  }
}

export function malformed(): Error {
  return new Error('the answer is not the message that was asked for')
}
