// A search finds exactly what the decoded and masked objects hold, with the lines of their pages, and nothing of what is masked.
import { cpSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SearchEnd, SearchHead, SearchResult, SearchStreamLine } from '@registree/contract'
import { createDecryptor, exactSearches, type KubeObject, renderYaml } from '@registree/kube'
import { decode } from '@registree/kube/open'
import { Etcd3 } from 'etcd3'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import { MemoryV2Source } from '../sources/memory/memory-v2-source.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../sources/testing/etcd.ts'
import { get, getLines, memoryCluster, testApp } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'
import { field, metadata, storedProtobuf } from '../testing/protobuf.ts'

const utf8 = (text: string) => Buffer.from(text)

async function ask(app: FastifyInstance, q: string, more = '') {
  const lines = await getLines<SearchStreamLine>(app, `search?q=${encodeURIComponent(q)}${more}`)
  const results = lines.flatMap((line) => (line.type === 'found' ? line.results : []))
  return { head: lines[0] as SearchHead, results, keys: results.map(({ key }) => key), end: lines.at(-1) as SearchEnd }
}

describe('the demo', () => {
  let opened: OpenedCluster
  let app: FastifyInstance
  /** Every object, decoded here. */
  const objects = new Map<string, KubeObject>()

  beforeAll(async () => {
    opened = await openFile(fileURLToPath(new URL('../../../../demo/cluster', import.meta.url)))
    app = await testApp(opened)
    const { kvs } = await opened.v3.range({ key: utf8('/'), end: utf8('0'), revision: 0n, limit: 100_000 })
    for (const { key, value } of kvs) {
      const { object } = decode(value)
      if (object !== undefined) objects.set(Buffer.from(key).toString(), object)
    }
  })

  const images = (value: unknown): string[] =>
    typeof value !== 'object' || value === null
      ? []
      : Object.entries(value).flatMap(([name, one]) => (name === 'image' && typeof one === 'string' ? [one] : images(one)))

  test.each(['registry.example/storefront', 'registry.example/orders', 'registry.example/shop'])(
    '%s: every object that runs it',
    async (image) => {
      const running = [...objects].filter(([, object]) => images(object).some((one) => one.startsWith(image))).map(([key]) => key)
      const { keys, results } = await ask(app, image)
      // Events say it in their messages too.
      expect(keys).toEqual(expect.arrayContaining(running))
      const everywhere = [...objects].filter(([key, object]) => `${key}\n${renderYaml(object)}`.includes(image)).map(([key]) => key)
      expect(keys).toEqual(everywhere)
      for (const { lines } of results)
        expect(lines.some(({ text, marks }) => marks.some(([a, b]) => text.slice(a, b) === image))).toBe(true)
      if (image !== 'registry.example/shop') expect(running.length).toBeGreaterThan(2)
    },
  )

  test('the lines are those of the key’s page', async () => {
    const { results } = await ask(app, 'storefront', '&limit=1000')
    expect(results.length).toBeGreaterThan(10)
    for (const { keyspace, key, lines, view } of results) {
      if (keyspace === 'v2' || lines.length === 0) continue
      const page = (await get(app, `v3/value?key=${encodeURIComponent(key ?? '')}&view=${view}`)).json<{
        decoded: { shown: { text: string } }
      }>()
      const text = page.decoded.shown.text.split('\n')
      for (const line of lines) {
        const whole = text[line.number - 1] ?? ''
        expect(whole.slice(line.cutBefore, line.cutBefore + line.text.length)).toBe(line.text)
        expect(line.cutAfter).toBe(line.cutBefore + line.text.length < whole.length)
        for (const [from, to] of line.marks) expect(line.text.slice(from, to).toLowerCase()).toBe('storefront')
      }
    }
  })

  test('172.30.77.5 finds its pod, its lease and its node', async () => {
    const { results, keys, head } = await ask(app, '172.30.77.5')
    expect(head.holders).toEqual(['172.20.0.114'])
    const pods = [...objects].filter(([, { kind, status }]) => kind === 'Pod' && (status as { podIP?: string }).podIP === '172.30.77.5')
    expect(pods).toHaveLength(1)
    expect(keys).toEqual(
      expect.arrayContaining([pods[0]?.[0], '/kube-centos/network/subnets/172.30.77.0-24', '/registry/minions/172.20.0.114']),
    )
    // Another node's subnet does not contain it.
    expect(keys).not.toContain('/registry/minions/172.20.0.113')
    expect(results.find(({ kind }) => kind === 'Pod')?.lines.map(({ text }) => text.trim())).toContain('podIP: 172.30.77.5')
    // A network finds what it contains.
    const inside = await ask(app, '172.30.77.0/24 kind:pod')
    const expected = [...objects].filter(
      ([, { kind, status }]) => kind === 'Pod' && ((status as { podIP?: string }).podIP ?? '').startsWith('172.30.77.'),
    )
    expect(inside.keys).toEqual(expected.map(([key]) => key))
  })

  test('field:metadata.finalizers[*]=… finds stuck-big', async () => {
    const { keys, results } = await ask(app, 'field:metadata.finalizers[*]=example.com/hold')
    expect(keys).toEqual(['/registry/pods/shop/stuck-big'])
    expect(results[0]?.lines.at(-1)).toMatchObject({ text: '  - example.com/hold', marks: [[4, 20]] })
  })

  test.each([
    ['app=storefront kind:pod', ({ kind, metadata }: KubeObject) => kind === 'Pod' && label(metadata, 'app') === 'storefront'],
    ['kind:deployment -storefront', (object: KubeObject) => object.kind === 'Deployment' && !renderYaml(object).includes('storefront')],
    ['field:spec.replicas>1', ({ spec }: KubeObject) => Number((spec as { replicas?: unknown } | undefined)?.replicas ?? 0) > 1],
    ['field:spec.hostNetwork=true', ({ spec }: KubeObject) => (spec as { hostNetwork?: unknown } | undefined)?.hostNetwork === true],
    ['/crash[lL]oop/i kind:pod', (object: KubeObject) => object.kind === 'Pod' && /crashloop/i.test(renderYaml(object))],
    ['hostnetwork', (object: KubeObject) => /hostnetwork/i.test(renderYaml(object))],
  ])('%s: as an independent filter says', async (q, keep) => {
    const { keys } = await ask(app, q, '&limit=1000')
    expect(keys).toEqual([...objects].filter(([, object]) => keep(object)).map(([key]) => key))
    expect(keys.length).toBeGreaterThan(0)
  })

  test('a question about keys reads no values, and one about a kind only its directory', async () => {
    const keys = await ask(app, 'key:/registry/pods/shop/* -stuck')
    expect(keys.head.reads).toBe('values')
    expect(keys.end.read).toBeLessThan(30)
    const exact = await ask(app, 'key:=/registry/pods/shop/stuck-big')
    expect([exact.keys, exact.end.read]).toEqual([['/registry/pods/shop/stuck-big'], 1])
    expect((await ask(app, 'key:=/registry/pods/SHOP/stuck-big')).keys).toEqual([])
    const only = await ask(app, 'name:stuck')
    expect(only.head.reads).toBe('keys')
    expect(only.end).toMatchObject({ bytes: 0, next: null })
    expect(only.keys).toContain('/registry/pods/shop/stuck-big')
    const nodes = await ask(app, 'kind:no')
    expect(nodes.keys).toHaveLength(3)
    expect(nodes.end.read).toBe(3)
  })

  test('goes on behind the last result, until everything was searched once', async () => {
    const all = (await ask(app, 'shop', '&limit=1000')).results
    expect(all.length).toBeGreaterThan(40)
    const parts: SearchResult[] = []
    let more = '&limit=7'
    for (let i = 0; i < 200; i++) {
      const { results, end } = await ask(app, 'shop', more)
      expect(results.length).toBeLessThanOrEqual(7)
      parts.push(...results)
      if (end.next === null) break
      more = `&limit=7&keyspace=${end.next.keyspace}&after=${encodeURIComponent(end.next.key ?? '')}`
    }
    expect(parts).toEqual(all)
  })

  test('searches a revision of the past', async () => {
    const prefix = utf8('/registry/pods/')
    const then = await opened.v3.range({ key: prefix, end: utf8('/registry/pods0'), revision: 1300n, limit: 1000, keysOnly: true })
    const at = await ask(app, 'kind:pod name:*', '&rev=1300')
    expect(at.head.revision).toBe('1300')
    expect(at.keys).toEqual(then.kvs.map(({ key }) => Buffer.from(key).toString()))
    expect((await ask(app, 'kind:pod name:*')).keys).not.toEqual(at.keys)
    expect((await ask(app, 'shop', '&rev=2000&limit=1000')).end.unsearched.v2).toBe('revision')
  })

  test('a syntax error says what is wrong and where', async () => {
    const reply = await get(app, `search?q=${encodeURIComponent('a /b(c/')}`)
    expect(reply.status).toBe(400)
    expect(reply.json()).toMatchObject({
      code: 'BAD_REQUEST',
      reason: 'pattern-group',
      params: { from: '5' },
      title: 'The parentheses of the regular expression do not match at character 5.',
    })
  })
})

