// Reads a protobuf message of the Kubernetes API into the API server's JSON, by plan, and reports whatever it cannot read.

import { decodeCbor, isCbor } from '../cbor/decode-cbor.ts'
import { parseJson } from '../json/parse-json.ts'
import { elementsIfExact } from '../json/prove-exact.ts'
import type { ElementBudget } from '../value/element-budget.ts'
import { formatPath } from '../value/path.ts'
import type { Report } from '../value/report.ts'
import { COUNTED } from '../value/selection.ts'
import { type KubeObject, type KubePath, type KubeValue, setOwn } from '../value/value.ts'
import { encodeBase64 } from '../wire/base64.ts'
import { byteCount } from '../wire/byte-count.ts'
import { fastView, isReadable, readUtf8, strictUtf8 } from '../wire/text.ts'
import { BOOL, BYTES, DOUBLE, type FieldPlan, INT32, MAP, MESSAGE, type MessagePlan, STRING } from './plan.ts'
import { isQuantity, isQuantityText } from './quantity.ts'
import { goDuration, rfc3339, rfc3339Micro } from './time.ts'

export interface ReaderOptions {
  maxDepth: number
  /** Once spent, reading ends: what was read before stays. */
  budget: ElementBudget
  /** Print an unset creationTimestamp as null (Kubernetes ≤ 1.33) instead of omitting it. */
  nullCreationTimestamp: boolean
}

const HIGH = 4294967296
// V8 copies a slice this short; a longer one references the original text.
const SHORT = 12
const LONG = 2 ** 30
const NO_QUANTITY = 'this is not a quantity, and the API server refuses it; it is shown as it is written'
// A later year has more than 7 digits and is never intended.
const MAX_SECONDS = 1e14

/** Ends reading a value with more elements than its budget. */
class BudgetSpent extends Error {}

/**
 * Reads one value. Positions are offsets into `bytes`. A fault inside a message ends that message (the outer one knows its length) and is reported
 * with its path; what was read before stays.
 */
export class MessageReader {
  private readonly bytes: Uint8Array
  private readonly report: Report
  private readonly options: ReaderOptions
  private readonly fast: ReturnType<typeof fastView>
  /** The whole value as Latin-1 text: an ASCII string is then a slice, ten times cheaper than decoding its bytes. */
  private readonly latin1: string | undefined
  /** Longer strings are decoded separately. */
  private readonly longestSlice: number
  /** The reader's path: `steps[0 … depth)`. A stack with its own pointer, as setting an array's length is slow. */
  private readonly steps: (string | number)[] = []
  private at = 0
  private pos = 0
  /** The halves of the last varint. */
  private lo = 0
  private hi = 0

  /** `sparse`: few of many fields are selected. Then no long string of the result keeps the whole value's text alive. */
  constructor(bytes: Uint8Array, report: Report, options: ReaderOptions, sparse: boolean) {
    this.bytes = bytes
    this.report = report
    this.options = options
    this.fast = fastView(bytes)
    this.longestSlice = sparse ? SHORT : LONG
    this.latin1 = sparse && bytes.length > 65536 ? undefined : this.fast?.latin1Slice(0, bytes.length)
  }

  /** Reads the message in bytes `[start, end)` into `target`. */
  object(plan: MessagePlan, start: number, end: number, target: KubeObject): void {
    this.pos = start
    try {
      this.message(plan, end, target, 0)
    } catch (error) {
      if (!(error instanceof BudgetSpent)) throw error
    }
  }

  private spend(): void {
    if (!this.options.budget.take()) throw new BudgetSpent()
  }

  private path(field?: FieldPlan): KubePath {
    if (this.report.problemsFull) return ''
    const path = formatPath(this.steps.slice(0, this.at))
    return field === undefined || field.inline ? path : path + formatPath([field.name])
  }

