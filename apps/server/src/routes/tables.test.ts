// The catalogue and tables of the demo cluster against kubectl's output, and of keyspaces with hard cases.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ResourcesAnswer, TableEnd, TableHead, TableLine, TableRow } from '@registree/contract'
import { prefixEnd, RangeKnowledge, toUtf8OrNull, utf8 } from '@registree/keyspace'
import { createDecryptor, NEWEST_RELEASE } from '@registree/kube'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { buildApp } from '../app.ts'
import type { Cluster } from '../clusters/cluster.ts'
import { closeClusters, openClusters } from '../clusters/open-clusters.ts'
import { runHere } from '../jobs/run-here.ts'
import { AppError } from '../problem.ts'
import { CostMeter } from '../sources/cost-meter.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { memoryCluster } from '../testing/app.ts'
import { field, metadata, storedProtobuf } from '../testing/protobuf.ts'

const at = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

const assemble = (clusters: ReadonlyMap<string, Cluster>): Promise<FastifyInstance> =>
  buildApp({
    clusters,
    policyOf: () => ({ reveal: false, decrypt: true, salt: new Uint8Array(32) }),
    now: () => new Date('2026-11-23T12:00:00Z'),
    version: '0',
    host: '127.0.0.1',
    allowedHosts: [],
    webRoot: at('no-such-directory'),
    logger: false,
  })

const get = (app: FastifyInstance, url: string) => app.inject({ url, headers: { host: 'localhost' } })

/** A row with its key and labels filled in. */
type Row = Omit<TableRow, 'labels'> & { labels: Record<string, string> }

interface Table {
  head: TableHead
  rows: Row[]
  last: TableLine
  /** Number of rows per page. */
  pages: number[]
}

async function readTable(app: FastifyInstance, url: string): Promise<Table> {
  const reply = await get(app, url)
  expect(reply.headers['content-type']).toBe('application/x-ndjson; charset=utf-8')
  const lines = reply.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TableLine)
  const head = lines[0] as TableHead
  const pages = lines.flatMap((line) => (line.type === 'rows' ? [line.rows.map((row) => whole(head, row, line.labels))] : []))
  return { head, rows: pages.flat(), last: lines.at(-1) as TableLine, pages: pages.map((page) => page.length) }
}

function whole({ directory }: TableHead, row: TableRow, labels: Record<string, string>[]): Row {
  const key = row.key64 === undefined ? { key: `${directory}${row.namespace === null ? '' : `${row.namespace}/`}${row.name}` } : {}
  return { ...key, ...row, labels: row.labels === undefined ? {} : (labels[row.labels] ?? {}) }
}

