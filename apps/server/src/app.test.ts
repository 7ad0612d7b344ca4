// The API over an in-memory keyspace: answers, errors, caching, and protection against strangers and writes.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as contract from '@registree/contract'
import { ChildrenAnswer, CountAnswer, Problem, ValueAnswer } from '@registree/contract'
import { toBase64url, toUtf8OrNull, utf8 } from '@registree/keyspace'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { Check } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from './problem.ts'
import { Identity } from './sources/identity.ts'
import { MemoryV2Source } from './sources/memory/memory-v2-source.ts'
import { MemoryV3Source } from './sources/memory/memory-v3-source.ts'
import { get, memoryCluster, testApp } from './testing/app.ts'

const SECRET = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { password: 'aHVudGVyMg==' } })

const v3 = new MemoryV3Source()
const v2 = new MemoryV2Source()
let app: FastifyInstance

beforeAll(async () => {
  for (let i = 0; i < 30; i += 1) v3.set(utf8(`/registry/configmaps/ns/${String(i).padStart(3, '0')}`), utf8('{}'))
  v3.set(utf8('/registry/secrets/ns/s'), utf8(SECRET))
  v3.set(utf8('/registry/a b%2F#?&+'), utf8('text'))
  v3.set(new Uint8Array([0xff, 0x00, 0xfe]), new Uint8Array([1, 2, 3, 0xff]))
  v2.set('/kube-centos/network/config', '{"Network":"172.30.0.0/16","Backend":{"Type":"ipsec","PSK":"do not tell"}}')
  app = await testApp(memoryCluster(v3, v2))
})
afterAll(() => app.close())

describe('children', () => {
  it('pages through a level at one revision', async () => {
    const seen: string[] = []
    let cursor: string | null = null
    const revisions = new Set<string>()
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const answer = await get(app, `v3/children?prefix=${encodeURIComponent('/registry/configmaps/ns/')}&limit=7${query}`)
      expect(answer.status).toBe(200)
      expect(String(answer.headers['server-timing'])).toMatch(/^total;dur=\d+\.\d$/)
      const body = answer.json<ChildrenAnswer>()
      expect(Check(ChildrenAnswer, body)).toBe(true)
      seen.push(...body.children.map(({ key }) => key ?? ''))
      revisions.add(body.revision)
      cursor = body.cursor
      // A write in between must not be seen: all pages show one revision.
      v3.set(utf8('/registry/configmaps/ns/0005'), utf8('{}'))
    } while (cursor !== null)
    expect(seen).toEqual(Array.from({ length: 30 }, (_, i) => `/registry/configmaps/ns/${String(i).padStart(3, '0')}`))
    expect(revisions.size).toBe(1)
  })

  it('counts the keys below a prefix at a revision, of any bytes', async () => {
    const { revision } = (await get(app, 'v3/children?limit=1')).json<ChildrenAnswer>()
    const before = (await get(app, `v3/count?prefix=${encodeURIComponent('/registry/configmaps/ns/')}&rev=${revision}`)).json<CountAnswer>()
    expect(Check(CountAnswer, before)).toBe(true)
    v3.set(utf8('/registry/configmaps/ns/later'), utf8('{}'))
    const after = (await get(app, 'v3/count?prefix=/registry/configmaps/ns/')).json<CountAnswer>()
    expect([before.revision, after.keys - before.keys]).toEqual([revision, 1])
    expect((await get(app, `v3/count?prefix64=${toBase64url(new Uint8Array([0xff]))}`)).json()).toMatchObject({ keys: 1 })
    expect((await get(app, 'v3/count?prefix=/nothing/here/')).json()).toMatchObject({ keys: 0 })
  })

  it('refuses a cursor of another listing, a limit of zero, and a prefix given in two ways', async () => {
    for (const query of [
      'cursor=nonsense',
      'limit=0',
      'limit=1001',
      'prefix=a&prefix64=YQ',
      'prefix64=***',
      'rev=-1',
      'rev=0',
      'rev=99999999999999999999',
    ]) {
      const answer = await get(app, `v3/children?${query}`)
      expect([query, answer.status, answer.json<{ code: string }>().code]).toEqual([query, 400, 'BAD_REQUEST'])
    }
    const { cursor } = (await get(app, 'v3/children?prefix=/registry/&limit=1')).json<{ cursor: string }>()
    for (const [query, code] of [
      ['cursor=nonsense', 'cursor-wrong'],
      [`prefix=/other/&cursor=${cursor}`, 'cursor-of-prefix'],
      [`prefix=/registry/&rev=1&cursor=${cursor}`, 'cursor-of-revision'],
    ])
      expect((await get(app, `v3/children?${query}`)).json()).toMatchObject({ detailSentences: [{ code }] })
  })
})

