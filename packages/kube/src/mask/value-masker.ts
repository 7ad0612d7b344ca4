// Walks a value of any structure and masks its secrets: Secret objects, credentials by their place in an object, and secrets in text. Parts without
// secrets stay the same objects.

import { isObject, objectAt, textAt } from '../value/fields.ts'
import { pathStep } from '../value/path.ts'
import type { KubeObject, KubePath, KubeValue } from '../value/value.ts'
import { decodeBase64 } from '../wire/base64.ts'
import { strictUtf8 } from '../wire/text.ts'
import { isCbor, isEnvelope, isGzip } from './encoded-runs.ts'
import { holdsFlannelSecret, maskFlannelText, mayHoldFlannelSecret } from './flannel-secrets.ts'
import {
  closesPrivateKey,
  EXEC_MEMBERS,
  isBootstrapToken,
  isLogin,
  KUBECONFIG_SECRETS,
  LOGIN_SECRETS,
  opensPrivateKey,
  replaceSpans,
  SHORTEST,
  type TextInspector,
} from './inspect-text.ts'
import type { Masker, MaskReason } from './masker.ts'
import { copyOf, declaresSecret, isOAuthKind, maskOAuth, maskSecret, maskSecretList, type SecretMasking } from './secret-object.ts'
import type { WorkBudget } from './work-budget.ts'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
/** Kubernetes accepts nothing this deep; deeper values are hidden without a search. */
const DEEPEST = 400

/** Longer member names are searched like text. */
const LONG_NAME = 40

/** A step from a value to a part of it. The path is built only where something is masked. */
interface Place {
  above: Place | null
  step: string | number
  /** The step is a complete path, where the search began. */
  isPath?: true
}

/** What the surrounding object implies for its members. */
type Within = 'nothing' | 'kubeconfig' | 'login' | 'encryption'

export class ValueMasker implements SecretMasking {
  readonly masker: Masker
  readonly budget: WorkBudget
  readonly #inspector: TextInspector

  constructor(masker: Masker, budget: WorkBudget, inspector: TextInspector) {
    this.masker = masker
    this.budget = budget
    this.#inspector = inspector
  }

  /** The value with its secrets masked; the value itself if it has none. */
  search(value: KubeValue, path: KubePath): KubeValue {
    return this.#value(value, path === '' ? null : { above: null, step: path, isPath: true }, 'nothing', 0)
  }

  /** A text that is a whole value or member. */
  text(text: string, path: KubePath): string {
    const spans = this.#inspector.inspect(text)
    return spans.length === 0 ? text : replaceSpans(text, spans, (part, why) => this.masker.text(path, part, why))
  }

