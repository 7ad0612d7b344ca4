// Related objects beside a value: the demo's story in a few clicks, by mouse and keyboard, wide and narrow, and when a part fails.
import { expect, type Locator, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { startEtcd } from './support/etcd.ts'
import { startServer } from './support/server.ts'

const CRASHING = '/demo/v3/registry/pods/shop/storefront-69bd5954b-95lnh'
const part = (page: Page, id: string): Locator => page.locator(`[data-section="${id}"]`)
// The first page of a run waits until everything has been read from disk once.
const done = (page: Page) => expect(page.locator('[data-related="done"]')).toBeVisible()

test('a crashing pod shows the reason, its owner and its node without a click', async ({ page }) => {
  await page.goto(CRASHING)
  await done(page)
  const containers = part(page, 'containers')
  await expect(containers).toContainText('CrashLoopBackOff')
  await expect(containers).toContainText('The last run exited with code 0 after 36s.')
  await expect(part(page, 'owners').getByRole('link', { name: 'storefront', exact: true })).toHaveAttribute(
    'href',
    '/demo/v3/registry/deployments/shop/storefront',
  )
  await expect(part(page, 'uses')).toContainText('env DB_PASSWORD of web')
  await expect(part(page, 'events')).toContainText('Successfully assigned shop/storefront-69bd5954b-95lnh to 172.20.0.113')
  await expectAccessible(page)
})

test('the front page is one click from the lost node, from why storefront crashes, and from what blocks stuck-big', async ({ page }) => {
  await page.goto('/demo')
  await page.getByRole('main').getByRole('link', { name: 'Node 172.20.0.115', exact: true }).click()
  await expect(part(page, 'pods')).toContainText('6 of 7 pods are deleted but cannot be removed')
  await page.goBack()
  await page
    .getByRole('main')
    .getByRole('link', { name: /CrashLoopBackOff · shop\/storefront-69bd5954b/ })
    .click()
  await expect(part(page, 'containers')).toContainText('restartPolicy Always restarts it even after exit code 0')
  await expect(part(page, 'events')).toContainText('Scheduled')
  await page.goBack()
  await page.getByRole('main').getByRole('link', { name: 'Pod shop/stuck-big' }).click()
  await expect(part(page, 'deletion')).toContainText('Finalizer example.com/hold')
  await part(page, 'owners').getByRole('link', { name: 'contents' }).click()
  await expect(page).toHaveURL('/demo/namespaces/shop')
})

test('a namespace is not said to have no related objects: its contents are on their page', async ({ page }) => {
  await page.goto('/demo/v3/registry/namespaces/default')
  await done(page)
  const strip = page.getByRole('region', { name: 'Related objects' })
  await expect(strip).toHaveText('What is in this namespace is on a page of its own.')
  await page.getByRole('link', { name: /^Its contents by resource/ }).click()
  await expect(page).toHaveURL('/demo/namespaces/default')
})

test('from the lost node to its pods, from a pod to what it waits for, and back', async ({ page }) => {
  await page.goto('/demo/v3/registry/minions/172.20.0.115')
  await done(page)
  const strip = page.getByRole('region', { name: 'Related objects' })
  await expect(strip.getByRole('button')).toContainText('6 problems')
  await strip.getByRole('button').click()
  await expect(strip).toContainText('Last heartbeat 10m ago (limit 40 s).')
  const pods = part(page, 'pods')
  await expect(pods.getByRole('link', { name: /^(import|nightly|node|orders|storefront)-/ })).toHaveCount(7)
  await expect(part(page, 'network').getByRole('link', { name: /flannel/ })).toHaveAttribute('href', '/demo/flannel?ask=172.20.0.115')
  await pods.getByRole('link', { name: 'orders-66d68c66fd-6pvbc' }).click()
  await expect(page).toHaveURL('/demo/v3/registry/pods/shop/orders-66d68c66fd-6pvbc')
  await expect(part(page, 'deletion')).toContainText('The kubelet of node 172.20.0.115 must confirm')
  await page.goBack()
  await expect(part(page, 'heartbeat')).toContainText('renewed 10m ago')
})

test('what blocks a pod’s deletion comes first, and its table of events is a click away', async ({ page }) => {
  await page.goto('/demo/v3/registry/pods/shop/stuck-big')
  await done(page)
  await expect(page.locator('[data-section]').first()).toContainText('Finalizer example.com/hold, set by kubectl-patch')
  await part(page, 'events').getByRole('link', { name: 'Events as a table' }).click()
  await expect(page).toHaveURL(/\/demo\/resources\/events\?namespace=shop&q=object/)
  await expect(page.getByRole('status').filter({ hasText: /^4 of \d+ rows/ })).toBeVisible()
})

test('links keep a pinned revision, and the keyboard reaches and follows them', async ({ page }) => {
  await page.goto(`${CRASHING}?rev=2298`)
  await done(page)
  const owner = part(page, 'owners').getByRole('link', { name: 'storefront-69bd5954b' })
  await owner.focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/demo/v3/registry/replicasets/shop/storefront-69bd5954b?rev=2298')
  await expect(part(page, 'children').getByRole('link', { name: /^storefront-69bd5954b-/ })).toHaveCount(2)
})

test('nothing moves when more arrives', async ({ page }) => {
  await page.goto(CRASHING)
  await done(page)
  // The frame around the page is not tested here.
  const moved = await page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const found: string[] = []
        const main = document.querySelector('main')
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as unknown as { sources: { node: Node | null }[] }[])
            for (const { node } of entry.sources)
              if (node instanceof Element && node !== main && main?.contains(node)) found.push(node.outerHTML.slice(0, 200))
        }).observe({ type: 'layout-shift', buffered: true })
        setTimeout(() => resolve(found), 300)
      }),
  )
  expect(moved).toEqual([])
})

