// Reads an NDJSON answer, each line as soon as it arrives.
import type { StreamError, StreamWaiting } from '@registree/contract'
import { text } from '../i18n/text.ts'
import { activity } from './activity.ts'
import { fetchOfEpoch } from './epochs.ts'
import { HttpError, isProblem, problemError, serverUnreachable } from './http.ts'
import { waiting } from './waiting.ts'
import { expectWords, type WordFile, wordsFor } from './words.ts'

/** How long lines are processed in one go, in ms: half a frame. */
const SLICE_MS = 8

/** Runs after pending input and rendering. A timer would wait 4 ms each time. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/**
 * Requests an NDJSON answer of our own server and passes every line to `take`, in order, and none after an abort. `useWaiting` reports that it waits
 * for its turn.
 * @param likely the translations that the lines probably need
 * @throws HttpError for everything except an abort, which stays an AbortError
 */
export async function readLines<T>(
  url: string,
  signal: AbortSignal,
  take: (line: T) => void,
  likely: readonly WordFile[] = [],
): Promise<void> {
  activity.began()
  expectWords(likely)
  try {
    let response: Response
    try {
      response = await fetchOfEpoch(url, { headers: { accept: 'application/x-ndjson' }, signal })
    } catch (cause) {
      throw unreachable(cause, signal)
    }
    activity.answered(true)
    if (!response.ok || !response.body) throw await refused(response, signal)
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ''
    let began = performance.now()
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw unreachable(cause, signal)
      })
      if (done) break
      const lines = (rest + value).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        // Between two lines the page may render, scroll and accept input.
        if (performance.now() - began > SLICE_MS) {
          await nextTask()
          began = performance.now()
        }
        const words = wordsFor(line, likely, signal)
        if (words !== null) await words
        // Lines that had arrived before the abort are dropped: drawn now, they would look like the answer.
        signal.throwIfAborted()
        const said = JSON.parse(line) as T | StreamWaiting | StreamError
        if (isError(said)) throw problemError(said.problem)
        if (isWaiting(said)) waiting.tell(url, said.ahead)
        else {
          waiting.end(url)
          take(said)
        }
      }
    }
    if (rest !== '') throw answerCut()
  } finally {
    waiting.end(url)
    activity.ended()
  }
}

/** The error of an answer that ended before its last line. */
export const answerCut = (): HttpError => new HttpError('UNEXPECTED_ANSWER', 200, text.answers.cut, null)

const typeOf = (line: unknown): unknown => (line as { type?: unknown }).type
const isError = (line: unknown): line is StreamError => typeOf(line) === 'error'
const isWaiting = (line: unknown): line is StreamWaiting => typeOf(line) === 'waiting'

function unreachable(cause: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return cause
  activity.answered(false)
  return serverUnreachable(cause)
}

async function refused(response: Response, signal: AbortSignal): Promise<HttpError> {
  const answer = await response.text().catch(() => '')
  await wordsFor(answer, [], signal)
  const body = parsed(answer)
  if (isProblem(body)) return problemError(body)
  return new HttpError('UNEXPECTED_ANSWER', response.status, text.answers.other({ status: String(response.status) }), null)
}

function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer)
  } catch {
    return null
  }
}
