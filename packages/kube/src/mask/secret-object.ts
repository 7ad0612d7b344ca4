// Masks a Secret's content: known harmless parts stay, everything else is hidden.

import { isObject, objectAt, textAt } from '../value/fields.ts'
import { pathStep } from '../value/path.ts'
import type { KubeObject, KubePath, KubeValue } from '../value/value.ts'
import { decodeBase64 } from '../wire/base64.ts'
import { latin1Text, strictUtf8 } from '../wire/text.ts'
import type { Masker, MaskReason } from './masker.ts'
import { PayloadIndex, SHORTEST_PAYLOAD } from './payload-index.ts'
import type { WorkBudget } from './work-budget.ts'

/** What masking one secret object needs from the search around it. */
export interface SecretMasking {
  masker: Masker
  budget: WorkBudget
  /** Masks secrets inside a shown value. */
  search(value: KubeValue, path: KubePath): KubeValue
}

export function isSecretKind(kind: unknown): boolean {
  return typeof kind === 'string' && /^secret(list)?$/i.test(kind)
}

/** Whether an object declares itself a Secret. Go's JSON, which old API servers use, matches member names case-insensitively. */
export function declaresSecret(object: KubeObject): boolean {
  if (isSecretKind(object.kind)) return true
  // Called for every object of every table row, so no list of names is created.
  for (const name in object) if (name.length === 4 && name.toLowerCase() === 'kind' && isSecretKind(object[name])) return true
  return false
}

/** OpenShift's tokens and clients. */
export function isOAuthKind(kind: unknown): boolean {
  return typeof kind === 'string' && /^oauth(?:access|authorize)token(?:list)?$|^oauthclient(?:list)?$/i.test(kind)
}

export function maskSecretList(object: KubeObject, path: KubePath, masking: SecretMasking): KubeObject {
  return copyOf(object, (name, member) => {
    const at = path + pathStep(name)
    if (name === 'apiVersion' || name === 'kind' || name === 'metadata') return masking.search(member, at)
    if (name.toLowerCase() !== 'items' || !Array.isArray(member)) return masking.masker.value(at, member, 'secret')
    return member.map((item, i) => {
      const inner = at + pathStep(i)
      return isObject(item) ? maskSecret(item, inner, masking) : masking.masker.value(inner, item, 'secret')
    })
  })
}

export function maskSecret(object: KubeObject, path: KubePath, masking: SecretMasking): KubeObject {
  const { masker } = masking
  return copyOf(object, (name, member) => {
    const at = path + pathStep(name)
    switch (name) {
      case 'apiVersion':
      case 'kind':
      case 'type':
        return isPlain(member) ? masking.search(member, at) : masker.value(at, member, 'secret')
      case 'immutable':
        return typeof member === 'boolean' ? member : masker.value(at, member, 'secret')
      case 'metadata':
        return isObject(member) ? maskSecretMetadata(member, at, object, masking) : masker.value(at, member, 'secret')
      case 'data':
      case 'stringData':
        if (!isObject(member)) return masker.value(at, member, 'secret')
        return copyOf(member, (key, item) => {
          const inner = at + pathStep(key)
          const why: MaskReason = key === 'release' && isHelmSecret(object) ? 'helm-release' : 'secret'
          return name === 'data' && typeof item === 'string' ? masker.base64(inner, item, why) : masker.value(inner, item, why)
        })
      default:
        return masker.value(at, member, 'secret')
    }
  })
}

function isHelmSecret(object: KubeObject): boolean {
  return textAt(object, 'type') === 'helm.sh/release.v1' || textAt(object, 'metadata', 'labels', 'owner') === 'helm'
}

/** Parts of OpenShift's access tokens, authorize tokens and clients that give nobody access. */
const OAUTH_SHOWN = new Set(
  'apiVersion kind metadata clientName userName userUID expiresIn inactivityTimeoutSeconds scopes redirectURI redirectURIs grantMethod respondWithChallenges scopeRestrictions accessTokenMaxAgeSeconds accessTokenInactivityTimeoutSeconds codeChallengeMethod'.split(
    ' ',
  ),
)

export function maskOAuth(object: KubeObject, path: KubePath, masking: SecretMasking): KubeObject {
  return copyOf(object, (name, member) => {
    const at = path + pathStep(name)
    if (name === 'items' && Array.isArray(member))
      return member.map((item, i) =>
        isObject(item) ? maskOAuth(item, at + pathStep(i), masking) : masking.masker.value(at, item, 'oauth'),
      )
    return OAUTH_SHOWN.has(name) ? masking.search(member, at) : masking.masker.value(at, member, 'oauth')
  })
}

/** Looks like a name, a type or a time: misplaced bytes rarely do. */
function isPlain(value: KubeValue): boolean {
  return value === null || (typeof value === 'string' && /^[\x20-\x7e]{0,600}$/.test(value))
}

const METADATA = new Set(
  'name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels finalizers ownerReferences managedFields clusterName initializers'.split(
    ' ',
  ),
)

function maskSecretMetadata(metadata: KubeObject, path: KubePath, secret: KubeObject, masking: SecretMasking): KubeObject {
  const { masker, budget } = masking
  let payloads: PayloadIndex | undefined
  return copyOf(metadata, (name, member) => {
    const at = path + pathStep(name)
    if (METADATA.has(name)) {
      return typeof member !== 'string' || isPlain(member) ? masking.search(member, at) : masker.value(at, member, 'secret')
    }
    if (name !== 'annotations' || !isObject(member)) return masker.value(at, member, 'secret')
    return copyOf(member, (key, text) => {
      const inner = at + pathStep(key)
      if (typeof text !== 'string' || copiesTheObject(key, text)) return masker.value(inner, text, 'copy')
      payloads ??= new PayloadIndex(payloadsOf(secret), budget)
      const why = payloads.reasonToHide(text)
      return why === null ? masking.search(text, inner) : masker.value(inner, text, why)
    })
  })
}

/** Annotations in which kubectl, kapp, kopf, rancher and others keep the whole applied object. */
function copiesTheObject(key: string, value: string): boolean {
  return /last-?applied|last-?handled|objectset|original|previous/i.test(key) || /^\s*[[{]|^H4sI/.test(value)
}

/**
 * The Secret's content in the forms that an annotation may repeat. A token's Secret also contains its namespace, which is shown anyway, and is part
 * of many service account names.
 */
function* payloadsOf(object: KubeObject): Generator<string> {
  const namespace = textAt(object, 'metadata', 'namespace')
  for (const text of Object.values(objectAt(object, 'data') ?? {})) {
    if (typeof text !== 'string') continue
    const bytes = decodeBase64(text)
    const plain = (bytes === null ? text : (strictUtf8(bytes) ?? latin1Text(bytes))).trim()
    if (plain === namespace || plain.length < SHORTEST_PAYLOAD) continue
    yield text.replace(/=+$/, '')
    yield plain
  }
  for (const text of Object.values(objectAt(object, 'stringData') ?? {}))
    if (typeof text === 'string' && text !== namespace) yield text.trim()
}

/** A copy without a prototype, so that `__proto__` is an ordinary member. */
export function copyOf(object: KubeObject, member: (name: string, value: KubeValue) => KubeValue): KubeObject {
  const copy: KubeObject = Object.create(null)
  for (const name of Object.keys(object)) copy[name] = member(name, object[name] ?? null)
  return copy
}
