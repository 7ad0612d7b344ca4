// Walks a complete protobuf message against its descriptors without building anything: whether an API server can decode every field.
import { checkCbor } from '../cbor/check-cbor.ts'
import { isCbor } from '../cbor/decode-cbor.ts'
import { checkJson } from '../json/check-json.ts'
import { formatPath } from '../value/path.ts'
import type { KubePath } from '../value/value.ts'
import { skipValue } from './message-reader.ts'
import { BOOL, BYTES, DOUBLE, type FieldPlan, INT32, INT64, MAP, MESSAGE, type MessagePlan, STRING } from './plan.ts'
import { isQuantity } from './quantity.ts'

/** Why and where a value cannot be decoded. Quotes nothing stored: map keys are `*`. */
export interface WireFault {
  path: KubePath
  message: string
  /** Offset in the value of the first wrong byte, as far as known. */
  at: number
}

export interface WireCheck {
  /** The first fault in wire order; undefined if everything decodes. */
  fault: WireFault | undefined
  /** Number of unknown field numbers, which a newer Kubernetes may have written. */
  unknownFields: number
}

const HIGH = 4294967296
// As in message-reader.ts: a later year has more than 7 digits.
const MAX_SECONDS = 1e14

/**
 * Checks bytes `[start, end)` as a message. Never throws; linear: reads each byte once (embedded JSON and CBOR too), nests to `maxDepth` messages and
 * allocates only the fault. Finds a fault exactly where {@link MessageReader} reports an error.
 */
export function checkWire(bytes: Uint8Array, plan: MessagePlan, start = 0, end = bytes.length, maxDepth = 512): WireCheck {
  const walk = new WireWalk(bytes, maxDepth)
  walk.pos = start
  walk.message(plan, end, 0)
  return { fault: walk.fault(), unknownFields: walk.unknownFields }
}

class WireWalk {
  pos = 0
  unknownFields = 0
  private readonly bytes: Uint8Array
  private readonly maxDepth: number
  /** The halves of the last varint. */
  private lo = 0
  private hi = 0
  private what: string | undefined
  private at = 0
  /** The path of the fault, innermost step first: written while the walk unwinds, so that nothing is stored on the way in. */
  private readonly steps: (string | number)[] = []

  constructor(bytes: Uint8Array, maxDepth: number) {
    this.bytes = bytes
    this.maxDepth = maxDepth
  }

  fault(): WireFault | undefined {
    if (this.what === undefined) return undefined
    return { path: formatPath([...this.steps].reverse()).replaceAll("['*']", '[*]'), message: this.what, at: this.at }
  }

  private fail(what: string, at: number): false {
    this.what = what
    this.at = at
    return false
  }

