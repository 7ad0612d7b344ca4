// Secrets in the browser: masked on every path, encrypted values name the needed key, and a server that reveals says so.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, type Page, test } from '@playwright/test'
import type { ClustersAnswer } from '@registree/contract'
import { type Etcd, startEtcd } from './support/etcd.ts'
import { type Running, startServer } from './support/server.ts'
import { withoutAnswer } from './support/without-answer.ts'

const KEY = '/registry/secrets/shop/orders-db'
const fixtures = fileURLToPath(new URL('../../shared/fixtures/kube-1.20/', import.meta.url))

const editor = (page: Page) => page.locator('[data-value-editor]')

/** Another server, started as a user would, and the name of its one cluster. */
async function start(...flags: string[]): Promise<Running & { cluster: string }> {
  const server = await startServer(flags)
  const { clusters } = (await (await fetch(`${server.url}/api/v1/clusters`)).json()) as ClustersAnswer
  return { ...server, cluster: clusters[0]?.name ?? '' }
}

test('a Secret is masked in every form and on every path to the browser', async ({ page, request }) => {
  // The values to search for, from a server that reveals them.
  const open = await start('--reveal-secrets')
  let secrets: string[]
  try {
    const answer = await (
      await request.get(`${open.url}/api/v1/clusters/${open.cluster}/v3/value?key=${encodeURIComponent(KEY)}&view=json`)
    ).json()
    const data = JSON.parse(answer.decoded.shown.text).data as Record<string, string>
    // A user name that is part of the key (`orders` in `orders-db`) is on the page anyway.
    secrets = Object.values(data)
      .map((value) => Buffer.from(value, 'base64'))
      .filter((value) => value.length >= 8 && !KEY.includes(value.toString()))
      .flatMap((value) => [value.toString('base64'), value.toString(), value.toString('hex')])
    // The password and the connection string, in three encodings each.
    expect(secrets.length).toBe(6)
  } finally {
    await open.stop()
  }

  const bodies: string[] = []
  page.on('response', async (response) => {
    if (response.url().includes('/api/')) bodies.push(await response.text().catch(() => ''))
  })
  await page.goto(`/demo/v3${KEY}`)
  await expect(editor(page).locator('.cm-masked')).toHaveCount(4)
  const words = await editor(page).locator('.cm-masked').allTextContents()
  expect(words.every((one) => /^\(masked: (?:under 16 bytes|\d+ bytes, digest [0-9a-f]{8})\)$/.test(one))).toBe(true)
  // The user name is short: neither its size nor a digest is shown.
  expect(words).toContain('(masked: under 16 bytes)')
  await expect(page.getByText('4 values are masked.')).toBeVisible()
  const seen = [(await editor(page).locator('.cm-content').textContent()) ?? '']
  await page.getByRole('tab', { name: 'JSON' }).click()
  await expect(editor(page).locator('.cm-masked').first()).toBeVisible()
  seen.push((await editor(page).locator('.cm-content').textContent()) ?? '')
  await page.getByRole('button', { name: 'Copy', exact: true }).first().click()
  await page.getByRole('menuitem', { name: /^Value as JSON.*masked parts are copied masked/ }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('(masked: ')
  seen.push(await page.evaluate(() => navigator.clipboard.readText()))
  await page.getByRole('tab', { name: 'Raw' }).click()
  await expect(page.getByText('The raw bytes are masked')).toBeVisible()
  await expect(page.getByText('--reveal-secrets').last()).toBeVisible()
  await expect(page.getByRole('link', { name: 'Download' })).toHaveCount(0)
  await page.getByRole('button', { name: 'List' }).click()
  await expect(page.getByRole('row', { name: /\.data\.password/ })).toContainText(/Content of a Secret24 bytes[0-9a-f]{8}/)
  await expect(page.getByRole('row', { name: /\.data\.username/ })).toContainText(/Content of a Secretunder 16 bytes—/)
  await expect(page.getByText(/^up to \d+ bytes/)).toBeVisible()
  seen.push(await page.content())
  await page.getByRole('button', { name: '.data.password' }).click()
  await expect(editor(page).locator('.cm-marked')).toContainText('password: ')

  const raw = await request.get(`/api/v1/clusters/demo/v3/raw?key=${encodeURIComponent(KEY)}`)
  expect([raw.status(), (await raw.json()).code]).toEqual([403, 'MASKED'])
  for (const text of [...seen, ...bodies]) for (const secret of secrets) expect(text.includes(secret)).toBe(false)
  expect(bodies.length).toBeGreaterThan(1)
})

test('a text that only looks masked is not shown as masked', async ({ page }) => {
  await page.route('**/api/v1/clusters/demo/v3/value?*', async (route) => {
    const response = await route.fetch()
    const answer = await response.json()
    answer.decoded.shown.text = `${answer.decoded.shown.text}fake: '(masked: 8 bytes, digest 00000000)'\n`
    await route.fulfill({ response, json: answer })
  })
  await withoutAnswer(page, `/demo/v3${KEY}`)
  await page.goto(`/demo/v3${KEY}`)
  await expect(editor(page)).toContainText("fake: '(masked: 8 bytes, digest 00000000)'")
  await expect(editor(page).locator('.cm-masked')).toHaveCount(4)
})

test('a server that reveals says so on the page', async ({ page }) => {
  const { url, cluster, stop } = await start('--reveal-secrets')
  try {
    await page.goto(`${url}/${cluster}/v3${KEY}`)
    await expect(page.getByText('Secrets are shown: this Registree was started with')).toBeVisible()
    await expect(editor(page)).toContainText('password: ')
    await expect(editor(page).locator('.cm-masked')).toHaveCount(0)
    await page.getByRole('tab', { name: 'Raw' }).click()
    await expect(page.getByRole('grid')).toContainText('k8s.')
  } finally {
    await stop()
  }
})

test.describe('a Helm release', () => {
  const release = {
    name: 'web',
    version: 3,
    namespace: 'shop',
    info: { status: 'deployed', last_deployed: '2026-11-20T10:00:00Z', description: 'Upgrade complete' },
    chart: { metadata: { name: 'nginx', version: '15.1.0', appVersion: '1.25.1' } },
    config: { auth: { password: 'hunter2-values' } },
    manifest: '---\nkind: Secret\nstringData:\n  password: hunter2-manifest\n',
  }
  const packed = gzipSync(JSON.stringify(release)).toString('base64')
  const metadata = { name: 'sh.helm.release.v1.web.v3', labels: { owner: 'helm', name: 'web', status: 'deployed', version: '3' } }
  const SECRET = `/registry/secrets/shop/${metadata.name}`
  const CONFIG_MAP = `/registry/configmaps/shop/${metadata.name}`
  let etcd: Etcd
  test.beforeAll(async () => {
    etcd = await startEtcd()
    const data = { release: Buffer.from(packed).toString('base64') }
    await etcd.put([
      { key: SECRET, value: JSON.stringify({ apiVersion: 'v1', kind: 'Secret', type: 'helm.sh/release.v1', metadata, data }) },
      { key: CONFIG_MAP, value: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { release: packed } }) },
    ])
  })
  test.afterAll(() => etcd?.stop())

  test('shows its name, chart and versions, and hides the rest', async ({ page }) => {
    const { url, cluster, stop } = await start('--endpoints', etcd.endpoint)
    try {
      for (const key of [SECRET, CONFIG_MAP]) {
        await page.goto(`${url}/${cluster}/v3${key}`)
        const about = page.getByRole('region', { name: 'Helm release' })
        await expect(about).toContainText('Helm release web')
        await expect(about).toContainText('revision 3 · deployed')
        await expect(about).toContainText('Chartnginx-15.1.0')
        await expect(about).toContainText('App version1.25.1')
        await expect(about).toContainText(/Description\(masked: \d+ bytes, digest [0-9a-f]{8}\)/)
        await expect(about).toContainText(/Manifest\(masked: \d+ bytes/)
        await expect(page.getByRole('tab', { name: 'Values' })).toHaveCount(0)
        const answer = await (await fetch(`${url}/api/v1/clusters/${cluster}/v3/value?key=${key}&view=manifest`)).text()
        expect(answer).not.toMatch(/hunter2|Upgrade complete/)
      }
    } finally {
      await stop()
    }
  })

  test('shows chart, manifest and values when secrets are revealed', async ({ page }) => {
    const { url, cluster, stop } = await start('--endpoints', etcd.endpoint, '--reveal-secrets')
    try {
      await page.goto(`${url}/${cluster}/v3${SECRET}`)
      await expect(page.getByRole('region', { name: 'Helm release' })).toContainText('Chartnginx-15.1.0')
      await expect(editor(page)).toContainText('password: hunter2-manifest')
      await page.getByRole('tab', { name: 'Values' }).click()
      await expect(editor(page)).toContainText('password: hunter2-values')
    } finally {
      await stop()
    }
  })
})

