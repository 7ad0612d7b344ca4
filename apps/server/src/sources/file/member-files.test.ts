// Cluster status from the files of members that were killed, restored or downgraded, and from files that cannot be verified.
import { cp, mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StatusAnswer } from '@registree/contract'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { damagedSnapshot } from '../../../../../packages/etcd-file/testdata/freelist.ts'
import { type LiveEtcd, startEtcd } from '../../../../../packages/etcd-file/testdata/live-etcd.ts'
import { RELEASES, unpackRelease } from '../../../../../packages/etcd-file/testdata/releases.ts'
import { inEnglish } from '../../messages/in-english.ts'
import { get, testApp } from '../../testing/app.ts'
import { openFile } from '../../testing/open-file.ts'

const demo = fileURLToPath(new URL('../../../../../demo/cluster', import.meta.url))
const b64 = (text: string) => Buffer.from(text).toString('base64')

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'registree-member-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** The status after all background work has ended, and the names of the keys below `/`. */
async function look(target: string): Promise<{ status: StatusAnswer; keys: string[]; v2: string | null }> {
  const opened = await openFile(target)
  const app = await testApp(opened)
  try {
    const settled = async () => {
      const status = (await get(app, 'status')).json<StatusAnswer>()
      return status.file?.structure === 'checking' || status.file?.trailer === 'checking' ? null : status
    }
    await expect.poll(settled, { timeout: 20_000 }).not.toBeNull()
    const children = await get(app, 'v3/children?prefix=/n/')
    const keys = children.status === 200 ? children.json<{ children: { key: string }[] }>().children.map(({ key }) => key) : []
    const { says } = await opened.v2.availability()
    return { status: (await settled()) as StatusAnswer, keys, v2: says && inEnglish.any([says]) }
  } finally {
    await app.close()
    await opened.close()
  }
}

/** Without the notice that these files contain no time. */
const codes = (status: StatusAnswer) => status.notices.flatMap(({ level, code }) => (code === 'ages-unknown' ? [] : [`${level} ${code}`]))

describe('a member that was killed', () => {
  let etcd: LiveEtcd
  beforeEach(async () => {
    etcd = await startEtcd(['--backend-batch-interval', '1h', '--snapshot-count', '10'])
  })
  afterEach(() => etcd.dispose())
  const put = async (from: number, to: number) => {
    for (let i = from; i < to; i++) await etcd.v3('/v3/kv/put', { key: b64(`/n/${i}`), value: b64(String(i)) })
  }

  test('twenty puts are twenty, and the status says where they come from', async () => {
    await put(0, 20)
    await etcd.kill()
    const { status, keys } = await look(path.dirname(etcd.member))
    expect(keys).toHaveLength(20)
    const { databaseIndex, shownIndex, applied } = status.file?.log ?? {}
    expect(applied).toBeGreaterThan(0)
    expect(Number(shownIndex)).toBeGreaterThan(Number(databaseIndex))
    expect(status.notices.filter(({ level }) => level !== 'info')).toEqual([])
    expect(status.notices).toContainEqual(
      expect.objectContaining({ level: 'info', code: 'log-applied', params: { writes: applied, databaseIndex, shownIndex } }),
    )
  })

  test('a copy without its log: the status says what may be missing', async () => {
    await put(0, 3)
    await etcd.kill()
    const db = path.join(folder, 'db')
    await cp(path.join(etcd.member, 'snap/db'), db)
    expect(codes((await look(db)).status)).toEqual(['info no-log'])
    await rm(path.join(etcd.member, 'wal'), { recursive: true })
    expect(codes((await look(etcd.member)).status)).toContain('info no-log')
  })

  test('a damaged record within the log: the status says that writes are missing', async () => {
    await put(0, 8)
    await etcd.kill()
    const wal = path.join(
      etcd.member,
      'wal',
      (await readdir(path.join(etcd.member, 'wal'))).find((name) => name.endsWith('.wal')) as string,
    )
    const bytes = await readFile(wal)
    const at = bytes.lastIndexOf('/n/6')
    bytes[at] = 0x2e
    await writeFile(wal, bytes)
    const { status } = await look(path.dirname(etcd.member))
    expect(status.notices[0]).toMatchObject({ level: 'error', message: expect.stringContaining('has a wrong checksum') })
    await truncate(wal, at)
    expect(codes((await look(path.dirname(etcd.member))).status)[0]).toMatch(/^(warning|error)/)
  })

  test('a database sent by the leader: the one that etcd would use is shown', async () => {
    const db = path.join(etcd.member, 'snap/db')
    const early = path.join(folder, 'early')
    await cp(db, early)
    await put(0, 40)
    await etcd.stop()
    const snap = (await readdir(path.join(etcd.member, 'snap')))
      .filter((name) => name.endsWith('.snap'))
      .sort()
      .at(-1) as string
    const sent = path.join(etcd.member, 'snap', `${snap.slice(17, 33)}.snap.db`)
    await rename(db, sent)
    await cp(early, db)
    const { status, keys } = await look(path.dirname(etcd.member))
    expect(keys).toHaveLength(40)
    expect(codes(status)).toEqual(['info sent-database'])
    const oracle = await startEtcd([], { copyOf: etcd.member })
    const { count } = await oracle.v3<{ count: string }>('/v3/kv/range', { key: b64('/n/'), range_end: b64('/n0') })
    await oracle.dispose()
    expect(count).toBe('40')

    await rm(sent)
    const behind = (await look(path.dirname(etcd.member))).status
    expect(codes(behind)[0]).toBe('error database-behind-snapshot')
    await expect(startEtcd([], { copyOf: etcd.member })).rejects.toThrow('etcd ended')
  })
})

