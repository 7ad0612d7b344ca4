// Two requests with different policies, interleaved over the same worker threads and caches: neither gets the other's bytes.
import { existsSync } from 'node:fs'
import { utf8 } from '@registree/keyspace'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runInWorkers } from './jobs/run-in-workers.ts'
import { MemoryV3Source } from './sources/memory/memory-v3-source.ts'
import { memoryCluster, testApp } from './testing/app.ts'

const SECRET = 'the-password-of-the-shop'
const KEY = '/registry/secrets/shop/login'
const BIG = '/registry/secrets/shop/large'

const script = new URL('../program/worker.js', import.meta.url)
const built = existsSync(script)
if (!built) process.stderr.write('skipping policies over worker threads: npm run build makes their script\n')

describe.skipIf(!built)('two requests with different policies', () => {
  let app: FastifyInstance
  const jobs = runInWorkers({ encryption: new Map() }, script)

  beforeAll(async () => {
    const source = new MemoryV3Source()
    const put = (key: string, data: Record<string, string>) => {
      const encoded = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, Buffer.from(value).toString('base64')]))
      source.set(
        utf8(key),
        utf8(JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x', namespace: 'shop' }, data: encoded })),
      )
    }
    put(KEY, { password: SECRET })
    // Large enough for a worker thread.
    put(BIG, { password: SECRET, more: 'x'.repeat(100_000) })
    source.set(utf8('/registry/apiextensions.k8s.io/customresourcedefinitions/logins.example.com'), utf8(JSON.stringify(definition())))
    for (let i = 0; i < 300; i += 1)
      source.set(utf8(`/registry/example.com/logins/shop/l${String(i).padStart(3, '0')}`), utf8(JSON.stringify(login(i))))
    const opened = memoryCluster(source)
    app = await testApp(opened, {
      jobs,
      policyOf: (request) => ({ reveal: request.headers['x-reveal'] === 'yes', decrypt: true, salt: new Uint8Array(32) }),
    })
  })
  afterAll(() => app.close())

  const ask = async (url: string, reveal: boolean) => {
    const answer = await app.inject({ url: `/api/v1/clusters/test/${url}`, headers: reveal ? { 'x-reveal': 'yes' } : {} })
    return { status: answer.statusCode, text: answer.payload }
  }
  const shows = (text: string) => text.includes(SECRET) || text.includes(Buffer.from(SECRET).toString('base64'))

  it.each([
    ['a value read by the server', `v3/value?key=${KEY}`],
    ['a value read in a worker thread', `v3/value?key=${BIG}`],
    ['a table made in worker threads', 'tables/example.com/logins'],
  ])('%s', async (_, url) => {
    const answers = await Promise.all(Array.from({ length: 24 }, (_, i) => ask(url, i % 2 === 1)))
    for (const [i, { status, text }] of answers.entries()) expect([status, shows(text)]).toEqual([200, i % 2 === 1])
  })

  it('raw bytes', async () => {
    const [masked, revealed] = await Promise.all([ask(`v3/raw?key=${KEY}`, false), ask(`v3/raw?key=${KEY}`, true)])
    expect([masked.status, shows(masked.text)]).toEqual([403, false])
    expect([revealed.status, shows(revealed.text)]).toEqual([200, true])
  })
})

function definition() {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'logins.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Login', plural: 'logins', singular: 'login' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          additionalPrinterColumns: [{ name: 'Applied', type: 'string', jsonPath: '.metadata.annotations.last' }],
        },
      ],
    },
  }
}

/** A custom resource with a Secret's manifest in an annotation that a column prints. */
function login(i: number) {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: `s${i}` }, stringData: { password: SECRET } }
  return {
    apiVersion: 'example.com/v1',
    kind: 'Login',
    metadata: { name: `l${i}`, namespace: 'shop', annotations: { last: JSON.stringify(secret) } },
  }
}
