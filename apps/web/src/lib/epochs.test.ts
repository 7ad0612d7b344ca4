// Answers of an ended epoch are rejected, and a new epoch is reported once.
import { afterEach, expect, test, vi } from 'vitest'
import { fetchOfEpoch, hearEpoch, onEpoch } from './epochs.ts'

afterEach(() => vi.unstubAllGlobals())

const answers = (...epochs: (string | null)[]) => {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push(`${init.cache} ${url}`)
    const epoch = epochs.shift()
    return new Response('{}', epoch == null ? {} : { headers: { 'registree-epoch': epoch } })
  })
  return asked
}

test('an answer of an earlier epoch is requested again', async () => {
  hearEpoch('a', 'm1-1.5')
  const asked = answers('m1-1.4', 'm1-1.5')
  const response = await fetchOfEpoch('/api/v1/clusters/a/v3/value?key=x', {})
  expect(response.headers.get('registree-epoch')).toBe('m1-1.5')
  expect(asked).toEqual(Array.from({ length: 2 }, () => 'no-cache /api/v1/clusters/a/v3/value?key=x'))
})

test('a later epoch is reported once, for its cluster', async () => {
  hearEpoch('b', 'm1-1.5')
  const told: string[] = []
  const end = onEpoch((cluster) => told.push(cluster))
  answers('m1-1.6', 'm1-1.6', null)
  await fetchOfEpoch('/api/v1/clusters/b/status', {})
  await fetchOfEpoch('/api/v1/clusters/b/status', {})
  await fetchOfEpoch('/api/v1/clusters', {})
  expect(told).toEqual(['b'])
  end()
})

test('the first epoch is not reported, and a server whose clock is behind is accepted in the end', async () => {
  const told: string[] = []
  const end = onEpoch((cluster) => told.push(cluster))
  answers('m2-1.1', 'm1-2.1', 'm1-2.1', 'm1-2.1', 'm1-2.1')
  await fetchOfEpoch('/api/v1/clusters/c/status', {})
  expect(told).toEqual([])
  await fetchOfEpoch('/api/v1/clusters/c/status', {})
  expect(told).toEqual(['c'])
  end()
})
