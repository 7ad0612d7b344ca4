// The palette completes what is typed: keys of both keyspaces a level at a time, resources by any of their names, what was read before.
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { settled } from './support/settled.ts'

const input = (page: Page) => page.getByRole('combobox')
const options = (page: Page, keyspace: string) => page.getByRole('option').filter({ hasText: new RegExp(`^${keyspace}/`) })

async function open(page: Page): Promise<string[]> {
  const asked: string[] = []
  await page.goto('/demo')
  await expect(page.getByRole('list', { name: 'Trouble' })).toBeVisible()
  await settled(page)
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (/children|node$/.test(url.pathname)) asked.push(url.pathname.replace(/.*\//, '') + decodeURIComponent(url.search))
  })
  await page.keyboard.press('Control+k')
  await expect(input(page)).toBeFocused()
  return asked
}

test('a key is completed by Tab, level by level, and opened by Enter, with few reads @phone @themes', async ({ page }) => {
  const asked = await open(page)
  await page.keyboard.type('/registry/po', { delay: 10 })
  await expect(options(page, 'v3')).toHaveText([/poddisruptionbudgets\//, /pods\//, /podsecuritypolicy\//, /podtemplates\//])
  await expect(page.getByRole('status').filter({ hasText: '4 keys begin so' })).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Tab')
  await expect(input(page)).toHaveValue('/registry/pod')
  // They part here: Tab marks the first, the arrow the second, and Tab takes it.
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Tab')
  await expect(input(page)).toHaveValue('/registry/pods/')
  await expect(options(page, 'v3').filter({ hasText: '/registry/pods/shop/' })).toBeVisible()
  await page.keyboard.type('shop/stu', { delay: 10 })
  await expect(options(page, 'v3')).toHaveText([/stuck-big/])
  await page.keyboard.press('Tab')
  await expect(input(page)).toHaveValue('/registry/pods/shop/stuck-big')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo\/v3\/registry\/pods\/shop\/stuck-big$/)
  const v3 = asked.filter((one) => one.startsWith('children') && one.includes('limit=40'))
  // One a level where the answers come in time; never one a letter.
  expect(v3.length).toBeLessThan(8)
})

test('a short form is understood: a resource by any of its names', async ({ page }) => {
  await open(page)
  await input(page).fill('po/shop/stu')
  await expect(options(page, 'v3')).toHaveText([/stuck-big/])
  await page.keyboard.press('Tab')
  await expect(input(page)).toHaveValue('/registry/pods/shop/stuck-big')
  await input(page).fill('svc/shop/')
  await expect(options(page, 'v3').first()).toContainText('/registry/services/specs/shop/')
  await input(page).fill('deploy')
  await expect(page.getByRole('option', { name: /^Deployment/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo\/resources\/deployments/)
})

test('a path of the v2 keyspace is completed too', async ({ page }) => {
  await open(page)
  await input(page).fill('/kube-centos/network/sub')
  await expect(options(page, 'v2')).toHaveText([/subnets\//])
  await page.keyboard.press('Tab')
  await expect(input(page)).toHaveValue('/kube-centos/network/subnets/')
  await expect(options(page, 'v2')).toHaveCount(3)
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo\/v2\/kube-centos\/network\/subnets\/172/)
})

test('objects that were read before are found by name', async ({ page }) => {
  await page.goto('/demo/resources/pods')
  await expect(page.getByText(/^29 rows/)).toBeVisible()
  await page.keyboard.press('Control+k')
  await input(page).fill('stuck')
  await page.getByRole('option', { name: /shop\/stuck-big/ }).click()
  await expect(page).toHaveURL(/\/demo\/v3\/registry\/pods\/shop\/stuck-big$/)
})

test('keys that cannot be listed are said so, and what is typed opens all the same', async ({ page }) => {
  await open(page)
  await page.route('**/v3/children?*', (route) => route.abort())
  await input(page).fill('/registry/configmaps/shop/')
  await expect(page.getByRole('status').filter({ hasText: 'Keys could not be listed' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo\/v3\/registry\/configmaps\/shop\/$/)
})
