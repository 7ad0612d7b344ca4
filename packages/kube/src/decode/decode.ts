// Stored bytes to a value: says how they are written, decodes them, and reports every byte it could not read. The order of tests is the spec.
import { decodeCbor, isCbor } from '../cbor/decode-cbor.ts'
import { type ParsedJson, parseJson } from '../json/parse-json.ts'
import { provablyExact } from '../json/prove-exact.ts'
import { MessageReader, skipValue } from '../protobuf/message-reader.ts'
import { descriptorName, type MessagePlan, messagePlan, type Selection, selectPlan } from '../protobuf/plan.ts'
import { readFields, schemalessObject } from '../protobuf/schemaless.ts'
import { ExactNumber, type KubeObject, type KubeValue } from '../value.ts'
import { decodeBase64 } from '../wire/base64.ts'
import { isReadable, readUtf8, strictUtf8 } from '../wire/text.ts'
import { Report } from './report.ts'
import type { DecodedValue, DecodeOptions, Encoding } from './types.ts'

const LAYER_PROTOBUF = 'k8s\\0 protobuf'

/**
 * Decodes one value as etcd holds it. Total: never throws, whatever the bytes; what did not decode is in `problems` and `unknownFields`.
 * Encrypted values come back as `encrypted` and must be decrypted first.
 */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): DecodedValue {
  return decodeWith(bytes, options, undefined)
}

/** @internal `decode`, reading only `selection` of a Kubernetes object. */
export function decodeWith(bytes: Uint8Array, options: DecodeOptions, selection: Selection | undefined): DecodedValue {
  const report = new Report()
  const result: DecodedValue = {
    encoding: 'binary',
    layers: [],
    schemaless: false,
    problems: report.problems,
    unknownFields: report.unknownFields,
  }
  const maxDepth = Math.min(options.maxDepth ?? 512, 2000)
  const work: Work = { result, report, maxDepth, options, selection }
  try {
    result.encoding = decodeLayer(bytes, work)
  } catch (error) {
    // A decoder that throws is a fault of ours; the reader still gets the bytes, and a bug report that says where.
    delete result.object
    delete result.value
    delete result.text
    result.encoding = 'binary'
    report.add('error', '', `the decoder failed: ${error instanceof Error ? error.message : String(error)}`)
  }
  report.close()
  return result
}

interface Work {
  result: DecodedValue
  report: Report
  maxDepth: number
  options: DecodeOptions
  selection: Selection | undefined
}

/** How the value of a key is written, by its first bytes: `Encoding` as {@link decode} would say for values that then decode. */
function decodeLayer(bytes: Uint8Array, work: Work): Encoding {
  const { result, report } = work
  if (bytes.length === 0) return 'empty'
  if (startsWith(bytes, 'k8s:enc:')) {
    result.layers.push('encrypted at rest')
    report.add('info', '', 'this value is encrypted at rest; it needs the EncryptionConfiguration to be read')
    return 'encrypted'
  }
  if (isEnvelope(bytes)) {
    decodeEnvelope(bytes, work)
    return 'kubernetes-protobuf'
  }
  if (isCbor(bytes)) {
    result.layers.push('CBOR')
    const value = decodeCbor(bytes, report, '', work.maxDepth)
    if (value !== undefined) setJson(value, work)
    return 'cbor'
  }
  let first = 0
  while (first < bytes.length && (bytes[first] === 0x20 || bytes[first] === 0x0a || bytes[first] === 0x0d || bytes[first] === 0x09))
    first += 1
  const c = bytes[first]
  if (c === 0x7b || c === 0x5b || c === 0x22) {
    if (decodeJson(bytes, c === 0x7b, work)) return 'json'
  } else if (startsWith(bytes, 'azhzA')) {
    const text = strictUtf8(bytes)
    const inner = text === undefined ? null : decodeBase64(text.trim())
    if (inner !== null && isEnvelope(inner)) {
      result.layers.push('base64')
      decodeEnvelope(inner, work)
      return 'base64-protobuf'
    }
  }
  const text = strictUtf8(bytes)
  if (text !== undefined && isReadable(text)) {
    // The API server's compactor keeps the last compacted revision there, outside of its prefix (etcd3/compact.go).
    const revision = work.options.key !== undefined && strictUtf8(work.options.key) === 'compact_rev_key' && /^\d+$/.test(text)
    result.layers.push(revision ? 'revision text' : 'text')
    result.text = text
    return 'text'
  }
  result.layers.push('binary')
  return 'binary'
}

