// When a page counts as read since a silence: only by a reading that began after it, and succeeded.
import { expect, test } from 'vitest'
import { NO_SILENCE, type Seen, SILENT, silenceAfter } from './silence.ts'

const after = (...seen: Partial<Seen>[]) => {
  let silence = NO_SILENCE
  for (const one of seen) {
    const now: Seen = { etcd: 'answers', isFetching: false, readAt: 1, ...one }
    silence = silenceAfter(silence, now)
    // Called at each rendering: it must come to rest.
    expect(silenceAfter(silence, now)).toBe(silence)
  }
  return silence
}

test('a reading after the silence ends it, if it succeeds', () => {
  const began = [{ etcd: 'lost' }, {}, { isFetching: true }] as const
  expect(after(...began)).toMatchObject({ is: 'reading' })
  expect(after(...began, { readAt: 2 })).toBe(NO_SILENCE)
  expect(after(...began, {})).toBe(SILENT)
  expect(after(...began, {}, { isFetching: true }, { readAt: 2 })).toBe(NO_SILENCE)
  // The rows of a reading that broke off.
  expect(after(...began, { readAt: null })).toBe(SILENT)
  expect(after(...began, { etcd: 'lost', readAt: 2 })).toBe(SILENT)
})

test('a reading that began before etcd answered does not count', () => {
  const fetching = { isFetching: true }
  expect(after(fetching, { etcd: 'lost', ...fetching }, fetching, { readAt: 2 })).toBe(SILENT)
  expect(after({ etcd: 'lost' }, { etcd: 'unknown', ...fetching }, fetching, { readAt: 2 })).toBe(SILENT)
})

test('without a silence a reading is no news', () => {
  expect(after({ etcd: 'unknown' }, { isFetching: true }, { readAt: 2 })).toBe(NO_SILENCE)
})
