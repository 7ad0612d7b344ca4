// When a watch that starts in the past is complete: with a slow etcd, and with one that holds no write at the last revision that may be seen.
import { KEYSPACE_END, prefixEnd, utf8 } from '@registree/keyspace'
import { afterEach, describe, expect, it } from 'vitest'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import { openDoor } from '../sources/testing/door.ts'
import { etcdReleases, hasEtcd, startEtcd, type TestEtcd, type TestEtcdOptions } from '../sources/testing/etcd.ts'
import { LivePast } from './live-past.ts'

const live = hasEtcd()
if (!live) process.stderr.write('skipping the past of a live etcd: etcd and etcdctl are not in PATH\n')

const ALL = { key: KEYSPACE_END, end: KEYSPACE_END }
const OWN = { key: utf8('/own/'), end: prefixEnd(utf8('/own/')) }
const FAR = 3_600_000
const signal = new AbortController().signal
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function filled(options: TestEtcdOptions = {}): Promise<TestEtcd> {
  const etcd = await startEtcd(options)
  ends.push(() => etcd.destroy())
  for (let i = 0; i < 20; i++) await etcd.ctl(['put', `/own/${i}`], { input: 'x'.repeat(20_000) })
  for (let i = 0; i < 3; i++) await etcd.ctl(['put', '/other', String(i)])
  return etcd
}

function opened(endpoint: string) {
  const cluster = openEtcd({ endpoints: [endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
  ends.push(() => cluster.close())
  return cluster.v3
}

async function readAll(past: LivePast) {
  await past.catchUp(2 ** 30, signal)
  await past.readBack(past.nextStart(2 ** 30) as bigint, signal)
}

describe.skipIf(!live)('the past of a live etcd', () => {
  it('waits for an etcd that sends its writes slowly', async () => {
    const etcd = await filled()
    const door = await openDoor(etcd.endpoint)
    ends.push(() => door.close())
    const past = new LivePast(opened(door.endpoint), { intervals: [ALL], quietMs: FAR })
    await past.catchUp(2 ** 30, signal)
    const release = door.holdAfter(100_000)
    let isDone = false
    const read = past.readBack(2n, signal).then(() => {
      isDone = true
    })
    await expect.poll(() => etcd.ctl(['get', '/other'])).toContain('2')
    expect(isDone).toBe(false)
    release()
    await read
    expect(past.log.size).toBe(23)
    expect(past.unproven).toBeNull()
  })

  it('says which writes may be missing where etcd falls silent', async () => {
    const etcd = await filled()
    const door = await openDoor(etcd.endpoint)
    ends.push(() => door.close())
    const past = new LivePast(opened(door.endpoint), { intervals: [ALL], quietMs: 300 })
    await past.catchUp(2 ** 30, signal)
    door.holdAfter(100_000)
    await past.readBack(2n, signal)
    expect(past.log.size).toBeLessThan(23)
    expect(past.unproven).toEqual({ from: 2n, to: 24n })
    past.forget()
    expect(past.unproven).toBeNull()
  })

  it('remembers a compaction that a watch told, although the status told an earlier one', async () => {
    const etcd = await filled()
    const v3 = opened(etcd.endpoint)
    await etcd.ctl(['compact', '3'])
    expect((await v3.status()).compactedRevision).toBe(3n)
    await etcd.ctl(['compact', '12'])
    expect((await v3.status()).compactedRevision).toBe(12n)
    // Compacted between the status and the watch.
    const status = async () => ({ revision: 24n, compactedRevision: 3n, keys: null })
    const past = new LivePast({ watch: (...of) => v3.watch(...of), status }, { intervals: [ALL], quietMs: FAR })
    await readAll(past)
    for (const _ of [1, 2]) {
      expect([past.compacted, past.oldest, past.log.size]).toEqual([12n, 13n, 12])
      await past.catchUp(2 ** 30, signal)
    }
  })

  it('does not believe an etcd that answers before there is a watch', async () => {
    const etcd = await filled()
    const past = new LivePast(opened(etcd.endpoint), { intervals: [OWN], quietMs: 1000 })
    await readAll(past)
    // 3.4.23 answers progress requests at any time, and the last write that may be seen is older than the last revision.
    expect(past.log.size).toBe(20)
    expect(past.unproven).toEqual({ from: 22n, to: 24n })
  })

  for (const release of etcdReleases())
    it.skipIf(!release.built)(`etcd ${release.name} tells that everything was sent`, async () => {
      const etcd = await filled({ release, v2: false })
      const past = new LivePast(opened(etcd.endpoint), { intervals: [OWN], quietMs: FAR })
      await readAll(past)
      expect(past.log.size).toBe(20)
      expect(past.unproven).toBeNull()
    })
})
