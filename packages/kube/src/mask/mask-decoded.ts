// The one policy of what a person may not see without --reveal-secrets, applied to every decoded value before it leaves the server.
//
// Covered: Secrets of any version, encoding and place (also within lists and other objects), their last-applied copies, bootstrap and
// service account tokens (Secrets both), Secret manifests and Helm releases in ConfigMaps, etcd v2 password hashes, flannel's PSK, PrivateKey and
// AccessKeySecret in its config and leases, and whatever under `/secrets/` could not be decoded. Not covered: members of custom resources and
// everything else that ConfigMaps hold, which Kubernetes does not treat as secret either.
import { pathStep } from '../decode/path.ts'
import { leavesOut } from '../decode/report.ts'
import type { DecodedValue, UnknownField } from '../decode/types.ts'
import { isObject, objectAt, textAt } from '../summary/fields.ts'
import type { KubeObject, KubePath, KubeValue } from '../value.ts'
import { decodeBase64 } from '../wire/base64.ts'
import { isFlannelSecret, maskFlannelText, maskFlannelValue, mayHoldFlannelSecret } from './flannel-secrets.ts'
import { type Digest, type MaskedPlace, Masker } from './masker.ts'

export interface MaskContext {
  /** The key in the v3 keyspace. */
  key?: Uint8Array
  /** The path in the v2 keyspace; in a file's v2 store also `/1/…` and `/2/…`. */
  path?: string
  /** True when the process was started with --reveal-secrets: nothing is masked. */
  reveal: boolean
  salt: Uint8Array
  digest: Digest
  /** The bytes that were decoded (after decryption). With them, a damaged Secret is known even where neither key nor kind names it. */
  raw?: Uint8Array
}

/** An unknown field as it may be shown. `bytes` is absent where masked. */
export interface ShownUnknownField extends Omit<UnknownField, 'bytes'> {
  /** Bytes of the field's content, masked or not. */
  size: number
  bytes?: Uint8Array
}

export interface MaskResult {
  /** A copy that may leave the server; its masked unknown fields have no bytes left. */
  decoded: DecodedValue
  /** Where something was masked. Paths of the decoded object; empty for the whole value. */
  masked: MaskedPlace[]
  /** True when raw bytes, hex and downloads must be refused. */
  rawMasked: boolean
  unknownFields: ShownUnknownField[]
}

const SCRUBBED = 'Something here did not decode; the message may quote what is masked and is shown with --reveal-secrets only.'
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
/** Nothing that Kubernetes accepts is nested so deep; what is, is hidden rather than searched. */
const DEEPEST = 400

/**
 * Masks a decoded value. Total: it never throws, and whatever it cannot judge under a Secret's key it hides.
 * With `reveal` the value comes back as it was.
 */
export function maskDecoded(decoded: DecodedValue, context: MaskContext): MaskResult {
  if (context.reveal) {
    return { decoded, masked: [], rawMasked: false, unknownFields: decoded.unknownFields.map((f) => ({ ...f, size: f.bytes.length })) }
  }
  const masker = new Masker((bytes) => context.digest(context.salt, bytes))
  const place = placeOf(context)
  // What came twice is shown once: the other may have been a Secret's, or have called it one.
  const secret = isSecret(decoded, place) || (leavesOut(decoded.problems) && (context.raw === undefined || namesSecret(context.raw)))
  const copy: DecodedValue = { ...decoded }

  // Where a Secret did not decode cleanly, content may sit where names belong.
  const damaged = secret && decoded.problems.some((problem) => problem.severity !== 'info')
  if (secret) {
    if (decoded.object) copy.object = damaged ? maskDamaged(decoded.object, place, masker) : maskTopSecret(decoded.object, decoded, masker)
    if (decoded.kind !== undefined && !isTypeName(decoded.kind)) copy.kind = masker.text('.kind', decoded.kind)
    if (decoded.apiVersion !== undefined && !isTypeName(decoded.apiVersion))
      copy.apiVersion = masker.text('.apiVersion', decoded.apiVersion)
    if (decoded.value !== undefined) copy.value = masker.value('', decoded.value)
    if (decoded.text !== undefined) copy.text = masker.text('', decoded.text)
  } else {
    if (decoded.object) copy.object = maskOrdinary(decoded.object, place, masker) as KubeObject
    if (decoded.value !== undefined) copy.value = maskOrdinary(decoded.value, place, masker)
    if (decoded.text !== undefined && textIsSecret(decoded.text, place)) copy.text = masker.text('', decoded.text)
  }

  const bare = decoded.object === undefined && decoded.value === undefined && decoded.text === undefined && decoded.encoding !== 'empty'
  const suspect = bare && ((place.passwords && decoded.encoding !== 'encrypted') || (context.raw !== undefined && namesSecret(context.raw)))
  const hide = secret || suspect || masker.places.length > 0
  if (hide && bare && context.raw !== undefined && decoded.encoding !== 'encrypted') masker.bytes('', context.raw)
  const unknownFields = decoded.unknownFields.map((field): ShownUnknownField => {
    const size = field.bytes.length
    if (!hide) return { ...field, size }
    const path = damaged ? '' : field.path
    masker.bytes(`${path}#${field.number}`, field.bytes)
    return { path, number: field.number, wireType: field.wireType, size }
  })
  if (hide) {
    // Paths are built of member names, which are shown anyway unless damaged; messages may quote bytes.
    const path = damaged ? { path: '' } : {}
    copy.unknownFields = decoded.unknownFields.map((field) => ({ ...field, ...path, bytes: new Uint8Array() }))
    copy.problems = decoded.problems.map((problem) => ({ ...problem, ...path, message: SCRUBBED }))
  }
  return { decoded: copy, masked: masker.places, rawMasked: hide, unknownFields }
}

