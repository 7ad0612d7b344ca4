// Opens files written by newer releases of etcd, and compares with those releases' own output.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diskFile } from '../testdata/disk-file.ts'
import { openMember } from '../testdata/open-member.ts'
import { RELEASES, type ReleaseTruth, unpackRelease } from '../testdata/releases.ts'
import { openBolt } from './bolt.ts'
import { crcHash } from './crc-hash.ts'
import { checkFreelist } from './freelist.ts'
import type { MvccKeyspace } from './mvcc.ts'
import { openMvcc } from './open-mvcc.ts'
import { verifyTrailer } from './trailer.ts'

const ALL = Uint8Array.of(0)

/** Everything at the newest revision, as etcd's gateway answers it. */
async function everything(keyspace: MvccKeyspace): Promise<ReleaseTruth['keys']> {
  const { revision, kvs } = await keyspace.range({ key: ALL, end: ALL })
  return {
    header: { revision: String(revision) },
    kvs: kvs.map((kv) => ({
      key: Buffer.from(kv.key).toString('base64'),
      create_revision: String(kv.createRevision),
      mod_revision: String(kv.modRevision),
      version: String(kv.version),
      ...(kv.value.length > 0 ? { value: Buffer.from(kv.value).toString('base64') } : {}),
      ...(kv.lease === 0n ? {} : { lease: String(kv.lease) }),
    })),
  }
}

const answered = ({ header, kvs }: ReleaseTruth['keys']) => ({ header: { revision: header.revision }, kvs })

it('has files of 3.6 and of 3.7', () => expect(RELEASES.map((release) => release.slice(0, 3))).toEqual(['3.6', '3.7']))

describe.each(RELEASES)('etcd %s', (release) => {
  let files: ReturnType<typeof unpackRelease>
  beforeAll(() => {
    files = unpackRelease(release)
  })
  afterAll(() => files.remove())

  it('a snapshot: its keys, and the numbers of "etcdutl snapshot status"', async () => {
    const { truth, path } = files
    const file = await diskFile(path('snapshot.db'))
    const keyspace = await openMvcc(await openBolt(file))
    expect(await everything(keyspace)).toEqual(answered(truth.keys))
    expect(keyspace.findings).toEqual([])
    expect(await verifyTrailer(file)).toBe('verified')
    expect(await checkFreelist(keyspace.bolt, keyspace.inUse, keyspace.treesWhole)).toBeNull()
    expect({
      hash: await crcHash(keyspace.bolt),
      revision: Number(keyspace.currentRevision),
      // Since 3.6 this counts existing keys.
      totalKey: keyspace.liveKeys,
      totalSize: keyspace.stats.size,
      version: keyspace.records.storageVersion,
    }).toEqual(truth.snapshot)
    expect(keyspace.records.downgrade?.enabled ?? false).toBe(false)
    await file.close()
  })

  it('a data directory that was restored with --bump-revision and --mark-compacted', async () => {
    const { truth, path } = files
    const { keyspace, close } = await openMember(path('restored/member'))
    expect(await everything(keyspace)).toEqual(answered(truth.restored))
    expect(keyspace.compactedRevision).toBe(keyspace.currentRevision)
    expect(keyspace.findings).toEqual([
      expect.objectContaining({ level: 'info', says: { code: 'restored-bumped', params: { revision: truth.restored.header.revision } } }),
    ])
    await close()
  })

  it('a data directory of a member that was killed, with its log', async () => {
    const { truth, path } = files
    const { keyspace, close } = await openMember(path('killed/member'))
    expect(await everything(keyspace)).toEqual(answered(truth.killed))
    expect(keyspace.log).toMatchObject({ applied: 14, uncertain: 0, missing: 0 })
    await close()
  })

  it('a running downgrade', async () => {
    const { truth, path } = files
    const { keyspace, close } = await openMember(path('downgrading/member'))
    const { enabled, targetVersion } = truth.downgrading.downgradeInfo
    expect(keyspace.records.downgrade).toEqual({ enabled, target: targetVersion })
    expect(enabled).toBe(true)
    await close()
  })
})
