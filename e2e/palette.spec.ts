// The palette finds pages, resources, objects, keys, addresses and links by any of their names; and says what it did not search.
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { type Etcd, startEtcd } from './support/etcd.ts'
import { type Running, startServer } from './support/server.ts'
import { settled } from './support/settled.ts'

const input = (page: Page) => page.getByRole('combobox', { name: 'Search or jump to…' })
const options = (page: Page, keyspace: string) => page.getByRole('option').filter({ hasText: new RegExp(`^${keyspace}/`) })
const active = (page: Page) => page.getByRole('option', { selected: true })
const status = (page: Page) => page.getByRole('dialog').getByRole('status')

/** The first entry is what Enter opens and what assistive technology announces. */
async function expectFirst(page: Page, name: RegExp): Promise<void> {
  await expect(active(page)).toHaveText(name)
  expect(await input(page).getAttribute('aria-activedescendant')).toBe(await active(page).getAttribute('id'))
  await expect(page.getByRole('option').first()).toHaveAttribute('aria-selected', 'true')
}

async function open(page: Page, at = '/demo'): Promise<string[]> {
  const asked: string[] = []
  await page.goto(at)
  await settled(page)
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (/children|node$|names$/.test(url.pathname)) asked.push(url.pathname.replace(/.*\//, '') + decodeURIComponent(url.search))
  })
  await page.keyboard.press('Control+k')
  await expect(input(page)).toBeFocused()
  return asked
}

test('a key is completed by Tab, level by level, and opened by Enter, with few reads @phone', async ({ page }) => {
  const asked = await open(page)
  await page.keyboard.type('/registry/po', { delay: 10 })
  await expect(options(page, 'v3')).toHaveText([/poddisruptionbudgets\//, /pods\//, /podsecuritypolicy\//, /podtemplates\//])
  await expect(status(page)).toHaveText('4 keys with this prefix')
  await expectAccessible(page)
  await page.keyboard.press('Tab')
  await expect(input(page)).toHaveValue('/registry/pod')
  // Several completions: Tab selects the first, the arrow the second, and Tab accepts it.
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Tab')
  await expect(input(page)).toHaveValue('/registry/pods/')
  await expect(options(page, 'v3').filter({ hasText: '/registry/pods/shop/' })).toBeVisible()
  await page.keyboard.type('shop/stu', { delay: 10 })
  await expect(options(page, 'v3')).toHaveText([/stuck-big/])
  await page.keyboard.press('Tab')
  await expect(input(page)).toHaveValue('/registry/pods/shop/stuck-big')
  await expectFirst(page, /^v3Open the key \/registry\/pods\/shop\/stuck-big$/)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo\/v3\/registry\/pods\/shop\/stuck-big$/)
  const v3 = asked.filter((one) => one.startsWith('children') && one.includes('limit=40'))
  // At most one per level if answers arrive in time; never one per letter.
  expect(v3.length).toBeLessThan(8)
})

test('a short form is understood: a resource by any of its names', async ({ page }) => {
  await open(page)
  await input(page).fill('po/shop/stu')
  await expect(options(page, 'v3')).toHaveText([/stuck-big/])
  await page.keyboard.press('Tab')
  await expect(input(page)).toHaveValue('/registry/pods/shop/stuck-big')
  await input(page).fill('svc/shop/')
  await expect(options(page, 'v3').first()).toContainText('/registry/services/specs/shop/')
  // As kubectl writes it, without the namespace.
  await input(page).fill('deploy/storefront')
  await expectFirst(page, /^shop\/storefrontDeployment$/)
  for (const name of ['deploy', 'deployments.apps', 'Deployment', 'deployments.v1.apps']) {
    await input(page).fill(name)
    await expectFirst(page, /^Deployment/)
  }
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo\/resources\/deployments/)
})