/** What stands in for a password hash of etcd's own auth store (v2 and v3), which is no value and so meets no decoder. */
export function maskPasswordHash(hash: Uint8Array, context: Pick<MaskContext, 'reveal' | 'salt' | 'digest'>): string {
  if (context.reveal) return new TextDecoder().decode(hash)
  return new Masker((bytes) => context.digest(context.salt, bytes)).bytes('', hash)
}

interface Place {
  /** A segment of the key is `secrets`. */
  secrets: boolean
  /** The key is `…/secrets/<namespace>/<name>`: the directory of the resource, not a namespace or a name. */
  secretsDirectory: boolean
  /** etcd v2's users. */
  passwords: boolean
  /** `…/config` or `…/subnets/…`, where flannel keeps its network and its leases. */
  flannel: boolean
  /** The last segments of the key, as Kubernetes builds it. */
  namespace: string
  name: string
}

function placeOf(context: MaskContext): Place {
  const path = context.path ?? (context.key ? new TextDecoder().decode(context.key) : '')
  const segments = path.split('/').filter((segment) => segment !== '')
  return {
    secrets: segments.includes('secrets'),
    secretsDirectory: segments.at(-3) === 'secrets',
    passwords: segments[0] === '2' && segments[1] === 'users',
    flannel: segments.at(-1) === 'config' || segments.at(-2) === 'subnets',
    namespace: segments.at(-2) ?? '',
    name: segments.at(-1) ?? '',
  }
}

function isSecretKind(kind: unknown): boolean {
  return typeof kind === 'string' && /^secret(list)?$/i.test(kind)
}

/** Whether an object calls itself a Secret. Go's own JSON, which old API servers read with, takes a member's name in any case. */
function declaresSecret(object: KubeObject): boolean {
  if (isSecretKind(object.kind)) return true
  // Every object of every row of a table is asked: no list of names is made for it.
  for (const name in object) if (name.length === 4 && name.toLowerCase() === 'kind' && isSecretKind(object[name])) return true
  return false
}

/** Whether the whole value is a Secret's, by its kind or, unless it is plainly something else, by its key. */
function isSecret(decoded: DecodedValue, place: Place): boolean {
  if (
    isSecretKind(decoded.kind) ||
    (decoded.object !== undefined && declaresSecret(decoded.object)) ||
    /\.Secret(List)?$/.test(decoded.descriptor ?? '')
  )
    return true
  if (!place.secrets) return false
  const kind = textAt(decoded.object, 'kind')
  const apiVersion = textAt(decoded.object, 'apiVersion')
  if (kind === '' || apiVersion === '' || decoded.schemaless) return true
  // A custom resource may be called secrets too; a namespace may, and then the directory before it is another.
  return place.secretsDirectory && !/\..*\//.test(apiVersion)
}

