// Waiting for the words of an answer: not without limit, not after an abort, and not for files that it does not need.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

vi.mock('../i18n/language.ts', () => ({ language: 'zh-Hans' }))

const file = (name: string) => `@registree/messages/en/${name}`
const OTHERS = ['containers', 'files', 'finalizers', 'flannel', 'notes', 'notices', 'problems', 'related', 'states']

let asked: string[] = []
/** How each file answers; `null` never does. */
const answers = new Map<string, (() => Promise<object>) | null>()

beforeEach(() => {
  vi.resetModules()
  vi.useFakeTimers()
  asked = []
  answers.clear()
  for (const name of [...OTHERS, 'errors', 'findings'])
    vi.doMock(file(name), () => {
      asked.push(name)
      const answer = answers.get(name)
      return answer === null ? new Promise<object>(() => {}) : (answer?.() ?? {})
    })
})
afterEach(() => {
  vi.useRealTimers()
})

const ANSWER = '{"sentences":[{"code":"new-one"}]}'

/** Whether it has resolved, once everything that is due has happened. */
function watch(promise: Promise<void> | null) {
  const state = { done: promise === null }
  promise?.then(
    () => {
      state.done = true
    },
    () => {},
  )
  return state
}

test('an answer waits for a file that never answers for a while only, and the next one not at all', async () => {
  answers.set('findings', null)
  const { wordsFor } = await import('./words.ts')
  const first = watch(wordsFor(ANSWER, ['findings']))
  await vi.advanceTimersByTimeAsync(2900)
  expect(first.done).toBe(false)
  await vi.advanceTimersByTimeAsync(200)
  expect(first.done).toBe(true)
  // The others have their own patience, which they do not need.
  await vi.waitFor(() => expect(asked).toContain('states'))
  await vi.advanceTimersByTimeAsync(100)
  const next = watch(wordsFor(ANSWER, ['findings']))
  await vi.advanceTimersByTimeAsync(0)
  expect(next.done).toBe(true)
})

test('an abort releases an answer that waits', async () => {
  answers.set('findings', null)
  const { wordsFor } = await import('./words.ts')
  const leaving = new AbortController()
  const waits = wordsFor(ANSWER, ['findings'], leaving.signal)
  const released = expect(waits).rejects.toMatchObject({ name: 'AbortError' })
  await vi.advanceTimersByTimeAsync(10)
  leaving.abort()
  await released
})

test('an answer outside its files waits for the one that has it, not for all', async () => {
  answers.set('states', null)
  answers.set('errors', async () => ({ errors: { 'new-one': 'x' } }))
  const { wordsFor } = await import('./words.ts')
  const waits = watch(wordsFor(ANSWER))
  await vi.waitFor(() => expect(waits.done).toBe(true))
  expect(wordsFor(ANSWER)).toBeNull()
})

test('a file that failed is requested again, but not at once', async () => {
  answers.set('findings', () => Promise.reject(new Error('no server')))
  const { wordsFor } = await import('./words.ts')
  const failed = watch(wordsFor(ANSWER, ['findings']))
  await vi.waitFor(() => expect(failed.done).toBe(true))
  vi.doMock(file('findings'), () => ({ findings: { 'new-one': 'x' } }))
  const soon = watch(wordsFor(ANSWER, ['findings']))
  await vi.advanceTimersByTimeAsync(100)
  expect(soon.done).toBe(true)
  expect(wordsFor(ANSWER)).not.toBeNull()
  await vi.advanceTimersByTimeAsync(6000)
  const later = watch(wordsFor(ANSWER, ['findings']))
  await vi.waitFor(() => expect(later.done).toBe(true))
  expect(wordsFor(ANSWER)).toBeNull()
})
