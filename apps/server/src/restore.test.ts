// An etcd that is restored from a backup behind the same address: nothing read before is shown as current.
import type { ChildrenAnswer, FlannelAnswer, FlannelNews, Health, Problem, StatusAnswer, TableHead, ValueAnswer } from '@registree/contract'
import { compareEpochs } from '@registree/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster, Clusters } from './clusters/cluster.ts'
import { closeClusters, openClusters } from './clusters/open-clusters.ts'
import type { OpenedCluster } from './sources/source.ts'
import { openDoor } from './sources/testing/door.ts'
import { hasEtcd, startEtcd, type TestEtcd } from './sources/testing/etcd.ts'
import { appOf } from './testing/app.ts'
import { liveConfig } from './testing/live-config.ts'

const api = '/api/v1/clusters/live'
const KEY = '/registry/configmaps/shop/settings'
const value = (text: string) => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { text } })

const openedOf = (clusters: Clusters): OpenedCluster => (clusters.get('live') as Cluster).opened

describe.skipIf(!hasEtcd())('a restored etcd', () => {
  let etcd: TestEtcd
  let clusters: Awaited<ReturnType<typeof openClusters>>
  let app: FastifyInstance
  let snapshot: string
  const put = async (key: string, text: string) => void (await etcd.ctl(['put', key], { input: text }))
  const ask = async (url: string, headers: Record<string, string> = {}) => {
    const reply = await app.inject({ url: `${api}/${url}`, headers })
    return {
      status: reply.statusCode,
      epoch: String(reply.headers['registree-epoch']),
      etag: String(reply.headers.etag),
      text: reply.payload,
      json: <T>() => JSON.parse(reply.payload) as T,
    }
  }
  const proven = () => expect.poll(() => clusters.get('live')?.opened.identity.proven).toBe(true)

  beforeAll(async () => {
    etcd = await startEtcd()
    await put('/registry/namespaces/shop', '{}')
    snapshot = await etcd.save()
    clusters = await openClusters([liveConfig(etcd.endpoint)])
    app = await appOf(clusters, { now: () => new Date() })
  })
  afterAll(async () => {
    await app.close()
    await closeClusters(clusters)
    await etcd.destroy()
  })

  it('is asked again for the same revision, which now holds something else', async () => {
    await put(KEY, value('yesterday'))
    await put('/registry/configmaps/shop/other', value('yesterday'))
    const rev = (await ask('v3/children')).json<ChildrenAnswer>().revision
    await proven()
    const url = `v3/value?key=${KEY}&rev=${rev}`
    const first = await ask(url)
    expect(first.json<ValueAnswer>().decoded.shown?.text).toContain('yesterday')
    expect((await ask(url, { 'if-none-match': first.etag })).status).toBe(304)
    const level = `v3/children?prefix=/registry/configmaps/shop/&rev=${rev}`
    expect((await ask(level)).json<ChildrenAnswer>().children.map(({ key }) => key)).toEqual(['/registry/configmaps/shop/other', KEY])

    // The worst case: no connection meanwhile, and ids, raft term and revision are as before.
    await etcd.restore(snapshot)
    await put(KEY, value('today'))
    await put('/registry/configmaps/shop/third', value('today'))

    const again = await ask(url, { 'if-none-match': first.etag })
    expect(again.status).toBe(200)
    expect(again.json<ValueAnswer>()).toMatchObject({ revision: rev, modRevision: first.json<ValueAnswer>().modRevision })
    expect(again.json<ValueAnswer>().decoded.shown?.text).toContain('today')
    expect(compareEpochs(again.epoch, first.epoch)).toBeGreaterThan(0)
    // What was learned about the tree at this revision is dropped too. While the break of a connection becomes known, a reading may be refused.
    await expect.poll(async () => (await ask(level)).status).toBe(200)
    expect((await ask(level)).json<ChildrenAnswer>().children.map(({ key }) => key)).toEqual([KEY, '/registry/configmaps/shop/third'])
  })

  it('is reported to open pages: another epoch, and a lower revision', async () => {
    await put('/coreos.com/network/config', '{"Network":"10.5.0.0/16","Backend":{"Type":"vxlan"}}')
    await put('/coreos.com/network/subnets/10.5.9.0-24', '{"PublicIP":"192.0.2.9","BackendType":"vxlan"}')
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const { token } = (await ask('flannel')).json<FlannelAnswer>()
    const leaving = new AbortController()
    const stream = await fetch(`${address}${api}/events?flannel=${token}`, { signal: leaving.signal })
    const health: Health[] = []
    const flannel: FlannelNews[] = []
    const listening = (async () => {
      let rest = ''
      for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) {
        const blocks = (rest + Buffer.from(chunk).toString()).split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) {
          const [, name, data] = /^event: (health|flannel)\ndata: (.*)$/m.exec(block) ?? []
          if (data !== undefined) (name === 'health' ? health : flannel).push(JSON.parse(data))
        }
      }
    })().catch(() => {})
    await expect.poll(() => health.at(-1)?.state).toBe('live')
    await expect.poll(() => flannel.findLast(({ touch }) => touch)?.touch?.following).toBe(true)
    await proven()
    const before = health.at(-1) as Health

    await etcd.restore(snapshot)
    const isLater = () => compareEpochs((health.at(-1) as Health).epoch, before.epoch) > 0
    // Not the restore of the test before: a broken connection alone begins another epoch, before this restore is noticed.
    const newlyReplaced = () => {
      const replaced = health.at(-1)?.replaced
      return replaced?.at === before.replaced?.at ? undefined : replaced?.notice.code
    }
    await expect.poll(() => isLater() && health.at(-1)?.state === 'live' && newlyReplaced()).toMatch(/^history-.*-back$/)
    const after = health.at(-1) as Health
    expect(BigInt(after.revision ?? 0)).toBeLessThan(BigInt(before.revision ?? 0))
    // The network is gone with the restore: flannel's page is told to read again, and finds none.
    await expect.poll(() => flannel.some(({ reload }) => reload)).toBe(true)
    await expect.poll(async () => (await ask('flannel')).json<FlannelAnswer>().networks).toEqual([])
    // Another answer may have noticed the restore by another number since.
    const told = async () =>
      (await ask('status')).json<StatusAnswer>().notices.find(({ code }) => code === health.at(-1)?.replaced?.notice.code)
    await expect.poll(async () => (await told())?.message ?? '').toContain('was restored or replaced')
    leaving.abort()
    await listening
  })

  it('prints its tables as the release that it now holds', async () => {
    const node = (kubeletVersion: string) =>
      JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' }, status: { nodeInfo: { kubeletVersion } } })
    const release = async () =>
      ((await ask('tables/minions')).text.split('\n', 1).map((line) => JSON.parse(line)) as TableHead[])[0]?.printedAs
    await put('/registry/minions/a', node('v1.20.0'))
    await proven()
    const before = await release()
    expect(before).toMatchObject({ from: 'nodes' })
    await etcd.restore(snapshot)
    await put('/registry/minions/a', node('v1.35.0'))
    const after = await release()
    expect(after).toMatchObject({ from: 'nodes' })
    expect(after?.release).not.toBe(before?.release)
  })

  it('never mixes two histories if that happens during a reading', async () => {
    for (let i = 0; i < 40; i += 1) await put(`/registry/pods/ns${i}/a`, '{}')
    await proven()
    const { v3 } = openedOf(clusters)
    const range = v3.range.bind(v3)
    const storedBytes = v3.storedBytes?.bind(v3)
    // A store that is known to be small is read by one Range.
    v3.storedBytes = async () => undefined
    const under = new Set<Promise<unknown>>()
    const restore = async () => {
      await Promise.allSettled(under)
      await etcd.restore(snapshot)
      // It is connected to the restored etcd, and reads from it.
      await proven()
      await expect
        .poll(() =>
          range({ key: Buffer.from('a'), end: null, limit: 1, revision: 0n }).then(
            () => true,
            () => false,
          ),
        )
        .toBe(true)
    }
    let restored: Promise<void> | null = null
    v3.range = async (...of) => {
      // The first one that continues at the revision of an earlier answer. No Range is under way while etcd is down: that would be another error.
      if (of[0].revision > 0n) restored ??= restore()
      await restored
      const reply = range(...of)
      under.add(reply)
      return await reply.finally(() => under.delete(reply))
    }
    const broken = await ask('v3/children?prefix=/registry/')
    expect(restored).not.toBe(null)
    v3.range = range
    if (storedBytes !== undefined) v3.storedBytes = storedBytes
    expect([broken.status, broken.json<Problem>().code]).toEqual([503, 'SOURCE_CHANGED'])
    expect((await ask('v3/children?prefix=/registry/')).json<ChildrenAnswer>().children.map(({ key }) => key)).toEqual([
      '/registry/namespaces/',
    ])
  })

  it('says how far it is when asked for a revision that it no longer has', async () => {
    const reply = await ask(`v3/value?key=${KEY}&rev=900`)
    expect(reply.json()).toMatchObject({ code: 'REVISION_IN_FUTURE', currentRevision: expect.stringMatching(/^\d+$/) })
    expect(reply.epoch).not.toBe('undefined')
  })
})

