// What applying a bundle would do: created, changed and in which fields, left alone, or left out; in one cluster and in another.
import type { DiffAnswer, PreviewLine, PreviewObject } from '@registree/contract'
import { toBase64url, utf8 } from '@registree/keyspace'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../problem.ts'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../sources/testing/etcd.ts'
import { appOf, get, getLines, memoryCluster, testApp, testCluster } from '../testing/app.ts'

const uid = (n: number) => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`
const meta = (name: string, n: number, more: object = {}) => ({
  ...{ name, namespace: 'shop', uid: uid(n), resourceVersion: String(n), creationTimestamp: `2026-11-23T00:00:0${n}Z` },
  ...more,
})
const configMap = (name: string, n: number, data: object, more: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: meta(name, n, more), data },
})
const namespace = (n: number) => ({
  ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: uid(n), creationTimestamp: '2026-11-23T00:00:00Z' } },
  ...{ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
})
const service = (n: number, clusterIP: string) => ({
  ...{ apiVersion: 'v1', kind: 'Service', metadata: meta('web', n) },
  ...{ spec: { clusterIP, selector: { app: 'web' }, ports: [{ port: 80 }] }, status: { loadBalancer: {} } },
})
const deployment = (n: number, replicas: number, more: object = {}) => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta('web', n), spec: { replicas, ...more } },
  ...{ status: { replicas } },
})
const PEM = `-----BEGIN PRIVATE KEY-----\n${'QUJD'.repeat(16)}\n-----END PRIVATE KEY-----\n`

/** What the bundle has. */
const BUNDLE: Record<string, object> = {
  '/registry/namespaces/shop': namespace(1),
  '/registry/configmaps/shop/gone': configMap('gone', 2, { a: '1' }),
  '/registry/configmaps/shop/key': configMap('key', 3, { key: PEM }),
  '/registry/configmaps/shop/replaced': configMap('replaced', 4, { a: '1', b: '2' }),
  '/registry/configmaps/shop/secretive': configMap('secretive', 5, { key: 'nothing' }),
  '/registry/configmaps/shop/terminating': configMap('terminating', 6, { a: '1' }, { deletionTimestamp: '2026-11-24T00:00:00Z' }),
  '/registry/secrets/shop/password': { apiVersion: 'v1', kind: 'Secret', metadata: meta('password', 6), data: { p: 'aHVudGVyMg==' } },
  '/registry/services/specs/shop/web': service(7, '10.0.0.7'),
  '/registry/deployments/shop/web': deployment(8, 1),
}
/** What the cluster has; null for what was deleted. */
const LIVE: Record<string, object | null> = {
  '/registry/configmaps/shop/gone': null,
  '/registry/configmaps/shop/replaced': configMap('replaced', 9, { a: '3', c: '4' }, { deletionTimestamp: '2026-11-24T00:00:00Z' }),
  '/registry/configmaps/shop/secretive': configMap('secretive', 9, { key: PEM }),
  '/registry/services/specs/shop/web': service(9, '10.0.0.9'),
  '/registry/deployments/shop/web': deployment(9, 3, { paused: true }),
}

const objectsOf = (lines: readonly PreviewLine[]): PreviewObject[] => lines.flatMap((line) => (line.type === 'objects' ? line.objects : []))
const shortly = ({ path, place, verdict, why, warning, kept, summary }: PreviewObject) =>
  [`${path} ${place}`, verdict, why?.text ?? warning ?? (kept > 0 ? `keeps ${kept}` : ''), summary.map(({ code }) => code).join(' ')].join(
    ': ',
  )

const EXPECTED = [
  'namespaces shop: same: : ',
  'secrets shop/password: left-out: its content is masked: ',
  'configmaps shop/gone: created: : ',
  'configmaps shop/key: left-out: part of its content is masked: .data.key: ',
  'configmaps shop/replaced: changed: being-deleted: changed added',
  'configmaps shop/secretive: changed: : changed',
  'configmaps shop/terminating: same: being-deleted: ',
  'services/specs shop/web: same: : ',
  'deployments shop/web: changed: keeps 1: changed',
]

describe.skipIf(!hasEtcd())('a bundle of the past, and what a live cluster has now', () => {
  let etcd: TestEtcd
  let opened: OpenedCluster
  let past = ''
  beforeAll(async () => {
    etcd = await startEtcd()
    opened = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
    for (const [key, value] of Object.entries(BUNDLE)) await etcd.ctl(['put', key], { input: JSON.stringify(value) })
    past = String((await opened.v3.status()).revision)
    for (const [key, value] of Object.entries(LIVE))
      await (value === null ? etcd.ctl(['del', key]) : etcd.ctl(['put', key], { input: JSON.stringify(value) }))
  })
  afterAll(async () => {
    await opened?.close()
    await etcd?.destroy()
  })

  it('each object says what applying it would do, in the order of the bundle', async () => {
    const app = await testApp(opened)
    const lines = await getLines<PreviewLine>(app, `v3/bundle-preview?namespace=shop&rev=${past}`)
    const newest = String((await opened.v3.status()).revision)
    expect(lines[0]).toMatchObject({ type: 'start', bundle: { revision: past }, cluster: { revision: newest, source: 'etcd' } })
    expect(objectsOf(lines).map(shortly)).toEqual(EXPECTED)
    expect(lines.at(-1)).toMatchObject({
      ...{ type: 'progress', done: true, unlisted: 0 },
      counts: { created: 1, changed: 3, same: 3, undecided: 0, 'left-out': 2 },
    })
    // What is masked in the cluster is said to change, and not shown.
    expect(JSON.stringify(lines)).not.toMatch(/QUJD|aHVudGVy/)
    await app.close()
  })

  it('reads each object of the cluster alone, and nothing of what is left out', async () => {
    const app = await testApp(opened)
    const asked: string[] = []
    const range = opened.v3.range.bind(opened.v3)
    opened.v3.range = async (request, signal) => {
      if (request.revision.toString() !== past) asked.push(`${new TextDecoder().decode(request.key)} ${request.limit}`)
      return await range(request, signal)
    }
    await getLines<PreviewLine>(app, `v3/bundle-preview?path=configmaps&rev=${past}`)
    opened.v3.range = range
    // The clock, which says when it was, reads some keys at a time.
    expect(asked.filter((one) => /^\/registry\/configmaps\/.* 1$/.test(one)).sort()).toEqual(
      ['gone', 'replaced', 'secretive', 'terminating'].map((name) => `/registry/configmaps/shop/${name} 1`),
    )
    await app.close()
  })

  it('the fields of one object are compared as they would be applied', async () => {
    const app = await testApp(opened)
    const newest = String((await opened.v3.status()).revision)
    const named = `key=${encodeURIComponent('/registry/deployments/shop/web')}&from=${newest}&to=${past}`
    const { changes, counts } = (await get(app, `v3/diff?${named}&apply=1`)).json<DiffAnswer>()
    expect(changes.map(({ group, name, kind, noise }) => [group, name, noise ?? kind])).toEqual([
      ['spec', 'paused', 'kept'],
      ['spec', 'replicas', 'changed'],
    ])
    expect(counts).toEqual({ added: 0, removed: 0, changed: 1, moved: 0, noise: 1 })
    await app.close()
  })

  it('deleted objects, each at its own revision', async () => {
    const app = await testApp(opened)
    const key = toBase64url(utf8('/registry/configmaps/shop/gone'))
    const lines = await getLines<PreviewLine>(app, `v3/bundle-preview?keys=${key}.${past},${toBase64url(utf8('/registry/pods/a/b'))}`)
    expect(objectsOf(lines).map(shortly)).toEqual([
      'configmaps shop/gone: created: : ',
      'pods a/b: left-out: it is not there at this revision: ',
    ])
    expect(objectsOf(lines)[0]?.at).toBe(past)
    await app.close()
  })
})

describe('another cluster', () => {
  const filled = (stored: Record<string, object | null>, root = '/registry/') => {
    const source = new MemoryV3Source()
    for (const [key, value] of Object.entries(stored))
      if (value !== null) source.set(utf8(key.replace('/registry/', root)), utf8(JSON.stringify(value)))
    return source
  }
  const two = async (left: MemoryV3Source, right: MemoryV3Source, prefix = '/registry') =>
    await appOf(
      new Map([
        ['test', testCluster('test', memoryCluster(left), { kubernetesPrefix: '/registry' })],
        ['other', testCluster('other', memoryCluster(right), { kubernetesPrefix: prefix })],
      ]),
    )

  it('is read where it keeps its own registry, and a missing namespace is said', async () => {
    const app = await two(filled(BUNDLE), filled(LIVE, '/elsewhere/k8s/'), '/elsewhere/k8s')
    const objects = objectsOf(await getLines<PreviewLine>(app, 'v3/bundle-preview?path=configmaps&with=other'))
    expect(objects.map(shortly)).toEqual([
      'configmaps shop/gone: created: namespace-missing: ',
      ...EXPECTED.slice(3, 6),
      'configmaps shop/terminating: created: namespace-missing: ',
    ])
    expect(objects[2]?.live?.key).toBe('/elsewhere/k8s/configmaps/shop/replaced')
    // The bundle brings its namespace.
    const whole = objectsOf(await getLines<PreviewLine>(app, 'v3/bundle-preview?namespace=shop&with=other'))
    expect(whole.slice(0, 3).map(shortly)).toEqual(['namespaces shop: created: : ', ...EXPECTED.slice(1, 3)])
    await app.close()
  })

  it('what it is asked, and an error in the middle names the cluster', async () => {
    const right = filled(LIVE)
    const app = await two(filled(BUNDLE), right)
    expect((await get(app, 'v3/bundle-preview?with=other')).json()).toMatchObject({ reason: 'bundle-unnamed' })
    expect((await get(app, 'v3/bundle-preview?namespace=shop&with=nobody')).json()).toMatchObject({ code: 'CLUSTER_NOT_FOUND' })
    const range = right.range.bind(right)
    right.range = async (request, signal) => {
      if (new TextDecoder().decode(request.key).includes('/services/'))
        throw new AppError('SOURCE_UNREACHABLE', { code: 'stored-text', params: { text: 'etcd is gone.' } })
      return await range(request, signal)
    }
    const lines = await getLines<PreviewLine>(app, 'v3/bundle-preview?namespace=shop&with=other')
    expect(lines.at(-1)).toMatchObject({ type: 'error', problem: { code: 'SOURCE_UNREACHABLE', cluster: 'other' } })
    await app.close()
  })

  it('a key outside of the registry has no known place there', async () => {
    const app = await two(filled({ '/else/thing': BUNDLE['/registry/configmaps/shop/gone'] as object }), filled({}))
    const key = toBase64url(utf8('/else/thing'))
    const [object] = objectsOf(await getLines<PreviewLine>(app, `v3/bundle-preview?keys=${key}&with=other`))
    expect(object).toMatchObject({ verdict: 'undecided', why: { sentences: [{ code: 'preview-no-place' }] } })
    await app.close()
  })
})
