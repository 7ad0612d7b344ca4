// The look-up page: who has an address, port or name, what is free, and where that is stored; by link, form and keyboard.
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { pressInTurn } from './support/key-sequence.ts'

const answer = (page: Page) => page.getByTestId('lookup-answer')
const verdict = (page: Page) => answer(page).getByRole('heading', { level: 2 })
const field = (page: Page) => page.getByRole('searchbox', { name: 'Address, network, port or host name' })

test('a link to an answer shows who has the address, and links to each object @phone', async ({ page }) => {
  await page.goto('/demo/lookup?q=172.30.77.5')
  await expect(page).toHaveTitle(/^Look-up · Demo/)
  await expect(verdict(page)).toHaveText('172.30.77.5 is in use')
  const holders = answer(page).getByRole('region', { name: 'Held by' })
  await expect(holders.getByRole('listitem').first()).toContainText('on node 172.20.0.114')
  await expect(holders.getByRole('link', { name: 'shop/orders-66d68c66fd-bwhvw' })).toHaveAttribute(
    'href',
    '/demo/v3/registry/pods/shop/orders-66d68c66fd-bwhvw',
  )
  await expect(holders).toContainText('lists it for Service shop/orders: ready')
  const places = answer(page).getByRole('region', { name: 'Location' })
  await expect(places.getByRole('listitem').first()).toContainText('172.30.77.0/24a subnet of /kube-centos/network, leased to 172.20.0.114')
  await expect(places.getByRole('link', { name: '/kube-centos/network/subnets/172.30.77.0-24' })).toBeVisible()
  await expect(answer(page)).toContainText(/Searched: 3 subnet leases, 3 nodes, 29 pods, 4 Services, 5 EndpointSlices, and 1 Ingress\./)
  await expectAccessible(page)
})

for (const [asked, said, why] of [
  ['172.30.83.4', '172.30.83.4 is free', 'No pod has it.'],
  ['172.30.200.9', '172.30.200.9 is free', 'no node has leased the subnet around it'],
  ['172.30.36.1', '172.30.36.1 is never assigned', 'to the bridge of its node'],
  ['172.30.0.9', '172.30.0.9 is never assigned', 'below SubnetMin'],
  ['10.254.7.7', '10.254.7.7 is free', 'Kubernetes has not allocated it'],
  ['8.8.8.8', 'Nothing here has 8.8.8.8', 'It is in no pod network'],
  ['30803', 'Port 30803 of the nodes is in use', 'a node port'],
  ['30804', 'Port 30804 of the nodes is free', 'Kubernetes has not allocated it'],
  ['10.254.0.1:81', '10.254.0.1:81 is in use', 'not one of its ports'],
  ['storefront.shop.svc.cluster.local', 'storefront.shop.svc.cluster.local is known', 'http 80:30803/TCP → http'],
  ['nobody.shop.svc', 'Nothing here is called nobody.shop.svc', 'No Service, node, Ingress or route has this name.'],
  ['172.30.36.0/24', 'Network 172.30.36.0/24', 'objects are in it.'],
] as const)
  test(`${asked}: ${said}`, async ({ page }) => {
    await page.goto(`/demo/lookup?q=${encodeURIComponent(asked)}`)
    await expect(verdict(page)).toHaveText(said)
    await expect(answer(page)).toContainText(why)
  })

test('can be asked from its form, from every page by keyboard, and from the flannel page', async ({ page }) => {
  await page.goto('/demo/findings')
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
  await pressInTurn(page, 'g', 'l')
  await expect(page).toHaveURL(/\/demo\/lookup$/)
  await field(page).fill(' 172.20.0.113 ')
  await field(page).press('Enter')
  await expect(page).toHaveURL(/\/demo\/lookup\?q=172\.20\.0\.113$/)
  await expect(verdict(page)).toHaveText('172.20.0.113 is in use')
  await field(page).fill('not an address')
  await field(page).press('Enter')
  await expect(page.getByRole('alert')).toContainText('“not an address” is not an address, network, port or host name.')
  await expectAccessible(page)
  await page.goBack()
  await expect(verdict(page)).toHaveText('172.20.0.113 is in use')

  // The palette takes an address on every page, as on that of the network.
  await page.goto('/demo/flannel')
  await expect(page.getByRole('heading', { level: 1, name: 'Flannel' })).toBeVisible()
  await expect(page.getByLabel('Address or network')).toHaveCount(0)
  await page.keyboard.press('/')
  await page.getByRole('combobox').fill('10.254.0.1')
  await page.getByRole('option', { name: 'Look up 10.254.0.1' }).click()
  await expect(page).toHaveURL(/\/demo\/lookup\?q=10\.254\.0\.1$/)
  await expect(answer(page)).toContainText('default/kubernetes')
  // Links from before it had its own page.
  await page.goto('/demo/flannel?ask=172.30.77.5')
  await expect(page).toHaveURL(/\/demo\/lookup\?q=172\.30\.77\.5$/)
})

test('an etcd that does not answer is reported, and the question stays', async ({ page }) => {
  await page.route('**/lookup?*', (route) => (route.request().resourceType() === 'fetch' ? route.abort() : route.fallback()))
  await page.goto('/demo/lookup?q=172.30.77.5')
  await expect(page.getByText('The Registree server does not answer').first()).toBeVisible()
  await expect(field(page)).toHaveValue('172.30.77.5')
  await page.unroute('**/lookup?*')
  await page.getByRole('button', { name: 'Retry' }).click()
  await expect(verdict(page)).toHaveText('172.30.77.5 is in use')
})

test('nothing scrolls sideways at 390 px @phone-only @phone', async ({ page }) => {
  await page.goto('/demo/lookup?q=172.30.36.0/24')
  await expect(verdict(page)).toBeVisible()
  const widths = await page.locator('[data-page="lookup"]').evaluate((element) => [element.scrollWidth, element.clientWidth])
  expect(widths[0]).toBe(widths[1])
})
