// Checks whether an API server can decode a stored value: walks over all of its bytes without building anything.
import { checkCbor } from '../cbor/check-cbor.ts'
import { isCbor } from '../cbor/decode-cbor.ts'
import { checkJson } from '../json/check-json.ts'
import { checkWire, type WireCheck, type WireFault } from '../protobuf/check-wire.ts'
import { isEnvelope, readEnvelope } from '../protobuf/envelope.ts'
import { descriptorName, messagePlan } from '../protobuf/plan.ts'
import { eachField } from '../protobuf/schemaless.ts'
import { Report } from '../value/report.ts'
import { decodeBase64 } from '../wire/base64.ts'
import { strictUtf8 } from '../wire/text.ts'

/** A fault quotes nothing of the value: its path consists of API member names, and `*` for map keys. */
export interface ValueCheck extends WireCheck {
  /** Protobuf of an unknown kind: only its framing could be checked. */
  unknownKind: boolean
}

const MAX_DEPTH = 512

/**
 * Checks a decrypted value in linear time, several times faster than {@link decode}, and never throws. There is a fault exactly where `decode` gives
 * no object or a problem of severity `error`.
 */
export function checkValue(bytes: Uint8Array): ValueCheck {
  if (isEnvelope(bytes)) return checkEnvelope(bytes)
  if (isCbor(bytes)) {
    // After the tag that identifies the format.
    if ((bytes[3] ?? 0) >> 5 !== 5) return noObject('the CBOR value is no object')
    return of(checkCbor(bytes, 0, bytes.length, MAX_DEPTH))
  }
  let first = 0
  while (bytes[first] === 0x20 || bytes[first] === 0x0a || bytes[first] === 0x0d || bytes[first] === 0x09) first += 1
  if (bytes[first] === 0x7b) return of(checkJson(bytes, 0, bytes.length, MAX_DEPTH))
  const inner = bytes[0] === 0x61 && bytes[1] === 0x7a ? envelopeInBase64(bytes) : undefined
  return inner === undefined ? noObject('the value is no object') : checkEnvelope(inner)
}

function checkEnvelope(bytes: Uint8Array): ValueCheck {
  const report = new Report()
  const { apiVersion, kind, contentType, start, end } = readEnvelope(bytes, report)
  const damage = report.problems.find(({ severity }) => severity === 'error')
  if (damage !== undefined) return noObject(damage.message)
  if (contentType === 'application/json') {
    const fault = checkJson(bytes, start, end, MAX_DEPTH)
    if (fault !== undefined) return of(fault)
    let first = start
    while (bytes[first] === 0x20 || bytes[first] === 0x0a || bytes[first] === 0x0d || bytes[first] === 0x09) first += 1
    return bytes[first] === 0x7b ? of(undefined) : noObject('the JSON in the envelope is no object')
  }
  const name = descriptorName(apiVersion, kind)
  const plan = name === undefined ? undefined : messagePlan(name)
  if (plan !== undefined) return { ...checkWire(bytes, plan, start, end, MAX_DEPTH), unknownKind: false }
  let unknownFields = 0
  const rest = eachField(bytes, start, end, () => {
    unknownFields += 1
    return true
  })
  const fault = rest < end ? { path: '', message: 'the object is not protobuf', at: rest } : undefined
  return { fault, unknownFields, unknownKind: true }
}

function envelopeInBase64(bytes: Uint8Array): Uint8Array | undefined {
  const text = strictUtf8(bytes)
  const inner = text === undefined ? null : decodeBase64(text.trim())
  return inner !== null && isEnvelope(inner) ? inner : undefined
}

function of(fault: Omit<WireFault, 'path'> | undefined): ValueCheck {
  return { fault: fault && { path: '', ...fault }, unknownFields: 0, unknownKind: false }
}

function noObject(message: string): ValueCheck {
  return of({ message, at: 0 })
}
