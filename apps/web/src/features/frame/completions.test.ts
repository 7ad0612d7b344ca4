// What Tab completes to.
import { expect, test } from 'vitest'
import { utf8 } from '../../lib/bytes.ts'
import { type Completion, sharedBeginning } from './completions.ts'

const keys = (...texts: (string | null)[]): Completion[] =>
  texts.map((text, i) => ({ id: String(i), keyspace: 'v3', kind: 'key', bytes: text === null ? Uint8Array.of(0xff) : utf8(text), text }))

test.each([
  ['as much as all share', ['/r/pods/', '/r/podtemplates/'], '/r/p', '/r/pod'],
  ['all of a single one', ['/r/pods/'], '/r/po', '/r/pods/'],
  ['nothing where they part at once', ['/r/a', '/r/b'], '/r/', null],
  ['nothing that is typed already', ['/r/pods/', '/r/pods/x'], '/r/pods/', null],
  ['nothing of bytes that cannot be typed', [null], '', null],
  ['no half character', ['/r/🙂', '/r/🙃'], '/r', '/r/'],
])('%s', (_, texts, typed, completed) => {
  expect(sharedBeginning(keys(...texts), typed)).toBe(completed)
})