test('a path of the v2 keyspace is completed too', async ({ page }) => {
  await open(page)
  await input(page).fill('/kube-centos/network/sub')
  await expect(options(page, 'v2')).toHaveText([/subnets\//])
  await page.keyboard.press('Tab')
  await expect(input(page)).toHaveValue('/kube-centos/network/subnets/')
  await expect(options(page, 'v2')).toHaveCount(3)
  await expect(status(page)).toHaveText('3 keys with this prefix')
  await expectFirst(page, /^v2Open the v2 node/)
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo\/v2\/kube-centos\/network\/subnets\/172/)
})

test('objects that were already read are found by name', async ({ page }) => {
  await page.goto('/demo/resources/pods')
  await expect(page.getByText(/^29 rows/)).toBeVisible()
  await page.keyboard.press('Control+k')
  await input(page).fill('stuck')
  await page
    .getByRole('group', { name: 'Recently loaded' })
    .getByRole('option', { name: /shop\/stuck-big/ })
    .click()
  await expect(page).toHaveURL(/\/demo\/v3\/registry\/pods\/shop\/stuck-big$/)
})

test('unread objects are found by name, with one search per word instead of per letter @phone', async ({ page }) => {
  const asked = await open(page)
  await page.keyboard.type('storefront', { delay: 10 })
  await expectFirst(page, /^shop\/storefrontDeployment$/)
  await expect(status(page)).toHaveText(/^\d+ names found in \d+ keys$/)
  await expectAccessible(page)
  for (const kind of ['Deployment', 'Service', 'Pod', 'ReplicaSet'])
    await expect(page.getByRole('group', { name: 'Names' }).getByRole('option').filter({ hasText: kind }).first()).toBeVisible()
  const searches = () => asked.filter((one) => one.startsWith('names')).length
  const first = searches()
  expect(first).toBeLessThan(4)
  // A complete answer is narrowed without another request; a name may be there before the answer is complete.
  await input(page).fill('stuck')
  await expect.poll(searches).toBeGreaterThan(first)
  await expect(active(page)).toContainText('stuck-big')
  await expect(status(page)).toHaveText(/^\d+ names? found in \d+ keys$/)
  const before = searches()
  await page.keyboard.type('-b', { delay: 10 })
  await expect(status(page)).toHaveText(/^\d+ names? found in \d+ keys$/)
  expect(searches()).toBe(before)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo\/v3\/registry\/pods\/shop\/stuck-big$/)
})

test('unsearched places are never reported as empty', async ({ page }) => {
  await open(page)
  const dialog = page.getByRole('dialog')
  await input(page).fill('no-such-name')
  await expect(dialog.getByText('No name contains “no-such-name”.')).toBeVisible()
  await expect(
    dialog.getByText(/^Searched: the names of \d+ keys \(\d+ resources\), pages and actions\. Values were not searched\.$/),
  ).toBeVisible()
  await expectAccessible(page)
  // The next step is a table that searches its cells.
  await page.getByRole('option', { name: 'Filter the Pod table by “no-such-name”' }).click()
  await expect(page).toHaveURL(/\/demo\/resources\/pods\?q=no-such-name$/)
  // A failed search is not an empty one.
  await page.route('**/names?*', (route) => route.abort())
  await page.keyboard.press('Control+k')
  await input(page).fill('another-name')
  await expect(status(page)).toHaveText('Names could not be searched: The Registree server does not answer')
  await expect(dialog.getByText('No name contains')).toHaveCount(0)
})

test('pages, parts of pages, actions and clusters are found by synonyms too', async ({ page }) => {
  await open(page, '/demo/findings')
  for (const [word, name] of [
    ['demo', /^Demo/],
    ['orphans', /^Findings/],
    ['whose ip', /^Look-up/],
    ['dark mode', /^Theme: /],
    ['timezone', /^Switch between UTC/],
    ['raft', /^Members/],
  ] as const) {
    await input(page).fill(word)
    await expectFirst(page, name)
  }
  await input(page).fill('members')
  await expectFirst(page, /^Members/)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo#members$/)
  await expect(page.getByRole('table', { name: 'Members' })).toBeInViewport()
})

