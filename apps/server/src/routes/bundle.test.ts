// Bundles: a namespace in the order to apply it, what is left out, and a deleted namespace brought back from etcd's history.
import type { DeletedLine } from '@registree/contract'
import { toBase64url, utf8 } from '@registree/keyspace'
import { createDecryptor } from '@registree/kube'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { JobRunner } from '../jobs/jobs.ts'
import { runHere } from '../jobs/run-here.ts'
import { AppError } from '../problem.ts'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../sources/testing/etcd.ts'
import { get, getLines, memoryCluster, type TestAppOptions, testApp } from '../testing/app.ts'
import { MOST_TEXT } from '../values/read-value.ts'

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

  it('names the versions that newer releases do not serve', async () => {
    const old = new MemoryV3Source()
    const put = (key: string, apiVersion: string, kind: string) =>
      old.set(utf8(key), utf8(JSON.stringify({ apiVersion, kind, metadata: { name: 'x', namespace: 'shop' } })))
    put('/registry/poddisruptionbudgets/shop/x', 'policy/v1beta1', 'PodDisruptionBudget')
    put('/registry/cronjobs/shop/x', 'batch/v1', 'CronJob')
    put('/registry/apiextensions.k8s.io/customresourcedefinitions/x', 'apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition')
    const app = await testApp(memoryCluster(old))
    const warned = async (path: string) => (await get(app, `v3/bundle?path=${path}`)).raw.toString().match(/^# Kubernetes .*$/gm)
    const convert = (what: string, release: string) => [
      `# Kubernetes does not serve ${what} from ${release} on: convert it for a newer cluster.`,
    ]
    expect(await warned('poddisruptionbudgets')).toEqual(convert('policy/v1beta1 PodDisruptionBudget', '1.25'))
    expect(await warned('apiextensions.k8s.io/customresourcedefinitions')).toEqual(
      convert('apiextensions.k8s.io/v1beta1 CustomResourceDefinition', '1.22'),
    )
    expect(await warned('cronjobs')).toBeNull()
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
    expect((await get(app, `v3/bundle?keys=${key('/registry/nothing')}.9999999999999999999`)).status).toBe(400)
    expect((await get(app, `v3/bundle?keys=${list}&namespace=shop`)).status).toBe(400)
    await app.close()
  })
})

describe('for programs', () => {
  const source = new MemoryV3Source()
  for (const [key, value] of Object.entries(STORED)) source.set(utf8(key), utf8(JSON.stringify(value)))
  const inFormat = async (format: string, options?: { reveal: boolean }) => {
    const app = await testApp(memoryCluster(source), options)
    const { headers, raw } = await get(app, `v3/bundle?namespace=shop&format=${format}`)
    await app.close()
    return { name: headers['content-disposition'], text: raw.toString() }
  }
  /** The API server takes it from the revision of the key. */
  const served = ({ metadata: { resourceVersion: _, ...metadata }, ...object }: Stored): Stored => ({ ...object, metadata })
  const masked = [{ key: '/registry/secrets/shop/password', leftOut: 'its content is masked' }]

  it('JSON is a List of the whole objects, and names what is left out', async () => {
    const { name, text } = await inFormat('json')
    const list = JSON.parse(text)
    expect(name).toBe('attachment; filename="test-shop.json"')
    const whole = Object.values(STORED).filter(({ kind }) => kind !== 'Secret')
    expect(list).toMatchObject({ apiVersion: 'v1', kind: 'List', end: { written: whole.length, leftOut: 1, named: masked } })
    const byName = (a: Stored, b: Stored) => (`${a.kind} ${a.metadata.name}` < `${b.kind} ${b.metadata.name}` ? -1 : 1)
    expect(list.items.map(served).sort(byName)).toEqual(whole.map(served).sort(byName))
  })

  it('NDJSON has a line for each key, also for one that is left out', async () => {
    const lines = (await inFormat('ndjson')).text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.filter(({ leftOut }) => leftOut !== undefined)).toEqual(masked)
    const pod = lines.find(({ key }) => key === '/registry/pods/shop/alone')
    expect([pod.version, served(pod.object)]).toEqual(['1', served(STORED['/registry/pods/shop/alone'] as Stored)])
    expect(lines.at(-1)).toEqual({ end: { written: Object.keys(STORED).length - 1, leftOut: 1 } })
  })

  it('raw is what etcdctl prints: keys and bytes exactly as stored', async () => {
    const bytes = (base64: string) => Buffer.from(base64, 'base64').toString()
    const hidden = JSON.parse((await inFormat('raw')).text)
    expect(hidden.end.named).toEqual(masked)
    const { kvs, count } = JSON.parse((await inFormat('raw', { reveal: true })).text) as {
      kvs: { key: string; value: string; version: number }[]
      count: number
    }
    expect(count).toBe(kvs.length)
    expect(Object.fromEntries(kvs.map(({ key, value }) => [bytes(key), JSON.parse(bytes(value))]))).toEqual(STORED)
    expect(hidden.kvs).toEqual(kvs.filter(({ key }) => !bytes(key).startsWith('/registry/secrets/')))
  })
})

