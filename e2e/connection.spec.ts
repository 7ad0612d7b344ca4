// "Connected" means etcd: what every page shows for an etcd that answers, changes, dies, hangs, returns, loses its quorum, or is two; and that
// pages recover on their own.
import { createServer } from 'node:net'
import { expect, type Page, test } from '@playwright/test'
import { freePort, startEtcd, startThree, type TestEtcd } from '../apps/server/src/sources/testing/etcd.ts'
import { expectAccessible } from './support/axe.ts'
import { completeBrowser } from './support/complete-browser.ts'
import { type Running, startServer } from './support/server.ts'
import { settled } from './support/settled.ts'
import { shareServer } from './support/shared-server.ts'
import { expectSteady, noteShifts } from './support/steadiness.ts'

// The headless shell draws the first frame of the editor before the editor has measured its lines, which counts as a shift.
test.use({ launchOptions: completeBrowser })

const KEY = '/registry/configmaps/shop/settings'
const configMap = (text: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'shop', creationTimestamp: new Date().toISOString() },
    data: { text },
  })
const TIME = /\d\d:\d\d:\d\d/

/** Every section of a cluster, and a key and a table. */
const SECTIONS = ['', '/resources', '/resources/configmaps', '/namespaces', '/flannel', '/findings', '/lookup?q=10.5.1.7', '/v3']
const PAGES = [...SECTIONS, `/v3${KEY}`]

const undo: (() => Promise<unknown>)[] = []
test.afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one()
})

const shared = shareServer(
  () => startEtcd(),
  (unused) => unused.destroy(),
)
test.afterAll(() => shared.stop())

/** An etcd with one value, and the address of its cluster. */
async function etcdWithValue(): Promise<{ etcd: TestEtcd; url: string; put: (text: string, key?: string) => Promise<unknown> }> {
  const { etcd, url } = await shared.next()
  undo.push(() => etcd.destroy())
  const put = (text: string, key = KEY) => etcd.ctl(['put', key], { input: configMap(text) })
  await put('first')
  return { etcd, put, url }
}

async function serverOf(endpoints: readonly string[]): Promise<Running> {
  const server = await startServer(['--endpoints', endpoints.join(','), '--name', 'live'])
  undo.push(() => server.stop())
  return server
}

/** Rows of a table that only the user reads again. */
const LARGE = 50_001

const line = (page: Page) => page.getByRole('contentinfo')
const connection = (page: Page, state: string) => expect(line(page)).toHaveAttribute('data-connection', state)
const part = (page: Page, name: string) => line(page).locator(`[data-status=${name}]`)
/** The message is complete, on a phone too. */
const expectWhole = (page: Page) =>
  expect
    .poll(() =>
      part(page, 'grave').evaluate((link) => [...link.querySelectorAll('span')].every((one) => one.scrollWidth <= one.clientWidth)),
    )
    .toBe(true)
/** Every page is told the same, whatever its width: a phone visits these only. */
const pathsOn = (page: Page, paths: readonly string[], onPhone: readonly string[]) =>
  (page.viewportSize()?.width ?? 0) < 800 ? onPhone : paths
const markDocument = (page: Page) => page.evaluate(() => Object.assign(window, { sameDocument: true }))
const sameDocument = (page: Page) => page.evaluate(() => 'sameDocument' in window)

test('says since when it is connected, and how far a paused page is behind; Reload brings it up; nothing moves @phone', async ({
  page,
}) => {
  const { url, put } = await etcdWithValue()
  await noteShifts(page)
  await page.goto(`${url}/v3${KEY}`)
  await connection(page, 'live')
  await expect(part(page, 'source')).toContainText(new RegExp(`connected since ${TIME.source}`))
  await settled(page)
  await expect(part(page, 'revision')).toContainText('rev 2')
  await page.getByRole('button', { name: 'Pause' }).click()
  await put('second')
  await put('third')
  await expect(part(page, 'revision')).toContainText(/2 newer/)
  // The page still shows what it has read.
  await expect(page.locator('.cm-content')).toContainText('first')
  await expectAccessible(page)
  await line(page).getByRole('button', { name: 'Reload' }).click()
  await expect(part(page, 'revision')).toContainText('rev 4')
  await expect(part(page, 'revision')).not.toContainText('newer')
  await expect(page.locator('.cm-content')).toContainText('third')
  await settled(page)
  await expectSteady(page)
})

