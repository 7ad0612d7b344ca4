// Starts a real kine on SQLite for a test, and writes to it with the only transactions it accepts: those of the Kubernetes API server.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Etcd3 } from 'etcd3'
import { freePorts, orClean, releasesOf } from './etcd.ts'

export interface TestKine {
  endpoint: string
  /** Creates or updates a key. kine treats a lease as a number of seconds. */
  put(key: string, value: string, lease?: number): Promise<void>
  remove(key: string): Promise<void>
  destroy(): Promise<void>
}

/** Every release of kine that the tests know, built or not. */
export const kineReleases = () => releasesOf('kine')

/** @param socket a path to listen on instead of a port */
export async function startKine(release: { file: string }, socket?: string): Promise<TestKine> {
  const root = await mkdtemp(path.join(tmpdir(), 'registree-kine-'))
  const [port] = (await freePorts(1)) as [number]
  const endpoint = socket === undefined ? `http://127.0.0.1:${port}` : `unix://${socket}`
  const child = spawn(
    release.file,
    [
      `--endpoint=sqlite://${path.join(root, 'state.db')}`,
      `--listen-address=${socket === undefined ? `tcp://127.0.0.1:${port}` : endpoint}`,
      '--metrics-bind-address=0',
    ],
    { stdio: 'ignore', env: { PATH: process.env.PATH }, cwd: root },
  )
  const gone = new Promise((resolve) => child.once('exit', resolve))
  const client = new Etcd3({ hosts: [socket === undefined ? endpoint : `unix:${socket}`], grpcOptions: { 'grpc.enable_http_proxy': 0 } })
  const range = (key: string) => ({ request_range: { key: Buffer.from(key) } })
  const destroy = async () => {
    client.close()
    if (child.exitCode === null) child.kill('SIGTERM')
    await gone
    await rm(root, { recursive: true, force: true })
  }
  const up = async () => {
    const deadline = Date.now() + 30_000
    for (;;) {
      const found = await client.kv.range({ key: Buffer.from('/registry/health') }).then(
        ({ kvs }) => kvs.length > 0,
        () => false,
      )
      if (found) return
      if (child.exitCode !== null || Date.now() > deadline) throw new Error('kine did not start')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  await orClean(up(), destroy)
  const modRevision = async (key: string): Promise<string> => {
    const { kvs } = await client.kv.range({ key: Buffer.from(key) })
    return kvs.find((kv) => String(kv.key) === key)?.mod_revision ?? '0'
  }
  const when = (key: string, revision: string) => ({
    key: Buffer.from(key),
    target: 'Mod' as const,
    result: 'Equal' as const,
    mod_revision: revision,
  })
  return {
    endpoint,
    put: async (key, value, lease = 0) => {
      const revision = await modRevision(key)
      const request_put = { key: Buffer.from(key), value: Buffer.from(value), lease: String(lease) }
      const { succeeded } = await client.kv.txn({
        compare: [when(key, revision)],
        success: [{ request_put }],
        failure: revision === '0' ? [] : [range(key)],
      })
      if (!succeeded) throw new Error(`kine did not take ${key}`)
    },
    remove: async (key) => {
      const revision = await modRevision(key)
      const { succeeded } = await client.kv.txn({
        compare: [when(key, revision)],
        success: [{ request_delete_range: { key: Buffer.from(key) } }],
        failure: [range(key)],
      })
      if (!succeeded) throw new Error(`kine did not remove ${key}`)
    },
    destroy,
  }
}