/** Text that is no JSON: a damaged Secret, a user of etcd v2, a damaged network config or lease. */
function textIsSecret(text: string, place: Place): boolean {
  if (place.passwords || (place.flannel && mayHoldFlannelSecret(text))) return true
  return /kind["']?\s*:\s*["']?Secret\b/.test(text) || text.trimStart().startsWith('azhzA')
}

/** Whether bytes that did not decode name a Secret somewhere. */
function namesSecret(bytes: Uint8Array): boolean {
  const name = [0x53, 0x65, 0x63, 0x72, 0x65, 0x74]
  for (let at = bytes.indexOf(0x53); at >= 0; at = bytes.indexOf(0x53, at + 1)) {
    if (name.every((byte, i) => bytes[at + i] === byte)) return true
  }
  return false
}

function maskOrdinary(value: KubeValue, place: Place, masker: Masker): KubeValue {
  if (place.passwords) return maskPasswords(value, '', masker)
  const masked = maskWithin(value, '', masker, 0)
  return place.flannel ? maskFlannelValue(masked, '', masker) : masked
}

function maskPasswords(value: KubeValue, path: KubePath, masker: Masker): KubeValue {
  if (!isObject(value)) return masker.value(path, value)
  return copyOf(value, (name, member) => {
    // Go's JSON matches the names whatever their case.
    const folded = name.toUpperCase().toLowerCase()
    if (folded === 'user' && typeof member === 'string') return member
    if (folded === 'roles' && Array.isArray(member) && member.every((role) => typeof role === 'string')) return member
    return masker.value(path + pathStep(name), member)
  })
}

/** What an apiVersion or a kind is written with. */
function isTypeName(value: KubeValue): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9./-]{0,100}$/.test(value)
}

/** A Secret whose bytes are out of step: its fields may hold one another's content, so that only what the key says as well is shown. */
function maskDamaged(object: KubeObject, place: Place, masker: Masker): KubeObject {
  const copy: KubeObject = Object.create(null)
  const rest: KubeObject = Object.create(null)
  for (const name of ['apiVersion', 'kind']) {
    const value = object[name]
    if (value !== undefined) copy[name] = isTypeName(value) ? value : masker.value(pathStep(name), value)
  }
  const known: KubeObject = Object.create(null)
  if (place.name !== '' && textAt(object, 'metadata', 'name') === place.name) known.name = place.name
  if (place.namespace !== '' && textAt(object, 'metadata', 'namespace') === place.namespace) known.namespace = place.namespace
  copy.metadata = known
  for (const name of Object.keys(object)) if (name !== 'apiVersion' && name !== 'kind') rest[name] = object[name] ?? null
  copy.masked = masker.value('', rest)
  return copy
}

/** A value that is a Secret as a whole. Only what is known to be harmless stays. */
function maskTopSecret(object: KubeObject, decoded: DecodedValue, masker: Masker): KubeObject {
  if (/list$/i.test(textAt(object, 'kind'))) return maskSecretList(object, '', masker)
  if (!decoded.schemaless) return maskSecret(object, '', masker)
  // By field number only, what is called metadata is a guess as well.
  return copyOf(object, (name, member) => {
    if (name === 'apiVersion' || name === 'kind') return member
    if (name !== 'metadata' || !isObject(member)) return masker.value(pathStep(name), member)
    return copyOf(member, (inner, meta) =>
      ['name', 'namespace', 'uid', 'creationTimestamp'].includes(inner) && typeof meta === 'string'
        ? meta
        : masker.value(`.metadata${pathStep(inner)}`, meta),
    )
  })
}

function maskSecretList(object: KubeObject, path: KubePath, masker: Masker): KubeObject {
  return copyOf(object, (name, member) => {
    if (name === 'apiVersion' || name === 'kind') return member
    const at = path + pathStep(name)
    if (name !== 'items' || !Array.isArray(member)) return name === 'metadata' ? member : masker.value(at, member)
    return member.map((item, i) => (isObject(item) ? maskSecret(item, at + pathStep(i), masker) : masker.value(at + pathStep(i), item)))
  })
}

function maskSecret(object: KubeObject, path: KubePath, masker: Masker): KubeObject {
  return copyOf(object, (name, member) => {
    const at = path + pathStep(name)
    switch (name) {
      case 'apiVersion':
      case 'kind':
      case 'type':
        return isPlain(member) ? member : masker.value(at, member)
      case 'immutable':
        return typeof member === 'boolean' ? member : masker.value(at, member)
      case 'metadata':
        return isObject(member) ? maskSecretMetadata(member, at, payloads(object), masker) : masker.value(at, member)
      case 'data':
      case 'stringData':
        if (!isObject(member)) return masker.value(at, member)
        return copyOf(member, (key, item) => {
          const inner = at + pathStep(key)
          return name === 'data' && typeof item === 'string' ? masker.base64(inner, item) : masker.value(inner, item)
        })
      default:
        return masker.value(at, member)
    }
  })
}