describe('workloads of a custom resource', () => {
  const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: meta('w', 30) }
  const owned = (n: number) => ({
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', spec: {} },
    metadata: meta(`of-${n}`, n + 100, {
      ownerReferences: [{ apiVersion: 'example.com/v1', kind: 'Widget', name: 'w', uid: uid(n), controller: true }],
    }),
  })
  const stored: Record<string, object> = {
    '/registry/apiextensions.k8s.io/customresourcedefinitions/widgets.example.com': {
      ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'widgets.example.com' } },
      spec: {
        ...{ group: 'example.com', scope: 'Namespaced', names: { plural: 'widgets', kind: 'Widget' } },
        versions: [{ name: 'v1', served: true, storage: true }],
      },
    },
    '/registry/example.com/widgets/shop/w': widget,
    '/registry/deployments/shop/of-30': owned(30),
    '/registry/deployments/shop/of-31': owned(31),
  }

  it('are left out where it is in the bundle, and say so where it is not', async () => {
    const source = new MemoryV3Source()
    for (const [key, value] of Object.entries(stored)) source.set(utf8(key), utf8(JSON.stringify(value)))
    const app = await testApp(memoryCluster(source))
    const whole = (await get(app, 'v3/bundle?namespace=shop')).raw.toString()
    expect(documentsOf(whole).map(({ metadata }) => metadata.name)).toEqual(['of-31', 'w'])
    expect(leftOut(whole)).toEqual(['# Left out: deployments shop/of-30: its controller makes it from example.com/widgets shop/w'])
    expect(whole).toContain('---\n# Its controller Widget w is not in this file, so the reference to it is left out.\n')
    const alone = (await get(app, 'v3/bundle?namespace=shop&path=deployments')).raw.toString()
    expect(documentsOf(alone).map(({ metadata }) => metadata.name)).toEqual(['of-30', 'of-31'])
    expect(alone.match(/# Its controller Widget w is not in this file/g)).toHaveLength(2)
    await app.close()
  })

  it('are left out where it was deleted with them, with its definition, and each key has a revision of its own', async () => {
    const source = new MemoryV3Source()
    for (const [key, value] of Object.entries(stored)) source.set(utf8(key), utf8(JSON.stringify(value)))
    const { revision } = await source.range({ key: utf8('/'), end: null, revision: 0n, limit: 1 })
    for (const key of Object.keys(stored)) source.remove(utf8(key))
    const app = await testApp(memoryCluster(source))
    const keys = ['/registry/deployments/shop/of-30', '/registry/deployments/shop/of-31', '/registry/example.com/widgets/shop/w']
    const list = keys.map((key) => `${toBase64url(utf8(key))}.${revision}`).join(',')
    const text = (await get(app, `v3/bundle?keys=${list}`)).raw.toString()
    expect(documentsOf(text).map(({ metadata }) => metadata.name)).toEqual(['of-31', 'w'])
    expect(leftOut(text)).toEqual(['# Left out: deployments shop/of-30: its controller makes it from example.com/widgets shop/w'])
    await app.close()
  })
})