function startsWith(bytes: Uint8Array, ascii: string): boolean {
  if (bytes.length < ascii.length) return false
  for (let i = 0; i < ascii.length; i++) if (bytes[i] !== ascii.charCodeAt(i)) return false
  return true
}

function isEnvelope(bytes: Uint8Array): boolean {
  return bytes[0] === 0x6b && bytes[1] === 0x38 && bytes[2] === 0x73 && bytes[3] === 0
}

/** False when the bytes are not JSON after all (said in a problem when they began like an object). */
function decodeJson(bytes: Uint8Array, isObject: boolean, work: Work): boolean {
  const { text, valid } = readUtf8(bytes)
  const parsed = (valid ? provenJson(bytes, text, work.maxDepth) : undefined) ?? parseJson(text, work.report, '', work.maxDepth)
  if (parsed.error !== undefined) {
    if (isObject) work.report.add('error', '', `begins like JSON, but is not: ${parsed.error}`)
    return false
  }
  if (!valid) work.report.add('warning', '', 'not all of this JSON is UTF-8; each wrong byte is shown as U+FFFD')
  work.result.layers.push('JSON')
  setJson(parsed.value as KubeValue, work)
  return true
}

/** JSON.parse, where it is proven to lose nothing; it is several times faster than a parser in JavaScript. */
function provenJson(bytes: Uint8Array, text: string, maxDepth: number): ParsedJson | undefined {
  if (!provablyExact(bytes, 0, bytes.length, maxDepth)) return undefined
  try {
    return { value: JSON.parse(text) as KubeValue }
  } catch {
    return undefined
  }
}

function isObject(value: KubeValue | undefined): value is KubeObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
}

function setJson(value: KubeValue, work: Work): void {
  const { result } = work
  if (!isObject(value)) {
    result.value = value
    return
  }
  const { apiVersion, kind, ...rest } = value
  // The type first, for readers; everything else in the order it was written.
  const object: KubeObject = {}
  if (apiVersion !== undefined) object.apiVersion = apiVersion
  if (kind !== undefined) object.kind = kind
  const keys = Object.keys(value)
  const sorted = (keys[0] === 'apiVersion' && keys[1] === 'kind') || (apiVersion === undefined && kind === undefined)
  result.object = sorted ? value : Object.assign(object, rest)
  if (typeof apiVersion === 'string') result.apiVersion = apiVersion
  if (typeof kind === 'string') result.kind = kind
  openThirdPartyData(work)
  if (work.selection !== undefined && result.object !== undefined) result.object = prune(result.object, work.selection)
}

/** Kubernetes ≤ 1.7 stored the user's object of a third-party resource as JSON bytes inside an object of its own. */
function openThirdPartyData(work: Work): void {
  const { object } = work.result
  if (work.result.kind !== 'ThirdPartyResourceData' || object === undefined || typeof object.data !== 'string') return
  const inner = decodeBase64(object.data)
  if (inner === null) return
  const { text, valid } = readUtf8(inner)
  const parsed = parseJson(text, work.report, '.data', work.maxDepth)
  if (parsed.error !== undefined) {
    work.report.add('warning', '.data', `should hold the user's object as JSON, but does not (${parsed.error}); shown as base64`)
    return
  }
  if (!valid) work.report.add('warning', '.data', 'not all of this JSON is UTF-8; each wrong byte is shown as U+FFFD')
  object.data = parsed.value as KubeValue
  work.result.layers.push("JSON in ThirdPartyResourceData's data")
  work.report.add('info', '.data', 'stored as bytes (base64 in the API); shown as the JSON they hold')
}

