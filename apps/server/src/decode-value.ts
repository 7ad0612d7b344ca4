// Stored bytes → what the browser gets: decrypted, decoded, masked and written out as text. The one way out of the server for a value.
import { createHmac } from 'node:crypto'
import type { DecodedWire } from '@registree/contract'
import {
  applyable,
  asServed,
  type DecodedValue,
  type Decryptor,
  decode,
  isEncrypted,
  type KubeValue,
  maskDecoded,
  parseEncryptedHeader,
  renderJson,
  renderYaml,
  summarize,
} from '@registree/kube'
import type { Static } from 'typebox'

/** What is the same for every value of a process. */
export interface ValuePolicy {
  reveal: boolean
  /** Made anew at every start, so that digests say nothing outside of this process. */
  salt: Uint8Array
  now: () => Date
}

export interface ValueContext {
  /** The key in the v3 keyspace, or the path in the v2 keyspace. */
  key?: Uint8Array
  path?: string
  modRevision?: bigint
  decryptor: Decryptor
  /** What ages are relative to. */
  now: Date
}

/** A short digest that can be compared within one process and nowhere else. */
export function digest(salt: Uint8Array, bytes: Uint8Array): string {
  return createHmac('sha256', salt).update(bytes).digest('hex').slice(0, 8)
}

/** Larger unknown fields are named by their size only. */
const UNKNOWN_FIELD_MAX = 4096

/** Total: whatever the bytes are, this answers and does not throw. */
export function decodeValue(bytes: Uint8Array, context: ValueContext, policy: ValuePolicy): Static<typeof DecodedWire> {
  const { plain, encryption } = decrypt(bytes, context)
  const decoded: DecodedValue =
    plain === null
      ? { encoding: 'encrypted', layers: [], schemaless: false, problems: [], unknownFields: [] }
      : decode(plain, context.key === undefined ? {} : { key: context.key })
  const result = maskDecoded(decoded, {
    ...(context.key === undefined ? {} : { key: context.key }),
    ...(context.path === undefined ? {} : { path: context.path }),
    reveal: policy.reveal,
    salt: policy.salt,
    digest,
    raw: plain ?? bytes,
  })
  const shown = result.decoded
  const body: KubeValue | undefined = shown.object ?? shown.value
  const served =
    shown.object !== undefined && context.modRevision !== undefined && shown.apiVersion !== undefined
      ? asServed(shown.object, String(context.modRevision)).object
      : body
  const isKubernetes = shown.object !== undefined && shown.apiVersion !== undefined && shown.kind !== undefined
  return {
    encoding: shown.encoding,
    layers: encryption?.decrypted ? [`encrypted (${encryption.provider})`, ...shown.layers] : shown.layers,
    apiVersion: shown.apiVersion ?? null,
    kind: shown.kind ?? null,
    schemaless: shown.schemaless,
    yaml: served === undefined ? null : renderYaml(served),
    json: served === undefined ? null : renderJson(served),
    applyYaml: isKubernetes && !shown.schemaless && shown.object !== undefined ? renderYaml(applyable(shown.object)) : null,
    text: shown.text ?? null,
    summary: isKubernetes ? summarize(shown, { now: context.now.getTime() }) : null,
    encryption,
    masked: result.masked,
    rawMasked: result.rawMasked,
    problems: shown.problems,
    unknownFields: result.unknownFields.map(({ path, number, wireType, size, bytes: content }) => ({
      path,
      number,
      wireType,
      size,
      ...(content === undefined || content.length > UNKNOWN_FIELD_MAX ? {} : { bytes: Buffer.from(content).toString('base64') }),
    })),
  }
}

function decrypt(bytes: Uint8Array, context: ValueContext): { plain: Uint8Array | null; encryption: DecodedWire['encryption'] } {
  if (!isEncrypted(bytes)) return { plain: bytes, encryption: null }
  const answer = context.decryptor(bytes, context.key ?? new Uint8Array())
  const header = parseEncryptedHeader(bytes)
  const kms = header?.kms
  const facts: { label: string; value: string }[] = []
  const fact = (label: string, value: string | number | null | undefined) => {
    if (value !== null && value !== undefined && value !== '') facts.push({ label, value: String(value) })
  }
  fact('key id', kms?.keyId)
  fact('annotations', kms?.annotations.join(', '))
  fact('wrapped key, bytes', kms?.wrappedKeySize)
  fact('encrypted object, bytes', kms?.payloadSize)
  fact('problem', kms?.problem)
  return {
    plain: answer.ok ? answer.plaintext : null,
    encryption: {
      provider: answer.provider,
      keyName: answer.keyName,
      decrypted: answer.ok,
      authenticated: answer.ok && answer.authenticated,
      reason: answer.ok ? null : `${answer.reason} ${answer.whatWouldOpenIt}`.trim(),
      facts,
    },
  }
}