describe('value', () => {
  it('answers as the contract says', async () => {
    const answer = await get(app, `v3/value?key=${encodeURIComponent('/registry/a b%2F#?&+')}`)
    const body = answer.json()
    expect(Check(ValueAnswer, body)).toBe(true)
    expect(body).toMatchObject({
      key: '/registry/a b%2F#?&+',
      version: '1',
      size: 4,
      decoded: { encoding: 'text', forms: ['text'], shown: { form: 'text', text: 'text' } },
    })
  })

  it('contains only the requested text, and the default one if the value has no such text', async () => {
    const source = new MemoryV3Source()
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', uid: 'u' }, data: { a: 'b' } }
    source.set(utf8('/registry/configmaps/ns/a'), utf8(JSON.stringify(object)))
    source.set(utf8('/text'), utf8('text'))
    const views = await testApp(memoryCluster(source))
    const shown = async (query: string) => (await get(views, `v3/value?key=${query}`)).json<ValueAnswer>().decoded
    const { forms, shown: first } = await shown('/registry/configmaps/ns/a')
    expect(forms).toEqual(['yaml', 'json', 'apply'])
    expect(first).toMatchObject({ form: 'yaml', text: expect.stringContaining('resourceVersion: "2"') })
    expect(JSON.parse((await shown('/registry/configmaps/ns/a&view=json')).shown?.text ?? '')).toMatchObject(object)
    expect((await shown('/registry/configmaps/ns/a&view=apply')).shown?.text).not.toMatch(/uid|resourceVersion/)
    expect((await shown('/registry/configmaps/ns/a&view=none')).shown).toBeNull()
    expect((await shown('/text&view=json')).shown).toEqual({ form: 'text', text: 'text' })
    expect((await get(views, 'v3/value?key=/text&view=html')).json()).toMatchObject({ code: 'BAD_REQUEST' })
    const { paths } = (await views.inject('/api/openapi.json')).json()
    const parameters = paths['/api/v1/clusters/{cluster}/v3/value'].get.parameters as { name: string; description?: string }[]
    expect(parameters.find(({ name }) => name === 'view')?.description).toContain('the text that the answer carries')
    await views.close()
  })

  it('refuses what is not percent-encoded UTF-8 instead of reading it as another text', async () => {
    for (const query of ['key=%ff', 'key=a%ffb', 'key=%', 'key=%e4%b8', 'key=%ED%A0%80', 'key=a&%ff=b', 'key=a&view=%zz']) {
      const answer = await get(app, `v3/value?${query}`)
      expect([query, answer.status, answer.json<{ code: string }>().code]).toEqual([query, 400, 'BAD_REQUEST'])
    }
    expect((await get(app, 'v3/value?key=%ff')).json()).toMatchObject({
      title: 'The parameter key is not percent-encoded UTF-8.',
      hint: expect.stringContaining('key64'),
    })
    expect((await get(app, 'v3/children?prefix=%ff')).json()).toMatchObject({ hint: expect.stringContaining('prefix64') })
    expect((await get(app, 'v3/value?key=%E4%B8%AD')).json()).toMatchObject({ code: 'KEY_NOT_FOUND' })
  })

  it('returns a key that is not UTF-8 as key64, and its bytes unchanged', async () => {
    const key64 = toBase64url(new Uint8Array([0xff, 0x00, 0xfe]))
    expect((await get(app, `v3/value?key64=${key64}`)).json()).toMatchObject({ key64, size: 4, keySize: 3 })
    const raw = await get(app, `v3/raw?key64=${key64}`)
    expect(raw.headers['content-type']).toBe('application/octet-stream')
    expect(raw.headers['content-disposition']).toMatch(/^attachment; filename="/)
    expect([...raw.raw]).toEqual([1, 2, 3, 0xff])
  })

  it('keeps a Secret on the server, and shows it with --reveal-secrets', async () => {
    const hidden = await get(app, 'v3/value?key=/registry/secrets/ns/s')
    expect(JSON.stringify(hidden.json())).not.toMatch(/aHVudGVyMg|hunter2/)
    expect(hidden.json()).toMatchObject({ decoded: { rawMasked: true, masked: [{ size: null, digest: null, why: 'secret' }] } })
    const raw = await get(app, 'v3/raw?key=/registry/secrets/ns/s')
    expect([raw.status, raw.json().code]).toEqual([403, 'MASKED'])
    expect(JSON.stringify(raw.json())).toContain('--reveal-secrets')

    const revealing = await testApp(memoryCluster(v3, v2), { reveal: true })
    expect(JSON.stringify((await get(revealing, 'v3/value?key=/registry/secrets/ns/s')).json())).toContain('aHVudGVyMg')
    expect((await get(revealing, 'v3/raw?key=/registry/secrets/ns/s')).raw.toString()).toBe(SECRET)
    await revealing.close()
  })

  it('says at which revision a key does not exist', async () => {
    const answer = await get(app, 'v3/value?key=/nope&rev=3')
    expect(answer.status).toBe(404)
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(Check(Problem, answer.json())).toBe(true)
    expect(answer.json()).toMatchObject({ code: 'KEY_NOT_FOUND', title: expect.stringContaining('at revision 3') })
  })

  it('offers the oldest revision where one was compacted, and the newest where it is in the future', async () => {
    const old = new MemoryV3Source()
    for (let i = 0; i < 9; i += 1) old.set(utf8('k'), utf8(String(i)))
    old.compact(6n)
    const compacted = await testApp(memoryCluster(old))
    const gone = await get(compacted, 'v3/value?key=k&rev=5')
    expect([gone.status, gone.json()]).toMatchObject([410, { code: 'REVISION_COMPACTED', compactedRevision: '6', currentRevision: '10' }])
    expect((await get(compacted, 'v3/value?key=k&rev=6')).json()).toMatchObject({ revision: '6', modRevision: '6' })
    expect((await get(compacted, 'v3/children?rev=77')).json()).toMatchObject({ code: 'REVISION_IN_FUTURE', currentRevision: '10' })
    await compacted.close()
  })

  it('shows a value of 1.5 MB', async () => {
    const big = new MemoryV3Source()
    const data = Object.fromEntries(Array.from({ length: 15_000 }, (_, i) => [`key-${i}`, '<b>'.repeat(30)]))
    big.set(
      utf8('/registry/configmaps/ns/big'),
      utf8(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'big' }, data })),
    )
    const bigApp = await testApp(memoryCluster(big))
    const answer = await get(bigApp, 'v3/value?key=/registry/configmaps/ns/big')
    expect(answer.json()).toMatchObject({ decoded: { kind: 'ConfigMap' } })
    expect(answer.json<{ size: number }>().size).toBeGreaterThan(1_500_000)
    expect((await get(bigApp, 'v3/raw?key=/registry/configmaps/ns/big')).raw.length).toBeGreaterThan(1_500_000)
    await bigApp.close()
  })

  it('finds every key by its name in the listing, whatever its bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.uint8Array({ minLength: 1, maxLength: 12 }), { maxLength: 20, selector: (key) => key.join() }),
        async (keys) => {
          const source = new MemoryV3Source()
          for (const key of keys) source.set(key, utf8(`value of ${key.join()}`))
          const hostile = await testApp(memoryCluster(source))
          const found: string[] = []
          const walk = async (query: string): Promise<void> => {
            const { children } = (await get(hostile, `v3/children?${query}`)).json<ChildrenAnswer>()
            for (const child of children) {
              const name = child.key === undefined ? `64=${child.key64}` : `=${encodeURIComponent(child.key)}`
              if (child.kind === 'directory') await walk(`prefix${name}`)
              else found.push((await get(hostile, `v3/raw?key${name}`)).raw.toString())
            }
          }
          await walk('')
          await hostile.close()
          expect(found.sort()).toEqual(keys.map((key) => `value of ${key.join()}`).sort())
        },
      ),
      { numRuns: 15 },
    )
  })
})

