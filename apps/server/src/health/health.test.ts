// What pages learn about an etcd that runs, dies, hangs, returns, is restored, loses its quorum or does not exist, over real ones.
import { spawn } from 'node:child_process'
import { createServer as createHttpServer, request } from 'node:http'
import { createServer } from 'node:net'
import { pipeline } from 'node:stream'
import type { Health } from '@registree/contract'
import { afterEach, describe, expect, test } from 'vitest'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { freePort, hasEtcd, startEtcd, startThree } from '../sources/testing/etcd.ts'
import { kineReleases, startKine } from '../sources/testing/kine.ts'
import { startKineStandIn } from '../sources/testing/kine-stand-in.ts'
import { HealthWatch } from './health-watch.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one()
})

const QUICK = { paceMs: 200, retryMs: 100, idleRetentionMs: 300 }

/** Subscribes to the health of a cluster. */
function look(endpoints: string[], more: Partial<Parameters<typeof openEtcd>[0]> = {}) {
  const opened = openEtcd({ endpoints, tls: null, credentials: null, kubernetesPrefix: '/registry', ...more })
  const watch = new HealthWatch(opened as OpenedCluster & { pulse: NonNullable<OpenedCluster['pulse']> }, () => new Date(), QUICK)
  const heard: Health[] = []
  const leave = watch.subscribe((health) => heard.push(health))
  undo.push(
    () => watch.close(),
    () => opened.close(),
  )
  const last = () => heard.at(-1) as Health
  const state = (wanted: Health['state']) => expect.poll(() => last().state).toBe(wanted)
  return { opened, watch, heard, last, state, leave }
}

async function etcdFor(...options: Parameters<typeof startEtcd>) {
  const etcd = await startEtcd(...options)
  undo.push(() => etcd.destroy())
  return etcd
}

