// The comparison: the demo at two revisions, two v2 trees, the changed fields of one object, the filter, and how to get there.
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
const rows = (page: Page) => page.locator('[data-compared]')
const row = (page: Page, key: string) => page.locator(`[data-compared="${key}"]`)
const complete = (page: Page) => expect(page.locator('[data-page=compare][data-complete=true]')).toBeVisible()
const NODE = '/registry/minions/172.20.0.115'

test('the demo at an earlier revision: which node went silent, and which pods are new @phone', async ({ page }) => {
  await page.goto('/demo/compare?with=demo&rev=1296')
  await complete(page)
  await expect(row(page, NODE)).toContainText('node.kubernetes.io/unreachable')
  await expect(row(page, NODE)).toContainText('4 conditions: MemoryPressure, DiskPressure, PIDPressure, Ready')
  await expect(rows(page).filter({ hasText: 'only on the right' }).first()).toContainText('pods')
  // Nothing is undone by restoring what is newer.
  await expect(page.locator('[data-restore]')).toHaveCount(0)

  await row(page, NODE).getByRole('button', { name: 'Changed fields of 172.20.0.115' }).click()
  await expect(row(page, NODE).getByRole('region', { name: 'spec' })).toContainText('taints')
  await expectAccessible(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)

  await page.getByRole('button', { name: /^minions 1/ }).click()
  await expect(page).toHaveURL('/demo/compare?with=demo&rev=1296&only=minions')
  await expect(rows(page)).toHaveCount(1)
  await row(page, NODE).getByRole('link', { name: 'Open 172.20.0.115 on the left' }).click()
  await expect(page).toHaveURL(`/demo/v3${NODE}?rev=1296`)
})

test('the form makes the link, and restoring the past is told as what it would undo', async ({ page }) => {
  await page.goto('/demo')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await expect(page).toHaveURL('/demo/compare')
  await page.getByRole('textbox', { name: 'Revision of the right side' }).fill('soon')
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('10 minutes ago')
  await page.getByRole('textbox', { name: 'Revision of the right side' }).fill('')
  await page.getByRole('textbox', { name: 'Namespace on the right' }).fill('shop')
  await expect(page.getByRole('alert')).toHaveText('Enter the namespace on the left too.')
  await page.getByRole('textbox', { name: 'Namespace on the right' }).fill('')
  await page.getByRole('textbox', { name: 'Revision of the right side' }).fill('1296')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/demo/compare?with=demo&withRev=1296')
  await complete(page)
  await expect(page.locator('[data-restore]')).toContainText('6 objects would vanish')

  await page.getByRole('searchbox', { name: 'Filter' }).fill('no such name')
  await expect(page.getByText('No difference matches the filter.')).toBeVisible()

  // A time is the revision that was current then.
  await page.getByRole('textbox', { name: 'Revision of the right side' }).fill('1 minute ago')
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  await expect(page).toHaveURL(/withRev=(?!1296)\d+$/)
  await expect(page.getByText('before the oldest kept revision')).toBeHidden()
  await page.getByRole('textbox', { name: 'Revision of the right side' }).fill('2001-01-01')
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  const told = page.getByRole('status').filter({ hasText: 'before the oldest kept revision' })
  await expect(told).toContainText('the oldest kept revision, 1, which is shown instead.')
  await expect(page).toHaveURL(/withRev=1$/)
})

test('what is only on the left can be downloaded as YAML to apply', async ({ page }) => {
  await page.goto('/demo/compare?with=demo&withRev=1296&only=pods')
  await complete(page)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'The 6 objects only on the left' }).click()
  await page.getByRole('menuitem', { name: 'YAML to apply' }).click()
  const text = await readFile(await (await download).path(), 'utf8')
  expect(text.match(/^kind: Pod$/gm)).toHaveLength(6)
  expect(text).toContain('# End: 6 written, 0 left out.')
})

