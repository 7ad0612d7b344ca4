// Tables and key pages of a live etcd follow what is written: rows come, change and go, nothing moves under the pointer, and a pause is a pause.
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { type Etcd, startEtcd } from './support/etcd.ts'
import { shareServer } from './support/shared-server.ts'

const shared = shareServer(startEtcd, (unused) => unused.stop())
let etcd: Etcd
let url: string
test.beforeEach(async () => {
  ;({ etcd, url } = await shared.next())
  await put('web-1')
  await put('web-3')
})
test.afterEach(() => etcd.stop())
test.afterAll(() => shared.stop())

const pod = (name: string, phase: string) => ({
  key: `/registry/pods/shop/${name}`,
  value: JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', creationTimestamp: '2026-11-23T11:00:00Z' } },
    ...{ spec: { containers: [{ name: 'web' }] }, status: { phase } },
  }),
})
const put = (name: string, phase = 'Succeeded') => etcd.put([pod(name, phase)])
const rows = (page: Page) => page.locator('[data-table] [data-index]')
const row = (page: Page, name: string) => rows(page).filter({ hasText: name })
const live = (page: Page) => page.locator('[data-live]')
/** A page that reads everything again rests twenty times as long as its last reading took, which depends on the machine. */
const rested = { timeout: 180_000 }

test('a table follows, and holds its rows still while somebody uses them @phone', async ({ page }) => {
  await page.goto(`${url}/resources/pods?sort=key`)
  await expect(live(page)).toHaveAttribute('data-live', 'following')
  await page.evaluate(() => Object.assign(window, { sameDocument: true }))
  await expect(rows(page)).toHaveCount(2)
  await put('web-2')
  await expect(row(page, 'web-2')).toHaveClass(/just-changed/)
  await expect(rows(page)).toContainText(['web-1', 'web-2', 'web-3'])
  await expectAccessible(page)

  // Under the pointer, or the focus, cells change and rows stay.
  await row(page, 'web-2').getByRole('link').first().focus()
  await put('web-0')
  await etcd.removeBelow('/registry/pods/shop/web-3')
  await put('web-2', 'Failed')
  await expect(row(page, 'web-2')).toContainText('Failed')
  await expect(page.locator('[data-waiting]')).toHaveText('2 changes · show')
  await expect(rows(page)).toContainText(['web-1', 'web-2', 'web-3'])
  await page.locator('[data-waiting]').click()
  await expect(rows(page)).toContainText(['web-0', 'web-1', 'web-2'])
  await expect(rows(page)).toHaveCount(3)

  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(live(page)).toHaveAttribute('data-live', 'paused')
  await put('web-9')
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(row(page, 'web-9')).toBeVisible()
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true)

  // A pinned table does not follow.
  await page.goto(`${url}/resources/pods?rev=${await etcd.revision()}`)
  await expect(page.locator('[data-complete="true"]')).toBeVisible()
  await expect(live(page)).toHaveCount(0)
})

test('pages say when they do not follow, and read again by themselves what they missed', async ({ page, context }) => {
  test.setTimeout(600_000)
  const paths = ['/v3/registry/pods/shop/web-1', '/namespaces/shop', '', '/timeline?form=list']
  await page.goto(`${url}/resources/pods?sort=key`)
  await expect(live(page)).toHaveAttribute('data-live', 'following')
  const others: Page[] = []
  for (const path of paths) {
    const other = await context.newPage()
    await other.goto(`${url}${path}`)
    await expect(live(other)).toHaveAttribute('data-live', 'following', rested)
    others.push(other)
  }
  const all = [page, ...others]
  for (const one of all) await one.evaluate(() => Object.assign(window, { sameDocument: true }))
  await page.bringToFront()
  await row(page, 'web-1').getByRole('link').first().focus()
  await etcd.halt()
  for (const one of all) await expect(live(one)).toHaveAttribute('data-live', 'lost')
  // The only etcd was gone: what it holds now may be another history, also at the same revision.
  await etcd.resume()
  await put('web-1', 'Failed')
  await put('web-2')
  for (const one of all) {
    await expect(live(one)).toHaveAttribute('data-live', 'following', rested)
    await expect(one.locator('[data-read-again]')).toContainText(/Read again at \d\d:\d\d:\d\d/)
  }
  // Nothing moves while it is used.
  await expect(row(page, 'web-1')).toContainText('Failed')
  await expect(row(page, 'web-2')).toHaveCount(0)
  await page.locator('[data-waiting="1"]').click()
  await expect(row(page, 'web-2')).toBeVisible()
  const [key, namespace, front, timeline] = others as [Page, Page, Page, Page]
  await expect(key.locator('.cm-content')).toContainText('phase: Failed')
  await expect(namespace.getByText('Contents: 3 objects')).toBeVisible(rested)
  await expect(front.getByText('web-1').first()).toBeVisible(rested)
  await expect(timeline.getByText('shop/web-2').first()).toBeVisible(rested)
  await put('web-4')
  await expect(row(page, 'web-4')).toBeVisible()
  for (const one of all) expect(await one.evaluate(() => 'sameDocument' in window)).toBe(true)
})

