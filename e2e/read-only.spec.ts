// The captured cluster as a live etcd with authentication, through a user who may only read: its past on every page, before and after a compaction.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { startEtcd, type TestEtcd } from '../apps/server/src/sources/testing/etcd.ts'
import { type Running, startServer } from './support/server.ts'

const captured = fileURLToPath(new URL('../../shared/fixtures/kube-1.20/after.db', import.meta.url))
const demo = fileURLToPath(new URL('../demo/cluster/member/snap/db', import.meta.url))
const STOREFRONT = '/live/v3/registry/deployments/shop/storefront'
const GONE = '/live/v3/registry/pods/shop/storefront-769d8f996d-lhft8'
/** The last revision, and one more: see `beforeAll`. */
const NEWEST = '2299'
const HALF = '1149'

let folder: string
let etcd: TestEtcd
let server: Running

/** etcdctl's, as the user who may do all. */
const asRoot = (...args: string[]) => etcd.ctl(['--user=root:root', ...args])

/** The demo is the same cluster; a snapshot is its database followed by the hash of it. */
async function snapshot(): Promise<string> {
  if (existsSync(captured)) return captured
  console.log('the captured database is not beside the project (../shared): the demo stands in for it')
  const database = await readFile(demo)
  const file = join(folder, 'demo.db')
  await writeFile(file, Buffer.concat([database, createHash('sha256').update(database).digest()]))
  return file
}

test.beforeAll(async () => {
  test.setTimeout(120_000)
  folder = await mkdtemp(join(tmpdir(), 'registree-read-only-'))
  etcd = await startEtcd({ snapshot: await snapshot() })
  // The API server's own lease ends fifteen seconds after the restore, and etcd deletes its key. The others last an hour.
  await expect.poll(() => etcd.ctl(['get', '/registry/masterleases/', '--prefix', '--keys-only']), { timeout: 60_000 }).toBe('')
  await etcd.ctl(['role', 'add', 'reader'])
  await etcd.ctl(['role', 'grant-permission', 'reader', 'read', '', '--prefix'])
  await etcd.ctl(['user', 'add', 'reader:s3cret'])
  await etcd.ctl(['user', 'grant-role', 'reader', 'reader'])
  await etcd.ctl(['user', 'add', 'root:root'])
  await etcd.ctl(['user', 'grant-role', 'root', 'root'])
  await etcd.ctl(['auth', 'enable'])
  server = await startServer(['--endpoints', etcd.endpoint, '--user', 'reader:s3cret', '--name', 'live'])
})
test.afterAll(async () => {
  await server?.stop()
  await etcd?.destroy()
  await rm(folder, { recursive: true, force: true })
})

async function revision(): Promise<string> {
  const [status] = JSON.parse(await asRoot('endpoint', 'status', '-w', 'json')) as [{ Status: { header: { revision: number } } }]
  return String(status.Status.header.revision)
}