describe.skipIf(!hasEtcd())('the health of a live etcd', () => {
  test('is live once it has answered, with since when, revision and leader; follows the revision', async () => {
    const etcd = await etcdFor()
    await etcd.ctl(['put', '/registry/a', '1'])
    const { heard, last, state, opened } = look([etcd.endpoint])
    expect(heard[0]).toMatchObject({ state: 'connecting', lastAnswer: null, member: null, revision: null })
    await state('live')
    expect(last()).toMatchObject({
      revision: '2',
      member: { name: 'test', endpoint: etcd.endpoint },
      leader: { name: 'test' },
      problem: null,
      replaced: null,
      clusterId: expect.stringMatching(/^[0-9a-f]+$/),
    })
    const { since, epoch } = last()
    await etcd.ctl(['put', '/registry/a', '2'])
    await expect.poll(() => last().revision).toBe('3')
    expect(last()).toMatchObject({ state: 'live', since, epoch })
    await expect.poll(() => opened.identity.proven).toBe(true)
  })

  test('includes the index of the v2 keyspace once somebody has read it', async () => {
    const etcd = await etcdFor()
    const { last, state, opened } = look([etcd.endpoint])
    await state('live')
    expect(last().index).toBeNull()
    const { index } = await opened.v2.node('/')
    await expect.poll(() => last().index).toBe(String(index))
    await etcd.ctl(['set', '/a', '1'], { api: 2 })
    await expect.poll(() => last().index).toBe(String(index + 1n))
  })

  test('an etcd reached only by the v2 API is live by that', async () => {
    const etcd = await etcdFor()
    // Passes HTTP/1.1 on, but not HTTP/2: gRPC gets no answer.
    const proxy = createHttpServer((incoming, outgoing) => {
      const upstream = request(etcd.endpoint + incoming.url, { method: incoming.method, headers: incoming.headers }, (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, reply.headers)
        outgoing.flushHeaders()
        pipeline(reply, outgoing, () => {})
      })
      upstream.on('error', () => outgoing.destroy())
      outgoing.on('close', () => upstream.destroy())
      incoming.pipe(upstream)
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    undo.push(
      () => proxy.closeAllConnections(),
      () => proxy.close(),
    )
    const { last, state, opened } = look([`http://127.0.0.1:${(proxy.address() as { port: number }).port}`])
    await state('live')
    expect(last()).toMatchObject({ revision: null, index: expect.stringMatching(/^[0-9]+$/), leader: { name: 'test' } })
    await expect.poll(() => opened.identity.proven).toBe(true)
    const { epoch } = last()
    await etcd.stop()
    await state('lost')
    await etcd.start()
    await state('live')
    expect(last().epoch).not.toBe(epoch)
  })

  test('a killed etcd is lost at once, with the reason; when it returns it is live in another epoch, without mention of a restore', async () => {
    const etcd = await etcdFor()
    const { last, state, opened } = look([etcd.endpoint])
    await state('live')
    await expect.poll(() => opened.identity.proven).toBe(true)
    const { epoch, lastAnswer } = last()
    await etcd.stop()
    await state('lost')
    expect(last().problem).toMatchObject({ code: 'SOURCE_UNREACHABLE', endpoint: etcd.endpoint })
    expect(last().lastAnswer).not.toBeNull()
    expect(Date.parse(last().lastAnswer ?? '')).toBeGreaterThanOrEqual(Date.parse(lastAnswer ?? ''))
    await etcd.start()
    await state('live')
    expect(last()).toMatchObject({ problem: null, replaced: null })
    expect(last().epoch).not.toBe(epoch)
  })

  test('an etcd that hangs is lost, and unchanged when it continues', async () => {
    const etcd = await etcdFor()
    const { last, state, opened } = look([etcd.endpoint])
    await state('live')
    await expect.poll(() => opened.identity.proven).toBe(true)
    const { epoch } = last()
    etcd.freeze()
    await state('lost')
    expect(last().problem?.code).toBe('SOURCE_TIMEOUT')
    etcd.thaw()
    await state('live')
    expect(last().epoch).toBe(epoch)
  })

  test('an etcd restored from a backup is another epoch, shown by its lower revision', async () => {
    const etcd = await etcdFor()
    await etcd.ctl(['put', '/registry/a', '1'])
    const snapshot = await etcd.save()
    for (let i = 0; i < 5; i += 1) await etcd.ctl(['put', '/registry/a', `later ${i}`])
    const { last, state, opened } = look([etcd.endpoint])
    await state('live')
    await expect.poll(() => opened.identity.proven).toBe(true)
    const { epoch, revision, clusterId } = last()
    expect(revision).toBe('7')
    await etcd.restore(snapshot)
    await expect.poll(() => last().replaced?.notice.code).toMatch(/^history-.*-back$/)
    await state('live')
    expect(last().epoch).not.toBe(epoch)
    // The hard case: the same name, peer address and token give the same cluster id.
    expect(last()).toMatchObject({ clusterId, revision: '2' })
  })

  test('a wrong address is never live', async () => {
    const server = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    undo.push(() => new Promise((resolve) => server.close(resolve)))
    const { heard, state } = look([`http://127.0.0.1:${(server.address() as { port: number }).port}`])
    await state('lost')
    expect(heard.some((health) => health.state === 'live' || health.lastAnswer !== null)).toBe(false)
  })

  test('a user who may read one prefix outside Kubernetes gets the same health as everybody', async () => {
    const etcd = await etcdFor()
    await etcd.ctl(['user', 'add', 'root:rootpw'])
    await etcd.ctl(['user', 'add', 'dev:devpw'])
    await etcd.ctl(['role', 'add', 'apps'])
    await etcd.ctl(['role', 'grant-permission', 'apps', '--prefix=true', 'read', '/apps/'])
    await etcd.ctl(['user', 'grant-role', 'root', 'root'])
    await etcd.ctl(['user', 'grant-role', 'dev', 'apps'])
    await etcd.ctl(['auth', 'enable'])
    const { last, state, opened } = look([etcd.endpoint], { credentials: { user: 'dev', password: 'devpw' } })
    await state('live')
    expect(last()).toMatchObject({ leader: { name: 'test' }, problem: null })
    // Its watch is refused, but the connection still exists.
    await expect.poll(() => opened.identity.proven).toBe(true)
    const refused = look([etcd.endpoint], { credentials: { user: 'dev', password: 'wrong' } })
    await refused.state('lost')
    expect(refused.last().problem?.code).toBe('SOURCE_AUTH')
  })

  test('holds no watch in etcd, and stops polling after the last page left', async () => {
    const etcd = await etcdFor()
    const watchers = async () => /etcd_debugging_mvcc_watcher_total (\d+)/.exec(await (await fetch(`${etcd.endpoint}/metrics`)).text())?.[1]
    const first = look([etcd.endpoint])
    const leave = first.watch.subscribe(() => {})
    await first.state('live')
    await expect.poll(() => first.opened.identity.proven).toBe(true)
    expect(await watchers()).toBe('0')
    first.leave()
    leave()
    expect(first.watch.running).toBe(true)
    await expect.poll(() => first.watch.running).toBe(false)
  })
})

/** Live by its answers, without a leader, in one epoch that an open connection proves. */
async function expectLive({ heard, last, state, opened }: ReturnType<typeof look>, endpoint: string) {
  await state('live')
  expect(last()).toMatchObject({
    revision: expect.stringMatching(/^[1-9]/),
    member: { id: null, endpoint },
    leader: null,
    clusterId: null,
    problem: null,
    replaced: null,
  })
  await expect.poll(() => opened.identity.proven).toBe(true)
  const { epoch } = last()
  const { revision } = await opened.v3.range({ key: Buffer.from('/registry/never'), end: null, revision: 0n, limit: 1 })
  expect(String(revision)).toBe(last().revision)
  const { notices } = await opened.facts()
  expect(notices.map(({ code }) => code)).toEqual(['KINE'])
  expect(heard.filter((health) => health.state !== 'live' && health.state !== 'connecting')).toEqual([])
  expect([last().epoch, opened.identity.breaks]).toEqual([epoch, 0])
}

describe('the health of kine', () => {
  for (const release of kineReleases()) {
    test.skipIf(!release.built)(`${release.name} is live by what it reads`, async () => {
      const kine = await startKine(release)
      undo.push(() => kine.destroy())
      await kine.put('/registry/a', '1')
      const looked = look([kine.endpoint])
      await expectLive(looked, kine.endpoint)
      const { revision } = looked.last()
      await kine.put('/registry/a', '2')
      await expect.poll(() => looked.last().revision).toBe(String(BigInt(revision ?? 0) + 1n))
    })
  }

  test.each([
    ['that tells no status', false],
    ['whose status names no leader', true],
  ])('one %s is live by what it reads; and lost when it is gone', async (_, tellsStatus) => {
    const kine = await startKineStandIn({ tellsStatus })
    undo.push(() => kine.close())
    const looked = look([kine.endpoint])
    await expectLive(looked, kine.endpoint)
    kine.revision += 1n
    await expect.poll(() => looked.last().revision).toBe(String(kine.revision))
    // Detected once: from then on it gets no unsupported calls.
    const { status, range } = kine.calls
    await expect.poll(() => kine.calls.range).toBeGreaterThan(range + 2)
    expect(kine.calls.status).toBe(status)
    kine.close()
    await looked.state('lost')
  })
})

describe.skipIf(!hasEtcd())('behind etcd grpc-proxy', () => {
  test('is reported for the server behind it, with another epoch when that etcd was restored', async () => {
    const etcd = await etcdFor()
    await etcd.ctl(['put', '/registry/a', '1'])
    const snapshot = await etcd.save()
    for (let i = 0; i < 5; i += 1) await etcd.ctl(['put', '/registry/a', `later ${i}`])
    const port = await freePort()
    const proxy = spawn('etcd', ['grpc-proxy', 'start', `--endpoints=${etcd.endpoint}`, `--listen-addr=127.0.0.1:${port}`], {
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => proxy.once('exit', resolve))
    undo.push(() => {
      proxy.kill('SIGKILL')
      return ended
    })
    const { last, state, opened } = look([`http://127.0.0.1:${port}`])
    await state('live')
    // It lists no members, but the etcd behind it is known by its ids.
    expect(last()).toMatchObject({ revision: '7', leader: { name: '' }, clusterId: expect.stringMatching(/^[0-9a-f]+$/) })
    await expect.poll(() => opened.identity.proven).toBe(true)
    expect((await opened.facts()).etcd?.clusterId).toBe(last().clusterId)
    const { epoch } = last()
    await etcd.restore(snapshot)
    await expect.poll(() => last().revision).toBe('2')
    expect(last().epoch).not.toBe(epoch)
    expect(last().replaced?.notice.code).toMatch(/^history-.*-back$/)
  })
})

describe.skipIf(!hasEtcd())('the health of three members', () => {
  test('a member that is cut off does not speak for the cluster, and is not read', async () => {
    const { endpoints, members, destroy } = await startThree({ isolable: true })
    undo.push(destroy)
    const { heard, last, state, opened } = look([...endpoints])
    await state('live')
    const asked = endpoints.indexOf(last().member?.endpoint ?? '')
    await members[asked]?.isolate()
    const others = openEtcd({
      endpoints: endpoints.filter((_, i) => i !== asked),
      tls: null,
      credentials: null,
      kubernetesPrefix: '/registry',
    })
    undo.push(() => others.close())
    await expect.poll(() => last().member?.endpoint).not.toBe(endpoints[asked])
    await state('live')
    const read = { key: Buffer.from('/registry/k'), end: null, revision: 0n, limit: 1 }
    const [here, there] = [await opened.v3.range(read), await others.v3.range(read)]
    expect(here.revision).toBe(there.revision)
    expect(heard.some((health) => health.state === 'lost')).toBe(false)
  })

  test('without a quorum: no leader, and the name of the member that still answers; with it again, live', async () => {
    const { endpoints, members, destroy } = await startThree()
    undo.push(destroy)
    const { last, state, opened } = look(endpoints)
    await state('live')
    await expect.poll(() => opened.identity.proven).toBe(true)
    const { epoch } = last()
    await members[0]?.kill()
    await members[1]?.kill()
    await state('no-leader')
    await expect.poll(() => last().member).toEqual({ id: expect.any(String), name: 'm2', endpoint: endpoints[2] })
    expect(last()).toMatchObject({ leader: null, problem: null })
    // One connection was open all the time.
    expect(last().epoch).toBe(epoch)
    const reply = await opened.v3.range({ key: Buffer.from('/registry/k'), end: null, revision: 0n, limit: 1 })
    expect(reply.kvs).toHaveLength(1)
    // It answers: what it cannot decide alone does not make it unreachable.
    await expect(opened.v3.lease(1n)).rejects.toMatchObject({ code: expect.stringMatching(/^SOURCE_(NO_LEADER|TIMEOUT)$/) })
    const { etcd, notices } = await opened.facts()
    expect(etcd?.endpoints.map(({ error }) => error === null)).toEqual([false, false, true])
    expect(notices.filter(({ message }) => message.includes(endpoints[2] as string))).toEqual([])
    expect(notices.find(({ code }) => code === 'no-consensus')?.params).toMatchObject({ member: 'm2' })
    members[1]?.start()
    await state('live')
    expect(last()).toMatchObject({ leader: { name: expect.stringMatching(/^m[12]$/) }, epoch })
  })

  test('a member that hangs is silently replaced by another', async () => {
    const { endpoints, members, destroy } = await startThree()
    undo.push(destroy)
    const { heard, last, state } = look(endpoints)
    await state('live')
    const asked = endpoints.indexOf(last().member?.endpoint ?? '')
    members[asked]?.freeze()
    await expect.poll(() => last().member?.endpoint).not.toBe(endpoints[asked])
    await state('live')
    expect(heard.some((health) => health.state === 'lost')).toBe(false)
  })

  test('endpoints of two clusters: both are named, and neither is read', async () => {
    const [one, other] = [await etcdFor(), await etcdFor()]
    await one.ctl(['put', '/registry/a', '1'])
    const { heard, last, state, opened } = look([one.endpoint, other.endpoint])
    await state('mixed')
    const first = last().clusterId
    const { problem } = last()
    expect(problem).toMatchObject({ code: 'SOURCE_MIXED' })
    for (const { endpoint } of [one, other]) expect(problem?.detail).toContain(endpoint)
    expect(problem?.detail?.match(/cluster [0-9a-f]{8,}/g)).toHaveLength(2)
    const read = () => opened.v3.range({ key: Buffer.from('/registry/a'), end: null, revision: 0n, limit: 1 })
    await expect(read()).rejects.toMatchObject({ code: 'SOURCE_MIXED' })
    await expect(opened.v2.node('/')).rejects.toMatchObject({ code: 'SOURCE_MIXED' })
    const { etcd, notices } = await opened.facts()
    expect(etcd?.endpoints.some(({ error }) => error?.includes('two different etcd clusters'))).toBe(true)
    expect(notices.length).toBeGreaterThan(0)
    // Which one was meant remains unknown when only one answers.
    await one.stop()
    const detail = `${one.endpoint} belonged to cluster`
    await expect.poll(() => last().problem?.detail).toContain(detail)
    expect(last()).toMatchObject({ state: 'mixed', replaced: null })
    await expect(read()).rejects.toMatchObject({ code: 'SOURCE_MIXED' })
    expect(heard.some((health) => health.state === 'live' && health.clusterId !== first)).toBe(false)
  })
})
