// The front page of a cluster: what it is, what it holds, and the ways on.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { startServer } from './support/server.ts'

test('the address without a cluster leads to the only one', async ({ page }) => {
  await page.goto('/')
  await expect(page).toHaveURL(/\/demo$/)
})

test('says what the demo is and what it holds @phone @themes', async ({ page }) => {
  await page.goto('/demo')
  await expect(page.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible()
  const main = page.getByRole('main')
  await expect(main.getByText('data directory')).toBeVisible()
  await expect(main.getByText('infra1', { exact: true })).toBeVisible()
  await expect(main.getByRole('link', { name: 'serviceaccounts/' })).toHaveAttribute('href', '/demo/v3/registry/serviceaccounts/')
  await expect(main.getByRole('link', { name: 'kube-centos/' })).toHaveAttribute('href', '/demo/v2/kube-centos')
})

test('leads to pods, flannel and both keyspaces', async ({ page }) => {
  await page.goto('/demo')
  const ways = page.getByRole('navigation', { name: 'Ways on' })
  await ways.getByRole('link', { name: /Flannel/ }).click()
  await expect(page).toHaveURL(/\/demo\/flannel$/)
  await page.goBack()
  await ways.getByRole('link', { name: /Pods/ }).click()
  await expect(page).toHaveURL(/\/demo\/resources\/pods$/)
  await page.goBack()
  await ways.getByRole('link', { name: /Keys v3/ }).click()
  await expect(page).toHaveURL(/\/demo\/v3$/)
  await page.goBack()
  await ways.getByRole('link', { name: /Keys v2/ }).click()
  await expect(page).toHaveURL(/\/demo\/v2$/)
})

test('a cluster that is not here says so and offers a way home @phone', async ({ page }) => {
  await page.goto('/elsewhere/v3/registry/pods/')
  await expect(page.getByText('There is no cluster called elsewhere here.')).toBeVisible()
  await page.getByRole('main').getByRole('link').click()
  await expect(page).toHaveURL(/\/demo$/)
})

test('tells the story of the demo: each of its troubles is one click away from its evidence @phone @themes', async ({ page }) => {
  const trouble = page.getByRole('list', { name: 'Trouble' })
  const lead = (name: RegExp) => trouble.getByRole('listitem').filter({ hasText: name })

  // Where it has no place for all of them a link leads here.
  await page.goto('/demo?trouble=all')
  await expect(lead(/Last heartbeat/)).toContainText('Kubelet stopped posting node status')
  await lead(/Last heartbeat/)
    .getByRole('link', { name: 'Node 172.20.0.115' })
    .click()
  await expect(page).toHaveURL('/demo/v3/registry/minions/172.20.0.115')

  await page.goBack()
  await lead(/Last heartbeat/)
    .getByRole('link', { name: '7 pods on it' })
    .click()
  await expect(page).toHaveURL(/\/demo\/resources\/pods\?q=node/)
  await expect(page.getByText('7 of 29')).toBeVisible()

  await page.goBack()
  await expect(lead(/storefront-69bd5954b/)).toContainText('Its last run ended with exit code 0')
  await lead(/storefront-69bd5954b/)
    .getByRole('link')
    .first()
    .click()
  await expect(page).toHaveURL(/\/demo\/v3\/registry\/pods\/shop\/storefront-69bd5954b-/)

  await page.goBack()
  await expect(lead(/stuck-big/)).toContainText('Held by finalizer example.com/hold.')
  await lead(/stuck-big/)
    .getByRole('link')
    .first()
    .click()
  await expect(page).toHaveURL('/demo/v3/registry/pods/shop/stuck-big')

  await page.goBack()
  await lead(/Flannel/)
    .getByRole('link')
    .click()
  await expect(page).toHaveURL('/demo/flannel')
})

test('of several clusters each says how it is: a file, and an etcd that is down', async ({ page }) => {
  const directory = await mkdtemp(join(tmpdir(), 'registree-e2e-'))
  const demo = fileURLToPath(new URL('../demo/cluster', import.meta.url))
  const config = join(directory, 'clusters.yaml')
  // Nothing listens at the discard port.
  await writeFile(
    config,
    `clusters:\n  - {name: kept, data-dir: ${JSON.stringify(demo)}}\n  - {name: gone, endpoints: ['http://127.0.0.1:9']}\n`,
  )
  const server = await startServer(['--config', config])
  try {
    await page.goto(server.url)
    await expect(page.getByRole('link', { name: /kept/ })).toContainText(/data directory · as of .* · rev 2298/)
    await expect(page.getByRole('link', { name: /gone/ })).toContainText('does not answer')
    await page.getByRole('link', { name: /gone/ }).click()
    await expect(page.getByRole('listitem').filter({ hasText: 'cannot be reached' })).toHaveCount(1)
  } finally {
    await server.stop()
    await rm(directory, { recursive: true })
  }
})