test('a section that fails leaves the others and can be retried', async ({ page }) => {
  await page.route('**/v3/related?*', async (route) => {
    const answer = await route.fetch()
    const lines = (await answer.text()).split('\n').map((line) => {
      if (!line.includes('"type":"section"') || !line.includes('"id":"events"')) return line
      return JSON.stringify({
        type: 'failure',
        id: 'events',
        problem: { type: 'urn:x', title: 'etcd did not answer', status: 504, code: 'SOURCE_TIMEOUT', endpoint: 'https://10.0.0.1:2379' },
      })
    })
    await route.fulfill({ response: answer, body: lines.join('\n') })
  })
  await page.goto(CRASHING)
  await done(page)
  await expect(part(page, 'events').getByRole('alert')).toContainText('etcd did not answer in time')
  await expect(part(page, 'owners')).toContainText('Deployment')
  await page.unroute('**/v3/related?*')
  await part(page, 'events').getByRole('button', { name: 'Retry' }).click()
  await expect(part(page, 'events')).toContainText('Scheduled')
})

test('on a narrow screen it is a separate part, in the URL @phone-only @phone', async ({ page }) => {
  await page.goto(CRASHING)
  const parts = page.getByRole('navigation', { name: 'Parts of this page' })
  await parts.getByRole('link', { name: 'Related' }).click()
  await expect(page).toHaveURL(`${CRASHING}?view=related`)
  await done(page)
  await expect(part(page, 'containers')).toContainText('CrashLoopBackOff')
  await expectAccessible(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  // Navigation between objects stays in this part.
  await part(page, 'node').getByRole('link', { name: '172.20.0.113' }).first().click()
  await expect(page).toHaveURL('/demo/v3/registry/minions/172.20.0.113?view=related')
  await expect(part(page, 'heartbeat')).toContainText('renewed')
})

test('the line above an object judges it and its related objects: failing, restarted before, healthy @phone', async ({ page }) => {
  const etcd = await startEtcd()
  const server = await startServer(['--endpoints', etcd.endpoint])
  try {
    const now = Date.now()
    const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString()
    const object = (apiVersion: string, kind: string, name: string, owner: string | null, more: object) =>
      JSON.stringify({
        apiVersion,
        kind,
        metadata: {
          name,
          namespace: 'shop',
          uid: name,
          creationTimestamp: ago(90_000),
          ...(owner === null ? {} : { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'X', name: owner, uid: owner, controller: true }] }),
        },
        ...more,
      })
    const workload = (name: string, available: number, container: object) => [
      {
        key: `/registry/deployments/shop/${name}`,
        value: object('apps/v1', 'Deployment', name, null, {
          spec: { replicas: 1 },
          status: { replicas: 1, updatedReplicas: 1, availableReplicas: available },
        }),
      },
      {
        key: `/registry/replicasets/shop/${name}-1`,
        value: object('apps/v1', 'ReplicaSet', `${name}-1`, name, {
          spec: { replicas: 1 },
          status: { replicas: 1, readyReplicas: available },
        }),
      },
      {
        key: `/registry/pods/shop/${name}-1-a`,
        value: object('v1', 'Pod', `${name}-1-a`, `${name}-1`, {
          spec: { containers: [{ name: 'c' }] },
          status: { phase: 'Running', containerStatuses: [{ name: 'c', ready: available > 0, restartCount: 0, ...container }] },
        }),
      },
    ]
    await etcd.put([
      {
        key: '/registry/namespaces/shop',
        value: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' }, status: { phase: 'Active' } }),
      },
      ...workload('failing', 0, { restartCount: 8, state: { waiting: { reason: 'CrashLoopBackOff' } } }),
      ...workload('calm', 1, {
        restartCount: 8,
        state: { running: {} },
        lastState: { terminated: { exitCode: 1, finishedAt: ago(20_000) } },
      }),
      ...workload('well', 1, { state: { running: {} } }),
      { key: '/registry/configmaps/shop/alone', value: object('v1', 'ConfigMap', 'alone', null, {}) },
    ])
    const strip = page.getByRole('region', { name: 'Related objects' })
    const open = async (path: string) => {
      await page.goto(`${server.url}/default/v3/registry/${path}`)
      await expect(strip).toHaveAttribute('data-strip', 'done')
    }
    await open('deployments/shop/failing')
    await expect(strip).toContainText('Deployment shop/failing: 0 of 1 available')
    await strip.getByRole('button').click()
    await expect(strip).toContainText('1 of 1 pod: CrashLoopBackOff.')
    await expect(strip).toContainText('ReplicaSet shop/failing-1: 0 of 1 ready')
    await expectAccessible(page)
    await open('deployments/shop/calm')
    await expect(strip).toContainText('1 of 1 pod has restarted, 8 times in total.')
    await open('deployments/shop/well')
    await expect(strip).toContainText('No problems in related objects')
  } finally {
    await server.stop()
    await etcd.stop()
  }
})

