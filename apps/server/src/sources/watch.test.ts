// Watches of a live etcd through bursts, expiring TTLs, a restart, compaction, cleared events and a forgotten token.
import { utf8 } from '@registree/keyspace'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAppError } from '../problem.ts'
import { openEtcd } from './etcd/open-etcd.ts'
import type { OpenedCluster, WatchReply } from './source.ts'
import { hasEtcd, startEtcd, type TestEtcd } from './testing/etcd.ts'

const live = hasEtcd()
if (!live) process.stderr.write('skipping the watches of a live etcd: etcd and etcdctl are not in PATH\n')

/** Follows a watch in the background. */
function follow<Change>(watch: (signal: AbortSignal) => AsyncIterable<WatchReply<Change>>) {
  const gone = new AbortController()
  const heard = { changes: [] as Change[], gaps: 0, at: 0n, stands: false }
  let waiting: (() => void)[] = []
  const ended = (async () => {
    for await (const reply of watch(gone.signal)) {
      heard.stands = true
      heard.at = reply.at
      if (reply.kind === 'gap') heard.gaps += 1
      else heard.changes.push(...reply.changes)
      for (const look of waiting) look()
    }
  })().catch((error: unknown) => error)
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!holds()) return
        waiting = waiting.filter((one) => one !== look)
        resolve()
      }
      waiting.push(look)
      look()
    })
  return { heard, until, ended, stop: () => gone.abort() }
}
const code = (error: unknown) => (isAppError(error) ? error.code : error)

