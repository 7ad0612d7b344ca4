// The front page of a cluster: what needs attention, what the cluster is and holds.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { startServer } from './support/server.ts'

test('the URL without a cluster leads to the only one', async ({ page }) => {
  await page.goto('/')
  await expect(page).toHaveURL(/\/demo$/)
})

test('says what the demo is and what it holds @phone', async ({ page }) => {
  await page.goto('/demo')
  await expect(page.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible()
  const main = page.getByRole('main')
  await expect(main.getByText('data directory')).toBeVisible()
  await expect(main.getByText('infra1', { exact: true })).toBeVisible()
  await expect(main.getByRole('link', { name: 'serviceaccounts/' })).toHaveAttribute('href', '/demo/v3/registry/serviceaccounts/')
  await expect(main.getByRole('link', { name: 'kube-centos/' })).toHaveAttribute('href', '/demo/v2/kube-centos')
})

test('trouble comes first: it is visible on a phone and at a zoom of 200 % @phone', async ({ page }) => {
  // A zoom makes the window smaller by the same factor.
  for (const size of [page.viewportSize(), { width: 720, height: 450 }]) {
    if (size) await page.setViewportSize(size)
    await page.goto('/demo')
    const first = page.getByRole('list', { name: 'Trouble' }).getByRole('listitem').first()
    await expect(first).toContainText('Node 172.20.0.115')
    await expect(first).toBeInViewport({ ratio: 1 })
  }
  // The rail has all links; nothing repeats it.
  await expect(page.getByRole('main').getByRole('navigation')).toHaveCount(0)
})

test('a link to an unknown cluster offers the same place in a known one, and home @phone', async ({ page }) => {
  await page.goto('/elsewhere/v3/registry/pods/shop/stuck-big?rev=17&view=related')
  await expect(page.getByText('There is no cluster called elsewhere here.')).toBeVisible()
  await expect(page.getByRole('main')).toContainText('/registry/pods/shop/stuck-big')
  await expect(page.getByRole('main')).toContainText('The revision is left out')
  await expectAccessible(page)
  await page.getByRole('main').getByRole('link', { name: 'Demo' }).press('Enter')
  await expect(page).toHaveURL('/demo/v3/registry/pods/shop/stuck-big?view=related')
  await page.goto('/elsewhere')
  await page.getByRole('main').getByRole('link', { name: 'Go to the front page' }).click()
  await expect(page).toHaveURL(/\/demo$/)
})

test('each of the demo’s troubles is one click away from its evidence @phone', async ({ page }) => {
  const trouble = page.getByRole('list', { name: 'Trouble' })
  const lead = (name: RegExp) => trouble.getByRole('listitem').filter({ hasText: name })

  // If not all fit, a link leads here.
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

test('with several clusters each shows its state: a file, and an etcd that is down', async ({ page }) => {
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

test('switching clusters keeps the page: the same table, key and tab, without the revision', async ({ page }) => {
  const directory = await mkdtemp(join(tmpdir(), 'registree-e2e-'))
  const demo = fileURLToPath(new URL('../demo/cluster', import.meta.url))
  const config = join(directory, 'clusters.yaml')
  const clusters = ['one', 'two'].map((name) => `  - {name: ${name}, title: ${name}, data-dir: ${JSON.stringify(demo)}}`)
  await writeFile(config, `clusters:\n${clusters.join('\n')}\n`)
  const server = await startServer(['--config', config])
  try {
    const change = async (from: string, to: string) => {
      await page.getByRole('button', { name: `Switch cluster: ${from}` }).press('Enter')
      await page.getByRole('menuitem', { name: to }).press('Enter')
    }
    await page.goto(`${server.url}/one/resources/pods?q=status:crash&wide=1&rev=2298`)
    await expect(page.getByText('5 of 29 rows')).toBeVisible()
    await change('one', 'two')
    await expect(page).toHaveURL(`${server.url}/two/resources/pods?q=status:crash&wide=1`)
    await expect(page.getByText('5 of 29 rows')).toBeVisible()
    await page.goto(`${server.url}/two/v3/registry/pods/shop/stuck-big?rev=2298&view=json`)
    await expect(page.locator('.cm-content')).toBeVisible()
    await change('two', 'one')
    await expect(page).toHaveURL(`${server.url}/one/v3/registry/pods/shop/stuck-big?view=json`)
    await expect(page.locator('.cm-content')).toBeVisible()
  } finally {
    await server.stop()
    await rm(directory, { recursive: true })
  }
})
