// The kept past of a live v2 key: what etcd reports of it, what it does not, and where its memory begins; and answers that prove nothing.
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEtcd } from '../etcd/open-etcd.ts'
import type { OpenedCluster } from '../source.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../testing/etcd.ts'

describe.skipIf(!hasEtcd())('the first event of a v2 key', () => {
  let etcd: TestEtcd
  let opened: OpenedCluster
  beforeAll(async () => {
    etcd = await startEtcd()
    opened = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
  })
  afterAll(async () => {
    await opened.close()
    await etcd.destroy()
  })

  const change = async (path: string, method: string, form: Record<string, string> = {}): Promise<bigint> => {
    const reply = await fetch(`${etcd.endpoint}/v2/keys${path}`, {
      method,
      ...(method === 'PUT' ? { body: new URLSearchParams(form) } : {}),
    })
    const { node } = (await reply.json()) as { node: { modifiedIndex: number } }
    return BigInt(node.modifiedIndex)
  }
  const first = (path: string, from: bigint) => opened.v2.firstEvent({ path, from })

  it('has the nodes before and after, and says nothing of a renewed TTL', async () => {
    const created = await change('/key', 'PUT', { value: 'one', ttl: '500' })
    const renewed = await change('/key', 'PUT', { ttl: '900', refresh: 'true', prevExist: 'true' })
    expect(await first('/key', renewed)).toEqual({ event: null })
    const swapped = await change('/key', 'PUT', { value: 'two', prevValue: 'one' })
    expect(await first('/key', created)).toMatchObject({ event: { action: 'set', index: created, node: { value: 'one' }, before: null } })
    expect(await first('/key', renewed)).toMatchObject({
      event: { action: 'compareAndSwap', index: swapped, node: { value: 'two' }, before: { value: 'one', modifiedIndex: renewed } },
    })
  })

  it('knows the removal of a directory above it, and not that of one whose name only begins alike', async () => {
    await change('/dir/inner/key', 'PUT', { value: 'x' })
    await change('/di', 'PUT', { dir: 'true' })
    const other = await change('/di?recursive=true', 'DELETE')
    const gone = await change('/dir?recursive=true', 'DELETE')
    expect(await first('/dir/inner/key', other)).toMatchObject({ event: { action: 'delete', index: gone, path: '/dir', node: null } })
    expect(await first('/dir/inner/key', gone + 1n)).toEqual({ event: null })
  })

  it('names the oldest index that is kept', async () => {
    const begun = await change('/busy', 'PUT', { value: '0' })
    let last = begun
    for (let i = 1; i <= 1010; i++) last = await change('/busy', 'PUT', { value: String(i) })
    expect(await first('/busy', begun)).toEqual({ oldest: last - 999n })
    expect(await first('/busy', last - 999n)).toMatchObject({ event: { index: last - 999n, before: { modifiedIndex: last - 1000n } } })
    expect(await first('/never', last - 999n)).toEqual({ event: null })
  })

  it('ends with its reader', async () => {
    const reader = new AbortController()
    const asked = opened.v2.firstEvent({ path: '/never', from: (await opened.v2.status()).index + 1n }, reader.signal)
    reader.abort()
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

/** Answers like an etcd at index 100; `poll` answers what waits, `probe` what is asked beside it (`times` before). */
async function standIn(play: {
  poll: (reply: ServerResponse) => void
  probe?: (reply: ServerResponse, times: number) => void
  deadlineMs?: number
}) {
  let times = 0
  const server = createServer((request, reply) => {
    const waits = request.url?.includes('wait=true') ?? false
    reply.writeHead(waits ? 200 : 404, { 'x-etcd-cluster-id': 'abc', 'x-etcd-index': '100', 'content-type': 'application/json' })
    if (waits) {
      reply.flushHeaders()
      play.poll(reply)
    } else if (play.probe === undefined) reply.end('{"errorCode":100,"message":"Key not found","index":100}')
    else play.probe(reply, times++)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { deadlineMs = 60_000 } = play
  const opened = openEtcd({ endpoints: [endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry', deadlineMs })
  return {
    first: (from: bigint) => opened.v2.firstEvent({ path: '/key', from }),
    stop: async () => {
      await opened.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

const EVENT = JSON.stringify({ action: 'set', node: { key: '/key', value: 'x'.repeat(1000), modifiedIndex: 50, createdIndex: 50 } })

describe('that there is no event', () => {
  it('is not concluded from an empty answer, nor from one that is no event', async () => {
    for (const text of ['', '\n', '<html>', '{}']) {
      const etcd = await standIn({ poll: (reply) => reply.end(text) })
      await expect(etcd.first(40n)).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' })
      await etcd.stop()
    }
  })

  it('is not concluded while nothing else is answered', async () => {
    const etcd = await standIn({ poll: () => {}, probe: () => {}, deadlineMs: 500 })
    await expect(etcd.first(40n)).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' })
    await etcd.stop()
  })

  it('is not concluded while an event is on its way', async () => {
    let end = () => {}
    const etcd = await standIn({
      poll: (reply) => {
        reply.write(EVENT.slice(0, 500))
        end = () => reply.end(EVENT.slice(500))
      },
      probe: (reply, times) => {
        // Long after the other answers.
        if (times === 1) setTimeout(() => end(), 300)
        reply.end('{"errorCode":100,"message":"Key not found","index":100}')
      },
    })
    expect(await etcd.first(40n)).toMatchObject({ event: { index: 50n, node: { value: 'x'.repeat(1000) } } })
    await etcd.stop()
  })

  it('is not concluded from a member that has not come so far', async () => {
    const etcd = await standIn({ poll: () => {} })
    await expect(etcd.first(150n)).rejects.toMatchObject({ code: 'REVISION_IN_FUTURE', facts: { currentRevision: 100n } })
    expect(await etcd.first(101n)).toEqual({ event: null })
    await etcd.stop()
  })
})