  /** Reads a varint into `lo` and `hi`; false (without a report) if it exceeds `end` or ten bytes. */
  private varint(end: number): boolean {
    const bytes = this.bytes
    let pos = this.pos
    const one = bytes[pos] as number
    if (one < 0x80 && pos < end) {
      this.lo = one
      this.hi = 0
      this.pos = pos + 1
      return true
    }
    let lo = 0
    let hi = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (pos >= end) return false
      const b = bytes[pos++] as number
      const low = b & 0x7f
      if (shift < 28) lo |= low << shift
      else if (shift === 28) {
        lo |= low << 28
        hi = low >> 4
      } else hi |= low << (shift - 32)
      if (b < 0x80) {
        this.lo = lo >>> 0
        this.hi = hi >>> 0
        this.pos = pos
        return true
      }
    }
    return false
  }

  private unsigned(): number {
    return this.hi * HIGH + this.lo
  }

  /** The end of a length-delimited field whose content begins at `pos`; −1 if it exceeds `end`. */
  private lengthEnd(end: number): number {
    const size = this.bytes[this.pos] as number
    if (size < 0x80 && this.pos < end) {
      this.pos += 1
      const stop = this.pos + size
      return stop <= end ? stop : -1
    }
    if (!this.varint(end)) return -1
    const stop = this.pos + this.unsigned()
    return stop <= end ? stop : -1
  }

  /** False if it found a fault; `pos` is then undefined. */
  message(plan: MessagePlan, end: number, depth: number): boolean {
    const fields = plan.fields
    const bytes = this.bytes
    const first = this.pos
    while (this.pos < end) {
      const start = this.pos
      let tag = bytes[start] as number
      if (tag < 0x80) this.pos = start + 1
      else {
        if (!this.varint(end)) return this.fail('a field number runs past its message', start)
        tag = this.unsigned()
        if (tag >= HIGH) return this.fail('a field number beyond 2^29', start)
      }
      const number = tag >>> 3
      const wire = tag & 7
      const field = number < fields.length ? fields[number] : undefined
      if (field === undefined) {
        if (!this.unknown(number, wire, end, start)) return false
      } else if (!this.field(field, wire, end, start, depth)) {
        if (!field.inline) {
          if (field.repeated && field.type === MESSAGE) this.steps.push(countField(bytes, first, start, number))
          this.steps.push(field.name)
        }
        return false
      }
    }
    return true
  }

  private unknown(number: number, wire: number, end: number, start: number): boolean {
    if (number === 0) return this.fail('field number 0 is not protobuf', start)
    const content = skipValue(this.bytes, this.pos, end, wire)
    if (content === undefined)
      return this.fail(
        wire === 0 || wire === 1 || wire === 2 || wire === 5
          ? `field ${number} (wire type ${wire}) runs past its message`
          : `field ${number} has wire type ${wire}, which Kubernetes never writes`,
        start,
      )
    this.pos = content.end
    this.unknownFields += 1
    return true
  }

  private wrongType(field: FieldPlan, wire: number, start: number): false {
    return this.fail(`field ${field.number} has wire type ${wire}, which this field never has`, start)
  }

  private field(field: FieldPlan, wire: number, end: number, start: number, depth: number): boolean {
    switch (field.type) {
      case STRING:
      case BYTES: {
        if (wire !== 2) return this.wrongType(field, wire, start)
        // Kubernetes accepts strings that are not UTF-8.
        const stop = this.lengthEnd(end)
        if (stop < 0) return this.fail('this field runs past its message', start)
        this.pos = stop
        return true
      }
      case MESSAGE: {
        if (wire !== 2) return this.wrongType(field, wire, start)
        const stop = this.lengthEnd(end)
        if (stop < 0) return this.fail('this field runs past its message', start)
        return this.content(field.message as MessagePlan, stop, depth, start)
      }
      case MAP: {
        if (wire !== 2) return this.wrongType(field, wire, start)
        const stop = this.lengthEnd(end)
        if (stop < 0) return this.fail('this field runs past its message', start)
        return this.mapEntry(field, stop, depth)
      }
      case BOOL:
      case INT32:
      case INT64:
        if (wire !== 0) return this.packed(field, wire, end, start)
        return this.varint(end) || this.fail('this field runs past its message', start)
      default:
        if (wire !== 1) return this.packed(field, wire, end, start)
        this.pos += 8
        return this.pos <= end || this.fail('this field runs past its message', start)
    }
  }

  /** A list of numbers may be packed into one field. */
  private packed(field: FieldPlan, wire: number, end: number, start: number): boolean {
    if (wire !== 2 || !field.repeated) return this.wrongType(field, wire, start)
    const stop = this.lengthEnd(end)
    if (stop < 0) return this.fail('this field runs past its message', start)
    while (this.pos < stop) {
      if (field.element === DOUBLE) this.pos += 8
      else if (!this.varint(stop)) return this.fail('a packed list is cut', this.pos)
    }
    return this.pos === stop || this.fail('a packed list is cut', stop)
  }

  /** A message inside a field or map, with `pos` at its first byte. */
  private content(plan: MessagePlan, end: number, depth: number, start: number): boolean {
    if (depth >= this.maxDepth) return this.fail(`nesting deeper than ${this.maxDepth} messages`, start)
    switch (plan.special) {
      case 'quantity':
        return this.quantity(plan, end, depth + 1)
      case 'time':
      case 'micro-time':
        return this.time(plan, end, depth + 1)
      case 'int-or-string':
        return this.intOrString(plan, end, depth + 1)
      case 'embedded':
        return this.embedded(end)
      default:
        return this.message(plan, end, depth + 1)
    }
  }

  private mapEntry(field: FieldPlan, end: number, depth: number): boolean {
    while (this.pos < end) {
      const start = this.pos
      if (!this.varint(end)) return this.fail('a map entry is cut', start)
      const tag = this.unsigned()
      if (tag === 10) {
        const stop = this.lengthEnd(end)
        if (stop < 0) return this.fail('the key of a map entry runs past it', start)
        this.pos = stop
      } else if (tag === 18) {
        const stop = this.lengthEnd(end)
        if (stop < 0) {
          this.steps.push('*')
          return this.fail('the value of a map entry runs past it', start)
        }
        if (field.element === MESSAGE) {
          if (!this.content(field.message as MessagePlan, stop, depth, start)) {
            this.steps.push('*')
            return false
          }
        }
        this.pos = stop
      } else if (tag >= 8 && tag < 24)
        return this.fail(`field ${tag >> 3} of a map entry has wire type ${tag & 7}, which it never has`, start)
      else {
        const content = tag < 8 ? undefined : skipValue(this.bytes, this.pos, end, tag % 8)
        if (content === undefined) return this.fail('a map entry holds something that is not protobuf', start)
        this.pos = content.end
        this.unknownFields += 1
      }
    }
    return true
  }

  private quantity(plan: MessagePlan, end: number, depth: number): boolean {
    const first = this.pos
    // Every writer writes one string; anything else takes the slow path.
    if (this.bytes[first] === 10) {
      this.pos = first + 1
      if (this.lengthEnd(end) === end) {
        if (!isQuantity(this.bytes, this.pos, end)) return this.fail('this is not a quantity', first)
        this.pos = end
        return true
      }
      this.pos = first
    }
    if (!this.message(plan, end, depth)) return false
    // The last one counts.
    let good = true
    this.pos = first
    while (this.pos < end) {
      this.varint(end)
      const tag = this.unsigned()
      if (tag === 10) {
        const stop = this.lengthEnd(end)
        good = isQuantity(this.bytes, this.pos, stop)
        this.pos = stop
      } else this.skip(tag, end)
    }
    return good || this.fail('this is not a quantity', first)
  }

  private time(plan: MessagePlan, end: number, depth: number): boolean {
    const first = this.pos
    if (!this.message(plan, end, depth)) return false
    let seconds = 0
    let nanos = 0
    this.pos = first
    while (this.pos < end) {
      this.varint(end)
      const tag = this.unsigned()
      if (tag === 8 || tag === 16) {
        this.varint(end)
        if (tag === 8) seconds = (this.hi | 0) * HIGH + this.lo
        else nanos = this.lo | 0
      } else this.skip(tag, end)
    }
    return Math.abs(seconds + Math.floor(nanos / 1e9)) <= MAX_SECONDS || this.fail('the seconds since 1970 are no calendar date', first)
  }

  /** Skips a field that is known to be complete. */
  private skip(tag: number, end: number): void {
    this.pos = skipValue(this.bytes, this.pos, end, tag % 8)?.end ?? end
  }

  private intOrString(plan: MessagePlan, end: number, depth: number): boolean {
    const first = this.pos
    if (!this.message(plan, end, depth)) return false
    let type = 0
    this.pos = first
    while (this.pos < end) {
      this.varint(end)
      const tag = this.unsigned()
      if (tag === 8) {
        this.varint(end)
        type = this.unsigned()
      } else this.skip(tag, end)
    }
    return type === 0 || type === 1 || this.fail('IntOrString of a type that is neither 0 (number) nor 1 (string)', first)
  }

  /** RawExtension, FieldsV1 and apiextensions JSON: {1 raw}, a document of its own. */
  private embedded(end: number): boolean {
    let from = -1
    let to = -1
    while (this.pos < end) {
      const start = this.pos
      if (!this.varint(end)) return this.fail('an embedded document is cut', start)
      const tag = this.unsigned()
      if (tag === 10) {
        const stop = this.lengthEnd(end)
        if (stop < 0) return this.fail('an embedded document runs past its field', start)
        from = this.pos
        to = stop
        this.pos = stop
      } else if (tag >= 8 && tag < 16) return this.fail(`field 1 has wire type ${tag & 7}, which this field never has`, start)
      else if (!this.unknown(Math.floor(tag / 8), tag % 8, end, start)) return false
    }
    if (from >= to) return true
    const wrong = isCbor(this.bytes, from) ? checkCbor(this.bytes, from, to, this.maxDepth) : checkJson(this.bytes, from, to, this.maxDepth)
    return wrong === undefined || this.fail(`an embedded document does not decode: ${wrong.message}`, wrong.at)
  }
}

/** Number of fields with that number in `[from, to)`, which has no faults. */
function countField(bytes: Uint8Array, from: number, to: number, number: number): number {
  let count = 0
  let pos = from
  while (pos < to) {
    let tag = 0
    let scale = 1
    for (;;) {
      const b = bytes[pos++] as number
      tag += (b & 0x7f) * scale
      scale *= 128
      if (b < 0x80) break
    }
    if (Math.floor(tag / 8) === number) count += 1
    const content = skipValue(bytes, pos, to, tag % 8)
    if (content === undefined) return count
    pos = content.end
  }
  return count
}
