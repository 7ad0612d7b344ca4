// Stored bytes → what the browser gets: decrypted here, where the keys are, then decoded, masked and written out. The one way out of the server for a value.
import type { DecodedWire, TextForm } from '@registree/contract'
import { type Decryptor, isEncrypted, isSecretPlace, parseEncryptedHeader, roundedSize } from '@registree/kube'
import type { JobRunner } from '../jobs/jobs.ts'
import type { Policy } from './policy.ts'
import { type Decoded, readValue, type ValueJob } from './read-value.ts'

export interface ValueContext {
  /** The key in the v3 keyspace, or the path in the v2 keyspace. */
  key?: Uint8Array
  path?: string
  modRevision?: bigint
  decryptor: Decryptor
  /** What the request may see. */
  policy: Policy
  /** What ages are relative to. */
  now: Date | null
  /** The text to write out; undefined is the first one that the value has. */
  view?: TextForm | 'none' | undefined
}

/** Values beyond this many bytes take long enough for other requests to notice. */
const LARGE = 64 * 1024

/** Also what is packed: it is unpacked to be searched for secrets, or as a Helm release. */
function takesLong(bytes: Uint8Array): boolean {
  if (bytes.length > LARGE) return true
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return view.length > 512 && PACKED.some((beginning) => view.includes(beginning))
}
/** gzip as it begins: in base64, in base64 of that (a Secret's JSON), in hexadecimal, as it is. */
const PACKED = [Buffer.from('H4sI'), Buffer.from('SDRzS'), Buffer.from('1f8b08'), Buffer.from([0x1f, 0x8b, 8])]

/** Whatever the bytes are, this answers; it rejects only with CANCELLED, or when the thread that reads large values cannot run at all. */
export async function decodeValue(bytes: Uint8Array, context: ValueContext, jobs: JobRunner, signal: AbortSignal): Promise<Decoded> {
  const { decryptor, now, view, ...place } = context
  const job: ValueJob = {
    ...place,
    ...decrypt(bytes, context),
    stored: bytes,
    now: now?.getTime() ?? null,
    view,
  }
  if (takesLong(job.plain ?? bytes)) return await jobs.run('readValue', job, { signal })
  return readValue(job)
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
  fact('Key id', kms?.keyId)
  fact('Annotations', kms?.annotations.join(', '))
  fact('Wrapped key, bytes', kms?.wrappedKeySize)
  // The exact size would tell the length of what is masked.
  const rounds = !context.policy.reveal && isSecretPlace(context.key ?? context.path ?? '')
  const size = kms?.payloadSize
  fact('Encrypted object, bytes', rounds && typeof size === 'number' ? `up to ${roundedSize(size)}` : size)
  fact('Problem', kms?.problem)
  return {
    plain: answer.ok ? answer.plaintext : null,
    encryption: {
      provider: answer.provider,
      keyName: answer.keyName,
      decrypted: answer.ok,
      authenticated: answer.ok && answer.authenticated,
      reason: answer.ok ? null : `${answer.reason} What would open it: ${answer.whatWouldOpenIt}`,
      facts,
    },
  }
}
