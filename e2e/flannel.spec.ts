// The flannel page on the demo: content and links, by mouse and keyboard, wide and narrow, in both themes.
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'

const picture = (page: Page) => page.getByRole('group', { name: 'The address space of 172.30.0.0/16' })
const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

test('says which network it shows, from which keys, and what is wrong with it @phone', async ({ page }) => {
  await page.goto('/demo/flannel')
  await expect(page.getByRole('heading', { level: 1, name: 'Flannel' })).toBeVisible()
  const main = page.getByRole('main')
  await expect(main.getByText('kept in etcd v2, found by its config key')).toBeVisible()
  await expect(main.getByRole('link', { name: '/kube-centos/network/config' }).first()).toHaveAttribute(
    'href',
    '/demo/v2/kube-centos/network/config',
  )
  const finding = page.locator('[data-finding="lease-of-silent-node"]')
  await expect(finding).toContainText('Node 172.20.0.115 is silent, and nobody renews its lease 172.30.36.0/24')
  await expect(finding.getByRole('link', { name: '/kube-centos/network/subnets/172.30.36.0-24' })).toBeVisible()
  await expect(page.locator('[data-finding]')).toHaveCount(1)
  await expectAccessible(page)
})

test('lists three leases with their nodes and the time left, by the file’s time', async ({ page }) => {
  await page.goto('/demo/flannel')
  const rows = section(page, 'Table of the subnet leases').getByRole('row')
  await expect(rows).toHaveCount(4)
  const down = rows.filter({ hasText: '172.30.36.0/24' })
  await expect(down).toContainText('23h 41m')
  await expect(down.getByRole('link', { name: '172.20.0.115' })).toHaveAttribute('href', '/demo/v3/registry/minions/172.20.0.115')
  const settings = section(page, 'Network settings')
  await expect(settings.getByRole('term').filter({ hasText: 'SubnetMin' })).toBeVisible()
  await expect(settings.getByRole('definition').filter({ hasText: '172.30.1.0' })).toContainText('default')
})

test('draws the address space with real links to the leases, by pointer and keyboard', async ({ page }) => {
  await page.goto('/demo/flannel')
  const shown = picture(page)
  const said = page.getByTestId('piece')
  const box = await shown.boundingBox()
  if (!box) throw new Error('no picture')
  // The 37th of 256 subnets in rows of 32, after the row labels.
  const cell = (box.width - 104) / 32
  await page.mouse.move(box.x + 104 + 4.5 * cell, box.y + 1.5 * 24)
  await expect(said).toHaveText('172.30.36.0/24 · 172.20.0.115')
  await expect(shown.getByRole('link', { name: '172.30.36.0/24 · 172.20.0.115' })).toHaveAttribute(
    'href',
    '/demo/v2/kube-centos/network/subnets/172.30.36.0-24',
  )
  await page.mouse.move(5, 5)
  await shown.locator('[data-piece][tabindex="0"]').focus()
  await expect(said).toHaveText('never handed out · 172.30.0.0 – 172.30.0.255')
  await page.keyboard.press('ArrowRight')
  await expect(said).toHaveText('free · 172.30.1.0 – 172.30.35.255')
  await page.keyboard.press('ArrowRight')
  await expect(shown.getByRole('link', { name: '172.30.36.0/24 · 172.20.0.115' })).toBeFocused()
  await page.keyboard.press('End')
  await expect(said).toHaveText('free · 172.30.84.0 – 172.30.255.255')
  await page.keyboard.press('ArrowLeft')
  await expect(shown.getByRole('link', { name: '172.30.83.0/24 · 172.20.0.113' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo\/v2\/kube-centos\/network\/subnets\/172\.30\.83\.0-24$/)
})

test('zooms and scrolls, with the position in the URL', async ({ page }) => {
  await page.goto('/demo/flannel?zoom=172.30.64.0/19')
  const shown = picture(page)
  const said = page.getByTestId('piece')
  const top = () => shown.evaluate((element) => element.scrollTop)
  await expect.poll(top).toBeGreaterThan(0)
  const before = await top()
  await shown.locator('[data-piece][tabindex="0"]').evaluate((element) => element.focus({ preventScroll: true }))
  await page.keyboard.press('ArrowLeft')
  await expect(said).toHaveText('172.30.36.0/24 · 172.20.0.115')
  await expect.poll(top).toBeLessThan(before)
  // The scroll position is in the URL too.
  await expect(page).toHaveURL(/zoom=172\.30\.32\.0%2F19|zoom=172\.30\.32\.0\/19/)
  await page.keyboard.press('0')
  await expect(page).toHaveURL(/\/demo\/flannel$/)
  await page.getByRole('button', { name: 'Zoom in' }).click()
  await expect(page).toHaveURL(/zoom=172\.30\.\d+\.0(%2F|\/)18/)
  await page.getByRole('button', { name: 'Whole network' }).click()
  await expect(page).toHaveURL(/\/demo\/flannel$/)
})

test('sorts and filters the leases, in the URL', async ({ page }) => {
  await page.goto('/demo/flannel?q=172.30.7')
  const rows = section(page, 'Table of the subnet leases').getByRole('row')
  await expect(rows).toHaveCount(2)
  await page.getByRole('searchbox', { name: 'Filter leases' }).fill('')
  await expect(rows).toHaveCount(4)
  await page.getByRole('columnheader', { name: 'Public IP' }).getByRole('button').click()
  await expect(page).toHaveURL(/sort=publicIP/)
  await expect(rows.nth(1)).toContainText('172.20.0.113')
})

test('is usable at 390 px: nothing but the table scrolls sideways @phone-only @phone', async ({ page }) => {
  await page.goto('/demo/flannel')
  await expect(picture(page)).toBeVisible()
  const widths = await page.locator('[data-page="flannel"]').evaluate((element) => [element.scrollWidth, element.clientWidth])
  expect(widths[0]).toBe(widths[1])
})

test('is reachable from the rail', async ({ page }) => {
  await page.goto('/demo')
  await page.getByRole('navigation', { name: 'Cluster' }).getByRole('link', { name: 'Flannel' }).click()
  await expect(page).toHaveURL(/\/demo\/flannel$/)
  await expect(page).toHaveTitle(/^Flannel/)
})
