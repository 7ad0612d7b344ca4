// The v2 keyspace: the same tree, clearly distinct from v3.
import { expect, test } from '@playwright/test'
import { row } from './support/keys-page.ts'

test('shows flannel’s config with its indices, and says that this is v2 @phone', async ({ page }) => {
  await page.goto('/demo/v2/kube-centos/network/config')
  const main = page.getByRole('main')
  await expect(main.getByText('172.30.0.0/16').first()).toBeVisible()
  await expect(main.getByText('v2', { exact: true }).first()).toBeVisible()
  const facts = main.getByRole('link', { name: 'Facts' })
  if (await facts.isVisible()) await facts.click()
  await expect(main.getByText('Modified index')).toBeVisible()
})

test('the tree walks down to the subnet leases', async ({ page }) => {
  await page.goto('/demo/v2')
  await row(page, 'kube-centos/').click()
  await row(page, 'network/').click()
  await row(page, 'subnets/').click()
  await expect(page).toHaveURL(/\/demo\/v2\/kube-centos\/network\/subnets$/)
  await page
    .getByRole('tree')
    .getByRole('treeitem', { name: /^172\.30\./ })
    .first()
    .click()
  await expect(page).toHaveURL(/\/subnets\/172\.30\.[0-9.]+-24$/)
  await expect(
    page
      .getByRole('main')
      .getByText(/PublicIP/)
      .first(),
  ).toBeVisible()
})