  private fail(end: number, message: string, field?: FieldPlan): void {
    const left = end - Math.min(this.pos, end)
    this.report.add('error', this.path(field), `${message}; ${byteCount(left)} from byte ${Math.min(this.pos, end)} on did not decode`)
    this.pos = end
  }

  /**
   * Reads a varint into `lo` and `hi`; false if it exceeds `end` or ten bytes. {@link unsigned} also returns the value; almost every varint here is
   * one or two bytes long.
   */
  private varint(end: number): boolean {
    const bytes = this.bytes
    let pos = this.pos
    let b = bytes[pos++] as number
    if (b < 0x80 && pos <= end) {
      this.lo = b
      this.hi = 0
      this.pos = pos
      return true
    }
    let lo = 0
    let hi = 0
    pos = this.pos
    for (let shift = 0; shift < 70; shift += 7) {
      if (pos >= end) return false
      b = bytes[pos++] as number
      const low = b & 0x7f
      if (shift < 28) lo |= low << shift
      else if (shift === 28) {
        lo |= low << 28
        hi = low >> 4
      } else hi |= low << (shift - 32)
      if (b < 0x80) {
        // The tenth byte has room for one bit: as in Go the rest is dropped.
        if (shift === 63 && b > 1)
          this.report.add('warning', this.path(), `a varint before byte ${pos} has more than 64 bits; the upper ones are dropped`)
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

  private int64(): number | bigint {
    const high = this.hi | 0
    const value = high * HIGH + this.lo
    return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(this.lo)
  }

  private int32(field: FieldPlan | undefined): number {
    const value = this.lo | 0
    if (this.hi !== 0 ? this.hi !== 0xffffffff || value >= 0 : value < 0) {
      this.report.add('warning', this.path(field), `${this.int64()} does not fit into int32; shown as ${value}, as Go reads it`)
    }
    return value
  }

  /** The end of a length-delimited field whose content begins at `pos`; −1 if it exceeds `end`. */
  private lengthEnd(end: number): number {
    if (!this.varint(end)) return -1
    const stop = this.pos + this.unsigned()
    return stop <= end ? stop : -1
  }

  private message(plan: MessagePlan, end: number, target: KubeObject, depth: number): void {
    const fields = plan.fields
    const bytes = this.bytes
    const partial = plan.partial
    let last = 0
    while (this.pos < end) {
      const start = this.pos
      let tag = bytes[start] as number
      if (tag < 0x80) this.pos = start + 1
      else {
        if (!this.varint(end)) {
          this.fail(end, 'a field number runs past its message')
          return
        }
        tag = this.unsigned()
        if (tag >= HIGH) {
          this.pos = start
          this.fail(end, 'a field number beyond 2^29')
          return
        }
      }
      const number = tag >>> 3
      const wire = tag & 7
      const field = number < fields.length ? fields[number] : undefined
      if (field === undefined) {
        // Most skipped fields are strings or messages of up to 127 bytes.
        if (wire === 2 && partial && number !== 0) {
          const size = bytes[this.pos] as number
          const stop = this.pos + 1 + size
          if (size < 0x80 && stop <= end) {
            this.pos = stop
            continue
          }
        }
        if (!this.unknown(plan, number, wire, end, start)) return
        continue
      }
      // Writers use ascending numbers; only a number not beyond the highest so far can be a second value for its field.
      if (number <= last && !field.repeated && field.type !== MAP && Object.hasOwn(target, field.name)) {
        this.report.add('warning', this.path(field), 'this field is written twice; the last value is shown, messages are merged')
      }
      if (number > last) last = number
      if (!this.field(field, wire, end, target, depth)) {
        // A wire type that does not match the field: kept raw, like an unknown field.
        this.report.add(
          'error',
          this.path(field),
          `field ${number} has wire type ${wire}, which this field never has; its bytes are kept among the unknown fields`,
        )
        if (!this.unknown(plan, number, wire, end, start)) return
      }
    }
    for (const name of plan.nullNames) if (target[name] === undefined) target[name] = null
  }

  /** Skips a field without a plan, keeping its bytes unless it was omitted on purpose. False if it does not fit (reported). */
  private unknown(plan: MessagePlan, number: number, wire: number, end: number, start: number): boolean {
    const from = this.pos
    if (number === 0) {
      this.pos = start
      this.fail(end, 'field number 0 is not protobuf')
      return false
    }
    if (plan.partial && this.skip(wire, end)) return true
    const content = skipValue(this.bytes, from, end, wire)
    if (content === undefined) {
      this.pos = start
      this.fail(
        end,
        wire === 3 || wire === 4
          ? `field ${number} is a group, which Kubernetes never writes`
          : `field ${number} (wire type ${wire}) runs past its message`,
      )
      return false
    }
    this.pos = content.end
    if (!plan.partial)
      this.report.unknown(
        this.report.unknownFull ? '' : formatPath(this.steps.slice(0, this.at)),
        number,
        wire,
        this.bytes.subarray(content.start, content.end),
      )
    return true
  }

  /** Skips an unselected value. False if it does not fit: {@link unknown} then reports why. */
  private skip(wire: number, end: number): boolean {
    let stop = end + 1
    const from = this.pos
    if (wire === 2) stop = this.lengthEnd(end)
    else if (wire === 0) stop = this.varint(end) ? this.pos : -1
    else if (wire === 1) stop = from + 8
    else if (wire === 5) stop = from + 4
    if (stop < 0 || stop > end) {
      this.pos = from
      return false
    }
    this.pos = stop
    return true
  }

  /** Reads one field. False, with `pos` unmoved, if the wire type does not match; a fault is reported and leaves `pos` at `end`. */
  private field(field: FieldPlan, wire: number, end: number, target: KubeObject, depth: number): boolean {
    const name = field.name
    switch (field.type) {
      case STRING: {
        if (wire !== 2) return false
        const stop = this.lengthEnd(end)
        if (stop < 0) return this.cut(end, field)
        const value = this.string(this.pos, stop, field)
        this.pos = stop
        if (field.repeated) this.push(target, name, value)
        else if (value !== '' || !field.dropZero) target[name] = value
        else if (target[name] !== undefined) delete target[name]
        return true
      }
      case MESSAGE:
        if (wire !== 2) return false
        return this.messageField(field, end, target, depth)
      case MAP:
        if (wire !== 2) return false
        return this.mapEntry(field, end, target, depth)
      case BYTES: {
        if (wire !== 2) return false
        const stop = this.lengthEnd(end)
        if (stop < 0) return this.cut(end, field)
        const value = encodeBase64(this.bytes.subarray(this.pos, stop))
        this.pos = stop
        if (field.repeated) this.push(target, name, value)
        else if (value !== '' || !field.dropZero) target[name] = value
        else if (target[name] !== undefined) delete target[name]
        return true
      }
      default:
        return this.numberField(field, wire, end, target)
    }
  }

  private cut(end: number, field: FieldPlan): true {
    this.fail(end, 'this field runs past its message', field)
    return true
  }

  private push(target: KubeObject, name: string, value: KubeValue): void {
    this.spend()
    const list = target[name]
    if (list === undefined) target[name] = [value]
    else (list as KubeValue[]).push(value)
  }

  private numberField(field: FieldPlan, wire: number, end: number, target: KubeObject): boolean {
    const wanted = field.type === DOUBLE ? 1 : 0
    if (field.repeated && wire === 2) {
      const stop = this.lengthEnd(end)
      if (stop < 0) return this.cut(end, field)
      while (this.pos < stop) {
        const value = this.scalar(field, stop)
        if (value === undefined) {
          this.fail(stop, 'a packed list is cut', field)
          break
        }
        this.push(target, field.name, value)
      }
      return true
    }
    if (wire !== wanted) return false
    const value = this.scalar(field, end)
    if (value === undefined) return this.cut(end, field)
    if (field.repeated) this.push(target, field.name, value)
    else if (!field.dropZero || (value !== 0 && value !== false)) target[field.name] = value
    else if (target[field.name] !== undefined) delete target[field.name]
    return true
  }

  private scalar(field: FieldPlan, end: number): KubeValue | undefined {
    if (field.element === DOUBLE) {
      if (this.pos + 8 > end) return undefined
      const value = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.pos, 8).getFloat64(0, true)
      this.pos += 8
      if (Number.isFinite(value)) return value
      this.report.add('warning', this.path(field), `${value} has no JSON form; it is shown as text`)
      return String(value)
    }
    if (!this.varint(end)) return undefined
    if (field.element === BOOL) {
      if (this.hi !== 0 || this.lo > 1) this.report.add('warning', this.path(field), `${this.int64()} is read as true`)
      return this.lo !== 0 || this.hi !== 0
    }
    return field.element === INT32 ? this.int32(field) : this.int64()
  }

  private string(start: number, end: number, field: FieldPlan | undefined): string {
    const size = end - start
    if (size === 0) return ''
    const bytes = this.bytes
    if (size < 2048) {
      let i = start
      while (i < end && (bytes[i] as number) < 0x80) i++
      if (i === end) {
        if (this.latin1 !== undefined && size <= this.longestSlice) return this.latin1.slice(start, end)
        if (this.fast !== undefined) return this.fast.latin1Slice(start, end)
      }
    }
    if (this.fast !== undefined) {
      const text = this.fast.utf8Slice(start, end)
      // A replacement character is either stored or a sign of bytes that are not UTF-8: only then check.
      if (!text.includes('\uFFFD')) return text
    }
    const { text, valid } = readUtf8(bytes.subarray(start, end))
    if (!valid) this.report.add('warning', this.path(field), 'this string is not UTF-8; each wrong byte is shown as U+FFFD')
    return text
  }

  private messageField(field: FieldPlan, end: number, target: KubeObject, depth: number): boolean {
    const stop = this.lengthEnd(end)
    if (stop < 0) return this.cut(end, field)
    const plan = field.message as MessagePlan
    const name = field.name
    if (depth >= this.options.maxDepth) {
      this.fail(stop, `nesting deeper than ${this.options.maxDepth} messages`, field)
      return true
    }
    if (field.inline) {
      this.message(plan, stop, target, depth + 1)
      this.pos = stop
      return true
    }
    const steps = this.steps
    const before = target[name]
    if (field.counted) {
      const list = (before as KubeValue[] | undefined) ?? []
      if (before === undefined) target[name] = list
      if (list.length % COUNTED.AT_ONCE === 0) this.spend()
      list.push(COUNTED.ITEM)
      this.pos = stop
      return true
    }
    if (plan.special !== undefined) {
      const at = this.at
      steps[this.at++] = name
      if (field.repeated) steps[this.at++] = before === undefined ? 0 : (before as KubeValue[]).length
      if (field.omitZeroTime && this.pos === stop) {
        if (this.options.nullCreationTimestamp) target[name] = null
      } else {
        const value = this.special(plan, stop, depth + 1)
        if (field.repeated) this.push(target, name, value)
        else target[name] = value
      }
      this.pos = stop
      this.at = at
      return true
    }
    this.spend()
    if (field.repeated) {
      const value: KubeObject = {}
      const list = (before as KubeValue[] | undefined) ?? []
      if (before === undefined) target[name] = list
      steps[this.at++] = name
      steps[this.at++] = list.length
      // Before it is read, so that it exists if reading ends inside it.
      list.push(value)
      this.message(plan, stop, value, depth + 1)
      this.at -= 2
    } else {
      const value = (before as KubeObject | undefined) ?? {}
      if (before === undefined) target[name] = value
      steps[this.at++] = name
      this.message(plan, stop, value, depth + 1)
      this.at -= 1
    }
    this.pos = stop
    return true
  }

  /** A map entry is a message {1 key, 2 value}; a missing value is the type's zero. */
  private mapEntry(field: FieldPlan, end: number, target: KubeObject, depth: number): boolean {
    const stop = this.lengthEnd(end)
    if (stop < 0) return this.cut(end, field)
    this.spend()
    const before = target[field.name] as KubeObject | undefined
    const map = before ?? {}
    if (before === undefined) target[field.name] = map
    let key = ''
    let value: KubeValue | undefined
    const steps = this.steps
    const at = this.at
    steps[this.at++] = field.name
    while (this.pos < stop) {
      const start = this.pos
      if (!this.varint(stop)) {
        this.fail(stop, 'a map entry is cut')
        break
      }
      const tag = this.unsigned()
      if (tag === 10) {
        const close = this.lengthEnd(stop)
        if (close < 0) {
          this.pos = start
          this.fail(stop, 'the key of a map entry runs past it')
          break
        }
        key = this.string(this.pos, close, undefined)
        this.pos = close
      } else if (tag === 18) {
        const close = this.lengthEnd(stop)
        if (close < 0) {
          steps[this.at++] = key
          this.pos = start
          this.fail(stop, 'the value of a map entry runs past it')
          this.at = at + 1
          break
        }
        steps[this.at++] = key
        value = this.mapValue(field, close, depth, value)
        this.at = at + 1
        this.pos = close
      } else {
        steps[this.at++] = key
        // The numbers of key and value with a wrong wire type.
        if (tag >= 8 && tag < 24)
          this.report.add('error', this.path(), `field ${tag >> 3} of a map entry has wire type ${tag & 7}, which it never has`)
        const content = skipValue(this.bytes, this.pos, stop, tag % 8)
        if (content === undefined || tag < 8) {
          this.pos = start
          this.fail(stop, 'a map entry holds something that is not protobuf')
          break
        }
        this.report.unknown(
          this.report.unknownFull ? '' : formatPath(this.steps.slice(0, this.at)),
          Math.floor(tag / 8),
          tag % 8,
          this.bytes.subarray(content.start, content.end),
        )
        this.pos = content.end
        this.at = at + 1
      }
    }
    this.pos = stop
    if (value === undefined) value = this.zero(field)
    if (map[key] !== undefined && Object.hasOwn(map, key))
      this.report.add('warning', this.path() + formatPath([key]), 'this key is written twice; the last one is shown')
    this.at = at
    setOwn(map, key, value)
    return true
  }

  private zero(field: FieldPlan): KubeValue {
    if (field.element !== MESSAGE) return ''
    const special = field.message?.special
    if (special === 'quantity') return '0'
    if (special === 'schema-or-bool') return false
    return special === undefined || special === 'fields' ? {} : null
  }

  private mapValue(field: FieldPlan, end: number, depth: number, before: KubeValue | undefined): KubeValue {
    if (before !== undefined) this.report.add('warning', this.path(), 'this map entry has two values; the last one is shown')
    if (field.element === STRING) return this.string(this.pos, end, undefined)
    if (field.element === BYTES) return encodeBase64(this.bytes.subarray(this.pos, end))
    const plan = field.message as MessagePlan
    if (depth >= this.options.maxDepth) {
      this.fail(end, `nesting deeper than ${this.options.maxDepth} messages`)
      return null
    }
    if (plan.special !== undefined) return this.special(plan, end, depth + 1)
    const value: KubeObject = {}
    this.message(plan, end, value, depth + 1)
    return value
  }

  private special(plan: MessagePlan, end: number, depth: number): KubeValue {
    switch (plan.special) {
      case 'time':
      case 'micro-time':
        return this.time(plan, end, depth)
      case 'quantity': {
        // One string: read in place, as this is the most common message.
        const start = this.pos
        if (start === end) return '0'
        if (this.bytes[start] === 10) {
          this.pos = start + 1
          const stop = this.lengthEnd(end)
          if (stop === end) {
            if (!isQuantity(this.bytes, this.pos, end)) this.report.add('error', this.path(), NO_QUANTITY)
            return this.string(this.pos, end, undefined) || '0'
          }
        }
        this.pos = start
        const raw = this.raw(plan, end, depth)
        if (typeof raw.string === 'string' && !isQuantityText(raw.string)) this.report.add('error', this.path(), NO_QUANTITY)
        return raw.string === undefined || raw.string === '' ? '0' : raw.string
      }
      case 'int-or-string': {
        const raw = this.raw(plan, end, depth)
        const type = raw.type ?? 0
        const unused = type === 0 ? raw.strVal : raw.intVal
        if (unused !== undefined && unused !== 0 && unused !== '') {
          this.report.add('warning', this.path(), `holds ${JSON.stringify(unused)} as well, which its type (${type}) says is not meant`)
        }
        if (type === 0) return raw.intVal ?? 0
        if (type !== 1)
          this.report.add('error', this.path(), `IntOrString of type ${type}: neither 0 (number) nor 1 (string); its string is shown`)
        return raw.strVal ?? ''
      }
      case 'duration': {
        const raw = this.raw(plan, end, depth)
        return goDuration(BigInt((raw.duration as number | bigint | undefined) ?? 0))
      }
      case 'items': {
        const raw = this.raw(plan, end, depth)
        return raw.items ?? null
      }
      case 'fields': {
        const raw = this.raw(plan, end, depth)
        return raw.map ?? {}
      }
      case 'schema-or-bool': {
        const raw = this.raw(plan, end, depth)
        if (raw.Schema === undefined) return raw.Allows ?? false
        if (raw.Allows === false) this.report.add('info', this.path(), 'the schema is shown; `allows` is stored beside it as false')
        return raw.Schema
      }
      case 'schema-or-array':
      case 'schema-or-strings': {
        const raw = this.raw(plan, end, depth)
        const list = raw.JSONSchemas ?? raw.Property
        if (list !== undefined && raw.Schema !== undefined)
          this.report.add('warning', this.path(), 'a single schema is stored beside the list, which is what prints')
        return list ?? raw.Schema ?? null
      }
      default:
        return this.embedded(plan, end)
    }
  }

  /** The fields of a special message as an object, for its converter. */
  private raw(plan: MessagePlan, end: number, depth: number): KubeObject {
    const raw: KubeObject = {}
    this.message(plan, end, raw, depth)
    return raw
  }

  private time(plan: MessagePlan, end: number, depth: number): KubeValue {
    const start = this.pos
    // A zero-length time is Go's zero time, which prints as null.
    if (start === end) return null
    let seconds: number | bigint = 0
    let nanos = 0
    let plain = false
    // Every writer writes {1: seconds, 2: nanos} in this order; anything else takes the slow path.
    if (this.bytes[start] === 8) {
      this.pos = start + 1
      if (this.varint(end)) {
        seconds = this.int64()
        if (this.pos === end) plain = true
        else if (this.bytes[this.pos] === 16) {
          this.pos += 1
          if (this.varint(end) && this.hi === 0 && this.pos === end) {
            nanos = this.lo | 0
            plain = true
          }
        }
      }
    }
    if (!plain) {
      this.pos = start
      const raw = this.raw(plan, end, depth)
      seconds = (raw.seconds as number | bigint | undefined) ?? 0
      nanos = (raw.nanos as number | undefined) ?? 0
    }
    if (nanos < 0 || nanos >= 1e9) {
      this.report.add('warning', this.path(), `${nanos} nanoseconds are outside one second; carried into the seconds, as Go does`)
      const carry = Math.floor(nanos / 1e9)
      nanos -= carry * 1e9
      seconds = typeof seconds === 'bigint' ? seconds + BigInt(carry) : seconds + carry
    }
    if (typeof seconds === 'bigint' || Math.abs(seconds) > MAX_SECONDS) {
      this.report.add('error', this.path(), `${seconds} seconds since 1970 is no calendar date; the number is shown`)
      return seconds
    }
    if (plan.special === 'micro-time') {
      if (nanos % 1000 !== 0) this.report.add('info', this.path(), `${nanos % 1000} nanoseconds are stored beyond the microseconds shown`)
      return rfc3339Micro(seconds, nanos)
    }
    if (nanos !== 0) this.report.add('info', this.path(), `${nanos} nanoseconds are stored beyond the second shown`)
    return rfc3339(seconds)
  }

  /** RawExtension, FieldsV1 and apiextensions JSON: {1 raw}, a document of its own. */
  private embedded(plan: MessagePlan, end: number): KubeValue {
    let raw: Uint8Array | undefined
    let text: string | undefined
    let proven = false
    const { maxDepth, budget } = this.options
    while (this.pos < end) {
      const start = this.pos
      if (!this.varint(end)) {
        this.fail(end, 'an embedded document is cut')
        break
      }
      const tag = this.unsigned()
      if (tag === 10) {
        const stop = this.lengthEnd(end)
        if (stop < 0) {
          this.pos = start
          this.fail(end, 'an embedded document runs past its field')
          break
        }
        if (raw !== undefined) this.report.add('warning', this.path(), 'this document is written twice; the last one is shown')
        const known = this.report.problems.length
        raw = this.bytes.subarray(this.pos, stop)
        text = isCbor(raw) ? undefined : this.string(this.pos, stop, undefined)
        const elements =
          text === undefined || this.report.problems.length > known
            ? undefined
            : elementsIfExact(this.bytes, this.pos, stop, this.options.maxDepth)
        proven = elements !== undefined && budget.holds(elements) && budget.take(elements)
        this.pos = stop
      } else {
        if (tag >= 8 && tag < 16)
          this.report.add('error', this.path(), `field 1 has wire type ${tag & 7}, which this field never has; its bytes are kept`)
        if (!this.unknown(plan, Math.floor(tag / 8), tag % 8, end, start)) break
      }
    }
    if (raw === undefined || raw.length === 0) return null
    if (proven) {
      try {
        return JSON.parse(text as string) as KubeValue
      } catch {
        // The parser below reports what is wrong.
      }
    }
    const path = this.path()
    if (text === undefined) return decodeCbor(raw, this.report, path, { maxDepth, budget }) ?? null
    const parsed = parseJson(text, this.report, path, { maxDepth, budget })
    if (parsed.error === undefined) return parsed.value as KubeValue
    const readable = strictUtf8(raw)
    const asText = readable !== undefined && isReadable(readable)
    this.report.add(
      'error',
      path,
      `an embedded document that is not JSON (${parsed.error}); its bytes are shown as ${asText ? 'text' : 'base64'}`,
    )
    return asText ? text : encodeBase64(raw)
  }
}

/** Where the value of a field is after its tag; `undefined` if it exceeds `end` or is a group. */
export function skipValue(bytes: Uint8Array, pos: number, end: number, wire: number): { start: number; end: number } | undefined {
  if (wire === 5) return pos + 4 <= end ? { start: pos, end: pos + 4 } : undefined
  if (wire === 1) return pos + 8 <= end ? { start: pos, end: pos + 8 } : undefined
  if (wire !== 0 && wire !== 2) return undefined
  let value = 0
  let scale = 1
  for (let i = pos; i < end && i < pos + 10; i++) {
    const b = bytes[i] as number
    value += (b & 0x7f) * scale
    scale *= 128
    if (b < 0x80) {
      if (wire === 0) return { start: pos, end: i + 1 }
      const stop = i + 1 + value
      return stop <= end ? { start: i + 1, end: stop } : undefined
    }
  }
  return undefined
}
