// One stored value as a search may see it: decrypted, decoded, masked, and as the lines of its page.

import type { FieldSelection } from '@registree/kube'
import { asServed, isEncrypted, isSecretPlace, type KubeValue, renderYaml, roundedSize, yamlLineOf } from '@registree/kube'
import { decode, decodeFields, maskDecoded } from '@registree/kube/open'
import type { ValueFacts } from '@registree/query'
import { digest } from './digest.ts'
import { ELEMENTS_OF_ONE } from './large-values.ts'
import type { Opener } from './policy.ts'
import { MOST_TEXT } from './read-value.ts'

export interface SearchedBytes {
  /** Null if the value is encrypted and no key opens it. */
  plain: Uint8Array | null
  encrypted: boolean
}

export function decryptForSearch({ decryptor }: Opener, key: Uint8Array, value: Uint8Array): SearchedBytes {
  if (!isEncrypted(value)) return { plain: value, encrypted: false }
  const opened = decryptor(value, key)
  return { plain: opened.ok ? opened.plaintext : null, encrypted: true }
}

/** Where a value is. */
export interface SearchedPlace {
  /** The key in the v3 keyspace, or the path in the v2 keyspace. */
  key: Uint8Array
  keyspace: 'v3' | 'v2'
  /** Shown in the object as its resource version. */
  modRevision: bigint
}

export interface SearchedValue {
  facts: ValueFacts
  /** The form that the lines belong to. */
  view: 'yaml' | 'text' | null
  kind: string
  /** The line (from 1) of a field. */
  lineOf(path: readonly (string | number)[]): number | null
  /** The value exceeds a limit: its end is missing, so nothing is said about it. */
  incomplete: boolean
  /** Something in it is masked. */
  masked: boolean
}

/** Never throws, whatever the bytes. `size` is that of the stored value. */
export function openSearched({ masking }: Opener, place: SearchedPlace, { plain, encrypted }: SearchedBytes, size: number): SearchedValue {
  const key = place.keyspace === 'v3' ? { key: place.key } : { path: Buffer.from(place.key).toString() }
  if (plain === null) {
    const told = !masking.reveal && isSecretPlace(place.key) ? roundedSize(size) : size
    return { ...NOTHING, facts: { ...NOTHING.facts, size: told, encoding: 'encrypted', encrypted } }
  }
  const decoded = decode(plain, { maxElements: ELEMENTS_OF_ONE, ...(place.keyspace === 'v3' ? { key: place.key } : {}) })
  const masked = maskDecoded(decoded, { ...key, reveal: masking.reveal, salt: masking.salt, digest, raw: plain })
  const shown = masked.decoded
  const body: KubeValue | undefined = shown.object ?? shown.value
  const typed = shown.object !== undefined && shown.apiVersion !== undefined && place.keyspace === 'v3'
  const object = typed && shown.object !== undefined ? asServed(shown.object, String(place.modRevision)).object : body
  const sortKeys = !shown.schemaless
  const text = object === undefined ? (shown.text ?? '') : renderYaml(object, { sortKeys, most: MOST_TEXT })
  const metadata = shown.object?.metadata
  const members = metadata !== null && typeof metadata === 'object' && !Array.isArray(metadata) ? (metadata as Record<string, unknown>) : {}
  const labels = members.labels
  const created = typeof members.creationTimestamp === 'string' ? Date.parse(members.creationTimestamp) : Number.NaN
  return {
    facts: {
      // Rounded wherever the key's page rounds it.
      size: masked.rawMasked ? roundedSize(size) : size,
      encoding: shown.encoding,
      encrypted,
      object,
      created: Number.isNaN(created) ? null : created,
      labels: labels !== null && typeof labels === 'object' ? (labels as Record<string, unknown>) : null,
      lines: text === '' ? [] : (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n'),
    },
    view: object !== undefined ? 'yaml' : shown.text === undefined ? null : 'text',
    kind: shown.kind ?? '',
    lineOf: (path) => (object === undefined ? null : yamlLineOf(object, path, sortKeys)),
    incomplete: decoded.incomplete === true || text.length > MOST_TEXT,
    masked: masked.rawMasked,
  }
}

const NOTHING: SearchedValue = {
  facts: { size: 0, encoding: '', encrypted: false, object: undefined, created: null, labels: null, lines: [] },
  view: null,
  kind: '',
  lineOf: () => null,
  incomplete: false,
  masked: false,
}

/**
 * The selected fields of a value, not masked: only to decide that the whole value need not be decoded. Undefined if the fields alone cannot tell.
 */
export function fieldsForSearch(key: Uint8Array, plain: Uint8Array, fields: FieldSelection): ValueFacts | undefined {
  const decoded = decodeFields(plain, fields, { key, maxElements: ELEMENTS_OF_ONE })
  const { object } = decoded
  if (object === undefined || decoded.schemaless || decoded.incomplete || decoded.problems.length > 0) return undefined
  const metadata = object.metadata as { labels?: Record<string, unknown> } | undefined
  return { ...NOTHING.facts, object, labels: metadata?.labels ?? null }
}
