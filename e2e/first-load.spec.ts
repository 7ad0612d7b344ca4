// The order of a page's requests: its HTML names what it needs first, and nothing else is fetched before that.
import { expect, type Page, test } from '@playwright/test'
import { withoutAnswer } from './support/without-answer.ts'

const script = /\/assets\/.*\.js$/
const pathOf = (url: string) => new URL(url).pathname

/** A page's requests in order, by path. */
function noteRequests(page: Page): string[] {
  const asked: string[] = []
  page.on('request', (request) => asked.push(pathOf(request.url())))
  return asked
}

/** The scripts in a page's HTML: the common ones, and those of this page. */
async function scriptsOf(page: Page, path: string): Promise<{ common: string[]; own: string[] }> {
  // A new server's first answer may come before it knows its clusters.
  let html = ''
  await expect(async () => {
    html = await (await page.request.get(path)).text()
    expect(html).toContain('id="clusters"')
  }).toPass()
  const common = [...html.matchAll(/<script type="module" crossorigin src="([^"]+)"/g)].map(([, file = '']) => file)
  const own = [...html.matchAll(/<link rel="modulepreload" crossorigin href="([^"]+)"/g)].map(([, file = '']) => file)
  return { common, own }
}

/** Holds what matches until it is let go. */
async function hold(page: Page, what: string | RegExp): Promise<() => void> {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(what, async (route) => {
    await held
    await route.continue()
  })
  return release
}

test('trouble and the front page’s code are requested before any script has loaded', async ({ page }) => {
  const { common, own } = await scriptsOf(page, '/demo')
  expect(own.some((file) => /\/overview-/.test(file))).toBe(true)
  const asked = noteRequests(page)
  const release = await hold(page, script)
  const loaded = page.goto('/demo')
  await expect.poll(() => asked).toEqual(expect.arrayContaining(['/api/v1/clusters/demo/trouble', ...common, ...own]))
  release()
  await loaded
  await expect(page.getByRole('list', { name: 'Trouble' })).toContainText('Node 172.20.0.115')
  // Requested once, by the HTML; and the clusters not at all.
  expect(asked.filter((path) => path === '/api/v1/clusters/demo/trouble')).toHaveLength(1)
  expect(asked).not.toContain('/api/v1/clusters')
})

for (const [path, answer, there] of [
  ['/demo', '**/trouble', '[aria-label="Trouble"] li'],
  ['/demo/resources/pods', '**/tables/**', '[data-table] [data-index]'],
  ['/demo/v3/registry/pods/shop/stuck-big', '**/v3/value?*', '.cm-content'],
] as const)
  test(`${path}: the code of other pages waits until this one has its data`, async ({ page }) => {
    const { common, own } = await scriptsOf(page, path)
    // A key's tree waits for its value, but not long.
    const tree = path.includes('/v3/') ? (await scriptsOf(page, '/demo/v3/registry/')).own.filter((file) => /Tree-/.test(file)) : []
    const asked = noteRequests(page)
    const release = await hold(page, answer)
    await withoutAnswer(page, path)
    await page.goto(path)
    // The page runs, has everything except this answer, and is idle.
    await expect(page.getByText('1 in flight')).toHaveCount(1)
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => requestIdleCallback(resolve))))
    const scripts = () => asked.filter((one) => script.test(one))
    expect(scripts().filter((one) => ![...common, ...own, ...tree].includes(one))).toEqual([])
    release()
    await expect(page.locator(there).first()).toBeVisible()
    // Afterwards they are loaded.
    await expect.poll(() => scripts().some((one) => /\/flannel-/.test(one))).toBe(true)
  })

test('a page restored from the browser’s cache requests its data again', async ({ page }) => {
  await scriptsOf(page, '/demo')
  await page.goto('/demo')
  await expect(page.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible()
  await page.goto('/api/openapi.json')
  const asked = noteRequests(page)
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1, name: 'Demo' })).toBeVisible()
  const [{ size }] = (await page.evaluate(() =>
    performance.getEntriesByType('navigation').map((one) => ({ size: (one as PerformanceNavigationTiming).transferSize })),
  )) as [{ size: number }]
  // If the browser requested the HTML again, its list is new; if not, the page requests it.
  if (size === 0) await expect.poll(() => asked).toContain('/api/v1/clusters')
  else expect(asked).toContain('/demo')
})

test('the list in the HTML is data for the browser, and violates no policy', async ({ page }) => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy|preload/i.test(message.text())) complaints.push(message.text())
  })
  await scriptsOf(page, '/demo')
  const reply = await page.goto('/demo')
  expect(reply?.headers()['cache-control']).toBe('private, no-cache')
  expect(reply?.headers()['content-security-policy']).toContain("script-src 'self';")
  await expect(page.getByRole('list', { name: 'Trouble' })).toContainText('Node 172.20.0.115')
  expect(complaints).toEqual([])
})