describe.skipIf(!hasEtcd())('an address that leads to another etcd', () => {
  it('is detected by the cluster id; if two alternate, neither is read', async () => {
    const [one, other] = [await startEtcd(), await startEtcd()]
    await one.ctl(['put', KEY], { input: value('of one') })
    await other.ctl(['put', KEY], { input: value('of the other') })
    const door = await openDoor(one.endpoint)
    const clusters = await openClusters([liveConfig(door.endpoint)])
    const app = await appOf(clusters, { now: () => new Date() })
    const ask = (url: string) => app.inject({ url: `${api}/${url}` })
    /** Undefined while a broken connection is re-established. */
    const shown = async () => (await ask(`v3/value?key=${KEY}&rev=2`)).json<Partial<ValueAnswer>>().decoded?.shown?.text
    try {
      expect(await shown()).toContain('of one')
      const { identity } = openedOf(clusters)
      const [before, epoch] = [identity.clusterId, identity.epoch]

      door.leadTo(other.endpoint)
      await expect.poll(shown).toContain('of the other')
      expect(compareEpochs(identity.epoch, epoch)).toBeGreaterThan(0)
      const { etcd, notices } = (await ask('status')).json<StatusAnswer>()
      expect(etcd?.clusterId).not.toBe(before)
      expect(notices.find(({ code }) => code === 'history-cluster-id')?.params).toMatchObject({ before, after: etcd?.clusterId })

      door.leadTo(one.endpoint)
      const codeOf = async () => (await ask(`v3/value?key=${KEY}&rev=2`)).json<Partial<Problem>>().code
      await expect.poll(codeOf).toBe('SOURCE_MIXED')
      const reply = await ask(`v3/value?key=${KEY}&rev=2`)
      expect([reply.statusCode, reply.json<Problem>().code]).toEqual([502, 'SOURCE_MIXED'])
      for (const id of [before, etcd?.clusterId]) expect(reply.json<Problem>().detail).toContain(id)
      expect(reply.payload).not.toContain('ConfigMap')
    } finally {
      await app.close()
      await closeClusters(clusters)
      await door.close()
      await Promise.all([one.destroy(), other.destroy()])
    }
  })
})
