// Tables and keys that are followed on a real etcd: what pages are told, by how many watches, and that nothing is lost when a member dies.
import type { KeyNews, RegistryNews, TableNews } from '@registree/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { hasEtcd, startEtcd, startThree, type TestEtcd } from '../sources/testing/etcd.ts'
import { testApp } from '../testing/app.ts'

const live = hasEtcd()
if (!live) process.stderr.write('skipping what pages follow: etcd and etcdctl are not in PATH\n')

const pod = (name: string, phase: string) =>
  JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: { name, namespace: 'shop', creationTimestamp: '2026-11-23T11:00:00Z', labels: { app: 'web' } },
    spec: { containers: [{ name: 'web' }] },
    status: { phase },
  })

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

interface Heard<News> {
  news: News[]
  ids: string[]
  until(holds: (news: News[]) => boolean): Promise<void>
  stop(): void
}

/** Reads the event stream of a page as a browser does, without reconnecting. */
async function follow<News>(origin: string, query: string, name: string, lastId?: string): Promise<Heard<News>> {
  const gone = new AbortController()
  ends.push(() => gone.abort())
  const response = await fetch(`${origin}/api/v1/clusters/test/events?${query}`, {
    signal: gone.signal,
    ...(lastId === undefined ? {} : { headers: { 'last-event-id': lastId } }),
  })
  expect(response.status).toBe(200)
  const heard = { news: [] as News[], ids: [] as string[] }
  void (async () => {
    let rest = ''
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = (rest + text).split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) {
        if (!event.includes(`event: ${name}\n`)) continue
        heard.ids.push(/^id: (.*)$/m.exec(event)?.[1] ?? '')
        heard.news.push(JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? '') as News)
      }
    }
  })().catch(() => {})
  return {
    ...heard,
    until: (holds) => expect.poll(() => holds(heard.news), { timeout: 60_000 }).toBe(true),
    stop: () => gone.abort(),
  }
}

const following = (news: (TableNews | KeyNews | RegistryNews)[]) => news.some(({ touch }) => touch?.following)
const changesOf = (news: TableNews[]) => news.flatMap(({ changes = [] }) => changes)

async function serve(opened: OpenedCluster): Promise<{ app: FastifyInstance; origin: string; watched: bigint[] }> {
  const watched: bigint[] = []
  const { watch } = opened.v3
  opened.v3.watch = (request, signal) => {
    watched.push(request.after)
    return watch.call(opened.v3, request, signal)
  }
  const app = await testApp(opened)
  return { app, origin: await app.listen({ port: 0, host: '127.0.0.1' }), watched }
}

