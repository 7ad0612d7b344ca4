// Kubernetes objects outside /registry of the v3 keyspace: pages find them, say where they searched, and link there.
import { expect, type Page, type Route, test } from '@playwright/test'
import type { ClustersAnswer } from '@registree/contract'
import { expectAccessible } from './support/axe.ts'
import { type Etcd, startEtcd } from './support/etcd.ts'
import { startServer } from './support/server.ts'
import { settled } from './support/settled.ts'

const namespace = (name: string) => JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, status: { phase: 'Active' } })
const pod = (name: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop' },
    spec: { containers: [{ name: 'c' }] },
    status: { phase: 'Running' },
  })
const said = (page: Page) => page.locator('[data-registry]')

async function withEtcd(fill: (etcd: Etcd) => Promise<void>, use: (url: string) => Promise<void>, args: string[] = []): Promise<void> {
  const etcd = await startEtcd()
  try {
    await fill(etcd)
    const server = await startServer(['--endpoints', etcd.endpoint, ...args])
    try {
      await use(server.url)
    } finally {
      await server.stop()
    }
  } finally {
    await etcd.stop()
  }
}

test('objects in the v2 keyspace are mentioned on every page without objects, with a link @phone', async ({ page }) => {
  await withEtcd(
    async (etcd) => {
      await etcd.putV2('/registry/namespaces/default', { value: namespace('default') })
      await etcd.putV2('/registry/minions/10.0.0.1', { value: '{"kind":"Node","apiVersion":"v1","metadata":{"name":"10.0.0.1"}}' })
      await etcd.putV2('/registry/pods/default/web', { value: pod('web') })
    },
    async (url) => {
      for (const path of ['', '/resources', '/resources/pods', '/namespaces']) {
        await page.goto(`${url}/default${path}`)
        await expect(said(page)).toContainText('Nothing is stored below /registry in the v3 keyspace.')
        await expect(said(page)).toContainText('(minions, namespaces, and pods)')
        await expect(said(page)).toContainText('Every top-level directory of the v2 keyspace was searched.')
      }
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expectAccessible(page)
      await said(page).getByRole('link', { name: '/registry' }).press('Enter')
      await expect(page).toHaveURL(`${url}/default/v2/registry`)
      await expect(page.getByText('namespaces/').first()).toBeVisible()
    },
  )
})

test('the only other registry is read, and the front page says so', async ({ page }) => {
  await withEtcd(
    (etcd) =>
      etcd.put([
        { key: '/kubernetes.io/namespaces/shop', value: namespace('shop') },
        { key: '/kubernetes.io/pods/shop/web', value: pod('web') },
      ]),
    async (url) => {
      await page.goto(`${url}/default`)
      await expect(said(page)).toContainText('Kubernetes objects were found below /kubernetes.io, and are read there')
      await page.getByRole('navigation', { name: 'Cluster' }).getByRole('link', { name: 'Pods' }).click()
      await page.locator('[data-table]').getByRole('link', { name: 'web' }).first().click()
      await expect(page).toHaveURL(`${url}/default/v3/kubernetes.io/pods/shop/web`)
      await expect(page.locator('[data-related="done"]')).toContainText('Namespace')
    },
  )
})

test('two registries are both offered: switching keeps the page', async ({ page }) => {
  await withEtcd(
    (etcd) =>
      etcd.put([
        { key: '/registry/namespaces/shop', value: namespace('shop') },
        { key: '/registry/pods/shop/first', value: pod('first') },
        { key: '/kubernetes.io/namespaces/shop', value: namespace('shop') },
        { key: '/kubernetes.io/pods/shop/second', value: pod('second') },
      ]),
    async (url) => {
      await page.goto(`${url}/default`)
      await expect(said(page)).toContainText('Kubernetes objects are also here:')
      await settled(page)
      await page.goto(`${url}/default/resources/pods`)
      await expect(page.locator('[data-table]')).toContainText('first')
      await page.getByRole('button', { name: 'Switch cluster: default' }).press('Enter')
      await page.getByRole('menuitem', { name: 'default · /kubernetes.io' }).press('Enter')
      await expect(page).toHaveURL(`${url}/default.kubernetes.io/resources/pods`)
      await expect(page.locator('[data-table]')).toContainText('second')
      // A key is opened where the other registry has it.
      await page.goto(`${url}/default/v3/registry/pods/shop/first?view=json`)
      await page.getByRole('button', { name: 'Switch cluster: default' }).press('Enter')
      await page.getByRole('menuitem', { name: 'default · /kubernetes.io' }).press('Enter')
      await expect(page).toHaveURL(`${url}/default.kubernetes.io/v3/kubernetes.io/pods/shop/first?view=json`)
    },
  )
})