function label(metadata: unknown, name: string): unknown {
  return (metadata as { labels?: Record<string, unknown> } | undefined)?.labels?.[name]
}

describe('what is masked', () => {
  const secret = Buffer.from('hunter2-correct-horse')
  const v3 = new MemoryV3Source()
  const stored = storedProtobuf('v1', 'Secret', metadata('login', 'shop'), field(2, field(1, 'password'), field(2, secret.toString())))
  v3.set(utf8('/registry/secrets/shop/login'), stored)
  const pem = `-----BEGIN PRIVATE KEY-----\n${Buffer.from('planted private key material').toString('base64')}\n-----END PRIVATE KEY-----\n`
  v3.set(
    utf8('/registry/configmaps/shop/settings'),
    utf8(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'settings' },
        data: { 'tls.key': pem, other: 'plain-words' },
      }),
    ),
  )

  test('is not found, in any form, and the answer says so', async () => {
    const app = await testApp(memoryCluster(v3))
    const forms = [
      'hunter2',
      secret.toString('base64'),
      'correct-horse',
      '/hunter\\d/',
      'hunter*',
      'field:data.password=aHVudGVyMi1jb3JyZWN0LWhvcnNl',
      'field:data.password~^a',
      'field:data.password>a',
      Buffer.from('planted private').toString('base64').slice(0, 12),
      'masked',
    ]
    for (const q of forms) {
      const { keys, end } = await ask(app, q)
      expect([q, keys]).toEqual([q, []])
      expect(end.unsearched.secrets).toBe(1)
    }
    // What is shown of them is found.
    expect((await ask(app, 'login')).keys).toEqual(['/registry/secrets/shop/login'])
    expect((await ask(app, 'plain-words')).keys).toEqual(['/registry/configmaps/shop/settings'])
    expect((await ask(app, 'field:data.password')).keys).toEqual([])
  })

  test('is no oracle: answers to questions about it are the same whether they guess right or wrong', async () => {
    const app = await testApp(memoryCluster(v3))
    const answer = async (q: string) => {
      const { results, end } = await ask(app, q)
      return { results, end: { ...end, milliseconds: 0 } }
    }
    // The first reading learns where keys are, which makes the next one cheaper.
    await answer('anything')
    expect(await answer('hunter2')).toEqual(await answer('hunter3'))
    expect(await answer('-hunter2')).toEqual(await answer('-hunter3'))
    const right = secret.toString('base64')
    expect(await answer(`field:data.password!=${right}`)).toEqual(await answer(`field:data.password!=${right}x`))
    // A size is told in steps of 64 bytes: neighbours within a step are not told apart.
    const step = Math.ceil(stored.length / 64) * 64
    for (let size = step - 63; size < step; size++) expect((await ask(app, `kind:secret size:=${size}`)).keys).toEqual([])
    expect((await ask(app, `kind:secret size:=${step}`)).keys).toEqual(['/registry/secrets/shop/login'])
  })

  test('is found when it may be revealed', async () => {
    const app = await testApp(memoryCluster(v3), { reveal: true })
    expect((await ask(app, secret.toString('base64'))).keys).toEqual(['/registry/secrets/shop/login'])
  })

  test('values that no key opens are counted, not searched', async () => {
    const other = new MemoryV3Source()
    other.set(utf8('/registry/configmaps/shop/a'), utf8('k8s:enc:aescbc:v1:key1:hunter2hunter2hunter2'))
    const app = await testApp(memoryCluster(other), { decryptor: createDecryptor(null) })
    const { keys, end } = await ask(app, 'hunter2')
    expect([keys, end.unsearched.encrypted]).toEqual([[], 1])
    expect((await ask(app, 'encrypted:yes')).keys).toEqual(['/registry/configmaps/shop/a'])
  })
})