describe('v2', () => {
  it('lists a directory and decodes a value', async () => {
    expect((await get(app, 'v2/node?path=/kube-centos')).json()).toMatchObject({
      node: { path: '/kube-centos', directory: true },
      children: [{ path: '/kube-centos/network', directory: true }],
      decoded: null,
    })
    const config = await get(app, 'v2/node?path=/kube-centos/network/config')
    expect(config.json()).toMatchObject({ children: null, decoded: { encoding: 'json', rawMasked: true } })
    expect(JSON.stringify(config.json())).not.toContain('do not tell')
    expect((await get(app, 'v2/raw?path=/kube-centos/network/config')).json()).toMatchObject({ code: 'MASKED' })
  })

  it('refuses an invalid path, and the value of a directory', async () => {
    for (const [url, code] of [
      ['v2/node?path=x', 'BAD_REQUEST'],
      ['v2/node?path=/a/../b', 'BAD_REQUEST'],
      ['v2/node', 'BAD_REQUEST'],
      ['v2/raw?path=/kube-centos', 'BAD_REQUEST'],
      ['v2/node?path=/nope', 'KEY_NOT_FOUND'],
    ]) {
      expect([url, (await get(app, url as string)).json().code]).toEqual([url, code])
    }
  })
})

describe('a browser that disconnects', () => {
  it('cancels the read at the source', async () => {
    const count = { started: 0, cancelled: 0 }
    const slow = new MemoryV3Source()
    slow.set(utf8('/registry/namespaces/shop'), utf8('{}'))
    const server = await testApp(memoryCluster(slow))
    // The prefix search is shared by all requests, so it goes on when one browser leaves.
    await get(server, 'names?q=web')
    slow.range = (_, signal) =>
      new Promise((_resolve, reject) => {
        count.started += 1
        const cancel = () => {
          count.cancelled += 1
          reject(new AppError('CANCELLED', { code: 'stored-text', params: { text: 'gone' } }))
        }
        if (signal?.aborted) cancel()
        else signal?.addEventListener('abort', cancel)
      })
    const address = await server.listen({ port: 0, host: '127.0.0.1' })
    for (const [index, route] of ['v3/value?key=k', 'v3/children?prefix=k', 'v3/raw?key=k'].entries()) {
      const abort = new AbortController()
      const request = fetch(`${address}/api/v1/clusters/test/${route}`, { signal: abort.signal }).catch(() => 'gone')
      await expect.poll(() => count.started).toBe(index + 1)
      abort.abort()
      expect(await request).toBe('gone')
      await expect.poll(() => count.cancelled).toBe(index + 1)
    }
    // A request with several parallel reads cancels all of them.
    for (const route of ['names?q=web', 'lookup?q=30001', 'lookup?q=10.0.0.1']) {
      const before = count.started
      const abort = new AbortController()
      const request = fetch(`${address}/api/v1/clusters/test/${route}`, { signal: abort.signal }).catch(() => 'gone')
      await expect.poll(() => count.started).toBeGreaterThan(before)
      abort.abort()
      expect(await request).toBe('gone')
      await expect.poll(() => count.cancelled - count.started).toBe(0)
    }
    await server.close()
  })
})

