// Unknown parts of a page's URL are reported, never silently ignored.
import { expect, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { settled } from './support/settled.ts'

test('unknown parts of a URL are reported and can be removed @phone', async ({ page }) => {
  const notice = (parameter: string) => page.locator(`[data-not-understood="${parameter}"]`)
  await page.goto('/demo/v3/registry/pods/shop/stuck-big?rev=abc')
  await expect(notice('rev')).toHaveText('rev=abc is not a revision: showing the newest.')
  await expect(page.locator('[data-key]')).toBeVisible()
  await settled(page)
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Remove from the address' }).press('Enter')
  await expect(page).toHaveURL('/demo/v3/registry/pods/shop/stuck-big')
  await expect(notice('rev')).toHaveCount(0)
  for (const [path, parameter, words] of [
    ['/demo/resources/pods?ns=shop', 'ns', 'ns is ignored: this page has the parameters namespace, q, sort, wide, only, deleted, and rev.'],
    ['/demo/resources/pods?q=%ff', 'q', 'q=%ff is not percent-encoded UTF-8 and is ignored.'],
    ['/demo/v3?key64=a*b', 'key64', 'key64=a*b is not base64url: it names no key.'],
    ['/demo/v3?key=%ff', 'key', 'key=%ff is not percent-encoded UTF-8'],
    ['/demo/v3/registry/pods/shop/stuck-big#L10-20x', '#', '#L10-20x names no lines: none is marked.'],
    ['/demo?tab=trouble', 'tab', 'tab is ignored: this page has only the parameter trouble.'],
    ['/demo/findings?severity=bad', 'severity', 'severity=bad is ignored: possible values are error, warning, and info.'],
    ['/demo/v2/kube-centos?rev=3', 'rev', 'rev is ignored: this page has the parameters path, at, with, diff, and view.'],
  ] as const) {
    await page.goto(path)
    await expect(notice(parameter), path).toContainText(words)
  }
})

test('marked lines beyond the end of a text are reported @phone', async ({ page }) => {
  await page.goto('/demo/v3/registry/pods/shop/stuck-big#L9990-L9999')
  await expect(page.getByText(/There is no line 9,999: this text has \d+ lines/)).toBeVisible()
  await page.goto('/demo/v3/registry/pods/shop/stuck-big#L2-L3')
  await expect(page.getByText(/is not here/)).toHaveCount(0)
})