test('finds v2 values and paths, after the keys of v3', async () => {
  const v2 = new MemoryV2Source()
  v2.set('/coreos.com/network/subnets/10.5.1.0-24', '{"PublicIP":"192.0.2.7"}')
  v2.set('/app/needle', 'plain text')
  const v3 = new MemoryV3Source()
  v3.set(utf8('/registry/configmaps/shop/a'), utf8('{"apiVersion":"v1","kind":"ConfigMap","data":{"x":"needle"}}'))
  const app = await testApp(memoryCluster(v3, v2))
  expect((await ask(app, 'needle')).results.map(({ keyspace, key }) => `${keyspace} ${key}`)).toEqual([
    'v3 /registry/configmaps/shop/a',
    'v2 /app/needle',
  ])
  expect((await ask(app, '10.5.1.77')).keys).toEqual(['/coreos.com/network/subnets/10.5.1.0-24'])
  expect((await ask(app, 'key:/app/*')).keys).toEqual(['/app/needle'])
  expect((await ask(app, 'plain')).results[0]).toMatchObject({ view: 'text', lines: [{ number: 1, text: 'plain text', marks: [[0, 5]] }] })
})

test('searches on in the v2 keyspace without a gap, behind every result and behind its most nodes', async () => {
  const v2 = new MemoryV2Source()
  // In a walk /a/x is before /a-b; as texts it is behind it.
  const paths = ['/a/x', '/a/y/z', '/a-b', '/a-c/d', '/a.d', '/b', '/ä/ö', '/\u{1f600}', '/\uffee']
  for (const path of paths) v2.set(path, 'needle')
  v2.set('/a/empty', null)
  for (let i = 0; i < 2_100; i += 1) v2.set(`/m/${String(i).padStart(4, '0')}/key`, i % 1_000 === 999 ? 'needle' : 'hay')
  const v3 = new MemoryV3Source()
  for (const name of ['a', 'b']) v3.set(utf8(`/registry/configmaps/shop/${name}`), utf8('{"x":"needle"}'))
  const opened = { ...memoryCluster(v3, v2), source: 'etcd' as const }
  const app = await testApp(opened)
  const everything = async (limit: number) => {
    const found: (string | undefined)[] = []
    let [next, answers] = ['', 0]
    for (;;) {
      const { keys, end } = await ask(app, 'needle', `&limit=${limit}${next}`)
      answers += 1
      found.push(...keys)
      if (end.next === null) return { found, unsearched: end.unsearched.v2, answers }
      next = `&keyspace=${end.next.keyspace}&after=${encodeURIComponent(end.next.key ?? '')}`
    }
  }
  const whole = await everything(1_000)
  // The nodes are too many for one answer.
  expect([whole.answers, whole.unsearched]).toEqual([2, null])
  expect(whole.found).toEqual([
    ...['a', 'b'].map((name) => `/registry/configmaps/shop/${name}`),
    ...['/a/x', '/a/y/z', '/a-b', '/a-c/d', '/a.d', '/b', '/m/0999/key', '/m/1999/key', '/ä/ö', '/\uffee', '/\u{1f600}'],
  ])
  for (const limit of [1, 2, 3, 5]) expect((await everything(limit)).found).toEqual(whole.found)
  await app.close()
})