test('a wrong prefix is reported with what exists instead', async ({ page }) => {
  await withEtcd(
    (etcd) => etcd.put([{ key: '/registry/namespaces/shop', value: namespace('shop') }]),
    async (url) => {
      await page.goto(`${url}/default/resources`)
      await expect(said(page)).toContainText('Nothing is stored below /registri in the v3 keyspace.')
      await said(page).getByRole('link', { name: '/registry' }).click()
      await expect(page).toHaveURL(`${url}/default.registry/resources`)
      await expect(page.getByRole('link', { name: 'Namespace', exact: true })).toBeVisible()
    },
    ['--kubernetes-prefix', '/registri'],
  )
})

test('if nothing is found, the page says what was searched', async ({ page }) => {
  await withEtcd(
    (etcd) => etcd.put([{ key: '/elsewhere/key', value: 'value' }]),
    async (url) => {
      // As if the search took longer than the page waits for it: what it found is requested later.
      await page.route(`${url}/default`, async (route) => {
        const response = await route.fetch()
        await route.fulfill({ response, body: (await response.text()).replace(/<script[^>]* id="clusters">.*?<\/script>/s, '') })
      })
      const notYet = { holds: null, looked: null, others: [] }
      const first = async (route: Route) => {
        const answer = (await (await route.fetch()).json()) as ClustersAnswer
        const clusters = answer.clusters.map((cluster) => ({ ...cluster, registry: { ...cluster.registry, ...notYet } }))
        await route.fulfill({ json: { ...answer, clusters } })
      }
      await page.route('**/api/v1/clusters', first, { times: 1 })
      await page.goto(`${url}/default`)
      await expect(said(page)).toContainText('No other Kubernetes objects were found. The two top levels of the v3 keyspace were searched.')
      await expectAccessible(page)
    },
  )
})

test('a registry that moves while a page is open is found by that page @phone', async ({ page }) => {
  const etcd = await startEtcd()
  const server = await startServer(['--endpoints', etcd.endpoint])
  try {
    await etcd.put([{ key: '/registry/namespaces/shop', value: namespace('shop') }])
    await page.goto(`${server.url}/default/resources`)
    await settled(page)
    await expect(said(page)).toHaveCount(0)
    await etcd.removeBelow('/registry/')
    await etcd.put(
      ['/kubernetes.io', '/clusterB/registry'].map((prefix) => ({ key: `${prefix}/namespaces/shop`, value: namespace('shop') })),
    )
    await etcd.putV2('/registry/pods/default/web', { value: pod('web') })
    // Navigation within Registree, without reloading.
    const menu = page.getByRole('button', { name: 'Open the navigation' })
    if (await menu.isVisible()) await menu.click()
    await page.getByRole('navigation', { name: 'Cluster' }).getByRole('link', { name: 'Overview' }).click()
    await expect(page.getByText('There are no nodes and no pods below /registry.')).toBeVisible()
    await expect(said(page)).toContainText('Nothing is stored below /registry in the v3 keyspace.')
    for (const prefix of ['/kubernetes.io', '/clusterB/registry', '/registry'])
      await expect(said(page).getByRole('link', { name: prefix, exact: true })).toBeVisible()
    await expect(page.locator('#holds ~ div')).toContainText('clusterB/')
  } finally {
    await server.stop()
    await etcd.stop()
  }
})

test('a silent node without pods has no link to them', async ({ page }) => {
  await withEtcd(
    (etcd) =>
      etcd.put([
        { key: '/registry/namespaces/shop', value: namespace('shop') },
        {
          key: '/registry/minions/a',
          value: JSON.stringify({
            apiVersion: 'v1',
            kind: 'Node',
            metadata: { name: 'a' },
            status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
          }),
        },
      ]),
    async (url) => {
      await page.goto(`${url}/default`)
      const lead = page.getByRole('list', { name: 'Trouble' }).getByRole('listitem').filter({ hasText: 'Node a' })
      await expect(lead).toContainText('0 pods on it')
      await expect(lead.getByRole('link', { name: /pods on it/ })).toHaveCount(0)
    },
  )
})