describe('caching', () => {
  it('lets a browser keep an answer and revalidate it each time', async () => {
    const url = 'v3/value?key=/registry/configmaps/ns/000'
    const present = await get(app, url)
    expect(present.headers['cache-control']).toBe('private, no-cache')
    const again = await get(app, url, { 'if-none-match': String(present.headers.etag) })
    expect(again.status).toBe(304)
    expect((await get(app, 'v3/value?key=/nope&rev=20')).headers['cache-control']).toBe('no-store')
  })

  it('revalidates a pinned answer without reading it; not for another policy, nor in another epoch', async () => {
    const source = new MemoryV3Source()
    source.set(utf8('k'), utf8('{"apiVersion":"v1","kind":"Secret","metadata":{"name":"k"},"data":{"a":"YQ=="}}'))
    let reads = 0
    const counted = Object.assign(Object.create(source) as MemoryV3Source, {
      range: (...of: Parameters<MemoryV3Source['range']>) => {
        reads += 1
        return source.range(...of)
      },
    })
    const identity = new Identity({ now: Date.now })
    let reveal = false
    const salt = new Uint8Array(32)
    const opened = { ...memoryCluster(counted), identity }
    const server = await testApp(opened, { policyOf: () => ({ reveal, decrypt: true, salt }) })
    const ask = (tag: string) => get(server, 'v3/value?key=k&rev=2', { 'if-none-match': tag })

    const end = identity.connected('http://etcd')
    const first = await get(server, 'v3/value?key=k&rev=2')
    const tag = String(first.headers.etag)
    expect([first.headers['cache-control'], first.headers['registree-epoch']]).toEqual(['private, no-cache', identity.epoch])
    const before = reads
    const known = await ask(tag)
    expect([known.status, known.raw.length, known.headers['registree-epoch'], reads]).toEqual([304, 0, identity.epoch, before])
    expect((await ask(`"other", ${tag}`)).status).toBe(304)

    reveal = true
    const revealed = await ask(tag)
    expect(revealed.status).toBe(200)
    expect(String(revealed.headers.etag)).not.toBe(tag)
    reveal = false

    // Another etcd may be behind the same address by now.
    end('broken')
    const cut = await ask(tag)
    expect([cut.status, cut.headers['registree-epoch']]).toEqual([200, identity.epoch])
    identity.connected('http://etcd')
    expect((await ask(tag)).status).toBe(200)
    expect((await ask(String(cut.headers.etag))).status).toBe(304)
    await server.close()
  })

  it('never mixes two histories: a read whose connection broke must be repeated by the client', async () => {
    const source = new MemoryV3Source()
    for (let i = 0; i < 40; i += 1) source.set(utf8(`/registry/pods/ns${i}/a`), utf8('{}'))
    const identity = new Identity({ now: Date.now })
    let end = identity.connected('http://etcd')
    let reads = 0
    const breaking = Object.assign(Object.create(source) as MemoryV3Source, {
      range: (...of: Parameters<MemoryV3Source['range']>) => {
        reads += 1
        if (reads === 3) {
          end('broken')
          end = identity.connected('http://etcd')
        }
        return source.range(...of)
      },
    })
    const server = await testApp({ ...memoryCluster(breaking), identity })
    const broken = await get(server, 'v3/children?prefix=/registry/')
    expect([broken.status, broken.json<Problem>().code]).toEqual([503, 'SOURCE_CHANGED'])
    expect((await get(server, 'v3/children?prefix=/registry/')).status).toBe(200)
    expect(reads).toBeGreaterThan(3)
    await server.close()
  })

  it('deletes the cookie that earlier versions used to separate cached answers', async () => {
    const known = await get(app, 'v3/children', { cookie: 'theme=dark; registree-80=0123456789abcdef' })
    expect(known.headers['set-cookie']).toMatch(/^registree-80=; Path=\/; Max-Age=0; /)
    expect((await get(app, 'v3/children')).headers['set-cookie']).toBeUndefined()
  })

  it('compresses for clients that accept it', async () => {
    const answer = await get(app, 'v3/children?prefix=/registry/configmaps/ns/', { 'accept-encoding': 'gzip' })
    expect(answer.headers['content-encoding']).toBe('gzip')
  })
})

