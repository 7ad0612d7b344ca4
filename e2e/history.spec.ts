// The history of a key: changes, times and writers; a deleted key and one that never existed; paging and compaction.
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { startEtcd } from './support/etcd.ts'
import { startServer } from './support/server.ts'

const STOREFRONT = '/demo/v3/registry/deployments/shop/storefront'
const GONE = '/demo/v3/registry/pods/shop/storefront-769d8f996d-lhft8'
const entries = (page: Page) => page.locator('[data-history] [data-revision]')

test('the history of a Deployment shows its rollouts with images, writers and times @phone', async ({ page }) => {
  await page.goto(STOREFRONT)
  await page.getByRole('tab', { name: 'History' }).click()
  await expect(page).toHaveURL(`${STOREFRONT}?view=history`)
  await expect(entries(page)).toHaveCount(26)
  await expect(entries(page).first()).toHaveAttribute('aria-current', 'true')
  const rollOut = entries(page).and(page.locator('[data-revision="1077"]'))
  await expect(rollOut).toContainText('spec.template.spec.containers[web].image')
  await expect(rollOut).toContainText('registry.example/storefront:1.4.1')
  await expect(rollOut).toContainText('registry.example/storefront:1.5.0-rc1')
  await expect(rollOut).toContainText('by kubectl-set')
  await expect(rollOut).toContainText(/03:4\d:\d\d/)
  await expect(entries(page).last()).toContainText('Created')
  await expect(page.locator('[data-edge]')).toHaveText('The key did not exist before.')
  await expectAccessible(page)

  // A revision is a link to the value as it was then.
  await rollOut.getByRole('link', { name: 'Revision 1077', exact: true }).click()
  await expect(page).toHaveURL(`${STOREFRONT}?rev=1077`)
  await page.getByRole('tab', { name: 'History' }).click()
  await expect(page.locator('[data-revision="1077"]')).toHaveAttribute('aria-current', 'true')
})

test('the evidence for a revision’s time is accessible by keyboard', async ({ page }) => {
  await page.goto(`${STOREFRONT}?view=history`)
  await expect(entries(page)).toHaveCount(26)
  const time = entries(page)
    .first()
    .getByText(/03:48:3\d/)
  await time.focus()
  await expect(page.getByText(/etcd stores no times\. This one is known by:/)).toBeVisible()
})

test('a deleted key has a history, and its last value is one click away @phone', async ({ page }) => {
  await page.goto(GONE)
  await expect(entries(page).first()).toContainText('Deleted')
  await expectAccessible(page)
  await entries(page)
    .first()
    .getByRole('link', { name: /before it was deleted/ })
    .click()
  await expect(page).toHaveURL(new RegExp(`${GONE}\\?rev=\\d+`))
  await expect(page.getByRole('tab', { name: 'YAML' })).toBeVisible()
})

test('a live etcd: pages, a compaction, a key that never existed', async ({ page }) => {
  const etcd = await startEtcd()
  const server = await startServer(['--endpoints', etcd.endpoint])
  try {
    for (let n = 1; n <= 70; n++) await etcd.put([{ key: '/app/counter', value: JSON.stringify({ n }) }])
    await page.goto(`${server.url}/default/v3/app/counter?view=history`)
    await expect(entries(page)).toHaveCount(50)
    await expect(entries(page).nth(1)).toContainText('n 68 →, 69')
    await page.getByRole('button', { name: 'Show older revisions' }).click()
    await expect(entries(page)).toHaveCount(70)
    await expect(page.locator('[data-history="whole"]')).toBeVisible()

    await etcd.compact(String(BigInt(await etcd.revision()) - 10n))
    await page.reload()
    await expect(entries(page)).toHaveCount(11)
    await expect(page.locator('[data-edge="compacted"]')).toContainText('What came before is not kept.')
    await expect(entries(page).last()).toContainText('what changed is not known')

    await page.goto(`${server.url}/default/v3/app/never`)
    await expect(page.getByText('No revision of this key is kept.')).toBeVisible()
    await expect(page.locator('[data-edge="compacted"]')).toContainText('What came before is not kept.')
  } finally {
    await server.stop()
    await etcd.stop()
  }
})

