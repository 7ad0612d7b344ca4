// A page's HTML names the first data it needs, for this request alone, and a hanging etcd does not delay it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ClustersAnswer } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { memoryCluster, testApp } from '../testing/app.ts'

/** Only ends a test that would never pass. */
const LONG = 60_000

let root: string

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'registree-web-'))
  await mkdir(path.join(root, 'assets'))
  await writeFile(path.join(root, 'index.html'), '<!doctype html><html><head><title>Registree</title></head><body></body></html>')
  await writeFile(path.join(root, 'index.zh-Hans.html'), '<!doctype html><html lang="zh-Hans"><head></head><body></body></html>')
  await writeFile(path.join(root, 'pages.zh-Hans.json'), JSON.stringify({ cluster: ['/assets/zh-Hans/overview.js'] }))
  await writeFile(
    path.join(root, 'pages.json'),
    JSON.stringify({
      cluster: ['/assets/overview.js'],
      v3: ['/assets/v3.js', '/assets/shared.js'],
      catalogue: ['/assets/catalogue.js'],
      resources: ['/assets/table.js'],
    }),
  )
})
afterAll(() => rm(root, { recursive: true }))

/** A build that draws pictures: with what it was given, or with an error that quotes it. */
async function drawingRoot(): Promise<string> {
  const drawing = await mkdtemp(path.join(tmpdir(), 'registree-web-'))
  await mkdir(path.join(drawing, 'picture', 'en'), { recursive: true })
  await writeFile(path.join(drawing, 'index.html'), '<!doctype html><html lang="en"><head></head><body><div id="app"></div></body></html>')
  await writeFile(
    path.join(drawing, 'picture', 'en', 'picture.mjs'),
    `export async function picture({ href, answer, theme }) {
      if (href.includes('fails')) throw new Error('cannot draw ' + JSON.stringify(answer))
      return { html: '<p>' + theme + ' ' + encodeURIComponent(JSON.stringify(answer)) + '</p>', css: '[data-style="0"]{width:1px}', ms: 1 }
    }`,
  )
  return drawing
}

const SECRET = 'the-password-of-the-shop'
const secretOf = (name: string) => {
  const data = { password: Buffer.from(SECRET).toString('base64') }
  return utf8(JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'shop' }, data }))
}

const answerIn = (html: string) => {
  const [, json] = /<script type="application\/json" id="answer">(.*?)<\/script>/s.exec(html) ?? []
  return json === undefined ? null : (JSON.parse(json) as { url: string; epoch: string; body: unknown })
}

const clustersIn = (html: string): ClustersAnswer | null => {
  const [, json] = /<script type="application\/json" id="clusters">(.*?)<\/script>/s.exec(html) ?? []
  return json === undefined ? null : (JSON.parse(json) as ClustersAnswer)
}
const preloads = (html: string) => [...html.matchAll(/<link rel="modulepreload" crossorigin href="([^"]*)">/g)].map(([, file]) => file)

test('contains the list of clusters, and is revalidated each time', async () => {
  const app = await testApp(memoryCluster(new MemoryV3Source()), { webRoot: root, pagePatienceMs: LONG })
  const page = await app.inject('/test/resources/pods')
  const list = await app.inject('/api/v1/clusters')
  expect(clustersIn(page.payload)).toEqual(list.json())
  expect(page.headers['cache-control']).toBe('private, no-cache')
  await app.close()
})

test('a request’s data is in no other request’s HTML', async () => {
  const policyOf = (request: { headers: { 'x-who'?: string } }) => ({
    reveal: request.headers['x-who'] === 'admin',
    decrypt: true,
    salt: new Uint8Array(32),
  })
  const app = await testApp(memoryCluster(), { webRoot: root, pagePatienceMs: LONG, policyOf: policyOf as never })
  const revealed = async (headers: Record<string, string>) =>
    clustersIn((await app.inject({ url: '/test', headers })).payload)?.clusters[0]?.revealSecrets
  expect([await revealed({}), await revealed({ 'x-who': 'admin' }), await revealed({})]).toEqual([false, true, false])
  await app.close()
})