test('in a namespace of 1,200 pods, what was not searched is reported and can be requested', async ({ page }) => {
  const etcd = await startEtcd()
  try {
    const object = (kind: string, name: string, more: object) =>
      JSON.stringify({ apiVersion: 'v1', kind, metadata: { name, namespace: 'shop', uid: name }, ...more })
    const volumes = [{ name: 'config', configMap: { name: 'web' } }]
    await etcd.put([
      { key: '/registry/configmaps/shop/web', value: object('ConfigMap', 'web', {}) },
      ...Array.from({ length: 1200 }, (_, i) => {
        const name = `web-${String(i).padStart(4, '0')}`
        // Only a pod beyond the limit uses it.
        return { key: `/registry/pods/shop/${name}`, value: object('Pod', name, { spec: i < 1100 ? {} : { volumes } }) }
      }),
    ])
    const server = await startServer(['--endpoints', etcd.endpoint])
    try {
      await page.goto(`${server.url}/default/v3/registry/configmaps/shop/web`)
      await done(page)
      const pods = part(page, 'pods')
      await expect(pods).toContainText('none so far')
      await expect(pods).toContainText('Only the first 1,000 objects in pods/shop/ were searched; there are more.')
      await expectAccessible(page)
      await pods.getByRole('button', { name: 'Search all' }).press('Enter')
      await expect(pods.getByRole('link', { name: 'web-1100' })).toBeVisible()
      await expect(pods).not.toContainText('there are more')
      await pods.getByRole('button', { name: 'Show all 100' }).click()
      await expect(pods.getByRole('link', { name: /^web-1/ })).toHaveCount(100)
      // The namespace itself was never created: this is reported too.
      await expect(page.getByRole('region', { name: 'Related objects' })).toContainText('Its namespace shop does not exist')
    } finally {
      await server.stop()
    }
  } finally {
    await etcd.stop()
  }
})

test('a claim that was cloned into another namespace is found from both', async ({ page }) => {
  const etcd = await startEtcd()
  const server = await startServer(['--endpoints', etcd.endpoint])
  try {
    const claim = (namespace: string, name: string, spec: object = {}) => ({
      key: `/registry/persistentvolumeclaims/${namespace}/${name}`,
      value: JSON.stringify({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace, uid: name }, spec }),
    })
    const dataSourceRef = { apiGroup: '', kind: 'PersistentVolumeClaim', name: 'data', namespace: 'shop' }
    await etcd.put([claim('shop', 'data'), claim('shop', 'other'), claim('copies', 'copy', { dataSourceRef })])
    await page.goto(`${server.url}/default/v3/registry/persistentvolumeclaims/shop/data`)
    await done(page)
    await page.getByRole('button', { name: 'Find what refers to it' }).press('Enter')
    const mentions = part(page, 'mentions')
    await expect(mentions).toContainText('cloned from')
    await mentions.getByRole('link', { name: 'copy' }).click()
    await expect(page).toHaveURL(`${server.url}/default/v3/registry/persistentvolumeclaims/copies/copy`)
    await done(page)
    await expect(part(page, 'uses').getByRole('link', { name: 'data' })).toHaveAttribute(
      'href',
      /\/v3\/registry\/persistentvolumeclaims\/shop\/data/,
    )
    await expectAccessible(page)
  } finally {
    await server.stop()
    await etcd.stop()
  }
})
