// Time limits for v2 endpoints that accept no connection, or accept one and never answer: other endpoints are asked in time.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEtcd } from '../etcd/open-etcd.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../testing/etcd.ts'

/** Longer than any test may take: a limit that is this long must not be what ends a read. */
const NEVER_MS = 3_600_000

const open = (endpoints: string[], deadlineMs: number, firstContactMs: number) =>
  openEtcd({ endpoints, tls: null, credentials: null, kubernetesPrefix: '/registry', deadlineMs, firstContactMs })

/** Listens, but its event loop never runs: the kernel completes as many connections as fit into its queue, and no more. */
async function startDeaf() {
  const program = `
    const server = require('node:net').createServer()
    server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(said.toString())
  const sockets: Socket[] = []
  return {
    endpoint: `http://127.0.0.1:${port}`,
    /** From then on it takes no connection. */
    fill: async () => {
      for (let i = 0; i < 2; i += 1) {
        const socket = connect(port, '127.0.0.1')
        sockets.push(socket)
        await once(socket, 'connect')
      }
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

describe.skipIf(!hasEtcd())('first contact with a v2 endpoint', () => {
  let etcd: TestEtcd
  beforeAll(async () => {
    etcd = await startEtcd()
    await etcd.ctl(['set', '/there', '1'], { api: 2 })
  })
  afterAll(() => etcd.destroy())

  it('one that accepts connections and never answers leaves the time to the others', async () => {
    const deaf = await startDeaf()
    const source = open([deaf.endpoint, etcd.endpoint], NEVER_MS, 50)
    expect((await source.v2.node('/there')).node.value).toBe('1')
    await source.close()
    await deaf.stop()
  })

  it('so does one that accepts no connection', async () => {
    const deaf = await startDeaf()
    await deaf.fill()
    const source = open([deaf.endpoint, etcd.endpoint], NEVER_MS, 50)
    expect((await source.v2.node('/there')).node.value).toBe('1')
    await source.close()
    await deaf.stop()
  })

  it('the limit of a read holds while a connection is being opened', async () => {
    const deaf = await startDeaf()
    await deaf.fill()
    const alone = open([deaf.endpoint], 300, NEVER_MS)
    await expect(alone.v2.node('/there')).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' })
    await alone.close()
    const both = open([deaf.endpoint, etcd.endpoint], 2000, NEVER_MS)
    expect((await both.v2.node('/there')).node.value).toBe('1')
    await both.close()
    await deaf.stop()
  })
})
