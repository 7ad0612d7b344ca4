// A number of bytes, in words.

/** `1 byte`, `12 bytes`. */
export const byteCount = (n: number): string => (n === 1 ? '1 byte' : `${n} bytes`)
