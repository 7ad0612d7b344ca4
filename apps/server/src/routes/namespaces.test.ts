// Namespaces: the demo's, one that is stuck in deletion, one that never existed, and objects in one that does not exist.
import { fileURLToPath } from 'node:url'
import type { NamespaceAnswer, NamespaceCountsLine, NamespacesAnswer } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { describe, expect, test } from 'vitest'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { get, getLines, memoryCluster, testApp } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'
import { sortedSource } from '../testing/sorted-source.ts'

test('the demo: both ways of counting count every object of a namespace once', async () => {
  const opened = await openFile(fileURLToPath(new URL('../../../../demo/cluster', import.meta.url)))
  const app = await testApp(opened)
  const { namespaces } = (await get(app, 'namespaces')).json<NamespacesAnswer>()
  expect(namespaces.map(({ name, phase }) => [name, phase])).toEqual(
    ['default', 'kube-node-lease', 'kube-public', 'kube-system', 'monitoring', 'shop'].map((name) => [name, 'Active']),
  )
  const lines = await getLines<NamespaceCountsLine>(app, 'namespace-counts')
  expect(lines.at(-1)).toMatchObject({ type: 'end', read: 305 })
  const shop = (await get(app, 'namespaces/shop')).json<NamespaceAnswer>()
  expect(shop).toMatchObject({ namespace: { phase: 'Active', deletion: null }, objects: 182, remaining: null })
  const counted = lines.flatMap((line) =>
    line.type === 'counts'
      ? line.counts.filter(({ namespace }) => namespace === 'shop').map(({ objects }) => [line.path, objects] as const)
      : [],
  )
  expect(new Map(counted)).toEqual(new Map(shop.resources.map(({ path, objects }) => [path, objects])))
  // It walks little more than it counts.
  expect(shop.cost.walked).toBeLessThan(2 * 495)
  await app.close()
  await opened.close()
})

describe('hard cases', () => {
  const source = new MemoryV3Source()
  const put = (key: string, object: object) => source.set(utf8(`/registry/${key}`), utf8(JSON.stringify(object)))
  put('namespaces/well', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'well' }, status: { phase: 'Active' } })
  put('namespaces/stuck', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'stuck', deletionTimestamp: '2026-11-23T11:00:00Z' },
    spec: { finalizers: ['kubernetes'] },
    status: {
      phase: 'Terminating',
      conditions: [
        { type: 'NamespaceContentRemaining', status: 'True', message: 'Some resources are remaining' },
        { type: 'NamespaceDeletionContentFailure', status: 'False', message: 'All content successfully deleted' },
      ],
    },
  })
  put('configmaps/stuck/plain', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'plain' } })
  put('example.com/widgets/stuck/held', {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'held', deletionTimestamp: '2026-11-23T11:00:00Z', finalizers: ['example.com/hold'] },
  })
  put('pods/ghost/left', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'left' } })
  source.set(utf8('/registry/namespaces/damaged'), utf8('hunter2'))

  test('why a namespace is stuck: its finalizer, the controller’s message, and what is left in it', async () => {
    const app = await testApp(memoryCluster(source))
    const stuck = (await get(app, 'namespaces/stuck')).json<NamespaceAnswer>()
    expect(stuck.namespace?.deletion).toMatchObject({
      since: '2026-11-23T11:00:00Z',
      finalizers: [{ name: 'kubernetes', means: expect.stringContaining('namespace controller') }],
      conditions: [
        { type: 'NamespaceContentRemaining', holds: true },
        { type: 'NamespaceDeletionContentFailure', holds: false },
      ],
    })
    expect(stuck.remaining).toMatchObject({ read: 2, held: 1 })
    expect(
      stuck.remaining?.listed.map(({ key, finalizers, deletedSince }) => [key, finalizers.map(({ name }) => name), deletedSince]),
    ).toEqual([
      ['/registry/example.com/widgets/stuck/held', ['example.com/hold'], '2026-11-23T11:00:00Z'],
      ['/registry/configmaps/stuck/plain', [], null],
    ])
    await app.close()
  })

  test('one that does not exist, with and without objects; an unreadable value is reported but not quoted', async () => {
    const app = await testApp(memoryCluster(source))
    expect((await get(app, 'namespaces/ghost')).json()).toMatchObject({ namespace: null, objects: 1, resources: [{ path: 'pods' }] })
    expect((await get(app, 'namespaces/nobody')).json()).toMatchObject({ namespace: null, objects: 0, resources: [] })
    const list = (await get(app, 'namespaces')).json<NamespacesAnswer>()
    expect(list.namespaces.find(({ name }) => name === 'damaged')?.problem).toContain('text')
    expect(JSON.stringify(list)).not.toContain('hunter2')
    const lines = await getLines<NamespaceCountsLine>(app, 'namespace-counts')
    expect(lines.flatMap((line) => (line.type === 'counts' ? line.counts : []))).toContainEqual({ namespace: 'ghost', objects: 1 })
    await app.close()
  })

  test('a large live cluster is counted only on request', async () => {
    const large = sortedSource([
      ...Array.from({ length: 6 }, (_, i) => `/registry/namespaces/n${i}`),
      ...Array.from({ length: 50_100 }, (_, i) => `/registry/pods/n${Math.floor(i / 10_000)}/p${100_000 + i}`),
    ])
    const app = await testApp({ ...memoryCluster(large), source: 'etcd' })
    expect(await getLines(app, 'namespace-counts')).toMatchObject([{ type: 'head', total: 50_100, ask: true }])
    const lines = await getLines<NamespaceCountsLine>(app, 'namespace-counts?all=1')
    expect(lines.at(-1)).toMatchObject({ type: 'end', read: 50_100 })
    const pods = lines.flatMap((line) => (line.type === 'counts' && line.path === 'pods' ? line.counts : []))
    expect(pods).toEqual([0, 1, 2, 3, 4, 5].map((i) => ({ namespace: `n${i}`, objects: i < 5 ? 10_000 : 100 })))
    await app.close()
  })
})
