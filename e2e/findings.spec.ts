// The findings page: the demo's findings, filters and links, asking before a large reading, and stopping it.
import { expect, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'

test('says what is wrong in the demo, with its evidence @phone', async ({ page }) => {
  await page.goto('/demo/findings')
  await expect(page.locator('[data-page=findings][data-complete=true]')).toBeVisible()
  const node = page.locator('[data-rule=silent-node]')
  await expect(node.getByRole('heading')).toContainText('Nodes without a heartbeat')
  await expect(node.getByRole('listitem')).toContainText('Kubelet stopped posting node status')
  const deletions = page.locator('[data-rule=stuck-deletion]')
  await expect(deletions.getByRole('listitem')).toHaveCount(7)
  await expect(deletions.getByText('Held by example.com/hold.')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Checked, nothing found' })).toBeVisible()
  await expect(page.getByRole('table', { name: 'Bytes by resource' }).getByRole('rowheader').first()).toHaveText('pods')
  await expect(page).toHaveTitle('Findings · Demo · Registree')
  await expectAccessible(page)
})

test('a finding leads to its key, and its filter is in the address', async ({ page }) => {
  await page.goto('/demo/findings')
  await page.getByRole('link', { name: 'shop/stuck-big' }).first().click()
  await expect(page).toHaveURL('/demo/v3/registry/pods/shop/stuck-big')
  await page.goBack()
  await page.getByRole('list', { name: 'Severity' }).getByRole('link', { name: /Error/ }).click()
  await expect(page).toHaveURL('/demo/findings?severity=error')
  await expect(page.locator('[data-rule]')).toHaveCount(1)
  await page.goto('/demo/findings?rule=stuck-deletion&q=%2Fregistry%2Fpods%2Fshop%2Fstuck-big')
  await expect(page.locator('[data-rule]').getByRole('listitem')).toHaveCount(1)
  await page.getByRole('searchbox', { name: 'Filter findings' }).fill('no such thing')
  await expect(page.getByText('No finding matches.')).toBeVisible()
  await page.getByRole('main').getByRole('link', { name: 'Show all findings' }).last().click()
  await expect(page.locator('[data-rule=silent-node]')).toBeVisible()
})

/** A server's NDJSON lines, for cases that the demo is too small for. */
const stream = (...lines: object[]) => ({
  contentType: 'application/x-ndjson',
  body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
})
const head = {
  type: 'head',
  revision: '7',
  prefix: '/registry/',
  total: 100_123,
  ask: false,
  asOf: null,
  now: '2026-11-23T12:00:00Z',
  notices: [],
}

test('a large live cluster is read only on request; thousands of one kind are collapsed', async ({ page }) => {
  const findings = Array.from({ length: 2350 }, (_, i) => ({
    rule: 'orphan',
    severity: 'warning',
    key: `/registry/pods/shop/p${i}`,
    path: 'pods',
    kind: 'Pod',
    namespace: 'shop',
    name: `p${i}`,
    says: 'Owned by ReplicaSet web, which is not there.',
    links: [],
  }))
  const asked: string[] = []
  await page.route('**/api/v1/clusters/demo/findings**', async (route) => {
    const url = route.request().url()
    asked.push(url)
    await route.fulfill(
      url.includes('all=1')
        ? stream(
            { ...head, total: null },
            { type: 'found', findings },
            {
              type: 'end',
              read: 100_123,
              bytes: 9,
              milliseconds: 9,
              counts: [{ rule: 'orphan', count: 7000 }],
              usage: [],
              cost: { ranges: 1, walked: 1, largestWalk: 1 },
            },
          )
        : stream({ ...head, ask: true }),
    )
  })
  await page.goto('/demo/findings')
  await expect(page.getByRole('heading', { name: 'This is a live etcd with 100,123 keys' })).toBeVisible()
  await expectAccessible(page)
  expect(asked.filter((url) => url.includes('all=1'))).toEqual([])
  await page.getByRole('button', { name: 'Read all 100,123 values' }).click()
  const orphans = page.locator('[data-rule=orphan]')
  await expect(orphans.getByRole('listitem')).toHaveCount(10)
  await expect(orphans.getByText('The first 2,350 of 7,000 are listed.')).toBeVisible()
  await orphans.getByRole('button', { name: 'and 2,340 more' }).click()
  await expect(orphans.getByRole('listitem')).toHaveCount(210)
})

test('a failed pass keeps its findings, and says that they are incomplete', async ({ page }) => {
  await page.route('**/api/v1/clusters/demo/findings**', (route) =>
    route.fulfill(
      stream(
        head,
        { type: 'progress', read: 500, bytes: 1000, path: 'pods' },
        { type: 'error', problem: { type: 'about:blank', title: 'etcd does not answer', status: 502, code: 'SOURCE_UNREACHABLE' } },
      ),
    ),
  )
  await page.goto('/demo/findings')
  await expect(page.getByText('The scan did not finish. etcd does not answer')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Start again' })).toBeVisible()
})
