// What is read again, and in which order: on request, when etcd is back, when it may have been replaced, and when it was.
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, test } from 'vitest'
import { HttpError } from './http.ts'
import { readAgain } from './read-again.ts'
import { reads } from './source-query.ts'

const clients: QueryClient[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.clear()
})

type About = Parameters<typeof reads>[1] & { cluster?: string; active?: boolean; fails?: HttpError }

/** Queries that have been read once; `log` records what is read afterwards. */
async function page(queries: Record<string, About>) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } })
  clients.push(client)
  const log: string[] = []
  const state = { fails: true }
  for (const [name, { cluster = 'a', active = true, fails, ...about }] of Object.entries(queries)) {
    const options = {
      queryKey: [name],
      queryFn: async () => {
        log.push(name)
        if (fails && state.fails) throw fails
        return `${name} ${log.length}`
      },
      meta: reads(cluster, about),
    }
    if (active) new QueryObserver(client, options).subscribe(() => {})
    else await client.prefetchQuery(options)
  }
  await expect.poll(() => client.isFetching()).toBe(0)
  log.length = 0
  state.fails = false
  return {
    client,
    log,
    names: () =>
      client
        .getQueryCache()
        .getAll()
        .map(({ queryKey }) => queryKey[0]),
  }
}

const down = new HttpError('SOURCE_UNREACHABLE', 503, 'down', null)
const missing = new HttpError('KEY_NOT_FOUND', 404, 'missing', null)

const ALL = {
  head: {},
  table: { heavy: true },
  value: { rev: '5' },
  left: { active: false },
  failed: { fails: down },
  missing: { fails: missing },
  elsewhere: { cluster: 'b' },
} satisfies Record<string, About>

test('asked: all queries for the newest revision of this cluster, heavy ones too', async () => {
  const { client, log } = await page(ALL)
  await readAgain(client, 'a', 'asked')
  expect(log.sort()).toEqual(['failed', 'head', 'missing', 'table'])
})

test('returned: only what etcd did not answer', async () => {
  const { client, log } = await page(ALL)
  await readAgain(client, 'a', 'returned')
  expect(log).toEqual(['failed'])
})

test('reconnected: all but heavy queries, first those for the newest; unused ones are dropped', async () => {
  const { client, log, names } = await page(ALL)
  await readAgain(client, 'a', 'reconnected')
  expect(log.slice(0, 3).sort()).toEqual(['failed', 'head', 'missing'])
  expect(log.slice(3)).toEqual(['value'])
  expect(names()).not.toContain('left')
  expect(client.getQueryData(['table'])).toBe('table 2')
})

test('replaced: everything, and the old data is hidden meanwhile', async () => {
  const { client, log } = await page(ALL)
  const reading = readAgain(client, 'a', 'replaced')
  expect([client.getQueryData(['value']), client.getQueryData(['table'])]).toEqual([undefined, undefined])
  expect(client.getQueryData(['elsewhere'])).toBeDefined()
  await reading
  expect([...log].sort()).toEqual(['failed', 'head', 'missing', 'table', 'value'])
  expect(log.at(-1)).toBe('value')
})
