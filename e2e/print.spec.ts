// Printing a value prints all of it, although the screen renders only a part.
import { expect, type Page, test } from '@playwright/test'
import { startEtcd } from './support/etcd.ts'
import { startServer } from './support/server.ts'

const KEY = '/demo/v3/registry/pods/shop/storefront-69bd5954b-95lnh'
const printed = (page: Page) => page.locator('[data-printed]')

test('a value is printed completely, with its key and link, and without the frame', async ({ page }) => {
  await page.goto(KEY)
  await expect(page.locator('.cm-content')).toBeVisible()
  const whole = (await (
    await fetch(new URL('/api/v1/clusters/demo/v3/value?key=/registry/pods/shop/storefront-69bd5954b-95lnh', page.url()))
  ).json()) as {
    decoded: { shown: { text: string } }
  }
  const { text } = whole.decoded.shown
  expect(await page.locator('.cm-line').count()).toBeLessThan(text.split('\n').length)
  await expect(printed(page)).toHaveCount(0)
  await page.emulateMedia({ media: 'print' })
  await expect(printed(page).locator('pre')).toBeVisible()
  expect(await printed(page).locator('pre').textContent()).toBe(text)
  await expect(printed(page).getByRole('heading')).toContainText('/registry/pods/shop/storefront-69bd5954b-95lnh')
  await expect(printed(page).locator('p')).toContainText(`${KEY}?rev=2298`)
  await expect(page.locator('#app')).toBeHidden()
  await page.emulateMedia({ media: 'screen' })
  await expect(printed(page)).toHaveCount(0)
  await expect(page.locator('.cm-content')).toBeVisible()
})

test('the printed pages contain the first and last line of a long value, and of its bytes', async ({ browser }) => {
  const etcd = await startEtcd()
  const lines = Array.from({ length: 3000 }, (_, i) => `line-${i}`)
  await etcd.put([{ key: '/long', value: lines.join('\n') }])
  const server = await startServer(['--endpoints', etcd.endpoint])
  try {
    const page = await browser.newPage()
    for (const view of ['text', 'raw']) {
      await page.goto(`${server.url}/default/v3/long?view=${view}`)
      await expect(page.locator(view === 'text' ? '.cm-content' : '[role=grid]')).toBeVisible()
      const pdf = (await page.pdf()).toString('latin1')
      // Every sheet is a separate object; a screen of lines would be one or two.
      expect(pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0).toBeGreaterThan(20)
      await page.emulateMedia({ media: 'print' })
      const text = (await printed(page).locator('pre').textContent()) ?? ''
      if (view === 'text') expect(text).toBe(lines.join('\n'))
      else {
        expect(text).toContain('|line-0.line-1.li|')
        expect(text.trimEnd().split('\n').at(-1)).toMatch(/9\|$/)
      }
      await page.emulateMedia({ media: null })
    }
  } finally {
    await server.stop()
    await etcd.stop()
  }
})
