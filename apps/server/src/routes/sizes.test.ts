// Bytes and stored versions: exact on a file without reading values; on a live etcd by reading only what was requested.
import { fileURLToPath } from 'node:url'
import type { ResourceSize, ResourcesAnswer, SizesLine } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { expect, test } from 'vitest'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { get, getLines, memoryCluster, testApp } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'
import { sortedSource } from '../testing/sorted-source.ts'

const sizes = (lines: readonly SizesLine[]): ResourceSize[] => lines.filter((line): line is ResourceSize => line.type === 'size')

test('the demo: a sample has exact bytes, and reading all values gives the same', async () => {
  const opened = await openFile(fileURLToPath(new URL('../../../../demo/cluster', import.meta.url)))
  const app = await testApp(opened)
  const sample = sizes(await getLines<SizesLine>(app, 'sizes?sample=1'))
  const all = sizes(await getLines<SizesLine>(app, 'sizes'))
  expect(sample.map(({ path, bytes }) => [path, bytes])).toEqual(all.map(({ path, bytes }) => [path, bytes]))
  expect(all.every(({ complete }) => complete)).toBe(true)
  const { resources } = (await get(app, 'resources?counts=1')).json<ResourcesAnswer>()
  const counted = resources.filter(({ empty }) => !empty).map(({ path, count }) => [path, count])
  expect(all.map(({ path, objects }) => [path, objects])).toEqual(counted)
  expect(sample.find(({ path }) => path === 'events')).toMatchObject({ complete: false, objects: 10 })
  const [pods] = sizes(await getLines<SizesLine>(app, 'sizes?path=pods'))
  expect(pods).toEqual(all.find(({ path }) => path === 'pods'))
  expect((await get(app, 'sizes?path=nothing')).status).toBe(404)
  await app.close()
  await opened.close()
})

test('a live etcd: a sample reads ten values and leaves the bytes unknown; mixed versions, another prefix', async () => {
  const source = new MemoryV3Source()
  const put = (name: string, apiVersion: string) =>
    source.set(utf8(`/kubernetes.io/deployments/a/${name}`), utf8(JSON.stringify({ apiVersion, kind: 'Deployment', metadata: { name } })))
  for (let i = 0; i < 11; i += 1) put(`d${10 + i}`, i < 3 ? 'extensions/v1beta1' : 'apps/v1')
  source.set(utf8('/kubernetes.io/secrets/a/s'), utf8('k8s:enc:aescbc:v1:key1:0123456789abcdef'))
  const app = await testApp({ ...memoryCluster(source), source: 'etcd' }, { kubernetesPrefix: '/kubernetes.io' })
  const [deployments, secrets] = sizes(await getLines<SizesLine>(app, 'sizes?sample=1'))
  expect(deployments).toMatchObject({ path: 'deployments', complete: false, objects: 10, bytes: null })
  expect(deployments?.versions).toEqual([
    { apiVersion: 'extensions/v1beta1', kind: 'Deployment', objects: 3 },
    { apiVersion: 'apps/v1', kind: 'Deployment', objects: 7 },
  ])
  expect(secrets).toMatchObject({ path: 'secrets', complete: true, objects: 1, unread: 1, bytes: 64, rounded: true, versions: [] })
  expect(deployments?.rounded).toBe(false)
  const [all] = sizes(await getLines<SizesLine>(app, 'sizes?path=deployments'))
  expect(all).toMatchObject({ complete: true, objects: 11 })
  expect(all?.bytes).toBeGreaterThan(700)
  await app.close()
})

test('a sample of a large directory walks few of its keys', async () => {
  const source = sortedSource([
    ...Array.from({ length: 5 }, (_, i) => `/registry/namespaces/n${i}`),
    ...Array.from({ length: 50_000 }, (_, i) => `/registry/pods/n${Math.floor(i / 10_000)}/p${100_000 + i}`),
  ])
  const app = await testApp({ ...memoryCluster(source), source: 'etcd' })
  await get(app, 'resources')
  const lines = await getLines<SizesLine>(app, 'sizes?sample=1')
  expect(sizes(lines).find(({ path }) => path === 'pods')).toMatchObject({ objects: 10, complete: false, bytes: null })
  const end = lines.at(-1)
  expect(end?.type === 'end' ? end.cost.walked : Number.POSITIVE_INFINITY).toBeLessThan(12_000)
  await app.close()
})
