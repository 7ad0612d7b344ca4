// Reads the CBOR that Kubernetes 1.32+ writes for custom resources; bounded, never throws. Data that its API server would refuse is shown with an
// error.
// Facts: apimachinery pkg/runtime/serializer/cbor/internal/modes/decode.go.

import type { ElementBudget } from '../value/element-budget.ts'
import { pathStep } from '../value/path.ts'
import type { Report } from '../value/report.ts'
import { COUNTED, insideOf, type Selection } from '../value/selection.ts'
import { type KubeObject, type KubeValue, setOwn } from '../value/value.ts'
import { encodeBase64 } from '../wire/base64.ts'
import { byteCount } from '../wire/byte-count.ts'
import { strictUtf8 } from '../wire/text.ts'

const MAX_INT64 = 2n ** 63n - 1n

/** True when bytes begin with the self-described CBOR tag 55799, which Kubernetes always writes. */
export function isCbor(bytes: Uint8Array, start = 0): boolean {
  return bytes[start] === 0xd9 && bytes[start + 1] === 0xd9 && bytes[start + 2] === 0xf7
}

export interface CborLimits {
  maxDepth?: number
  /** Elements beyond it are skipped. Default: no limit. */
  budget?: ElementBudget | undefined
  /** Only these map members are built; others are skipped. Default: all. */
  selection?: Selection | undefined
}

/** Decodes one CBOR item. Faults go to `report`; the value then holds what precedes the fault, or is `undefined`. */
export function decodeCbor(bytes: Uint8Array, report: Report, path = '', limits: CborLimits = {}): KubeValue | undefined {
  const reader = new CborReader(bytes, report, path, limits)
  return reader.document()
}

class CborError extends Error {}
const BREAK = Symbol('break')
type Item = KubeValue | typeof BREAK

class CborReader {
  private pos = 0
  private readonly steps: (string | number)[] = []
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private readonly report: Report
  private readonly base: string
  private readonly maxDepth: number
  private readonly budget: ElementBudget | undefined
  /** The selection for the next item. */
  private wanted: Selection | true
  /** The outermost container, so that a fault deep inside does not lose what precedes it. */
  private root: KubeValue | undefined