  #value(value: KubeValue, place: Place | null, within: Within, depth: number): KubeValue {
    if (typeof value === 'string') return value.length < 16 ? value : this.#text(value, place)
    if (typeof value !== 'object' || value === null) return value
    if (depth > DEEPEST) return this.masker.value(pathOf(place), value, 'not-searched')
    if (Array.isArray(value)) return this.#list(value, place, within, depth)
    return isObject(value) ? this.#object(value, place, within, depth) : value
  }

  #text(text: string, place: Place | null): string {
    const spans = this.#inspector.inspect(text)
    if (spans.length === 0) return text
    const path = pathOf(place)
    return replaceSpans(text, spans, (part, why) => this.masker.text(path, part, why))
  }

  #list(list: KubeValue[], place: Place | null, within: Within, depth: number): KubeValue[] {
    let copy: KubeValue[] | null = null
    // A private key may be split into lines.
    let key = false
    for (let i = 0; i < list.length; i++) {
      const item = list[i] ?? null
      const at = { above: place, step: i }
      let shown: KubeValue
      if (typeof item === 'string' && (key || opensPrivateKey(item))) {
        key = !closesPrivateKey(item)
        shown = this.masker.text(pathOf(at), item, 'private-key')
      } else shown = this.#value(item, at, within, depth + 1)
      if (shown === item) continue
      copy ??= list.slice()
      copy[i] = shown
    }
    return copy ?? list
  }

  #object(object: KubeObject, place: Place | null, around: Within, depth: number): KubeObject {
    if (declaresSecret(object)) {
      // Without content it is a reference (`involvedObject`, `sourceRef`), which is not secret.
      const names = Object.keys(object).map((name) => name.toLowerCase())
      if (names.includes('items')) return maskSecretList(object, pathOf(place), this)
      if (names.includes('data') || names.includes('stringdata')) return maskSecret(object, pathOf(place), this)
    }
    const { kind } = object
    if (typeof kind === 'string') {
      if (isOAuthKind(kind) && isMoreThanReference(object)) return maskOAuth(object, pathOf(place), this)
      if (kind === 'EncryptionConfiguration' || kind === 'EncryptionConfig') around = 'encryption'
      if (kind === 'ConfigMap') return this.#configMap(object, place, depth)
    }
    const bitmap = place === null && isRangeAllocation(object) ? object.data : null
    return this.#members(object, place, (name, member) => {
      const at = { above: place, step: name }
      if (typeof member === 'string') {
        if (name === 'data' && member === bitmap && isBitmap(member)) return member
        const why = credentialAt(name, member, around)
        return why === null ? this.#value(member, at, around, depth + 1) : this.masker.text(pathOf(at), member, why)
      }
      if (typeof member !== 'object' || member === null) return member
      if (name === 'annotations' && isObject(member)) return this.#annotations(member, at, depth + 1)
      if (around === 'kubeconfig' && name === 'args' && Array.isArray(member)) {
        return member.map((one, i) => this.masker.value(pathOf({ above: at, step: i }), one, 'kubeconfig'))
      }
      return this.#value(member, at, innerOf(name, member, around), depth + 1)
    })
  }

  #members(object: KubeObject, place: Place | null, shownOf: (name: string, member: KubeValue) => KubeValue): KubeObject {
    let copy: KubeObject | null = null
    for (const name of Object.keys(object)) {
      const member = object[name] ?? null
      const shown = shownOf(name, member)
      const shownName = name.length < LONG_NAME ? name : this.#text(name, place)
      if (shown === member && shownName === name) continue
      // Without a prototype, so that `__proto__` is an ordinary member.
      copy ??= copyOf(object, (_, value) => value)
      if (shownName !== name) delete copy[name]
      copy[shownName] = shown
    }
    return copy ?? object
  }

  #configMap(configMap: KubeObject, place: Place | null, depth: number): KubeObject {
    const helm = isHelmRelease(configMap)
    return this.#members(configMap, place, (field, member) => {
      const at = { above: place, step: field }
      if ((field !== 'data' && field !== 'binaryData') || !isObject(member)) return this.#value(member, at, 'nothing', depth + 1)
      return this.#members(member, at, (key, item) => {
        const inner = { above: at, step: key }
        if (typeof item !== 'string') return this.#value(item, inner, 'nothing', depth + 1)
        if (helm && key === 'release') return this.masker.base64(pathOf(inner), item, 'helm-release')
        const text = field === 'data' ? item : textOfBase64(item)
        if (mayHoldFlannelSecret(text)) {
          const parsed = parseJson(text)
          const holds = parsed === undefined ? text.trimStart().startsWith('{') : holdsFlannelSecret(parsed)
          // Everything except flannel's own members is searched too.
          if (holds && (parsed === undefined || field === 'binaryData')) return this.masker.base64(pathOf(inner), item, 'flannel-key')
          if (holds) return this.#text(maskFlannelText(item, pathOf(inner), this.masker), inner)
        }
        return this.#text(item, inner)
      })
    })
  }

  #annotations(annotations: KubeObject, place: Place, depth: number): KubeObject {
    return this.#members(annotations, place, (key, text) => {
      const at = { above: place, step: key }
      if (typeof text !== 'string') return this.#value(text, at, 'nothing', depth + 1)
      const json = /^\s*[[{]/.test(text)
      if (!json && key === LAST_APPLIED) return this.masker.text(pathOf(at), text, 'damaged')
      if (json && mayHoldFlannelSecret(text)) {
        const parsed = parseJson(text)
        // With any prefix that flannel was configured to use for annotations.
        if (parsed !== undefined && /\/backend-(?:v6-)?data$/.test(key) && holdsFlannelSecret(parsed))
          return maskFlannelText(text, pathOf(at), this.masker)
        if (parsed === undefined || this.#holdsConfigOfFlannel(parsed)) return this.masker.text(pathOf(at), text, 'flannel-key')
      }
      // A value that cannot be read completely may continue with anything.
      if (json && /secret/i.test(text) && this.budget.spend(text.length) && parseJson(text) === undefined)
        return this.masker.text(pathOf(at), text, 'damaged')
      return this.#text(text, at)
    })
  }

  /** Whether an applied copy of a ConfigMap contains flannel's settings with a key. */
  #holdsConfigOfFlannel(value: KubeValue, depth = 0): boolean {
    if (depth > DEEPEST) return true
    if (Array.isArray(value)) return value.some((item) => this.#holdsConfigOfFlannel(item, depth + 1))
    if (!isObject(value)) return false
    if (value.kind === 'ConfigMap') {
      return Object.values(objectAt(value, 'data') ?? {}).some((item) => {
        if (typeof item !== 'string' || !mayHoldFlannelSecret(item)) return false
        const parsed = parseJson(item)
        return parsed === undefined ? item.trimStart().startsWith('{') : holdsFlannelSecret(parsed)
      })
    }
    return Object.values(value).some((member) => this.#holdsConfigOfFlannel(member ?? null, depth + 1))
  }
}

