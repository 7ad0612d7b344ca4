// A stored value for the browser: decoded, masked and already formatted as text, so that no number is rounded.
import { type Static, Type } from 'typebox'
import { Note, ProblemMessage, StateMessage, StatusMessage } from './messages.ts'
import { Instant, Nullable } from './primitives.ts'

/**
 * A text form of a value. `yaml` and `json` are kubectl's forms of the whole value; `apply` is YAML without managedFields, status and server-set
 * fields, ready for `kubectl apply` elsewhere; `manifest` and `values` belong to a Helm release; `text` is the value itself.
 */
export const TextForm = Type.Union([
  Type.Literal('yaml'),
  Type.Literal('json'),
  Type.Literal('text'),
  Type.Literal('apply'),
  Type.Literal('manifest'),
  Type.Literal('values'),
])
export type TextForm = Static<typeof TextForm>

/** Which text an answer contains: large values are formatted once, not in every form. `none` requests only the facts. */
export const ViewQuery = {
  view: Type.Optional(
    Type.Union([...TextForm.anyOf, Type.Literal('none')], {
      description: 'the text that the answer carries; the first of `forms` when absent',
    }),
  ),
}

/** Something to know about the value: what did not decode, what is a guess. */
export const ValueProblem = Type.Object({
  path: Type.String(),
  message: Type.String({ description: 'English text' }),
  sentences: Type.Array(ProblemMessage, { description: 'the same as codes' }),
  severity: Type.Union([Type.Literal('info'), Type.Literal('warning'), Type.Literal('error')]),
})

export const UnknownField = Type.Object({
  path: Type.String(),
  number: Type.Integer(),
  wireType: Type.Integer(),
  size: Nullable(Type.Integer({ description: 'bytes of the content; null where it is masked and smaller than 16 bytes' })),
  /** Base64 of the bytes after the tag; absent if masked or longer than 4 KiB. */
  bytes: Type.Optional(Type.String()),
})

/** Why content stays on the server. */
const REASONS = [
  'secret',
  'manifest',
  'private-key',
  'kubeconfig',
  'registry-login',
  'token',
  'oauth',
  'encryption-key',
  'helm-release',
  'flannel-key',
  'password-hash',
  'copy',
  'damaged',
  'not-searched',
] as const
export type MaskReason = (typeof REASONS)[number]
export const MaskReason = Type.Unsafe<MaskReason>({ type: 'string', enum: [...REASONS] })

/**
 * A place whose content stays on the server. Equal digests at the same path of the same key mean equal bytes while this process runs: in other
 * revisions of the key, and at the same key of another cluster or backup. Digests of other keys and paths cannot be compared.
 */
export const MaskedPlace = Type.Object({
  path: Type.String(),
  size: Nullable(Type.Integer({ description: 'bytes; null under 16, where the size would help to guess the content' })),
  digest: Nullable(Type.String({ description: 'null under 16 bytes' })),
  why: MaskReason,
})

export const Tone = Type.Union([
  Type.Literal('ok'),
  Type.Literal('warning'),
  Type.Literal('error'),
  Type.Literal('muted'),
  Type.Literal('progress'),
])
export type Tone = Static<typeof Tone>

/** The state of an object, in English and as codes. */
export const StatusInWords = Type.Object({ text: Type.String(), sentences: Type.Array(StatusMessage), tone: Tone })
export type StatusInWords = Static<typeof StatusInWords>

/** The header of a Kubernetes object. */
export const ObjectSummary = Type.Object({
  apiVersion: Type.String(),
  kind: Type.String(),
  name: Nullable(Type.String()),
  namespace: Nullable(Type.String()),
  creationTimestamp: Nullable(Instant),
  owners: Type.Array(
    Type.Object({ apiVersion: Type.String(), kind: Type.String(), name: Type.String(), uid: Type.String(), controller: Type.Boolean() }),
  ),
  labels: Type.Array(Type.Object({ key: Type.String(), value: Type.String() })),
  status: Nullable(StatusInWords),
  deletion: Nullable(
    Type.Object({ since: Nullable(Instant), gracePeriodSeconds: Nullable(Type.String()), finalizers: Type.Array(Type.String()) }),
  ),
  facts: Type.Array(
    Type.Object({
      label: Type.String({ description: 'English text' }),
      code: Type.String({ description: 'names the label' }),
      value: Type.String({ description: 'what is stored, or English text' }),
      sentences: Type.Array(StateMessage, { description: 'the value as codes; empty for what is stored' }),
    }),
  ),
})
export type ObjectSummary = Static<typeof ObjectSummary>

/** The header of encrypted bytes, and what would open them. */
export const EncryptionInfo = Type.Object({
  provider: Type.String(),
  keyName: Type.String(),
  decrypted: Type.Boolean(),
  authenticated: Type.Boolean(),
  reason: Nullable(Type.String({ description: 'why it is not decrypted, and what opens it: English text' })),
  sentences: Type.Array(ProblemMessage, { description: 'the reason as codes' }),
  facts: Type.Array(
    Type.Object({
      label: Type.String(),
      value: Type.String({ description: 'what is stored, or English text' }),
      sentences: Type.Array(ProblemMessage, { description: 'the value as codes; empty for what is stored' }),
    }),
  ),
})

/**
 * A Helm release in a Secret or ConfigMap. Its name, chart, versions and times are shown; manifest, values, notes and description may contain secrets
 * and are masked.
 */
export const HelmRelease = Type.Object({
  storage: Type.Union([Type.Literal('secret'), Type.Literal('configmap'), Type.Literal('helm2')]),
  name: Type.String(),
  namespace: Type.String(),
  revision: Type.String({ description: 'in decimal; empty when the release does not say' }),
  status: Type.String(),
  /** Its content, one fact per line; a masked one shows its size and digest. */
  facts: Type.Array(Type.Object({ label: Type.String(), value: Type.String(), masked: Type.Boolean() })),
  masked: Type.Boolean({ description: 'manifest, values, notes and description are masked' }),
  problem: Nullable(Note),
})
export type HelmRelease = Static<typeof HelmRelease>

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
  schemaless: Type.Boolean({ description: 'of a kind that Registree does not know: all but its metadata is shown by field number' }),
  tablesEnd: Type.String({ description: 'the newest Kubernetes release whose kinds Registree knows, as 1.37 or 1.38 (beta)' }),
  forms: Type.Array(TextForm, { description: 'the texts that this value can be read as; the first one is sent when none is asked for' }),
  shown: Nullable(
    Type.Object(
      { form: TextForm, text: Type.String() },
      { description: 'the text that `view` asks for, masked, or the first one where the value has no such form' },
    ),
  ),
  summary: Nullable(ObjectSummary),
  allocation: Type.Boolean({ description: 'the value is a bitmap of addresses or ports: `/v3/allocation` says who holds them' }),
  release: Nullable(HelmRelease),
  encryption: Nullable(EncryptionInfo),
  masked: Type.Array(MaskedPlace),
  rawMasked: Type.Boolean({
    description: 'raw bytes and hex are refused with MASKED, and the size of the value is rounded up to a multiple of 64 bytes',
  }),
  problems: Type.Array(ValueProblem),
  unknownFields: Type.Array(UnknownField),
  incomplete: Type.Boolean({ description: 'the value has more than Registree reads or writes out: what is shown is not all of it' }),
})
export type DecodedWire = Static<typeof DecodedWire>