describe('strangers and writes', () => {
  it('answers only to its own host names', async () => {
    const status = (server: FastifyInstance, host: string) =>
      server.inject({ url: '/api/v1/clusters', headers: { host } }).then((it) => it.statusCode)
    const statusOf = async (host: string, options: object) => {
      const server = await testApp(memoryCluster(), options)
      const code = await status(server, host)
      await server.close()
      return code
    }
    const local = await testApp(memoryCluster())
    for (const host of ['localhost:7979', '127.0.0.1', '[::1]:80', 'LOCALHOST'])
      expect([host, await status(local, host)]).toEqual([host, 200])
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.nip.io',
      '10.0.0.1',
      'localhost:80:80',
      'localhost@evil.example',
    ]) {
      expect([host, await status(local, host)]).toEqual([host, 403])
    }
    await local.close()
    expect(await statusOf('dash.example:443', { allowedHosts: ['Dash.example'] })).toBe(200)
    const open = { host: '0.0.0.0' }
    expect(await statusOf('10.0.0.1:7979', open)).toBe(200)
    expect(await statusOf('evil.example', open)).toBe(403)
    expect(await statusOf('10.0.0.9', { host: '10.0.0.1' })).toBe(200)
  })

  it('supports only reading methods', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const) {
      for (const url of ['/', '/api/v1/clusters', '/api/v1/clusters/test/v3/value?key=k', '/nowhere']) {
        const reply = await app.inject({ method, url, payload: method === 'OPTIONS' ? '' : '{}' })
        expect([method, url, reply.statusCode, reply.headers.allow]).toEqual([method, url, 405, 'GET, HEAD'])
      }
    }
    const head = await app.inject({ method: 'HEAD', url: '/api/v1/clusters/test/v3/value?key=/registry/secrets/ns/s' })
    expect([head.statusCode, head.payload]).toEqual([200, ''])
  })

  it('allows only its own scripts', async () => {
    const reply = await app.inject('/api/v1/clusters')
    const policy = String(reply.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("style-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(reply.headers['x-content-type-options']).toBe('nosniff')
    expect(reply.headers['access-control-allow-origin']).toBeUndefined()
  })
})

