// How this package reads files: "read N bytes at an offset", so that a source may be a disk, a buffer or anything else.
import { EtcdFileError } from './errors.ts'
import type { FindingMessage } from './file-messages.ts'

/** Positional reads of immutable bytes. */
export interface RandomAccess {
  /** Size of the file, in bytes. */
  readonly size: number
  /** Returns exactly `length` bytes from `offset`, or throws. The reader may keep the array, so it must not be reused. */
  read(offset: number, length: number): Promise<Uint8Array>
  /** Optional: fills all of `target` from `offset`, or throws. Scans of large files then need no new memory for each read. */
  readInto?(offset: number, target: Uint8Array): Promise<void>
  /** The process's number for the open file, if it has one: another thread can read it too. */
  readonly descriptor?: number
  close?(): Promise<void>
}

/** Something noticed about a file. It never stops browsing: everything readable is shown, together with what is wrong. */
export type Finding = {
  level: 'info' | 'warning' | 'error'
  where: string
  says: FindingMessage
}

/** Bytes in memory as a file (small inputs and tests). */
export function bytesAccess(bytes: Uint8Array): RandomAccess {
  return {
    size: bytes.length,
    async read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > bytes.length) {
        throw new RangeError(`read of ${length} bytes at ${offset} is outside of ${bytes.length} bytes`)
      }
      return bytes.subarray(offset, offset + length)
    },
  }
}

/** Compares unsigned bytes, prefixes first: etcd's and bbolt's key order. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** The same file with strict results: plain arrays of the requested length (a Buffer's `slice` would be a view, not a copy). */
export function strictly(file: RandomAccess): RandomAccess {
  return {
    size: file.size,
    async read(offset, length) {
      const bytes = await file.read(offset, length)
      if (bytes.length !== length) throw new EtcdFileError({ code: 'fault-short-read', params: { read: bytes.length, length, at: offset } })
      return plainBytes(bytes)
    },
    ...(file.readInto ? { readInto: file.readInto.bind(file) } : {}),
    ...(file.descriptor === undefined ? {} : { descriptor: file.descriptor }),
  }
}

/** The same bytes as a plain Uint8Array, if they came as a Buffer. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}
