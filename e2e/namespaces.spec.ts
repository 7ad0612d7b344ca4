// The pages of namespaces: the demo's, and those of an etcd where one is stuck in deletion and another does not exist.
import { expect, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { type Etcd, startEtcd } from './support/etcd.ts'
import { type Running, startServer } from './support/server.ts'

test('the list links to a namespace, and that to its pods @phone', async ({ page }) => {
  await page.goto('/demo/namespaces')
  await expect(page.getByText('305 keys counted')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('table').getByRole('link', { name: 'Objects' }).click()
  await expect(page).toHaveURL('/demo/namespaces?sort=objects')
  await expect(page.getByRole('rowheader').first()).toHaveText('shop')
  await page.getByRole('link', { name: 'shop', exact: true }).click()
  await expect(page).toHaveURL('/demo/namespaces/shop')
  await expect(page.getByRole('heading', { name: 'Contents: 182 objects' })).toBeVisible()
  await expect(page).toHaveTitle('shop · Namespaces · Demo · Registree')
  await expectAccessible(page)
  await page.getByRole('table').getByRole('link', { name: 'Pod', exact: true }).click()
  await expect(page).toHaveURL('/demo/resources/pods?namespace=shop')
})

test.describe('in trouble', () => {
  let etcd: Etcd
  let server: Running
  test.beforeAll(async () => {
    etcd = await startEtcd()
    const put = (key: string, object: object) => ({ key: `/registry/${key}`, value: JSON.stringify(object) })
    await etcd.put([
      put('namespaces/stuck', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'stuck', creationTimestamp: '2026-11-23T11:00:00Z', deletionTimestamp: '2026-11-23T12:00:00Z' },
        spec: { finalizers: ['kubernetes'] },
        status: {
          phase: 'Terminating',
          conditions: [{ type: 'NamespaceFinalizersRemaining', status: 'True', message: 'example.com/hold in 1 resource instances' }],
        },
      }),
      put('configmaps/stuck/held', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'held', namespace: 'stuck', deletionTimestamp: '2026-11-23T12:00:00Z', finalizers: ['example.com/hold'] },
      }),
      put('configmaps/ghost/left', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'left', namespace: 'ghost' } }),
    ])
    server = await startServer(['--endpoints', etcd.endpoint, '--name', 'live'])
  })
  test.afterAll(async () => {
    await server.stop()
    await etcd.stop()
  })

  test('why a namespace is stuck in deletion, and what is in one that does not exist', async ({ page }) => {
    await page.goto(`${server.url}/live/namespaces/stuck`)
    await expect(page.getByRole('heading', { name: 'Why deletion is stuck' })).toBeVisible()
    await expect(page.getByText('The namespace controller removes it when nothing is left in the namespace.')).toBeVisible()
    await expect(page.getByText('example.com/hold in 1 resource instances')).toBeVisible()
    const left = page.getByRole('list', { name: 'Remaining objects' })
    await expect(left.getByRole('link', { name: 'held' })).toHaveAttribute('href', '/live/v3/registry/configmaps/stuck/held')
    await expectAccessible(page)

    await page.goto(`${server.url}/live/namespaces`)
    await expect(page.getByRole('row').filter({ hasText: 'ghost' })).toContainText('does not exist')
    await page.getByRole('link', { name: 'ghost', exact: true }).click()
    await expect(page.getByText('There is no Namespace object ghost, but objects are in it.')).toBeVisible()
    await expectAccessible(page)
    await page.goto(`${server.url}/live/namespaces/nobody`)
    await expect(page.getByRole('heading', { name: 'There is no namespace nobody' })).toBeVisible()
  })
})