const entries = (page: Page) => page.locator('[data-history] [data-revision]')
const lane = (page: Page, name: string) => page.locator(`[data-lane="${name}"]`)
const open = (page: Page, address: string) => page.goto(server.url + address)
/** Nothing on the page is said to have failed. */
const nothingFailed = (page: Page) => expect(page.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(0)

test('all pages about the past work, first with everything and then with half of it, and nothing is written', async ({ page }) => {
  test.setTimeout(240_000)
  expect(await revision()).toBe(NEWEST)
  await expect(etcd.ctl(['--user=reader:s3cret', 'put', '/registry/x', 'y'])).rejects.toThrow(/permission denied/)

  await test.step('the history of a Deployment, and a difference', async () => {
    await open(page, `${STOREFRONT}?view=history`)
    await expect(entries(page)).toHaveCount(26)
    const rollOut = page.locator('[data-history] [data-revision="1077"]')
    await expect(rollOut).toContainText('registry.example/storefront:1.5.0-rc1')
    await expect(rollOut).toContainText(/03:41:\d\d/)
    await nothingFailed(page)
    await open(page, `${STOREFRONT}?diff=1169..1170`)
    const fields = page.getByRole('region', { name: 'spec.template.spec.containers[web]' })
    await expect(fields.locator('ins')).toHaveText('registry.example/storefront:1.4.1')
    await nothingFailed(page)
  })
  await test.step('a deleted key and what was deleted', async () => {
    await open(page, `${GONE}?view=history`)
    await expect(entries(page).first()).toContainText('Deleted')
    await open(page, '/live/deleted')
    await expect(page.locator('[data-deleted]')).toHaveCount(12)
    await expect(page.locator('[data-deleted="/registry/configmaps/shop/doomed"]')).toBeVisible()
    await nothingFailed(page)
  })
  await test.step('the timeline', async () => {
    await open(page, '/live/timeline')
    await expect(page.locator('[data-page="timeline"][data-complete="true"]')).toBeVisible()
    await expect(page.locator('[data-window="first"]')).toBeVisible()
    await expect(page.locator('[data-shown]')).toHaveAttribute('data-shown', '1008')
    await expect(lane(page, 'minions 172.20.0.115')).toHaveAttribute('aria-label', /NotReady$/)
    await nothingFailed(page)
  })
  await test.step('tables, key pages, the overview and findings', async () => {
    await open(page, '/live/resources/pods?namespace=shop')
    await expect(page.locator('[data-complete="true"]')).toBeVisible()
    await expect(page.locator('[data-table] [data-index]').filter({ hasText: 'storefront-' }).first()).toContainText('CrashLoopBackOff')
    await page.getByRole('button', { name: 'Include deleted' }).click()
    await expect(page.locator('[data-table] [data-index]').filter({ hasText: 'storefront-769d8f996d-lhft8' })).toHaveCount(1)
    await open(page, STOREFRONT)
    await expect(page.locator('.cm-content')).toContainText('storefront')
    await expect(page.getByRole('contentinfo').locator('[data-status=revision]')).toContainText(`rev ${NEWEST}`)
    await open(page, `${STOREFRONT}?rev=1000`)
    await expect(page.locator('.cm-content')).toContainText('storefront')
    await nothingFailed(page)
    for (const address of ['/live', '/live/namespaces/shop', '/live/findings']) {
      await open(page, address)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(page.getByRole('contentinfo')).toHaveAttribute('data-connection', 'live')
    }
  })
  expect(await revision()).toBe(NEWEST)

  await asRoot('compact', HALF)
  await test.step('a history ends where it was compacted', async () => {
    await open(page, `${STOREFRONT}?view=history`)
    await expect(page.locator('[data-edge="compacted"]')).toContainText('What came before is not kept.')
    await expect(page.locator('[data-history] [data-revision="1170"]')).toContainText('registry.example/storefront:1.4.1')
    await nothingFailed(page)
    await open(page, `${STOREFRONT}?rev=1000`)
    await expect(page.getByText(/compacted/i).first()).toBeVisible()
  })
  await test.step('what was deleted before is said to be gone', async () => {
    await open(page, '/live/deleted')
    await expect(page.locator('[data-window="compacted"]')).toContainText('earlier deletions are gone')
    await expect(page.locator('[data-deleted="/registry/configmaps/shop/doomed"]')).toBeVisible()
    await nothingFailed(page)
  })
  await test.step('the timeline begins after it', async () => {
    await open(page, '/live/timeline')
    await expect(page.locator('[data-page="timeline"][data-complete="true"]')).toBeVisible()
    await expect(page.locator('[data-window="compacted"]')).toContainText('earlier writes are gone')
    await expect(lane(page, 'minions 172.20.0.115')).toHaveAttribute('aria-label', /NotReady$/)
    await nothingFailed(page)
  })
  expect(await revision()).toBe(NEWEST)
})