test('what was deleted while a table did not follow is among the deleted rows, also if a compaction took it', async ({ page }) => {
  test.setTimeout(600_000)
  await page.goto(`${url}/resources/pods?sort=key&deleted=1`)
  await expect(live(page)).toHaveAttribute('data-live', 'following')
  await expect(page.locator('[data-deleted-too="true"]')).toContainText('0 of 0 deletions')
  await expect(rows(page)).toHaveCount(2)
  // What goes while it follows is counted too.
  await put('web-5')
  await expect(row(page, 'web-5')).toBeVisible()
  await etcd.removeBelow('/registry/pods/shop/web-5')
  const seen = await etcd.revision()
  await expect(row(page, 'web-5')).toContainText(`at revision ${seen}`)
  await expect(page.locator('[data-deleted-too="true"]')).toContainText('1 of 1 deletion')

  const away = async (change: () => Promise<void>) => {
    await etcd.halt()
    await expect(live(page)).toHaveAttribute('data-live', 'lost')
    await etcd.resume(change)
    await expect(live(page)).toHaveAttribute('data-live', 'following', rested)
  }
  await away(() => etcd.removeBelow('/registry/pods/shop/web-3'))
  // Read again after the table was.
  await expect(row(page, 'web-3')).toContainText(`at revision ${BigInt(seen) + 1n}`, rested)
  await expect(page.locator('[data-deleted-too="true"]')).toContainText('2 of 2 deletions')

  const before = await etcd.revision()
  await away(async () => {
    await etcd.removeBelow('/registry/pods/shop/web-1')
    await put('web-2')
    await etcd.compact(await etcd.revision())
  })
  await expect(row(page, 'web-1')).toContainText(`gone between revisions ${before} and ${BigInt(before) + 2n}`, rested)
  await expect(page.locator('[data-deleted-too="true"]')).toContainText(`since revision ${BigInt(before) + 3n}`)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Include deleted' }).click()
  await expect(rows(page)).toHaveCount(1)
})

test('a key page follows, and shows what changed since it was opened @phone', async ({ page }) => {
  await page.goto(`${url}/v3/registry/pods/shop/web-1`)
  await expect(live(page)).toHaveAttribute('data-live', 'following')
  const code = page.locator('.cm-content')
  await expect(code).toContainText('phase: Succeeded')
  await put('web-1', 'Pending')
  await expect(code).toContainText('phase: Pending')
  await expect(page.locator('[data-changes="1"]')).toHaveText('Changed once since it was opened.')
  await expectAccessible(page)

  // While the text is read, it stays.
  await code.click()
  await put('web-1', 'Failed')
  await expect(page.locator('[data-waiting="1"]')).toBeVisible()
  await expect(code).toContainText('phase: Pending')
  await page.locator('[data-waiting]').click()
  await expect(code).toContainText('phase: Failed')

  await etcd.removeBelow('/registry/pods/shop/web-1')
  await expect(page.getByText('Deleted since it was opened')).toBeVisible()
  await expect(code).toContainText('phase: Failed')
  await page.locator('[data-live-key]').getByRole('link', { name: 'What changed' }).click()
  await expect(page).toHaveURL(/diff=\d+\.\.\d+/)
  await expect(page.getByRole('region', { name: 'status' })).toContainText('Failed')
})

test('the timeline follows, also while it is read again and again', async ({ page }) => {
  test.setTimeout(600_000)
  await page.goto(`${url}/timeline?form=list`)
  await expect(live(page)).toHaveAttribute('data-live', 'following')
  await page.evaluate(() => Object.assign(window, { sameDocument: true }))
  await put('web-7')
  await expect(page.getByText('shop/web-7').first()).toBeVisible(rested)
  await etcd.removeBelow('/registry/pods/shop/web-7')
  await expect(page.locator('tr, li, [role="row"]').filter({ hasText: 'web-7' }).filter({ hasText: 'Deleted' }).first()).toBeVisible(rested)
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true)
})

test('a namespace, the front page and the findings follow where objects come and go', async ({ page }) => {
  test.setTimeout(600_000)
  await page.goto(`${url}/namespaces/shop`)
  await expect(live(page)).toHaveAttribute('data-live', 'following')
  await expect(page.getByText('Contents: 2 objects')).toBeVisible()
  await put('web-2')
  await expect(page.getByText('Contents: 3 objects')).toBeVisible(rested)

  // A page that took long to read rests long. It says that a change waits, and shows it on request.
  await page.route(/\/trouble(\?|$)/, (route) => setTimeout(() => void route.continue(), 6000), { times: 1 })
  await page.goto(url)
  await expect(live(page)).toHaveAttribute('data-live', 'following')
  await put('web-4', 'Failed')
  await page.locator('[data-waiting="1"]').click()
  await expect(page.getByText('web-4').first()).toBeVisible(rested)
  await expect(page.locator('[data-waiting]')).toHaveCount(0)

  // A pass over everything is left to the user.
  await page.goto(`${url}/findings`)
  await expect(live(page)).toHaveAttribute('data-live', 'following')
  await put('web-5')
  await expect(page.locator('[data-waiting="1"]')).toBeVisible(rested)
  await page.locator('[data-waiting]').click()
  await expect(page.locator('[data-waiting]')).toHaveCount(0)
})
