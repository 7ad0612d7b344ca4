// An etcd that is restored from a backup behind the same address: nothing that was read before is given out as what it holds now.
import type { ChildrenAnswer, FlannelAnswer, FlannelNews, Health, StatusAnswer, ValueAnswer } from '@registree/contract'
import { compareEpochs } from '@registree/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeClusters, openClusters } from './clusters/open-clusters.ts'
import { hasEtcd, startEtcd, type TestEtcd } from './sources/testing/etcd.ts'
import { appOf } from './testing/app.ts'

const api = '/api/v1/clusters/live'
const KEY = '/registry/configmaps/shop/settings'
const value = (text: string) => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { text } })

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
    clusters = await openClusters([
      {
        kind: 'etcd',
        name: 'live',
        title: 'Live',
        endpoints: [etcd.endpoint],
        tls: null,
        tlsPaths: { cacert: null, cert: null, key: null },
        credentials: null,
        kubernetesPrefix: '/registry',
        flannelPrefix: null,
        encryptionConfig: null,
      },
    ])
    app = await appOf(clusters, { now: () => new Date() })
  })
  afterAll(async () => {
    await app.close()
    await closeClusters(clusters)
    await etcd.destroy()
  })

  it('is asked again for the same revision, which holds something else now', async () => {
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

    // The worst case: nobody looks meanwhile, and ids, raft term and revision are again what they were.
    await etcd.restore(snapshot)
    await put(KEY, value('today'))
    await put('/registry/configmaps/shop/third', value('today'))

    const again = await ask(url, { 'if-none-match': first.etag })
    expect(again.status).toBe(200)
    expect(again.json<ValueAnswer>()).toMatchObject({ revision: rev, modRevision: first.json<ValueAnswer>().modRevision })
    expect(again.json<ValueAnswer>().decoded.shown?.text).toContain('today')
    expect(compareEpochs(again.epoch, first.epoch)).toBeGreaterThan(0)
    // What was learnt about the tree at this revision is not believed any more either.
    expect((await ask(level)).json<ChildrenAnswer>().children.map(({ key }) => key)).toEqual([KEY, '/registry/configmaps/shop/third'])
  })

  it('is told to those who look: another epoch, and that its revision went back', async () => {
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
    await expect.poll(() => health.at(-1)?.replaced?.notice.code).toMatch(/^history-.*-back$/)
    await expect.poll(() => health.at(-1)?.state).toBe('live')
    const after = health.at(-1) as Health
    expect(compareEpochs(after.epoch, before.epoch)).toBeGreaterThan(0)
    expect(BigInt(after.revision ?? 0)).toBeLessThan(BigInt(before.revision ?? 0))
    // The network is gone with the restore: flannel's page is told to read again, and finds none.
    await expect.poll(() => flannel.some(({ reload }) => reload)).toBe(true)
    await expect.poll(async () => (await ask('flannel')).json<FlannelAnswer>().networks).toEqual([])
    const { notices } = (await ask('status')).json<StatusAnswer>()
    expect(notices.find(({ code }) => code === after.replaced?.notice.code)?.message).toContain('was restored or replaced')
    leaving.abort()
    await listening
  })

  it('answers for a revision that it does not have any more with how far it is', async () => {
    const reply = await ask(`v3/value?key=${KEY}&rev=900`)
    expect(reply.json()).toMatchObject({ code: 'REVISION_IN_FUTURE', currentRevision: expect.stringMatching(/^\d+$/) })
    expect(reply.epoch).not.toBe('undefined')
  })
})
