// Which values are opened in a worker thread, and their limits there.

/** Bytes. Larger values take long enough to delay other requests. */
export const LARGE = 64 * 1024

/** For a value opened in place; one with more goes to a thread after all. */
export const ELEMENTS_ON_THE_SPOT = 10_000
/** For one of many values: its fields are copied back to the main thread. */
export const ELEMENTS_OF_ONE = 50_000
/** One of many values that takes longer is left unread. */
export const ONE_LIMIT_MS = 10_000
/** A value opened by a user may take longer. */
export const SHOWN_LIMIT_MS = 30_000

export function isLarge(bytes: Uint8Array): boolean {
  return bytes.length > LARGE
}

/** Includes compressed values: they are unpacked to search for secrets, or as a Helm release. */
export function takesLong(bytes: Uint8Array): boolean {
  if (isLarge(bytes)) return true
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.length > 512 && PACKED.some((beginning) => view.includes(beginning))
}

/** The start of gzip: in base64, in base64 of that (a Secret's JSON), in hexadecimal, raw. */
const PACKED = [Buffer.from('H4sI'), Buffer.from('SDRzS'), Buffer.from('1f8b08'), Buffer.from([0x1f, 0x8b, 8])]