test('loads the page’s scripts and its first answer at once', async () => {
  const source = new MemoryV3Source()
  source.set(utf8('/registry/namespaces/a'), utf8('{}'))
  const app = await testApp(memoryCluster(source), { webRoot: root, pagePatienceMs: LONG })
  const html = async (url: string) => (await app.inject(url)).payload
  expect(preloads(await html('/test'))).toEqual(['/assets/overview.js'])
  expect(await html('/test')).toContain('<link rel="preload" as="fetch" crossorigin href="/api/v1/clusters/test/trouble">')
  expect(await html('/test/v3/registry/')).toContain('<link rel="preload" as="fetch" crossorigin href="/api/v1/clusters/test/status">')
  const timeline = '<link rel="preload" as="fetch" crossorigin href="/api/v1/clusters/test/v3/timeline?writes=2000&amp;budget=64">'
  expect(await html('/test/timeline')).toContain(timeline)
  expect(await html('/test/v3/registry/')).not.toContain('/v3/timeline')
  // The address without a cluster, which redirects to the only one.
  expect(preloads(await html('/'))).toEqual(['/assets/overview.js'])
  expect(preloads(await html('/test/v3/registry/'))).toEqual(['/assets/v3.js', '/assets/shared.js'])
  expect(preloads(await html('/test/v3/registry/pods/a/b?rev=5'))).toEqual(['/assets/v3.js', '/assets/shared.js'])
  // The list of resources and a table.
  expect(preloads(await html('/test/resources'))).toEqual(['/assets/catalogue.js'])
  expect(preloads(await html('/test/resources/pods'))).toEqual(['/assets/table.js'])
  // A key that is not UTF-8.
  expect(preloads(await html('/test/v3/%ff'))).toEqual(['/assets/v3.js', '/assets/shared.js'])
  expect(preloads(await html('/elsewhere/what'))).toEqual([])
  await app.close()
})

test('no title can end the data block', async () => {
  const opened = { ...memoryCluster(), origin: '</script><script>alert(1)</script><!--' }
  const app = await testApp(opened, { webRoot: root, pagePatienceMs: LONG })
  const { payload } = await app.inject('/test')
  expect(payload.match(/<script/g)).toHaveLength(1)
  expect(clustersIn(payload)?.clusters[0]?.origin).toBe(opened.origin)
  await app.close()
})

test('a hanging etcd does not delay the page: it comes without the list', async () => {
  const source = new MemoryV3Source()
  const asked: (AbortSignal | undefined)[] = []
  const hang = (signal?: AbortSignal) => {
    asked.push(signal)
    return new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
  }
  Object.assign(source, { availability: hang })
  const app = await testApp(memoryCluster(source), { webRoot: root, pagePatienceMs: 1 })
  const page = await app.inject('/test')
  expect([page.statusCode, clustersIn(page.payload)]).toEqual([200, null])
  expect(page.payload).toContain('<title>Registree</title>')
  // Nothing continues for a page that is gone.
  expect(asked.map((signal) => signal?.aborted)).toEqual([true])
  await app.close()
})

