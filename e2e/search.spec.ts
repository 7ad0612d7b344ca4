// The search: what matches in keys and values, with links to exactly the matching lines; by link, form, palette and keyboard.
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { startEtcd } from './support/etcd.ts'
import { pressInTurn } from './support/key-sequence.ts'
import { startServer } from './support/server.ts'

const view = (page: Page) => page.locator('[data-page="search"][data-complete="true"]')
const result = (page: Page, key: string) => page.locator(`[data-result="${key}"]`)
const POD = '/registry/pods/shop/orders-66d68c66fd-bwhvw'

test('an address finds its pod, its lease and its node, each with links to its lines @phone', async ({ page }) => {
  await page.goto('/demo/search?q=172.30.77.5')
  await expect(page).toHaveTitle(/^Search · Demo/)
  await expect(view(page)).toBeVisible()
  await expect(result(page, '/kube-centos/network/subnets/172.30.77.0-24')).toBeAttached()
  await expect(result(page, '/registry/minions/172.20.0.114')).toBeAttached()
  const line = result(page, POD).getByRole('listitem').filter({ hasText: 'podIP: 172.30.77.5' })
  await expect(line.locator('mark')).toHaveText('172.30.77.5')
  await expectAccessible(page)
  const number = await line.locator('[data-line]').getAttribute('data-line')
  await line.getByRole('link').click()
  await expect(page).toHaveURL(new RegExp(`/demo/v3${POD}\\?rev=2298&view=yaml#L${number}$`))
  await expect(page.locator('.cm-activeLine, [class*="marked"]').filter({ hasText: 'podIP: 172.30.77.5' }).first()).toBeVisible()
})

test('narrows down by kind, says what it did not search, and finds no masked value', async ({ page }) => {
  await page.goto('/demo/search?q=storefront')
  await expect(view(page)).toBeVisible()
  await expect(page.locator('[data-unsearched]')).toContainText('Secrets are not searched')
  await page.getByRole('button', { name: /^Only Deployment: 1 result$/ }).click()
  await expect(page).toHaveURL(/q=storefront%20kind%3ADeployment$/)
  await expect(view(page).locator('[data-result]')).toHaveCount(1)
  // The namespace of every token, in base64, is in the Secrets alone.
  await page.goto(`/demo/search?q=${encodeURIComponent(Buffer.from('kube-system').toString('base64').slice(0, 14))}`)
  await expect(view(page)).toContainText('Nothing matches.')
})

test('goes on after the limit, by a click', async ({ page }) => {
  await page.goto('/demo/search?q=shop')
  await expect(view(page).locator('[data-result]')).toHaveCount(100)
  await page.getByRole('button', { name: 'Continue searching' }).click()
  await expect(view(page).locator('[data-found]')).toHaveText(/^\d+ results, \d+ keys searched$/)
  expect(await view(page).locator('[data-result]').count()).toBeGreaterThan(100)
})

test('shows where a question cannot be read, and how to ask @phone', async ({ page }) => {
  await page.goto(`/demo/search?q=${encodeURIComponent('shop /a(b/')}`)
  await expect(page.getByRole('alert')).toContainText('The parentheses of the regular expression do not match at character 8.')
  await expect(page.getByRole('alert').locator('mark')).toHaveText('(b/')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'kind:pod namespace:kube-system' }).click()
  await expect(view(page)).toBeVisible()
})

test('can be asked by keyboard alone: from the palette, and from result to result', async ({ page }) => {
  await page.goto('/demo/findings')
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('hostNetwork')
  const option = page.getByRole('option', { name: 'Search keys and values for “hostNetwork”' })
  await expect(option).toBeVisible()
  for (let i = 0; i < 6 && (await option.getAttribute('aria-selected')) !== 'true'; i++) await page.keyboard.press('ArrowUp')
  await expect(option).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo\/search\?q=hostNetwork$/)
  await expect(view(page)).toBeVisible()
  await page.getByRole('textbox', { name: 'Search for' }).focus()
  await page.keyboard.press('ArrowDown')
  const first = view(page).locator('[data-result] a').first()
  await expect(first).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(first).not.toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo\/v3\/registry\/.*#L\d+$/)
  await pressInTurn(page, 'g', 's')
  await expect(page.getByRole('textbox', { name: 'Search for' })).toBeFocused()
})

test('goes on in the v2 keyspace of a live etcd behind its limit, without a gap', async ({ page }) => {
  const etcd = await startEtcd()
  const server = await startServer(['--endpoints', etcd.endpoint])
  try {
    // A hundred results end with /a/x098; what follows it in a walk is the smaller text.
    for (let i = 0; i < 99; i += 1) await etcd.putV2(`/a/x${String(i).padStart(3, '0')}`, { value: 'needle' })
    for (const path of ['/_hidden', '/a-b', '/a.d/e', '/b']) await etcd.putV2(path, { value: 'needle' })
    await etcd.put([{ key: '/registry/configmaps/shop/a', value: '{"apiVersion":"v1","kind":"ConfigMap","data":{"x":"needle"}}' }])
    await page.goto(`${server.url}/default/search?q=needle`)
    await expect(view(page)).toBeVisible()
    const results = page.locator('[data-result]')
    await expect(results).toHaveCount(100)
    await expect(results.last()).toHaveAttribute('data-result', '/a/x098')
    await page.getByRole('button', { name: 'Continue searching' }).press('Enter')
    await expect(results).toHaveCount(103)
    for (const path of ['/a-b', '/a.d/e', '/b']) await expect(result(page, path)).toBeAttached()
    await expect(page.getByRole('button', { name: 'Continue searching' })).toHaveCount(0)
    await expectAccessible(page)
  } finally {
    await server.stop()
    await etcd.stop()
  }
})
