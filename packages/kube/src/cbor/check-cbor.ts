// Checks that bytes are one CBOR item that Kubernetes can decode, without building anything but map keys.
import { strictUtf8 } from '../wire/text.ts'

export interface CborFault {
  /** Quotes nothing of the value. */
  message: string
  at: number
}

/**
 * Checks bytes `[start, end)`. Finds a fault exactly where `decodeCbor` reports an error; see there for what Kubernetes refuses. Nesting is limited
 * by `maxDepth`, everything else by the bytes: a length beyond them is a fault.
 */
export function checkCbor(bytes: Uint8Array, start: number, end: number, maxDepth: number): CborFault | undefined {
  const walk = new CborWalk(bytes, start, end, maxDepth)
  try {
    walk.document()
    return undefined
  } catch (error) {
    if (!(error instanceof CborFaultError)) throw error
    return { message: error.message, at: walk.pos }
  }
}

class CborFaultError extends Error {}

// The kind of an item, as its container needs to know it.
const PLAIN = 0
const STRING = 1
const BREAK = 2
type Item = typeof PLAIN | typeof STRING | typeof BREAK

class CborWalk {
  pos: number
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private readonly end: number
  private readonly maxDepth: number
  /** Where the last unchunked string is; a chunked one is joined in `pieces`. */
  private from = 0
  private to = 0
  private pieces: Uint8Array | undefined

  constructor(bytes: Uint8Array, start: number, end: number, maxDepth: number) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.pos = start
    this.end = end
    this.maxDepth = maxDepth
  }

  document(): void {
    if (this.item(0) === BREAK) this.fail('a break outside of any list or map')
    if (this.pos < this.end) this.fail('bytes after the end of the CBOR value')
  }

  private fail(what: string): never {
    throw new CborFaultError(`CBOR: ${what}`)
  }

  private take(size: number): number {
    const at = this.pos
    if (size > this.end - at) this.fail('the bytes end too early')
    this.pos = at + size
    return at
  }

  /** The argument of an item's head, −1 for an indefinite length; beyond 2^53 only its magnitude is right. */
  private argument(info: number): number {
    if (info < 24) return info
    if (info === 24) return this.view.getUint8(this.take(1))
    if (info === 25) return this.view.getUint16(this.take(2))
    if (info === 26) return this.view.getUint32(this.take(4))
    if (info === 27) {
      const at = this.take(8)
      return this.view.getUint32(at) * 4294967296 + this.view.getUint32(at + 4)
    }
    if (info === 31) return -1
    return this.fail(`reserved length ${info}`)
  }

  private item(depth: number): Item {
    const head = this.bytes[this.take(1)] as number
    const info = head & 31
    switch (head >> 5) {
      case 0:
      case 1: {
        const value = this.argument(info)
        if (value < 0) this.fail('an integer without a length')
        // Both signs have the same limit: −2^63 is encoded as 2^63 − 1.
        if (value >= 2 ** 63) this.fail('an integer outside int64')
        return PLAIN
      }
      case 2:
        this.string(info, 2)
        return STRING
      case 3: {
        this.string(info, 3)
        const text = this.pieces ?? this.bytes.subarray(this.from, this.to)
        if (strictUtf8(text) === undefined) this.fail('a text string that is not UTF-8')
        return STRING
      }
      case 4:
        this.list(this.argument(info), depth + 1)
        return PLAIN
      case 5:
        this.map(this.argument(info), depth + 1)
        return PLAIN
      case 6:
        return this.tagged(info, depth)
      default:
        return this.simple(info)
    }
  }

  private string(info: number, major: number): void {
    const size = this.argument(info)
    this.pieces = undefined
    if (size >= 0) {
      this.from = this.take(size)
      this.to = this.pos
      return
    }
    const parts: Uint8Array[] = []
    let total = 0
    for (;;) {
      const head = this.bytes[this.take(1)] as number
      if (head === 0xff) break
      if (head >> 5 !== major || (head & 31) === 31) this.fail('a string holds something that is not a piece of it')
      const length = this.argument(head & 31)
      const at = this.take(length)
      parts.push(this.bytes.subarray(at, at + length))
      total += length
    }
    const whole = new Uint8Array(total)
    let at = 0
    for (const part of parts) {
      whole.set(part, at)
      at += part.length
    }
    this.pieces = whole
  }

  private tagged(info: number, depth: number): Item {
    const tag = this.argument(info)
    if (info === 31) this.fail('a tag without a number')
    if (tag === 2 || tag === 3) this.fail('an integer of any size (tags 2 and 3)')
    if (depth + 1 > this.maxDepth) this.fail(`nesting deeper than ${this.maxDepth}`)
    if (this.item(depth + 1) === BREAK) this.fail('a break instead of a tagged value')
    // Also for strings: Kubernetes accepts only plain ones as keys.
    return PLAIN
  }

  private list(size: number, depth: number): void {
    if (depth > this.maxDepth) this.fail(`nesting deeper than ${this.maxDepth}`)
    if (size > this.end - this.pos) this.fail('a list of more items than there are bytes')
    for (let i = 0; size < 0 || i < size; i++) {
      if (this.item(depth) !== BREAK) continue
      if (size < 0) return
      this.fail('a break inside a list of known length')
    }
  }

  private map(size: number, depth: number): void {
    if (depth > this.maxDepth) this.fail(`nesting deeper than ${this.maxDepth}`)
    if (size * 2 > this.end - this.pos) this.fail('a map of more entries than there are bytes')
    const names = new Set<string>()
    for (let i = 0; size < 0 || i < size; i++) {
      const key = this.item(depth)
      if (key === BREAK) {
        if (size < 0) return
        this.fail('a break inside a map of known length')
      }
      if (key !== STRING) this.fail('a map key that is not a string')
      const name = latin1(this.pieces ?? this.bytes.subarray(this.from, this.to))
      if (names.has(name)) this.fail('a map key that is written twice')
      names.add(name)
      if (this.item(depth) === BREAK) this.fail('a key without a value')
    }
  }

  private simple(info: number): Item {
    switch (info) {
      case 20:
      case 21:
      case 22:
        return PLAIN
      case 25:
        // An exponent of all ones is an infinity or NaN.
        if ((this.view.getUint16(this.take(2)) & 0x7c00) === 0x7c00) this.fail('a number without a JSON form')
        return PLAIN
      case 26:
        if (!Number.isFinite(this.view.getFloat32(this.take(4)))) this.fail('a number without a JSON form')
        return PLAIN
      case 27:
        if (!Number.isFinite(this.view.getFloat64(this.take(8)))) this.fail('a number without a JSON form')
        return PLAIN
      case 31:
        return BREAK
      default:
        return this.fail('a simple value other than true, false and null')
    }
  }
}

/** A text for any bytes, only for comparisons. */
function latin1(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