describe('the demo cluster', () => {
  let clusters: Map<string, Cluster>
  let app: FastifyInstance
  const api = '/api/v1/clusters/demo'

  beforeAll(async () => {
    clusters = await openClusters([
      {
        kind: 'file',
        name: 'demo',
        title: 'Demo',
        path: at('../../../../demo/cluster'),
        kubernetesPrefix: '/registry',
        prefixGiven: false,
        flannelPrefix: null,
        encryptionConfig: null,
      },
    ])
    app = await assemble(clusters)
  })
  afterAll(async () => {
    await app.close()
    await closeClusters(clusters)
  })

  test('pods are what kubectl get pods -A -o wide printed, except for elapsed time', async () => {
    const [titles, ...lines] = readFileSync(at('../../testdata/kubectl-pods-wide.txt'), 'utf8').trimEnd().split('\n')
    const { head, rows, last } = await readTable(app, `${api}/tables/pods`)
    expect(titles?.split(/ {2,}/)).toEqual(['NAMESPACE', ...head.columns.map((column) => column.name.toUpperCase())])
    const age = head.columns.findIndex((column) => column.name === 'Age')
    const restarts = head.columns.findIndex((column) => column.name === 'Restarts')
    const ours = rows.map((row) =>
      [row.namespace, ...row.cells.filter((_, index) => index !== age)].map((cell) => String(cell).replace(/ \(.*\)/, '')),
    )
    const theirs = lines.map((line) => line.split(/ {2,}/).filter((_, index) => index !== age + 1))
    expect(ours).toEqual(theirs)
    expect(restarts).toBeGreaterThan(0)
    // Ages count from the file's newest instant, and the exact time is there too.
    expect(head.asOf).not.toBeNull()
    expect(head.now).toBe(head.asOf)
    for (const row of rows) expect(Date.parse(row.instants?.[age] ?? '')).toBeLessThan(Date.parse(head.now ?? ''))
    expect(last).toMatchObject({ type: 'end', rows: rows.length })
    // Few keys in several namespaces: the lister searches for them, but walks no neighbours.
    expect((last as TableEnd).cost.walked).toBeLessThanOrEqual(3 * rows.length)
  })

  test('pods say what is wrong with them', async () => {
    const { rows } = await readTable(app, `${api}/tables/pods?namespace=shop`)
    expect(rows.every((row) => row.namespace === 'shop' && row.key?.startsWith('/registry/pods/shop/'))).toBe(true)
    const crashing = rows.filter((row) => row.cells[2] === 'CrashLoopBackOff')
    expect(crashing.length).toBeGreaterThan(0)
    for (const row of crashing) expect(row).toMatchObject({ tone: 'error', phase: 'Running', labels: { app: 'storefront' } })
    expect(rows.find((row) => row.name === 'stuck-big')?.trouble).toContain('terminating')
  })

  test('a resource can be named by its directory or by kubectl’s names', async () => {
    const tables = await Promise.all(['minions', 'nodes', 'no'].map((name) => readTable(app, `${api}/tables/${name}`)))
    for (const { head, rows } of tables) {
      expect(head).toMatchObject({ path: 'minions', kind: 'Node', namespaced: false })
      expect(rows.map((row) => [row.name, row.cells[1], row.tone])).toEqual([
        ['172.20.0.113', 'Ready', 'ok'],
        ['172.20.0.114', 'Ready', 'ok'],
        ['172.20.0.115', 'NotReady', 'error'],
      ])
    }
  })

  test('secrets show their number of values, but none of them', async () => {
    const reply = await get(app, `${api}/tables/secrets`)
    expect(reply.body).not.toMatch(/ZXlK|eyJ|BEGIN/)
    const { head, rows } = await readTable(app, `${api}/tables/secrets`)
    expect(head.columns.map((column) => column.name)).toEqual(['Name', 'Type', 'Data', 'Age'])
    expect(rows).toHaveLength(40)
    expect(rows.find((row) => row.cells[1] === 'kubernetes.io/service-account-token')?.cells[2]).toBe(3)
  })

  test('columns follow the oldest release in the store', async () => {
    const printed = async (resource: string) => (await readTable(app, `${api}/tables/${resource}`)).head
    const accounts = await printed('serviceaccounts')
    expect(accounts.printedAs).toEqual({ release: '1.20', from: 'api-services' })
    expect(accounts.columns.map(({ name }) => name)).toEqual(['Name', 'Secrets', 'Age'])
    // An empty table has the same columns.
    expect((await printed('cronjobs')).columns.map(({ name }) => name)).not.toContain('Timezone')
    expect((await printed('pods')).printedAs).toBeNull()
    expect((await printed('servicemonitors.monitoring.coreos.com')).printedAs).toBeNull()
  })

  test('custom resources have the columns of their definition', async () => {
    const { head, rows } = await readTable(app, `${api}/tables/monitoring.coreos.com/servicemonitors`)
    expect(head).toMatchObject({ kind: 'ServiceMonitor', apiVersion: 'monitoring.coreos.com/v1', namespaced: true })
    expect(rows).toHaveLength(1)
    expect(rows[0]?.cells).toHaveLength(head.columns.length)
  })

  test('every resource has a table with as many rows as its count', async () => {
    const plain = (await get(app, `${api}/resources`)).json<ResourcesAnswer>()
    expect(plain.resources.every((resource) => resource.count === null)).toBe(true)
    const counted = (await get(app, `${api}/resources?counts=1&rev=${plain.revision}`)).json<ResourcesAnswer>()
    expect(counted.resources.map(({ path }) => path)).toEqual(plain.resources.map(({ path }) => path))
    expect(counted.resources.length).toBeGreaterThan(40)
    for (const { path, count, kind } of counted.resources) {
      const { head, rows } = await readTable(app, `${api}/tables/${path}?rev=${plain.revision}`)
      expect([path, rows.length, head.kind]).toEqual([path, count, kind])
      expect(rows.filter((row) => row.problem !== undefined)).toEqual([])
      for (const row of rows) expect(row.cells).toHaveLength(head.columns.length)
    }
    expect(counted.resources.find(({ path }) => path === 'minions')).toMatchObject({ kind: 'Node', resource: 'nodes' })
    expect(counted.resources.find(({ path }) => path === 'monitoring.coreos.com/prometheusrules')).toMatchObject({
      custom: true,
      group: 'monitoring.coreos.com',
    })
  })

  test('invalid requests are ordinary problems', async () => {
    for (const [url, status, code] of [
      ['tables/nothing-here', 404, 'RESOURCE_NOT_FOUND'],
      ['tables/minions?namespace=shop', 400, 'BAD_REQUEST'],
      ['tables/', 400, 'BAD_REQUEST'],
      ['tables/a//b', 400, 'BAD_REQUEST'],
      ['tables/pods?rev=99999999', 404, 'REVISION_IN_FUTURE'],
    ] as const) {
      const reply = await get(app, `${api}/${url}`)
      expect([url, reply.statusCode, reply.json<{ code: string }>().code]).toEqual([url, status, code])
    }
  })
})

