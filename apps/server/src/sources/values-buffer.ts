// Records which buffers hold the values of one answer, so that they can change threads together with what lies between the values.

const sizes = new WeakMap<ArrayBufferLike, number>()

/** Nothing but these values, `size` bytes in all, is read from `buffer` from now on. */
export function holdsValues(buffer: ArrayBufferLike, size: number): void {
  sizes.set(buffer, size)
}

/** Total size of the values in `buffer`, in bytes: all of it, unless {@link holdsValues} said otherwise. */
export function sizeOfValuesIn(buffer: ArrayBufferLike): number {
  return sizes.get(buffer) ?? buffer.byteLength
}
