// One follower for many readers, over an in-memory keyspace: batches, slow readers, late forms, lost history, and the end.
import { prefixEnd, utf8 } from '@registree/keyspace'
import { expect, test, vi } from 'vitest'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { memoryCluster } from '../testing/app.ts'
import { FollowedKeys } from './followed-keys.ts'
import { v3Keys } from './subject.ts'
import type { Form } from './told-changes.ts'

interface News {
  revision: string
  changes?: string[]
  missed?: true
  pages?: number
  touch?: { following: boolean }
}

const names: Form = async (changes) =>
  changes.map(({ key, revision, kv }) => `"${Buffer.from(key)}@${revision}${kv === null ? ' gone' : ''}"`)

function world(prefix = 'pods/') {
  const source = new MemoryV3Source()
  const onEnd = vi.fn()
  const key = utf8(prefix)
  const interval = { key, end: prefix.endsWith('/') ? prefixEnd(key) : null }
  const opened = memoryCluster(source)
  const followed = new FollowedKeys({
    ...{ opened, subject: v3Keys(opened, interval), now: () => new Date(0), onEnd },
    times: { batchMs: 1, retryMs: 1, idleMs: 1 },
  })
  const reader = (group = 'names', after = 1n, form: Form = names) => {
    const heard: News[] = []
    let unread = 0
    const leave = followed.follow(
      { send: ({ data }) => heard.push(JSON.parse(String(data)) as News), unread: () => unread },
      { group, form, after },
    )
    return {
      heard,
      changes: () => heard.flatMap(({ changes = [] }) => changes),
      leave,
      slow: (bytes: number) => {
        unread = bytes
      },
    }
  }
  return { source, followed, onEnd, reader, put: (name: string) => source.set(utf8(name), utf8('x')) }
}

test('a slow reader gets the newest of each key only, and the others do not wait for it', async () => {
  const { reader, put } = world()
  const [fast, slow] = [reader(), reader()]
  await expect.poll(() => fast.heard.some(({ touch }) => touch?.following)).toBe(true)
  slow.slow(1024 * 1024)
  put('pods/a')
  await expect.poll(() => fast.changes()).toEqual(['pods/a@2'])
  put('pods/b')
  put('nodes/x')
  await expect.poll(() => fast.changes().at(-1)).toBe('pods/b@3')
  put('pods/a')
  put('pods/a')
  await expect.poll(() => fast.changes().at(-1)).toBe('pods/a@6')
  expect(slow.changes()).toEqual([])
  slow.slow(0)
  await expect.poll(() => slow.changes()).toEqual(['pods/b@3', 'pods/a@6'])
})

test('a form that comes later is told what is still known, and each form is made once for all its readers', async () => {
  const { followed, reader, put, source } = world()
  const first = reader()
  await expect.poll(() => followed.watches).toBe(1)
  put('pods/a')
  await expect.poll(() => first.changes()).toEqual(['pods/a@2'])
  const form = vi.fn(names)
  const [second, third] = [reader('other', 1n, form), reader('other', 2n, form)]
  await expect.poll(() => second.changes()).toEqual(['pods/a@2'])
  const before = form.mock.calls.length
  source.remove(utf8('pods/a'))
  for (const one of [first, second, third]) await expect.poll(() => one.changes().at(-1)).toBe('pods/a@3 gone')
  expect(third.changes()).toEqual(['pods/a@3 gone'])
  expect(form.mock.calls.length).toBe(before + 1)
  expect(followed.watches).toBe(1)
})

test('a form that fails costs its readers the changes, and they are told', async () => {
  const { reader, put } = world()
  let isBroken = false
  const broken = reader('broken', 1n, async (changes, signal) => {
    if (isBroken) throw new Error('no')
    return await names(changes, signal)
  })
  const other = reader()
  await expect.poll(() => broken.heard.some(({ touch }) => touch?.following)).toBe(true)
  isBroken = true
  put('pods/a')
  // Only so many pages read again.
  await expect.poll(() => broken.heard.at(-1)).toMatchObject({ missed: true, pages: 1 })
  await expect.poll(() => other.changes()).toEqual(['pods/a@2'])
})

test('a failure while changes are told costs the changes only, and following goes on', async () => {
  const { followed, reader, put } = world()
  const heard: News[] = []
  let isBroken = false
  const send = ({ data }: { data: Buffer }) => {
    if (isBroken) {
      isBroken = false
      throw new Error('no')
    }
    heard.push(JSON.parse(String(data)) as News)
  }
  followed.follow({ send, unread: () => 0 }, { group: 'names', form: names, after: 1n })
  await expect.poll(() => heard.some(({ touch }) => touch?.following)).toBe(true)
  const behind = reader()
  isBroken = true
  put('pods/a')
  for (const all of [heard, behind.heard]) await expect.poll(() => all.at(-1)).toMatchObject({ missed: true, pages: 2 })
  put('pods/b')
  await expect.poll(() => behind.changes()).toEqual(['pods/b@3'])
  expect(heard.at(-1)).toMatchObject({ revision: '3', changes: ['pods/b@3'] })
})

test('the newest state of a single key is told however old the page is', async () => {
  const { reader, put } = world('pods/a')
  for (let i = 0; i < 5; i++) put('pods/a')
  const page = reader('names', 3n)
  await expect.poll(() => page.changes()).toEqual(['pods/a@6'])
  const current = reader('names', 6n)
  put('pods/a')
  await expect.poll(() => current.changes()).toEqual(['pods/a@7'])
})

test('ends a while after its last reader, and tells its readers when it is ended', async () => {
  const { followed, onEnd, reader } = world()
  const one = reader()
  const two = reader()
  expect(followed.readers).toBe(2)
  one.leave()
  expect(onEnd).not.toHaveBeenCalled()
  two.leave()
  await expect.poll(() => onEnd.mock.calls.length).toBe(1)
  const other = world()
  const last = other.reader()
  other.followed.end()
  other.followed.end()
  expect(last.heard.at(-1)).toMatchObject({ missed: true })
  expect(other.onEnd).toHaveBeenCalledTimes(1)
})
