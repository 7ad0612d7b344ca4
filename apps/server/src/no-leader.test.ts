// The only configured member is cut off from the others: it has no leader, and its data may be old.
import type { ChildrenAnswer, Health, StatusAnswer, ValueAnswer } from '@registree/contract'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeClusters, openClusters } from './clusters/open-clusters.ts'
import { hasEtcd, startThree } from './sources/testing/etcd.ts'
import { appOf } from './testing/app.ts'
import { liveConfig } from './testing/live-config.ts'

const api = '/api/v1/clusters/live'

describe.skipIf(!hasEtcd())('a member without a leader', () => {
  let three: Awaited<ReturnType<typeof startThree>>
  let clusters: Awaited<ReturnType<typeof openClusters>>
  let app: FastifyInstance
  const ask = async (url: string) => {
    const reply = await app.inject({ url: `${api}/${url}` })
    return { status: reply.statusCode, text: reply.payload, json: <T>() => JSON.parse(reply.payload) as T }
  }

  beforeAll(async () => {
    three = await startThree({ isolable: true })
    const [first] = three.endpoints as [string]
    const lease = await three.grant(600)
    await three.put('/registry/leased', 'kept for a while', lease)
    clusters = await openClusters([liveConfig(first)])
    app = await appOf(clusters, { now: () => new Date() })
    expect((await ask('v3/value?key=/registry/leased')).json<ValueAnswer>().lease).toMatchObject({ ttl: expect.stringMatching(/^\d+$/) })
    await three.members[0]?.isolate()
  })
  afterAll(async () => {
    await app.close()
    await closeClusters(clusters)
    await three.destroy()
  })

  it('is reported by name, and has no leader', async () => {
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const leaving = new AbortController()
    const stream = await fetch(`${address}${api}/events`, { signal: leaving.signal })
    let told: Health | undefined
    let rest = ''
    for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) {
      const blocks = (rest + Buffer.from(chunk).toString()).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = /^event: health\ndata: (.*)$/m.exec(block)?.[1]
        if (data !== undefined) told = JSON.parse(data) as Health
      }
      if (told?.state === 'no-leader') break
    }
    leaving.abort()
    expect(told).toMatchObject({ state: 'no-leader', member: { name: 'm0', endpoint: three.endpoints[0] }, leader: null, problem: null })
  })

  it('shows its own state, not what the others agreed on since', async () => {
    await three.put('/registry/k', 'agreed on by the others')
    expect((await ask('v3/value?key=/registry/k')).json<ValueAnswer>().decoded.shown?.text).toBe('v')
    expect((await ask('v3/children?prefix=/registry/')).json<ChildrenAnswer>().children.map(({ key }) => key)).toEqual([
      '/registry/k',
      '/registry/leased',
    ])
    const { notices } = (await ask('status')).json<StatusAnswer>()
    expect(notices.find(({ code }) => code === 'no-consensus')?.params).toMatchObject({ member: 'm0' })
    expect(notices.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('shows a value whose lease it cannot ask for, and says so', async () => {
    const { status, json } = await ask('v3/value?key=/registry/leased')
    expect(status).toBe(200)
    const { lease, decoded } = json<ValueAnswer>()
    expect(decoded.shown?.text).toBe('kept for a while')
    expect(lease).toMatchObject({ ttl: null, note: { text: 'Only a leader knows how long a lease lasts, and there is none.' } })
  })
})
