// Nothing moves when more arrives: the front page with no, few and many troubles, and every page with late parts.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import type { CompareLine } from '@registree/contract'
import { expectAccessible } from './support/axe.ts'
import { type Etcd, startEtcd } from './support/etcd.ts'
import { PATIENT, type Running, startServer } from './support/server.ts'
import { settled } from './support/settled.ts'
import { delayAnswers, expectSteady, noteShifts } from './support/steadiness.ts'

const TROUBLES = { none: 0, three: 3, sixty: 60 }

let etcd: Etcd
let server: Running
let directory: string

test.beforeAll(async () => {
  etcd = await startEtcd()
  for (const [name, troubles] of Object.entries(TROUBLES)) await etcd.put(clusterOf(`/${name}`, troubles))
  directory = await mkdtemp(join(tmpdir(), 'registree-e2e-'))
  const config = join(directory, 'clusters.yaml')
  const clusters = Object.keys(TROUBLES).map(
    (name) => `  - {name: ${name}, endpoints: ['${etcd.endpoint}'], ${PATIENT}, kubernetes-prefix: /${name}}`,
  )
  await writeFile(config, `clusters:\n${clusters.join('\n')}\n`)
  server = await startServer(['--config', config])
})

test.afterAll(async () => {
  await server.stop()
  await etcd.stop()
  await rm(directory, { recursive: true })
})

/** A healthy node, with crashing pods of that many ReplicaSets. */
function clusterOf(root: string, troubles: number): { key: string; value: string }[] {
  const now = new Date().toISOString()
  const entry = (path: string, object: object) => ({ key: `${root}/${path}`, value: JSON.stringify(object) })
  const beat = { type: 'Ready', status: 'True', lastHeartbeatTime: now, lastTransitionTime: now }
  return [
    entry('namespaces/shop', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' }, status: { phase: 'Active' } }),
    entry('minions/a', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' }, status: { conditions: [beat] } }),
    ...Array.from({ length: troubles }, (_, i) =>
      entry(`pods/shop/web-${i}-x`, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: `web-${i}-x`,
          namespace: 'shop',
          creationTimestamp: now,
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `web-${i}`, uid: `u${i}`, controller: true }],
        },
        spec: { nodeName: 'a', containers: [{ name: 'web', image: 'web' }] },
        status: {
          phase: 'Running',
          containerStatuses: [{ name: 'web', ready: false, restartCount: i, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
        },
      }),
    ),
  ]
}

const trouble = (page: Page) => page.getByRole('list', { name: 'Trouble' })
const drawn = async (page: Page) => {
  await expect(trouble(page)).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Contents' })).toBeVisible()
  await expect(page.locator('[data-pending]')).toHaveCount(0)
}

for (const name of Object.keys(TROUBLES))
  for (const late of ['trouble', 'status'])
    test(`the front page with ${name} in trouble, ${late} late @phone`, async ({ page }) => {
      await noteShifts(page)
      await delayAnswers(page, [
        [new RegExp(`/${late}$`), 1300],
        [/\/flannel$/, 900],
        [/\/v3\/children$/, 300],
        [/\/v2\/node$/, 500],
      ])
      await page.goto(`${server.url}/${name}`)
      await drawn(page)
      await expect(trouble(page).getByText(/stuck in deletion/)).toHaveCount(1)
      await expectSteady(page)
    })

test('troubles that do not fit on the front page are one link away, and in the URL @phone', async ({ page }) => {
  await page.setViewportSize({ width: page.viewportSize()?.width ?? 1440, height: 500 })
  await page.goto('/demo')
  await drawn(page)
  await expectAccessible(page)
  await expect(trouble(page).getByText('stuck-big')).toBeHidden()
  await trouble(page)
    .getByRole('link', { name: /^Show \d+ more$/ })
    .click()
  await expect(page).toHaveURL(/\/demo\?trouble=all$/)
  await expect(trouble(page).getByText('stuck-big')).toBeVisible()
  await expect(trouble(page).getByRole('link', { name: 'Show fewer' })).toBeFocused()
  await expectAccessible(page)
  await trouble(page).getByRole('link', { name: 'Show fewer' }).click()
  await expect(trouble(page).getByText('stuck-big')).toBeHidden()
})

