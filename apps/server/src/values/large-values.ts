// Which values are opened in a worker thread, and what one of them may take there.

/** Bytes. Larger values take long enough for other requests to notice. */
export const LARGE = 64 * 1024

/** Of a value that is opened on the spot; with more it goes to a thread after all. */
export const ELEMENTS_ON_THE_SPOT = 10_000
/** Of a value among many, as far as it is read: its fields come back to the thread that answers everybody. */
export const ELEMENTS_OF_ONE = 50_000
/** A value among many that takes longer is left unread. */
export const ONE_LIMIT_MS = 10_000
/** A value that a person opened is worth more patience. */
export const SHOWN_LIMIT_MS = 30_000

export function isLarge(bytes: Uint8Array): boolean {
  return bytes.length > LARGE
}

/** Also what is packed: it is unpacked to be searched for secrets, or as a Helm release. */
export function takesLong(bytes: Uint8Array): boolean {
  if (isLarge(bytes)) return true
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.length > 512 && PACKED.some((beginning) => view.includes(beginning))
}

/** gzip as it begins: in base64, in base64 of that (a Secret's JSON), in hexadecimal, as it is. */
const PACKED = [Buffer.from('H4sI'), Buffer.from('SDRzS'), Buffer.from('1f8b08'), Buffer.from([0x1f, 0x8b, 8])]
