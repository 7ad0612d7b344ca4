// Pages for servers other than a plain etcd member: proxies, kine, newer releases, and users with few permissions.
import { expect, type Page, test } from '@playwright/test'
import { etcdReleases, startEtcd, startGrpcProxy } from '../apps/server/src/sources/testing/etcd.ts'
import { kineReleases, startKine } from '../apps/server/src/sources/testing/kine.ts'
import { expectAccessible } from './support/axe.ts'
import { row } from './support/keys-page.ts'
import { type Running, startServer } from './support/server.ts'

/** Stopped in reverse order. */
let running: { stop?: () => Promise<void>; destroy?: () => Promise<void> }[] = []
const kept = <T extends { stop?: () => Promise<void>; destroy?: () => Promise<void> }>(one: T): T => {
  running.push(one)
  return one
}
test.afterEach(async () => {
  for (const one of running.reverse()) await (one.destroy ?? one.stop)?.()
  running = []
})
const serve = async (...args: string[]): Promise<Running> => kept(await startServer(args))
const table = (page: Page) => page.getByRole('table', { name: 'Members' })

test('kine is named on the overview, and the keys below it open @phone', async ({ page }) => {
  const release = kineReleases().find(({ built }) => built)
  test.skip(release === undefined, 'npm run etcd-versions builds kine')
  if (release === undefined) return
  const kine = kept(await startKine(release))
  await kine.put('/registry/namespaces/shop', '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}')
  const { url } = await serve('--endpoints', kine.endpoint)
  await page.goto(`${url}/default`)
  await expect(page.getByText(/kine answers here: k3s on an SQL database/)).toBeVisible()
  await expect(table(page).getByText('kine', { exact: true }).first()).toBeVisible()
  await expect(page.getByText('none: kine answers').first()).toBeVisible()
  await expect(page.getByText('cannot be reached')).toHaveCount(0)
  await expect(page.getByText('no leader')).toHaveCount(0)
  await expectAccessible(page)
  await page.goto(`${url}/default/v3/registry/namespaces/shop`)
  await expect(page.getByRole('main').getByText('Namespace').first()).toBeVisible()
})

test('a gRPC proxy is named, with the leader behind it', async ({ page }) => {
  const etcd = kept(await startEtcd())
  const proxy = kept(await startGrpcProxy(etcd.endpoint))
  const { url } = await serve('--endpoints', proxy.endpoint)
  await page.goto(`${url}/default`)
  await expect(page.getByText(/A gRPC proxy answers at/)).toBeVisible()
  await expect(table(page).getByText('gRPC proxy')).toBeVisible()
  await expect(page.getByRole('contentinfo')).toContainText('leader')
  await expect(page.getByText('no leader')).toHaveCount(0)
})

test('etcd 3.6 shows its quota usage before the alarm', async ({ page }) => {
  const release = etcdReleases().find(({ name, built }) => built && name === '3.6')
  test.skip(release === undefined, 'npm run etcd-versions builds etcd 3.6')
  if (release === undefined) return
  const etcd = kept(await startEtcd({ release, flags: ['--quota-backend-bytes=2000000'] }))
  for (const key of ['/registry/a', '/registry/b']) await etcd.ctl(['put', key], { input: 'x'.repeat(800_000) })
  const { url } = await serve('--endpoints', etcd.endpoint)
  await page.goto(`${url}/default`)
  await expect(table(page).getByText(/^\d+ % of 1\.9 MiB$/)).toBeVisible()
  await expect(page.getByText(/The database is at \d+ % of its quota/).first()).toBeVisible()
  await expect(page.getByText('Storage version')).toBeVisible()
})

test('a port that speaks gRPC only is a note @phone', async ({ page }) => {
  const release = etcdReleases().find(({ name, built }) => built && name === '3.6')
  test.skip(release === undefined, 'npm run etcd-versions builds etcd 3.6')
  if (release === undefined) return
  const etcd = kept(await startEtcd({ release, httpPort: true }))
  const { url } = await serve('--endpoints', etcd.endpoint)
  await page.goto(`${url}/default`)
  await expect(page.getByText(/speaks only gRPC \(--listen-client-http-urls\)/).first()).toBeVisible()
  await expect(page.getByText('cannot be reached')).toHaveCount(0)
  await page.goto(`${url}/default/flannel`)
  await expect(
    page
      .getByRole('main')
      .getByText(/No flannel|no flannel/)
      .first(),
  ).toBeVisible()
  await expect(page.getByText('cannot be reached')).toHaveCount(0)
})

