// The policy of what is hidden without --reveal-secrets, applied to every decoded value before it leaves the server.
//
// This package's README lists what is covered ("What is masked"), line by line with the tests.

import { decode } from '../decode/decode.ts'
import { isObject, textAt } from '../value/fields.ts'
import { pathStep } from '../value/path.ts'
import type { ProblemMessage } from '../value/problem-messages.ts'
import { leavesOut } from '../value/report.ts'
import type { DecodedValue, UnknownField } from '../value/types.ts'
import type { KubeObject, KubePath, KubeValue } from '../value/value.ts'
import { utf8Bytes } from '../wire/text.ts'
import { maskFlannelValue, mayHoldFlannelSecret } from './flannel-secrets.ts'
import { TextInspector } from './inspect-text.ts'
import { type KeyPlace, placeOfKey } from './key-place.ts'
import { type Digest, type MaskedPlace, Masker, type MaskReason, SMALLEST_TOLD } from './masker.ts'
import { copyOf, declaresSecret, isOAuthKind, isSecretKind, maskOAuth, maskSecret, maskSecretList } from './secret-object.ts'
import { tellingNothing } from './telling-nothing.ts'
import { ValueMasker } from './value-masker.ts'
import { budgetFor, LARGEST_OF_MANY, type WorkBudget } from './work-budget.ts'

export interface MaskContext {
  /** The key in the v3 keyspace. */
  key?: Uint8Array
  /** The path in the v2 keyspace; in a file's v2 store also `/1/…` and `/2/…`. */
  path?: string
  /** True when the process was started with --reveal-secrets: nothing is masked. */
  reveal: boolean
  salt: Uint8Array
  /** Without it no digests are made: for one object among many, which cannot be compared where it is shown. */
  digest?: Digest
  /** The decoded (and decrypted) bytes. They identify a damaged Secret even if neither key nor kind does. */
  raw?: Uint8Array
  /** Limits the search; default: by the size of `raw`. */
  budget?: WorkBudget
  /** Only the object will be shown: undecoded parts are not searched. */
  objectOnly?: boolean
}

/** An unknown field as it may be shown. `bytes` is absent if masked. */
export interface ShownUnknownField extends Omit<UnknownField, 'bytes'> {
  /** Size of the field's content; null if it is masked and so small that the size would reveal it. */
  size: number | null
  bytes?: Uint8Array
}

export interface MaskResult {
  /** May leave the server; its masked unknown fields have no bytes. */
  decoded: DecodedValue
  /** Where something was masked: paths in the decoded object; empty for the whole value. */
  masked: MaskedPlace[]
  /** True if raw bytes, hex and downloads must be refused, and the exact size must not be shown. */
  rawMasked: boolean
  unknownFields: ShownUnknownField[]
}

/** What may be said of a fault beside masked content. */
function scrubbed(says: readonly ProblemMessage[]): ProblemMessage[] {
  const shown = tellingNothing(says)
  if (shown.length === says.length) return shown
  return [...shown, { code: shown.length === 0 ? 'scrubbed' : 'scrubbed-rest', params: {} }]
}

