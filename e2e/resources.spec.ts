// The catalogue: sizes of a file at once, and every stored version after reading all values; for a live etcd on request.
import { expect, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'

test('bytes and stored versions fill in, first from a sample and then from all values @phone', async ({ page }) => {
  await page.goto('/demo/resources')
  const pods = page.getByRole('row').filter({ hasText: 'Pod' }).filter({ hasText: '113 KiB' })
  await expect(pods).toBeVisible()
  // On a phone below the kind, otherwise in columns.
  await expect(pods.getByText('namespaced').filter({ visible: true })).toHaveCount(1)
  // Sizes of Secrets are rounded up to a multiple of 64 bytes each.
  const sum = page.getByText('495 objects, 551 KiB')
  await expect(sum).toBeVisible()
  await expect(sum).toHaveAttribute('title', /^up to [\d,]+ bytes: the size of each Secret is rounded up/)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Measure all 495 values' }).click()
  await expect(page.getByRole('button', { name: 'Measure all 495 values' })).toBeHidden()
  await expect(page.getByText('sampled')).toHaveCount(0)
  await expect(page).toHaveTitle('Resources · Demo · Registree')
})

test('sizes that a live etcd does not report are measured on request, for one resource or all', async ({ page }) => {
  const asked: string[] = []
  await page.route('**/api/v1/clusters/demo/sizes**', async (route) => {
    const url = new URL(route.request().url())
    asked.push(url.search)
    const sample = url.searchParams.has('sample')
    const line = (path: string) => ({
      type: 'size',
      path,
      complete: !sample,
      objects: 10,
      bytes: sample ? null : 4096,
      rounded: false,
      versions: [{ apiVersion: 'v1', kind: 'Pod', objects: 10 }],
      unread: 0,
    })
    const lines = [
      line(url.searchParams.get('path') ?? 'pods'),
      { type: 'end', revision: '2298', milliseconds: 1, cost: { ranges: 0, walked: 0, largestWalk: 0 } },
    ]
    await route.fulfill({ contentType: 'application/x-ndjson', body: lines.map((one) => `${JSON.stringify(one)}\n`).join('') })
  })
  await page.goto('/demo/resources')
  const pods = page.getByRole('row').filter({ hasText: /^Podpods/ })
  await expect(pods).toContainText('sampled')
  expect(asked.every((search) => search.includes('sample=1'))).toBe(true)
  await pods.getByRole('button', { name: 'Measure pods: read its 29 values' }).click()
  await expect(pods).toContainText('4.0 KiB')
  await expect(pods).not.toContainText('sampled')
})
