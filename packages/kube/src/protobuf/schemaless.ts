// Shows a protobuf message of an unknown kind by field number, with every guess marked.

import type { ElementBudget } from '../value/element-budget.ts'
import type { Report } from '../value/report.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'
import { encodeBase64 } from '../wire/base64.ts'
import { byteCount } from '../wire/byte-count.ts'
import { isReadable, strictUtf8 } from '../wire/text.ts'
import { skipValue } from './message-reader.ts'

export interface Field {
  number: number
  wire: number
  start: number
  end: number
}

/** The limits of guessing. */
export interface Guessing {
  bytes: Uint8Array
  maxDepth: number
  /** Once spent, the rest is omitted. */
  budget: ElementBudget
}

/**
 * Reads bytes `[start, end)` as a message without a schema. Keys are `#3 (string?)`: the number, and what the bytes look like; a repeated number
 * becomes a list. Field numbers in `skip` are omitted (they were decoded otherwise).
 */
export function schemalessObject(
  work: Guessing,
  start: number,
  end: number,
  target: KubeObject,
  report: Report,
  skip: ReadonlySet<number>,
): void {
  const rest = eachField(work.bytes, start, end, (field) => {
    if (skip.has(field.number)) return true
    if (!work.budget.take()) return false
    place(target, field, guess(work, field, 1))
    return true
  })
  if (rest < end)
    report.add(
      'error',
      '',
      `${byteCount(end - rest)} from byte ${rest} on ${end - rest === 1 ? 'is' : 'are'} not protobuf and did not decode`,
    )
}

/** The fields of a message up to the first byte that is not protobuf, at offset `rest` (`end` if there is none). */
export function readFields(bytes: Uint8Array, start: number, end: number): { list: Field[]; rest: number } {
  const list: Field[] = []
  const rest = eachField(bytes, start, end, (field) => list.push(field) > 0)
  return { list, rest }
}

/**
 * Passes each field of a message to `visit` while that returns true, but always scans to the end. Returns the offset of the first byte that is not
 * protobuf, `end` if there is none.
 */
export function eachField(bytes: Uint8Array, start: number, end: number, visit: (field: Field) => boolean): number {
  let visiting = true
  let pos = start
  while (pos < end) {
    const tag = skipValue(bytes, pos, end, 0)
    if (tag === undefined) return pos
    let value = 0
    let scale = 1
    for (let i = tag.start; i < tag.end; i++) {
      value += ((bytes[i] as number) & 0x7f) * scale
      scale *= 128
    }
    const number = Math.floor(value / 8)
    const content = number < 1 || number >= 2 ** 29 ? undefined : skipValue(bytes, tag.end, end, value % 8)
    if (content === undefined) return pos
    if (visiting) visiting = visit({ number, wire: value % 8, start: content.start, end: content.end })
    pos = content.end
  }
  return end
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

function guess(work: Guessing, field: Field, depth: number): Guess {
  const { bytes, budget } = work
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
  if (depth < work.maxDepth) {
    let highest = 0
    const rest = eachField(bytes, field.start, field.end, ({ number }) => {
      highest = Math.max(highest, number)
      return true
    })
    if (rest === field.end && highest < 1000) {
      const value: KubeObject = {}
      eachField(bytes, field.start, field.end, (inner) => {
        if (!budget.take()) return false
        place(value, inner, guess(work, inner, depth + 1))
        return true
      })
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