/** The `runtime.Unknown` message behind `k8s\0`: {1 typeMeta {1 apiVersion, 2 kind}, 2 raw, 3 contentEncoding, 4 contentType}. */
function decodeEnvelope(bytes: Uint8Array, work: Work): void {
  const { result, report } = work
  result.layers.push(LAYER_PROTOBUF)
  let apiVersion = ''
  let kind = ''
  let contentEncoding = ''
  let contentType = ''
  let start = bytes.length
  let end = bytes.length
  let bodies = 0
  const usual = usualEnvelope(bytes)
  if (usual !== undefined) {
    result.apiVersion = usual.apiVersion
    result.kind = usual.kind
    decodeBody(bytes, usual.start, usual.end, work)
    return
  }
  const { list, rest } = readFields(bytes, 4, bytes.length)
  for (const field of list) {
    if (field.wire !== 2 || field.number > 4) {
      report.add(
        'warning',
        '',
        `the k8s\\0 envelope holds field ${field.number} (wire type ${field.wire}), which Kubernetes does not write; its bytes are kept among the unknown fields`,
      )
      report.unknown('', field.number, field.wire, bytes.subarray(field.start, field.end))
    } else if (field.number === 1) {
      const type = readFields(bytes, field.start, field.end)
      for (const part of type.list) {
        const text = part.wire === 2 ? readUtf8(bytes.subarray(part.start, part.end)) : undefined
        if (text?.valid === false) report.add('warning', '', 'the type of this object is not UTF-8')
        if (text !== undefined && part.number === 1) apiVersion = text.text
        else if (text !== undefined && part.number === 2) kind = text.text
        else report.unknown('', part.number, part.wire, bytes.subarray(part.start, part.end))
      }
      if (type.rest < field.end)
        report.add('error', '', `the type of this object did not decode from byte ${type.rest} on (${field.end - type.rest} bytes)`)
    } else if (field.number === 2) {
      start = field.start
      end = field.end
      bodies += 1
    } else if (field.number === 3) contentEncoding = readUtf8(bytes.subarray(field.start, field.end)).text
    else contentType = readUtf8(bytes.subarray(field.start, field.end)).text
  }
  if (bodies > 1) report.add('warning', '', `the k8s\\0 envelope holds ${bodies} objects; the last one is shown`)
  if (rest < bytes.length) {
    const cut = bodies === 0 ? cutBody(bytes, rest) : undefined
    report.add(
      'error',
      '',
      `the k8s\\0 envelope is damaged or cut from byte ${rest} on: ${bytes.length - rest} bytes ${cut === undefined ? 'did not decode' : 'are read as far as they go'}`,
    )
    if (cut !== undefined) {
      start = cut
      end = bytes.length
    }
  }
  // Every writer ends the envelope with both strings, empty or not: without them a cut at the end of a field would look whole.
  if (rest === bytes.length && list.at(-1)?.number !== 4) {
    report.add(
      'warning',
      '',
      'the k8s\\0 envelope lacks the fields every writer puts last (contentEncoding, contentType): the value may be cut',
    )
  }
  if (contentEncoding !== '')
    report.add('warning', '', `contentEncoding is ${JSON.stringify(contentEncoding)}; Kubernetes never sets it, and it is ignored`)
  result.apiVersion = apiVersion
  result.kind = kind
  if (contentType === 'application/json') {
    result.layers.push('JSON')
    const { text, valid } = readUtf8(bytes.subarray(start, end))
    const parsed = parseJson(text, report, '', work.maxDepth)
    if (!valid) report.add('warning', '', 'not all of this JSON is UTF-8; each wrong byte is shown as U+FFFD')
    if (parsed.error === undefined) {
      setJson(parsed.value as KubeValue, work)
      return
    }
    report.add('error', '', `the envelope says it holds JSON, but: ${parsed.error}`)
  } else if (contentType !== '' && contentType !== 'application/vnd.kubernetes.protobuf') {
    report.add('warning', '', `contentType is ${JSON.stringify(contentType)}; the body is read as protobuf`)
  }
  decodeBody(bytes, start, end, work)
}