/** In the core group, which cannot contain custom resources. Only API servers write it, and no API shows it. */
const isRangeAllocation = ({ apiVersion, kind }: KubeObject): boolean => apiVersion === 'v1' && kind === 'RangeAllocation'

/** Bytes without text or compressed parts: searching the bitmap of a large range would use up the budget. */
function isBitmap(base64: string): boolean {
  const bytes = decodeBase64(base64)
  if (bytes === null || isGzip(bytes) || isEnvelope(bytes) || isCbor(bytes)) return false
  let run = 0
  for (const byte of bytes) {
    run = byte >= 0x20 && byte < 0x7f ? run + 1 : 0
    if (run >= SHORTEST) return false
  }
  return true
}

function pathOf(place: Place | null): KubePath {
  const steps: string[] = []
  for (let at = place; at !== null; at = at.above) steps.push(at.isPath ? String(at.step) : pathStep(at.step))
  return steps.reverse().join('')
}

/** Why a member is a credential by its name, given the surrounding object. */
function credentialAt(name: string, text: string, around: Within): MaskReason | null {
  const folded = name.toLowerCase()
  switch (around) {
    case 'kubeconfig':
      if (KUBECONFIG_SECRETS.has(folded) || EXEC_MEMBERS.has(folded)) return 'kubeconfig'
      break
    case 'login':
      if (LOGIN_SECRETS.has(folded)) return 'registry-login'
      break
    case 'encryption':
      if (folded === 'secret') return 'encryption-key'
      break
  }
  if (folded === 'auth' && isLogin(text)) return 'registry-login'
  if (folded.includes('token') && isBootstrapToken(text)) return 'token'
  return null
}

function innerOf(name: string, member: KubeValue, around: Within): Within {
  if (name === 'auths' && isObject(member)) return 'login'
  if (name === 'users' && Array.isArray(member) && member.some((user) => objectAt(user, 'user') !== undefined)) return 'kubeconfig'
  return around
}

/** `involvedObject` and the like contain only a kind and identifiers. */
function isMoreThanReference(object: KubeObject): boolean {
  return Object.keys(object).some(
    (name) => !['kind', 'apiVersion', 'name', 'namespace', 'uid', 'resourceVersion', 'fieldPath'].includes(name),
  )
}

function isHelmRelease(configMap: KubeObject): boolean {
  const labels = objectAt(configMap, 'metadata', 'labels')
  const owner = textAt(labels, 'OWNER') || textAt(labels, 'owner')
  return /^(tiller|helm)$/i.test(owner) || textAt(configMap, 'metadata', 'name').startsWith('sh.helm.release.')
}

function textOfBase64(text: string): string {
  const bytes = decodeBase64(text)
  return bytes === null ? text : (strictUtf8(bytes) ?? '')
}

/** Only JSON objects and lists. Numbers may be rounded: the result is inspected, never shown. */
function parseJson(text: string): KubeValue | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as KubeValue
  } catch {
    return undefined
  }
}
