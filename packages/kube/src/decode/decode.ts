// Decodes a stored value: detects its encoding, decodes it, and reports every byte it could not read. The order of the tests is the specification.

import { decodeCbor, isCbor } from '../cbor/decode-cbor.ts'
import { type ParsedJson, parseJson } from '../json/parse-json.ts'
import { elementsIfExact } from '../json/prove-exact.ts'
import { isEnvelope, readEnvelope } from '../protobuf/envelope.ts'
import { MessageReader, type ReaderOptions } from '../protobuf/message-reader.ts'
import { descriptorName, type MessagePlan, messagePlan, NEWEST_RELEASE, selectPlan } from '../protobuf/plan.ts'
import { eachField, type Field, schemalessObject } from '../protobuf/schemaless.ts'
import { ElementBudget, MOST_ELEMENTS } from '../value/element-budget.ts'
import { isObject } from '../value/fields.ts'
import { Report } from '../value/report.ts'
import { COUNTED, type Selection } from '../value/selection.ts'
import type { DecodedValue, DecodeOptions, Encoding } from '../value/types.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'
import { decodeBase64 } from '../wire/base64.ts'
import { byteCount } from '../wire/byte-count.ts'
import { isReadable, readUtf8, strictUtf8 } from '../wire/text.ts'

const LAYER_PROTOBUF = 'k8s\\0 protobuf'

/**
 * Decodes one value as stored in etcd. Never throws, whatever the bytes; what did not decode is in `problems` and `unknownFields`. Encrypted values
 * are returned as `encrypted` and must be decrypted first.
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
  const work: Work = { result, report, maxDepth, budget: budgetOf(options), options, selection }
  try {
    result.encoding = decodeLayer(bytes, work)
  } catch (error) {
    // A decoder that throws has a bug; the reader still gets the bytes, and a location to report.
    delete result.object
    delete result.value
    delete result.text
    result.encoding = 'binary'
    report.add('error', '', `the decoder failed: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (work.budget.exceeded) {
    result.incomplete = true
    const most = work.budget.limit.toLocaleString('en')
    // First, before everything else.
    report.problems.unshift({
      path: '',
      message: `this value has more than ${most} members and list items, which is all that Registree decodes; the rest is left out`,
      severity: 'warning',
    })
  }
  report.close()
  return result
}

function budgetOf({ maxElements = MOST_ELEMENTS }: DecodeOptions): ElementBudget {
  return new ElementBudget(maxElements)
}

interface Work {
  result: DecodedValue
  report: Report
  maxDepth: number
  budget: ElementBudget
  options: DecodeOptions
  selection: Selection | undefined
}

/** The encoding of a value by its first bytes: equal to {@link decode}'s for values that decode. */
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
    const value = decodeCbor(bytes, report, '', limitsOf(work))
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
    // The API server's compactor stores the last compacted revision there, outside its prefix (etcd3/compact.go).
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

/** False if the bytes are not JSON (with a problem if they begin like an object). */
function decodeJson(bytes: Uint8Array, isObject: boolean, work: Work): boolean {
  const { text, valid } = readUtf8(bytes)
  const parsed = (valid ? provenJson(bytes, text, work) : undefined) ?? parseJson(text, work.report, '', limitsOf(work))
  if (parsed.error !== undefined) {
    work.budget = budgetOf(work.options)
    if (isObject) work.report.add('error', '', `begins like JSON, but is not: ${parsed.error}`)
    return false
  }
  if (!valid) work.report.add('warning', '', 'not all of this JSON is UTF-8; each wrong byte is shown as U+FFFD')
  work.result.layers.push('JSON')
  setJson(parsed.value as KubeValue, work)
  return true
}

/** With more elements than this, a parser that builds only the selection is faster. */
const FEW_ELEMENTS = 20_000

/** JSON.parse where it provably loses nothing; it is several times faster than a parser in JavaScript. */
function provenJson(bytes: Uint8Array, text: string, { maxDepth, budget, selection }: Work): ParsedJson | undefined {
  const elements = elementsIfExact(bytes, 0, bytes.length, maxDepth)
  if (elements === undefined || !budget.holds(elements)) return undefined
  if (selection !== undefined && elements > FEW_ELEMENTS) return undefined
  try {
    const value = JSON.parse(text) as KubeValue
    budget.take(elements)
    return { value }
  } catch {
    return undefined
  }
}

/** Options of the decoders of JSON and CBOR; with a selection they also read `apiVersion` and `kind`. */
function limitsOf({ maxDepth, budget, selection }: Work): { maxDepth: number; budget: ElementBudget; selection: Selection | undefined } {
  return { maxDepth, budget, selection: selection && withType(selection) }
}

const withTypes = new WeakMap<Selection, Selection>()

