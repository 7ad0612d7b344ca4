// Gives a real database a list of free pages, right and wrong, and compares what is said of it with what etcdctl says.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBolt } from './bolt.ts'
import { fnv1a64 } from './bolt-meta.ts'
import { checkFreelist } from './freelist.ts'
import { openMvcc } from './open-mvcc.ts'
import { bytesAccess } from './random-access.ts'
import { verifyTrailer } from './trailer.ts'

const demo = new URL('../../../demo/cluster/member/snap/db', import.meta.url)
const PAGE = 4096

let folder = ''
/** The demo's database, ended where its pages end, and which of them nothing uses. */
let database: Uint8Array
let free: number[]
let pgid = 0
let root = 0
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'registree-freelist-'))
  const bytes = new Uint8Array(readFileSync(demo))
  const { inUse, bolt } = await openMvcc(await openBolt(bytesAccess(bytes)))
  pgid = bolt.meta.pgid
  root = bolt.meta.root
  database = bytes.slice(0, pgid * PAGE)
  free = Array.from({ length: pgid }, (_, id) => id).filter((id) => id > 1 && !inUse.has(id))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A snapshot with a list of these pages behind the others, and a right sha256; `edit` may then change the list's own page. */
function withList(ids: number[], edit: (page: DataView) => void = () => {}): Uint8Array {
  const bytes = new Uint8Array((pgid + 1) * PAGE + 32)
  bytes.set(database)
  const view = new DataView(bytes.buffer)
  const at = pgid * PAGE
  view.setBigUint64(at, BigInt(pgid), true)
  view.setUint16(at + 8, 0x10, true)
  view.setUint16(at + 10, ids.length, true)
  for (const [i, id] of ids.entries()) view.setBigUint64(at + 16 + 8 * i, BigInt(id), true)
  edit(new DataView(bytes.buffer, at, PAGE))
  for (const meta of [16, PAGE + 16]) {
    view.setBigUint64(meta + 32, BigInt(pgid), true)
    view.setBigUint64(meta + 40, BigInt(pgid + 1), true)
    view.setBigUint64(meta + 56, fnv1a64(bytes.subarray(meta, meta + 56)), true)
  }
  bytes.set(createHash('sha256').update(bytes.subarray(0, -32)).digest(), bytes.length - 32)
  return bytes
}

/** What etcdctl says against it; '' for nothing. */
function etcdctl(bytes: Uint8Array): string {
  const file = join(folder, 'snapshot.db')
  writeFileSync(file, bytes)
  try {
    execFileSync('etcdctl', ['snapshot', 'status', file], { env: { ...process.env, ETCDCTL_API: '3' }, encoding: 'utf8', stdio: 'pipe' })
    return ''
  } catch (error) {
    return (error as { stderr: string }).stderr
  }
}

async function check(bytes: Uint8Array) {
  const file = bytesAccess(bytes)
  const { bolt, inUse, treesWhole } = await openMvcc(await openBolt(file))
  expect(treesWhole).toBe(true)
  expect(await verifyTrailer(file)).toBe('verified')
  return checkFreelist(bolt, inUse, treesWhole)
}

it('says nothing of a list that is right, also in its long form', async () => {
  expect(free.length).toBeGreaterThan(2)
  const right = withList(free)
  expect(etcdctl(right)).toBe('')
  expect(await check(right)).toBeNull()
  const long = withList([], (page) => {
    page.setUint16(10, 0xffff, true)
    page.setBigUint64(16, BigInt(free.length), true)
    for (const [i, id] of free.entries()) page.setBigUint64(24 + 8 * i, BigInt(id), true)
  })
  expect(etcdctl(long)).toBe('')
  expect(await check(long)).toBeNull()
  const without = await openMvcc(await openBolt(bytesAccess(database)))
  expect(await checkFreelist(without.bolt, without.inUse, true)).toBeNull()
})

it.each([
  ['a page in use', () => withList([...free, root]), 'reachable freed', 'inUse', () => [root]],
  ['a page twice', () => withList([free[0] as number, ...free]), 'already freed', 'twice', () => [free[0]]],
  ['not all free pages', () => withList(free.slice(2)), 'unreachable unfreed', 'lost', () => free.slice(0, 2)],
] as const)('%s: etcdctl refuses it, and why is said with the page', async (_, make, said, param, pages) => {
  const bytes = make()
  expect(etcdctl(bytes)).toContain(said)
  const found = await check(bytes)
  expect(found).toMatchObject({
    level: 'error',
    code: 'freelist-wrong',
    params: { [param]: pages().map(String), [`${param}Count`]: pages().length },
    message: expect.stringContaining('"etcdctl snapshot status" refuses this file'),
  })
  expect(found?.message).toContain('All keys can be read.')
})

it('a list that is none, or that is longer than its page', async () => {
  const none = withList(free, (page) => page.setUint16(8, 0x02, true))
  expect(etcdctl(none)).not.toBe('')
  expect(await check(none)).toMatchObject({
    code: 'freelist-unreadable',
    message: expect.stringContaining('is of kind 0x2, not a list of free pages'),
  })
  const longer = withList(free, (page) => page.setUint16(10, 600, true))
  expect(await check(longer)).toMatchObject({
    code: 'freelist-unreadable',
    message: expect.stringContaining('says that it holds 600 pages, more than fit'),
  })
})

it('lets pass what etcdctl lets pass: its own page, and one outside of the database', async () => {
  for (const odd of [pgid, pgid + 7]) {
    const bytes = withList([...free, odd])
    expect(etcdctl(bytes)).toBe('')
    expect(await check(bytes)).toBeNull()
  }
})
