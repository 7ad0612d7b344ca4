// Finds in a page of raw values those that may match a search, without decoding any.
import { inLowerCase } from '@registree/etcd-file/lower-case'
import type { KeysTogether } from '@registree/keyspace'
import { envelopeKind, hasByteFields, isEncrypted } from '@registree/kube'
import { mayHoldIPv4, type ParseAddressRange, type RawRequirements } from '@registree/query'

/** Values back to back in one buffer. */
export interface RawPage {
  values: Uint8Array
  /** Where each value begins, and the end of the last. */
  starts: Uint32Array
}

const ESCAPE = Buffer.from('\\u')

/**
 * Sets `candidates[i]` to 0 for each value that cannot match; 1 means that it has to be decoded. `metByKey(i, condition)` tells whether the key of a
 * value meets a condition already.
 */
export function findCandidates(
  { values, starts }: RawPage,
  requirements: RawRequirements,
  parseAddress: ParseAddressRange,
  metByKey: (index: number, condition: number) => boolean,
  candidates: Uint8Array,
): void {
  const { needles, addresses } = requirements
  if (needles.length === 0 && addresses.length === 0) return
  const count = starts.length - 1
  const bytesOf = (i: number) => values.subarray(starts[i] as number, starts[i + 1] as number)
  const always = new Uint8Array(count)
  for (let i = 0; i < count; i++) if (isOtherwiseEncoded(bytesOf(i))) always[i] = 1
  // `\u0041` in JSON, also in JSON within protobuf, is a letter.
  mark(values, starts, ESCAPE, always)
  if (needles.length > 0) {
    const inLower = folded(values)
    for (const { text, base64Like, orKey } of needles) {
      const found = new Uint8Array(count)
      mark(inLower, starts, Buffer.from(text), found)
      for (let i = 0; i < count; i++) {
        if (candidates[i] === 0 || found[i] === 1 || always[i] === 1) continue
        if (orKey !== null && metByKey(i, orKey)) continue
        if (base64Like && mayShowBase64(bytesOf(i))) continue
        candidates[i] = 0
      }
    }
  }
  for (const { range, orKey } of addresses)
    for (let i = 0; i < count; i++) {
      if (candidates[i] === 0 || always[i] === 1 || metByKey(i, orKey)) continue
      const bytes = bytesOf(i)
      const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
      if (!mayHoldIPv4(latin1, range, parseAddress)) candidates[i] = 0
    }
}

/** Marks each value that holds the bytes. */
function mark(values: Uint8Array, starts: Uint32Array, needle: Buffer, marks: Uint8Array): void {
  const view = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  let i = 0
  for (let at = view.indexOf(needle); at >= 0; ) {
    while ((starts[i + 1] as number) <= at) i++
    const end = starts[i + 1] as number
    // It may lie across two values.
    if (at + needle.length <= end) {
      marks[i] = 1
      at = view.indexOf(needle, end)
    } else at = view.indexOf(needle, at + 1)
  }
}

/** Neither protobuf as Kubernetes writes it nor JSON: its text need not be in the bytes. */
function isOtherwiseEncoded(bytes: Uint8Array): boolean {
  const first = bytes[0]
  if (first === 0x7b || first === 0x5b) return false
  return isEncrypted(bytes) || envelopeKind(bytes) === undefined
}

function mayShowBase64(bytes: Uint8Array): boolean {
  const type = envelopeKind(bytes)
  return type !== undefined && hasByteFields(type.apiVersion, type.kind)
}

/** Of this thread: pages are searched one after the other, and a new copy of each would be megabytes of garbage. */
let scratch = new Int32Array(0)

function folded(bytes: Uint8Array): Uint8Array {
  const size = Math.ceil(bytes.length / 4)
  if (scratch.length < size) scratch = new Int32Array(size)
  return inLowerCase(bytes, scratch)
}

/** Tells of each key whether it holds `text`, which is ASCII in lower case, without regard to case. */
export function keysHolding({ bytes, starts }: KeysTogether, text: string): Uint8Array {
  const found = new Uint8Array(starts.length - 1)
  mark(folded(bytes), starts, Buffer.from(text), found)
  return found
}

export function togetherOf(keys: readonly Uint8Array[]): KeysTogether {
  const starts = new Uint32Array(keys.length + 1)
  for (const [i, key] of keys.entries()) starts[i + 1] = (starts[i] as number) + key.length
  const bytes = new Uint8Array(starts[keys.length] as number)
  for (const [i, key] of keys.entries()) bytes.set(key, starts[i])
  return { bytes, starts }
}
