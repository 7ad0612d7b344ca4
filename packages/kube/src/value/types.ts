// The result of decoding a stored value: the object, its encoding, and everything that did not decode.
import type { KubeObject, KubePath, KubeValue } from './value.ts'

/** The encoding of a value, by its outermost meaningful layer (`encrypted` is not opened here). */
export type Encoding = 'kubernetes-protobuf' | 'json' | 'cbor' | 'base64-protobuf' | 'text' | 'binary' | 'empty' | 'encrypted'

/** A protobuf field with an unknown number, kept as stored. */
export interface UnknownField {
  /** The path of its message; empty for the object itself. */
  path: KubePath
  number: number
  wireType: number
  /** The raw bytes after the tag: a varint, 4 or 8 bytes, or the content after the length. */
  bytes: Uint8Array
}

/** Something to know before trusting the value. */
export interface Problem {
  path: KubePath
  message: string
  severity: 'info' | 'warning' | 'error'
}

/** A decoded value. At most one of `object`, `value` and `text` is set; none for binary, empty and encrypted values. */
export interface DecodedValue {
  encoding: Encoding
  /** The layers around the value, outermost first: `k8s\0 protobuf`, `base64`. */
  layers: string[]
  apiVersion?: string
  kind?: string
  /** The message descriptor used, as `core.v1.Pod`; absent if decoded without one. */
  descriptor?: string
  /** True if a protobuf body was decoded by field number only, with guessed (and marked) types. */
  schemaless: boolean
  /** A Kubernetes object, or any JSON object; `apiVersion` and `kind` come first. */
  object?: KubeObject
  /** JSON that is not an object. */
  value?: KubeValue
  text?: string
  problems: Problem[]
  unknownFields: UnknownField[]
  /** The value exceeds the element limit: this is its beginning. Also reported as a problem. */
  incomplete?: true
}

export interface DecodeOptions {
  /** The etcd key. Only `compact_rev_key` matters: its bare number is a revision. */
  key?: Uint8Array
  /** Deeper nesting is reported and not read. Default 512, at most 2,000 (each level uses stack). */
  maxDepth?: number
  /** Maximum number of elements: see ElementBudget. */
  maxElements?: number
  /** How an unset creationTimestamp of an embedded template prints: `null` up to Kubernetes 1.33, omitted (default) since 1.34. */
  zeroCreationTimestamp?: 'null' | 'omit'
}
