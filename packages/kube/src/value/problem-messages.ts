// The sentences about bytes that do not decode, and about values that are not read, and what each is filled in with.
import type { AnyMessage, MessageOf } from './message.ts'

type Nothing = Record<never, never>
/** `bytes` bytes from byte `at` on. */
type Bytes = { bytes: number; at: number }
/** A field of a protobuf message. */
type WireField = { field: number; wireType: number }

/** What is wrong where reading stops: a protobuf message, CBOR or JSON that is not what it should be. Quotes nothing of the value. */
interface FaultParams {
  'field-number-cut': Nothing
  'field-number-large': Nothing
  'field-number-zero': Nothing
  'field-wire-type-unused': WireField
  'field-wire-type-wrong': WireField
  'field-past-end': WireField
  'field-cut': Nothing
  'packed-list-cut': Nothing
  'messages-nested': { most: number }
  'map-entry-cut': Nothing
  'map-entry-key-cut': Nothing
  'map-entry-value-cut': Nothing
  'map-entry-not-protobuf': Nothing
  'map-entry-wire-type-wrong': WireField
  'quantity-wrong': Nothing
  'time-wrong': Nothing
  'int-or-string-wrong': Nothing
  'document-cut': Nothing
  'document-past-end': Nothing
  'document-undecoded': Nothing
  'object-not-protobuf': Nothing
  'no-object': Nothing
  'no-object-in-cbor': Nothing
  'no-object-in-envelope': Nothing

  'values-nested': { most: number }

  'json-key-wrong': Nothing
  'json-string-wrong': Nothing
  'json-value-missing': Nothing
  'json-value-wrong': Nothing
  'json-text-after': Nothing
  'json-not-continued': Nothing
  /** Where parsing JSON stopped, in characters. */
  'json-stopped': { at: number }
  'json-word-unknown': Nothing
  'json-string-cut': Nothing
  'json-control-character': Nothing
  'json-escape-wrong': Nothing
  'json-key-missing': Nothing
  'json-colon-missing': Nothing
  'json-comma-missing': Nothing
  'json-cut': Nothing

  'cbor-break': Nothing
  'cbor-break-for-value': Nothing
  'cbor-break-early': Nothing
  'cbor-text-after': Nothing
  'cbor-cut': Nothing
  'cbor-length-reserved': { length: number }
  'cbor-length-large': Nothing
  'cbor-length-missing': Nothing
  'cbor-integer-large': Nothing
  'cbor-integer-any-size': Nothing
  'cbor-text-not-utf8': Nothing
  'cbor-string-piece': Nothing
  'cbor-tag-missing': Nothing
  'cbor-list-long': Nothing
  'cbor-map-long': Nothing
  'cbor-key-no-string': Nothing
  'cbor-key-twice': Nothing
  'cbor-key-without-value': Nothing
  'cbor-number-without-json': Nothing
  'cbor-simple-value': Nothing
  'cbor-simple-reserved': { value: number }
}
export type FaultMessage = MessageOf<FaultParams>

