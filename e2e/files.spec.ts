// What every page of a file reports: writes that are only in its log, files that etcdctl rejects, and unknown ages.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { damagedSnapshot } from '../packages/etcd-file/testdata/freelist.ts'
import { expectAccessible } from './support/axe.ts'
import { type Running, startServer } from './support/server.ts'

test.describe.configure({ mode: 'serial' })
let folder = ''
let server: Running
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'registree-e2e-'))
  execFileSync('tar', ['xzf', 'packages/etcd-file/testdata/releases/3.7.3.tgz', '-C', folder])
  execFileSync('cp', ['-r', join(folder, 'killed'), join(folder, 'torn')])
  const wal = join(folder, 'torn/member/wal')
  const segment = join(wal, readdirSync(wal).find((name) => name.endsWith('.wal')) as string)
  const bytes = readFileSync(segment)
  bytes[bytes.indexOf('/n/6')] = 0x2e
  writeFileSync(segment, bytes)
  writeFileSync(join(folder, 'refused.db'), await damagedSnapshot(readFileSync('demo/cluster/member/snap/db')))
  const clusters = [
    { name: 'killed', 'data-dir': 'killed' },
    { name: 'torn', 'data-dir': 'torn' },
    { name: 'restored', 'data-dir': 'restored' },
    { name: 'downgrading', 'data-dir': 'downgrading' },
    { name: 'refused', snapshot: 'refused.db' },
  ]
  writeFileSync(join(folder, 'clusters.yaml'), JSON.stringify({ clusters }))
  server = await startServer(['--config', join(folder, 'clusters.yaml')])
})
test.afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

test('a killed member: every page says that writes come from its log', { tag: '@phone' }, async ({ page }) => {
  for (const path of ['', '/v3/n/', '/v3/n/1', '/resources', '/findings', '/namespaces', '/flannel']) {
    await page.goto(`${server.url}/killed${path}`)
    await expect(page.getByRole('contentinfo').getByRole('link', { name: '14 writes from the log' })).toBeVisible()
  }
  await page.goto(`${server.url}/killed/v3/n/`)
  await expect(page.getByText('11 keys', { exact: true }).first()).toBeVisible()
  await page.getByRole('contentinfo').getByRole('link', { name: '14 writes from the log' }).click()
  await expect(page.getByText('14 writes are not in the database file yet')).toBeVisible()
  await expectAccessible(page)
})

test('a truncated log: every page says that the file is old', { tag: '@phone' }, async ({ page }) => {
  for (const path of ['', '/v3/n/', '/v3/n/1', '/findings']) {
    await page.goto(`${server.url}/torn${path}`)
    await expect(page.getByRole('contentinfo').getByRole('link', { name: 'old: the log is incomplete' })).toBeVisible()
  }
  await page.goto(`${server.url}/torn/v3/n/`)
  await expect(page.getByRole('status').filter({ hasText: 'older than what etcd had' })).toBeVisible()
  await page.goto(`${server.url}/torn`)
  await expect(page.getByRole('region', { name: 'Trouble' })).toContainText('has a wrong checksum. Later changes are not shown')
})

test('a page both free and in use: etcdctl rejects the file although its checksum is right', { tag: '@phone' }, async ({ page }) => {
  await page.goto(`${server.url}/refused/v3/registry/`)
  await expect(page.getByRole('contentinfo')).toContainText('etcdctl refuses it')
  // Every key is readable: no page says that some are missing.
  await expect(page.getByText('This file is damaged')).toHaveCount(0)
  await page.goto(`${server.url}/refused`)
  await expect(page.getByRole('region', { name: 'Trouble' })).toContainText('bbolt surgery freelist abandon')
  await expect(page.getByText('sha256 verified', { exact: true }).last()).toBeVisible()
  await expectAccessible(page)
})

test('a file of unknown time: no page shows an age', { tag: '@phone' }, async ({ page }) => {
  for (const path of ['', '/resources/pods', '/findings', '/namespaces', '/flannel']) {
    await page.goto(`${server.url}/restored${path}`)
    await expect(page.getByRole('contentinfo')).toContainText('ages unknown')
  }
  await page.goto(`${server.url}/restored/findings`)
  await expect(page.getByRole('region', { name: 'Not checked' })).toContainText('Nodes')
  await page.goto(`${server.url}/restored`)
  await expect(page.getByText('This was restored with --bump-revision and --mark-compacted')).toBeVisible()
  await expect(page.getByText('etcd has no v2 keyspace since 3.6')).toBeVisible()
})

test('the overview shows a running downgrade', async ({ page }) => {
  await page.goto(`${server.url}/downgrading`)
  await expect(page.getByText('to 3.6.0, under way')).toBeVisible()
})

test('the result of the background verification replaces "checking"', async ({ page }) => {
  // Large enough that verification ends after the first pages.
  const whole = Buffer.alloc(68 * 1024 * 1024)
  readFileSync('demo/cluster/member/snap/db').copy(whole)
  writeFileSync(join(folder, 'large.db'), Buffer.concat([whole, createHash('sha256').update(whole).digest()]))
  const large = await startServer(['--snapshot', join(folder, 'large.db')])
  try {
    await page.goto(`${large.url}/large`)
    await expect(page.getByRole('contentinfo')).toContainText('sha256 verified')
    await expect(page.getByText('pages are sound')).toBeVisible()
  } finally {
    await large.stop()
  }
})

test('the list of clusters distinguishes old, rejected and intact files', async ({ page }) => {
  await page.goto(`${server.url}/`)
  const line = (name: string) => page.getByRole('link').filter({ hasText: name })
  await expect(line('refused')).toContainText('etcdctl refuses it')
  await expect(line('torn')).toContainText('old: the log is incomplete')
  await expect(line('killed')).toContainText('14 writes from the log')
})
