// What decoding a stored value gives: the object, how it was written, and everything that did not decode.
import type { ProblemMessage } from './problem-messages.ts'
import type { KubeObject, KubePath, KubeValue } from './value.ts'

/** How the bytes of a value are written, by their outermost layer that means something (`encrypted` is never looked into here). */
export type Encoding = 'kubernetes-protobuf' | 'json' | 'cbor' | 'base64-protobuf' | 'text' | 'binary' | 'empty' | 'encrypted'

/** A protobuf field whose number the table does not know, kept as it was written. */
export interface UnknownField {
  /** The message that holds the field; empty for the object itself. */
  path: KubePath
  number: number
  wireType: number
  /** The raw bytes after the tag: a varint, 4 or 8 bytes, or the content after the length. */
  bytes: Uint8Array
}

/** Something a reader must know before believing the value. */
export interface Problem {
  path: KubePath
  /** In sentences: what is wrong, then why. */
  says: ProblemMessage[]
  severity: 'info' | 'warning' | 'error'
}

/** A decoded value. At most one of `object`, `value` and `text` is there; none for binary, empty and encrypted values. */
export interface DecodedValue {
  encoding: Encoding
  /** What the bytes were wrapped in, in words, outermost first: `k8s\0 protobuf`, `base64`. */
  layers: string[]
  apiVersion?: string
  kind?: string
  /** The message of the table that was used, as `core.v1.Pod`; absent when decoded without one. */
  descriptor?: string
  /** True when a protobuf body was decoded by field number only, its types guessed (and marked so). */
  schemaless: boolean
  /** A Kubernetes object, or any JSON object; `apiVersion` and `kind` come first. */
  object?: KubeObject
  /** JSON that is not an object. */
  value?: KubeValue
  text?: string
  problems: Problem[]
  unknownFields: UnknownField[]
  /** The value has more elements than it may become: what is here is its beginning. Said in a problem as well. */
  incomplete?: true
}

export interface DecodeOptions {
  /** The etcd key. Only `compact_rev_key` matters: its bare number is a revision. */
  key?: Uint8Array
  /** Nesting beyond this is reported and not read. Default 512, at most 2,000 (each level costs stack). */
  maxDepth?: number
  /** Elements that are built at most: see ElementBudget. */
  maxElements?: number
  /** How an unset creationTimestamp of an embedded template prints: `null` up to Kubernetes 1.33, omitted (default) since 1.34. */
  zeroCreationTimestamp?: 'null' | 'omit'
}