describe('what somebody stored', () => {
  const bundleOf = async (stored: Record<string, string | object>, query: string) => {
    const source = new MemoryV3Source()
    for (const [key, value] of Object.entries(stored))
      source.set(utf8(key), utf8(typeof value === 'string' ? value : JSON.stringify(value)))
    const app = await testApp(memoryCluster(source))
    const { raw } = await get(app, `v3/bundle?${query}`)
    await app.close()
    return raw.toString()
  }

  it('cannot end a comment, or begin an object, with its name', async () => {
    const evil = ['a\n---\nkind: Evil', 'b\u0085kind: Evil', 'c\u2028kind: Evil', 'd\ufeff\u202ekind: Evil', 'e\r---']
    const stored = evil.flatMap((name): [string, object][] => [
      [`/registry/events/shop/${name}`, { apiVersion: 'v1', kind: 'Event', metadata: { name } }],
      [
        `/registry/configmaps/shop/${name}`,
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data: { [name]: name } },
      ],
    ])
    const text = await bundleOf(Object.fromEntries(stored), 'namespace=shop')
    expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([])
    expect(documentsOf(text).map(({ kind, metadata }) => [kind, metadata.name])).toEqual(evil.map((name) => ['ConfigMap', name]))
    expect(leftOut(text)).toHaveLength(5)
    expect(leftOut(text)[3]).toBe('# Left out: events shop/d\\ufeff\\u202ekind: Evil: the cluster writes it by itself')
  })

  it('is left out with the true reason where it cannot be written', async () => {
    const text = await bundleOf(
      {
        '/registry/secrets/shop/s': 'k8s:enc:aescbc:v1:key1:0123456789abcdef0123456789abcdef',
        '/registry/configmaps/shop/broken': 'k8s\0\u0001nothing',
        '/registry/configmaps/shop/text': 'a text',
        '/registry/pods/shop/etcd-n1': {
          ...{ apiVersion: 'v1', kind: 'Pod' },
          metadata: { ...meta('etcd-n1', 3, ownedBy('Node', 'n1', 9)) },
        },
      },
      'namespace=shop',
    )
    expect(documentsOf(text)).toEqual([])
    expect(leftOut(text)).toMatchInlineSnapshot(`
      [
        "# Left out: secrets shop/s: No encryption configuration was given. To read it, start Registree with --encryption-config and the API server’s file that has the aescbc key “key1”.",
        "# Left out: configmaps shop/broken: The k8s\\0 envelope is damaged or cut off: 8 bytes from byte 4 on did not decode.",
        "# Left out: configmaps shop/text: it is no Kubernetes object that Registree knows",
        "# Left out: pods shop/etcd-n1: its node makes it from a static manifest",
      ]
    `)
  })

  it('is written although other objects have no uid', async () => {
    const owned = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...meta('p', 3), ownerReferences: [{ kind: 'X', name: 'x', controller: true }] },
    }
    const text = await bundleOf(
      { '/registry/configmaps/shop/a': { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }, '/registry/pods/shop/p': owned },
      'namespace=shop',
    )
    expect(documentsOf(text).map(({ kind }) => kind)).toEqual(['ConfigMap', 'Pod'])
  })
})