test('an address, a network, a port and a host name lead to the look-up', async ({ page }) => {
  await open(page)
  for (const [typed, asked] of [
    ['172.30.77.5', '172.30.77.5'],
    ['172.30.77.5:8080', '172.30.77.5:8080'],
    ['fd00:0::7', 'fd00::7'],
    ['172.30.36.9/24', '172.30.36.0/24'],
    ['30803', '30803'],
    ['storefront.shop.svc', 'storefront.shop.svc'],
    ['https://shop.example.com:8443/cart', 'shop.example.com:8443'],
  ] as const) {
    await input(page).fill(typed)
    await expect(page.getByRole('option', { name: `Look up ${asked}` })).toBeVisible()
    await expectFirst(page, new RegExp(`^Look up ${asked.replaceAll(/[.[\]]/g, '\\$&')}`))
  }
  await input(page).fill('172.30.77.5')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo\/lookup\?q=172\.30\.77\.5$/)
  await expect(page.getByTestId('lookup-answer')).toContainText('172.30.77.5 is in use')
})

test('a pasted link opens, of this Registree or another, with its host or without', async ({ page, baseURL }) => {
  const link = '/demo/v3/registry/pods/shop/stuck-big?rev=2298&view=json#L3'
  await open(page)
  for (const pasted of [`${baseURL}${link}`, link, link.slice(1), `registree.example.com${link}`]) {
    await input(page).fill(pasted)
    await expectFirst(page, /^Open \/demo\/v3\/registry\/pods\/shop\/stuck-big/)
  }
  await input(page).fill(`https://registree.example.com${link}`)
  await expectFirst(page, /^Open \/demo\/v3/)
  await expect(page.getByRole('option', { name: `Leave Registree for https://registree.example.com${link}` })).toBeVisible()
  await input(page).fill('https://registree.example.com/prod/resources/pods?q=status:Crash')
  await expectFirst(page, /^Open in Demo: \/demo\/resources\/pods\?q=status:Crash.*no cluster prod here$/)
  await input(page).fill(`${baseURL}${link}`)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo\/v3\/registry\/pods\/shop\/stuck-big\?rev=2298&view=json#L3$/)
})

test('a missing key is offered last, and called missing', async ({ page }) => {
  await open(page)
  await input(page).fill('/registry/pods/elsewhere/stuck-big')
  await expectFirst(page, /^shop\/stuck-bigPod$/)
  await expect(page.getByRole('group', { name: 'Not found' }).getByRole('option').last()).toHaveText(/not there$/)
  await input(page).fill('/registry/pods')
  await expectFirst(page, /^v3\/registry\/pods\/directory$/)
  // A key without a slash is searched among the names.
  await input(page).fill('compact_rev_key')
  await expect(page.getByRole('group', { name: 'Not found' }).getByRole('option')).toHaveText(/^v3Open the key compact_rev_keynot there$/)
  await expect(page.getByRole('option').first()).toHaveText('Search keys and values for “compact_rev_key”')
})