  constructor(bytes: Uint8Array, report: Report, base: string, { maxDepth = 512, budget, selection }: CborLimits) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.report = report
    this.base = base
    this.maxDepth = maxDepth
    this.budget = budget
    this.wanted = selection ?? true
  }

  document(): KubeValue | undefined {
    try {
      const value = this.item(0, 0)
      if (value === BREAK) this.fail('a break outside of any list or map')
      const left = this.bytes.length - this.pos
      if (left > 0)
        this.report.add(
          'error',
          this.base,
          `${byteCount(left)} after the end of the CBOR value, from byte ${this.pos} on, ${left === 1 ? 'is' : 'are'} not part of it`,
        )
      return value
    } catch (error) {
      if (!(error instanceof CborError)) throw error
      this.report.add(
        'error',
        this.path(),
        `${error.message}; ${byteCount(this.bytes.length - this.pos)} from byte ${this.pos} on did not decode`,
      )
      return this.root
    }
  }

  private path(): string {
    return this.base + this.steps.map(pathStep).join('')
  }

  private fail(what: string): never {
    throw new CborError(`CBOR: ${what}`)
  }

  private take(size: number): number {
    const at = this.pos
    if (size > this.bytes.length - at) this.fail(`the bytes end ${size - (this.bytes.length - at)} too early`)
    this.pos = at + size
    return at
  }

  /** The argument of an item's head; -1 for an indefinite length. */
  private argument(info: number): number | bigint {
    if (info < 24) return info
    if (info === 24) return this.view.getUint8(this.take(1))
    if (info === 25) return this.view.getUint16(this.take(2))
    if (info === 26) return this.view.getUint32(this.take(4))
    if (info === 27) {
      const value = this.view.getBigUint64(this.take(8))
      return value <= 9007199254740991n ? Number(value) : value
    }
    if (info === 31) return -1
    return this.fail(`reserved length ${info}`)
  }

  private size(info: number): number {
    const size = this.argument(info)
    if (typeof size === 'bigint') return this.fail('a length beyond any file')
    return size
  }

  private item(depth: number, tag: number): Item {
    const start = this.take(1)
    const head = this.bytes[start] as number
    const info = head & 31
    switch (head >> 5) {
      case 0:
        return this.integer(this.argument(info), false)
      case 1:
        return this.integer(this.argument(info), true)
      case 2:
        return this.byteString(info, tag)
      case 3:
        return this.text(this.string(info, 3), 'error')
      case 4:
        return this.list(this.size(info), depth + 1)
      case 5:
        return this.map(this.size(info), depth + 1)
      case 6: {
        const number = this.argument(info)
        if (info === 31) this.fail('a tag without a number')
        return this.tagged(typeof number === 'bigint' ? -1 : number, depth, start)
      }
      default:
        return this.simple(info)
    }
  }

  private integer(argument: number | bigint, negative: boolean): KubeValue {
    if (argument === -1) this.fail('an integer without a length')
    const value = negative ? -1n - BigInt(argument) : BigInt(argument)
    if (value > MAX_INT64 || value < -MAX_INT64 - 1n)
      this.report.add('error', this.path(), 'this integer is outside int64, which the API server refuses')
    return Number.isSafeInteger(Number(value)) ? Number(value) : value
  }

  /** The content of a byte or text string; an indefinite one is its chunks, joined. */
  private string(info: number, major: number): Uint8Array {
    const size = this.size(info)
    if (size >= 0) {
      const at = this.take(size)
      return this.bytes.subarray(at, at + size)
    }
    const chunks: Uint8Array[] = []
    let total = 0
    for (;;) {
      const head = this.bytes[this.take(1)] as number
      if (head === 0xff) break
      if (head >> 5 !== major || (head & 31) === 31) this.fail('a string holds something that is not a piece of it')
      const length = this.size(head & 31)
      const at = this.take(length)
      chunks.push(this.bytes.subarray(at, at + length))
      total += length
    }
    const out = new Uint8Array(total)
    let o = 0
    for (const chunk of chunks) {
      out.set(chunk, o)
      o += chunk.length
    }
    return out
  }

  /** Kubernetes writes strings as byte strings and accepts any bytes in them; a text string must be UTF-8. */
  private text(bytes: Uint8Array, severity: 'warning' | 'error'): string {
    const text = strictUtf8(bytes)
    if (text !== undefined) return text
    this.report.add(severity, this.path(), 'this string is not UTF-8; it is shown as base64')
    return encodeBase64(bytes)
  }

  private byteString(info: number, tag: number): string {
    const bytes = this.string(info, 2)
    if (tag === 22) return encodeBase64(bytes)
    if (tag === 21) return encodeBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
    if (tag === 23) return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
    return this.text(bytes, 'warning')
  }

  private tagged(tag: number, depth: number, start: number): KubeValue {
    if (tag === 2 || tag === 3)
      this.report.add('error', this.path(), `CBOR tag ${tag}, an integer of any size, which the API server refuses`)
    if (depth + 1 > this.maxDepth) this.fail(`nesting deeper than ${this.maxDepth}`)
    const value = this.item(depth + 1, tag)
    if (value === BREAK) this.fail('a break instead of a tagged value')
    if (tag === 1 && typeof value === 'number') {
      const time = new Date(value * 1000)
      if (!Number.isNaN(time.getTime())) {
        this.report.add('info', this.path(), `a CBOR epoch time, stored as ${value} seconds`)
        return time.toISOString().replace('.000Z', 'Z')
      }
    }
    const selfDescribed = tag === 55799 && (depth === 0 || start === 0)
    if (!selfDescribed && ![0, 2, 3, 21, 22, 23, 55799].includes(tag))
      this.report.add('info', this.path(), `CBOR tag ${tag} is not one Kubernetes writes; its content is shown`)
    return value
  }

  private list(size: number, depth: number): KubeValue[] {
    if (depth > this.maxDepth) this.fail(`nesting deeper than ${this.maxDepth}`)
    // Every item takes at least one byte, so a length beyond the rest is invalid.
    if (size > this.bytes.length - this.pos)
      this.fail(`a list of ${size} ${size === 1 ? 'item' : 'items'}, but ${byteCount(this.bytes.length - this.pos)} left`)
    const list: KubeValue[] = []
    this.root ??= list
    const wanted = this.wanted
    for (let i = 0; size < 0 || i < size; i++) {
      if (this.full()) {
        if (!this.skip(depth)) continue
        if (size < 0) return list
        this.fail('a break inside a list of known length')
      }
      this.steps.push(i)
      this.wanted = wanted
      const value = this.item(depth, -1)
      if (value === BREAK) {
        this.steps.pop()
        if (size < 0) return list
        this.fail('a break inside a list of known length')
      }
      list.push(value)
      this.steps.pop()
    }
    return list
  }

  private map(size: number, depth: number): KubeObject {
    if (depth > this.maxDepth) this.fail(`nesting deeper than ${this.maxDepth}`)
    if (size * 2 > this.bytes.length - this.pos)
      this.fail(`a map of ${size} ${size === 1 ? 'entry' : 'entries'}, but ${byteCount(this.bytes.length - this.pos)} left`)
    const object: KubeObject = {}
    this.root ??= object
    const wanted = this.wanted
    for (let i = 0; size < 0 || i < size; i++) {
      const major = (this.bytes[this.pos] ?? 0) >> 5
      this.wanted = true
      const key = this.item(depth, -1)
      if (key === BREAK) {
        if (size < 0) return object
        this.fail('a break inside a map of known length')
      }
      const name = this.keyName(key, major)
      const inside = insideOf(wanted, name)
      if (inside === undefined || this.full()) {
        if (this.skip(depth)) this.fail('a key without a value')
        continue
      }
      this.steps.push(name)
      if (Object.hasOwn(object, name))
        this.report.add('error', this.path(), 'this key is written twice, which the API server refuses; the last one is shown')
      this.wanted = inside === 'count' ? true : inside
      const value = inside === 'count' ? this.counted(depth) : this.item(depth, -1)
      if (value === BREAK) this.fail('a key without a value')
      setOwn(object, name, value)
      this.steps.pop()
    }
    return object
  }

  /** Whether no more elements may be built. */
  private full(): boolean {
    return this.budget !== undefined && !this.budget.take()
  }

  /** A list reduced to its length; anything else is read normally. */
  private counted(depth: number): Item {
    const head = this.bytes[this.pos] ?? 0
    if (head >> 5 !== 4) return this.item(depth, -1)
    this.take(1)
    if (depth + 1 > this.maxDepth) this.fail(`nesting deeper than ${this.maxDepth}`)
    const size = this.size(head & 31)
    const list: KubeValue[] = []
    for (let i = 0; size < 0 || i < size; i++) {
      const isObject = (this.bytes[this.pos] ?? 0) >> 5 === 5
      if (this.skip(depth + 1)) {
        if (size < 0) return list
        this.fail('a break inside a list of known length')
      }
      if (list.length % COUNTED.AT_ONCE === 0 && this.full()) continue
      list.push(isObject ? COUNTED.ITEM : null)
    }
    return list
  }

  /** Skips an item, checking only where it ends. True for a break. */
  private skip(depth: number): boolean {
    const head = this.bytes[this.take(1)] as number
    const major = head >> 5
    const info = head & 31
    if (major === 2 || major === 3) {
      this.string(info, major)
      return false
    }
    if (major === 7) {
      if (info === 31) return true
      if (info > 27) this.fail(`reserved simple value ${info}`)
      if (info > 23) this.take(2 ** (info - 24))
      return false
    }
    const size = this.argument(info)
    if (major < 2) {
      if (size === -1) this.fail('an integer without a length')
      return false
    }
    if (depth + 1 > this.maxDepth) this.fail(`nesting deeper than ${this.maxDepth}`)
    if (major === 6) {
      if (info === 31) this.fail('a tag without a number')
      if (this.skip(depth + 1)) this.fail('a break instead of a tagged value')
      return false
    }
    if (typeof size === 'bigint') return this.fail('a length beyond any file')
    const items = major === 5 ? 2 * size : size
    if (items > this.bytes.length - this.pos)
      this.fail(`${items} ${items === 1 ? 'item' : 'items'}, but ${byteCount(this.bytes.length - this.pos)} left`)
    for (let i = 0; size < 0 || i < items; i++) {
      if (!this.skip(depth + 1)) continue
      if (size < 0 && (major === 4 || i % 2 === 0)) return false
      this.fail(size < 0 ? 'a key without a value' : 'a break inside a list or map of known length')
    }
    return false
  }

  private keyName(key: KubeValue, major: number): string {
    if (typeof key === 'string') {
      if (major !== 2 && major !== 3) this.report.add('error', this.path(), 'a map key is no plain string, which the API server refuses')
      return key
    }
    const name = key !== null && typeof key === 'object' ? '(not a string)' : String(key)
    this.report.add(
      'error',
      this.path(),
      `a map key is not a string but ${key === null ? 'null' : typeof key}; it is shown as ${JSON.stringify(name)}`,
    )
    return name
  }

  private simple(info: number): Item {
    switch (info) {
      case 20:
        return false
      case 21:
        return true
      case 22:
        return null
      case 25:
        return this.float(half(this.view.getUint16(this.take(2))))
      case 26:
        return this.float(this.view.getFloat32(this.take(4)))
      case 27:
        return this.float(this.view.getFloat64(this.take(8)))
      case 31:
        return BREAK
      default: {
        const number = info === 24 ? this.view.getUint8(this.take(1)) : info
        if (info > 24) this.fail(`reserved simple value ${number}`)
        this.report.add('error', this.path(), `CBOR simple value ${number}, which the API server refuses; it is shown as null`)
        return null
      }
    }
  }

  private float(value: number): KubeValue {
    if (Number.isFinite(value)) return value
    this.report.add('error', this.path(), `${value} has no JSON form, and the API server refuses it; it is shown as text`)
    return String(value)
  }
}

/** IEEE 754 half precision. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