describe('what is not whole', () => {
  const configMap = (name: string, data: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data })
  const privateKey = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(8)}\n-----END PRIVATE KEY-----\n`
  const stored: Record<string, string> = {
    '/registry/configmaps/shop/a-whole': JSON.stringify(configMap('a-whole', { colour: 'red' })),
    '/registry/configmaps/shop/b-key': JSON.stringify(configMap('b-key', { colour: 'red', 'id_rsa.pem': privateKey })),
    // Each control character is four in YAML, and six in JSON.
    '/registry/configmaps/shop/c-cut': JSON.stringify(configMap('c-cut', { it: '\u0001'.repeat(MOST_TEXT / 4) })),
    '/registry/configmaps/shop/d-many': `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"d-many"},"x":[${'0,'.repeat(260_000)}0]}`,
    '/registry/configmaps/shop/e-twice': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"e-twice"},"data":{"a":"1","a":"2"}}',
    '/registry/configmaps/shop/f-number': '[42]',
  }
  const inFormat = async (format: string, options?: TestAppOptions) => {
    const source = new MemoryV3Source()
    for (const [key, value] of Object.entries(stored)) source.set(utf8(key), utf8(value))
    const app = await testApp(memoryCluster(source), options)
    const text = (await get(app, `v3/bundle?namespace=shop&path=configmaps&format=${format}`)).raw.toString()
    await app.close()
    return text
  }
  const key = (name: string) => `/registry/configmaps/shop/${name}`
  const cut = expect.stringMatching(/^This form of the value has more than 6,000,000 characters/)
  const many = expect.stringMatching(/^This value has more than 250,000 members/)
  const leftOutOfAll = [
    { key: key('b-key'), leftOut: "part of its content is masked: .data['id_rsa.pem']" },
    { key: key('c-cut'), leftOut: cut },
    { key: key('d-many'), leftOut: many },
  ]
  const twice = [{ path: '.data.a', severity: 'warning', message: 'This key appears twice; the last one is shown.' }]

  it('is left out of JSON with the reason, and the end says what did not decode', async () => {
    const { items, end } = JSON.parse(await inFormat('json'))
    expect(items.map(({ metadata }: Stored) => metadata.name)).toEqual(['a-whole', 'e-twice'])
    expect(end).toEqual({
      ...{ written: 2, leftOut: 4, named: [...leftOutOfAll, { key: key('f-number'), leftOut: 'it is no Kubernetes object' }] },
      ...{ faulty: 1, faults: [{ key: key('e-twice'), problems: twice, unknownFields: [] }] },
    })
  })

  it('is left out of NDJSON with the reason, and a fault stands beside its object', async () => {
    const text = await inFormat('ndjson')
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.filter(({ leftOut }) => leftOut !== undefined)).toEqual(leftOutOfAll)
    expect(lines.filter(({ problems }) => problems !== undefined)).toMatchObject([{ key: key('e-twice'), problems: twice }])
    expect(text).not.toContain('(masked')
    expect(lines.at(-1)).toEqual({ end: { written: 3, leftOut: 3 } })
  })

  it('is left out of YAML with the reason, and a fault stands above its object', async () => {
    const text = await inFormat('yaml')
    expect(documentsOf(text).map(({ metadata }) => metadata.name)).toEqual(['a-whole', 'e-twice'])
    expect(leftOut(text)).toEqual([
      "# Left out: configmaps shop/b-key: part of its content is masked: .data['id_rsa.pem']",
      expect.stringMatching(/shop\/c-cut: This form of the value has more than 6,000,000 characters/),
      expect.stringMatching(/shop\/d-many: This value has more than 250,000 members/),
      '# Left out: configmaps shop/f-number: it is no Kubernetes object that Registree knows',
    ])
    expect(text).toMatch(/---\n# Not decoded: \.data\.a: This key appears twice; the last one is shown\.\napiVersion: v1\n/)
  })

  it('is written as stored bytes where nothing is masked, also if no thread could decode it', async () => {
    const jobs = { ...runHere({ decryptorOf: () => createDecryptor(null) }), run: () => Promise.reject(new Error('crashed')) } as JobRunner
    const { count, end } = JSON.parse(await inFormat('raw', { reveal: true, jobs }))
    expect([count, end.leftOut]).toEqual([6, 0])
    const masked = JSON.parse(await inFormat('raw', { jobs }))
    expect(masked.end.named.map(({ key }: { key: string }) => key)).toContain(key('d-many'))
    expect(masked.end.named.at(-1).leftOut).not.toMatch(/masked/)
  })
})

it('a download that fails in the middle says so in its last line, and does not end as a whole one', async () => {
  const source = new MemoryV3Source()
  for (const [key, value] of Object.entries(STORED)) source.set(utf8(key), utf8(JSON.stringify(value)))
  const range = source.range.bind(source)
  source.range = async (request, signal) => {
    if (!request.keysOnly && new TextDecoder().decode(request.key).startsWith('/registry/deployments/shop/'))
      throw new AppError('SOURCE_UNREACHABLE', { code: 'stored-text', params: { text: 'etcd is gone:\u0085kind: Evil' } })
    return await range(request, signal)
  }
  const app = await testApp(memoryCluster(source), { kubernetesPrefix: '/registry' })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const reply = await fetch(`${address}/api/v1/clusters/test/v3/bundle?namespace=shop`)
  let text = ''
  const whole = (async () => {
    for await (const part of reply.body as AsyncIterable<Uint8Array>) text += new TextDecoder().decode(part)
  })()
  await expect(whole).rejects.toThrow()
  expect(text).toContain('kind: Service')
  expect(text.trimEnd().split('\n').at(-1)).toBe('# Not complete: etcd is gone:\\u0085kind: Evil')
  await app.close()
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
    // What etcd no longer keeps is left out, and the rest is still written.
    await etcd.ctl([
      'put',
      '/registry/configmaps/shop/new',
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('new', 20) }),
    ])
    await etcd.ctl(['compact', /at revision (\d+)/.exec(text)?.[1] as string])
    const now = toBase64url(utf8('/registry/configmaps/shop/new'))
    const rest = (await get(app, `v3/bundle?keys=${keys[0]},${now}`)).raw.toString()
    expect(documentsOf(rest).map(({ metadata }) => metadata.name)).toEqual(['new'])
    expect(leftOut(rest)).toHaveLength(1)
    expect(leftOut(rest)[0]).toMatch(/compacted/)
    // That a revision is lost is known before anything is sent.
    for (const query of ['namespace=shop', 'path=configmaps', `keys=${now}`])
      for (const format of ['yaml', 'json', 'ndjson', 'raw']) {
        const { status, raw } = await get(app, `v3/bundle?${query}&rev=2&format=${format}`)
        expect([status, JSON.parse(raw.toString()).code]).toEqual([410, 'REVISION_COMPACTED'])
      }
    // The one of the bundle is not read where each key has its own.
    const { revision } = await opened.v3.range({ key: utf8('/'), end: null, revision: 0n, limit: 1 })
    expect((await get(app, `v3/bundle?keys=${now}.${revision}&rev=2`)).raw.toString()).toMatch(/# End: 1 written, 0 left out/)
    await app.close()
  })
})