describe.skipIf(!live)('a watch of a live etcd', () => {
  let etcd: TestEtcd
  let opened: OpenedCluster
  const gateway = async (method: string, body: unknown) =>
    await (await fetch(`${etcd.endpoint}/v3/${method}`, { method: 'POST', body: JSON.stringify(body) })).json()
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const put = (key: string, value: string, lease?: string) =>
    gateway('kv/put', { key: base64(key), value: base64(value), ...(lease === undefined ? {} : { lease }) })
  const set = (path: string, form: Record<string, string>) =>
    fetch(`${etcd.endpoint}/v2/keys${path}`, { method: 'PUT', body: new URLSearchParams(form) })
  const revision = async () => (await opened.v3.status()).revision
  const v3 = (after: bigint) => follow((signal) => opened.v3.watch({ key: utf8('/net/'), end: utf8('/net0'), after }, signal))
  const v2 = (after: bigint) => follow((signal) => opened.v2.watch({ path: '/net', after }, signal))

  beforeAll(async () => {
    etcd = await startEtcd()
    opened = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
  })
  afterAll(async () => {
    await opened.close()
    await etcd.destroy()
  })

  it('v3: delivers a burst of 2,000 changes completely, and an expired lease', async () => {
    const watch = v3(await revision())
    await watch.until(() => watch.heard.stands)
    for (let batch = 0; batch < 20; batch += 1) {
      const success = Array.from({ length: 100 }, (_, i) => ({
        requestPut: { key: base64(`/net/subnets/${batch}-${i}`), value: base64('x'.repeat(1000)) },
      }))
      await gateway('kv/txn', { success })
    }
    const { ID } = (await gateway('lease/grant', { TTL: '1' })) as { ID: string }
    await put('/net/leased', 'short', ID)
    await watch.until(() => watch.heard.changes.length === 2002)
    expect(watch.heard.changes.at(-1)?.kv).toBeNull()
    expect(new Set(watch.heard.changes.map(({ key }) => Buffer.from(key).toString())).size).toBe(2001)
    watch.stop()
    expect(code(await watch.ended)).toBe('CANCELLED')
  })

  it('v3: delivers a large past in parts, and no revision in two of them', async () => {
    const start = await revision()
    // About 12 MB, which etcd sends in fragments of about 1.5 MB, three changes of 400 kB to a revision.
    for (let i = 0; i < 10; i += 1) {
      const success = [0, 1, 2].map((n) => ({
        requestPut: { key: base64(`/net/large/${i}-${n}`), value: base64('x'.repeat(400_000)) },
      }))
      await gateway('kv/txn', { success })
    }
    const [enough, parts] = [new AbortController(), [] as { at: bigint; revisions: bigint[] }[]]
    for await (const reply of opened.v3.watch({ key: utf8('/net/'), end: utf8('/net0'), after: start }, enough.signal)) {
      if (reply.kind === 'changes' && reply.changes.length > 0)
        parts.push({ at: reply.at, revisions: reply.changes.map((change) => change.revision) })
      if (reply.at === start + 10n) break
    }
    enough.abort()
    expect(parts.length).toBeGreaterThan(2)
    expect(parts.flatMap(({ revisions }) => revisions)).toEqual(
      Array.from({ length: 30 }, (_, i) => start + BigInt(Math.floor(i / 3)) + 1n),
    )
    for (const { at, revisions } of parts) expect([at, revisions.length % 3]).toEqual([revisions.at(-1), 0])
  })

  it('v3: reports that history was compacted, and continues', async () => {
    const start = await revision()
    for (let i = 0; i < 5; i += 1) await put('/net/a', String(i))
    await gateway('kv/compaction', { revision: String((await revision()) - 1n), physical: true })
    const watch = v3(start)
    await watch.until(() => watch.heard.gaps === 1)
    await put('/net/a', 'after')
    await watch.until(() => watch.heard.changes.some(({ kv }) => kv !== null && Buffer.from(kv.value).toString() === 'after'))
    expect(watch.heard.at).toBe(await revision())
    watch.stop()
    await watch.ended
  })

  it('v2: tells no removal of another directory whose name is the beginning of this one’s', async () => {
    const { index } = await opened.v2.status()
    await set('/n', { dir: 'true' })
    await fetch(`${etcd.endpoint}/v2/keys/n?dir=true`, { method: 'DELETE' })
    await set('/net/after', { value: 'x' })
    await fetch(`${etcd.endpoint}/v2/keys/net?recursive=true`, { method: 'DELETE' })
    const watch = v2(index)
    await watch.until(() => watch.heard.changes.some(({ path }) => path === '/net'))
    expect(watch.heard.changes.map(({ action, path }) => `${action} ${path}`)).toEqual(['set /net/after', 'delete /net'])
    watch.stop()
    await watch.ended
  })

  it('v2: delivers sets, changes and expiries with names of any kind, and nothing from elsewhere', async () => {
    const watch = v2((await opened.v2.status()).index)
    await watch.until(() => watch.heard.stands)
    await set('/elsewhere', { value: 'x' })
    await set('/net/subnets/10.5.1.0-24&fc00::-64', { value: '{"PublicIP":"192.0.2.1"}', ttl: '1' })
    await watch.until(() => watch.heard.changes.length === 2)
    expect(watch.heard.changes).toMatchObject([
      { action: 'set', path: '/net/subnets/10.5.1.0-24&fc00::-64', node: { ttl: 1n } },
      { action: 'expire', path: '/net/subnets/10.5.1.0-24&fc00::-64', node: null },
    ])
    watch.stop()
    expect(code(await watch.ended)).toBe('CANCELLED')
  })

  it('v2: reports that events were cleared after a thousand others, and continues', async () => {
    const start = (await opened.v2.status()).index
    await set('/net/a', { value: 'lost' })
    for (let i = 0; i < 1100; i += 20) await Promise.all(Array.from({ length: 20 }, () => set('/elsewhere', { value: 'x' })))
    const watch = v2(start)
    await watch.until(() => watch.heard.gaps === 1)
    await set('/net/a', { value: 'told' })
    await watch.until(() => watch.heard.changes.length === 1)
    expect(watch.heard.changes[0]?.node?.value).toBe('told')
    watch.stop()
    await watch.ended
  })

  it('both: end with the connection and, resumed after the last event, miss nothing', async () => {
    const before = { v3: v3(await revision()), v2: v2((await opened.v2.status()).index) }
    await put('/net/r', '1')
    await set('/net/r', { value: '1' })
    await before.v3.until(() => before.v3.heard.changes.length === 1)
    await before.v2.until(() => before.v2.heard.changes.length === 1)
    await etcd.stop()
    expect([code(await before.v3.ended), code(await before.v2.ended)]).toEqual(['SOURCE_UNREACHABLE', 'SOURCE_UNREACHABLE'])
    await etcd.start()
    await put('/net/r', '2')
    await set('/net/r', { value: '2' })
    const after = { v3: v3(before.v3.heard.at), v2: v2(before.v2.heard.at) }
    await after.v3.until(() => after.v3.heard.changes.length === 1)
    // v2 keeps its events in the member's memory: a restart clears them.
    await after.v2.until(() => after.v2.heard.changes.length + after.v2.heard.gaps > 0)
    expect(Buffer.from(after.v3.heard.changes[0]?.kv?.value ?? []).toString()).toBe('2')
    for (const watch of [after.v3, after.v2]) {
      watch.stop()
      await watch.ended
    }
  })

  it('v3: resumes with a new token when the old one is forgotten, and is refused where the role has no permission', async () => {
    await etcd.ctl(['role', 'add', 'reader'])
    await etcd.ctl(['role', 'grant-permission', 'reader', 'read', '/net/', '--prefix'])
    await etcd.ctl(['role', 'grant-permission', 'reader', 'read', '/registry/'])
    for (const user of ['reader', 'root']) {
      await etcd.ctl(['user', 'add', `${user}:pw`])
      await etcd.ctl(['user', 'grant-role', user, user])
    }
    await etcd.ctl(['auth', 'enable'])
    const credentials = { user: 'reader', password: 'pw' }
    const other = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials, kubernetesPrefix: '/registry' })
    const { revision: at } = await other.v3.range({ key: utf8('/net/r'), end: null, revision: 0n, limit: 1 })
    await etcd.stop()
    await etcd.start()
    const watch = follow((signal) => other.v3.watch({ key: utf8('/net/'), end: utf8('/net0'), after: at }, signal))
    await etcd.ctl(['--user=root:pw', 'put', '/net/r', '3'])
    await watch.until(() => watch.heard.changes.length === 1)
    watch.stop()
    await watch.ended
    const forbidden = follow((signal) => other.v3.watch({ key: utf8('/other'), end: null, after: at }, signal))
    expect(code(await forbidden.ended)).toBe('SOURCE_FORBIDDEN')
    await other.close()
  })
})
