// Finds flannel's pre-shared keys, private keys and cloud secrets in its network config and its leases' backend data, as objects and as JSON text in
// a ConfigMap. A WireGuard PublicKey is not secret. Names: flannel pkg/backend/{wireguard,ipsec,alivpc,tencentvpc}; Go's JSON matches them
// case-insensitively.

import { isObject } from '../value/fields.ts'
import { pathStep } from '../value/path.ts'
import type { KubePath, KubeValue } from '../value/value.ts'
import type { Masker } from './masker.ts'

const NAMES = new Set(['psk', 'accesskeysecret'])

/**
 * Whether Go would read a member of this name as PSK, AccessKeySecret or PrivateKey (its case folding includes `ſ` and the Kelvin sign). Other
 * software uses the same names for settings that are not text.
 */
function isFlannelSecret(name: string, isText: boolean): boolean {
  const folded = name.toUpperCase().toLowerCase()
  return NAMES.has(folded) || (isText && folded === 'privatekey')
}

/** Whether text that is not JSON may still contain one. */
export function mayHoldFlannelSecret(text: string): boolean {
  return /psk|accesskeysecret|privatekey/i.test(text)
}

/** Kubernetes accepts nothing this deep; deeper values are assumed to contain one. */
const DEEPEST = 400

/** Whether a value contains one at any depth. */
export function holdsFlannelSecret(value: KubeValue, depth = 0): boolean {
  if (depth > DEEPEST) return true
  if (Array.isArray(value)) return value.some((item) => holdsFlannelSecret(item, depth + 1))
  if (!isObject(value)) return false
  return Object.keys(value).some(
    (name) => isFlannelSecret(name, typeof value[name] === 'string') || holdsFlannelSecret(value[name] ?? null, depth + 1),
  )
}

/** A copy with the secrets masked, at any depth. */
export function maskFlannelValue(value: KubeValue, path: KubePath, masker: Masker): KubeValue {
  if (Array.isArray(value)) return value.map((item, i) => maskFlannelValue(item, path + pathStep(i), masker))
  if (!isObject(value)) return value
  const copy: { [key: string]: KubeValue } = Object.create(null)
  for (const name of Object.keys(value)) {
    const at = path + pathStep(name)
    const member = value[name] ?? null
    copy[name] = isFlannelSecret(name, typeof member === 'string')
      ? masker.value(at, member, 'flannel-key')
      : maskFlannelValue(member, at, masker)
  }
  return copy
}

/** Replaces the secret values in JSON text in place; everything else stays byte for byte. The text must be valid JSON. */
export function maskFlannelText(text: string, path: KubePath, masker: Masker): string {
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gs
  const levels: { path: KubePath; list: boolean; name: string; index: number; wantsName: boolean }[] = []
  let out = ''
  let copied = 0
  let hidden: { start: number; depth: number; path: KubePath } | null = null
  const hide = (from: number, to: number, at: KubePath) => {
    const content = text.slice(from, to)
    const value: unknown = content.startsWith('"') ? JSON.parse(content) : content
    out += text.slice(copied, from) + (content === 'null' ? content : JSON.stringify(masker.text(at, String(value), 'flannel-key')))
    copied = to
  }
  for (const token of text.matchAll(tokens)) {
    const [word] = token
    const top = levels.at(-1)
    if (word === ':') continue
    if (word === ',') {
      if (top?.list) top.index++
      else if (top) top.wantsName = true
      continue
    }
    if (word === '}' || word === ']') {
      levels.pop()
      if (hidden && levels.length === hidden.depth) {
        hide(hidden.start, token.index + 1, hidden.path)
        hidden = null
      }
      continue
    }
    if (top?.wantsName) {
      top.name = String(JSON.parse(word))
      top.wantsName = false
      continue
    }
    const at = top ? top.path + pathStep(top.list ? top.index : top.name) : path
    const secret = hidden === null && top !== undefined && !top.list && isFlannelSecret(top.name, word.startsWith('"'))
    if (word === '{' || word === '[') {
      if (secret) hidden = { start: token.index, depth: levels.length, path: at }
      levels.push({ path: at, list: word === '[', name: '', index: 0, wantsName: word === '{' })
    } else if (secret) hide(token.index, token.index + word.length, at)
  }
  return out + text.slice(copied)
}
