// Opens one stored value in the calling thread: small ones in the main thread, large ones in a worker.
import {
  type DecodedValue,
  type Decryptor,
  type Encoding,
  type FieldSelection,
  isEncrypted,
  type KubeObject,
  type ProblemMessage,
  type Undecoded,
  undecodedIn,
} from '@registree/kube'
import { checkValue, decode, decodeFields, maskDecoded, maskShownText, tellingNothing } from '@registree/kube/open'
import type { KeyValue } from '../sources/source.ts'
import { ELEMENTS_ON_THE_SPOT } from './large-values.ts'
import type { Opener } from './policy.ts'
import { roundsSizes, toldSize } from './told-size.ts'

/** `object` with the selected fields (all without a selection), masked, or the reason why there is none, which quotes nothing of the value. */
export interface OpenedObject {
  object?: KubeObject
  /** Set instead of `object` if Registree does not know the kind, which is not damage: masked `apiVersion`, `kind` and metadata. */
  outline?: KubeObject
  /** Also set beside an object that is partly damaged: what it lacks may be stored. */
  problem?: ProblemMessage[]
  /** Set if the value is encrypted and no key opened it; `tried` if a key of that name was configured. */
  encrypted?: { tried: boolean }
  /** Set if `problem` is a limit of Registree's, not damage: then there is neither `object` nor `outline`. */
  tooLarge?: true
}

export interface HowToOpen {
  /** Check the whole value for damage, not only the selected fields. */
  check?: boolean
  /** Maximum number of its fields: see ElementBudget. */
  maxElements: number
}

export type StoredBytes = Pick<KeyValue, 'key' | 'value'>

/** Never throws, whatever the bytes. */
export function openStored(opener: Opener, kv: StoredBytes, fields: FieldSelection | undefined, how: HowToOpen): OpenedObject {
  const { decoded, raw, object: _object, outline, ...opened } = openUnmasked(opener, kv, fields, how)
  if (decoded === undefined) return opened
  const { object } = maskDecoded(decoded, { key: kv.key, ...opener.masking, raw, objectOnly: true }).decoded
  if (object === undefined) return opened
  return { ...opened, ...(outline === undefined ? { object } : { outline: outlineOf(object) }) }
}

/** For values read before anybody requests them: only small ones, and nothing of them is shown. */
export function openSmall(decryptor: Decryptor): (stored: StoredBytes) => OpenedObject {
  const masking = { reveal: false, decrypt: true, salt: new Uint8Array(32) }
  return (stored) => openStored({ decryptor, masking }, stored, undefined, { maxElements: ELEMENTS_ON_THE_SPOT })
}

/** An object for table cells, and the function that masks a cell's text; it does nothing more if the object is already masked. */
export interface OpenedForCells extends OpenedObject {
  /** Where the object may lack something that is stored. */
  undecoded?: Undecoded
  shownText(text: string): string
}

/**
 * Like {@link openStored}, but masks whole objects only for Secrets and `maskAll`. For all others only the few printed cells are masked, which costs
 * less.
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
  const undecoded = undecodedIn(decoded)
  const where = undecoded === undefined ? {} : { undecoded }
  const masked = () => maskDecoded(decoded, { key, ...masking, raw, objectOnly: true }).decoded.object ?? {}
  if (object === undefined) return { ...opened, outline: outlineOf(masked()), shownText: AS_IT_IS }
  if (how.maskAll || (typeof object.kind === 'string' && /^secret/i.test(object.kind)))
    return { ...opened, ...where, object: masked(), shownText: AS_IT_IS }
  return { ...opened, ...where, object, shownText: (text) => maskShownText(text, { key, ...masking }) }
}

const AS_IT_IS = (text: string): string => text

/** The unmasked input of {@link openStored}. Must be masked before anything is shown. */
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
    ? damageOf(raw, roundsSizes(opener.masking, kv.key))
    : decoded.problems.some(({ severity }) => severity === 'error')
      ? [{ code: 'value-partly-undecoded', params: {} }]
      : undefined
  // The missing part could be what a rule looks at.
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

/** Follows the reason why a value is not read. */
export const OUR_LIMIT: ProblemMessage = { code: 'registree-limit', params: {} }

/** Where and why the API server would fail to decode the value. Quotes nothing of it; with `masked`, positions and sizes are left out. */
function damageOf(bytes: Uint8Array, masked: boolean): ProblemMessage[] | undefined {
  const { fault } = checkValue(bytes)
  if (fault === undefined) return undefined
  const { path, at, says } = fault
  if (masked) {
    const where: ProblemMessage =
      path === '' ? { code: 'value-partly-undecoded', params: {} } : { code: 'value-undecoded-in', params: { path } }
    return [where, ...tellingNothing(says)]
  }
  return [path === '' ? { code: 'value-undecoded', params: { at } } : { code: 'value-undecoded-at', params: { path, at } }, ...says]
}

function noObject({ masking }: Opener, kv: StoredBytes, encoding: Encoding): ProblemMessage {
  const bytes = toldSize(masking, kv)
  return { code: bytes === kv.value.length ? 'value-no-object' : 'value-no-object-rounded', params: { encoding, bytes } }
}
