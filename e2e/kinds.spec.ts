// Unknown kinds and damaged values are distinguished on every page; and which release's columns a table shows.
import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { type Etcd, startEtcd } from './support/etcd.ts'
import { type Running, startServer } from './support/server.ts'

const fixture = (name: string) => readFileSync(new URL(`../packages/kube/testdata/conformance/${name}.pb`, import.meta.url))

/** The fixture with another kind name of the same length, as from an aggregated API server. */
function ofKind(name: string, from: string, to: string): Buffer {
  return Buffer.from(fixture(name).toString('latin1').replace(from, to), 'latin1')
}

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com', creationTimestamp: '2026-11-01T00:00:00Z' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [{ name: 'v1', served: true, storage: true }],
  },
}

test.describe
  .serial('an etcd with kinds of another server, and with damage', () => {
    let etcd: Etcd
    let server: Running

    test.beforeAll(async () => {
      etcd = await startEtcd()
      // Its last bytes are missing: the envelope is not closed.
      const cut = fixture('core.v1.ConfigMap').subarray(0, -40)
      await etcd.put([
        { key: '/registry/namespaces/shop', value: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }) },
        { key: '/registry/sample.k8s.io/flunders/shop/f', value: ofKind('policy.v1.Eviction', 'Eviction', 'Flunders') },
        { key: '/registry/evictions/shop/e', value: fixture('lifecycle.k8s.io.v1alpha1.Eviction') },
        { key: '/registry/configmaps/shop/cut', value: cut },
        // The length of its type is one too small.
        {
          key: '/registry/services/specs/shop/typeless',
          value: Buffer.from('k8s\0\x0a\x0e\x0a\x02v1\x12\x09ConfigMap\x12\x02\x0a\x00', 'latin1'),
        },
        { key: '/registry/apiextensions.k8s.io/customresourcedefinitions/widgets.example.com', value: JSON.stringify(definition) },
      ])
      server = await startServer(['--endpoints', etcd.endpoint, '--name', 'kinds'])
    })

    test.afterAll(async () => {
      await server?.stop()
      await etcd?.stop()
    })

    test('findings call one damage and the other a note @phone', async ({ page }) => {
      await page.goto(`${server.url}/kinds/findings`)
      await expect(page.locator('[data-page=findings][data-complete=true]')).toBeVisible()
      const damaged = page.locator('[data-rule=unreadable]')
      await expect(damaged.getByRole('listitem')).toContainText(['shop/cut', 'shop/typeless'])
      const unknown = page.locator('[data-rule=unknown-kind]')
      await expect(unknown.getByRole('listitem')).toContainText('policy/v1 Flunders, which Registree does not know')
      await expect(unknown.getByRole('listitem')).toContainText(/knows the kinds up to Kubernetes 1\.\d+/)
      await expectAccessible(page)
    })

    test('its table and its page say so too, and judge nothing', async ({ page }) => {
      await page.goto(`${server.url}/kinds/resources/sample.k8s.io/flunders`)
      const row = page.getByRole('row').filter({ hasText: 'kind unknown to Registree' })
      await expect(row).toContainText('shop')
      await row.getByRole('link').click()
      await expect(page.getByText(/Registree does not know policy\/v1 Flunders: its tables end at Kubernetes 1\.\d+/)).toBeVisible()
      await expect(page.getByText('did not decode')).toHaveCount(0)
      await page.getByRole('tab', { name: 'Problems' }).click()
      await expect(page.getByRole('main')).toContainText('Metadata is decoded; the rest is shown by field number')
      await page.goto(`${server.url}/kinds/v3/registry/configmaps/shop/cut`)
      await expect(page.getByText('The k8s\\0 envelope is damaged or cut off').first()).toBeVisible()
      await expect(page.getByText('Partly undecoded, so its state is unknown').first()).toBeVisible()
      // A type that did not decode is not called unknown.
      await page.goto(`${server.url}/kinds/v3/registry/services/specs/shop/typeless`)
      await expect(page.getByText('In the type of this object, 10 bytes from byte 10 on did not decode').first()).toBeVisible()
      await expect(page.getByText(/Registree does not know/)).toHaveCount(0)
    })

    test('a table that differs between releases names its release @phone', async ({ page }) => {
      await page.goto(`${server.url}/kinds/resources/customresourcedefinitions`)
      await expect(page.getByText('v1(storage)')).toBeVisible()
      await expect(page.getByText(/columns of Kubernetes 1\.\d+/).filter({ visible: true })).toHaveCount(1)
      await page.goto(`${server.url}/kinds/resources/evictions`)
      await expect(page.getByText(/<unset> \(0\/1\)/).first()).toBeVisible()
      await expect(page.getByText('columns of Kubernetes')).toHaveCount(0)
    })
  })
