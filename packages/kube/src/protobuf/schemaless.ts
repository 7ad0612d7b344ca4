// Shows a protobuf message whose kind is not in the table: by field number, with every guess marked as one.
import type { Report } from '../value/report.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'
import { encodeBase64 } from '../wire/base64.ts'
import { isReadable, strictUtf8 } from '../wire/text.ts'
import { skipValue } from './message-reader.ts'

interface Field {
  number: number
  wire: number
  start: number
  end: number
}

/**
 * Reads bytes `[start, end)` as a message without a schema. Keys are `#3 (string?)`: the number, and what the bytes look like; a number that
 * occurs again becomes a list. Field numbers in `skip` are left out (they were decoded otherwise).
 */
export function schemalessObject(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: KubeObject,
  report: Report,
  maxDepth: number,
  skip: ReadonlySet<number>,
): void {
  const fields = readFields(bytes, start, end)
  for (const field of fields.list) if (!skip.has(field.number)) place(target, field, guess(bytes, field, 1, maxDepth))
  if (fields.rest < end)
    report.add('error', '', `${end - fields.rest} bytes from byte ${fields.rest} on are not protobuf and did not decode`)
}

/** The fields of a message up to the first byte that is not protobuf, whose offset is `rest` (`end` when all were). */
export function readFields(bytes: Uint8Array, start: number, end: number): { list: Field[]; rest: number } {
  const list: Field[] = []
  let pos = start
  while (pos < end) {
    const tag = skipValue(bytes, pos, end, 0)
    if (tag === undefined) return { list, rest: pos }
    let value = 0
    let scale = 1
    for (let i = tag.start; i < tag.end; i++) {
      value += ((bytes[i] as number) & 0x7f) * scale
      scale *= 128
    }
    const number = Math.floor(value / 8)
    const content = number < 1 || number >= 2 ** 29 ? undefined : skipValue(bytes, tag.end, end, value % 8)
    if (content === undefined) return { list, rest: pos }
    list.push({ number, wire: value % 8, start: content.start, end: content.end })
    pos = content.end
  }
  return { list, rest: end }
}

interface Guess {
  type: string
  value: KubeValue
}

function place(target: KubeObject, field: Field, { type, value }: Guess): void {
  const name = `#${field.number} (${type}?)`
  const before = target[name]
  if (before === undefined) target[name] = value
  else if (Array.isArray(before)) before.push(value)
  else target[name] = [before, value]
}

function guess(bytes: Uint8Array, field: Field, depth: number, maxDepth: number): Guess {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (field.wire === 0) return { type: 'int', value: varintValue(bytes, field.start, field.end) }
  if (field.wire === 5) return { type: 'fixed32', value: view.getUint32(field.start, true) }
  if (field.wire === 1) {
    const value = view.getBigUint64(field.start, true)
    return { type: 'fixed64', value: value <= 9007199254740991n ? Number(value) : value }
  }
  if (field.start === field.end) return { type: 'empty', value: '' }
  const content = bytes.subarray(field.start, field.end)
  const text = strictUtf8(content)
  if (text !== undefined && isReadable(text)) return { type: 'string', value: text }
  if (depth < maxDepth) {
    const inner = readFields(bytes, field.start, field.end)
    if (inner.rest === field.end && inner.list.every((f) => f.number < 1000)) {
      const value: KubeObject = {}
      for (const f of inner.list) place(value, f, guess(bytes, f, depth + 1, maxDepth))
      return { type: 'message', value }
    }
  }
  return { type: 'bytes', value: encodeBase64(content) }
}

// As a signed 64-bit integer: Kubernetes has no unsigned ones.
function varintValue(bytes: Uint8Array, start: number, end: number): number | bigint {
  let value = 0n
  for (let i = end - 1; i >= start; i--) value = (value << 7n) | BigInt((bytes[i] as number) & 0x7f)
  const signed = BigInt.asIntN(64, value)
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed
}
