// Events sent to pages, over both keyspaces in memory: every change once, few reads, connections lost and regained, gaps, leaving and returning.
import type { FlannelNews } from '@registree/contract'
import { RangeKnowledge, utf8 } from '@registree/keyspace'
import { createDecryptor } from '@registree/kube'
import { afterEach, describe, expect, it } from 'vitest'
import type { Cluster } from '../clusters/cluster.ts'
import { runHere } from '../jobs/run-here.ts'
import { AppError } from '../problem.ts'
import { CostMeter } from '../sources/cost-meter.ts'
import { MemoryV2Source } from '../sources/memory/memory-v2-source.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { memoryCluster } from '../testing/app.ts'
import { FlannelFollower, type FollowerTimes } from './follower.ts'

const CONFIG = '{"Network":"10.5.0.0/16","Backend":{"Type":"vxlan"}}'
const NET = '/coreos.com/network'
const value = (ip: string, more = {}) => JSON.stringify({ PublicIP: ip, BackendType: 'vxlan', ...more })
const node = (name: string, ip: string, more: { annotations?: Record<string, string>; podCIDR?: string; heartbeat?: string } = {}) =>
  utf8(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, annotations: more.annotations ?? {} },
      spec: { podCIDR: more.podCIDR },
      status: {
        addresses: [{ type: 'InternalIP', address: ip }],
        conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: more.heartbeat ?? new Date().toISOString() }],
      },
    }),
  )

const running: FlannelFollower[] = []
afterEach(() => {
  for (const follower of running.splice(0)) follower.close()
})

function world(times: Partial<FollowerTimes> = {}) {
  const v2 = new MemoryV2Source()
  const v3 = new MemoryV3Source()
  const reads = { v2: 0, v3: 0 }
  const counted = <A extends unknown[], R>(source: 'v2' | 'v3', read: (...args: A) => R) => {
    return (...args: A): R => {
      reads[source] += 1
      return read(...args)
    }
  }
  v2.node = counted('v2', v2.node.bind(v2))
  v3.range = counted('v3', v3.range.bind(v3))
  v2.set(`${NET}/config`, CONFIG)
  v2.set(`${NET}/subnets/10.5.1.0-24`, value('192.0.2.1'))
  v3.set(utf8('/registry/minions/n1'), node('n1', '192.0.2.1'))
  const cluster: Cluster = {
    name: 'test',
    title: 'Test',
    configured: 'test',
    kubernetesPrefix: '/registry',
    prefixGiven: false,
    flannelPrefix: null,
    connection: null,
    opened: { ...memoryCluster(v3, v2), source: 'etcd' },
    meter: new CostMeter(),
    knowledge: new RangeKnowledge(),
    decryptor: createDecryptor(null),
    masking: { reveal: false, decrypt: true, salt: new Uint8Array(32) },
    jobs: runHere({ decryptorOf: () => createDecryptor(null) }),
  }
  const quick = { batchWindowMs: 5, findingsDelayMs: 20, nodesMs: 3_600_000, podsMs: 3_600_000, retryMs: 10, ...times }
  const follower = new FlannelFollower(cluster, () => new Date(), quick)
  running.push(follower)
  const read = () => follower.current({ meter: new CostMeter(), browser: 'one', signal: new AbortController().signal })
  return { v2, v3, reads, follower, read }
}

/** A page that subscribes. */
function page(follower: FlannelFollower, token: string | null) {
  const heard: FlannelNews[] = []
  let look = () => {}
  const leave = follower.subscribe(token, (news) => {
    heard.push(news)
    look()
  })
  const until = (what: string, holds: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`waited in vain for ${what}; heard ${JSON.stringify(heard)}`)), 60_000)
      look = () => {
        if (!holds()) return
        clearTimeout(timer)
        resolve()
      }
      look()
    })
  const log = () => [...new Map(heard.flatMap((news) => news.log ?? []).map((line) => [line.id, line])).values()]
  const touch = () => heard.findLast((news) => news.touch !== undefined)?.touch
  const follows = () => until('touch', () => touch()?.following === true)
  return { heard, leave, until, log, touch, follows }
}
const lines = (shown: ReturnType<typeof page>) =>
  shown.log().map(({ kind, subject, holder, detail }) => [kind, subject, holder, detail?.text ?? null])