test('a paused table is as old as its reading, and is read again on request', async ({ page }) => {
  const { url, put } = await etcdWithValue()
  await page.goto(`${url}/resources/configmaps`)
  await expect(part(page, 'revision')).toContainText('rev 2')
  await page.getByRole('button', { name: 'Pause' }).click()
  await put('other', '/registry/configmaps/shop/other')
  await expect(part(page, 'revision')).toContainText('1 newer revision')
  await expect(page.getByText(/^1 row/)).toBeVisible()
  await expect(page.getByText(/ages as of .* UTC, when this was read/)).toBeVisible()
  await line(page).getByRole('button', { name: 'Reload' }).click()
  await expect(page.getByText(/^2 rows/)).toBeVisible()
  await expect(part(page, 'revision')).toContainText('rev 3')
})

test('a killed etcd: every page says since when; a failed page and a loaded one recover on their own @phone', async ({ page, context }) => {
  const { etcd, url, put } = await etcdWithValue()
  await noteShifts(page)
  await page.goto(`${url}/v3${KEY}`)
  await connection(page, 'live')
  await settled(page)
  await markDocument(page)
  await etcd.stop()
  await connection(page, 'lost')
  await expect(part(page, 'grave')).toContainText(new RegExp(`No answer from etcd since ${TIME.source}; this may be old`))
  await expectWhole(page)
  await expect(line(page)).not.toContainText('live')
  await expect(line(page).getByText(/connected since/)).toHaveCount(0)
  await expect(line(page).getByRole('status')).toHaveText('etcd does not answer. Registree keeps trying.')
  // Loaded data stays in place, and no futile requests are sent.
  await expect(page.locator('.cm-content')).toContainText('first')
  await expect(page.getByText('Could not be read again')).toHaveCount(0)
  await expectSteady(page)
  await expectAccessible(page)

  const failed = await context.newPage()
  await failed.goto(`${url}/v3${KEY}`)
  await expect(failed.getByText('SOURCE_UNREACHABLE').first()).toBeVisible()
  await connection(failed, 'lost')
  // An empty page is not called old.
  await expect(part(failed, 'grave')).toContainText(new RegExp(`No answer from etcd since ${TIME.source}; retrying`))
  await markDocument(failed)
  // Nothing is looked for where the table itself could not be read.
  const deleted = await context.newPage()
  await deleted.goto(`${url}/resources/configmaps?deleted=1`)
  await expect(deleted.getByText('SOURCE_UNREACHABLE').first()).toBeVisible()
  await expect(deleted.locator('[data-deleted-too]')).toBeVisible()
  await expect(deleted.getByText('Looking for deletions')).toHaveCount(0)
  await deleted.close()
  for (const path of pathsOn(page, PAGES, [])) {
    const other = await context.newPage()
    await other.goto(`${url}${path}`)
    await connection(other, 'lost')
    await other.close()
  }

  await etcd.start()
  await expect(failed.locator('.cm-content')).toContainText('first')
  for (const one of [page, failed]) {
    await connection(one, 'live')
    await expect(line(one).getByRole('status')).toHaveText('etcd answers.')
    // It was read again, because anything may have happened meanwhile.
    await expect(part(one, 'revision')).toContainText('rev 2')
    await expect(part(one, 'revision')).not.toContainText('break')
    await expect(part(one, 'revision')).not.toContainText('interruption')
    expect(await sameDocument(one)).toBe(true)
  }
  await put('when it was back')
  await expect(part(page, 'revision')).toContainText('1 newer')
})

test('an etcd that hangs is called silent, and the page is unchanged when it continues', async ({ page }) => {
  const { etcd, url } = await etcdWithValue()
  await page.goto(`${url}/resources/configmaps`)
  await connection(page, 'live')
  await expect(page.getByText(/^1 row/)).toBeVisible()
  etcd.freeze()
  await connection(page, 'lost')
  etcd.thaw()
  await connection(page, 'live')
  // One connection stayed open: etcd was not replaced, so nothing is read again.
  await expect(part(page, 'revision')).toContainText('rev 2')
  await expect(part(page, 'revision')).not.toContainText('interruption')
})

test('a wrong address is never called connected', async ({ page }) => {
  const silent = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  undo.push(() => new Promise((resolve) => silent.close(resolve)))
  const server = await serverOf([`http://127.0.0.1:${(silent.address() as { port: number }).port}`])
  await page.addInitScript(() => {
    const seen = new Set<string | null>()
    Object.assign(window, { seen })
    new MutationObserver(() => void seen.add(document.querySelector('footer')?.textContent ?? null)).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
    })
  })
  await page.goto(`${server.url}/live`)
  await connection(page, 'lost')
  const seen = await page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen])
  expect(seen.filter((words) => /connected|live/.test(words ?? ''))).toEqual([])
})

