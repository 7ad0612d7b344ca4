// The past of v2 keys: kept states, a state at an index, comparisons of two states and of two keys.
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { type Etcd, startEtcd } from './support/etcd.ts'
import { type Running, startServer } from './support/server.ts'

const SUBNETS = '/kube-centos/network/subnets'
const KEY = `${SUBNETS}/172.30.31.0-24`
const OTHER = `${SUBNETS}/172.30.32.0-24`
const subnet = (ip: string) => JSON.stringify({ PublicIP: ip, BackendType: 'host-gw' })
const entries = (page: Page) => page.locator('[data-history] [data-index]')

test('the demo’s v2 keys have the history that its files tell @phone', async ({ page }) => {
  await page.goto('/demo/v2/kube-centos/network/config?view=history')
  await expect(entries(page).first()).toHaveAttribute('aria-current', 'true')
  await expect(entries(page).last()).toContainText('create')
  await expect(page.locator('[data-edge]')).toBeVisible()
  await expectAccessible(page)
})

test.describe('a live v2 etcd', () => {
  let etcd: Etcd
  let server: Running
  const at: Record<string, string> = {}
  test.beforeAll(async () => {
    etcd = await startEtcd()
    at.created = await etcd.putV2(KEY, { value: subnet('172.20.0.113'), ttl: '86400', prevExist: 'false' })
    at.swapped = await etcd.putV2(KEY, { value: subnet('172.20.0.114'), ttl: '86400', prevValue: subnet('172.20.0.113') })
    at.kept = await etcd.putV2(KEY, { value: subnet('172.20.0.114') })
    at.other = await etcd.putV2(OTHER, { value: subnet('172.20.0.120') })
    at.gone = await etcd.putV2('/gone/key', { value: 'one\ntwo\n' })
    await etcd.removeV2('/gone')
    server = await startServer(['--endpoints', etcd.endpoint])
  })
  test.afterAll(async () => {
    await server?.stop()
    await etcd?.stop()
  })
  const goto = (page: Page, path: string) => page.goto(`${server.url}/default/v2${path}`)

  test('shows each action and what it changed, and each state at its index @phone', async ({ page }) => {
    await goto(page, KEY)
    await page.getByRole('tab', { name: 'History' }).click()
    await expect(page).toHaveURL(/\?view=history$/)
    await expect(entries(page)).toHaveCount(3)
    await expect(entries(page).nth(0)).toContainText('Written again without a change.')
    await expect(entries(page).nth(1)).toContainText('compareAndSwap')
    await expect(entries(page).nth(1)).toContainText('PublicIP 172.20.0.113 →, 172.20.0.114')
    await expect(entries(page).nth(1)).toContainText('expiration 2')
    await expect(entries(page).nth(2)).toContainText('create')
    await expect(page.locator('[data-edge="first"]')).toBeVisible()
    await expectAccessible(page)

    await page.getByRole('link', { name: `Index ${at.created}`, exact: true }).click()
    await expect(page).toHaveURL(`${server.url}/default/v2${KEY}?at=${at.created}`)
    await expect(page.locator('[data-at]')).toContainText(`At index ${at.created}`)
    await expect(page.getByText('172.20.0.113').first()).toBeVisible()
    await expectAccessible(page)
    // Another visit of a past state reads the history again.
    const key = `${SUBNETS}/172.30.33.0-24`
    const first = await etcd.putV2(key, { value: subnet('172.20.0.130') })
    await goto(page, `${key}?at=${first}&view=history`)
    await expect(entries(page)).toHaveCount(1)
    await page.getByRole('navigation', { name: 'Breadcrumbs' }).getByRole('link').first().click()
    await expect(page).not.toHaveURL(/view=history/)
    await expect(entries(page)).toHaveCount(0)
    await etcd.putV2(key, { value: subnet('172.20.0.131') })
    await page.goBack()
    await expect(entries(page)).toHaveCount(2)
    await goto(page, `${KEY}?at=${at.created}`)

    await page.locator('[data-action="present"]').click()
    await expect(page.getByText('172.20.0.114').first()).toBeVisible()
  })

  test('compares two states as fields and as text, by keyboard @phone', async ({ page, viewport }) => {
    await goto(page, `${KEY}?view=history`)
    const link = page.getByRole('link', { name: `Compare index ${at.swapped} with the one before` })
    await link.focus()
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(`${server.url}/default/v2${KEY}?diff=${at.created}..${at.swapped}`)
    await expect(page.locator('[data-change] del')).toHaveText('172.20.0.113')
    await expect(page.locator('[data-change] ins')).toHaveText('172.20.0.114')
    await page.keyboard.press('n')
    await expect(page.locator('[data-change]')).toBeFocused()
    await expectAccessible(page)
    await page.getByRole('navigation', { name: 'Forms of the comparison' }).getByRole('link', { name: 'Text' }).click()
    await expect(page.locator(`[data-text-diff="${(viewport?.width ?? 0) > 1000 ? 'split' : 'unified'}"]`)).toBeVisible()
    await page.keyboard.press('n')
    await expect(page.getByText('1 of 1 change')).toBeVisible()
    await page.getByRole('link', { name: 'History', exact: true }).click()
    await expect(entries(page)).toHaveCount(3)
  })

  test('compares with another key @phone', async ({ page }) => {
    await goto(page, `${KEY}?view=history`)
    await page.getByRole('textbox', { name: 'Another key to compare with' }).fill(OTHER)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(`${server.url}/default/v2${KEY}?with=${encodeURIComponent(OTHER)}`)
    await expect(page.getByRole('region', { name: `${KEY} compared with ${OTHER}` })).toBeVisible()
    await expect(page.locator('[data-change] ins')).toHaveText('172.20.0.120')
    await expectAccessible(page)
    await page.getByRole('navigation', { name: 'Forms of the comparison' }).getByRole('link', { name: 'Text' }).click()
    await expect(page.locator('[data-text-diff]')).toBeVisible()
    await expect(page.locator('[data-text-diff]').getByText('172.20.0.120').first()).toBeVisible()
  })

  test('a key below a removed directory has a history, and its last value is one click away', async ({ page }) => {
    await goto(page, '/gone/key')
    await expect(entries(page)).toHaveCount(2)
    await expect(entries(page).first()).toContainText('with /gone')
    await page.getByRole('link', { name: /before it was removed/ }).click()
    await expect(page).toHaveURL(`${server.url}/default/v2/gone/key?at=${at.gone}`)
    await expect(page.getByText('two').first()).toBeVisible()
  })

  test('says where the memory of etcd begins', async ({ page }) => {
    for (let i = 0; i < 1001; i++) at.busy = await etcd.putV2('/busy', { value: String(i) })
    await goto(page, `${KEY}?view=history`)
    await expect(entries(page)).toHaveCount(1)
    await expect(entries(page).first()).toContainText('action not kept')
    await expect(page.locator('[data-edge="cleared"]')).toContainText(`What came before index ${BigInt(at.busy ?? 0) - 999n} is not known`)
    await goto(page, `${KEY}?at=${at.created}`)
    await expect(page.getByText(`The v2 state at index ${at.created} is not known any more`)).toBeVisible()
    await expectAccessible(page)
    await goto(page, '/busy?view=history')
    await expect(entries(page)).toHaveCount(50)
    await page.getByRole('button', { name: 'Show older states' }).click()
    await expect(entries(page)).toHaveCount(100)
  })
})
