// What the front page says of the demo cluster, and how little of a large live one it reads.
import { fileURLToPath } from 'node:url'
import type { TroubleAnswer } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { expect, test } from 'vitest'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { get, memoryCluster, testApp } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'
import { sortedSource } from '../testing/sorted-source.ts'

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

test('of values that nobody can read it does not say that they are well', async () => {
  const source = new MemoryV3Source()
  for (const key of ['minions/n', 'leases/kube-node-lease/n', 'namespaces/shop', 'pods/shop/p'])
    source.set(utf8(`/registry/${key}`), utf8('?'))
  const app = await testApp(memoryCluster(source))
  const answer = (await get(app, 'trouble')).json<TroubleAnswer>()
  expect(answer).toMatchObject({ unread: 4, nodes: { total: 1, count: 0 }, pods: { total: 1, read: true, well: 0 } })
  await app.close()
})

test('the pods of a large live cluster are counted, and read on request only', async () => {
  let values = 0
  const source = sortedSource(
    ['/registry/minions/n', ...Array.from({ length: 5001 }, (_, i) => `/registry/pods/a/p${10_000 + i}`)],
    ({ key, countOnly, keysOnly }) => {
      if (Buffer.from(key).toString().startsWith('/registry/pods/') && !countOnly && !keysOnly) values += 1
    },
  )
  const app = await testApp({ ...memoryCluster(source), source: 'etcd' })
  const answer = (await get(app, 'trouble')).json<TroubleAnswer>()
  expect(answer.pods).toMatchObject({ total: 5001, read: false, groups: [] })
  expect(values).toBe(0)
  expect((await get(app, 'trouble?pods=1')).json<TroubleAnswer>().pods.read).toBe(true)
  expect(values).toBeGreaterThan(10)
  await app.close()
})
