// Comparisons that end early: an error on one side, a browser that leaves, and two that cross each other.
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CompareLine } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { describe, expect, it } from 'vitest'
import { AppError } from '../problem.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { appOf, memoryCluster, testCluster } from '../testing/app.ts'

const filled = (n: number) => {
  const source = new MemoryV3Source()
  for (let i = 0; i < n; i += 1) source.set(utf8(`/registry/configmaps/shop/c${String(i).padStart(6, '0')}`), utf8(`{"n":${i}}`))
  return source
}

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as CompareLine)

describe('a comparison', () => {
  it('tells of an error on the right in the middle, and which cluster it is of', async () => {
    const [left, right] = [filled(3000), filled(3000)]
    const range = right.range.bind(right)
    let reads = 0
    right.range = async (request, signal) => {
      reads += 1
      if (reads > 8) throw new AppError('REVISION_COMPACTED', { code: 'stored-text', params: { text: 'Revision 3001 was compacted.' } })
      return await range(request, signal)
    }
    const app = await appOf(
      new Map([
        ['left', testCluster('left', memoryCluster(left))],
        ['right', testCluster('right', memoryCluster(right))],
      ]),
    )
    const reply = await app.inject({ url: '/api/v1/clusters/left/v3/compare?with=right' })
    const lines = linesOf(reply.payload)
    expect(lines.at(-1)).toMatchObject({ type: 'error', problem: { code: 'REVISION_COMPACTED', cluster: 'right' } })
    await app.close()
  })

  it('ends on both sides when the browser leaves, and frees both turns', async () => {
    const [left, right] = [filled(50), filled(50)]
    let hang = true
    const signals: AbortSignal[] = []
    const held: string[] = []
    for (const [name, source] of Object.entries({ left, right })) {
      const range = source.range.bind(source)
      source.range = async (request, signal) => {
        if (hang && request.revision > 0n && new TextDecoder().decode(request.key) === '/registry/' && name === 'right') {
          held.push(name)
          signals.push(signal as AbortSignal)
          await new Promise((_, reject) =>
            signal?.addEventListener('abort', () =>
              reject(new AppError('CANCELLED', { code: 'stored-text', params: { text: 'Cancelled.' } })),
            ),
          )
        }
        return await range(request, signal)
      }
    }
    const app = await appOf(
      new Map([
        ['left', testCluster('left', memoryCluster(left), { kubernetesPrefix: '/registry' })],
        ['right', testCluster('right', memoryCluster(right), { kubernetesPrefix: '/registry' })],
      ]),
    )
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const open = (from: string, to: string) => {
      const request = http.get({ port, host: '127.0.0.1', path: `/api/v1/clusters/${from}/v3/compare?with=${to}`, agent: false })
      request.on('error', () => {})
      return request
    }
    // More than the turns of a cluster, in both directions.
    const requests = [...Array(6).keys()].map((i) => (i % 2 === 0 ? open('left', 'right') : open('right', 'left')))
    await expect.poll(() => held.length).toBe(4)
    for (const request of requests) request.destroy()
    await expect.poll(() => signals.every(({ aborted }) => aborted)).toBe(true)
    hang = false
    const all = [...Array(10).keys()].map(async (i) => {
      const [reply] = (await once(i % 2 === 0 ? open('left', 'right') : open('right', 'left'), 'response')) as [http.IncomingMessage]
      let text = ''
      for await (const part of reply.setEncoding('utf8')) text += part
      return linesOf(text).at(-1)
    })
    for (const last of await Promise.all(all)) expect(last).toMatchObject({ type: 'progress', done: true })
    await app.close()
  })
})