function decodeBody(bytes: Uint8Array, start: number, end: number, work: Work): void {
  const { result, report } = work
  const { apiVersion = '', kind = '' } = result
  const object: KubeObject = { apiVersion, kind }
  result.object = object
  const name = descriptorName(apiVersion, kind)
  const plan = name === undefined ? undefined : messagePlan(name)
  if (plan === undefined) {
    decodeWithoutSchema(bytes, start, end, object, work)
    return
  }
  result.descriptor = plan.name
  const wanted = work.selection === undefined ? plan : selectPlan(plan, work.selection)
  new MessageReader(bytes, report, readerOptions(work), work.selection !== undefined).object(wanted, start, end, object)
  if (work.selection === undefined || work.selection.has('data')) openThirdPartyData(work)
}

/**
 * The envelope as every Kubernetes writes it: type, object, and two empty strings (`1a 00 22 00`) at the end; `undefined` for any other.
 * It saves a listing of thousands of objects the general reader.
 */
function usualEnvelope(bytes: Uint8Array): { apiVersion: string; kind: string; start: number; end: number } | undefined {
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
  return apiVersion === undefined || kind === undefined ? undefined : { apiVersion, kind, start, end: start + length }
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

/** Where the object begins when its length runs past the end of the value: field 2 of the envelope, with fewer bytes than it says. */
function cutBody(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at] !== 18) return undefined
  return skipValue(bytes, at + 1, bytes.length, 0)?.end
}

function readerOptions(work: Work): { maxDepth: number; nullCreationTimestamp: boolean } {
  return { maxDepth: work.maxDepth, nullCreationTimestamp: work.options.zeroCreationTimestamp === 'null' }
}

/** Field 1 of every Kubernetes object is its ObjectMeta; the rest of an unknown kind is shown by number. */
function decodeWithoutSchema(bytes: Uint8Array, start: number, end: number, object: KubeObject, work: Work): void {
  const { report, result } = work
  result.schemaless = true
  report.add(
    'warning',
    '',
    `no description of ${result.apiVersion || '(no apiVersion)'} ${result.kind || '(no kind)'} is known: metadata is decoded, the rest is shown by field number, its types guessed`,
  )
  const skip = new Set<number>()
  const first = readFields(bytes, start, end).list.filter((field) => field.number === 1)
  const field = first.length === 1 && first[0]?.wire === 2 ? first[0] : undefined
  if (field !== undefined) {
    // Into a report of its own: bytes that are no ObjectMeta are then guessed like the others.
    const trial = new Report()
    const metadata: KubeObject = {}
    new MessageReader(bytes, trial, readerOptions(work), true).object(
      messagePlan('meta.v1.ObjectMeta') as MessagePlan,
      field.start,
      field.end,
      metadata,
    )
    if (trial.unknownFields.length === 0 && trial.problems.every((p) => p.severity !== 'error')) {
      object.metadata = metadata
      skip.add(1)
      for (const problem of trial.problems) report.add(problem.severity, `.metadata${problem.path}`, problem.message)
    }
  }
  // Guessing looks at the same bytes once a level: 50 levels are deeper than any object, and bound the time.
  schemalessObject(bytes, start, end, object, report, Math.min(work.maxDepth, 50), skip)
  if (work.selection !== undefined && result.object !== undefined) result.object = prune(result.object, work.selection)
}

/** What a selection names of a decoded object; lists are seen through. `apiVersion` and `kind` always stay. */
function prune(object: KubeObject, selection: Selection): KubeObject {
  const kept = pruneObject(object, selection)
  const head: KubeObject = {}
  if (object.apiVersion !== undefined) head.apiVersion = object.apiVersion
  if (object.kind !== undefined) head.kind = object.kind
  return Object.assign(head, kept)
}

function pruneObject(object: KubeObject, selection: Selection): KubeObject {
  const kept: KubeObject = {}
  for (const [name, inside] of selection) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined
    if (value !== undefined) kept[name] = inside === true ? value : pruneValue(value, inside)
  }
  return kept
}

function pruneValue(value: KubeValue, selection: Selection): KubeValue {
  if (Array.isArray(value)) return value.map((item) => pruneValue(item, selection))
  return isObject(value) ? pruneObject(value, selection) : value
}
