// Opening stored values: small ones at once, large or costly ones in worker threads, and one beyond a limit stops no other.
import { createDecryptor, selectFields } from '@registree/kube'
import { describe, expect, test } from 'vitest'
import { customResource, HOSTILE_VALUES, podOfContainers } from '../../../../packages/kube/src/testing/hostile-values.ts'
import { JobStopped } from '../jobs/job-stopped.ts'
import type { JobName, JobRunner } from '../jobs/jobs.ts'
import { runHere } from '../jobs/run-here.ts'
import { AppError } from '../problem.ts'
import { decodeValue } from './decode-value.ts'
import { MOST_TEXT } from './read-value.ts'
import { type Opener, openObject, openObjects } from './stored-objects.ts'

const utf8 = (text: string) => Buffer.from(text)
const signal = new AbortController().signal
const decryptor = createDecryptor(null)
const policy = { reveal: false, decrypt: true, salt: new Uint8Array(32) }

/** Counts jobs run in this thread; `stop` simulates a thread that ends during one. */
function counted(stop?: () => Error) {
  const here = runHere({ decryptorOf: () => decryptor })
  const seen: JobName[] = []
  const jobs: JobRunner = {
    ...here,
    run: (name, input, options) => {
      seen.push(name)
      return stop === undefined ? here.run(name, input, options) : Promise.reject(stop())
    },
  }
  const opener: Opener = { configured: 'test', decryptor, masking: policy, jobs }
  return { seen, jobs, opener }
}

const stored = (path: string, name: string, value: Uint8Array) => ({ key: utf8(`/registry/${path}/shop/${name}`), value })
const small = (name: string) => stored('example.com/widgets', name, customResource(name, '{"a":1}'))
const NAME = selectFields(['.metadata.name'])

describe('many values', () => {
  test('come in order, the large ones from a thread', async () => {
    const { opener, seen } = counted()
    const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i) =>
      i % 2 === 0 ? small(name) : stored('pods', name, podOfContainers(name, 50_000)),
    )
    const names: unknown[] = []
    for await (const { kv, opened } of openObjects(opener, all, NAME, { signal })) {
      expect(opened.problem).toBeUndefined()
      expect(opened.object?.metadata).toEqual({ name: kv.key.toString().slice(-1) })
      names.push(kv.key.toString().slice(-1))
    }
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(seen).toEqual(['openObject', 'openObject', 'openObject'])
  })

  test('one with few bytes and many elements goes to a thread too', async () => {
    const { opener, seen } = counted()
    const dear = stored('pods', 'dear', podOfContainers('dear', 20_000))
    expect(dear.value.length).toBeLessThan(64 * 1024)
    expect((await openObject(opener, dear, undefined, { signal })).object).toBeDefined()
    expect(seen).toEqual(['openObject'])
    // If few fields are wanted, little is built.
    await openObject(opener, dear, NAME, { signal })
    expect(seen).toHaveLength(1)
  })

  test.each([
    ['memory', 'value-memory'],
    ['time', 'value-time'],
    ['crash', 'registree-failed'],
  ] as const)('one that ends its thread (%s) has a problem, and the others are there', async (why, code) => {
    const { opener } = counted(() => new JobStopped(why, {}))
    const all = [small('a'), stored('pods', 'huge', podOfContainers('huge', 500_000)), small('b')]
    const opened: unknown[] = []
    for await (const one of openObjects(opener, all, undefined, { signal })) opened.push(one.opened)
    expect(opened).toMatchObject([
      { object: { kind: 'Widget' } },
      { tooLarge: true, problem: expect.arrayContaining([expect.objectContaining({ code })]) },
      { object: { kind: 'Widget' } },
    ])
  })

  test('end with CANCELLED when nobody waits any more', async () => {
    const gone = new AbortController()
    const { opener } = counted(() => new AppError('CANCELLED', { code: 'stored-text', params: { text: 'The request was cancelled.' } }))
    const large = stored('pods', 'huge', podOfContainers('huge', 500_000))
    await expect(openObject(opener, large, NAME, { signal })).rejects.toMatchObject({ code: 'CANCELLED' })
    const all = openObjects(counted().opener, [small('a'), small('b')], NAME, { signal: gone.signal })
    await all.next()
    gone.abort()
    await expect(all.next()).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  test.each(HOSTILE_VALUES.map((value) => [value.what, value] as const))(
    '%s: opened within the limits, or a clear word',
    async (_, { path, make }) => {
      const { opener, seen } = counted()
      const value = stored(path, 'hostile', make('hostile'))
      const { object, outline, problem, tooLarge } = await openObject(opener, value, undefined, { check: true, signal })
      expect(seen).toEqual(['openObject'])
      expect(object === undefined && outline === undefined).toBe(problem !== undefined)
      if (tooLarge)
        expect(problem).toEqual([
          { code: 'value-elements', params: { most: 50_000 } },
          { code: 'registree-limit', params: {} },
        ])
      const named = await openObject(opener, value, NAME, { signal })
      expect(named.problem).toBeUndefined()
    },
  )
})

describe('a value opened by a user', () => {
  const read = (bytes: Uint8Array, jobs: JobRunner) =>
    decodeValue(bytes, { key: utf8('/registry/example.com/widgets/shop/x'), decryptor, policy, now: null }, jobs, signal)

  test('is read at once if small, and in a thread if it has many elements', async () => {
    const { jobs, seen } = counted()
    expect((await read(customResource('x', '{"a":1}'), jobs)).problems).toEqual([])
    expect(seen).toEqual([])
    const dear = customResource('x', `[${'1,'.repeat(20_000)}1]`)
    expect(dear.length).toBeLessThan(64 * 1024)
    expect((await read(dear, jobs)).forms).toContain('apply')
    expect(seen).toEqual(['readValue'])
  })

  test('is shown as far as it is read, and not offered for apply', async () => {
    const { jobs } = counted()
    const { problems, forms, shown } = await read(customResource('x', `[${'1,'.repeat(400_000)}1]`), jobs)
    expect(problems[0]?.message).toContain('more than 250,000 members and list items')
    expect(shown?.text).toContain('name: x')
    expect(forms).toEqual(['yaml', 'json'])
  })

  test('is cut after a line if nesting makes its text too long, and not offered for apply', async () => {
    const { jobs } = counted()
    const deep = customResource('x', `[${Array.from({ length: 600 }, () => `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`).join(',')}]`)
    const as = (view: 'yaml' | 'json' | 'apply') =>
      decodeValue(deep, { key: utf8('/registry/example.com/widgets/shop/x'), decryptor, policy, now: null, view }, jobs, signal)
    for (const view of ['yaml', 'json'] as const) {
      const { shown, problems } = await as(view)
      expect(shown?.text.length).toBeLessThanOrEqual(MOST_TEXT)
      expect(shown?.text.endsWith('\n')).toBe(true)
      expect(problems[0]?.message).toContain('more than 6,000,000 characters')
    }
    const apply = await as('apply')
    expect(apply.shown).toEqual({ form: 'apply', text: '' })
    expect(apply.problems[0]?.message).toContain('so it is not shown')
  })

  test('is an answer with a problem if its thread ended, and shows nothing of the value', async () => {
    const { jobs } = counted(() => new JobStopped('time', {}))
    const answer = await read(customResource('x', `"${'x'.repeat(100_000)}"`), jobs)
    expect(answer).toMatchObject({
      shown: null,
      forms: [],
      rawMasked: true,
      problems: [{ severity: 'error', message: expect.stringContaining('longer than 30 s') }],
    })
  })
})