describe('the pages', () => {
  it('say that they have not been built', async () => {
    const reply = await app.inject('/test/v3/registry')
    expect([reply.statusCode, reply.payload]).toEqual([503, expect.stringContaining('npm run build')])
  })

  it('answer every page address with index.html, and an unknown file with 404', async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'registree-web-'))
    await mkdir(path.join(root, 'assets'))
    await writeFile(path.join(root, 'index.html'), '<!doctype html><title>Registree</title>')
    await writeFile(path.join(root, 'assets', 'main-Cx1.js'), 'export {}')
    const web = await testApp(memoryCluster(), { webRoot: root })
    for (const url of [
      '/',
      '/test',
      '/test/v3/registry/pods/shop/a.b.js',
      '/test/v2/x%2Fy',
      '/index.html',
      '/test/v3/%ff',
      '/test/v3/%zz',
    ]) {
      const page = await web.inject(url)
      expect([url, page.statusCode, page.headers['cache-control'], page.headers['content-type']]).toEqual([
        url,
        200,
        'private, no-cache',
        'text/html; charset=utf-8',
      ])
    }
    // Malformed or not, every address is checked for strangers.
    const strange = await web.inject({ url: '/test/v3/%zz', headers: { host: 'evil.example' } })
    expect([strange.statusCode, strange.headers['x-frame-options']]).toEqual([403, 'DENY'])
    expect((await web.inject('/api/v1/%zz')).json()).toMatchObject({ code: 'NOT_FOUND' })
    const asset = await web.inject('/assets/main-Cx1.js')
    expect([asset.statusCode, asset.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
    for (const url of ['/assets/main-gone.js', '/assets/../../package.json', '/api/v1/nothing', '/api']) {
      const reply = await web.inject(url)
      expect([url, reply.statusCode === 404 || !reply.payload.includes('"dependencies"')]).toEqual([url, true])
    }
    expect((await web.inject('/assets/main-gone.js')).statusCode).toBe(404)
    expect((await web.inject('/api/v1/nothing')).json()).toMatchObject({ code: 'NOT_FOUND' })
    await web.close()
    await rm(root, { recursive: true })
  })
})

it('describes itself as OpenAPI', async () => {
  const document = (await app.inject('/api/openapi.json')).json()
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/api/v1/clusters', '/api/v1/clusters/{cluster}/v3/children', '/api/v1/clusters/{cluster}/v2/node']),
  )
  for (const operations of Object.values(document.paths))
    expect(Object.keys(operations as object).filter((verb) => !['get', 'head'].includes(verb))).toEqual([])
})

it('lists the codes of every noun in its OpenAPI document', async () => {
  const lists = new Set<string>()
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('enum' in value && Array.isArray(value.enum)) for (const code of value.enum) lists.add(String(code))
    for (const member of Object.values(value)) collect(member)
  }
  collect((await app.inject('/api/openapi.json')).json())
  const missing = Object.entries(contract)
    .filter(([name, codes]) => /_CODES$/.test(name) && name !== 'ERROR_CODES' && Array.isArray(codes))
    .flatMap(([name, codes]) => (codes as readonly string[]).filter((code) => !lists.has(code)).map((code) => `${name} ${code}`))
  expect(missing).toEqual([])
})

it('reports on the cluster and on what the read cost', async () => {
  const clusters = (await app.inject('/api/v1/clusters')).json()
  expect(clusters).toMatchObject({ clusters: [{ name: 'test', v3: { available: true }, v2: { available: true }, revealSecrets: false }] })
  const status = await get(app, 'status')
  expect(status.json()).toMatchObject({ name: 'test', v3: { compactedRevision: null }, cost: { inFlight: 0 } })
  expect((await get(app, 'status')).json().cost).toHaveProperty('walked')
  expect((await app.inject('/api/v1/clusters/other/status')).json()).toMatchObject({ code: 'CLUSTER_NOT_FOUND', hint: 'There is: test.' })
})

it('never encodes the same bytes in two ways', () => {
  // Unique links rely on it: valid UTF-8 is sent as text, everything else as base64url.
  expect(toUtf8OrNull(new Uint8Array([0xef, 0xbb, 0xbf]))).toBe('\ufeff')
  expect(toUtf8OrNull(new Uint8Array([0xed, 0xa0, 0x80]))).toBeNull()
})
