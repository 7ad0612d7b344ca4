// Pages of v2 that follow a live etcd: a key and its history, a directory, pausing, a key in use, and a restart of etcd.
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { type Etcd, startEtcd } from './support/etcd.ts'
import { type Running, startServer } from './support/server.ts'

const subnet = (ip: string) => JSON.stringify({ PublicIP: ip })

test.describe('pages of a live v2 etcd', () => {
  let etcd: Etcd
  let server: Running
  test.beforeAll(async () => {
    etcd = await startEtcd()
    server = await startServer(['--endpoints', etcd.endpoint])
  })
  test.afterAll(async () => {
    await server?.stop()
    await etcd?.stop()
  })
  const open = async (page: Page, path: string) => {
    await page.goto(`${server.url}/default/v2${path}`)
    await expect(page.locator('[data-live="following"]')).toBeVisible()
    // Where it would be used, it keeps still.
    await page.mouse.move(0, 0)
  }
  const main = (page: Page) => page.getByRole('main')

  test('a key shows each change, and what changed since it was opened @phone', async ({ page }) => {
    await etcd.putV2('/net/key', { value: subnet('10.0.0.1') })
    await open(page, '/net/key')
    await expect(main(page).getByText('10.0.0.1').first()).toBeVisible()
    await etcd.putV2('/net/key', { value: subnet('10.0.0.2') })
    await expect(main(page).getByText('10.0.0.2').first()).toBeVisible()
    await expect(page.locator('[data-changes="1"]')).toBeVisible()
    await etcd.putV2('/net/key', { value: subnet('10.0.0.3') })
    await expect(main(page).getByText('10.0.0.3').first()).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'What changed' }).click()
    await expect(page.locator('[data-change] del')).toHaveText('10.0.0.1')
    await expect(page.locator('[data-change] ins')).toHaveText('10.0.0.3')
  })

  test('a key that is in use waits, one that is paused is not changed, and a removed one keeps its last value', async ({ page }) => {
    await etcd.putV2('/net/used', { value: subnet('10.1.0.1') })
    await open(page, '/net/used')
    await page.getByRole('tab', { name: 'YAML' }).focus()
    await etcd.putV2('/net/used', { value: subnet('10.1.0.2') })
    await expect(page.locator('[data-waiting="1"]')).toBeVisible()
    await expect(main(page).getByText('10.1.0.1').first()).toBeVisible()
    await page.locator('[data-waiting]').focus()
    await page.keyboard.press('Enter')
    await expect(main(page).getByText('10.1.0.2').first()).toBeVisible()

    await page.getByRole('button', { name: 'Pause' }).click()
    await expect(page.locator('[data-live="paused"]')).toBeVisible()
    const other = await page.context().newPage()
    await open(other, '/net/used')
    await etcd.putV2('/net/used', { value: subnet('10.1.0.3') })
    await expect(main(other).getByText('10.1.0.3').first()).toBeVisible()
    await expect(main(page).getByText('10.1.0.2').first()).toBeVisible()
    await etcd.removeV2('/net/used')
    await expect(other.getByText('Deleted since it was opened: this is its last value.')).toBeVisible()
    await expect(main(other).getByText('10.1.0.3').first()).toBeVisible()
    // Read again, it is not there: what was read before is not shown as if the reading had failed.
    await other.keyboard.press('r')
    await expect(other.getByText('There is no v2 key /net/used.')).toBeVisible()
    await expect(other.getByRole('link', { name: /^Show the value before it was removed/ })).toBeVisible()
    await expect(other.getByText('What you see was read at')).toHaveCount(0)
    await etcd.putV2('/net/used', { value: subnet('10.1.0.4') })
    await expect(main(other).getByText('10.1.0.4').first()).toBeVisible()
    await other.close()
  })

  test('a renewed TTL is known when the old one ends, and a removal in that moment is told', async ({ page }) => {
    await etcd.putV2('/net/renewed', { value: subnet('10.2.0.1'), ttl: '20' })
    await open(page, '/net/renewed')
    await etcd.putV2('/net/renewed', { refresh: 'true', ttl: '9000', prevExist: 'true' })
    // What etcd does not tell is read again when the twenty seconds are over.
    await expect(page.getByText(/^2h \d+m/).first()).toBeVisible()
    await expect(main(page).getByText('10.2.0.1').first()).toBeVisible()

    await etcd.putV2('/net/ending', { value: subnet('10.2.0.2'), ttl: '20' })
    await open(page, '/net/ending')
    await expect(page.getByText('Deleted since it was opened: this is its last value.')).toBeVisible()
    await expect(main(page).getByText('10.2.0.2').first()).toBeVisible()
  })

  test('a directory says that it is behind, and is read again when asked @phone', async ({ page }) => {
    await etcd.putV2('/many/a', { value: 'x' })
    await open(page, '/many')
    const rows = page.getByRole('table').getByRole('link')
    await expect(rows).toHaveCount(1)
    await etcd.putV2('/many/b', { value: 'x' })
    const waiting = page.locator('[data-waiting="1"]')
    await expect(waiting).toBeVisible()
    await expect(rows).toHaveCount(1)
    await expectAccessible(page)
    await waiting.click()
    await expect(rows).toHaveCount(2)
    await expect(page.locator('[data-waiting]')).toHaveCount(0)
    await etcd.removeV2('/many/a')
    await page.locator('[data-waiting="1"]').click()
    await expect(rows).toHaveCount(1)
  })

  test('a page that missed changes is read again by itself', async ({ page }) => {
    await etcd.putV2('/net/late', { value: subnet('10.2.0.1') })
    await open(page, '/net/late')
    await etcd.halt()
    await expect(page.locator('[data-live="lost"]')).toBeVisible()
    await etcd.resume()
    await expect(page.locator('[data-live="following"]')).toBeVisible()
    await etcd.putV2('/net/late', { value: subnet('10.2.0.2') })
    await expect(main(page).getByText('10.2.0.2').first()).toBeVisible()
  })
})
