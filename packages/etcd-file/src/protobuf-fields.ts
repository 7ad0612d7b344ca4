// A small reader of protobuf's wire format for etcd's own few messages: fields by number, never trusting a length.

/** One field as on the wire: numbers as unsigned 64-bit values, length-delimited ones as a view of the input. */
export type WireField = { number: number; varint: bigint; bytes: Uint8Array | null }

/**
 * The top-level fields of a message in order. A varint or fixed field has `bytes: null`; a length-delimited one `varint: 0n`. Returns null if the
 * bytes are not a complete message (a truncated field, a group, a varint longer than ten bytes). Source: protobuf.dev/programming-guides/encoding.
 */
export function wireFields(message: Uint8Array): WireField[] | null {
  const fields: WireField[] = []
  const reader = new WireReader(message)
  while (reader.more()) {
    const tag = reader.varint()
    if (tag === null || tag >> 3n === 0n || tag >> 3n > 0x1fffffffn) return null
    const number = Number(tag >> 3n)
    switch (Number(tag & 7n)) {
      case 0: {
        const varint = reader.varint()
        if (varint === null) return null
        fields.push({ number, varint, bytes: null })
        break
      }
      case 1:
      case 5: {
        const width = Number(tag & 7n) === 1 ? 8 : 4
        const fixed = reader.take(width)
        if (!fixed) return null
        let varint = 0n
        for (let i = width - 1; i >= 0; i--) varint = (varint << 8n) | BigInt(fixed[i] as number)
        fields.push({ number, varint, bytes: null })
        break
      }
      case 2: {
        const length = reader.varint()
        if (length === null || length > BigInt(message.length)) return null
        const bytes = reader.take(Number(length))
        if (!bytes) return null
        fields.push({ number, varint: 0n, bytes })
        break
      }
      default:
        return null
    }
  }
  return fields
}

class WireReader {
  private position = 0
  private readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
  more(): boolean {
    return this.position < this.bytes.length
  }
  varint(): bigint | null {
    // Most varints fit in four bytes; BigInt arithmetic only if needed.
    let low = 0
    for (let i = 0; i < 4; i++) {
      const byte = this.bytes[this.position++]
      if (byte === undefined) return null
      low |= (byte & 0x7f) << (7 * i)
      if (byte < 0x80) return BigInt(low)
    }
    let value = BigInt(low)
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.position++]
      if (byte === undefined) return null
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    return null
  }
  take(length: number): Uint8Array | null {
    if (this.position + length > this.bytes.length) return null
    const taken = this.bytes.subarray(this.position, this.position + length)
    this.position += length
    return taken
  }
}

/** The last value of a number field (protobuf's rule for repeated singular fields), 0n when absent. */
export function numberField(fields: WireField[], number: number): bigint {
  let value = 0n
  for (const field of fields) if (field.number === number && field.bytes === null) value = field.varint
  return value
}

/** The last value of a bytes, string or message field; null when absent. */
export function bytesField(fields: WireField[], number: number): Uint8Array | null {
  let value: Uint8Array | null = null
  for (const field of fields) if (field.number === number && field.bytes !== null) value = field.bytes
  return value
}

const utf8 = new TextDecoder()

/** The last value of a string field as text (invalid UTF-8 becomes U+FFFD); '' when absent. */
export function textField(fields: WireField[], number: number): string {
  const bytes = bytesField(fields, number)
  return bytes ? utf8.decode(bytes) : ''
}