function withType(selection: Selection): Selection {
  const known = withTypes.get(selection)
  if (known !== undefined) return known
  const made: Selection = new Map([...selection, ['apiVersion', true], ['kind', true]])
  withTypes.set(selection, made)
  return made
}

function setJson(value: KubeValue, work: Work): void {
  const { result } = work
  if (!isObject(value)) {
    result.value = value
    return
  }
  const { apiVersion, kind, ...rest } = value
  // The type first, for readers; everything else in stored order.
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

/** Kubernetes ≤ 1.7 stored the user's third-party object as JSON bytes inside its own object. */
function openThirdPartyData(work: Work): void {
  const { object } = work.result
  if (work.result.kind !== 'ThirdPartyResourceData' || object === undefined || typeof object.data !== 'string') return
  const inner = decodeBase64(object.data)
  if (inner === null) return
  const { text, valid } = readUtf8(inner)
  const inside = work.selection?.get('data')
  const selection = inside === undefined || inside === true || inside === 'count' ? undefined : inside
  const parsed = parseJson(text, work.report, '.data', { ...limitsOf(work), selection })
  if (parsed.error !== undefined) {
    work.report.add('warning', '.data', `should hold the user's object as JSON, but does not (${parsed.error}); shown as base64`)
    return
  }
  if (!valid) work.report.add('warning', '.data', 'not all of this JSON is UTF-8; each wrong byte is shown as U+FFFD')
  object.data = parsed.value as KubeValue
  work.result.layers.push("JSON in ThirdPartyResourceData's data")
  work.report.add('info', '.data', 'stored as bytes (base64 in the API); shown as the JSON they hold')
}

function decodeEnvelope(bytes: Uint8Array, work: Work): void {
  const { result, report } = work
  result.layers.push(LAYER_PROTOBUF)
  const { apiVersion, kind, contentType, start, end } = readEnvelope(bytes, report)
  result.apiVersion = apiVersion
  result.kind = kind
  if (contentType === 'application/json') {
    result.layers.push('JSON')
    const { text, valid } = readUtf8(bytes.subarray(start, end))
    const parsed = parseJson(text, report, '', limitsOf(work))
    if (!valid) report.add('warning', '', 'not all of this JSON is UTF-8; each wrong byte is shown as U+FFFD')
    if (parsed.error === undefined) {
      setJson(parsed.value as KubeValue, work)
      return
    }
    work.budget = budgetOf(work.options)
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

function readerOptions({ maxDepth, budget, options }: Work): ReaderOptions {
  return { maxDepth, budget, nullCreationTimestamp: options.zeroCreationTimestamp === 'null' }
}

/** Field 1 of every Kubernetes object is its ObjectMeta; the rest of an unknown kind is shown by number. */
function decodeWithoutSchema(bytes: Uint8Array, start: number, end: number, object: KubeObject, work: Work): void {
  const { report, result } = work
  result.schemaless = true
  report.add(
    'info',
    '',
    `Registree does not know ${result.apiVersion || '(no apiVersion)'} ${result.kind || '(no kind)'}: its tables end at Kubernetes ${NEWEST_RELEASE}. Metadata is decoded; the rest is shown by field number, its types guessed`,
  )
  const skip = new Set<number>()
  let field: Field | undefined
  let metadatas = 0
  const rest = eachField(bytes, start, end, (one) => {
    if (one.number === 1) {
      field ??= one
      metadatas += 1
    }
    return true
  })
  if (field !== undefined && metadatas === 1 && field.wire === 2) {
    // In a separate report: bytes that are not an ObjectMeta are then guessed like the others.
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
  // A selection cannot name guessed fields.
  if (work.selection !== undefined) {
    if (rest < end)
      report.add(
        'error',
        '',
        `${byteCount(end - rest)} from byte ${rest} on ${end - rest === 1 ? 'is' : 'are'} not protobuf and did not decode`,
      )
    result.object = prune(object, work.selection)
    return
  }
  // Each level of guessing reads the same bytes again: 50 levels are deeper than any object, and limit the time.
  schemalessObject({ bytes, maxDepth: Math.min(work.maxDepth, 50), budget: work.budget }, start, end, object, report, skip)
}

/** The selected part of a decoded object; lists need no `[*]`. `apiVersion` and `kind` always stay. */
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
    if (value !== undefined) kept[name] = inside === true ? value : inside === 'count' ? counted(value) : pruneValue(value, inside)
  }
  return kept
}

function pruneValue(value: KubeValue, selection: Selection): KubeValue {
  if (Array.isArray(value)) return value.map((item) => pruneValue(item, selection))
  return isObject(value) ? pruneObject(value, selection) : value
}

function counted(value: KubeValue): KubeValue {
  return Array.isArray(value) ? value.map((item) => (isObject(item) ? COUNTED.ITEM : null)) : value
}