test('two revisions side by side as fields and as text, from change to change by keyboard @phone', async ({ page, viewport }) => {
  await page.goto(`${STOREFRONT}?view=history`)
  await page.getByRole('link', { name: 'Compare revision 1170 with the one before' }).click()
  await expect(page).toHaveURL(`${STOREFRONT}?diff=1169..1170`)
  const fields = page.getByRole('region', { name: 'spec.template.spec.containers[web]' })
  await expect(fields.locator('del')).toHaveText('registry.example/storefront:1.5.0-rc1')
  await expect(fields.locator('ins')).toHaveText('registry.example/storefront:1.4.1')
  await expect(fields).toContainText('owned by kubectl')
  await page.keyboard.press('n')
  await page.keyboard.press('n')
  await expect(fields.locator('[data-change]')).toBeFocused()
  await expect(page.getByText('2 of 2 changes')).toBeVisible()
  await page.keyboard.press('N')
  await expect(page.getByText('1 of 2 changes')).toBeVisible()
  await page.getByRole('button', { name: 'Show 3 routine changes' }).click()
  await expect(page.getByText('the generation counts changes').first()).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('navigation', { name: 'Forms of the comparison' }).getByRole('link', { name: 'Text' }).click()
  await expect(page).toHaveURL(`${STOREFRONT}?diff=1169..1170&view=text`)
  const wide = (viewport?.width ?? 0) > 1000
  const text = page.locator(`[data-text-diff="${wide ? 'split' : 'unified'}"]`)
  await expect(text.getByText('unchanged lines').first()).toBeVisible()
  await page.keyboard.press('n')
  await expect(page.getByText(/^1 of \d changes$/)).toBeVisible()
  await expectAccessible(page)
  await page.goBack()
  await expect(fields).toBeVisible()
})

test('a deleted key is compared with nothing, and a URL without revisions is reported', async ({ page }) => {
  await page.goto(`${STOREFRONT}?diff=495..496`)
  await expect(page.getByText('the key did not exist')).toBeVisible()
  await expect(page.locator('[data-change]').first()).toContainText('added')
  await page.goto(`${STOREFRONT}?diff=12`)
  await expect(page.getByText('diff=12 does not name two revisions')).toBeVisible()
})

test('a revision is shown with its time, and can be chosen by time', async ({ page }) => {
  await page.goto(STOREFRONT)
  const time = page.locator('[data-revision-time]')
  await expect(time).toHaveText(/\d\d:\d\d:\d\d/)
  await page.getByRole('button', { name: 'Go to a revision or a time' }).click()
  const field = page.getByRole('textbox', { name: 'Revision or time' })
  await expect(field).toBeFocused()
  await field.fill('soon')
  await field.press('Enter')
  await expect(page.getByText(/A time is written as 10 minutes ago/)).toBeVisible()
  await expectAccessible(page)
  await field.fill('2026-11-23 03:41:22')
  await field.press('Enter')
  await expect(page).toHaveURL(/\?rev=10[0-9][0-9]$/)
  await expect(time).toHaveText(/03:41:2\d/)
  await expect(page.locator('[data-status="revision"]')).toContainText(/03:41:2\d/)

  await page.getByRole('button', { name: 'Go to a revision or a time' }).click()
  await field.fill('2020-01-01')
  await field.press('Enter')
  await expect(page.getByText(/That is before the oldest kept revision/)).toBeVisible()
  await page.getByRole('button', { name: 'Go to a revision or a time' }).click()
  await field.fill('1077')
  await field.press('Enter')
  await expect(page).toHaveURL(`${STOREFRONT}?rev=1077`)
  await page.getByRole('button', { name: 'Go to a revision or a time' }).click()
  await field.press('Escape')
  await expect(page.getByRole('button', { name: 'Go to a revision or a time' })).toBeFocused()
})