/** A name, a type, a time: bytes that were meant for another field seldom look so. */
function isPlain(value: KubeValue): boolean {
  return value === null || (typeof value === 'string' && /^[\x20-\x7e]{0,600}$/.test(value))
}

const METADATA = new Set(
  'name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels finalizers ownerReferences managedFields clusterName initializers'.split(
    ' ',
  ),
)

function maskSecretMetadata(metadata: KubeObject, path: KubePath, secrets: string[], masker: Masker): KubeObject {
  return copyOf(metadata, (name, member) => {
    const at = path + pathStep(name)
    if (METADATA.has(name)) return typeof member !== 'string' || isPlain(member) ? member : masker.value(at, member)
    if (name !== 'annotations' || !isObject(member)) return masker.value(at, member)
    return copyOf(member, (key, text) => {
      if (typeof text === 'string' && !copiesTheObject(key, text) && !secrets.some((secret) => text.includes(secret))) return text
      return masker.value(at + pathStep(key), text)
    })
  })
}

/** Annotations in which kubectl, kapp, kopf, rancher and the like keep the whole object as it was applied. */
function copiesTheObject(key: string, value: string): boolean {
  return /last-?applied|last-?handled|objectset|original|previous/i.test(key) || /^\s*[[{]|^H4sI/.test(value)
}

/**
 * What the Secret holds, in the forms an annotation may repeat; short ones would hide annotations by chance. A token's Secret holds its
 * namespace too, which is shown anyway, and is part of many a service account's name.
 */
function payloads(object: KubeObject): string[] {
  const found: string[] = []
  for (const text of Object.values(objectAt(object, 'data') ?? {})) {
    if (typeof text !== 'string') continue
    const bytes = decodeBase64(text)
    found.push(text.replace(/=+$/, ''))
    if (bytes !== null) found.push(new TextDecoder().decode(bytes))
  }
  for (const text of Object.values(objectAt(object, 'stringData') ?? {})) if (typeof text === 'string') found.push(text)
  const namespace = textAt(object, 'metadata', 'namespace')
  return found.filter((text) => text.length >= 6 && text !== namespace)
}

/** A copy of a value that is no Secret, with every Secret, Helm release, flannel key and copied object inside it masked. */
function maskWithin(value: KubeValue, path: KubePath, masker: Masker, depth: number): KubeValue {
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEEPEST) return masker.value(path, value)
  if (Array.isArray(value)) return value.map((item, i) => maskWithin(item, path + pathStep(i), masker, depth + 1))
  if (!isObject(value)) return value
  if (declaresSecret(value)) {
    // Without content it is a reference (`involvedObject`, `sourceRef`), and references are not secret.
    const names = Object.keys(value).map((name) => name.toLowerCase())
    if (names.includes('items')) return maskSecretList(value, path, masker)
    if (names.includes('data') || names.includes('stringdata')) return maskSecret(value, path, masker)
  }
  const configMap = value.kind === 'ConfigMap'
  const helm = configMap && isHelmRelease(value)
  return copyOf(value, (name, member) => {
    const at = path + pathStep(name)
    if (name === 'metadata' && isObject(member)) return maskMetadata(member, at, masker, depth + 1)
    if (name === 'data' && value.kind === 'ThirdPartyResourceData' && typeof member === 'string') {
      const bytes = decodeBase64(member)
      const text = bytes === null ? member : new TextDecoder().decode(bytes)
      return jsonHoldsSecret(text, depth) ? masker.base64(at, member) : member
    }
    if (configMap && (name === 'data' || name === 'binaryData') && isObject(member)) {
      return copyOf(member, (key, item) => maskConfigMapItem(item, name, at + pathStep(key), helm && key === 'release', masker))
    }
    return maskWithin(member, at, masker, depth + 1)
  })
}

function isHelmRelease(configMap: KubeObject): boolean {
  const labels = objectAt(configMap, 'metadata', 'labels')
  const owner = textAt(labels, 'OWNER') || textAt(labels, 'owner')
  return /^(tiller|helm)$/i.test(owner) || textAt(configMap, 'metadata', 'name').startsWith('sh.helm.release.')
}

function maskConfigMapItem(item: KubeValue, field: 'data' | 'binaryData', path: KubePath, release: boolean, masker: Masker): KubeValue {
  if (typeof item !== 'string') return item
  if (release) return masker.base64(path, item)
  if (field === 'data') {
    const parsed = parseJson(item)
    if (parsed === undefined) return looksLikeDamagedNetwork(item) ? masker.text(path, item) : maskManifests(item, path, masker)
    if (valueHoldsSecret(parsed, 0)) return masker.text(path, item)
    return holdsFlannelSecret(parsed) ? maskFlannelText(item, path, masker) : item
  }
  const bytes = decodeBase64(item)
  const text = bytes === null ? item : new TextDecoder().decode(bytes)
  const parsed = parseJson(text)
  const hides =
    parsed === undefined
      ? looksLikeDamagedNetwork(text) || isSecretManifest(text)
      : holdsFlannelSecret(parsed) || valueHoldsSecret(parsed, 0)
  return hides ? masker.base64(path, item) : item
}

/** YAML, in which each document that is a Secret's manifest is masked and the others stay. */
function maskManifests(text: string, path: KubePath, masker: Masker): string {
  if (!isSecretManifest(text)) return text
  return text
    .split(/^(---.*\n?)/m)
    .map((part) => (isSecretManifest(part) ? `${masker.text(path, part)}\n` : part))
    .join('')
}

/** Text that names the kind and has content, in whatever style, quoted or not; without content it is a reference. */
function isSecretManifest(text: string): boolean {
  return /kind[\\"']*\s*:\s*[\\"']*Secret(?:List)?\b(?![-.])/i.test(text) && /\b(?:data|stringData)[\\"']*\s*:/i.test(text)
}

function looksLikeDamagedNetwork(text: string): boolean {
  return text.trimStart().startsWith('{') && mayHoldFlannelSecret(text)
}

function maskMetadata(metadata: KubeObject, path: KubePath, masker: Masker, depth: number): KubeObject {
  return copyOf(metadata, (name, member) => {
    const at = path + pathStep(name)
    if (name !== 'annotations' || !isObject(member)) return maskWithin(member, at, masker, depth + 1)
    return copyOf(member, (key, text) => {
      if (typeof text !== 'string') return text
      const json = /^\s*[[{]/.test(text)
      // By whatever prefix flannel was told to annotate nodes with.
      const backend = /\/backend-(?:v6-)?data$/.test(key)
      const hides = json ? jsonHoldsSecret(text, depth) || (backend && textHoldsFlannelSecret(text)) : key === LAST_APPLIED
      return hides ? masker.text(at + pathStep(key), text) : text
    })
  })
}

/** Whether JSON text would have anything masked by this policy; JSON that cannot be read is taken to have, if it names anything of the kind. */
function jsonHoldsSecret(text: string, depth: number): boolean {
  const parsed = parseJson(text)
  if (parsed === undefined) return /secret/i.test(text) || mayHoldFlannelSecret(text)
  return valueHoldsSecret(parsed, depth)
}

/** JSON text by its members' names; other text if it says anything of the kind. */
function textHoldsFlannelSecret(text: string): boolean {
  const parsed = parseJson(text)
  return parsed === undefined ? mayHoldFlannelSecret(text) : holdsFlannelSecret(parsed)
}

function valueHoldsSecret(value: KubeValue, depth: number): boolean {
  const trial = new Masker(() => '')
  maskWithin(value, '', trial, depth + 1)
  return trial.places.length > 0
}

/** JSON objects and lists only. Its numbers may be rounded: the result is looked at, never shown. */
function parseJson(text: string): KubeValue | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as KubeValue
  } catch {
    return undefined
  }
}

function holdsFlannelSecret(value: KubeValue, depth = 0): boolean {
  if (depth > DEEPEST) return true
  if (Array.isArray(value)) return value.some((item) => holdsFlannelSecret(item, depth + 1))
  if (!isObject(value)) return false
  return Object.keys(value).some(
    (name) => isFlannelSecret(name, typeof value[name] === 'string') || holdsFlannelSecret(value[name] ?? null, depth + 1),
  )
}

/** A copy without a prototype, so that a member called `__proto__` is a member. */
function copyOf(object: KubeObject, member: (name: string, value: KubeValue) => KubeValue): KubeObject {
  const copy: KubeObject = Object.create(null)
  for (const name of Object.keys(object)) copy[name] = member(name, object[name] ?? null)
  return copy
}
