// Endpoints where a web server or a proxy listens: named for what they are, and other endpoints are asked instead.
import { createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { utf8 } from '@registree/keyspace'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasEtcd, startEtcd, type TestEtcd } from '../testing/etcd.ts'
import { openEtcd } from './open-etcd.ts'

const open = (...endpoints: string[]) =>
  openEtcd({ endpoints, tls: null, credentials: null, kubernetesPrefix: '/registry', deadlineMs: 5000 })
const read = { key: utf8('a'), end: null, revision: 0n, limit: 1 }

async function answering(status: number): Promise<{ server: Http2Server; endpoint: string }> {
  const server = createServer((_, response) => {
    response.writeHead(status)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe.skipIf(!hasEtcd())('what is not etcd', () => {
  let etcd: TestEtcd
  beforeAll(async () => {
    etcd = await startEtcd()
    await etcd.ctl(['put', 'a', '1'])
  })
  afterAll(() => etcd.destroy())

  it.each([
    [401, 'SOURCE_ERROR', 'HTTP status 401'],
    [403, 'SOURCE_ERROR', 'HTTP status 403'],
    [404, 'KEYSPACE_UNAVAILABLE', 'does not offer the v3 API'],
    [503, 'SOURCE_ERROR', 'HTTP status 503'],
  ])('answers with HTTP status %d: it is named, and does not keep etcd from being read', async (status, code, words) => {
    const { server, endpoint } = await answering(status)
    const alone = open(endpoint)
    await expect(alone.v3.range(read)).rejects.toMatchObject({ code, message: expect.stringContaining(words) })
    await alone.close()
    const both = open(endpoint, etcd.endpoint)
    expect((await both.v3.range(read)).kvs).toHaveLength(1)
    await both.close()
    await new Promise((resolve) => server.close(resolve))
  })
})
