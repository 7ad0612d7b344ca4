// Adds right and wrong free lists to a real database, and compares the findings with etcdctl's.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type FreelistBase, freelistBase, withFreelist } from '../testdata/freelist.ts'
import { openBolt } from './bolt.ts'
import { checkFreelist } from './freelist.ts'
import { openMvcc } from './open-mvcc.ts'
import { bytesAccess } from './random-access.ts'
import { inEnglish } from './testing/in-english.ts'
import { verifyTrailer } from './trailer.ts'

const demo = new URL('../../../demo/cluster/member/snap/db', import.meta.url)
let folder = ''
let base: FreelistBase
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'registree-freelist-'))
  base = await freelistBase(new Uint8Array(readFileSync(demo)))
})
afterAll(() => rmSync(folder, { recursive: true }))

const withList = (ids: number[], edit?: (page: DataView) => void) => withFreelist(base, ids, edit)

/** etcdctl's complaint; '' for none. */
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

it('a correct list has no finding, also in its long form', async () => {
  expect(base.free.length).toBeGreaterThan(2)
  const right = withList(base.free)
  expect(etcdctl(right)).toBe('')
  expect(await check(right)).toBeNull()
  const long = withList([], (page) => {
    page.setUint16(10, 0xffff, true)
    page.setBigUint64(16, BigInt(base.free.length), true)
    for (const [i, id] of base.free.entries()) page.setBigUint64(24 + 8 * i, BigInt(id), true)
  })
  expect(etcdctl(long)).toBe('')
  expect(await check(long)).toBeNull()
  const without = await openMvcc(await openBolt(bytesAccess(base.database)))
  expect(await checkFreelist(without.bolt, without.inUse, true)).toBeNull()
})

it.each([
  ['a page in use', () => withList([...base.free, base.root]), 'reachable freed', 'inUse', () => [base.root]],
  ['a page twice', () => withList([base.free[0] as number, ...base.free]), 'already freed', 'twice', () => [base.free[0]]],
  ['not all free pages', () => withList(base.free.slice(2)), 'unreachable unfreed', 'lost', () => base.free.slice(0, 2)],
] as const)('%s: etcdctl refuses it, and why is said with the page', async (_, make, said, param, pages) => {
  const bytes = make()
  expect(etcdctl(bytes)).toContain(said)
  const found = await check(bytes)
  expect(found).toMatchObject({
    level: 'error',
    says: { code: 'freelist-wrong', params: { [param]: pages().map(String), [`${param}Count`]: pages().length } },
  })
  expect(inEnglish(found?.says)).toContain('“etcdctl snapshot status” refuses this file')
  expect(inEnglish(found?.says)).toContain('All keys can be read.')
})

it('an invalid list, or one longer than its page', async () => {
  const none = withList(base.free, (page) => page.setUint16(8, 0x02, true))
  expect(etcdctl(none)).not.toBe('')
  const unreadable = await check(none)
  expect(unreadable?.says.code).toBe('freelist-unreadable')
  expect(inEnglish(unreadable?.says)).toContain('is of kind 0x2, not a list of free pages')
  const longer = withList(base.free, (page) => page.setUint16(10, 600, true))
  const overlong = await check(longer)
  expect(overlong?.says.code).toBe('freelist-unreadable')
  expect(inEnglish(overlong?.says)).toContain('says that it holds 600 pages, more than fit')
})

it('accepts what etcdctl accepts: its own page, and one outside the database', async () => {
  for (const odd of [base.pgid, base.pgid + 7]) {
    const bytes = withList([...base.free, odd])
    expect(etcdctl(bytes)).toBe('')
    expect(await check(bytes)).toBeNull()
  }
})