test('an image is found in every list of containers', async () => {
  const v3 = new MemoryV3Source()
  for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
    const spec = { [list]: [{ image: 'other:1' }, { image: 'web:1' }] }
    const stored = { apiVersion: 'v1', kind: 'Pod', metadata: { name: list }, spec }
    v3.set(utf8(`/registry/pods/shop/${list.toLowerCase()}`), utf8(JSON.stringify(stored)))
  }
  const app = await testApp(memoryCluster(v3))
  const pods = ['containers', 'ephemeralcontainers', 'initcontainers'].map((name) => `/registry/pods/shop/${name}`)
  const { searches } = exactSearches({ kind: 'Pod', spec: { containers: [{ image: 'web:1' }] } })
  expect(searches).toHaveLength(1)
  for (const { q } of searches) expect((await ask(app, q)).keys).toEqual(pods)
  expect((await ask(app, 'kind:pod field:spec.*[*].image="web:2"')).keys).toEqual([])
})

/** The same file through a source that lacks an optional method. */
function without(opened: OpenedCluster, missing: 'keysContaining' | 'valuePlaces'): OpenedCluster {
  const v3 = new Proxy(opened.v3, {
    get(source, name) {
      const member: unknown = Reflect.get(source, name)
      return name === missing ? undefined : typeof member === 'function' ? member.bind(source) : member
    },
  })
  return Object.create(opened, { v3: { value: v3 } })
}

