// Turns stored bytes into what the browser gets: decrypts, decodes, masks and formats them. A value leaves the server only this way.
import type { DecodedWire, TextForm } from '@registree/contract'
import { type Decryptor, isEncrypted, isSecretPlace, type ProblemMessage, parseEncryptedHeader, roundedSize } from '@registree/kube'
import type { JobRunner } from '../jobs/jobs.ts'
import { inEnglish } from '../messages/in-english.ts'
import { noteOf } from '../messages/note.ts'
import { summaryOnWire } from '../messages/state-in-english.ts'
import { isAppError } from '../problem.ts'
import { SHOWN_LIMIT_MS, takesLong } from './large-values.ts'
import { whyNotOpened } from './not-opened.ts'
import type { Policy } from './policy.ts'
import { type ReadValue, readSmallValue, unreadValue, type ValueJob } from './read-value.ts'
import { shareThread } from './share-thread.ts'

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
  /** The text to format; undefined for the value's default one. */
  view?: TextForm | 'none' | undefined
}

/** Answers for any bytes: a value beyond a limit comes with a problem. Rejects only with CANCELLED, or with BUSY if too many large ones wait. */
export async function decodeValue(bytes: Uint8Array, context: ValueContext, jobs: JobRunner, signal: AbortSignal): Promise<DecodedWire> {
  const { decryptor, now, view, ...place } = context
  const job: ValueJob = {
    ...place,
    ...decrypt(bytes, context),
    stored: bytes,
    now: now?.getTime() ?? null,
    view,
  }
  if (!takesLong(job.plain ?? bytes)) {
    await shareThread()
    const read = readSmallValue(job)
    if (read !== null) return onWire(read)
  }
  try {
    const holds = bytes.length + (job.plain === null || job.plain === bytes ? 0 : job.plain.length)
    return onWire(await jobs.run('readValue', job, { signal, limitMs: SHOWN_LIMIT_MS, holds, handOver: () => ownCopy(job) }))
  } catch (error) {
    if (isAppError(error, 'CANCELLED') || isAppError(error, 'BUSY')) throw error
    return onWire(unreadValue(job, whyNotOpened(error, SHOWN_LIMIT_MS)))
  }
}

function onWire({ problems, summary, release, ...read }: ReadValue): DecodedWire {
  return {
    ...read,
    release: release && { ...release, problem: release.problem && noteOf(release.problem) },
    summary: summary && summaryOnWire(summary),
    problems: problems.map(({ says, ...problem }) => ({ ...problem, message: inEnglish.problem(says), sentences: says })),
  }
}

/** The same with its own copies of the bytes: of the value they can be transferred, and the key's may be part of a page of megabytes. */
function ownCopy(job: ValueJob): { input: ValueJob; transfer: ArrayBuffer[] } {
  const stored = new Uint8Array(job.stored)
  const plain = job.plain === null ? null : job.plain === job.stored ? stored : new Uint8Array(job.plain)
  const transfer = plain === null || plain === stored ? [stored.buffer] : [stored.buffer, plain.buffer]
  return { input: { ...job, ...(job.key && { key: new Uint8Array(job.key) }), stored, plain }, transfer }
}

function decrypt(bytes: Uint8Array, context: ValueContext): { plain: Uint8Array | null; encryption: DecodedWire['encryption'] } {
  if (!isEncrypted(bytes)) return { plain: bytes, encryption: null }
  const answer = context.decryptor(bytes, context.key ?? new Uint8Array())
  const header = parseEncryptedHeader(bytes)
  const kms = header?.kms
  const facts: NonNullable<DecodedWire['encryption']>['facts'] = []
  const fact = (label: string, value: string | number | ProblemMessage | null | undefined) => {
    if (value === null || value === undefined || value === '') return
    if (typeof value === 'object') facts.push({ label, value: inEnglish.problem([value]), sentences: [value] })
    else facts.push({ label, value: String(value), sentences: [] })
  }
  fact('Key id', kms?.keyId)
  fact('Annotations', kms?.annotations.join(', '))
  fact('Wrapped key, bytes', kms?.wrappedKeySize)
  // The exact size would reveal the length of a masked value.
  const rounds = !context.policy.reveal && isSecretPlace(context.key ?? context.path ?? '')
  const size = kms?.payloadSize
  fact(
    'Encrypted object, bytes',
    rounds && typeof size === 'number' ? { code: 'size-rounded', params: { bytes: String(roundedSize(size)) } } : size,
  )
  fact('Problem', kms?.problem)
  return {
    plain: answer.ok ? answer.plaintext : null,
    encryption: {
      provider: answer.provider,
      keyName: answer.keyName,
      decrypted: answer.ok,
      authenticated: answer.ok && answer.authenticated,
      reason: answer.ok ? null : inEnglish.problem(answer.says),
      sentences: answer.ok ? [] : answer.says,
      facts,
    },
  }
}
