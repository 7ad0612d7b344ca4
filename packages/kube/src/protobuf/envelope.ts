// The `runtime.Unknown` message after `k8s\0`: {1 typeMeta {1 apiVersion, 2 kind}, 2 raw, 3 contentEncoding, 4 contentType}.

import type { Report } from '../value/report.ts'
import { readUtf8 } from '../wire/text.ts'
import { skipValue } from './message-reader.ts'
import { readFields } from './schemaless.ts'

/** An envelope's information about its object, whose bytes are `[start, end)`. */
export interface Envelope {
  apiVersion: string
  kind: string
  contentType: string
  start: number
  end: number
}

/** True if bytes begin with the four that Kubernetes puts before every protobuf object. */
export function isEnvelope(bytes: Uint8Array): boolean {
  return bytes[0] === 0x6b && bytes[1] === 0x38 && bytes[2] === 0x73 && bytes[3] === 0
}

export interface EnvelopeKind {
  apiVersion: string
  kind: string
}

/** The type in the envelope that every Kubernetes writes; undefined for other bytes. */
export function envelopeKind(bytes: Uint8Array): EnvelopeKind | undefined {
  return isEnvelope(bytes) ? usualEnvelope(bytes) : undefined
}

/** Reads the envelope at the start. Faults go to `report`; the object is then what is left of it. */
export function readEnvelope(bytes: Uint8Array, report: Report): Envelope {
  const usual = usualEnvelope(bytes)
  if (usual !== undefined) return usual
  const envelope: Envelope = { apiVersion: '', kind: '', contentType: '', start: bytes.length, end: bytes.length }
  let contentEncoding = ''
  let bodies = 0
  const { list, rest } = readFields(bytes, 4, bytes.length)
  for (const field of list) {
    if (field.wire !== 2 || field.number > 4) {
      report.add('warning', '', 'envelope-field-unknown', { field: field.number, wireType: field.wire })
      report.unknown('', field.number, field.wire, bytes.subarray(field.start, field.end))
    } else if (field.number === 1) {
      const type = readFields(bytes, field.start, field.end)
      for (const part of type.list) {
        const text = part.wire === 2 ? readUtf8(bytes.subarray(part.start, part.end)) : undefined
        if (text?.valid === false) report.add('warning', '', 'envelope-type-not-utf8', {})
        if (text !== undefined && part.number === 1) envelope.apiVersion = text.text
        else if (text !== undefined && part.number === 2) envelope.kind = text.text
        else report.unknown('', part.number, part.wire, bytes.subarray(part.start, part.end))
      }
      if (type.rest < field.end) report.add('error', '', 'envelope-type-cut', { bytes: field.end - type.rest, at: type.rest })
    } else if (field.number === 2) {
      envelope.start = field.start
      envelope.end = field.end
      bodies += 1
    } else if (field.number === 3) contentEncoding = readUtf8(bytes.subarray(field.start, field.end)).text
    else envelope.contentType = readUtf8(bytes.subarray(field.start, field.end)).text
  }
  if (bodies > 1) report.add('warning', '', 'envelope-objects', { objects: bodies })
  if (rest < bytes.length) {
    const cut = bodies === 0 ? cutBody(bytes, rest) : undefined
    report.add('error', '', cut === undefined ? 'envelope-damaged' : 'envelope-damaged-read', { bytes: bytes.length - rest, at: rest })
    if (cut !== undefined) {
      envelope.start = cut
      envelope.end = bytes.length
    }
  }
  // Every writer ends the envelope with both strings, empty or not: otherwise a cut at the end of a field would look complete.
  if (rest === bytes.length && list.at(-1)?.number !== 4) {
    report.add('warning', '', 'envelope-end-missing', {})
  }
  if (contentEncoding !== '') report.add('warning', '', 'content-encoding-set', { encoding: contentEncoding })
  return envelope
}

/**
 * Reads the envelope that every Kubernetes writes: type, object, and two empty strings (`1a 00 22 00`) at the end; `undefined` for others. Much
 * faster than the general reader for thousands of objects.
 */
function usualEnvelope(bytes: Uint8Array): Envelope | undefined {
  const size = bytes.length
  if (
    bytes[4] !== 10 ||
    size < 16 ||
    bytes[size - 4] !== 0x1a ||
    bytes[size - 3] !== 0 ||
    bytes[size - 2] !== 0x22 ||
    bytes[size - 1] !== 0
  )
    return undefined
  const typeEnd = 6 + (bytes[5] as number)
  const versionSize = bytes[7] as number
  if ((bytes[5] as number) >= 0x80 || bytes[6] !== 10 || versionSize >= 0x80 || typeEnd >= size) return undefined
  const kindAt = 8 + versionSize
  if (bytes[kindAt] !== 18 || kindAt + 2 + (bytes[kindAt + 1] as number) !== typeEnd || bytes[typeEnd] !== 18) return undefined
  let start = typeEnd + 1
  let length = 0
  let scale = 1
  for (;;) {
    const b = bytes[start++]
    if (b === undefined || scale > 2 ** 28) return undefined
    length += (b & 0x7f) * scale
    scale *= 128
    if (b < 0x80) break
  }
  if (start + length !== size - 4) return undefined
  const apiVersion = asciiText(bytes, 8, kindAt)
  const kind = asciiText(bytes, kindAt + 2, typeEnd)
  return apiVersion === undefined || kind === undefined ? undefined : { apiVersion, kind, contentType: '', start, end: start + length }
}

function asciiText(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = ''
  for (let i = start; i < end; i++) {
    const c = bytes[i] as number
    if (c >= 0x80) return undefined
    text += String.fromCharCode(c)
  }
  return text
}

/** Where the object begins if its length exceeds the value: field 2 of the envelope, truncated. */
function cutBody(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at] !== 18) return undefined
  return skipValue(bytes, at + 1, bytes.length, 0)?.end
}