test('keys that cannot be listed are reported, and the typed key can still be opened', async ({ page }) => {
  await open(page)
  await page.route('**/v3/children?*', (route) => route.abort())
  await input(page).fill('/registry/configmaps/shop/')
  await expect(page.getByRole('status').filter({ hasText: 'Keys could not be listed' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo\/v3\/registry\/configmaps\/shop\/$/)
})

test('by keyboard: arrows move the selection, it stays as results arrive, and restarts with a new text', async ({ page }) => {
  await open(page)
  await page.keyboard.type('po', { delay: 5 })
  await expect(page.getByRole('option', { name: /^Pods/ }).first()).toBeVisible()
  await page.keyboard.press('ArrowDown')
  const second = (await page.getByRole('option').nth(1).textContent()) ?? ''
  await expect(active(page)).toHaveText(second)
  await expect(status(page)).toHaveText(/names found/)
  await expect(active(page)).toHaveText(second)
  await page.keyboard.type('d', { delay: 5 })
  await expect(page.getByRole('option').first()).toHaveAttribute('aria-selected', 'true')
  // Results that arrive after the key press come behind the selected one; once they have, the selection is the last.
  await expect(async () => {
    await input(page).fill('p')
    await input(page).fill('pod')
    await expect(page.getByRole('option').first()).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('ArrowUp')
    await expect(page.getByRole('option').last()).toHaveAttribute('aria-selected', 'true', { timeout: 2_000 })
  }).toPass({ timeout: 120_000 })
  await expect(page.getByRole('option').last()).toBeInViewport()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test.describe('a large live etcd', () => {
  let etcd: Etcd
  let server: Running
  test.beforeAll(async () => {
    etcd = await startEtcd()
    const pods = Array.from({ length: 4000 }, (_, i) => `/registry/pods/shop/app-${String(i).padStart(5, '0')}-web`)
    const keys = [
      '/registry/namespaces/shop',
      '/registry/deployments/shop/storefront',
      '/registry/pods/shop/storefront-1',
      'compact_rev_key',
      ...pods,
    ]
    await etcd.put(keys.map((key) => ({ key, value: '{}' })))
    server = await startServer(['--endpoints', etcd.endpoint, '--name', 'large'])
  })
  test.afterAll(async () => {
    await server?.stop()
    await etcd?.stop()
  })

  test('is searched by name prefix, says so, and completely on request', async ({ page }) => {
    await open(page, `${server.url}/large/lookup`)
    await input(page).fill('storefront')
    await expectFirst(page, /^shop\/storefrontDeployment$/)
    await expect(page.getByRole('option', { name: /^shop\/storefront-1/ })).toBeVisible()
    await expect(status(page)).toHaveText(/large directories not searched completely$/)
    await input(page).fill('compact_rev_key')
    await expectFirst(page, /^v3Open the key compact_rev_key$/)
    await expect(page.getByRole('option').filter({ hasText: 'compact_rev_key' }).filter({ hasText: 'v3' })).toHaveCount(1)
    await input(page).fill('03999-web')
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByText('No name contains “03999-web”, but not every name was searched.')).toBeVisible()
    await expect(dialog.getByText('Too large to search completely while you type: Pod.')).toBeVisible()
    await expectFirst(page, /^Search all (4,001 )?keys of Pod$/)
    await page.keyboard.press('Enter')
    await expectFirst(page, /^shop\/app-03999-webPod$/)
    await expect(status(page)).toHaveText('1 name found in 4,001 keys')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/large\/v3\/registry\/pods\/shop\/app-03999-web$/)
  })
})

test('on the list of clusters, entries that need a cluster say so', async ({ page }) => {
  const etcd = await startEtcd()
  const server = await startServer(['--endpoints', etcd.endpoint, '--name', 'alone'])
  try {
    await page.goto(`${server.url}/nowhere`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await page.keyboard.press('Control+k')
    await input(page).fill('storefront')
    await expect(page.getByRole('dialog').getByText(/^No cluster and no action is called “storefront”/)).toBeVisible()
    await input(page).fill('10.0.0.1')
    await expectFirst(page, /^Look up 10\.0\.0\.1 in alone/)
    await input(page).fill('alone')
    await expectFirst(page, /^alone/)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/alone$/)
  } finally {
    await server.stop()
    await etcd.stop()
  }
})

test('nothing scrolls sideways at 390 px @phone-only @phone', async ({ page }) => {
  await open(page)
  await input(page).fill('storefront')
  await expect(active(page)).toContainText('shop/storefront')
  const widths = await page
    .getByRole('dialog')
    .evaluate((element) => [element.scrollWidth, element.clientWidth, element.getBoundingClientRect().right])
  expect(widths[0]).toBe(widths[1])
  expect(widths[2]).toBeLessThanOrEqual(390)
})
