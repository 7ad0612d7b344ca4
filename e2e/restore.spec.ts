// A restore from a backup behind one address, with a real browser: its cache, its history, its back-forward cache and its open pages never show
// yesterday's bytes as today's.
import { chromium, expect, type Page, test } from '@playwright/test'
import { startEtcd, type TestEtcd } from '../apps/server/src/sources/testing/etcd.ts'
import { completeBrowser } from './support/complete-browser.ts'
import { settled } from './support/settled.ts'
import { shareServer } from './support/shared-server.ts'

const KEY = '/registry/configmaps/shop/settings'
const configMap = (text: string) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data: { text } })

const shared = shareServer(
  () => startEtcd(),
  (unused) => unused.destroy(),
)
let etcd: TestEtcd
let url: string
/** Taken before the first key was written. */
let snapshot: string

test.beforeEach(async () => {
  ;({ etcd, url } = await shared.next())
  await etcd.ctl(['put', '/registry/namespaces/shop'], { input: '{}' })
  snapshot = await etcd.save()
})
test.afterEach(() => etcd.destroy())
test.afterAll(() => shared.stop())

const put = (text: string, key = KEY) => etcd.ctl(['put', key], { input: configMap(text) })
const value = (page: Page) => page.locator('.cm-content')
const live = (page: Page) => expect(page.getByRole('contentinfo')).toHaveAttribute('data-connection', 'live')
const revision = (page: Page) => page.getByRole('contentinfo').locator('[data-status=revision]')
const markDocument = (page: Page) => page.evaluate(() => Object.assign(window, { sameDocument: true }))
const sameDocument = (page: Page) => page.evaluate(() => 'sameDocument' in window)

test('an open page and a pinned one are read again automatically, and say why', async ({ page, context }) => {
  // The backup holds another value at the same revision: written after the restore, it would come later than the pages ask again.
  await put('today')
  const backup = await etcd.save()
  await etcd.restore(snapshot)
  await put('yesterday')
  await put('other', '/registry/configmaps/shop/other')
  const pinned = await context.newPage()
  await pinned.goto(`${url}/v3${KEY}?rev=3`)
  await expect(value(pinned)).toContainText('yesterday')
  await page.goto(`${url}/v3${KEY}`)
  await expect(value(page)).toContainText('yesterday')
  await expect(revision(page)).toContainText('rev 4')
  for (const one of [page, pinned]) {
    await live(one)
    await settled(one)
    await markDocument(one)
  }

  // The same revision, the same ids, but another content.
  await etcd.restore(backup)
  for (const one of [page, pinned]) {
    await expect(value(one)).toContainText('today')
    await expect(one.getByRole('contentinfo')).toContainText(/Restored or replaced at \d\d:\d\d:\d\d/)
    await expect(one.getByRole('status').filter({ hasText: 'etcd was restored or replaced. The page was read again.' })).toHaveCount(1)
    expect(await sameDocument(one)).toBe(true)
  }
  await expect(revision(page)).toContainText('rev 3')
  await expect(page.getByRole('treeitem', { name: 'other' })).toHaveCount(0)
  // Keys that the tree showed before do not exist at the new revision.
  await page.getByRole('treeitem', { name: 'settings' }).click()
  await expect(value(page)).toContainText('today')
})

test('an unobserved restore: reloading, going back and opening the link again show the current data', async ({ page }) => {
  await put('yesterday')
  const link = `${url}/v3${KEY}?rev=3`
  await page.goto(link)
  await expect(value(page)).toContainText('yesterday')
  await settled(page)
  await page.goto('about:blank')

  await etcd.restore(snapshot)
  await put('today')
  // At a higher revision than before: no number reveals it.
  for (let i = 0; i < 5; i += 1) await put(`later ${i}`, '/registry/configmaps/shop/later')

  await page.goBack()
  await expect(page).toHaveURL(link)
  await expect(value(page)).toContainText('today')
  await page.reload()
  await expect(value(page)).toContainText('today')
  const other = await page.context().newPage()
  await other.goto(link)
  await expect(value(other)).toContainText('today')
  const raw = await other.evaluate(
    async (path) => (await fetch(path)).text(),
    `/api/v1/clusters${new URL(url).pathname}/v3/raw?key=${KEY}&rev=3`,
  )
  expect(raw).toContain('today')
})