describe('a keyspace with hard cases', () => {
  const source = new MemoryV3Source()
  const opened: OpenedCluster = {
    ...memoryCluster(),
    source: 'etcd',
    v3: Object.assign(Object.create(source) as MemoryV3Source, {
      range: (...of: Parameters<MemoryV3Source['range']>) => source.range(...of),
    }),
  }
  const cluster = (kubernetesPrefix: string): Cluster => ({
    name: 'made',
    title: 'Made',
    configured: 'made',
    kubernetesPrefix,
    prefixGiven: true,
    flannelPrefix: null,
    connection: null,
    opened,
    meter: new CostMeter(),
    knowledge: new RangeKnowledge(),
    decryptor: createDecryptor(null),
    masking: { reveal: false, decrypt: true, salt: new Uint8Array(32) },
    jobs: runHere({ decryptorOf: () => createDecryptor(null) }),
  })
  let app: FastifyInstance

  const put = (key: string, value: unknown) => source.set(utf8(key), utf8(typeof value === 'string' ? value : JSON.stringify(value)))
  const map = (name: string, more: object = {}) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'a', creationTimestamp: '2026-11-23T11:00:00Z' },
    data: { a: '1' },
    ...more,
  })

  beforeAll(async () => {
    for (let n = 0; n < 700; n += 1) put(`/kubernetes.io/configmaps/a/cm-${String(n).padStart(4, '0')}`, map(`cm-${n}`))
    put('/kubernetes.io/configmaps/b/empty', '')
    put('/kubernetes.io/configmaps/b/encrypted', 'k8s:enc:aescbc:v1:key1:0123456789abcdef')
    put('/kubernetes.io/configmaps/b/secret', map('secret', { kind: 'Secret', data: { password: 'aHVudGVyMg==' } }))
    put('/kubernetes.io/configmaps/b/text', 'hunter2')
    put('/kubernetes.io/deployments/a/old', {
      apiVersion: 'extensions/v1beta1',
      kind: 'Deployment',
      metadata: { name: 'old' },
      spec: { replicas: 2 },
    })
    for (const namespace of ['a', 'b'])
      put(`/kubernetes.io/ThirdPartyResourceData/example.com/tabs/${namespace}/tab-${namespace}`, { kind: 'ThirdPartyResourceData' })
    source.set(new Uint8Array([...utf8('/kubernetes.io/configmaps/b/'), 0xff]), utf8(JSON.stringify(map('bytes'))))
    app = await assemble(new Map([['made', cluster('kubernetes.io')]]))
  })
  afterAll(() => app.close())

  test('pages are of one revision, the first one small', async () => {
    const { head, rows, pages } = await readTable(app, '/api/v1/clusters/made/tables/configmaps?namespace=a')
    expect(rows.map((row) => row.name)).toEqual(Array.from({ length: 700 }, (_, n) => `cm-${String(n).padStart(4, '0')}`))
    expect(pages.length).toBeGreaterThan(1)
    expect(pages[0]).toBeLessThanOrEqual(60)
    expect(head).toMatchObject({ asOf: null, now: '2026-11-23T12:00:00.000Z' })
    expect(rows[0]?.cells).toEqual(['cm-0', 1, '60m'])
  })

  test('values that are not objects are rows with a problem, and are not quoted', async () => {
    const reply = await get(app, '/api/v1/clusters/made/tables/configmaps?namespace=b')
    expect(reply.body).not.toMatch(/hunter2|aHVudGVyMg|0123456789abcdef/)
    const { rows } = await readTable(app, '/api/v1/clusters/made/tables/configmaps?namespace=b')
    const said = rows.map((row) => [row.name, row.problem?.slice(0, 25), row.cells])
    expect(said).toEqual([
      ['empty', 'The value is empty.', ['empty', null, null]],
      ['encrypted', 'Encrypted at rest (aescbc', ['encrypted', null, null]],
      ['secret', undefined, ['secret', 1, '60m']],
      ['text', 'The value is not an objec', ['text', null, null]],
      ['/kubernetes.io/configmaps/b/\\xff', undefined, ['bytes', 1, '60m']],
    ])
    expect(rows.at(-1)).toMatchObject({ key64: expect.any(String), namespace: null })
  })

  test('an object of an unknown kind has a name and an age, and is not called damaged', async () => {
    source.set(utf8('/kubernetes.io/things/a/t'), storedProtobuf('later.k8s.io/v1', 'Thing', metadata('t', 'a'), field(2, 'x')))
    source.set(utf8('/kubernetes.io/deployments/b/d'), storedProtobuf('apps/v9', 'Deployment', metadata('d', 'b'), field(2, 'x')))
    const things = await readTable(app, '/api/v1/clusters/made/tables/things')
    expect(things.head).toMatchObject({ kind: 'Thing', apiVersion: 'later.k8s.io/v1' })
    expect(things.rows).toMatchObject([{ name: 't', cells: ['t', '3y9d'], unknownKind: true }])
    // In a table with more columns, unknown cells stay empty.
    const { rows } = await readTable(app, '/api/v1/clusters/made/tables/deployments')
    expect(rows.find(({ name }) => name === 'd')).toMatchObject({
      cells: ['d', null, null, null, '3y9d', null, null, null],
      unknownKind: true,
    })
    expect([...things.rows, ...rows].filter(({ problem }) => problem !== undefined)).toEqual([])
  })

  test('what did not decode is not counted as absent', async () => {
    // A Secret of three bytes in the place of its data, and one that ends early.
    const secret = (name: string, ...after: number[][]) => storedProtobuf('v1', 'Secret', metadata(name, 'a'), ...after)
    source.set(utf8('/kubernetes.io/secrets/a/broken'), secret('broken', field(2, [10, 9, 1]), field(3, 'Opaque')))
    source.set(utf8('/kubernetes.io/secrets/a/cut'), secret('cut', field(3, 'Opaque'), [18, 120]))
    source.set(utf8('/kubernetes.io/secrets/a/empty'), secret('empty', field(3, 'Opaque')))
    const pod = (name: string, ...spec: number[][]) => storedProtobuf('v1', 'Pod', metadata(name, 'a'), field(2, ...spec))
    source.set(utf8('/kubernetes.io/pods/a/broken'), pod('broken', field(2, field(1, 'web')), field(2, [10, 9, 1]), field(10, 'n1')))
    const { rows } = await readTable(app, '/api/v1/clusters/made/tables/secrets')
    expect(rows.map(({ name, cells, problem }) => [name, ...cells.slice(1, 3), problem !== undefined])).toEqual([
      ['broken', 'Opaque', null, true],
      ['cut', 'Opaque', null, true],
      ['empty', 'Opaque', 0, false],
    ])
    const pods = await readTable(app, '/api/v1/clusters/made/tables/pods')
    const [broken] = pods.rows
    const cell = (name: string) => broken?.cells[pods.head.columns.findIndex((column) => column.name === name)]
    expect([cell('Name'), cell('Ready'), cell('Status'), cell('Node')]).toEqual(['broken', null, null, 'n1'])
    // Neither in trouble nor without.
    expect([broken?.tone, broken?.phase, broken?.trouble]).toEqual([undefined, undefined, undefined])
    source.remove(utf8('/kubernetes.io/pods/a/broken'))
  })

  test('without a known release the newest columns are used, with a notice', async () => {
    const { head } = await readTable(app, '/api/v1/clusters/made/tables/serviceaccounts')
    expect(head.columns.map(({ name }) => name)).toEqual(['Name', 'Age'])
    expect(head.printedAs).toEqual({ release: NEWEST_RELEASE, from: 'newest' })
  })

  test('StorageVersions of running API servers tell the release where nodes tell nothing', async () => {
    // Of 1.29, which has no admission policies in v1; and of a server of 1.36 that is gone.
    const versions = (...of: string[]) => ({
      status: {
        storageVersions: of.flatMap((version) => [
          { apiServerID: 'apiserver-now', encodingVersion: version, decodableVersions: [version] },
          { apiServerID: 'apiserver-gone', encodingVersion: 'resource.k8s.io/v1', decodableVersions: ['resource.k8s.io/v1'] },
        ]),
      },
    })
    const entries: [group: string, resource: string, version?: string][] = [
      ['apps', 'deployments'],
      ['autoscaling', 'horizontalpodautoscalers', 'v2'],
      ['batch', 'cronjobs'],
      ['certificates.k8s.io', 'certificatesigningrequests'],
      ['discovery.k8s.io', 'endpointslices'],
      ['events.k8s.io', 'events'],
      ['flowcontrol.apiserver.k8s.io', 'flowschemas'],
      ['networking.k8s.io', 'ingressclasses'],
      ['node.k8s.io', 'runtimeclasses'],
      ['policy', 'poddisruptionbudgets'],
      ['storage.k8s.io', 'csistoragecapacities'],
    ]
    const kind = { apiVersion: 'internal.apiserver.k8s.io/v1alpha1', kind: 'StorageVersion' }
    for (const [group, resource, version = 'v1'] of entries) {
      const name = `${group}.${resource}`
      put(`/of29/internal.apiserver.k8s.io/storageversions/${name}`, { ...kind, metadata: { name }, ...versions(`${group}/${version}`) })
    }
    put('/of29/leases/kube-system/apiserver-now', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'apiserver-now', namespace: 'kube-system' },
    })
    const here = await assemble(new Map([['of29', cluster('of29')]]))
    onTestFinished(() => here.close())
    const { head } = await readTable(here, '/api/v1/clusters/of29/tables/serviceaccounts')
    expect(head.printedAs).toEqual({ release: '1.29', from: 'storage-versions' })
    // One that does not decode would count as absent, and so tell an older release.
    source.set(utf8('/of29/internal.apiserver.k8s.io/storageversions/policy.poddisruptionbudgets'), Buffer.from('{"apiVersion":'))
    const damaged = await assemble(new Map([['of29', cluster('of29')]]))
    onTestFinished(() => damaged.close())
    const { head: newest } = await readTable(damaged, '/api/v1/clusters/of29/tables/serviceaccounts')
    expect(newest.printedAs).toMatchObject({ from: 'newest' })
  })

  test('if nodes may not be read, the newest columns are used, and nodes are not asked for with every table', async () => {
    const { range } = opened.v3
    let asked = 0
    opened.v3.range = async (request, ...more) => {
      if (toUtf8OrNull(request.key)?.includes('/minions/')) {
        asked += 1
        throw new AppError('SOURCE_FORBIDDEN', { code: 'stored-text', params: { text: 'etcd: permission denied' } })
      }
      return await range(request, ...more)
    }
    const here = await assemble(new Map([['forbidden', cluster('made')]]))
    onTestFinished(() => here.close())
    for (let i = 0; i < 2; i++) {
      const { head, last } = await readTable(here, '/api/v1/clusters/forbidden/tables/serviceaccounts')
      expect(head.printedAs).toMatchObject({ from: 'newest' })
      expect(last).toMatchObject({ type: 'end' })
    }
    opened.v3.range = range
    expect(asked).toBe(1)
  })

  test('third-party objects are in namespaces below their groups', async () => {
    const { rows, last } = await readTable(app, '/api/v1/clusters/made/tables/ThirdPartyResourceData?namespace=b')
    expect(rows.map(({ namespace, name }) => [namespace, name])).toEqual([['b', 'tab-b']])
    expect(last).toMatchObject({ type: 'end', rows: 1 })
  })

  test('the table of a known but empty resource has its columns', async () => {
    const { head, rows, last } = await readTable(app, '/api/v1/clusters/made/tables/pods')
    expect(head.columns[0]?.name).toBe('Name')
    expect(rows).toEqual([])
    expect(last).toMatchObject({ type: 'end', rows: 0 })
  })

  test('an error on the way is the last line', async () => {
    const { range } = opened.v3
    let sent = 0
    opened.v3.range = async (...of) => {
      const reply = await range(...of)
      if (sent > 100) throw new Error('the wire was cut')
      sent += reply.kvs.length
      return reply
    }
    const { rows, last } = await readTable(app, '/api/v1/clusters/made/tables/configmaps?namespace=a')
    opened.v3.range = range
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.length).toBeLessThan(700)
    expect(last).toMatchObject({ type: 'error', problem: { code: 'INTERNAL' } })
    expect(JSON.stringify(last)).not.toContain('the wire was cut')
  })

  test('a disconnect stops the reading', async () => {
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    const controller = new AbortController()
    const { range } = opened.v3
    let begun = 0
    let waiting = 0
    opened.v3.range = async (request, signal) => {
      if (!toUtf8OrNull(request.key)?.includes('/configmaps/')) return await range(request, signal)
      begun += 1
      // After two pages etcd is silent until nobody waits any more.
      if (begun > 2 && signal?.aborted === false) {
        waiting += 1
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
        waiting -= 1
      }
      return await range(request, signal)
    }
    onTestFinished(() => {
      opened.v3.range = range
    })
    const asked = fetch(`${address}/api/v1/clusters/made/tables/configmaps`, { signal: controller.signal }).then((reply) => reply.text())
    asked.catch(() => {})
    await vi.waitFor(() => expect(waiting).toBeGreaterThan(0), { timeout: 30_000 })
    controller.abort()
    await expect(asked).rejects.toThrow()
    await vi.waitFor(() => expect(waiting).toBe(0), { timeout: 30_000 })
    const then = begun
    // Another table, from its first to its last row, while a reading that goes on would ask for more.
    await readTable(app, '/api/v1/clusters/made/tables/serviceaccounts')
    expect(begun).toBe(then)
    opened.v3.range = range
    const whole = prefixEnd(utf8('/kubernetes.io/configmaps/'))
    expect((await source.range({ key: utf8('/kubernetes.io/configmaps/'), end: whole, revision: 0n, limit: 1 })).count).toBe(705)
  })
})