/** Masks a decoded value. Never throws, and hides whatever it cannot judge. With `reveal` the value is returned unchanged. */
export function maskDecoded(decoded: DecodedValue, context: MaskContext): MaskResult {
  if (context.reveal) {
    return { decoded, masked: [], rawMasked: false, unknownFields: decoded.unknownFields.map((f) => ({ ...f, size: f.bytes.length })) }
  }
  const { raw } = context
  const place = placeOfKey(context.path ?? context.key ?? '')
  const masker = maskerOf(context)
  const budget = context.budget ?? budgetFor(raw?.length, context.objectOnly ? LARGEST_OF_MANY : undefined)
  const inspector = new TextInspector(budget, (bytes) => reasonInObject(bytes, budget))
  const masking = new ValueMasker(masker, budget, inspector)
  // Of duplicate members only one is shown: the other may have been a Secret's, or have identified one. So may parts that were not read.
  const cut = decoded.incomplete === true || leavesOut(decoded.problems)
  const secret = isSecret(decoded, place) || (cut && (raw === undefined || namesSecret(raw)))
  const why: MaskReason = place.oauth ? 'oauth' : 'secret'
  const copy: DecodedValue = { ...decoded }

  // In a Secret that did not decode cleanly, content may be where names belong.
  const unclean = decoded.problems.some((problem) => problem.severity !== 'info')
  const damaged = secret && unclean
  if (secret) {
    if (decoded.object) copy.object = damaged ? maskDamaged(decoded.object, place, masker) : maskWhole(decoded.object, decoded, masking)
    if (decoded.value !== undefined) copy.value = masker.value('', decoded.value, why)
    if (decoded.text !== undefined) copy.text = masker.text('', decoded.text, why)
  } else {
    if (decoded.object) copy.object = maskOrdinary(decoded.object, place, masking) as KubeObject
    if (decoded.value !== undefined) copy.value = maskOrdinary(decoded.value, place, masking)
    if (decoded.text !== undefined) copy.text = maskText(decoded.text, place, masking)
  }
  for (const name of ['kind', 'apiVersion'] as const) {
    const text = decoded[name]
    // They are in the object too, and listed there.
    if (text !== undefined && !isTypeName(text))
      copy[name] = secret ? masker.text(pathStep(name), text, why) : masking.text(text, pathStep(name))
  }

  const bare = decoded.object === undefined && decoded.value === undefined && decoded.text === undefined && decoded.encoding !== 'empty'
  let hide = secret || masker.places.length > 0
  if (!hide && !context.objectOnly && decoded.encoding !== 'encrypted') {
    const reason = reasonInRest(decoded, { bare, unclean, place, raw, inspector })
    hide = reason !== null
    if (reason !== null && raw !== undefined && !bare) masker.bytes('', raw, reason)
  }
  if (hide && bare && raw !== undefined && decoded.encoding !== 'encrypted') masker.bytes('', raw, place.passwords ? 'password-hash' : why)
  // In misaligned bytes a field number with its wire type is a letter of the content.
  const listed = damaged ? [] : decoded.unknownFields
  const unknownFields = listed.map((field): ShownUnknownField => {
    const { path, number, wireType, bytes } = field
    if (!hide) return { ...field, size: bytes.length }
    masker.bytes(`${path}#${number}`, bytes, why)
    return { path, number, wireType, size: bytes.length < SMALLEST_TOLD ? null : bytes.length }
  })
  if (hide) {
    // Paths consist of member names, which are shown anyway unless damaged; messages may quote bytes.
    const path = damaged ? { path: '' } : {}
    copy.unknownFields = listed.map((field) => ({ ...field, bytes: new Uint8Array() }))
    copy.problems = decoded.problems.map((problem) => ({ ...problem, ...path, says: scrubbed(problem.says) }))
  }
  return { decoded: copy, masked: masker.places, rawMasked: hide, unknownFields }
}

/** The placeholder for a password hash in etcd's own auth store (v2 and v3), which no decoder sees. */
export function maskPasswordHash(user: string, hash: Uint8Array, context: Pick<MaskContext, 'reveal' | 'salt' | 'digest'>): string {
  if (context.reveal) return new TextDecoder().decode(hash)
  const { salt, digest } = context
  return new Masker({ salt, digest, owner: utf8Bytes(`auth user ${user}`) }).bytes('', hash, 'password-hash')
}

/** Masks secrets in shown text that is not a value: a table cell, a sentence that quotes an object, a flannel lease. */
export function maskShownText(text: string, context: Pick<MaskContext, 'key' | 'path' | 'reveal' | 'salt' | 'digest'>): string {
  if (context.reveal || text.length < SHORTEST_SHOWN) return text
  const budget = budgetFor(text.length)
  const inspector = new TextInspector(budget, (bytes) => reasonInObject(bytes, budget))
  return new ValueMasker(maskerOf(context), budget, inspector).text(text, '')
}

const SHORTEST_SHOWN = 24

/** The masker for places in one value. */
export function maskerOf({ key, path, salt, digest }: Pick<MaskContext, 'key' | 'path' | 'salt' | 'digest'>): Masker {
  return new Masker({ salt, digest, owner: path === undefined ? (key ?? new Uint8Array()) : utf8Bytes(path) })
}

/** Why a nested object in Kubernetes' format must be masked. */
function reasonInObject(bytes: Uint8Array, budget: WorkBudget): MaskReason | null {
  const decoded = decode(bytes)
  const { masked, rawMasked } = maskDecoded(decoded, { reveal: false, salt: new Uint8Array(), raw: bytes, budget })
  return rawMasked ? (masked[0]?.why ?? 'secret') : null
}

/** Why bytes that are shown in hexadecimal or as a download must still be masked. */
function reasonInRest(
  decoded: DecodedValue,
  of: { bare: boolean; unclean: boolean; place: KeyPlace; raw: Uint8Array | undefined; inspector: TextInspector },
): MaskReason | null {
  const { bare, unclean, place, raw, inspector } = of
  if (bare && place.passwords) return 'password-hash'
  for (const { bytes } of decoded.unknownFields) {
    const reason = inspector.inspectBytes(bytes)
    if (reason !== null) return reason
  }
  if (raw === undefined) return null
  if (bare && namesSecret(raw)) return 'damaged'
  // Undecoded and duplicate parts are in no object.
  return bare || unclean || leavesOut(decoded.problems) ? inspector.inspectBytes(raw, 0, true) : null
}

