// What the front page says of the demo cluster, and how little of a large live one it reads.
import { fileURLToPath } from 'node:url'
import type { TroubleAnswer } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { expect, test } from 'vitest'
import { openFile } from '../sources/file/open-file.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { get, memoryCluster, testApp } from '../testing/app.ts'

test('the demo: a lost node with its pods, crashing pods by owner, what a finalizer holds first', async () => {
  const opened = await openFile(fileURLToPath(new URL('../../../../demo/cluster', import.meta.url)))
  const app = await testApp(opened)
  const { nodes, pods, deletions } = (await get(app, 'trouble')).json<TroubleAnswer>()
  expect(nodes).toMatchObject({ total: 3, count: 1, silent: [{ key: '/registry/minions/172.20.0.115', pods: 7 }] })
  expect(pods).toMatchObject({ total: 29, read: true, well: 13, terminating: 7, more: 0 })
  expect(pods.groups.map(({ owner, status, count }) => [owner, status, count])).toEqual([
    ['ReplicaSet storefront-69bd5954b', 'CrashLoopBackOff', 2],
    ['ReplicaSet storefront-7688b8f6b6', 'CrashLoopBackOff', 2],
    ['ReplicaSet storefront-6b6ff5dc75', 'CrashLoopBackOff', 1],
    ['ReplicaSet storefront-6b6ff5dc75', 'Running', 2],
    ['ReplicaSet storefront-7688b8f6b6', 'Running', 1],
  ])
  expect(deletions.count).toBe(7)
  expect(deletions.listed[0]).toMatchObject({ name: 'stuck-big', says: expect.stringContaining('example.com/hold') })
  await app.close()
  await opened.close()
})

test('an etcd without Kubernetes is no trouble', async () => {
  const source = new MemoryV3Source()
  source.set(utf8('/elsewhere/key'), utf8('value'))
  const app = await testApp(memoryCluster(source))
  const answer = (await get(app, 'trouble')).json<TroubleAnswer>()
  expect(answer).toMatchObject({ nodes: { total: 0, count: 0 }, pods: { total: 0, read: true, groups: [] }, deletions: { count: 0 } })
  await app.close()
})

test('the pods of a large live cluster are counted, and read on request only', async () => {
  const source = new MemoryV3Source()
  source.set(utf8('/registry/minions/n'), utf8('{"apiVersion":"v1","kind":"Node","metadata":{"name":"n"}}'))
  let values = 0
  const range = source.range.bind(source)
  source.range = async (request, signal) => {
    const pods = Buffer.from(request.key).toString().startsWith('/registry/pods/')
    // 5,001 pods that nobody may look at.
    if (pods && (request.countOnly || request.keysOnly)) return { revision: 2n, count: 5001, more: true, kvs: [] }
    if (pods) values += 1
    return await range(request, signal)
  }
  const app = await testApp({ ...memoryCluster(source), source: 'etcd' })
  const answer = (await get(app, 'trouble')).json<TroubleAnswer>()
  expect(answer).toMatchObject({ nodes: { total: 1, count: 1, silent: [{ pods: null }] }, pods: { read: false, groups: [] } })
  expect(answer.pods.total).toBeGreaterThan(5000)
  expect(values).toBe(0)
  await get(app, 'trouble?pods=1')
  expect(values).toBeGreaterThan(0)
  await app.close()
})
