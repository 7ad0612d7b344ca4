// A backup with only encrypted values: with the key its age is known; without it no age is shown and no finding relies on one.
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type {
  ClustersAnswer,
  FindingsLine,
  FlannelAnswer,
  NamespacesAnswer,
  RelatedLine,
  StatusAnswer,
  TableLine,
  TroubleAnswer,
  ValueAnswer,
} from '@registree/contract'
import { createDecryptor, parseEncryptionConfiguration } from '@registree/kube'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type LiveEtcd, startEtcd } from '../../../../packages/etcd-file/testdata/live-etcd.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { get, getLines, testApp } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'

const DEMO = path.resolve(import.meta.dirname, '../../../../demo/cluster/member/snap/db')
const SHARED = path.resolve(import.meta.dirname, '../../../../../shared/cases/everything-encrypted')
const KEY = createHash('sha256').update('a key for this test').digest()
const ENCRYPTION = {
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'EncryptionConfiguration',
  resources: [{ resources: ['*.*'], providers: [{ aescbc: { keys: [{ name: 'k', secret: KEY.toString('base64') }] } }] }],
}

/** A value as an API server stores it under this key. */
function encrypted(value: Uint8Array): Buffer {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', KEY, iv)
  return Buffer.concat([Buffer.from('k8s:enc:aescbc:v1:k:'), iv, cipher.update(value), cipher.final()])
}

function decryptorOf(configuration: unknown) {
  const parsed = parseEncryptionConfiguration(configuration)
  if (!parsed.ok) throw new Error(parsed.error)
  return createDecryptor(parsed.config)
}

let etcd: LiveEtcd
let backup = ''
let demo: OpenedCluster
beforeAll(async () => {
  demo = await openFile(DEMO)
  etcd = await startEtcd()
  const everything = Uint8Array.of(0)
  const { kvs } = await demo.v3.range({ key: everything, end: everything, revision: 0n, limit: 0 })
  for (const { key, value } of kvs)
    await etcd.v3('/v3/kv/put', { key: Buffer.from(key).toString('base64'), value: encrypted(value).toString('base64') })
  backup = path.join(etcd.directory, 'encrypted.db')
  await etcd.snapshot(backup)
})
afterAll(async () => {
  await demo.close()
  await etcd.dispose()
})

test('with the key: the same age and troubles as before encryption', async () => {
  const decryptor = decryptorOf(ENCRYPTION)
  const opened = await openFile(backup, { decryptor })
  expect(opened.clock.kind).toBe('file')
  const app = await testApp(opened, { decryptor })
  const plain = await testApp(demo)
  const [ours, theirs] = await Promise.all([get(app, 'trouble'), get(plain, 'trouble')])
  const { nodes, pods, deletions } = ours.json<TroubleAnswer>()
  const expected = theirs.json<TroubleAnswer>()
  expect(nodes).toMatchObject({ total: 3, count: 1, silent: [{ name: '172.20.0.115' }] })
  expect([nodes.count, pods.well, pods.terminating, deletions.count]).toEqual([
    expected.nodes.count,
    expected.pods.well,
    expected.pods.terminating,
    expected.deletions.count,
  ])
  await app.close()
  await plain.close()
  await opened.close()
})

