// Tables of a live etcd: equal to those of the file it was restored from, and what happens if etcd dies, compacts, or the reader leaves.
import type { ServerResponse } from 'node:http'
import type { ResourcesAnswer, TableEnd, TableLine, TableRow } from '@registree/contract'
import { RangeKnowledge } from '@registree/keyspace'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { buildApp } from '../app.ts'
import type { Cluster } from '../clusters/cluster.ts'
import { runHere } from '../jobs/run-here.ts'
import { CostMeter } from '../sources/cost-meter.ts'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../sources/testing/etcd.ts'
import { sharedFile } from '../sources/testing/fixtures.ts'
import { openFile } from '../testing/open-file.ts'
import { openEncryption } from '../values/open-encryption.ts'

const live = hasEtcd()

function cluster(name: string, opened: OpenedCluster): Cluster {
  return {
    name,
    title: name,
    configured: name,
    kubernetesPrefix: '/registry',
    prefixGiven: true,
    flannelPrefix: null,
    connection: null,
    opened,
    meter: new CostMeter(),
    knowledge: new RangeKnowledge(),
    decryptor: openEncryption(name, null),
    masking: { reveal: false, decrypt: true, salt: new Uint8Array(32) },
    jobs: runHere({ decryptorOf: () => openEncryption(name, null) }),
  }
}

const serve = (...clusters: Cluster[]): Promise<FastifyInstance> =>
  buildApp({
    clusters: new Map(clusters.map((one) => [one.name, one])),
    policyOf: () => ({ reveal: false, decrypt: true, salt: new Uint8Array(32) }),
    now: () => new Date('2026-11-23T12:00:00Z'),
    version: '0',
    host: '127.0.0.1',
    allowedHosts: [],
    webRoot: '/nonexistent',
    logger: false,
  })

const openLive = (etcd: TestEtcd) => openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
const parse = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TableLine)
const rowsOf = (lines: TableLine[]): TableRow[] => lines.flatMap((line) => (line.type === 'rows' ? line.rows : []))

describe.skipIf(!live)('restored from a backup', () => {
  test.each(['before.db', 'json.db', 'encrypted.db'])('%s has the same tables live and as a file', async (name) => {
    const snapshot = sharedFile(`fixtures/kube-1.20/${name}`)
    if (snapshot === null) return
    const etcd = await startEtcd({ snapshot })
    const opened = [await openFile(snapshot), openLive(etcd)] as const
    const app = await serve(cluster('file', opened[0]), cluster('live', opened[1]))
    const get = async (url: string) => (await app.inject({ url: `/api/v1/clusters/${url}`, headers: { host: 'localhost' } })).body
    const { resources } = JSON.parse(await get('file/resources')) as ResourcesAnswer
    expect(resources.length).toBeGreaterThan(40)
    let problems = 0
    for (const { path } of resources) {
      const file = parse(await get(`file/tables/${path}`))
      const revision = file.flatMap((line) => (line.type === 'head' ? [line.revision] : []))[0]
      // Leases of seconds may have expired since etcd was started: what they held is still at the revision of the backup.
      const wire = parse(await get(`live/tables/${path}?rev=${revision}`))
      expect([path, wire.at(-1)?.type, file.at(-1)?.type]).toEqual([path, 'end', 'end'])
      const [columns] = file.map((line) => (line.type === 'head' ? line.columns : []))
      // Ages differ: one is relative to now, the other to the file's time. Their timestamps do not.
      const aged = (row: TableRow) =>
        (columns ?? []).map((_, at) => row.instants?.[at] ?? (/ago\)/.test(String(row.cells[at])) ? 'ago' : row.cells[at]))
      const plain = (rows: TableRow[]) =>
        rows.map((row) => [row.namespace, row.name, row.problem, ...aged(row).filter((cell) => !/^\d+[smhdy]/.test(String(cell)))])
      expect([path, ...plain(rowsOf(wire))]).toEqual([path, ...plain(rowsOf(file))])
      for (const row of rowsOf(wire)) if (row.problem !== undefined) problems += 1
      // Unreadable objects keep their names.
      for (const row of rowsOf(file)) expect(row.name).not.toBe('')
    }
    expect(problems > 0).toBe(name !== 'before.db')
    await app.close()
    await Promise.all(opened.map((one) => one.close()))
    await etcd.destroy()
  })
})

