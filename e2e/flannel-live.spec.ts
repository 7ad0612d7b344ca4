// The flannel page on a live etcd: leases appear, count down and vanish, in v2 and v3, and the connection is lost and regained.
import { expect, type Locator, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { type Etcd, startEtcd } from './support/etcd.ts'
import { startServer } from './support/server.ts'
import { shareServer } from './support/shared-server.ts'

const NET = '/coreos.com/network'
const CONFIG = '{"Network":"10.5.0.0/16","Backend":{"Type":"vxlan"}}'
const value = (ip: string) => JSON.stringify({ PublicIP: ip, BackendType: 'vxlan', BackendData: { VNI: 1, VtepMAC: 'aa:00:00:00:00:01' } })

const shared = shareServer(startEtcd, (unused) => unused.stop())
let etcd: Etcd
let url: string
test.beforeEach(async () => {
  ;({ etcd, url } = await shared.next())
})
const stops: (() => Promise<void>)[] = []
test.afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
  await etcd.stop()
})
test.afterAll(() => shared.stop())

const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const rows = (page: Page) => section(page, 'Table of the subnet leases').getByRole('row')
const change = (page: Page, kind: string, subject: string) => page.locator(`[data-change="${kind}"]`).filter({ hasText: subject })

/** Opens the page and waits until it follows changes; later changes appear without a reload. */
async function open(page: Page, at = url): Promise<void> {
  await page.goto(`${at}/flannel`)
  await expect(page.locator('[data-touch="following"]')).toBeVisible()
  await page.evaluate(() => Object.assign(window, { sameDocument: true }))
}
const sameDocument = (page: Page) => page.evaluate(() => 'sameDocument' in window)

const seconds = async (row: Locator): Promise<number> => {
  const found = /(?:(\d+)m )?(\d+)s/.exec((await row.textContent()) ?? '')
  return Number(found?.[1] ?? 0) * 60 + Number(found?.[2] ?? Number.NaN)
}

test('v2: a subnet with a short TTL appears, counts down and vanishes', async ({ page }) => {
  await etcd.putV2(`${NET}/config`, { value: CONFIG })
  await etcd.putV2(`${NET}/subnets/10.5.1.0-24`, { value: value('192.0.2.1') })
  await open(page)
  await expect(rows(page)).toHaveCount(2)

  await etcd.putV2(`${NET}/subnets/10.5.9.0-24`, { value: value('192.0.2.9'), ttl: '10' })
  const row = rows(page).filter({ hasText: '10.5.9.0/24' })
  await expect(row).toBeVisible()
  await expect(change(page, 'added', '10.5.9.0/24')).toContainText('192.0.2.9')
  const first = await seconds(row)
  await expect.poll(() => seconds(row)).toBeLessThan(first)
  // With its findings: two nodes with one MAC.
  await expect(page.locator('[data-finding="vtep-mac-clash"]')).toBeVisible()

  await expect(row).toHaveCount(0)
  await expect(change(page, 'expired', '10.5.9.0/24')).toBeVisible()
  await expectAccessible(page)
  await expect(page.locator('[data-finding="vtep-mac-clash"]')).toHaveCount(0)
  expect(await sameDocument(page)).toBe(true)
})

test('v3: a subnet with an etcd lease appears, counts down and vanishes; another network is kept separate', async ({ page }) => {
  await etcd.put([{ key: `${NET}/config`, value: CONFIG }])
  await open(page)
  await expect(section(page, 'Subnet leases')).toContainText('This network has no leases.')

  const lease = await etcd.grant(10)
  await etcd.put([{ key: `${NET}/subnets/10.5.9.0-24`, value: value('192.0.2.9'), lease }])
  const row = rows(page).filter({ hasText: '10.5.9.0/24' })
  await expect(row).toBeVisible()
  await expect(change(page, 'added', '10.5.9.0/24')).toBeVisible()
  const first = await seconds(row)
  await expect.poll(() => seconds(row)).toBeLessThan(first)
  await expect(change(page, 'expired', '10.5.9.0/24')).toBeVisible()
  await expect(row).toHaveCount(0)

  // A migration: the old keyspace has a network of the same name.
  await etcd.putV2(`${NET}/config`, { value: CONFIG })
  await expect(page.getByRole('navigation', { name: 'Networks' }).getByRole('link')).toHaveCount(2)
  expect(await sameDocument(page)).toBe(true)
})

test('says since when it is disconnected, keeps its content, and recovers on its own', async ({ page }) => {
  await etcd.putV2(`${NET}/config`, { value: CONFIG })
  await etcd.putV2(`${NET}/subnets/10.5.1.0-24`, { value: value('192.0.2.1') })
  // One that can be stopped.
  const server = await startServer(['--endpoints', etcd.endpoint, '--name', 'live'])
  stops.push(server.stop)
  await open(page, `${server.url}/live`)
  await etcd.halt()
  const lost = page.locator('[data-touch="lost"]')
  await expect(lost).toContainText(/Lost connection to etcd at \d{4}-.*UTC/)
  await expect(rows(page)).toHaveCount(2)
  await etcd.resume()
  await etcd.putV2(`${NET}/subnets/10.5.2.0-24`, { value: value('192.0.2.2') })
  await expect(page.locator('[data-touch="following"]')).toBeVisible()
  await expect(rows(page).filter({ hasText: '10.5.2.0/24' })).toBeVisible()
  await server.stop()
  await expect(page.locator('[data-touch="server"]')).toContainText('Lost connection to the Registree server')
  expect(await sameDocument(page)).toBe(true)
})

test('opens while etcd is down, and shows the network once etcd answers', async ({ page }) => {
  await etcd.putV2(`${NET}/config`, { value: CONFIG })
  await etcd.halt()
  await page.goto(`${url}/flannel`)
  await expect(page.getByText('SOURCE_UNREACHABLE').first()).toBeVisible()
  await etcd.resume()
  await expect(page.getByText('10.5.0.0/16').first()).toBeVisible()
})