test.describe('encrypted at rest', () => {
  test.skip(!existsSync(`${fixtures}encrypted.db`), 'the captured snapshot with encrypted values is not beside the project (../shared)')

  test('without the configuration the page names the key that would open the value', async ({ page }) => {
    const { url, cluster, stop } = await start('--snapshot', `${fixtures}encrypted.db`)
    try {
      await page.goto(`${url}/${cluster}/v3${KEY}`)
      await expect(page.getByRole('heading', { name: /^Encrypted at rest with aescbc, key / })).toBeVisible()
      await expect(page.getByText('--encryption-config').first()).toBeVisible()
      await expect(page.getByRole('tab', { name: 'YAML' })).toHaveCount(0)
    } finally {
      await stop()
    }
  })

  test('with it the value opens, and stays masked', async ({ page }) => {
    const { url, cluster, stop } = await start(
      '--snapshot',
      `${fixtures}encrypted.db`,
      '--encryption-config',
      `${fixtures}encryption-config.yaml`,
    )
    try {
      await page.goto(`${url}/${cluster}/v3${KEY}`)
      await expect(page.getByText('opened with the encryption configuration')).toBeVisible()
      await expect(editor(page).locator('.cm-masked').first()).toBeVisible()
      await page.getByRole('tab', { name: 'Raw' }).click()
      await expect(page.getByText('The raw bytes are masked')).toBeVisible()
    } finally {
      await stop()
    }
  })
})