test('a file finds keys by a part of them as a listing does', async () => {
  const opened = await openFile(fileURLToPath(new URL('../../../../demo/cluster', import.meta.url)))
  expect(opened.v3.keysContaining).toBeDefined()
  const listing = without(opened, 'keysContaining')
  const [fast, slow] = [await testApp(opened), await testApp(listing)]
  for (const q of [
    'key:SHOP',
    'name:storefront',
    'key:*orders*db*',
    'name:=stuck-big',
    'key:registry.example',
    'namespace:kube name:token -key:secrets',
  ])
    for (const more of ['&limit=1000', '&limit=1000&rev=1500', '&limit=3', '&after=/registry/pods/shop/o']) {
      const [a, b] = [await ask(fast, q, more), await ask(slow, q, more)]
      expect([q, a.keys]).toEqual([q, b.keys])
      if (!more.includes('limit=3')) expect(a.end.read).toBe(b.end.read)
    }
})

test('values that threads read from the file themselves are found as those of a listing are', async () => {
  const opened = await openFile(fileURLToPath(new URL('../../../../demo/cluster', import.meta.url)))
  expect(opened.v3.valuePlaces?.({ key: utf8('/'), end: null, revision: 0n, pageSize: 1, pageBytes: 1 })).not.toBeNull()
  const [fast, slow] = [await testApp(opened), await testApp(without(opened, 'valuePlaces'))]
  const { kvs } = await opened.v3.range({ key: utf8('/'), end: utf8('0'), revision: 0n, limit: 100_000 })
  // Parts of stored values, also of Secrets: most are found somewhere, those that are masked must not be.
  const part = fc.tuple(fc.constantFrom(...kvs), fc.nat(), fc.integer({ min: 3, max: 20 })).map(
    ([{ value }, at, length]) =>
      Buffer.from(value)
        .toString('latin1')
        .slice(at % value.length)
        .match(/[\w./-]+/)?.[0]
        .slice(0, length) ?? 'no-such',
  )
  const query = fc
    .tuple(fc.constantFrom('', 'kind:pod ', 'kind:secret ', 'size:>2KiB ', 'field:spec.nodeName=172.20.0.115 ', '-namespace:shop '), part)
    .map(([before, text]) => `${before}"${text}"`)
  const more = fc.constantFrom('&limit=1000', '&limit=1000&rev=1500', '&limit=3', '&limit=1000&after=/registry/pods/shop/o')
  await fc.assert(
    fc.asyncProperty(query, more, async (q, rest) => {
      const [a, b] = [await ask(fast, q, rest), await ask(slow, q, rest)]
      expect(a.results).toEqual(b.results)
      // Up to the limit, what was read depends on where pages end.
      const told = ({ found, read, bytes, next, unsearched }: SearchEnd) =>
        next === null ? { found, read, bytes, unsearched } : { found, next }
      expect(told(a.end)).toEqual(told(b.end))
    }),
    { numRuns: 40 },
  )
  // What the threads read counts in the cost as well.
  const { end } = await ask(fast, 'no-such-text-anywhere')
  expect(end.read).toBeGreaterThanOrEqual(kvs.length)
  expect(end.cost.walked).toBeGreaterThanOrEqual(kvs.length)
  expect(end.cost.largestWalk).toBeLessThanOrEqual(500)
})

