// Rows of followed tables whose values are handed over to a thread, after which they are gone from here.

import type { TableChange, TableNews } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { createDecryptor } from '@registree/kube'
import { expect, test } from 'vitest'
import type { Reading } from '../clusters/reading.ts'
import type { JobRunner } from '../jobs/jobs.ts'
import { runHere } from '../jobs/run-here.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { memoryCluster, testCluster } from '../testing/app.ts'
import { LiveFollows } from './live-follows.ts'

const here = runHere({ decryptorOf: () => createDecryptor(null) })
/** As a pool that is ready: nothing runs in place, and what is transferred changes owner. */
const handingOver: JobRunner = {
  ...here,
  run: (job, input, { transfer = [] } = {}) => here.run(job, structuredClone(input, { transfer })),
}

const pod = (name: string, note: string) =>
  JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: { name, namespace: 'shop', annotations: { note } },
    spec: { containers: [{ name: 'web' }] },
    status: { phase: `Phase of ${name}` },
  })

test('lone changes of more bytes than are kept are all told, and a later policy reads the newest of them whole', async () => {
  const source = new MemoryV3Source()
  const cluster = testCluster('test', memoryCluster(source), { jobs: handingOver })
  const follows = new LiveFollows(() => new Date(0), { batchMs: 1, retryMs: 1 })
  const page = (after: bigint, reveal: boolean) => {
    const heard: TableNews[] = []
    const reading = { cluster, policy: { ...cluster.masking, reveal } } as Reading
    const main = { apiVersion: 'v1', kind: 'Pod' }
    const reader = { send: ({ data }: { data: Buffer }) => heard.push(JSON.parse(String(data)) as TableNews), unread: () => 0 }
    follows.table(reading, { path: 'pods', namespace: null, main, after }, reader)
    return { heard, changes: () => heard.flatMap(({ changes = [] }) => changes) }
  }
  const told = ({ row }: TableChange) => [row.name, row.phase]
  const expected = (name: string) => [name, `Phase of ${name}`]
  try {
    const first = page(1n, false)
    await expect.poll(() => first.heard.some(({ touch }) => touch?.following)).toBe(true)
    const names = Array.from({ length: 9 }, (_, i) => `web-${i}`)
    let revision = 1n
    for (const [i, name] of names.entries()) {
      revision = source.set(utf8(`/registry/pods/shop/${name}`), new Uint8Array(utf8(pod(name, 'x'.repeat(300_000)))))
      await expect.poll(() => first.changes().length).toBe(i + 1)
    }
    expect(first.changes().map(told)).toEqual(names.map(expected))
    const later = page(revision - 2n, true)
    await expect.poll(() => later.changes().map(told)).toEqual(names.slice(-2).map(expected))
    source.set(utf8('/registry/pods/shop/last'), new Uint8Array(utf8(pod('last', ''))))
    for (const one of [first, later]) await expect.poll(() => one.changes().map(told).at(-1)).toEqual(expected('last'))
    expect([...first.heard, ...later.heard].filter(({ missed }) => missed)).toEqual([])
  } finally {
    follows.close()
  }
})
