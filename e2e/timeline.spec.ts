// What was written over time: the story of the demo read off the picture and the list, by pointer and by keyboard, with links that hold everything.
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { startEtcd } from './support/etcd.ts'
import { startServer } from './support/server.ts'

const complete = (page: Page) => expect(page.locator('[data-page="timeline"][data-complete="true"]')).toBeVisible()
const lane = (page: Page, name: string) => page.locator(`[data-lane="${name}"]`)
const pane = (page: Page) => page.getByRole('complementary', { name: 'The chosen change' })

test('the picture groups objects by owner, what went wrong first @phone', async ({ page }) => {
  await page.goto('/demo/timeline')
  await complete(page)
  await expect(page.locator('[data-shown]')).toHaveAttribute('data-shown', '1008')
  await expect(page.locator('[data-routine]')).toHaveText('1,289 routine writes left out')
  await expect(lane(page, 'minions 172.20.0.115')).toHaveAttribute('aria-label', /^Node 172\.20\.0\.115, 6 changes, NotReady$/)
  await expect(lane(page, 'deployments shop/orders')).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('checkbox', { name: 'Routine writes too' }).check()
  await expect(page).toHaveURL('/demo/timeline?routine=1')
  await expect(page.locator('[data-shown]')).toHaveAttribute('data-shown', '2297')
  await page.goBack()
  await page.getByRole('combobox', { name: 'Namespace' }).selectOption('shop')
  await expect(lane(page, 'minions 172.20.0.115')).toBeHidden()
  await expect(page).toHaveURL('/demo/timeline?namespace=shop')
})

test('a click opens what changed, and the keyboard walks objects and changes', async ({ page }) => {
  await page.goto('/demo/timeline?path=deployments&q=storefront')
  await complete(page)
  await expect(page.locator('[data-lanes]')).toHaveAttribute('data-lanes', '1')
  const list = page.getByRole('listbox')
  await list.focus()
  await page.keyboard.press('ArrowRight')
  await expect(page).toHaveURL(/key=%2Fregistry%2Fdeployments%2Fshop%2Fstorefront&rev=496$/)
  await expect(pane(page)).toContainText('1 of 26 changes')
  await expect(pane(page)).toContainText('Created')
  for (let step = 0; step < 20; step++) await page.keyboard.press('ArrowRight')
  await expect(pane(page)).toContainText('21 of 26 changes')
  await expect(pane(page).locator('del').last()).toHaveText('registry.example/storefront:1.5.0-rc1')
  await expect(pane(page).locator('ins').last()).toHaveText('registry.example/storefront:1.4.1')
  await expect(pane(page)).toContainText('03:41:29')
  await expectAccessible(page)
  const address = page.url()
  await pane(page).getByRole('button', { name: 'Close' }).click()
  await expect(pane(page)).toBeHidden()

  // The link shows the same again.
  await page.goto(address)
  await expect(pane(page)).toContainText('21 of 26 changes')
  await pane(page).getByRole('button', { name: 'Previous change of this object (←)' }).click()
  await expect(pane(page)).toContainText('20 of 26 changes')
  const box = await lane(page, 'deployments shop/storefront').locator('svg').boundingBox()
  await page.mouse.click((box?.x ?? 0) + 1, (box?.y ?? 0) + 8)
  await expect(pane(page)).toContainText('20 of 26 changes')
})

test('the list tells when the node was lost, its pods were deleted, and the storefront crashed @phone', async ({
  page,
  viewport,
}) => {
  await page.goto('/demo/timeline?form=list&q=minions%20115')
  await complete(page)
  const rows = page.getByRole('row')
  const wide = (viewport?.width ?? 0) > 1000
  const lost = rows
    .filter({ hasText: '172.20.0.115' })
    .filter({ hasText: /03:43:2\d/ })
    .first()
  await expect(lost).toContainText('Changed')
  if (wide) await expect(lost).toContainText('NotReady')
  await expectAccessible(page)
  await page.goto('/demo/timeline?form=list&routine=1&path=leases&q=172.20.0.115')
  await expect(rows.nth(1)).toContainText('03:42:44')
  await page.goto('/demo/timeline?form=list&q=storefront-6b6ff5dc75-hl5fm%20pods&path=pods')
  await expect(rows.nth(1)).toContainText(/03:48:3\d/)
  if (wide) await expect(rows.nth(1)).toContainText('Terminating')
  await page.goto('/demo/timeline?form=list&q=storefront-69bd5954b-95lnh&path=pods')
  const crash = rows.filter({ hasText: '03:44:46' })
  if (wide) {
    await expect(crash).toContainText('CrashLoopBackOff')
    await crash.getByRole('link', { name: /^Show what changed/ }).click()
    await expect(page).toHaveURL(/storefront-69bd5954b-95lnh\?diff=\d+\.\.\d+$/)
  } else await expect(crash).toHaveCount(1)
})

test('a part of the time is chosen by dragging and by keys, and is in the link', async ({ page }) => {
  await page.goto('/demo/timeline')
  await complete(page)
  const picture = page.getByRole('img', { name: 'Changes over time, by resource' })
  const box = await picture.boundingBox()
  if (box === null) throw new Error('no picture')
  await page.mouse.move(box.x + box.width * 0.4, box.y + 20)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.6, box.y + 20, { steps: 4 })
  await page.mouse.up()
  await expect(page).toHaveURL(/\?from=\d+&to=\d+$/)
  await expect(page.locator('[data-range]')).toHaveText(/03:42:\d\d – 03:45:\d\d/)
  const address = page.url()
  await page.keyboard.press('0')
  await expect(page).toHaveURL('/demo/timeline')
  await page.keyboard.press('+')
  await expect(page).toHaveURL(/from=\d+&to=\d+/)
  await page.goto(address)
  await expect(page.locator('[data-range]')).toHaveText(/03:42:\d\d – 03:45:\d\d/)
  await page.goto('/demo/timeline?from=99999999')
  await complete(page)
  await expect(page.getByText('Nothing that matches was written in this part of the time.')).toBeVisible()
  await page.getByRole('link', { name: 'Show everything' }).click()
  await expect(page.locator('[data-lanes]')).toBeVisible()
})

test('a live etcd: what a compaction took away is said, and nothing is written', async ({ page }) => {
  const etcd = await startEtcd()
  const server = await startServer(['--endpoints', etcd.endpoint])
  const pod = (phase: string) =>
    JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop', uid: 'u' }, status: { phase } })
  try {
    for (const phase of ['Pending', 'Running', 'Failed']) await etcd.put([{ key: '/registry/pods/shop/web', value: pod(phase) }])
    for (let n = 0; n < 20; n++) await etcd.put([{ key: '/app/counter', value: String(n) }])
    const before = await etcd.revision()
    await page.goto(`${server.url}/default/timeline`)
    await complete(page)
    await expect(page.getByText('Nothing in the store tells when its revisions were written')).toBeVisible()
    await expect(lane(page, 'pods shop/web')).toHaveAttribute('aria-label', /3 changes/)
    await expect(lane(page, ' /app/counter')).toHaveAttribute('aria-label', /20 changes/)
    await expect(page.locator('[data-window="first"]')).toBeVisible()
    expect(await etcd.revision()).toBe(before)
    await etcd.compact(String(BigInt(before) - 5n))
    await page.reload()
    await complete(page)
    await expect(page.locator('[data-window="compacted"]')).toContainText('earlier writes are gone')
    await expect(lane(page, ' /app/counter')).toHaveAttribute('aria-label', /5 changes/)
  } finally {
    await server.stop()
    await etcd.stop()
  }
})
