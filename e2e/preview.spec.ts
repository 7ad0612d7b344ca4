// What applying a download would change: the demo's own past, a backup beside a live cluster, and the ways that lead there.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { startEtcd } from './support/etcd.ts'
import { PATIENT, startServer } from './support/server.ts'

const DEMO = fileURLToPath(new URL('../demo/cluster', import.meta.url))
const rows = (page: Page) => page.locator('[data-previewed]')
const row = (page: Page, key: string) => page.locator(`[data-previewed="${key}"]`)
const complete = (page: Page) => expect(page.locator('[data-page=preview][data-complete=true]')).toBeVisible()

test('the past of a namespace beside its newest state @phone', async ({ page }) => {
  await page.goto('/demo/compare?apply=1&namespace=shop&rev=1100')
  await complete(page)
  await expect(page.getByText('Compared with the newest state in the file')).toBeVisible()
  await expect(row(page, '/registry/namespaces/shop')).toHaveAttribute('data-verdict', 'same')
  await expect(page.getByText(/\d+ would be created, \d+ changed, \d+ left as they are/)).toBeVisible()
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  await expectAccessible(page)

  await page.getByRole('button', { name: /^changed \d/ }).click()
  await expect(page).toHaveURL(/only=changed$/)
  await expect(rows(page).first()).toHaveAttribute('data-verdict', 'changed')
  const button = rows(page)
    .first()
    .getByRole('button', { name: /^Changed fields of/ })
  await button.press('Enter')
  await expect(rows(page).first().getByRole('region').first()).toBeVisible()
  await expect(rows(page).first()).not.toContainText('resourceVersion')
  await expectAccessible(page)
})

test('the menus of downloads lead there, and it has the same download', async ({ page }) => {
  await page.goto('/demo/deleted?q=doomed')
  await page.goto('/demo/namespaces/shop')
  await page.locator('[data-bundle]').click()
  await page.getByRole('menuitem', { name: 'What applying it would change' }).click()
  await expect(page).toHaveURL('/demo/compare?apply=1&namespace=shop')
  await complete(page)
  // Nothing of the newest state changes the newest state.
  await expect(page.getByText(/^0 would be created, 0 changed, \d+ left as they are/)).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  await expect(page.getByRole('menuitem', { name: 'What applying it would change' })).toHaveCount(0)
  await page.getByRole('menuitem', { name: 'YAML to apply' }).click()
  expect(await readFile(await (await download).path(), 'utf8')).toContain('kind: Namespace')

  // Deleted objects, each at its own revision.
  await page.goto('/demo/deleted?namespace=shop')
  await page.locator('[data-bundle]').click()
  await page.getByRole('menuitem', { name: 'What applying it would change' }).click()
  await expect(page).toHaveURL(/\/demo\/compare\?apply=1&keys=/)
  await complete(page)
  await expect(row(page, '/registry/configmaps/shop/doomed')).toHaveAttribute('data-verdict', 'created')
  await row(page, '/registry/configmaps/shop/doomed')
    .getByRole('link', { name: /as it would be applied from/ })
    .click()
  await expect(page).toHaveURL('/demo/v3/registry/configmaps/shop/doomed?rev=1223&view=apply')
})

test('a backup beside live clusters: the reader chooses which', async ({ page }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'registree-preview-'))
  const [etcd, empty] = [await startEtcd(), await startEtcd()]
  const config = path.join(folder, 'clusters.yaml')
  writeFileSync(
    config,
    `clusters:\n  - {name: backup, data-dir: ${DEMO}}\n  - {name: live, endpoints: [${etcd.endpoint}], ${PATIENT}}\n  - {name: empty, endpoints: [${empty.endpoint}], ${PATIENT}}\n`,
  )
  const running = await startServer(['--config', config])
  try {
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'doomed', namespace: 'shop' }, data: { own: 'live', a: '1' } }
    await etcd.put([
      { key: '/registry/configmaps/shop/doomed', value: JSON.stringify(settings) },
      { key: '/registry/namespaces/shop', value: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }) },
    ])
    await page.goto(`${running.url}/backup/compare?apply=1&path=configmaps&namespace=shop&rev=1223`)
    await complete(page)
    const target = page.getByRole('combobox', { name: 'Compared with the newest state of' })
    await expect(target).toHaveValue('live')
    await expect(row(page, '/registry/configmaps/shop/doomed')).toContainText('1 field that only the cluster has stays')
    await expectAccessible(page)

    await target.selectOption('empty')
    await expect(page).toHaveURL(/with=empty$/)
    await complete(page)
    await expect(row(page, '/registry/configmaps/shop/doomed')).toContainText('Its namespace does not exist there')
    await page.getByRole('combobox', { name: /Compared with the newest state/ }).selectOption('backup')
    await expect(page.getByText('Compared with the newest state in the file')).toBeVisible()
    await complete(page)

    // A part that fails leaves the page, and a later reading works.
    await page.goBack()
    await complete(page)
    await empty.halt()
    await page.getByRole('button', { name: 'Read again' }).click()
    await expect(page.getByText(/could not be read again/i)).toBeVisible()
    await expect(page.getByRole('heading', { level: 1, name: 'What applying would change' })).toBeVisible()
  } finally {
    await running.stop()
    await Promise.all([etcd.stop(), empty.stop()])
    rmSync(folder, { recursive: true, force: true })
  }
})