test('a table says that it was read before an interruption until it is read again', async ({ page }) => {
  const { etcd, url } = await etcdWithValue()
  await page.goto(`${url}/resources/configmaps`)
  await connection(page, 'live')
  await expect(page.getByText(/^1 row/)).toBeVisible()
  await expect(page.getByText('so far')).toHaveCount(0)
  let reads = 0
  let answer = () => {}
  const held = new Promise<void>((resolve) => {
    answer = resolve
  })
  await page.route('**/tables/**', async (route) => {
    reads += 1
    await held
    await route.continue()
  })
  await etcd.stop()
  await connection(page, 'lost')
  await etcd.start()
  await connection(page, 'live')
  // One that is not large is read by itself, once.
  await expect.poll(() => reads).toBe(1)
  await expect(part(page, 'revision')).toContainText('before an interruption')
  await expect(page.getByText(/^1 row/)).toBeVisible()
  answer()
  await expect(part(page, 'revision')).not.toContainText('interruption')
  expect(reads).toBe(1)
  await line(page).getByRole('button', { name: 'Reload' }).click()
  await expect.poll(() => reads).toBe(2)
})

test('a large table is not read again by itself after an interruption, and says so', async ({ page }) => {
  const { etcd, url } = await etcdWithValue()
  let reads = 0
  await page.route('**/tables/**', async (route) => {
    reads += 1
    const answer = await route.fetch()
    const lines = (await answer.text()).trimEnd().split('\n')
    const grown = lines.map((line) => {
      const part = JSON.parse(line) as { type: string; rows?: unknown }
      if (part.type === 'end') part.rows = LARGE
      if (part.type === 'rows' && Array.isArray(part.rows))
        part.rows = Array.from({ length: LARGE }, (_, i) => ({ ...(part.rows as object[])[0], name: `config-${i}` }))
      return JSON.stringify(part)
    })
    await route.fulfill({ response: answer, body: `${grown.join('\n')}\n` })
  })
  await page.goto(`${url}/resources/configmaps`)
  await connection(page, 'live')
  await expect(page.getByText(/^50,001 rows/)).toBeVisible()
  await expect(page.locator('[data-live=following]')).toBeVisible()
  await etcd.stop()
  await connection(page, 'lost')
  await etcd.start()
  await connection(page, 'live')
  await expect(part(page, 'revision')).toContainText('before an interruption')
  // Of a table that will be read by itself this would be "again".
  await expect(page.locator('[data-live=missed]')).toBeVisible()
  expect(reads).toBe(1)
  await line(page).getByRole('button', { name: 'Reload' }).click()
  await expect(part(page, 'revision')).not.toContainText('interruption')
  expect(reads).toBe(2)
})

test('without a quorum every page names the member whose state it shows, and is read again with a leader @phone', async ({ page }) => {
  test.slow()
  const { endpoints, members, destroy } = await startThree()
  undo.push(destroy)
  const server = await serverOf(endpoints)
  await page.goto(`${server.url}/live/v3/registry/k`)
  await connection(page, 'live')
  await settled(page)
  await members[0]?.kill()
  await members[1]?.kill()
  const alone = 'No leader: this is the state of m2; it may be old'
  for (const path of pathsOn(page, [...SECTIONS, '/v3/registry/k'], ['/v3/registry/k'])) {
    await page.goto(`${server.url}/live${path}`)
    await connection(page, 'no-leader')
    await expect(part(page, 'grave')).toHaveText(alone)
  }
  await expectWhole(page)
  // Its own state is still shown.
  await expect(page.locator('.cm-content')).toContainText('v')
  await expectAccessible(page)
  await markDocument(page)
  members[1]?.start()
  await connection(page, 'live')
  await expect(part(page, 'grave')).toHaveCount(0)
  await expect(part(page, 'source')).toContainText(/leader m[12]/)
  await expect(line(page).getByRole('status')).toHaveText('etcd answers.')
  expect(await sameDocument(page)).toBe(true)
})

test('the members are asked again when the leader is lost and when there is one', async ({ page }) => {
  test.slow()
  const { endpoints, members, destroy } = await startThree()
  undo.push(destroy)
  const server = await serverOf(endpoints)
  await page.goto(`${server.url}/live`)
  await connection(page, 'live')
  const list = page.getByRole('region', { name: 'Members' })
  const cells = (name: string) => list.getByRole('cell', { name, exact: true })
  await expect(cells('leader')).toHaveCount(1)
  await members[0]?.kill()
  await members[1]?.kill()
  await connection(page, 'no-leader')
  // An old leader is not shown beside "no leader".
  await expect(cells('no answer')).toHaveCount(2)
  await expect(cells('leader')).toHaveCount(0)
  members[1]?.start()
  await connection(page, 'live')
  await expect(cells('leader')).toHaveCount(1)
  await expect(cells('not reached')).toHaveCount(1)
})

