// The front page of a cluster with more pods than its first answer includes: they are read in the background with progress, and nothing moves.
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { type Etcd, startEtcd } from './support/etcd.ts'
import { type Running, startServer } from './support/server.ts'
import { expectSteady, noteShifts } from './support/steadiness.ts'

const PODS = 5100

let etcd: Etcd
let server: Running

test.beforeAll(async () => {
  etcd = await startEtcd()
  const now = new Date().toISOString()
  const beat = { type: 'Ready', status: 'True', lastHeartbeatTime: now, lastTransitionTime: now }
  const entry = (path: string, object: object) => ({ key: `/registry/${path}`, value: JSON.stringify(object) })
  await etcd.put([
    entry('namespaces/shop', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' }, status: { phase: 'Active' } }),
    entry('namespaces/gone', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'gone', deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['example.com/hold'] },
      status: { phase: 'Terminating' },
    }),
    entry('minions/a', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' }, status: { conditions: [beat] } }),
    ...Array.from({ length: PODS }, (_, i) => {
      const name = `web-${String(i).padStart(5, '0')}`
      const crashing = i % 1000 === 7
      return entry(`pods/shop/${name}`, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'shop' },
        spec: { nodeName: 'a', containers: [{ name: 'web' }] },
        status: {
          phase: 'Running',
          containerStatuses: [
            {
              name: 'web',
              ready: !crashing,
              restartCount: 0,
              state: crashing ? { waiting: { reason: 'CrashLoopBackOff' } } : { running: {} },
            },
          ],
        },
      })
    }),
  ])
  server = await startServer(['--endpoints', etcd.endpoint])
})

test.afterAll(async () => {
  await server.stop()
  await etcd.stop()
})

const trouble = (page: Page) => page.getByRole('region', { name: 'Trouble' })
const list = (page: Page) => page.getByRole('list', { name: 'Trouble' })

test('they are read automatically, and listed last @phone', async ({ page }) => {
  await noteShifts(page)
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/trouble/pods', async (route) => {
    await held
    await route.continue()
  })
  await page.goto(`${server.url}/default`)
  await expect(trouble(page)).toContainText('1 node, 5,100 pods')
  await expect(trouble(page).getByRole('status')).toHaveText('Reading the pods: 0 of 5,100')
  await expect(list(page).getByRole('listitem').first()).toContainText('Namespace gone')
  // The content below is there before them.
  await expect(page.getByRole('heading', { name: 'Cluster' })).toBeVisible()
  await expect(page.getByText('1 in flight')).toHaveCount(1)
  await expectAccessible(page)
  release()
  await expect(trouble(page).getByRole('link', { name: '6 not ready' })).toHaveAttribute('href', '/default/resources/pods?only=notReady')
  await expect(list(page).getByRole('listitem').first()).toContainText('Namespace gone')
  await expect(list(page)).toContainText('CrashLoopBackOff')
  await expect(page.getByText('0 in flight')).toHaveCount(1)
  await expectSteady(page)
})

test('the reading can be stopped and resumed, by keyboard', async ({ page }) => {
  let hold = true
  await page.route('**/trouble/pods', async (route) => {
    // Never answered: the page cancels it.
    if (!hold) await route.continue()
  })
  await page.goto(`${server.url}/default`)
  await trouble(page).getByRole('button', { name: 'Stop' }).press('Enter')
  await expect(trouble(page)).toContainText('Not all pods were read.')
  await expect(trouble(page).getByText(/not ready/)).toHaveCount(0)
  hold = false
  await trouble(page).getByRole('button', { name: 'Read all 5,100 pods' }).press('Enter')
  await expect(trouble(page).getByRole('link', { name: '6 not ready' })).toBeVisible()
})

test('a failure is shown in their place, and the rest stays', async ({ page }) => {
  let fail = true
  await page.route('**/trouble/pods', async (route) => {
    if (!fail) return await route.continue()
    const problem = { type: 'urn:x', title: 'etcd did not answer in time.', status: 504, code: 'SOURCE_TIMEOUT' }
    await route.fulfill({ status: 504, contentType: 'application/problem+json', body: JSON.stringify(problem) })
  })
  await page.goto(`${server.url}/default`)
  await expect(trouble(page)).toContainText('The pods could not be read: etcd did not answer in time.')
  await expect(list(page)).toContainText('Namespace gone')
  fail = false
  await trouble(page).getByRole('button', { name: 'Retry' }).click()
  await expect(trouble(page).getByRole('link', { name: '6 not ready' })).toBeVisible()
})