test('a file that has changed under a search is reported, and nothing of it is shown', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'registree-search-'))
  try {
    const file = path.join(directory, 'db')
    cpSync(fileURLToPath(new URL('../../../../demo/cluster/member/snap/db', import.meta.url)), file)
    const opened = await openFile(file)
    const app = await testApp(opened)
    expect((await ask(app, 'storefront')).results.length).toBeGreaterThan(0)
    writeFileSync(file, Buffer.alloc(statSync(file).size))
    const reply = await get(app, 'search?q=storefront')
    expect(reply.raw.toString()).toContain('SOURCE_CORRUPT')
    expect(reply.raw.toString()).not.toContain('"type":"found"')
    await opened.close()
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('a file tells the keys with a text in bounded pages, and every key that they passed', async () => {
  const { v3 } = await openFile(fileURLToPath(new URL('../../../../demo/cluster', import.meta.url)))
  for (const revision of [0n, 1_500n]) {
    const pagesOf = (pageSize: number) => [
      ...(v3.keysContaining?.({ key: utf8('/'), end: utf8('0'), revision, text: utf8('shop'), pageSize }) ?? []),
    ]
    const keysOf = (pages: ReturnType<typeof pagesOf>) => pages.flatMap(({ kvs }) => kvs.map(({ key }) => Buffer.from(key).toString()))
    const [small, whole] = [pagesOf(7), pagesOf(100_000)]
    const { count } = await v3.range({ key: utf8('/'), end: utf8('0'), revision, limit: 1, countOnly: true })
    expect(whole.map((page) => page.count)).toEqual([count])
    expect(keysOf(small)).toEqual(keysOf(whole))
    expect(small.length).toBe(Math.ceil(keysOf(whole).length / 7))
    expect(Math.max(...small.map(({ kvs }) => kvs.length))).toBe(7)
    expect(small.reduce((sum, page) => sum + page.count, 0)).toBe(count)
    expect(small.map(({ more }) => more)).toEqual(small.map((_, i) => i < small.length - 1))
  }
})

const live = hasEtcd()
if (!live) process.stderr.write('skipping the searches of a live etcd: etcd and etcdctl are not in PATH\n')

describe.skipIf(!live)('a live etcd', () => {
  let etcd: TestEtcd
  const names = ['default', 'kube-system', 'shop']
  const keyOf = (i: number) => `/registry/configmaps/${names[i % 3]}/c-${String(i).padStart(5, '0')}`
  const open = (credentials: { user: string; password: string } | null = null) =>
    openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials, kubernetesPrefix: '/registry' })

  beforeAll(async () => {
    etcd = await startEtcd()
    const client = new Etcd3({ hosts: etcd.endpoint })
    for (const name of names) await client.put(`/registry/namespaces/${name}`).value('{"apiVersion":"v1","kind":"Namespace"}')
    const value = (i: number) => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', data: { text: `number ${i} of Many` } })
    for (let i = 0; i < 1_500; i += 100)
      await Promise.all(Array.from({ length: 100 }, (_, j) => client.put(keyOf(i + j)).value(value(i + j))))
    await client.put('/other/key').value('number 1234 of many, elsewhere')
    client.close()
  })
  afterAll(() => etcd.destroy())

  test('is walked as often as its keys have to be counted and read', async () => {
    const opened = open()
    const app = await testApp(opened)
    const { keys, end, head } = await ask(app, '"number 1234 of many"')
    expect(keys).toEqual(['/other/key', keyOf(1234)])
    expect(head.reads).toBe('values')
    expect(end.read).toBe(1_504)
    expect(end.cost.walked).toBeLessThan(3 * 1_504)
    // What the first search learnt makes the next one cheaper.
    const again = await ask(app, '"number 77 of many"')
    expect(again.keys).toEqual([keyOf(77)])
    expect(again.end.cost.walked).toBeLessThan(2 * 1_504)
    const byName = await ask(app, 'name:c-0012 namespace:=shop')
    expect(byName.keys).toEqual(Array.from({ length: 10 }, (_, i) => keyOf(120 + i)).filter((key) => key.includes('/shop/')))
    await app.close()
    await opened.close()
  })

  test('a user who may read a part of the keys searches that part, and is told so', async () => {
    await etcd.ctl(['role', 'add', 'reader'])
    await etcd.ctl(['role', 'grant-permission', 'reader', 'read', '/registry/configmaps/shop/', '--prefix'])
    for (const [user, role] of [
      ['reader', 'reader'],
      ['root', 'root'],
    ] as const) {
      await etcd.ctl(['user', 'add', `${user}:secret-word`])
      await etcd.ctl(['user', 'grant-role', user, role])
    }
    await etcd.ctl(['auth', 'enable'])
    const opened = open({ user: 'reader', password: 'secret-word' })
    const app = await testApp(opened)
    const { keys, end } = await ask(app, '"of many"', '&limit=1000')
    expect(keys).toEqual(Array.from({ length: 500 }, (_, i) => keyOf(3 * i + 2)))
    expect(end.unsearched.forbidden).toBe(true)
    await app.close()
    await opened.close()
  })
})
