// Opens one stored value in the thread that calls it: what the door does on the spot with a small one, and what a worker thread does with a large one.
import {
  type DecodedValue,
  type Decryptor,
  type Encoding,
  type FieldSelection,
  isEncrypted,
  type KubeObject,
  type ProblemMessage,
} from '@registree/kube'
import { checkValue, decode, decodeFields, maskDecoded, maskShownText } from '@registree/kube/open'
import type { KeyValue } from '../sources/source.ts'
import { ELEMENTS_ON_THE_SPOT } from './large-values.ts'
import type { Opener } from './policy.ts'
import { toldSize } from './told-size.ts'

/** `object` with the selected fields (all of them without a selection), masked, or the reason why there is none. The reason quotes nothing of the value. */
export interface OpenedObject {
  object?: KubeObject
  /**
   * Set instead of `object` where the value is of a kind that Registree does not know, which is no damage: `apiVersion`, `kind` and metadata.
   * Masked, as `object` is.
   */
  outline?: KubeObject
  /** Also there beside an object that is damaged in part. */
  problem?: ProblemMessage[]
  /** Set where the value is encrypted and no key opened it; `tried` when one of that name was given. */
  encrypted?: { tried: boolean }
  /** Set where `problem` is a limit of Registree's, and no damage: then there is neither `object` nor `outline`. */
  tooLarge?: true
}

export interface HowToOpen {
  /** Look for damage in all of the value, not only in the selected fields. */
  check?: boolean
  /** The most that its fields may be: see ElementBudget. */
  maxElements: number
}

export type StoredBytes = Pick<KeyValue, 'key' | 'value'>

/** Total: whatever the bytes are, this answers and does not throw. */
export function openStored(opener: Opener, kv: StoredBytes, fields: FieldSelection | undefined, how: HowToOpen): OpenedObject {
  const { decoded, raw, object: _object, outline, ...opened } = openUnmasked(opener, kv, fields, how)
  if (decoded === undefined) return opened
  const { object } = maskDecoded(decoded, { key: kv.key, ...opener.masking, raw, objectOnly: true }).decoded
  if (object === undefined) return opened
  return { ...opened, ...(outline === undefined ? { object } : { outline: outlineOf(object) }) }
}

/** For values that are looked at before anybody asks for them: only small ones, and nothing of them is shown. */
export function openSmall(decryptor: Decryptor): (stored: StoredBytes) => OpenedObject {
  const masking = { reveal: false, decrypt: true, salt: new Uint8Array(32) }
  return (stored) => openStored({ decryptor, masking }, stored, undefined, { maxElements: ELEMENTS_ON_THE_SPOT })
}

/** An object as the cells of a table are made of it, and what masks the text of a cell: nothing more where the object is masked already. */
export interface OpenedForCells extends OpenedObject {
  shownText(text: string): string
}

/**
 * As {@link openStored}, but only Secrets and what `maskAll` says are masked as objects: of the others, the few cells are masked that are made of
 * them, which costs less.
 */
export function openForCells(
  opener: Opener,
  kv: StoredBytes,
  fields: FieldSelection | undefined,
  how: HowToOpen & { maskAll: boolean },
): OpenedForCells {
  const { decoded, raw, object, outline, ...opened } = openUnmasked(opener, kv, fields, how)
  const { masking } = opener
  const { key } = kv
  if (decoded === undefined) return { ...opened, shownText: AS_IT_IS }
  const masked = () => maskDecoded(decoded, { key, ...masking, raw, objectOnly: true }).decoded.object ?? {}
  if (object === undefined) return { ...opened, outline: outlineOf(masked()), shownText: AS_IT_IS }
  if (how.maskAll || (typeof object.kind === 'string' && /^secret/i.test(object.kind)))
    return { ...opened, object: masked(), shownText: AS_IT_IS }
  return { ...opened, object, shownText: (text) => maskShownText(text, { key, ...masking }) }
}

const AS_IT_IS = (text: string): string => text

/** What {@link openStored} masks. Nothing of it may be shown before it is masked. */
function openUnmasked(
  opener: Opener,
  kv: StoredBytes,
  fields: FieldSelection | undefined,
  { check = false, maxElements }: HowToOpen,
): OpenedObject & { decoded?: DecodedValue; raw: Uint8Array } {
  let raw = kv.value
  if (isEncrypted(raw)) {
    const opened = opener.decryptor(raw, kv.key)
    if (!opened.ok) {
      return {
        raw,
        problem: [{ code: 'value-encrypted', params: { provider: opened.provider } }, ...opened.says],
        encrypted: { tried: opened.tried },
      }
    }
    raw = opened.plaintext
  }
  const options = { key: kv.key, maxElements }
  const decoded = fields === undefined ? decode(raw, options) : decodeFields(raw, fields, options)
  if (decoded.object === undefined) {
    return { raw, problem: [decoded.encoding === 'empty' ? { code: 'value-empty', params: {} } : noObject(opener, kv, decoded.encoding)] }
  }
  const problem: ProblemMessage[] | undefined = check
    ? damageOf(raw)
    : decoded.problems.some(({ severity }) => severity === 'error')
      ? [{ code: 'value-partly-undecoded', params: {} }]
      : undefined
  // What is missing of it could be what somebody judges by.
  if (decoded.incomplete) return problem === undefined ? { raw, problem: tooMany(maxElements), tooLarge: true } : { raw, problem }
  if (!decoded.schemaless) return { raw, object: decoded.object, decoded, ...(problem === undefined ? {} : { problem }) }
  if (problem !== undefined) return { raw, problem }
  const outline = outlineOf(decoded.object)
  if (outline.kind === '') return { raw, problem: [{ code: 'value-kind-missing', params: {} }] }
  return { raw, outline, decoded }
}

function outlineOf({ apiVersion = '', kind = '', metadata = {} }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata }
}

const tooMany = (most: number): ProblemMessage[] => [{ code: 'value-elements', params: { most } }, OUR_LIMIT]

/** Behind the reason why a value is not read. */
export const OUR_LIMIT: ProblemMessage = { code: 'registree-limit', params: {} }

/** Where the API server would fail to decode the value, and why; quotes nothing of it. */
function damageOf(bytes: Uint8Array): ProblemMessage[] | undefined {
  const { fault } = checkValue(bytes)
  if (fault === undefined) return undefined
  const { path, at, says } = fault
  return [path === '' ? { code: 'value-undecoded', params: { at } } : { code: 'value-undecoded-at', params: { path, at } }, ...says]
}

function noObject({ masking }: Opener, kv: StoredBytes, encoding: Encoding): ProblemMessage {
  const bytes = toldSize(masking, kv)
  return { code: bytes === kv.value.length ? 'value-no-object' : 'value-no-object-rounded', params: { encoding, bytes } }
}