describe.skipIf(!live)('what pages follow', () => {
  let etcd: TestEtcd
  let opened: OpenedCluster
  let served: Awaited<ReturnType<typeof serve>>
  const put = (name: string, phase = 'Running') => etcd.ctl(['put', `/registry/pods/shop/${name}`, pod(name, phase)])
  const revision = async () => String((await opened.v3.status()).revision)
  const PODS = 'path=pods&apiVersion=v1&kind=Pod'

  beforeAll(async () => {
    etcd = await startEtcd()
    await etcd.ctl(['put', '/registry/pods/shop/first', pod('first', 'Pending')])
    opened = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
    served = await serve(opened)
  })
  afterAll(async () => {
    await served.app.close()
    await opened.close()
    await etcd.destroy()
  })

  it('tells rows that came, changed and went, by one watch for all pages', async () => {
    const at = await revision()
    const before = served.watched.length
    const pages = await Promise.all(Array.from({ length: 5 }, () => follow<TableNews>(served.origin, `table=${at}&${PODS}`, 'table')))
    for (const page of pages) await page.until(following)
    await put('second', 'Pending')
    for (const page of pages) await page.until((news) => changesOf(news).length === 1)
    await put('second')
    await etcd.ctl(['del', '/registry/pods/shop/first'])
    for (const page of pages) await page.until((news) => changesOf(news).some(({ gone }) => gone))
    expect(served.watched.length - before).toBe(1)
    const told = changesOf((pages[0] as Heard<TableNews>).news)
    expect(told[0]).toMatchObject({
      row: { namespace: 'shop', name: 'second', cells: expect.arrayContaining(['second', 'Pending']), phase: 'Pending' },
      labels: { app: 'web' },
    })
    expect(told.at(-1)).toEqual({ revision: await revision(), row: { namespace: 'shop', name: 'first' }, gone: true })
    // A page that returns gets what it missed, and one that was read earlier than anybody knows is told so.
    const id = (pages[0] as Heard<TableNews>).ids.at(-1)
    for (const page of pages) page.stop()
    await put('third')
    const back = await follow<TableNews>(served.origin, `table=${at}&${PODS}`, 'table', id)
    await back.until(
      (news) =>
        changesOf(news)
          .map(({ row }) => row.name)
          .join() === 'third',
    )
  })

  it('tells each write of a key, and those since the page was read', async () => {
    const at = await revision()
    await put('keyed', 'Pending')
    const page = await follow<KeyNews>(served.origin, `object=${at}&key=/registry/pods/shop/keyed`, 'object')
    await page.until((news) => news.some(({ changes }) => changes?.length))
    await etcd.ctl(['del', '/registry/pods/shop/keyed'])
    await page.until((news) => news.at(-1)?.changes?.[0]?.deleted === true)
    expect(page.news.flatMap(({ changes = [] }) => changes.map(({ version, deleted }) => `${version} ${deleted}`))).toEqual([
      '1 false',
      '0 true',
    ])
  })

  it('a page that is far behind has to be read again, and etcd is not made to read it', async () => {
    const at = await revision()
    const text = (plain: string) => Buffer.from(plain).toString('base64')
    const write = async () => {
      for (let i = 0; i < 210; i++)
        await fetch(`${etcd.endpoint}/v3/kv/put`, { method: 'POST', body: JSON.stringify({ key: text('/other'), value: text(String(i)) }) })
    }
    await Promise.all(Array.from({ length: 10 }, write))
    const newest = BigInt(await revision())
    const page = await follow<TableNews>(served.origin, `table=${at}&path=configmaps&apiVersion=v1&kind=ConfigMap`, 'table')
    await page.until((news) => news.some(({ missed }) => missed))
    expect(served.watched.at(-1)).toBeGreaterThanOrEqual(newest)
    // What comes from now on is told.
    await etcd.ctl(['put', '/registry/configmaps/shop/a', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}'])
    await page.until((news) => changesOf(news).length === 1)
  })

  it('tells where objects came, changed and went in the whole registry', async () => {
    const page = await follow<RegistryNews>(served.origin, `registry=${await revision()}`, 'registry')
    await page.until(following)
    const told = () =>
      page.news.flatMap(({ changes = [] }) => changes.map(({ path, namespace, action }) => `${path} ${namespace} ${action}`))
    await put('placed')
    await page.until(() => told().length === 1)
    await put('placed')
    await page.until(() => told().length === 2)
    await etcd.ctl(['del', '/registry/pods/shop/placed'])
    await page.until(() => told().length === 3)
    expect(told()).toEqual(['pods shop created', 'pods shop updated', 'pods shop deleted'])
  })

  it('refuses what it cannot follow', async () => {
    for (const query of ['table=1', 'object=1', 'table=1&path=a//b', 'table=x&path=pods'])
      expect((await fetch(`${served.origin}/api/v1/clusters/test/events?${query}`)).status).toBe(400)
  })

  it('says what a user may not follow, and does not ask again and again', async () => {
    for (const args of [
      ['user', 'add', 'root:root'],
      ['user', 'grant-role', 'root', 'root'],
      ['role', 'add', 'reader'],
      ['role', 'grant-permission', 'reader', 'read', '/registry/pods/', '/registry/pods0'],
      ['user', 'add', 'viewer:viewer'],
      ['user', 'grant-role', 'viewer', 'reader'],
      ['auth', 'enable'],
    ])
      await etcd.ctl(args)
    const limited = openEtcd({
      ...{ endpoints: [etcd.endpoint], tls: null, kubernetesPrefix: '/registry' },
      credentials: { user: 'viewer', password: 'viewer' },
    })
    const own = await serve(limited)
    try {
      const allowed = await follow<TableNews>(own.origin, `table=1&${PODS}`, 'table')
      await allowed.until(following)
      const asked = own.watched.length
      const refused = await follow<RegistryNews>(own.origin, 'registry=1', 'registry')
      await refused.until((news) => news.some(({ touch }) => touch?.reason?.includes('does not allow')))
      await etcd.ctl(['--user=root:root', 'put', '/registry/pods/shop/seen', pod('seen', 'Running')])
      await allowed.until((news) => changesOf(news).some(({ row }) => row.name === 'seen'))
      expect(own.watched.length - asked).toBeLessThanOrEqual(1)
    } finally {
      await own.app.close()
      await limited.close()
      await etcd.ctl(['--user=root:root', 'auth', 'disable'])
    }
  })

  it('tells what is written to a v2 key, or below a v2 directory, by one watch for each', async () => {
    const v2 = async (method: string, at: string, value = '') => {
      const body = method === 'PUT' ? { body: new URLSearchParams({ value }) } : {}
      const reply = await fetch(`${etcd.endpoint}/v2/keys${at}`, { method, ...body })
      return String(((await reply.json()) as { node: { modifiedIndex: number } }).node.modifiedIndex)
    }
    const at = await v2('PUT', '/net/subnets/a', 'one')
    let watches = 0
    const { watch } = opened.v2
    opened.v2.watch = (request, signal) => {
      watches += 1
      return watch.call(opened.v2, request, signal)
    }
    const ofKey = (from: string) => follow<KeyNews>(served.origin, `node=${from}&v2Path=${encodeURIComponent('/net/subnets/a')}`, 'node')
    const [one, other] = [await ofKey(at), await ofKey(at)]
    const directory = await follow<KeyNews>(served.origin, `node=${at}&v2Path=/net`, 'node')
    for (const page of [one, other, directory]) await page.until(following)
    const next = await v2('PUT', '/net/subnets/a', 'two')
    const below = await v2('PUT', '/net/subnets/b', 'x')
    const gone = await v2('DELETE', '/net/subnets?recursive=true')
    const told = (news: readonly KeyNews[]) => news.flatMap(({ changes = [] }) => changes)
    for (const page of [one, other]) await page.until((news) => told(news).some(({ deleted }) => deleted))
    expect(told(one.news).at(-1)).toEqual({ revision: gone, version: '0', deleted: true })
    expect(told(one.news).map(({ revision }) => revision)).not.toContain(below)
    expect(JSON.stringify(one.news)).not.toContain('two')
    await directory.until((news) => told(news).some(({ revision }) => revision === gone))
    expect(watches).toBe(2)
    // One that returns gets what it missed.
    const returned = await follow<KeyNews>(served.origin, `node=${at}&v2Path=/net/subnets/a`, 'node', `n${next}`)
    await returned.until((news) => told(news).length > 0)
    expect(told(returned.news)).toEqual([{ revision: gone, version: '0', deleted: true }])
    // One that was read before the last thousand events has to be read again.
    for (let i = 0; i < 1005; i++) await v2('PUT', '/busy', String(i))
    const late = await follow<KeyNews>(served.origin, `node=${at}&v2Path=/net/late`, 'node')
    await late.until((news) => news.some(({ missed }) => missed))
    for (const wrong of [`node=${at}`, `node=${at}&v2Path=net`]) {
      const reply = await fetch(`${served.origin}/api/v1/clusters/test/events?${wrong}`)
      expect(reply.status).toBe(400)
      await reply.body?.cancel()
    }
    opened.v2.watch = watch
  })

  it('loses no change when the followed member dies', { timeout: 120_000 }, async () => {
    const three = await startThree()
    const cluster = openEtcd({ endpoints: three.endpoints, tls: null, credentials: null, kubernetesPrefix: '/registry' })
    const own = await serve(cluster)
    try {
      const at = String((await cluster.v3.status()).revision)
      const page = await follow<TableNews>(own.origin, `table=${at}&${PODS}`, 'table')
      await page.until(following)
      const log: string[] = []
      let isWriting = true
      const generator = (async () => {
        for (let i = 0; isWriting; i++) {
          const name = `pod-${i}`
          await three.put(`/registry/pods/shop/${name}`, pod(name, 'Running'))
          log.push(name)
        }
      })()
      await page.until((news) => changesOf(news).length > 3)
      // The first endpoint is the one that is asked.
      await three.members[0]?.kill()
      const atDeath = log.length
      await page.until((news) => changesOf(news).length > atDeath + 3)
      isWriting = false
      await generator
      // A write that is not confirmed in time is made once more: a row may be told twice.
      const told = (news: readonly TableNews[]) => new Set(changesOf([...news]).map(({ row }) => row.name))
      await page.until((news) => told(news).size >= log.length)
      expect([...told(page.news)].sort()).toEqual([...log].sort())
      expect(page.news.some(({ missed }) => missed)).toBe(false)
    } finally {
      await own.app.close()
      await cluster.close()
      await three.destroy()
    }
  })
})