describe('without the key', () => {
  let opened: OpenedCluster
  let app: Awaited<ReturnType<typeof testApp>>
  beforeAll(async () => {
    opened = await openFile(backup)
    app = await testApp(opened)
  })
  afterAll(async () => {
    await app.close()
    await opened.close()
  })

  test('the clock is unknown, and the status says why and what to do', async () => {
    expect(opened.clock).toEqual({ kind: 'unknown' })
    const status = (await get(app, 'status')).json<StatusAnswer>()
    expect(status.file?.asOf).toBeNull()
    expect(status.notices).toContainEqual(
      expect.objectContaining({ level: 'warning', code: 'ages-encrypted', message: expect.stringContaining('--encryption-config') }),
    )
    const [cluster] = (JSON.parse((await app.inject('/api/v1/clusters')).payload) as ClustersAnswer).clusters
    expect(cluster).toMatchObject({ source: 'file', asOf: null })
  })

  test('no page shows an age, and no finding relies on one', async () => {
    const unknown = { asOf: null, now: null }
    const trouble = (await get(app, 'trouble')).json<TroubleAnswer>()
    expect(trouble).toMatchObject({ ...unknown, nodes: { count: 0 }, deletions: { count: 0 } })
    expect((await get(app, 'namespaces')).json<NamespacesAnswer>()).toMatchObject(unknown)
    expect((await get(app, 'flannel')).json<FlannelAnswer>().now).toBeNull()
    expect((await getLines<TableLine>(app, 'tables/pods'))[0]).toMatchObject({ type: 'head', ...unknown })
    const found = await getLines<FindingsLine>(app, 'findings')
    expect(found[0]).toMatchObject({ type: 'head', ...unknown })
    const rules = found.flatMap((line) => (line.type === 'found' ? line.findings.map(({ rule }) => rule) : []))
    expect(rules.filter((rule) => ['silent-node', 'stuck-deletion', 'stale-lease'].includes(rule))).toEqual([])
    const key = encodeURIComponent('/registry/minions/172.20.0.115')
    expect((await getLines<RelatedLine>(app, `v3/related?key=${key}`))[0]).toMatchObject({ type: 'head', ...unknown })
  })
})

test('a store without past times: tables and summaries show the times in the values, and no age', async () => {
  // The values can be read, but all times lie in the future and are not trusted.
  const opened = await openFile(DEMO, { now: () => Date.parse('2020-01-01T00:00:00Z') })
  const app = await testApp(opened)
  expect(opened.clock).toEqual({ kind: 'unknown' })
  const trouble = (await get(app, 'trouble')).json<TroubleAnswer>()
  // The node that reports itself not ready is found by its own status; the rest is not judged.
  expect(trouble.nodes.silent.map(({ says }) => says)).toEqual([
    expect.stringMatching(/^Last heartbeat at 2026-.* Ready has been Unknown since 2026-/),
  ])
  expect(trouble.deletions.count).toBe(0)
  const [head, ...lines] = await getLines<TableLine>(app, 'tables/pods')
  const age = head?.type === 'head' ? head.columns.findIndex(({ name }) => name === 'Age') : -1
  const ages = lines.flatMap((line) => (line.type === 'rows' ? line.rows.map(({ cells }) => cells[age]) : []))
  expect(ages.length).toBeGreaterThan(20)
  for (const cell of ages) expect(cell).toMatch(/^2026-\d\d-\d\d \d\d:\d\d:\d\d UTC$/)
  const value = (await get(app, `v3/value?key=${encodeURIComponent('/registry/leases/kube-node-lease/172.20.0.115')}`)).json<ValueAnswer>()
  expect(value.decoded.summary?.status).toMatchObject({ text: expect.stringMatching(/^Held, renewed at 2026-/), tone: 'muted' })
  const key = encodeURIComponent('/registry/minions/172.20.0.115')
  const related = JSON.stringify(await getLines<RelatedLine>(app, `v3/related?key=${key}`))
  expect(related).toContain('renewed at 2026-')
  expect(related).not.toMatch(/ ago|limit \d+ s\)/)
  const findings = await getLines<FindingsLine>(app, 'findings')
  const flannel = (await get(app, 'flannel')).json<FlannelAnswer>()
  expect(flannel.networks.flatMap((network) => network.findings.map(({ id }) => id)).filter((id) => id.includes('silent'))).toEqual([])
  expect(JSON.stringify(findings)).not.toMatch(/Not renewed for|Deletion requested [^ ]+ ago/)
  await app.close()
  await opened.close()
})

test.skipIf(!existsSync(SHARED))('a cluster of two healthy nodes whose API server encrypted everything', async () => {
  const decryptor = decryptorOf(parse(readFileSync(path.join(SHARED, 'encrypted-all.yaml'), 'utf8')))
  const opened = await openFile(path.join(SHARED, 'encrypted-all.db'), { decryptor })
  expect(opened.clock).toMatchObject({ kind: 'file', asOf: expect.any(Date) })
  expect(opened.clock.kind === 'file' && opened.clock.asOf.toISOString()).toMatch(/T07:54:41/)
  const app = await testApp(opened, { decryptor })
  expect((await get(app, 'trouble')).json<TroubleAnswer>().nodes).toMatchObject({ total: 2, count: 0 })
  await app.close()
  await opened.close()
})