test('is in the language that was chosen, else in the first that the browser prefers', async () => {
  const app = await testApp(memoryCluster(), { webRoot: root, pagePatienceMs: LONG })
  const inChinese = async (headers: Record<string, string>) => {
    const page = await app.inject({ url: '/test', headers })
    expect(page.headers.vary).toContain('accept-language')
    return preloads(page.payload)[0] === '/assets/zh-Hans/overview.js'
  }
  expect(await inChinese({})).toBe(false)
  expect(await inChinese({ 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' })).toBe(true)
  expect(await inChinese({ 'accept-language': 'zh-CN;q=0.3,en;q=0.8' })).toBe(false)
  expect(await inChinese({ 'accept-language': 'zh-CN', cookie: 'other=1; registree-language=en' })).toBe(false)
  expect(await inChinese({ 'accept-language': 'de', cookie: 'registree-language=zh-Hans' })).toBe(true)
  expect(await inChinese({ 'accept-language': 'zh-CN;q=what,,;', cookie: 'registree-language=../../etc' })).toBe(false)
  await app.close()
})

test('a key’s HTML holds what the API gives this reader, and is stored nowhere', async () => {
  const webRoot = await drawingRoot()
  const source = new MemoryV3Source()
  const key = '/registry/secrets/shop/login'
  source.set(utf8(key), secretOf('login'))
  const policyOf = (request: { headers: { 'x-who'?: string } }) => ({
    reveal: request.headers['x-who'] === 'admin',
    decrypt: true,
    salt: new Uint8Array(32),
  })
  const app = await testApp(memoryCluster(source), { webRoot, pagePatienceMs: LONG, policyOf: policyOf as never })
  const shows = (text: string) => text.includes(SECRET) || text.includes(Buffer.from(SECRET).toString('base64'))
  const ask = async (who: string) => {
    const headers = { 'x-who': who }
    const page = await app.inject({ url: `/test/v3${key}`, headers })
    const held = answerIn(page.payload)
    const api = await app.inject({ url: held?.url ?? '', headers })
    expect(page.headers['cache-control']).toBe('no-store')
    expect(page.payload).toContain('<p>system ')
    expect(held?.epoch).toBe(api.headers['registree-epoch'])
    const { cost: _held, ...body } = (held?.body ?? {}) as { cost?: unknown }
    const { cost: _api, ...given } = api.json()
    expect(body).toEqual(given)
    return shows(page.payload)
  }
  // At the same time: no reader's answer is another's.
  for (let i = 0; i < 6; i += 1) expect(await Promise.all([ask('admin'), ask('nobody')])).toEqual([true, false])
  // A condition of the page's request is none of the answer's.
  const again = await app.inject({ url: `/test/v3${key}`, headers: { 'if-none-match': '*', 'accept-encoding': 'br' } })
  expect([again.statusCode, again.headers['content-encoding']]).toEqual([200, 'br'])
  // A host that the API refuses gets no page either.
  expect((await app.inject({ url: `/test/v3${key}`, headers: { host: 'evil.example' } })).payload).not.toContain('password')
  // A key that is not there, a directory, and another text of the value: the page asks itself.
  for (const url of [`/test/v3${key}x`, '/test/v3/registry/', `/test/v3${key}?view=json`])
    expect((await app.inject(url)).payload).not.toMatch(/id="answer"|<p>/)
  await app.close()
  await rm(webRoot, { recursive: true })
})

test('an answer that is too large for HTML is made for one page, and then left to the pages', async () => {
  const webRoot = await drawingRoot()
  const source = new MemoryV3Source()
  const key = '/registry/configmaps/shop/large'
  source.set(
    utf8(key),
    utf8(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'large' }, data: { a: 'x'.repeat(50_000) } })),
  )
  const app = await testApp(memoryCluster(source), { webRoot, pagePatienceMs: LONG })
  let asked = 0
  const range = source.range.bind(source)
  source.range = async (...request) => {
    if (Buffer.from(request[0].key).toString() === key) asked += 1
    return await range(...request)
  }
  expect((await app.inject({ method: 'HEAD', url: `/test/v3${key}` })).statusCode).toBe(200)
  expect(asked).toBe(0)
  expect((await app.inject(`/test/v3${key}`)).payload).not.toContain('id="answer"')
  const first = asked
  expect(first).toBeGreaterThan(0)
  expect((await app.inject(`/test/v3${key}`)).payload).not.toContain('id="answer"')
  expect(asked).toBe(first)
  await app.close()
  await rm(webRoot, { recursive: true })
})

test('a picture that cannot be drawn is left out, and the log does not quote what it showed', async () => {
  const webRoot = await drawingRoot()
  const source = new MemoryV3Source()
  source.set(utf8('/registry/secrets/shop/fails'), secretOf('fails'))
  const app = await testApp(memoryCluster(source), { webRoot, pagePatienceMs: LONG, reveal: true })
  const logged: unknown[] = []
  app.addHook('onRequest', async (request) => {
    request.log.warn = (...said: unknown[]) => void logged.push(said)
  })
  const page = await app.inject('/test/v3/registry/secrets/shop/fails')
  expect(page.statusCode).toBe(200)
  expect(page.payload).toContain('<div id="app"></div>')
  expect(logged).toHaveLength(1)
  expect(JSON.stringify(logged)).not.toMatch(/password|dGhlLXBhc3N3b3Jk/)
  await app.close()
  await rm(webRoot, { recursive: true })
})

test('many requests at once get their pages, and not all of them pictures', async () => {
  const webRoot = await drawingRoot()
  await writeFile(
    path.join(webRoot, 'picture', 'en', 'picture.mjs'),
    `export async function picture() {
      const end = performance.now() + 40
      while (performance.now() < end);
      return { html: '<p>drawn</p>', css: '', ms: 40 }
    }`,
  )
  const source = new MemoryV3Source()
  source.set(utf8('/a'), utf8('{}'))
  const app = await testApp(memoryCluster(source), { webRoot, pagePatienceMs: LONG })
  const pages = await Promise.all(Array.from({ length: 60 }, () => app.inject('/test/v3/a')))
  expect(pages.every(({ statusCode }) => statusCode === 200)).toBe(true)
  const drawn = pages.filter(({ payload }) => payload.includes('<p>drawn</p>')).length
  expect(drawn).toBeGreaterThan(0)
  expect(drawn).toBeLessThan(30)
  await app.close()
  await rm(webRoot, { recursive: true })
})
