// ASCII letters of bytes in lower case: a file of its own, so that threads that search load nothing else of this package.

/** A copy with ASCII letters in lower case, four bytes at a time. In `spare` if it has room: then it is valid until the next call with that. */
export function inLowerCase(bytes: Uint8Array, spare: Int32Array): Uint8Array {
  const size = Math.ceil(bytes.length / 4)
  const words = size > spare.length ? new Int32Array(size) : spare
  const copy = new Uint8Array(words.buffer)
  copy.set(bytes)
  for (let i = 0; i < size; i++) {
    const word = words[i] as number
    const low = word & 0x7f7f7f7f
    // The top bit of each byte: at least A, and beyond Z.
    const fromA = low + 0x3f3f3f3f
    const beyondZ = low + 0x25252525
    words[i] = word | (((fromA & ~beyondZ & ~word & 0x80808080) >>> 2) & 0x20202020)
  }
  return copy.subarray(0, bytes.length)
}