describe('files without a checksum or with inconsistent pages', () => {
  test('without a checksum nothing is called verified, but the pages are still checked', async () => {
    const bare = path.join(folder, 'bare.db')
    await cp(path.join(demo, 'member/snap/db'), bare)
    expect((await look(bare)).status.file).toMatchObject({ kind: 'database', trailer: 'absent', structure: 'sound' })
  })

  test('a page that is both free and in use: refused, with the right checksum', async () => {
    const bad = path.join(folder, 'bad.db')
    await writeFile(bad, await damagedSnapshot(await readFile(path.join(demo, 'member/snap/db'))))
    const { status } = await look(bad)
    expect(status.file).toMatchObject({ kind: 'snapshot', trailer: 'verified', structure: 'refused' })
    expect(codes(status)).toEqual(['error freelist-wrong'])
    expect(status.notices[0]?.message).toMatch(
      /^Page \d+ is both in use and on the list of free pages.*“etcdctl snapshot status” refuses this file/,
    )
  })

  test('pages that cannot be followed: refused', async () => {
    const bad = path.join(folder, 'bad.db')
    await cp(path.join(demo, 'member/snap/db'), bad)
    await truncate(bad, Math.floor((await stat(bad)).size / 8192) * 4096)
    expect((await look(bad)).status.file?.structure).toBe('refused')
  })
})

describe.each(RELEASES)('etcd %s', (release) => {
  test('has no v2 keyspace, even if its snapshots look like one', async () => {
    const files = unpackRelease(release)
    try {
      for (const name of ['restored', 'killed', 'downgrading', 'snapshot.db']) {
        const { status, v2 } = await look(files.path(name))
        expect({ name, v2, answer: status.v2 }).toEqual({ name, v2: expect.stringContaining('no v2 keyspace since 3.6'), answer: null })
        expect(status.notices.filter(({ level }) => level !== 'info')).toEqual([])
        expect(status.members.map(({ name }) => name)).toEqual([name === 'restored' ? 'default' : 'one'])
      }
      const { status } = await look(files.path('snapshot.db'))
      const { snapshot, downgrading } = files.truth
      expect(status).toMatchObject({
        v3: { keys: snapshot.totalKey, revision: String(snapshot.revision) },
        file: { dbSize: snapshot.totalSize, storageVersion: snapshot.version },
      })
      expect((await look(files.path('downgrading'))).status.file).toMatchObject({ downgradeTo: downgrading.downgradeInfo.targetVersion })
    } finally {
      files.remove()
    }
  })
})
