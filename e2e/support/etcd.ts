// A temporary etcd with both keyspaces, for cases that the demo cluster lacks: hostile keys, long lists, compaction.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts, SOON_LEADER } from '../../apps/server/src/sources/testing/etcd.ts'
import { stopProcess } from './server.ts'

export type Etcd = {
  endpoint: string
  /** Puts keys, many per transaction. */
  put: (entries: readonly { key: Uint8Array | string; value: Uint8Array | string; lease?: string }[]) => Promise<void>
  /** Grants a lease of that many seconds and returns its id. */
  grant: (seconds: number) => Promise<string>
  /** Returns the index of the change. */
  putV2: (path: string, form: Record<string, string>) => Promise<string>
  removeV2: (path: string) => Promise<void>
  /** Deletes every key with this prefix. */
  removeBelow: (prefix: string) => Promise<void>
  compact: (revision: string) => Promise<void>
  revision: () => Promise<string>
  /** Stops it and keeps its data. */
  halt: () => Promise<void>
  /** Restarts it at the same address. Before that, `unseen` runs while it listens at another one: nobody else notices. */
  resume: (unseen?: () => Promise<void>) => Promise<void>
  /** Ends it and removes its data. */
  stop: () => Promise<void>
}

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes as string).toString('base64')
const BATCH = 100

export async function startEtcd(): Promise<Etcd> {
  const directory = await mkdtemp(join(tmpdir(), 'registree-e2e-'))
  const [client, peer, hidden] = await freePorts(3)
  const endpoint = `http://127.0.0.1:${client}`
  /** Where it listens now. */
  let address = endpoint
  const peerUrl = `http://127.0.0.1:${peer}`
  const launch = () =>
    spawn(
      process.env.ETCD_PATH ?? 'etcd',
      [
        '--name=e2e',
        `--data-dir=${directory}`,
        '--enable-v2',
        `--listen-client-urls=${address}`,
        `--advertise-client-urls=${endpoint}`,
        `--listen-peer-urls=${peerUrl}`,
        `--initial-advertise-peer-urls=${peerUrl}`,
        `--initial-cluster=e2e=${peerUrl}`,
        '--log-level=error',
        ...SOON_LEADER,
      ],
      { stdio: 'ignore' },
    )
  let child = launch()
  const post = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(address + path, { method: 'POST', body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as Record<string, unknown>
  }
  const healthy = async () => {
    const deadline = Date.now() + 60_000
    for (;;) {
      const answers = await fetch(`${address}/health`).then(
        (response) => response.ok,
        () => false,
      )
      if (answers) return
      if (Date.now() > deadline || child.exitCode !== null) throw new Error('etcd did not become healthy within a minute')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  await healthy()
  return {
    endpoint,
    put: async (entries) => {
      for (let i = 0; i < entries.length; i += BATCH)
        await post('/v3/kv/txn', {
          success: entries
            .slice(i, i + BATCH)
            .map((entry) => ({ requestPut: { ...entry, key: base64(entry.key), value: base64(entry.value) } })),
        })
    },
    putV2: async (path, form) => {
      const response = await fetch(`${address}/v2/keys${path}`, { method: 'PUT', body: new URLSearchParams(form) })
      if (!response.ok) throw new Error(`PUT ${path} answered ${response.status}`)
      return String(((await response.json()) as { node: { modifiedIndex: number } }).node.modifiedIndex)
    },
    removeV2: async (path) => {
      const response = await fetch(`${address}/v2/keys${path}?recursive=true`, { method: 'DELETE' })
      if (!response.ok) throw new Error(`DELETE ${path} answered ${response.status}`)
    },
    removeBelow: async (prefix) => {
      const end = Buffer.from(prefix)
      end.writeUInt8(end.readUInt8(end.length - 1) + 1, end.length - 1)
      await post('/v3/kv/deleterange', { key: base64(prefix), range_end: base64(end) })
    },
    compact: async (revision) => void (await post('/v3/kv/compaction', { revision })),
    revision: async () => {
      const answer = await post('/v3/kv/range', { key: base64('\0'), range_end: base64('\0'), count_only: true })
      return String((answer.header as { revision: string }).revision)
    },
    grant: async (seconds) => String((await post('/v3/lease/grant', { TTL: String(seconds) })).ID),
    halt: () => stopProcess(child),
    resume: async (unseen) => {
      if (unseen !== undefined) {
        address = `http://127.0.0.1:${hidden}`
        child = launch()
        await healthy()
        await unseen()
        await stopProcess(child)
        address = endpoint
      }
      child = launch()
      await healthy()
    },
    stop: async () => {
      await stopProcess(child)
      await rm(directory, { recursive: true, force: true })
    },
  }
}
