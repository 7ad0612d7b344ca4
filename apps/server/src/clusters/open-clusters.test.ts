// How a page tells to reach the etcd itself, by the given flags.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { type Config, readConfig } from '../config/config.ts'
import { testPair } from '../testing/certificates.ts'
import { closeClusters, openClusters } from './open-clusters.ts'

const cwd = mkdtempSync(path.join(tmpdir(), 'registree-clusters-'))
writeFileSync(path.join(cwd, 'ca.pem'), testPair.cert)
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const ca = path.join(cwd, 'ca.pem')
const connection = async (...argv: string[]) => {
  const { clusters: configs } = readConfig({ argv, env: {}, cwd, demo: cwd }) as Config
  const clusters = await openClusters(configs)
  try {
    return clusters.get('default')?.connection
  } finally {
    await closeClusters(clusters)
  }
}

it('names files and the user, and no password', async () => {
  expect(await connection('--endpoints', 'https://127.0.0.1:1', '--cacert', 'ca.pem', '--user', 'u:geheim')).toEqual({
    endpoints: ['https://127.0.0.1:1'],
    cacert: ca,
    cert: null,
    key: null,
    insecureSkipVerify: false,
    user: 'u',
  })
})

it('offers no command where a token is needed', async () => {
  expect(await connection('--endpoints', 'http://127.0.0.1:1', '--auth-jwt-token', 'a.b.c')).toBeNull()
})

it('names only endpoints that one etcdctl command can ask: those with and without TLS need two', async () => {
  const files = ['--cacert', 'ca.pem', '--insecure-skip-tls-verify']
  expect(await connection('--endpoints', 'http://127.0.0.1:1,https://127.0.0.1:2,http://127.0.0.1:3', ...files)).toMatchObject({
    endpoints: ['http://127.0.0.1:1', 'http://127.0.0.1:3'],
    cacert: null,
    insecureSkipVerify: false,
  })
  expect(await connection('--endpoints', 'https://127.0.0.1:2,http://127.0.0.1:1', ...files)).toMatchObject({
    endpoints: ['https://127.0.0.1:2'],
    cacert: ca,
    insecureSkipVerify: true,
  })
})