test('two v2 trees: a backup beside a live etcd @phone', async ({ page }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'registree-compare-v2-'))
  const etcd = await startEtcd()
  const config = path.join(folder, 'clusters.yaml')
  writeFileSync(config, `clusters:\n  - {name: backup, data-dir: ${DEMO}}\n  - {name: live, endpoints: [${etcd.endpoint}], ${PATIENT}}\n`)
  const running = await startServer(['--config', config])
  const SUBNETS = '/kube-centos/network/subnets'
  try {
    await etcd.putV2('/kube-centos/network/config', { value: '{"Network":"172.30.0.0/16","Backend":{"Type":"udp"}}' })
    await etcd.putV2(`${SUBNETS}/172.30.99.0-24`, { value: '{"PublicIP":"192.0.2.9"}', ttl: '86400' })
    await page.goto(`${running.url}/backup/compare`)
    await page.getByRole('combobox', { name: 'Keyspace' }).selectOption('v2')
    await expect(page.getByRole('textbox', { name: /^Revision/ })).toHaveCount(0)
    await page.getByRole('button', { name: 'Compare', exact: true }).press('Enter')
    await expect(page).toHaveURL(`${running.url}/backup/compare?keyspace=v2&with=live`)
    await complete(page)
    await expect(row(page, `${SUBNETS}/172.30.99.0-24`)).toContainText('only on the right')
    await expect(rows(page).filter({ hasText: 'only on the left' }).first()).toContainText(SUBNETS)
    await expect(page.getByText('A live etcd tells its v2 tree only as it is now')).toBeVisible()
    await expectAccessible(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)

    const changed = row(page, '/kube-centos/network/config')
    await changed.getByRole('button', { name: 'Changed fields of /kube-centos/network/config' }).press('Enter')
    await expect(changed).toContainText('udp')
    await expectAccessible(page)
    // The file's side opens what was compared.
    await expect(changed.getByRole('link', { name: 'Open /kube-centos/network/config on the left' })).toHaveAttribute(
      'href',
      /\/backup\/v2\/kube-centos\/network\/config\?at=\d+$/,
    )
    const opened = await changed.getByRole('link', { name: 'Open /kube-centos/network/config on the left' }).getAttribute('href')
    await page.getByRole('button', { name: /^\/kube-centos\/network \d/ }).click()
    await expect(page).toHaveURL(/only=%2Fkube-centos%2Fnetwork$/)
    await changed.getByRole('link', { name: 'Open /kube-centos/network/config on the right' }).click()
    await expect(page).toHaveURL(`${running.url}/live/v2/kube-centos/network/config`)

    // A directory is chosen in the form, and one that is on no side has nothing to compare.
    await page.goto(`${running.url}/backup/compare?keyspace=v2&with=live&path=/nowhere`)
    await expect(page.getByRole('textbox', { name: 'Directory' })).toHaveValue('/nowhere')
    await expect(page.getByText('No differences.')).toBeVisible()
    // Only the file knows earlier indices.
    const index = page.getByRole('textbox', { name: 'Index of the left side' })
    await expect(page.getByRole('textbox', { name: 'Index of the right side' })).toHaveCount(0)
    await index.fill('yesterday')
    await index.press('Enter')
    await expect(page.getByRole('alert')).toHaveText('An index is a whole number, 1 or higher.')
    await expectAccessible(page)
    await index.fill('7')
    await index.press('Enter')
    await expect(page).toHaveURL(/rev=7/)
    await expect(page.getByText('index 7', { exact: true })).toBeVisible()
    await expect(page.getByText('No differences.')).toBeVisible()
    // What a directory of the file held at the compared index is shown, and one goes through it at that index.
    const then = new URL(opened ?? '', running.url)
    await page.goto(`${running.url}/backup/v2${SUBNETS}${then.search}`)
    const child = page.locator('[data-child]').first()
    await expect(child).toHaveAttribute('href', /\?at=\d+$/)
    await expectAccessible(page)
    await child.press('Enter')
    await expect(page).toHaveURL((url) => url.search === then.search && url.pathname.startsWith(`/backup/v2${SUBNETS}/`))
    await expect(page.locator('[data-at]')).toBeVisible()
    await page.goBack()
    await expect(page.locator('[data-child]').first()).toBeVisible()
    await page.goto(`${running.url}/backup/compare?keyspace=v2&with=live&path=/nowhere&rev=7`)
    await expect(page.getByText('No differences.')).toBeVisible()
    await etcd.halt()
    await page.getByRole('button', { name: 'Compare again' }).click()
    await expect(page.getByText(/could not be read again/i)).toBeVisible()
  } finally {
    await running.stop()
    await etcd.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
