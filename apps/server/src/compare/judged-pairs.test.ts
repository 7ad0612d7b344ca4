// What pairs of values take with them to a thread.
import { expect, it } from 'vitest'
import type { Reading } from '../clusters/reading.ts'
import type { ComparePairsJob } from '../jobs/compare-pairs.ts'
import { JudgedPairs } from './judged-pairs.ts'

it('sends the bytes of the pairs, not the pages and the index that they are part of', async () => {
  const sent: ComparePairsJob[] = []
  const run = (_: string, job: ComparePairsJob) => {
    sent.push(job)
    return Promise.resolve(job.pairs.map(() => ({ change: 'equal', noise: null, summary: [] })))
  }
  const signal = new AbortController().signal
  const reading = { cluster: { configured: 'one', jobs: { run } }, policy: {}, signal } as unknown as Reading
  const page = new Uint8Array(1 << 20)
  const part = (from: number) => page.subarray(from, from + 10)
  const judged = new JudgedPairs(reading, reading, { otherObjects: false, keyspace: 'v3' })
  await judged.add({ at: 0, leftKey: part(0), rightKey: part(10), left: part(20), right: part(30), sameKey: true })
  expect(await judged.rest()).toHaveLength(1)
  const [pair] = sent.flatMap(({ pairs }) => pairs)
  expect([pair?.leftKey, pair?.rightKey, pair?.left, pair?.right].map((bytes) => bytes?.buffer.byteLength)).toEqual([10, 10, 10, 10])
})
