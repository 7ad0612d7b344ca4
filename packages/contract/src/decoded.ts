// A stored value as the browser gets it: decoded, masked and already written out as text, so that no number is rounded on the way.
import { type Static, Type } from 'typebox'
import { Instant, Nullable } from './primitives.ts'

/** Something about the value that a person must know: what did not decode, what is a guess. */
export const ValueProblem = Type.Object({
  path: Type.String(),
  message: Type.String(),
  severity: Type.Union([Type.Literal('info'), Type.Literal('warning'), Type.Literal('error')]),
})

export const UnknownField = Type.Object({
  path: Type.String(),
  number: Type.Integer(),
  wireType: Type.Integer(),
  size: Type.Integer(),
  /** Base64 of the bytes after the tag; absent where the value is masked or longer than 4 KiB. */
  bytes: Type.Optional(Type.String()),
})

/** A place whose content stays on the server. `digest` is salted for this process: equal digests mean equal bytes, here and now. */
export const MaskedPlace = Type.Object({ path: Type.String(), size: Type.Integer(), digest: Type.String() })

export const Tone = Type.Union([
  Type.Literal('ok'),
  Type.Literal('warning'),
  Type.Literal('error'),
  Type.Literal('muted'),
  Type.Literal('progress'),
])
export type Tone = Static<typeof Tone>

/** What a person reads first of a Kubernetes object. */
export const ObjectSummary = Type.Object({
  apiVersion: Type.String(),
  kind: Type.String(),
  name: Nullable(Type.String()),
  namespace: Nullable(Type.String()),
  creationTimestamp: Nullable(Instant),
  owners: Type.Array(Type.Object({ apiVersion: Type.String(), kind: Type.String(), name: Type.String(), controller: Type.Boolean() })),
  labels: Type.Array(Type.Object({ key: Type.String(), value: Type.String() })),
  status: Nullable(Type.Object({ text: Type.String(), tone: Tone })),
  deletion: Nullable(
    Type.Object({ since: Nullable(Instant), gracePeriodSeconds: Nullable(Type.String()), finalizers: Type.Array(Type.String()) }),
  ),
  facts: Type.Array(Type.Object({ label: Type.String(), value: Type.String() })),
})
export type ObjectSummary = Static<typeof ObjectSummary>

/** What encrypted bytes say of themselves, and what would open them. */
export const EncryptionInfo = Type.Object({
  provider: Type.String(),
  keyName: Type.String(),
  decrypted: Type.Boolean(),
  authenticated: Type.Boolean(),
  reason: Nullable(Type.String()),
  facts: Type.Array(Type.Object({ label: Type.String(), value: Type.String() })),
})

export const DecodedWire = Type.Object({
  encoding: Type.Union([
    Type.Literal('kubernetes-protobuf'),
    Type.Literal('json'),
    Type.Literal('cbor'),
    Type.Literal('base64-protobuf'),
    Type.Literal('text'),
    Type.Literal('binary'),
    Type.Literal('empty'),
    Type.Literal('encrypted'),
  ]),
  layers: Type.Array(Type.String()),
  apiVersion: Nullable(Type.String()),
  kind: Nullable(Type.String()),
  schemaless: Type.Boolean(),
  /** The whole value as block YAML and as JSON (kubectl's forms), masked. Null when it is neither object nor JSON. */
  yaml: Nullable(Type.String()),
  json: Nullable(Type.String()),
  /** As kubectl YAML without managedFields, status and server-set metadata; null when it is no Kubernetes object. */
  applyYaml: Nullable(Type.String()),
  /** A text value as it is. */
  text: Nullable(Type.String()),
  summary: Nullable(ObjectSummary),
  encryption: Nullable(EncryptionInfo),
  masked: Type.Array(MaskedPlace),
  rawMasked: Type.Boolean({ description: 'raw bytes and hex are refused with MASKED' }),
  problems: Type.Array(ValueProblem),
  unknownFields: Type.Array(UnknownField),
})
export type DecodedWire = Static<typeof DecodedWire>