/** Whether the whole value is a Secret, by its kind or, unless it is clearly something else, by its key. */
function isSecret(decoded: DecodedValue, place: KeyPlace): boolean {
  if (
    isSecretKind(decoded.kind) ||
    (decoded.object !== undefined && declaresSecret(decoded.object)) ||
    /\.Secret(List)?$/.test(decoded.descriptor ?? '')
  )
    return true
  if (place.oauth || isOAuthKind(decoded.kind)) return true
  const kind = textAt(decoded.object, 'kind')
  const apiVersion = textAt(decoded.object, 'apiVersion')
  // Everything in the Secrets directory is masked as one. A custom resource may also be named secrets, but is preceded by its group.
  if (place.secretsDirectory) return decoded.schemaless || kind === '' || !apiVersion.startsWith(`${place.group}/`)
  // A namespace may have this name, but then another directory precedes it.
  return place.secrets && (kind === '' || apiVersion === '' || decoded.schemaless)
}

/** Text that is not JSON: an etcd v2 user, a damaged network config or lease, a damaged Secret, and any text with secrets. */
function maskText(text: string, place: KeyPlace, masking: ValueMasker): string {
  if (place.passwords) return masking.masker.text('', text, 'password-hash')
  if (place.flannel && mayHoldFlannelSecret(text)) return masking.masker.text('', text, 'flannel-key')
  if (/kind["']?\s*:\s*["']?Secret\b/.test(text) || text.trimStart().startsWith('azhzA')) return masking.masker.text('', text, 'damaged')
  return masking.text(text, '')
}

/** Whether undecoded bytes name a Secret. */
function namesSecret(bytes: Uint8Array): boolean {
  const name = [0x53, 0x65, 0x63, 0x72, 0x65, 0x74]
  for (let at = bytes.indexOf(0x53); at >= 0; at = bytes.indexOf(0x53, at + 1)) {
    if (name.every((byte, i) => bytes[at + i] === byte)) return true
  }
  return false
}

function maskOrdinary(value: KubeValue, place: KeyPlace, masking: ValueMasker): KubeValue {
  if (place.passwords) return maskPasswords(value, '', masking.masker)
  const masked = masking.search(value, '')
  return place.flannel ? maskFlannelValue(masked, '', masking.masker) : masked
}

function maskPasswords(value: KubeValue, path: KubePath, masker: Masker): KubeValue {
  if (!isObject(value)) return masker.value(path, value, 'password-hash')
  return copyOf(value, (name, member) => {
    // Go's JSON matches names case-insensitively.
    const folded = name.toUpperCase().toLowerCase()
    if (folded === 'user' && typeof member === 'string') return member
    if (folded === 'roles' && Array.isArray(member) && member.every((role) => typeof role === 'string')) return member
    return masker.value(path + pathStep(name), member, 'password-hash')
  })
}

/** Whether a text could be an apiVersion or a kind. */
function isTypeName(value: KubeValue): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9./-]{0,100}$/.test(value)
}

/** A Secret with misaligned bytes: its fields may contain each other's content, so only what its key also shows is kept. */
function maskDamaged(object: KubeObject, place: KeyPlace, masker: Masker): KubeObject {
  const copy: KubeObject = Object.create(null)
  const rest: KubeObject = Object.create(null)
  for (const name of ['apiVersion', 'kind']) {
    const value = object[name]
    if (value !== undefined) copy[name] = isTypeName(value) ? value : masker.value(pathStep(name), value, 'damaged')
  }
  const known: KubeObject = Object.create(null)
  if (place.name !== '' && textAt(object, 'metadata', 'name') === place.name) known.name = place.name
  if (place.namespace !== '' && textAt(object, 'metadata', 'namespace') === place.namespace) known.namespace = place.namespace
  copy.metadata = known
  for (const name of Object.keys(object)) if (name !== 'apiVersion' && name !== 'kind') rest[name] = object[name] ?? null
  copy.masked = masker.value('', rest, 'damaged')
  return copy
}

/** A value that is a Secret as a whole: only known harmless parts stay. */
function maskWhole(object: KubeObject, decoded: DecodedValue, masking: ValueMasker): KubeObject {
  const { masker } = masking
  const kind = textAt(object, 'kind')
  if (decoded.schemaless) {
    const why: MaskReason = isOAuthKind(kind) ? 'oauth' : 'secret'
    // With field numbers only, the metadata is a guess too.
    return copyOf(object, (name, member) => {
      if (name === 'apiVersion' || name === 'kind') return isTypeName(member) ? member : masker.value(pathStep(name), member, why)
      if (name !== 'metadata' || !isObject(member)) return masker.value(pathStep(name), member, why)
      return copyOf(member, (inner, meta) =>
        ['name', 'namespace', 'uid', 'creationTimestamp'].includes(inner) && typeof meta === 'string'
          ? meta
          : masker.value(`.metadata${pathStep(inner)}`, meta, why),
      )
    })
  }
  if (isOAuthKind(kind)) return maskOAuth(object, '', masking)
  return /^secretlist$/i.test(kind) ? maskSecretList(object, '', masking) : maskSecret(object, '', masking)
}