test('a page from the back-forward cache is updated', async () => {
  await put('yesterday')
  // Playwright disables that cache and loses such pages, so this uses the browser's own protocol.
  // The headless shell has no such cache. It keeps no page whose HTML held a value: that is read anew.
  const browser = await chromium.launch({
    ...completeBrowser,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
  try {
    const page = await browser.newPage()
    const devtools = await page.context().newCDPSession(page)
    const evaluate = async (expression: string) =>
      (await devtools.send('Runtime.evaluate', { expression, returnByValue: true }).catch(() => null))?.result.value as unknown
    // The editor is in a shadow tree.
    const shown = () =>
      evaluate(
        `[...document.querySelectorAll('*')].map(({ shadowRoot }) => shadowRoot?.querySelector('.cm-content')?.textContent ?? '').join('')`,
      )
    const connection = () => evaluate(`document.querySelector('footer')?.dataset.connection`)
    await devtools.send('Page.navigate', { url: `${url}/v3${KEY}?rev=3&view=json` })
    await expect.poll(shown).toContain('yesterday')
    await expect.poll(connection).toBe('live')
    await evaluate(`window.addEventListener('pageshow', ({ persisted }) => Object.assign(window, { persisted }))`)
    await devtools.send('Page.navigate', { url: new URL('/icon.svg', url).href })
    await expect.poll(() => evaluate('location.pathname')).toBe('/icon.svg')

    await etcd.restore(snapshot)
    await put('today')
    const { currentIndex, entries } = await devtools.send('Page.getNavigationHistory')
    await devtools.send('Page.navigateToHistoryEntry', { entryId: entries[currentIndex - 1]?.id as number })
    await expect.poll(() => evaluate('window.persisted')).toBe(true)
    await expect.poll(shown).toContain('today')
    await expect.poll(connection).toBe('live')
  } finally {
    await browser.close()
  }
})

test('a revision lost in the restore leads to the newest unless it was pinned; then it is reported', async ({ page, context }) => {
  for (let i = 0; i < 6; i += 1) await put(`yesterday ${i}`)
  await page.goto(`${url}/v3/registry/`)
  await live(page)
  const pinned = await context.newPage()
  await pinned.goto(`${url}/v3${KEY}?rev=8`)
  await expect(value(pinned)).toContainText('yesterday 5')
  await live(pinned)
  await etcd.restore(snapshot)
  await expect(page.getByRole('treeitem', { name: 'namespaces/' })).toBeVisible()
  await expect(page.getByRole('treeitem', { name: 'configmaps/' })).toHaveCount(0)
  await expect(revision(page)).toContainText('rev 2')
  await expect(pinned.getByText('REVISION_IN_FUTURE')).toBeVisible()
  await expect(pinned.getByRole('main')).not.toContainText('yesterday')
  // Once etcd reaches that revision again, the page shows it automatically.
  await markDocument(pinned)
  for (let i = 3; i <= 8; i += 1) await put(`today ${i}`)
  await expect(value(pinned)).toContainText('today 8')
  await expect(pinned.getByText('REVISION_IN_FUTURE')).toHaveCount(0)
  expect(await sameDocument(pinned)).toBe(true)
})

test('a table pinned to a future revision appears once etcd reaches it', async ({ page }) => {
  await page.goto(`${url}/resources/configmaps?rev=4`)
  await expect(page.getByText('This revision does not exist yet')).toBeVisible()
  await live(page)
  await put('third')
  await expect(revision(page)).toBeVisible()
  await expect(page.getByText('This revision does not exist yet')).toBeVisible()
  await put('fourth')
  await expect(page.getByText(/^1 row/)).toBeVisible()
  await expect(page.getByText('This revision does not exist yet')).toHaveCount(0)
})

test('a large table disappears with its history', async ({ page }) => {
  await put('today', '/registry/configmaps/shop/today')
  const other = await etcd.save()
  await etcd.ctl(['del', '/registry/configmaps/shop/today'])
  await put('yesterday')
  await page.goto(`${url}/resources/configmaps`)
  await live(page)
  await expect(page.getByText(/^1 row/)).toBeVisible()
  await etcd.restore(other)
  await expect(page.getByRole('main').getByText('today').first()).toBeVisible()
  await expect(page.getByRole('main').getByText('settings')).toHaveCount(0)
})

test('the palette finds current names, also while it is open', async ({ page }) => {
  const name = (of: string) => `/registry/configmaps/shop/settings-${of}`
  await put('today', name('third'))
  const other = await etcd.save()
  await etcd.ctl(['del', name('third')])
  await put('yesterday', name('old'))
  await page.goto(url)
  await live(page)
  const palette = page.getByRole('dialog')
  const search = async () => {
    await page.keyboard.press('/')
    await palette.getByRole('combobox').fill('settings')
  }
  await search()
  await expect(palette.getByText('settings-old').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await etcd.restore(snapshot)
  await put('today', name('new'))
  await search()
  await expect(palette.getByText('settings-new').first()).toBeVisible()
  await expect(palette.getByText('settings-old')).toHaveCount(0)
  await etcd.restore(other)
  await expect(palette.getByText('settings-third').first()).toBeVisible()
  await expect(palette.getByText('settings-new')).toHaveCount(0)
})