test('a wrong client URL of a healthy member is not told as a member that is down @phone', async ({ page }) => {
  const nobody = `http://127.0.0.1:${await freePort()}`
  const { endpoints, destroy } = await startThree({ advertised: () => nobody })
  undo.push(destroy)
  const [first = '', second = '', third = ''] = endpoints
  const server = await serverOf([first, second, nobody])
  await page.goto(`${server.url}/live`)
  const members = page.getByRole('region', { name: 'Members' })
  // Which of them leads is the cluster's choice.
  await expect(members.getByRole('row').filter({ hasText: 'm2' })).toContainText(
    /not reached.*(?:The member may still be running: the cluster has a leader|the other members have it as their leader)/,
  )
  await expect(members.getByRole('cell', { name: 'no answer', exact: true })).toHaveCount(0)
  await expectAccessible(page)

  const both = await serverOf([first, second, third, nobody])
  await page.goto(`${both.url}/live`)
  await expect(members.getByRole('row').filter({ hasText: 'm2' }).first()).toContainText(/follower|leader/)
  await expect(members.getByRole('row').filter({ hasText: nobody })).toContainText(
    'm2 advertises this address, and answers at another one.',
  )
  await expect(members.getByRole('cell', { name: 'no answer', exact: true })).toHaveCount(0)
})

test('endpoints of two clusters: every page names both, and shows data of neither', async ({ page }) => {
  const [one, other] = [await startEtcd(), await startEtcd()]
  undo.push(
    () => one.destroy(),
    () => other.destroy(),
  )
  await one.ctl(['put', KEY, 'value-of-m'])
  await other.ctl(['put', KEY, 'value-of-n'])
  const server = await serverOf([one.endpoint, other.endpoint])
  await page.goto(`${server.url}/live/v3${KEY}`)
  await connection(page, 'mixed')
  await expect(part(page, 'grave')).toHaveText('Endpoints of two etcd clusters: neither is read')
  for (const path of PAGES) {
    await page.goto(`${server.url}/live${path}`)
    await connection(page, 'mixed')
    for (const { endpoint } of [one, other]) await expect(page.getByRole('main')).toContainText(endpoint)
    await expect(page.getByRole('main')).not.toContainText(/value-of/)
  }
  // Which one was meant remains unknown when only one answers. What an open page read of both stays what it was: pages that are opened now say it.
  await one.stop()
  await expect(page.getByRole('main')).not.toContainText(/value-of/)
  for (const path of [`/v3${KEY}`, '']) {
    await page.goto(`${server.url}/live${path}`)
    await connection(page, 'mixed')
    await expect(page.getByRole('main')).toContainText(/belonged to cluster [0-9a-f]+ when it last answered/)
    await expect(page.getByRole('main')).toContainText('Restart Registree with the endpoints of one cluster only')
    await expect(page.getByRole('main')).not.toContainText(/value-of/)
    await connection(page, 'mixed')
  }
})

test('endpoints of two clusters: pages claim nothing about the data, as none was read', async ({ page }) => {
  const [empty, other] = [await startEtcd(), await startEtcd()]
  undo.push(
    () => empty.destroy(),
    () => other.destroy(),
  )
  await other.ctl(['put', KEY, 'value-of-n'])
  const server = await serverOf([empty.endpoint, other.endpoint])
  for (const path of ['', '/resources', '']) {
    await page.goto(`${server.url}/live${path}`)
    await connection(page, 'mixed')
    await expect(page.getByText('The endpoints belong to two different etcd clusters').first()).toBeVisible()
    await expect(page.locator('[data-registry]')).toHaveCount(0)
    await expect(page.getByText(/Nothing is stored below|No other Kubernetes objects/)).toHaveCount(0)
  }
})

test('many tabs leave connections for reads: a hidden tab has no event stream', async ({ context }) => {
  const { url } = await etcdWithValue()
  // In this test every page is visible at once, so visibility is simulated.
  await context.addInitScript(() => {
    let hidden = false
    Object.defineProperty(document, 'hidden', { get: () => hidden })
    Object.assign(window, {
      hide: (now: boolean) => {
        hidden = now
        document.dispatchEvent(new Event('visibilitychange'))
      },
    })
  })
  const hide = (page: Page, now: boolean) => page.evaluate((to) => (window as unknown as { hide: (to: boolean) => void }).hide(to), now)
  const pages: Page[] = []
  // A browser has six connections to one server: the seventh page would wait forever.
  for (let i = 0; i < 9; i += 1) {
    const page = await context.newPage()
    await page.goto(`${url}/flannel`)
    await connection(page, 'live')
    await hide(page, true)
    pages.push(page)
  }
  const [first] = pages as [Page]
  await hide(first, false)
  await connection(first, 'live')
  await first.getByRole('link', { name: 'Resources' }).first().click()
  await expect(first.getByRole('main').getByText('configmaps').first()).toBeVisible()
})