describe.skipIf(!live)('a table of 3,000 values of 20 KB', () => {
  let etcd: TestEtcd
  let opened: OpenedCluster
  let app: FastifyInstance
  let address: string
  let ranges = 0
  let inFlight = 0
  /** Makes etcd slow, so that a reading can be cut off. */
  let pause = 0
  /** Holds the answers of etcd while a reading is left. */
  let gate = Promise.resolve()
  function closeGate(): () => void {
    let open = () => {}
    gate = new Promise((resolve) => {
      open = resolve
    })
    return open
  }

  beforeAll(async () => {
    etcd = await startEtcd()
    const filler = 'x'.repeat(20_000)
    for (let from = 0; from < 3000; from += 60) {
      const success = Array.from({ length: 60 }, (_, i) => {
        const name = `cm-${String(from + i).padStart(5, '0')}`
        const value = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'a' }, data: { filler } }
        return { requestPut: { key: btoa(`/registry/configmaps/a/${name}`), value: btoa(JSON.stringify(value)) } }
      })
      const reply = await fetch(`${etcd.endpoint}/v3/kv/txn`, { method: 'POST', body: JSON.stringify({ success }) })
      expect(reply.ok).toBe(true)
    }
    opened = openLive(etcd)
    const { v3 } = opened
    const range = v3.range.bind(v3)
    v3.range = async (...of) => {
      ranges += 1
      inFlight += 1
      try {
        const reply = await range(...of)
        await new Promise((resolve) => setTimeout(resolve, pause))
        await gate
        return reply
      } finally {
        inFlight -= 1
      }
    }
    app = await serve(cluster('live', opened))
    address = await app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(async () => {
    await app.close()
    await opened.close()
    await etcd.destroy()
  })

  const ask = (query = '', signal?: AbortSignal) =>
    fetch(`${address}/api/v1/clusters/live/tables/configmaps${query}`, signal === undefined ? {} : { signal })
  /** The first bytes of an answer, and a way to get the rest. */
  async function begin(signal?: AbortSignal) {
    const reader = (await ask('', signal)).body?.getReader()
    if (reader === undefined) throw new Error('no body')
    const decoder = new TextDecoder()
    let text = decoder.decode((await reader.read()).value, { stream: true })
    return {
      rest: async () => {
        for (;;) {
          const { done, value } = await reader.read()
          if (done) return parse(text)
          text += decoder.decode(value, { stream: true })
        }
      },
    }
  }

  test('is read completely, each key once, walking few more keys than there are', async () => {
    const lines = parse(await (await ask()).text())
    const end = lines.at(-1) as TableEnd
    expect(end).toMatchObject({ type: 'end', rows: 3000 })
    expect(new Set(rowsOf(lines).map((row) => row.name)).size).toBe(3000)
    const again = parse(await (await ask()).text()).at(-1) as TableEnd
    expect(again.cost.walked).toBeLessThanOrEqual(2 * 3000)
  })

  test('a disconnect ends the reading', async () => {
    ranges = 0
    await (await ask()).text()
    const whole = ranges
    const controller = new AbortController()
    const closed = new Promise<void>((resolve) => {
      app.server.once('request', (_, response: ServerResponse) => response.once('close', () => resolve()))
    })
    ranges = 0
    await begin(controller.signal)
    const open = closeGate()
    controller.abort()
    await closed
    const sent = ranges
    expect(sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(whole)
    // Requests in flight return; no further ones are sent.
    open()
    await vi.waitFor(() => expect(inFlight).toBe(0))
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(ranges).toBe(sent)
  })

  test('a compacted revision is a problem that names the oldest one left', async () => {
    const { revision } = parse(await (await ask()).text())[0] as { revision: string }
    await etcd.ctl(['put', '/registry/x', '1'])
    await etcd.ctl(['compact', String(Number(revision) + 1)])
    const reply = await ask(`?rev=${revision}`)
    expect(reply.status).toBe(410)
    expect(await reply.json()).toMatchObject({ code: 'REVISION_COMPACTED', compactedRevision: String(Number(revision) + 1) })
  })

  test('an etcd that dies meanwhile leaves the rows so far, and an end with the reason', async () => {
    pause = 200
    const { rest } = await begin()
    await etcd.stop()
    pause = 0
    const lines = await rest()
    const rows = rowsOf(lines)
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.length).toBeLessThan(3000)
    // The connection may break a moment before etcd is gone: then its interruption is the reason.
    expect(lines.at(-1)).toMatchObject({ type: 'error', problem: { code: expect.stringMatching(/^SOURCE_(UNREACHABLE|CHANGED)$/) } })
    expect((await ask()).status).toBe(503)
    await etcd.start()
    expect(parse(await (await ask()).text()).at(-1)).toMatchObject({ type: 'end', rows: 3000 })
  })
})
