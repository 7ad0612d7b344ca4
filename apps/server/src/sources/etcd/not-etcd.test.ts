// Endpoints where a web server or a proxy listens: named for what they are, and other endpoints are asked instead.
import { createServer as createHttp1Server } from 'node:http'
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
    await etcd.ctl(['set', '/there', '1'], { api: 2 })
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

  describe('in front of the v2 API', () => {
    /** A web server, which answers everything, and connects to nothing. */
    async function webServer(status: number, body: string): Promise<{ endpoint: string; asked: string[]; close(): Promise<void> }> {
      const asked: string[] = []
      const server = createHttp1Server((request, response) => {
        asked.push(request.url ?? '')
        response.writeHead(status, { 'content-type': 'text/html', ...(status === 302 ? { location: '/login' } : {}) }).end(body)
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      return {
        endpoint,
        asked,
        close: async () => {
          server.closeAllConnections()
          await new Promise((resolve) => server.close(resolve))
        },
      }
    }

    it.each([
      [200, '<html>Welcome to nginx!', 'SOURCE_ERROR', 'is not etcd: it answered with HTTP status 200'],
      [200, '{"status":"ok"}', 'SOURCE_ERROR', 'is not etcd: it answered with HTTP status 200'],
      [302, '', 'SOURCE_ERROR', 'is not etcd: it answered with HTTP status 302'],
      [401, '<html>Authorization Required', 'SOURCE_ERROR', 'is not etcd: it answered with HTTP status 401'],
      [404, '<html>Not Found', 'KEYSPACE_UNAVAILABLE', 'has no v2 API'],
      [404, '404 page not found\n', 'KEYSPACE_UNAVAILABLE', 'has no v2 API'],
      [503, 'no healthy upstream', 'SOURCE_ERROR', 'is not etcd: it answered with HTTP status 503'],
    ])('HTTP status %d, %j: it is named, and does not keep etcd from being read', async (status, body, code, words) => {
      const web = await webServer(status, body)
      const alone = open(web.endpoint)
      const error = { code, message: expect.stringContaining(words) }
      await expect(alone.v2.node('/')).rejects.toMatchObject(error)
      const watch = alone.v2.watch({ path: '/', after: 0n }, AbortSignal.timeout(5000))[Symbol.asyncIterator]()
      await expect(watch.next()).rejects.toMatchObject(error)
      await alone.close()

      const both = open(web.endpoint, etcd.endpoint)
      expect((await both.v2.node('/there')).node.value).toBe('1')
      expect(await both.v2.availability()).toEqual({ available: true, says: null })
      const stop = new AbortController()
      for await (const reply of both.v2.watch({ path: '/', after: 0n }, stop.signal)) {
        if (reply.kind === 'changes' && reply.changes.length > 0) break
      }
      stop.abort()
      await both.close()
      await web.close()
    })

    it('the reader hears of the etcd that is down, not of the web server', async () => {
      const web = await webServer(404, '<html>Not Found')
      const down = 'http://127.0.0.1:9'
      for (const endpoints of [
        [web.endpoint, down],
        [down, web.endpoint],
      ]) {
        const source = open(...endpoints)
        await expect(source.v2.node('/')).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE', facts: { endpoint: down } })
        await source.close()
      }
      await web.close()
    })
  })
})
