// The front page's troubles of the demo cluster, and how little of a large live one is read.
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { PodTroubleLine, StreamWaiting, TroubleAnswer } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { expect, test } from 'vitest'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { beginAsked, beginBackground } from '../streams/in-quiet.ts'
import { get, getLines, memoryCluster, testApp } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'
import { field, metadata, storedProtobuf } from '../testing/protobuf.ts'
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

test('an etcd without Kubernetes has no troubles', async () => {
  const source = new MemoryV3Source()
  source.set(utf8('/elsewhere/key'), utf8('value'))
  const app = await testApp(memoryCluster(source))
  const answer = (await get(app, 'trouble')).json<TroubleAnswer>()
  expect(answer).toMatchObject({ nodes: { total: 0, count: 0 }, pods: { total: 0, read: true, groups: [] }, deletions: { count: 0 } })
  await app.close()
})

test('unreadable values are not called healthy', async () => {
  const source = new MemoryV3Source()
  for (const key of ['minions/n', 'leases/kube-node-lease/n', 'namespaces/shop', 'pods/shop/p'])
    source.set(utf8(`/registry/${key}`), utf8('?'))
  const app = await testApp(memoryCluster(source))
  const answer = (await get(app, 'trouble')).json<TroubleAnswer>()
  expect(answer.unreadAs).toEqual({ encrypted: 0, undecrypted: 0, damaged: 4, tooLarge: 0, unknownKind: 0 })
  expect(answer).toMatchObject({ unread: 4, nodes: { total: 1, count: 0 }, pods: { total: 1, read: true, well: 0 } })
  await app.close()
})

test('pods of which a part did not decode are neither healthy nor in trouble', async () => {
  const source = new MemoryV3Source()
  source.set(utf8('/registry/pods/shop/p'), storedProtobuf('v1', 'Pod', metadata('p', 'shop'), field(3, field(1, 'Running'), [18, 120])))
  const app = await testApp(memoryCluster(source))
  const answer = (await get(app, 'trouble')).json<TroubleAnswer>()
  expect(answer).toMatchObject({ unread: 1, unreadAs: { damaged: 1 }, pods: { total: 1, read: true, well: 0, notReady: 0, groups: [] } })
  await app.close()
})

test('values that are only encrypted, too large or of an unknown kind are not counted as damaged', async () => {
  const source = new MemoryV3Source()
  for (const key of ['minions/n', 'leases/kube-node-lease/n'])
    source.set(utf8(`/registry/${key}`), utf8('k8s:enc:aescbc:v1:key1:0123456789abcdef'))
  source.set(utf8('/registry/namespaces/shop'), utf8('?'))
  const app = await testApp(memoryCluster(source))
  const answer = (await get(app, 'trouble')).json<TroubleAnswer>()
  expect([answer.unread, answer.unreadAs]).toEqual([3, { encrypted: 2, undecrypted: 0, damaged: 1, tooLarge: 0, unknownKind: 0 }])
  await app.close()
})

function manyPods(pods: number) {
  const asked = { values: 0 }
  const source = sortedSource(
    ['/registry/minions/n', ...Array.from({ length: pods }, (_, i) => `/registry/pods/a/p${10_000 + i}`)],
    ({ key, countOnly, keysOnly }) => {
      if (Buffer.from(key).toString().startsWith('/registry/pods/') && !countOnly && !keysOnly) asked.values += 1
    },
  )
  return { asked, opened: { ...memoryCluster(source), source: 'etcd' as const } }
}

test('the pods of a larger live cluster are counted first, and may be read in the background', async () => {
  const { asked, opened } = manyPods(5001)
  const app = await testApp(opened)
  const answer = (await get(app, 'trouble')).json<TroubleAnswer>()
  expect(answer.pods).toMatchObject({ total: 5001, read: false, background: true, groups: [] })
  expect(asked.values).toBe(0)
  const lines = await getLines<PodTroubleLine>(app, 'trouble/pods')
  const progress = lines.flatMap((line) => (line.type === 'progress' ? [line] : []))
  expect(progress[0]).toEqual({ type: 'progress', read: 0, total: 5001 })
  expect(progress.at(-1)).toEqual({ type: 'progress', read: 5001, total: 5001 })
  expect(lines.at(-1)).toMatchObject({ type: 'trouble', trouble: { nodes: { total: 1 }, pods: { total: 5001, read: true } } })
  await app.close()
})

test('the pods of a very large live cluster are read on request only; those of a file always', async () => {
  const { asked, opened } = manyPods(20_001)
  const live = await testApp(opened)
  expect((await get(live, 'trouble')).json<TroubleAnswer>().pods).toMatchObject({ total: 20_001, read: false, background: false })
  expect(asked.values).toBe(0)
  await live.close()
  const file = await testApp({ ...opened, source: 'file' })
  expect((await get(file, 'trouble')).json<TroubleAnswer>().pods).toMatchObject({ read: false, background: true })
  await file.close()
})

test('the background reading waits for requested ones, before it begins and between its pages', async () => {
  const { opened } = manyPods(1500)
  const cluster = { opened }
  const app = await testApp(opened)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const end = beginAsked(cluster)
  const reply = await fetch(`http://127.0.0.1:${port}/api/v1/clusters/test/trouble/pods`)
  const lines = linesOf(reply)
  expect(await lines.next()).toEqual({ type: 'waiting', ahead: 1 })
  end()
  expect(await lines.next()).toEqual({ type: 'progress', read: 0, total: 1500 })
  // Somebody opens a table meanwhile.
  const endTable = beginAsked(cluster)
  let line = await lines.next()
  while (line?.type === 'progress') line = await lines.next()
  expect(line).toEqual({ type: 'waiting', ahead: 1 })
  endTable()
  while (line !== null && line.type !== 'trouble') line = await lines.next()
  expect(line).toMatchObject({ trouble: { pods: { total: 1500, read: true } } })
  await app.close()
})

test('a reader that leaves passes its turn to the next background reading', async () => {
  const { opened } = manyPods(1500)
  const cluster = { opened }
  const gone = new AbortController()
  const end = await beginBackground(cluster, gone.signal)
  const next = beginBackground(cluster, new AbortController().signal)
  const third = new AbortController()
  const left = beginBackground(cluster, third.signal)
  third.abort()
  await expect(left).rejects.toMatchObject({ code: 'CANCELLED' })
  end()
  ;(await next)()
})

/** Reads a stream line by line, like a browser. */
function linesOf(reply: Response): { next: () => Promise<PodTroubleLine | StreamWaiting | null> } {
  const reader = (reply.body as ReadableStream<Uint8Array>).getReader()
  let text = ''
  return {
    next: async () => {
      while (!text.includes('\n')) {
        const { done, value } = await reader.read()
        if (done) return null
        text += Buffer.from(value).toString()
      }
      const [line = '', ...rest] = text.split('\n')
      text = rest.join('\n')
      return JSON.parse(line) as PodTroubleLine | StreamWaiting
    },
  }
}