describe('a page that follows', () => {
  it('is told without a read of a lease that appears, is renewed, moves and expires', async () => {
    const { v2, reads, follower, read } = world()
    const { token } = await read()
    const shown = page(follower, token)
    await shown.follows()
    const before = { ...reads }
    const key = `${NET}/subnets/10.5.9.0-24`
    const ends = (seconds: number) => ({ ttl: BigInt(seconds), expiration: new Date(Date.now() + seconds * 1000).toISOString() })
    v2.set(key, value('192.0.2.9'), ends(60))
    await shown.until('the lease', () => shown.log().length === 1)
    v2.set(key, value('192.0.2.9'), ends(90))
    await shown.until('the renewal', () => shown.log().length === 2)
    v2.set(key, value('192.0.2.1', { BackendData: { VtepMAC: 'aa:00:00:00:00:01', PSK: 'hunter2' } }), ends(90))
    await shown.until('the change', () => shown.log().length === 3)
    v2.remove(key, 'expire')
    await shown.until('the end', () => shown.log().length === 4)
    expect(lines(shown)).toEqual([
      ['added', '10.5.9.0/24', '192.0.2.9', null],
      ['renewed', '10.5.9.0/24', '192.0.2.9', null],
      ['changed', '10.5.9.0/24', 'n1', 'PublicIP 192.0.2.9 → 192.0.2.1, VtepMAC none → aa:00:00:00:00:01, PSK none → (masked)'],
      ['expired', '10.5.9.0/24', 'n1', null],
    ])
    expect(
      shown.heard.flatMap((news) => news.leases ?? []).map(({ set, removed }) => [set.map(({ v4, publicIP }) => [v4, publicIP]), removed]),
    ).toEqual([
      [[['10.5.9.0/24', '192.0.2.9']], []],
      [[['10.5.9.0/24', '192.0.2.9']], []],
      [[['10.5.9.0/24', '192.0.2.1']], []],
      [[], [key]],
    ])
    expect(JSON.stringify(shown.heard)).not.toContain('hunter2')
    expect(reads).toEqual(before)
  })

  it('gets the resulting findings', async () => {
    const { v2, follower, read } = world()
    const shown = page(follower, (await read()).token)
    await shown.follows()
    const verdict = () => shown.heard.findLast((news) => news.verdicts)?.verdicts?.networks[0]
    v2.set(`${NET}/subnets/10.5.9.0-24`, value('192.0.2.9'))
    await shown.until('a reservation', () => verdict()?.plans[0]?.used === '0' && verdict()?.plans[0]?.reserved === '2')
    v2.remove(`${NET}/subnets/10.5.1.0-24`)
    await shown.until(
      'a finding',
      () =>
        verdict()
          ?.findings.map(({ id }) => id)
          .join() === 'node-without-lease',
    )
  })

  it('costs no read and few messages for a burst of 1,000 changes', async () => {
    const { v2, reads, follower, read } = world({ batchWindowMs: 50, findingsDelayMs: 50 })
    const shown = page(follower, (await read()).token)
    await shown.follows()
    const before = { ...reads }
    for (let i = 0; i < 1000; i += 1) v2.set(`${NET}/subnets/10.5.${i % 250}.0-24`, value(`192.0.3.${i % 250}`))
    await shown.until('all of them', () => shown.log().at(-1)?.subject === '10.5.249.0/24')
    await shown.until('the findings', () => shown.heard.some((news) => news.verdicts))
    expect(shown.heard.length).toBeLessThan(20)
    expect(reads).toEqual(before)
    expect((await read()).reading.networks[0]?.leases).toHaveLength(250)
    expect(reads).toEqual(before)
  })

  it('shares its watches with all other pages, and ends them with the last', async () => {
    const { v2, follower, read } = world()
    const { token } = await read()
    const [first, second] = [page(follower, token), page(follower, token)]
    await Promise.all([first.follows(), second.follows()])
    const watches = follower.watches
    expect(watches).toBeLessThanOrEqual(4)
    v2.set(`${NET}/subnets/10.5.9.0-24`, value('192.0.2.9'))
    await Promise.all([first, second].map((shown) => shown.until('the lease', () => shown.log().length === 1)))
    first.leave()
    expect(follower.watches).toBe(watches)
    second.leave()
    expect(follower.watches).toBe(0)
  })

  it('resumes when it returns, and is told what it missed', async () => {
    const { v2, reads, follower, read } = world()
    const shown = page(follower, (await read()).token)
    await shown.follows()
    v2.set(`${NET}/subnets/10.5.9.0-24`, value('192.0.2.9'))
    await shown.until('the lease', () => shown.log().length === 1)
    shown.leave()
    v2.set(`${NET}/subnets/10.5.10.0-24`, value('192.0.2.10'))
    const before = { ...reads }
    const again = page(follower, shown.heard.at(-1)?.token ?? '')
    await again.until('what was missed', () => again.log().length === 2)
    expect(again.heard.some((news) => news.reload)).toBe(false)
    expect(reads).toEqual(before)
    again.leave()
    const stranger = page(follower, 'another.7')
    expect(stranger.heard[0]).toMatchObject({ reload: true })
  })

  it('says since when and why the connection is lost, and recovers by itself without missing anything', async () => {
    const { v2, v3, follower, read } = world()
    const shown = page(follower, (await read()).token)
    await shown.follows()
    const down = new AppError('SOURCE_UNREACHABLE', { code: 'stored-text', params: { text: 'etcd cannot be reached.' } })
    v2.bell.cut(down)
    v3.bell.cut(down)
    await shown.until('loss', () => shown.touch()?.following === false)
    expect(shown.touch()).toMatchObject({ reason: 'etcd cannot be reached.', since: expect.stringMatching(/^20/) })
    v2.set(`${NET}/subnets/10.5.9.0-24`, value('192.0.2.9'))
    v2.bell.cut(null)
    v3.bell.cut(null)
    await shown.follows()
    await shown.until('what was missed', () => shown.log().length === 1)
    expect(shown.heard.filter((news) => news.touch?.following === false && news.touch.reason !== null)).toHaveLength(1)
  })

  it('reads everything once when events are no longer kept, and logs the differences', async () => {
    const { v2, reads, follower, read } = world()
    const shown = page(follower, (await read()).token)
    await shown.follows()
    v2.bell.cut(new AppError('SOURCE_UNREACHABLE', { code: 'stored-text', params: { text: 'gone' } }))
    await shown.until('loss', () => shown.touch()?.following === false)
    v2.set(`${NET}/subnets/10.5.9.0-24`, value('192.0.2.9'))
    v2.remove(`${NET}/subnets/10.5.1.0-24`)
    v2.forget()
    const before = reads.v2
    v2.bell.cut(null)
    await shown.until('news to read again', () => shown.heard.some((news) => news.reload))
    expect(lines(shown)).toEqual([
      ['removed', '10.5.1.0/24', 'n1', null],
      ['added', '10.5.9.0/24', '192.0.2.9', null],
    ])
    expect(reads.v2 - before).toBeLessThan(12)
    expect((await read()).reading.networks[0]?.leases.map(({ publicIP }) => publicIP)).toEqual(['192.0.2.9'])
  })

  it('is told to read again when the config changes or a network appears or goes', async () => {
    const { v2, v3, follower, read } = world()
    const shown = page(follower, (await read()).token)
    await shown.follows()
    const reloads = () => shown.heard.filter((news) => news.reload).length
    v2.set(`${NET}/config`, '{"Network":"10.6.0.0/16","Backend":{"Type":"vxlan","PSK":"hunter2"}}')
    await shown.until('the config', () => reloads() === 1)
    expect(lines(shown)).toEqual([['config', `${NET}/config`, null, expect.stringMatching(/^at \d+$/)]])
    expect((await read()).reading.networks[0]?.config?.settings.find(({ name }) => name === 'Network')?.value).toBe('10.6.0.0/16')
    v3.set(utf8(`${NET}/config`), utf8(CONFIG))
    await shown.until('the migration', () => reloads() === 2)
    expect((await read()).reading.networks.map(({ id }) => id)).toEqual([`v2:${NET}`, `v3:${NET}`])
    v2.remove(NET)
    await shown.until('the end of v2', () => reloads() === 3)
    expect((await read()).reading.networks.map(({ id }) => id)).toEqual([`v3:${NET}`])
    expect(JSON.stringify(shown.heard)).not.toContain('hunter2')
  })

  it('follows v3 leases, and knows when they expire', async () => {
    const { v3, follower, read } = world()
    v3.set(utf8(`${NET}/config`), utf8(CONFIG))
    v3.set(utf8(`${NET}/subnets/10.5.3.0-24`), utf8(value('192.0.2.3')))
    const shown = page(follower, (await read()).token)
    await shown.follows()
    v3.grant(7n, 100n)
    const key = utf8(`${NET}/subnets/10.5.4.0-24&fc00:0:0:4::-64`)
    v3.set(key, utf8(value('192.0.2.1', { PublicIPv6: 'fd00::1' })), 7n)
    await shown.until('the lease', () => shown.log().length === 1)
    const [told] = shown.heard.flatMap((news) => news.leases ?? [])
    expect(told?.set[0]).toMatchObject({ v4: '10.5.4.0/24', v6: 'fc00:0:0:4::/64', reservation: false, node: { name: 'n1' } })
    const left = Date.parse(told?.set[0]?.expiration ?? '') - Date.now()
    expect(left > 90_000 && left <= 100_000).toBe(true)
    v3.remove(key)
    await shown.until('its end', () => shown.log().length === 2)
    expect(lines(shown)[1]).toEqual(['removed', '10.5.4.0/24 & fc00:0:0:4::/64', 'n1', null])
  })

  it('asks for lease ends gradually if there are too many to ask at once', async () => {
    const { v3, follower, read } = world()
    v3.grant(9n, 3600n)
    v3.set(utf8(`${NET}/config`), utf8(CONFIG))
    for (let i = 0; i < 540; i += 1) v3.set(utf8(`${NET}/subnets/10.5.${i >> 2}.${(i & 3) * 64}-26`), utf8(value('192.0.2.3')), 9n)
    const first = await read()
    const open = first.reading.networks.find(({ manager }) => manager === 'etcd-v3')?.leases.filter(({ expiration }) => expiration === null)
    expect(open?.length).toBe(40)
    const shown = page(follower, first.token)
    const told = () => shown.heard.flatMap((news) => news.leases ?? []).flatMap(({ set }) => set)
    await shown.until('the rest', () => told().length === 40)
    expect(told().every(({ expiration }) => expiration !== null)).toBe(true)
    expect(shown.log()).toEqual([])
  })

  it('follows the Nodes of the Kubernetes subnet manager, and ignores heartbeats', async () => {
    const { v2, v3, follower, read } = world()
    v2.remove(NET)
    const annotations = {
      'flannel.alpha.coreos.com/public-ip': '192.0.2.1',
      'flannel.alpha.coreos.com/backend-type': 'vxlan',
      'flannel.alpha.coreos.com/backend-data': '{"VNI":1,"VtepMAC":"aa:00:00:00:00:01"}',
    }
    const put = (more: Record<string, string> = {}, heartbeat = new Date().toISOString()) =>
      v3.set(
        utf8('/registry/minions/n1'),
        node('n1', '192.0.2.1', { podCIDR: '10.5.1.0/24', annotations: { ...annotations, ...more }, heartbeat }),
      )
    put()
    const shown = page(follower, (await read()).token)
    await shown.follows()
    put({}, '2030-01-01T00:00:00Z')
    put({ 'other.io/annotation': 'x' })
    put({ 'flannel.alpha.coreos.com/backend-data': '{"VNI":1,"VtepMAC":"aa:00:00:00:00:02"}' })
    await shown.until('the change', () => shown.log().length > 0)
    expect(lines(shown)).toEqual([['changed', '10.5.1.0/24', 'n1', 'VtepMAC aa:00:00:00:00:01 → aa:00:00:00:00:02']])
    v3.remove(utf8('/registry/minions/n1'))
    await shown.until('the end', () => shown.heard.some((news) => news.reload))
    expect((await read()).reading.networks).toEqual([])
  })

  it('reads heartbeats again while a page is open, and pods only after a lease changed', async () => {
    const { v2, v3, reads, follower, read } = world({ nodesMs: 30, podsMs: 0 })
    v3.set(utf8('/registry/pods/shop/a'), utf8('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}'))
    const ranges: string[] = []
    const range = v3.range
    v3.range = (request, signal) => {
      ranges.push(Buffer.from(request.key).toString())
      return range(request, signal)
    }
    const shown = page(follower, (await read()).token)
    await shown.follows()
    ranges.length = 0
    await shown.until('two rounds', () => shown.heard.filter((news) => news.verdicts).length >= 2)
    expect(ranges.some((key) => key.startsWith('/registry/minions/'))).toBe(true)
    expect(ranges.some((key) => key.startsWith('/registry/pods/'))).toBe(false)
    v2.set(`${NET}/subnets/10.5.9.0-24`, value('192.0.2.9'))
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (!ranges.some((key) => key.startsWith('/registry/pods/'))) return
        clearInterval(timer)
        resolve()
      }, 5)
    })
    shown.leave()
    const after = reads.v3
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(reads.v3 - after).toBeLessThan(8)
  })

  it('recomputes findings that were outdated when the last page left', async () => {
    const { v2, follower, read } = world({ findingsDelayMs: 50 })
    const shown = page(follower, (await read()).token)
    await shown.follows()
    const used = (one: ReturnType<typeof page>) => one.heard.findLast(({ verdicts }) => verdicts)?.verdicts?.networks[0]?.plans[0]?.reserved
    v2.set(`${NET}/subnets/10.5.9.0-24`, value('192.0.2.9'))
    await shown.until('findings', () => used(shown) === '2')
    v2.set(`${NET}/subnets/10.5.10.0-24`, value('192.0.2.10'))
    await shown.until('the lease', () => shown.log().length === 2)
    shown.leave()
    const again = page(follower, shown.heard.at(-1)?.token ?? '')
    expect(used(again)).toBeUndefined()
    await again.until('findings', () => used(again) === '3')
  })

  it('starts once etcd answers, if it is down at first', async () => {
    const { v2, v3, follower } = world()
    const [node2, range3] = [v2.node, v3.range]
    const down = async () => {
      throw new AppError('SOURCE_UNREACHABLE', { code: 'stored-text', params: { text: 'etcd cannot be reached.' } })
    }
    v2.node = down
    v3.range = down
    const shown = page(follower, null)
    await shown.until('loss', () => shown.touch()?.reason === 'etcd cannot be reached.')
    v2.node = node2
    v3.range = range3
    await shown.follows()
    expect(shown.heard.some((news) => news.reload)).toBe(true)
  })
})
