// Runs axe on every page, in both themes and on a phone.
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { forget } from './support/forget.ts'
import { settled } from './support/settled.ts'

const pages: [string, string][] = [
  ['overview', '/demo'],
  ['top of v3', '/demo/v3'],
  ['v3 directory', '/demo/v3/registry/'],
  ['v3 key', '/demo/v3/registry/pods/shop/stuck-big'],
  ['v3 key that is not there', '/demo/v3/registry/pods/shop/nobody'],
  ['revision that is not there', '/demo/v3/registry/pods/shop/stuck-big?rev=999999'],
  ['top of v2', '/demo/v2'],
  ['v2 node', '/demo/v2/kube-centos/network/config'],
  ['look-up without a question', '/demo/lookup'],
  ['search without a question', '/demo/search'],
  ['no such cluster', '/elsewhere'],
]

// Each address is loaded from the server, in one tab that keeps no more than its files.
let tab: Page
test.beforeAll(async ({ browser }) => {
  tab = await browser.newPage()
})
test.afterEach(() => forget(tab))
test.afterAll(() => tab.close())

for (const [name, path] of pages)
  test(`${name} is accessible @phone`, async () => {
    await tab.goto(path)
    await settled(tab)
    await expectAccessible(tab)
  })

test('palette and shortcuts are accessible', async ({ page }) => {
  await page.goto('/demo')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.keyboard.press('/')
  await expect(page.getByRole('combobox')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('combobox')).toBeHidden()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectAccessible(page)
})

test('the first Tab reaches a link that skips the frame', async ({ page }) => {
  await page.goto('/demo')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Skip to the content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
})