test('a user with two prefixes gets links to them on every refused page @phone', async ({ page }) => {
  const etcd = kept(await startEtcd())
  for (const key of ['/apps/blue/one', '/apps/green/x', '/shared/two', '/registry/pods/shop/a']) await etcd.ctl(['put', key, key])
  await etcd.ctl(['role', 'add', 'dev'])
  for (const prefix of ['/apps/blue/', '/shared/']) await etcd.ctl(['role', 'grant-permission', 'dev', 'read', prefix, '--prefix'])
  await etcd.ctl(['user', 'add', 'dev:devpw'])
  await etcd.ctl(['user', 'grant-role', 'dev', 'dev'])
  await etcd.ctl(['user', 'add', 'root:root'])
  await etcd.ctl(['user', 'grant-role', 'root', 'root'])
  await etcd.ctl(['auth', 'enable'])
  const { url } = await serve('--endpoints', etcd.endpoint, '--user', 'dev:devpw')
  const ways = page.getByRole('main').getByRole('list', { name: 'This user may read:' })
  for (const path of ['', '/resources', '/resources/pods', '/findings', '/namespaces', '/v3/registry/pods/']) {
    await page.goto(`${url}/default${path}`)
    await expect(ways.getByRole('link').first()).toHaveText('/apps/blue/')
    await expect(ways.getByRole('link')).toHaveCount(2)
  }
  await page.goto(`${url}/default`)
  const box = page.locator('#holds ~ div')
  await expect(box).toContainText('Below /registry/')
  await expect(box).toContainText('This etcd user may not read this')
  await expect(box).toContainText('It may read: /apps/blue/… and /shared/….')
  await expect(page.getByText('Authentication failed')).toHaveCount(0)
  await expectAccessible(page)
  await ways.getByRole('link', { name: '/shared/' }).click()
  await expect(page).toHaveURL(/\/default\/v3\/shared\/$/)
  await expect(page.getByRole('main').getByText('two').first()).toBeVisible()
  await page.goto(`${url}/default/v3`)
  await expect(page.locator('[data-restricted]')).toBeVisible()
})

test('the tree of such a user starts with the readable keys', async ({ page }) => {
  const etcd = kept(await startEtcd())
  for (const key of ['/apps/blue/one', '/apps/green/x', '/top']) await etcd.ctl(['put', key, key])
  await etcd.ctl(['role', 'add', 'dev'])
  await etcd.ctl(['role', 'grant-permission', 'dev', 'read', '/apps/blue/', '--prefix'])
  await etcd.ctl(['role', 'grant-permission', 'dev', 'read', '/top'])
  await etcd.ctl(['user', 'add', 'dev:devpw'])
  await etcd.ctl(['user', 'grant-role', 'dev', 'dev'])
  await etcd.ctl(['user', 'add', 'root:root'])
  await etcd.ctl(['user', 'grant-role', 'root', 'root'])
  await etcd.ctl(['auth', 'enable'])
  const { url } = await serve('--endpoints', etcd.endpoint, '--user', 'dev:devpw')
  await page.goto(`${url}/default/v3`)
  await expect(row(page, '/top')).toBeVisible()
  await row(page, '/apps/').click()
  await row(page, 'blue/').click()
  await row(page, 'one').click()
  await expect(page).toHaveURL(/\/default\/v3\/apps\/blue\/one$/)
  await expect(page.getByRole('main').getByText('/apps/blue/one').first()).toBeVisible()
})

test('the flannel page of a user who may read only Kubernetes shows the rest as a note, and follows it', async ({ page }) => {
  const etcd = kept(await startEtcd({ v2: false }))
  const annotations = { 'flannel.alpha.coreos.com/kube-subnet-manager': 'true', 'flannel.alpha.coreos.com/public-ip': '192.0.2.1' }
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-bb', annotations }, spec: { podCIDR: '10.244.0.0/24' } }
  await etcd.ctl(['put', '/registry/minions/worker-bb', JSON.stringify(node)])
  await etcd.ctl(['put', '/coreos.com/network/config', '{"Network":"10.5.0.0/16"}'])
  await etcd.ctl(['role', 'add', 'dev'])
  await etcd.ctl(['role', 'grant-permission', 'dev', 'read', '/registry/', '--prefix'])
  await etcd.ctl(['user', 'add', 'dev:devpw'])
  await etcd.ctl(['user', 'grant-role', 'dev', 'dev'])
  await etcd.ctl(['user', 'add', 'root:root'])
  await etcd.ctl(['user', 'grant-role', 'root', 'root'])
  await etcd.ctl(['auth', 'enable'])
  const { url } = await serve('--endpoints', etcd.endpoint, '--user', 'dev:devpw')
  await page.goto(`${url}/default/flannel`)
  await expect(page.getByText('This user may not read keys outside of /registry/')).toBeVisible()
  await expect(page.getByText('10.244.0.0/24').first()).toBeVisible()
  await expect(page.getByText('Node worker-bb has no subnet lease')).toHaveCount(0)
  await expect(page.getByText('No disagreement in what could be read. The rest was not compared.')).toBeVisible()
  await expect(page.locator('[data-touch="following"]').first()).toBeVisible()
  await expect(page.getByText('Lost connection')).toHaveCount(0)
  await page.goto(`${url}/default`)
  await expect(page.getByText('Flannel: no disagreement in what could be read. The rest was not compared.')).toBeVisible()
  await expect(page.getByText('agrees with Kubernetes')).toHaveCount(0)
})
