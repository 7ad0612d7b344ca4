// Reads a captured Kubernetes cluster's databases and compares them with etcdctl's output.
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { capturedCluster, diskFile } from '../testdata/disk-file.ts'
import { type HttpNode, httpNode, openMemberV2 } from '../testdata/v2-as-http.ts'
import { openBolt } from './bolt.ts'
import { crcHash } from './crc-hash.ts'
import { openMvcc } from './open-mvcc.ts'
import { verifyTrailer } from './trailer.ts'

const captured = capturedCluster()

/** What `etcdctl snapshot status -w json` (3.4.23) prints. */
const STATUS = {
  before: { hash: 1196359919, revision: 1296n, totalKey: 1308, totalSize: 2928640 },
  after: { hash: 2375287572, revision: 2298n, totalKey: 2317, totalSize: 4517888 },
  encrypted: { hash: 3654012755, revision: 2466n, totalKey: 2487, totalSize: 4972544 },
  json: { hash: 3005508787, revision: 2546n, totalKey: 2567, totalSize: 5468160 },
}

describe.skipIf(!captured)('the captured cluster', () => {
  it.each(Object.entries(STATUS))('%s.db matches etcdctl', async (name, status) => {
    const file = await diskFile(`${captured}/${name}.db`)
    try {
      expect(await verifyTrailer(file)).toBe('verified')
      const bolt = await openBolt(file)
      const keyspace = await openMvcc(bolt)
      expect(keyspace.findings).toEqual([])
      expect(keyspace.currentRevision).toBe(status.revision)
      expect(keyspace.stats.totalEntries).toBe(status.totalKey)
      expect(keyspace.stats.size).toBe(status.totalSize)
      expect(await crcHash(bolt)).toBe(status.hash)
      expect(keyspace.records.members.map((member) => member.name)).toEqual(['infra3', 'infra1', 'infra2'])
      expect(keyspace.records.clusterVersion).toBe('3.4.0')
    } finally {
      await file.close()
    }
  })

  it('after.db contains exactly what "etcdctl get / --prefix" returned from the live cluster', async () => {
    const text = (await readFile(`${captured}/etcdctl-get-all-after.json`, 'utf8')).replace(/"lease":(-?\d+)/g, '"lease":"$1"')
    const live: { kvs: { key: string; create_revision: number; mod_revision: number; version: number; value?: string; lease?: string }[] } =
      JSON.parse(text)
    const file = await diskFile(`${captured}/after.db`)
    try {
      const keyspace = await openMvcc(await openBolt(file))
      const answer = await keyspace.range({ key: Buffer.from('/'), end: Buffer.from('0') })
      const got = answer.kvs.map((kv) => ({
        key: Buffer.from(kv.key).toString('base64'),
        create_revision: Number(kv.createRevision),
        mod_revision: Number(kv.modRevision),
        version: Number(kv.version),
        ...(kv.value.length > 0 ? { value: Buffer.from(kv.value).toString('base64') } : {}),
        ...(kv.lease !== 0n ? { lease: String(kv.lease) } : {}),
      }))
      // etcdctl ran a few seconds after the snapshot: later revisions are not in the file.
      const current = Number(keyspace.currentRevision)
      const later = new Set(live.kvs.filter((kv) => kv.mod_revision > current).map((kv) => kv.key))
      const same = live.kvs.filter((kv) => !later.has(kv.key))
      expect(same.length).toBeGreaterThan(480)
      expect(later.size).toBeLessThan(10)
      expect(got.filter((kv) => !later.has(kv.key))).toEqual(same)
      expect(answer.count).toBe(answer.kvs.length)
    } finally {
      await file.close()
    }
  })

  it('the data directory with its log equals the answer of "GET /v2/keys?recursive=true"', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'registree-captured-'))
    execFileSync('tar', ['xzf', `${captured}/datadir-infra1.tgz`, '-C', directory])
    const member = join(directory, 'datadir-infra1/member')
    try {
      const store = await openMemberV2(member)
      const live: { node: HttpNode } = JSON.parse(await readFile(`${captured}/v2-recursive.json`, 'utf8'))
      const withoutTtl = JSON.parse(JSON.stringify(live.node, (key, value) => (key === 'ttl' ? undefined : value)))
      expect(httpNode(store, '/')).toEqual(withoutTtl)
      expect(store.findings).toEqual([])
      expect(store.index).toBe(16n)
      expect(store.raft).toMatchObject({ nodeId: 'a50888bd2840c148', clusterId: '6aa08f2b6dc8aa96', term: 7n, commit: 5391n })
      expect(store.members.map((each) => each.name)).toEqual(['infra3', 'infra1', 'infra2'])
      expect(store.events().map((event) => `${event.action} ${event.path}`)).toContain('delete /doomed')
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
