// Bundles: a namespace in the order to apply it, what is left out, and a deleted namespace brought back from etcd's history.
import type { DeletedLine } from '@registree/contract'
import { toBase64url, utf8 } from '@registree/keyspace'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../sources/testing/etcd.ts'
import { get, getLines, memoryCluster, testApp } from '../testing/app.ts'

type Stored = Record<string, unknown> & { kind: string; metadata: Record<string, unknown> }

const uid = (n: number) => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`
const meta = (name: string, n: number, more: object = {}) => ({
  ...{ name, namespace: 'shop', uid: uid(n), resourceVersion: '7', creationTimestamp: '2026-11-23T00:00:00Z' },
  managedFields: [{ manager: 'kubectl', operation: 'Update', apiVersion: 'v1' }],
  ...more,
})
const ownedBy = (kind: string, name: string, n: number) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: uid(n), controller: true }],
})

/** What is stored, by its key. */
const STORED: Record<string, Stored> = {
  '/registry/pods/shop/web-1-a': {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: meta('web-1-a', 3, ownedBy('ReplicaSet', 'web-1', 2)) },
    ...{ spec: { nodeName: 'n1', containers: [{ name: 'web', image: 'shop:1' }] }, status: { phase: 'Running' } },
  },
  '/registry/pods/shop/alone': {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: meta('alone', 4) },
    ...{ spec: { nodeName: 'n1', containers: [{ name: 'web', image: 'shop:1' }] }, status: { phase: 'Running' } },
  },
  '/registry/replicasets/shop/web-1': {
    ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: meta('web-1', 2, ownedBy('Deployment', 'web', 1)) },
    ...{ spec: { replicas: 1 } },
  },
  '/registry/deployments/shop/web': {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta('web', 1, { labels: { app: 'web' } }) },
    ...{ spec: { replicas: 1, paused: true }, status: { replicas: 1 } },
  },
  '/registry/services/specs/shop/web': {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: meta('web', 5) },
    ...{ spec: { clusterIP: '10.0.0.7', clusterIPs: ['10.0.0.7'], selector: { app: 'web' }, ports: [{ port: 80 }] } },
  },
  '/registry/configmaps/shop/settings': {
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('settings', 6) },
    ...{ data: { colour: 'red', number: '007' } },
  },
  '/registry/secrets/shop/password': {
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: meta('password', 7), type: 'Opaque' },
    ...{ data: { password: Buffer.from('hunter2-hunter2-hunter2').toString('base64') } },
  },
  '/registry/events/shop/web.1': { apiVersion: 'v1', kind: 'Event', metadata: meta('web.1', 8), reason: 'Pulled' },
  '/registry/namespaces/shop': {
    ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: uid(9), creationTimestamp: '2026-11-23T00:00:00Z' } },
    ...{ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
  },
}

const documentsOf = (text: string) =>
  parseAllDocuments(text).flatMap((document) => (document.contents === null ? [] : [document.toJS() as Stored]))
const leftOut = (text: string) => text.split('\n').filter((line) => line.startsWith('# Left out'))

describe('a namespace', () => {
  const source = new MemoryV3Source()
  for (const [key, value] of Object.entries(STORED)) source.set(utf8(key), utf8(JSON.stringify(value)))

  it('is written in the order to apply it, without what its controllers make', async () => {
    const app = await testApp(memoryCluster(source))
    const { status, headers, raw } = await get(app, 'v3/bundle?namespace=shop')
    const text = raw.toString()
    expect([status, headers['content-disposition']]).toEqual([200, 'attachment; filename="test-shop.yaml"'])
    expect(documentsOf(text).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace shop',
      'ConfigMap settings',
      'Service web',
      'Deployment web',
      'Pod alone',
    ])
    expect(leftOut(text)).toEqual([
      '# Left out: secrets shop/password: its content is masked',
      '# Left out: replicasets shop/web-1: its controller makes it from deployments shop/web',
      '# Left out: pods shop/web-1-a: its controller makes it from replicasets shop/web-1',
      '# Left out: events shop/web.1: the cluster writes it by itself',
    ])
    expect(text).toMatch(/\n# End: 5 written, 4 left out\.\n$/)
    expect(text).not.toMatch(/^ *(uid|resourceVersion|managedFields|status|nodeName|clusterIPs?|finalizers|ownerReferences):/m)
    await app.close()
  })

  it('contains its Secrets where they are shown', async () => {
    const app = await testApp(memoryCluster(source), { reveal: true })
    const { raw } = await get(app, 'v3/bundle?namespace=shop&path=secrets')
    expect(documentsOf(raw.toString()).map(({ data }) => data)).toEqual([STORED['/registry/secrets/shop/password']?.data])
    await app.close()
  })

  it('single keys are read at their own revisions, and a pod alone is kept', async () => {
    const app = await testApp(memoryCluster(source))
    const key = (text: string) => toBase64url(utf8(text))
    const list = `${key('/registry/pods/shop/web-1-a')},${key('/registry/configmaps/shop/settings')}.7,${key('/registry/nothing')}`
    const text = (await get(app, `v3/bundle?keys=${list}`)).raw.toString()
    expect(documentsOf(text).map(({ kind }) => kind)).toEqual(['ConfigMap', 'Pod'])
    expect(leftOut(text)).toEqual(['# Left out: nothing : it is not there at this revision'])
    expect((await get(app, 'v3/bundle')).status).toBe(400)
    expect((await get(app, `v3/bundle?keys=${list}&namespace=shop`)).status).toBe(400)
    await app.close()
  })
})

describe.skipIf(!hasEtcd())('a namespace that was deleted', () => {
  let etcd: TestEtcd
  let opened: OpenedCluster
  beforeAll(async () => {
    etcd = await startEtcd()
    opened = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
  })
  afterAll(async () => {
    await opened?.close()
    await etcd?.destroy()
  })

  it('comes back from what etcd still keeps, equal but for the fields that belong to one cluster', async () => {
    const app = await testApp(opened)
    for (const [key, value] of Object.entries(STORED)) await etcd.ctl(['put', key], { input: JSON.stringify(value) })
    await etcd.ctl(['del', '--prefix', '/registry/'])
    const lines = await getLines<DeletedLine>(app, 'v3/deleted?limit=200')
    const page = lines.at(-1)
    if (page?.type !== 'deleted') throw new Error('no page of deletions')
    const keys = page.entries.flatMap(({ key, last }) => (key === undefined || last === null ? [] : [`${toBase64url(utf8(key))}.${last}`]))
    const text = (await get(app, `v3/bundle?keys=${keys.join(',')}`)).raw.toString()
    const documents = documentsOf(text)
    expect(documents.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace shop',
      'ConfigMap settings',
      'Service web',
      'Deployment web',
      'Pod alone',
    ])
    for (const { kind, metadata, ...content } of documents) {
      const old = Object.values(STORED).find((one) => one.kind === kind && one.metadata.name === metadata.name) as Stored
      const { uid: _, resourceVersion, creationTimestamp, managedFields, ...oldMetadata } = old.metadata
      const { status, kind: __, metadata: ___, ...oldContent } = old
      const { clusterIP, clusterIPs, nodeName, finalizers, ...oldSpec } = (oldContent.spec ?? {}) as Record<string, unknown>
      expect(metadata).toEqual(oldMetadata)
      expect({ ...content, spec: content.spec ?? {} }).toEqual({ ...oldContent, spec: oldSpec })
    }
    await app.close()
  })
})