/** What a reader must know of a decoded value. Some quote what is stored: where anything is masked, `scrubbed` replaces those. */
interface DecodedParams {
  'decoder-failed': { error: string }
  'elements-left-out': { most: number }
  encrypted: Nothing
  scrubbed: Nothing
  /** Follows what can be said. */
  'scrubbed-rest': Nothing
  'json-only-begins': Nothing
  'json-expected': Nothing
  'json-in-envelope-wrong': Nothing
  'json-not-utf8': Nothing
  'json-surrogate': Nothing
  'json-bytes-shown': Nothing
  'document-not-json': { shown: 'text' | 'base64' }
  'content-type-unknown': { type: string }
  'content-encoding-set': { encoding: string }
  'kind-without-schema': { apiVersion: string; kind: string; release: string }
  'rest-undecoded': Bytes
  'rest-not-protobuf': Bytes
  'rest-after-json': { characters: number; at: number }
  'rest-after-cbor': Bytes
  'envelope-field-unknown': WireField
  'envelope-type-not-utf8': Nothing
  'envelope-type-cut': Bytes
  'envelope-objects': { objects: number }
  'envelope-damaged': Bytes
  'envelope-damaged-read': Bytes
  'envelope-end-missing': Nothing
  'varint-long': { at: number }
  'int32-overflow': { stored: string; shown: number }
  'field-twice': Nothing
  'key-twice': Nothing
  'key-twice-refused': Nothing
  'document-twice': Nothing
  'map-entry-values': Nothing
  'field-wire-type-kept': WireField
  'number-as-text': { number: string }
  'number-as-text-refused': { number: string }
  'bool-as-true': { stored: string }
  'string-not-utf8': Nothing
  'string-as-base64': Nothing
  'quantity-refused': Nothing
  'int-or-string-unused': { unused: string; type: string }
  'int-or-string-type': { type: string }
  'schema-and-bool': Nothing
  'schema-and-list': Nothing
  'nanoseconds-carried': { nanoseconds: number }
  'nanoseconds-beyond-micro': { nanoseconds: number }
  'nanoseconds-beyond-second': { nanoseconds: number }
  'seconds-no-date': { seconds: string }
  'integer-refused': Nothing
  'cbor-tag-refused': { tag: number }
  'cbor-tag-unknown': { tag: number }
  'cbor-time': { seconds: number }
  'cbor-key-refused': Nothing
  'cbor-key-as-string': { type: string; shown: string }
  'cbor-simple-refused': { value: number }
  'more-unknown-fields': { fields: number }
  'more-problems': { problems: number }
  'more-problems-errors': { problems: number; errors: number }
}

/** Why an encrypted value is not opened, and what opens it. */
interface EncryptionParams {
  'not-encrypted': Nothing
  'encryption-unknown': Nothing
  'kms-key': { plugin: string }
  'encryption-key-missing': { provider: string; key: string }
  'encryption-config-missing': Nothing
  'encryption-length-wrong': { provider: string; bytes: number }
  'encryption-no-value': { provider: string }
  'encryption-gcm-refused': Nothing
  'encryption-secretbox-refused': Nothing
  'encryption-cbc-refused': Nothing
  'opens-api-server': Nothing
  'opens-kms': { plugin: string }
  'opens-kms-key': { plugin: string; key: string }
  'opens-config': { provider: string; key: string }
  'opens-same-key': { provider: string }
  'opens-same-key-and-place': { provider: string }
}
export type EncryptionMessage = MessageOf<EncryptionParams>

/** What a KMS envelope shows without its plugin. */
interface EnvelopeParams {
  'kms-length-cut': Nothing
  'kms-key-cut': Nothing
  'kms-envelope-damaged': Nothing
  'size-rounded': { bytes: string }
}
export type EnvelopeMessage = MessageOf<Omit<EnvelopeParams, 'size-rounded'>>

/** Why a stored value is not read, or not all of it. */
interface UnreadParams {
  'value-encrypted': { provider: string }
  'value-empty': Nothing
  'value-no-object': { encoding: string; bytes: number }
  'value-no-object-rounded': { encoding: string; bytes: number }
  'value-partly-undecoded': Nothing
  'value-undecoded': { at: number }
  'value-undecoded-in': { path: string }
  'value-undecoded-at': { path: string; at: number }
  'value-kind-missing': Nothing
  'value-kind-unknown': { apiVersion: string; kind: string }
  'value-unread': Nothing
  'value-elements': { most: number }
  'value-memory': Nothing
  'value-time': { seconds: number }
  'registree-limit': Nothing
  'registree-failed': Nothing
  'text-cut': { most: number }
  'text-too-long': { most: number }
  /** What else is not known for that reason. */
  'references-unknown': Nothing
  'services-unread': Nothing
  'services-first': { services: number }
  'services-failed': { why: readonly AnyMessage[] }
  'range-unnamed': Nothing
  'range-wrong': { range: string }
  'bitmap-masked': Nothing
  'bitmap-not-base64': Nothing
  'no-service': Nothing
  /** What another program wrote. */
  'stored-text': { text: string }
}

export type ProblemParams = FaultParams & DecodedParams & EncryptionParams & EnvelopeParams & UnreadParams
export type ProblemMessage = MessageOf<ProblemParams>
