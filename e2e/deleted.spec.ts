// What was deleted: how and when, the last value and the YAML that brings it back; of a live etcd also what a compaction took away.
import { readFile } from 'node:fs/promises'
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { startEtcd } from './support/etcd.ts'
import { startServer } from './support/server.ts'

const entries = (page: Page) => page.locator('[data-deleted]')
const entry = (page: Page, key: string) => page.locator(`[data-deleted="${key}"]`)

test('the demo lists what was deleted, how and when @phone', async ({ page }) => {
  await page.goto('/demo/deleted')
  await expect(entries(page)).toHaveCount(12)
  await expect(entries(page).first()).toContainText('shop/doomed')
  const pod = entry(page, '/registry/pods/shop/storefront-769d8f996d-lhft8')
  await expect(pod).toContainText('Deletion was requested first')
  await expect(pod).toContainText('ReplicaSet storefront-769d8f996d')
  await expect(pod).toContainText(/03:4\d:\d\d/)
  await expect(entry(page, '/registry/endpointslices/shop/public-wkxcj')).toContainText('Its owner was gone: Service public.')
  await expect(page.locator('[data-window]')).toHaveText(/nothing was compacted/)
  await expectAccessible(page)

  await page.getByRole('combobox', { name: 'Resource' }).selectOption('services/specs')
  await expect(page).toHaveURL('/demo/deleted?path=services%2Fspecs')
  await expect(entries(page)).toHaveCount(1)
  await page.goBack()
  await expect(entries(page)).toHaveCount(12)
  await page.getByRole('checkbox', { name: /Include Events and leases/ }).check()
  await expect(page).toHaveURL('/demo/deleted?routine=1')
  await expect(entries(page)).toHaveCount(13)
})

test('the last value and the YAML to apply are one click away', async ({ page }) => {
  await page.goto('/demo/deleted?q=doomed')
  await page.getByRole('link', { name: 'Last value of doomed' }).click()
  await expect(page).toHaveURL('/demo/v3/registry/configmaps/shop/doomed?rev=1223')
  await expect(page.getByRole('tab', { name: 'YAML', exact: true })).toHaveAttribute('aria-selected', 'true')
  await page.goBack()
  await page.getByRole('link', { name: 'YAML to apply doomed again' }).click()
  await expect(page).toHaveURL('/demo/v3/registry/configmaps/shop/doomed?rev=1223&view=apply')
  await expect(page.getByRole('tab', { name: 'To apply' })).toHaveAttribute('aria-selected', 'true')
  const code = page.locator('.cm-content')
  await expect(code).toContainText('kind: ConfigMap')
  await expect(code).not.toContainText('resourceVersion')
  await expect(code).not.toContainText('managedFields')
  await expectAccessible(page)
  await page.goto('/demo/deleted?q=doomed')
  await page.getByRole('link', { name: /shop\/doomed/ }).click()
  await expect(page.locator('[data-history]')).toBeVisible()
})

test('the rail, the palette and the keyboard lead to it', async ({ page }) => {
  await page.goto('/demo')
  await page.getByRole('link', { name: 'Deleted', exact: true }).click()
  await expect(page).toHaveURL('/demo/deleted')
  await page.goto('/demo')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await expect(page).toHaveURL('/demo/deleted')
})

test('a live etcd: pages, what is new, a compaction, and nothing is written', async ({ page }) => {
  const etcd = await startEtcd()
  const server = await startServer(['--endpoints', etcd.endpoint])
  const configMap = (n: number) => ({
    key: `/registry/configmaps/shop/c${n}`,
    value: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c${n}`, namespace: 'shop' } }),
  })
  try {
    // What is no Kubernetes object, and a key that is deleted twice.
    await etcd.put([{ key: '/other/key', value: 'text' }, configMap(60)])
    await etcd.removeBelow('/other/key')
    await etcd.removeBelow(configMap(60).key)
    for (let n = 1; n <= 60; n++) {
      await etcd.put([configMap(n)])
      await etcd.removeBelow(configMap(n).key)
    }
    const before = await etcd.revision()
    await page.goto(`${server.url}/default/deleted`)
    await expect(entries(page)).toHaveCount(50)
    await expect(entries(page).first()).toContainText('c60')
    await expect(entries(page).first()).toContainText('Its namespace shop was gone.')
    await page.getByRole('button', { name: 'Show older deletions' }).click()
    await expect(entries(page)).toHaveCount(62)
    expect(await etcd.revision()).toBe(before)
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'These 60 objects' }).click()
    await page.getByRole('menuitem', { name: 'YAML to apply' }).click()
    const text = await readFile(await (await download).path(), 'utf8')
    expect(text.match(/^ {2}name: c60$/gm)).toHaveLength(1)
    expect(text).toMatch(/^# Left out: key \/other\/key: it is no Kubernetes object that Registree knows$/m)
    expect(text).toContain('# End: 60 written, 1 left out.')

    await etcd.put([configMap(61)])
    await etcd.removeBelow(configMap(61).key)
    await etcd.compact(String(BigInt(await etcd.revision()) - 10n))
    await page.getByRole('button', { name: 'Look again' }).click()
    await expect(entries(page).first()).toContainText('c61')
    await page.reload()
    await expect(entries(page)).toHaveCount(5)
    await expect(page.locator('[data-window="compacted"]')).toContainText('earlier deletions are gone')
  } finally {
    await server.stop()
    await etcd.stop()
  }
})

test('a table and a namespace list what was deleted on request @phone', async ({ page }) => {
  await page.goto('/demo/resources/pods?namespace=shop')
  const rows = page.locator('[data-table] [data-index]')
  await expect(page.locator('[data-complete="true"]')).toBeVisible()
  await expect(rows.filter({ hasText: 'storefront-769d8f996d-lhft8' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Include deleted' }).click()
  await expect(page).toHaveURL('/demo/resources/pods?namespace=shop&deleted=1')
  await expect(page.locator('[data-deleted-too="true"]')).toContainText('7 of 7 deletions since revision 1')
  await page.goto('/demo/resources/pods?namespace=shop&deleted=1&q=lhft8')
  const row = rows.filter({ hasText: 'storefront-769d8f996d-lhft8' })
  await expect(row).toContainText(/deleted 03:4\d:\d\d.* at revision 1073/)
  await expectAccessible(page)
  await row.getByRole('link').first().click()
  await expect(page).toHaveURL('/demo/v3/registry/pods/shop/storefront-769d8f996d-lhft8?rev=1072')

  await page.goto('/demo/namespaces/shop')
  await page.getByRole('button', { name: 'Include deleted' }).click()
  await expect(page).toHaveURL('/demo/namespaces/shop?deleted=1')
  await page.getByRole('link', { name: '7 deleted' }).click()
  await expect(page).toHaveURL('/demo/resources/pods?namespace=shop&deleted=1')
})