test('a comparison that takes long moves nothing while it counts @phone', async ({ page, baseURL }) => {
  // The answer of the server, with more lines of progress in it, one after the other: a browser test's own answers arrive in one piece.
  let counted = false
  const slow = createServer(async (request, response) => {
    const answer = await fetch(baseURL + (request.url ?? ''), { headers: { accept: request.headers.accept ?? '' } })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    const streamed = /^\/api\/.*\/compare\?/.test(request.url ?? '')
    if (!streamed) return response.end(Buffer.from(await answer.arrayBuffer()))
    const lines = (await answer.text()).split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as CompareLine]))
    const start = lines.find((line) => line.type === 'start')
    const last = lines.findLast((line) => line.type === 'progress')
    if (start === undefined || last === undefined) throw new Error(`No comparison: ${JSON.stringify(lines)}`)
    const write = (line: CompareLine) => response.write(`${JSON.stringify(line)}\n`)
    write(start)
    for (let n = 1; !counted && !response.closed; n = 123_456_789) {
      // On a busy machine a page draws one count and then one far larger.
      write({ ...last, done: false, keys: { left: n, right: n }, values: n })
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    for (const line of lines) if (line.type === 'entries') write(line)
    write(last)
    response.end()
  })
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
  try {
    await noteShifts(page)
    await page.goto(`http://127.0.0.1:${(slow.address() as AddressInfo).port}/demo/compare?with=demo&rev=1296`)
    await expect(page.getByText('123,456,789 keys compared')).toBeVisible()
    counted = true
    await expect(page.locator('[data-page=compare][data-complete=true]')).toBeVisible()
    await expectSteady(page)
  } finally {
    slow.closeAllConnections()
    slow.close()
  }
})

/** What is visible when the page is complete. */
const PAGES: [path: string, whole: (page: Page) => Promise<void>][] = [
  ['/demo?trouble=all', async (page) => expect(page.getByText('Contents')).toBeVisible()],
  ['/demo/resources', async (page) => expect(page.getByText('495 objects, ')).toBeVisible()],
  ['/demo/resources/minions', async (page) => expect(page.getByText(/^3 rows/)).toBeVisible()],
  ['/demo/resources/pods', async (page) => expect(page.getByText(/^29 rows/)).toBeVisible()],
  ['/demo/namespaces', async (page) => expect(page.getByText(/keys counted/)).toBeVisible()],
  ['/demo/flannel', async (page) => expect(page.getByRole('row').first()).toBeVisible()],
  ['/demo/lookup?q=172.30.77.5', async (page) => expect(page.locator('[data-verdict=held]')).toBeVisible()],
  ['/demo/search?q=storefront', async (page) => expect(page.locator('[data-page=search][data-complete=true]')).toBeVisible()],
  ['/demo/findings', async (page) => expect(page.locator('[data-page=findings][data-complete=true]')).toBeVisible()],
  ['/demo/deleted', async (page) => expect(page.locator('[data-page=deleted][data-complete=true]')).toBeVisible()],
  ['/demo/compare?with=demo&rev=1296', async (page) => expect(page.locator('[data-page=compare][data-complete=true]')).toBeVisible()],
  ['/demo/timeline', async (page) => expect(page.locator('[data-page=timeline][data-complete=true]')).toBeVisible()],
  ['/demo/v3/registry/pods/shop/', async (page) => expect(page.locator('[data-child]').first()).toBeVisible()],
  ['/demo/v3/registry/pods/shop/stuck-big', async (page) => expect(page.locator('.cm-content')).toBeVisible()],
  ['/demo/v3/registry/ranges/serviceips', async (page) => expect(page.locator('[data-allocation]').first()).toBeVisible()],
  ['/demo/v2/kube-centos/network/config', async (page) => expect(page.locator('.cm-content')).toBeVisible()],
]

for (const [path, whole] of PAGES)
  test(`${path}: its parts arrive one after the other @phone`, async ({ page }) => {
    await noteShifts(page)
    await delayAnswers(page, [
      [/\/(counts?|namespace-counts|sizes|related|allocation|status)$/, 800],
      [/\/(trouble|children|findings|value|lookup)$/, 400],
      [/\/flannel$/, 900],
      [/./, 200],
    ])
    await page.goto(path)
    await whole(page)
    await settled(page)
    await expect(page.getByText('0 in flight')).toHaveCount(1)
    await expectSteady(page)
  })