// Compressed bytes, with all that its HTML names and its data, and files: a page of a new visitor waits for these. Headers are not counted.
for (const { path, locale, bytes, files } of [
  { path: '/demo', locale: 'en', bytes: 142_000, files: 9 },
  { path: '/demo', locale: 'zh-CN', bytes: 148_500, files: 11 },
  { path: '/demo/resources/pods', locale: 'en', bytes: 144_500, files: 13 },
  { path: '/demo/resources/pods', locale: 'zh-CN', bytes: 148_500, files: 14 },
  { path: '/demo/v3/registry/pods/shop/stuck-big', locale: 'en', bytes: 160_000, files: 14 },
])
  test(`${path} in ${locale}: at most ${bytes / 1000} kB in ${files} files before its data`, async ({ page }) => {
    await scriptsOf(page, path)
    const headers = { 'accept-language': locale, 'accept-encoding': 'br' }
    const html = await (await page.request.get(path, { headers })).text()
    const named = [...html.matchAll(/<(?:script|link)[^>]* (?:src|href)="(\/(?:assets|api)\/[^"]+)"/g)].map(([, file = '']) => file)
    expect(named.some((file) => file.endsWith('.css'))).toBe(true)
    const sizes = await Promise.all(
      [path, ...named].map(async (file) => {
        const response = await page.request.get(file, { headers })
        expect(response.status(), file).toBe(200)
        // What is compressed now has no length; what the build has compressed does.
        return Number(response.headers()['content-length'] ?? (await response.body()).length / 3)
      }),
    )
    expect(named.length).toBeLessThanOrEqual(files)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(bytes)
    // All of a language in its own files, and compressed by the build.
    const script = named.find((file) => /\/app-/.test(file)) ?? ''
    expect(script.startsWith('/assets/zh-Hans/')).toBe(locale === 'zh-CN')
    expect((await page.request.get(script, { headers })).headers()['content-encoding']).toBe('br')
  })

test('a page is there before its scripts: its frame, and the first lines of a key, as they will stay', async ({ page }) => {
  const path = '/demo/v3/registry/pods/shop/stuck-big'
  await expect(async () => expect(await (await page.request.get(path)).text()).toContain('data-value-text')).toPass()
  const release = await hold(page, script)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text())
  })
  const placeOf = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => {
        const { x, y, width } = element.getBoundingClientRect()
        return { x, y, width }
      })
  // The HTML holds the value only if etcd has answered at once.
  await expect(async () => {
    await page.goto(path, { waitUntil: 'commit' })
    await expect(page.locator('[data-picture] [data-value-text]')).toContainText('apiVersion: v1', { timeout: 1000 })
  }).toPass()
  await expect(page.locator('[data-picture] nav[aria-label="Cluster"]')).toContainText('Overview')
  const parts = ['header', '[data-value-text]', '[role="tablist"]', 'footer']
  const before = await Promise.all(parts.map(placeOf))
  release()
  await expect(page.locator('[data-picture]')).toHaveCount(0)
  await expect(page.locator('.cm-content')).toBeVisible()
  const [header, , tabs, footer] = before
  expect(await Promise.all(['header', '[role="tablist"]', 'footer'].map(placeOf))).toEqual([header, tabs, footer])
  expect(complaints).toEqual([])
})

test('a first picture needs only its HTML and the style sheet, which are small', async ({ page }) => {
  const path = '/demo/v3/registry/pods/shop/stuck-big'
  const headers = { 'accept-encoding': 'br' }
  await expect(async () => {
    const reply = await page.request.get(path, { headers })
    const html = await reply.text()
    expect(html).toContain('data-picture')
    const [, style = ''] = /<link[^>]* href="(\/assets\/[^"]+\.css)"/.exec(html) ?? []
    const sizes = [reply, await page.request.get(style, { headers })].map((one) => Number(one.headers()['content-length']))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(19_000)
    expect(reply.headers()['cache-control']).toBe('no-store')
  }).toPass()
})

test('the HTML of a Secret holds no more than the page shows', async ({ page }) => {
  const listed = (await (await page.request.get('/api/v1/clusters/demo/v3/children?prefix=%2Fregistry%2Fsecrets%2Fshop%2F')).json()) as {
    children: { key?: string; kind: string }[]
  }
  const key = listed.children.find(({ kind }) => kind === 'key')?.key ?? ''
  expect(key).not.toBe('')
  const answer = await (await page.request.get(`/api/v1/clusters/demo/v3/value?key=${encodeURIComponent(key)}`)).json()
  await expect(async () => {
    const html = await (await page.request.get(`/demo/v3${key}`)).text()
    const [, held = ''] = /<script type="application\/json" id="answer">(.*?)<\/script>/s.exec(html) ?? []
    expect((JSON.parse(held) as { body: { decoded: unknown } }).body.decoded).toEqual(answer.decoded)
  }).toPass()
})

test('a chosen theme is in the HTML, and times of another zone are left to the browser', async ({ page, baseURL }) => {
  const path = '/demo/v3/registry/pods/shop/stuck-big'
  const cookie = (value: string) => page.context().addCookies([{ name: 'registree-look', value, url: baseURL ?? '' }])
  const html = async () => await (await page.request.get(path)).text()
  await expect(async () => expect(await html()).toContain('data-picture')).toPass()
  await cookie('dark')
  expect(await html()).toContain('data-theme="dark"')
  await cookie('local')
  await expect(async () => expect(await html()).toContain('id="answer"')).toPass()
  expect(await html()).not.toContain('data-picture')
})
