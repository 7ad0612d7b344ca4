// Compares two stored values of any form: objects by their fields, texts by their lines, everything else by its bytes.

import { parseEncryptedHeader } from '../encryption/encrypted-header.ts'
import { hasMasked } from '../value/placeholder.ts'
import type { DecodedValue, UnknownField } from '../value/types.ts'
import type { KubeValue } from '../value/value.ts'
import { type ByteRange, diffBytes, isSameBytes } from './diff-bytes.ts'
import { diffLines, type LineRange } from './diff-lines.ts'
import { type DiffOptions, diffValues } from './diff-values.ts'
import type { Change, Diff } from './types.ts'

/** One side: the value after masking, and its bytes if they may be shown. */
export interface ComparedValue {
  decoded: DecodedValue
  raw?: Uint8Array
  /** For bytes that are masked as a whole: the size and digest that masking gives; null for what it does not give. */
  masked?: { size: number | null; digest: string | null }
}

/**
 * How two values were compared.
 * - `fields`: both are objects, or other JSON
 * - `text`: both are texts
 * - `ciphertext`: both are encrypted and were not opened; they may differ although the objects in them are the same
 * - `bytes`: both are binary
 * - `form`: they have different forms, for example JSON and text
 * - `presence`: one of them does not exist
 */
export type ComparedBy = 'fields' | 'text' | 'ciphertext' | 'bytes' | 'form' | 'presence'

export interface ValueDiff {
  by: ComparedBy
  /**
   * The changes. For texts it is one change at the root; for bytes and ciphertexts it is one without values. If the bytes are not given, they
   * cannot be compared, and `undecided` has the root.
   */
  diff: Diff
  /** For texts. */
  lines?: LineRange[]
  /** For bytes and ciphertexts. */
  bytes?: ByteRange[]
  /** For ciphertexts: whether both name the same provider and key. */
  sameEncryptionKey?: boolean
  /** Whether protobuf fields that the schema does not know are the same; `undecided` if they are masked. */
  unknownFields: 'same' | 'different' | 'undecided'
}

/** The difference between two values of a key; null for a value that does not exist. Never throws, and is bounded like {@link diffValues}. */
export function diffDecoded(left: ComparedValue | null, right: ComparedValue | null, options: DiffOptions = {}): ValueDiff {
  const unknownFields = compareUnknown(left?.decoded.unknownFields ?? [], right?.decoded.unknownFields ?? [])
  if (left === null || right === null) {
    return { by: 'presence', diff: diffValues(contentOf(left), contentOf(right), options), unknownFields }
  }
  const forms = [formOf(left.decoded), formOf(right.decoded)]
  if (forms[0] !== forms[1]) return { by: 'form', diff: replaced(contentOf(left) ?? null, contentOf(right) ?? null), unknownFields }
  switch (forms[0]) {
    case 'fields':
      return { by: 'fields', diff: diffValues(contentOf(left), contentOf(right), options), unknownFields }
    case 'text': {
      const [before, after] = [left.decoded.text ?? '', right.decoded.text ?? '']
      const diff = diffValues(before, after, options)
      // A placeholder has other lines than the text that it hides.
      const masked = hasMasked(before) || hasMasked(after)
      return { by: 'text', diff, ...(masked ? {} : { lines: diffLines(before, after) }), unknownFields }
    }
    case 'ciphertext': {
      const sameEncryptionKey =
        left.raw !== undefined && right.raw !== undefined ? { sameEncryptionKey: keyOf(left.raw) === keyOf(right.raw) } : {}
      return { by: 'ciphertext', ...byBytes(left, right, options), ...sameEncryptionKey, unknownFields }
    }
    default:
      return { by: 'bytes', ...byBytes(left, right, options), unknownFields }
  }
}

function formOf(decoded: DecodedValue): 'fields' | 'text' | 'ciphertext' | 'bytes' {
  if (decoded.encoding === 'encrypted') return 'ciphertext'
  if (decoded.object !== undefined || decoded.value !== undefined) return 'fields'
  return decoded.text !== undefined ? 'text' : 'bytes'
}

/** The content of a value; null for bytes. */
function contentOf(value: ComparedValue | null): KubeValue | undefined {
  if (value === null) return undefined
  const { object, value: json, text } = value.decoded
  return object ?? json ?? text ?? null
}

function replaced(left: KubeValue, right: KubeValue): Diff {
  return {
    changes: [{ path: [], kind: 'changed', left, right }],
    counts: { added: 0, removed: 0, changed: 1, moved: 0, noise: 0 },
    undecided: [],
    limited: false,
  }
}

function byBytes(left: ComparedValue, right: ComparedValue, { sameKey = true }: DiffOptions): { diff: Diff; bytes?: ByteRange[] } {
  const same: Diff = { changes: [], counts: { added: 0, removed: 0, changed: 0, moved: 0, noise: 0 }, undecided: [], limited: false }
  const changed = (change: Partial<Change>): Diff => ({
    ...same,
    changes: [{ path: [], kind: 'changed', ...change }],
    counts: { ...same.counts, changed: 1 },
  })
  if (left.raw !== undefined && right.raw !== undefined) {
    const bytes = diffBytes(left.raw, right.raw)
    return { diff: bytes.length === 0 ? same : changed({}), bytes }
  }
  const [a, b] = [left.masked, right.masked]
  if (a === undefined || b === undefined) return { diff: { ...same, undecided: [[]] } }
  if (a.size !== b.size) return { diff: changed({ masked: 'length-differs' }) }
  if (!sameKey || a.digest === null || b.digest === null) return { diff: { ...same, undecided: [[]] } }
  return { diff: a.digest === b.digest ? same : changed({ masked: 'different' }) }
}

function keyOf(raw: Uint8Array): string {
  const header = parseEncryptedHeader(raw)
  return header === null ? '' : `${header.provider}:${header.keyName}`
}

function compareUnknown(left: readonly UnknownField[], right: readonly UnknownField[]): ValueDiff['unknownFields'] {
  if (left.length !== right.length) return 'different'
  let masked = false
  for (const [i, a] of left.entries()) {
    const b = right[i] as UnknownField
    if (a.path !== b.path || a.number !== b.number || a.wireType !== b.wireType || !isSameBytes(a.bytes, b.bytes)) return 'different'
    // Masking removes the bytes. A field that is really empty looks the same.
    if (a.bytes.length === 0) masked = true
  }
  return masked ? 'undecided' : 'same'
}
