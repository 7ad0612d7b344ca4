// A real etcd changes its v2 store in every possible way, and its files are compared with its own answers.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LiveEtcd, startEtcd } from '../testdata/live-etcd.ts'
import { type HttpNode, httpNode, openMemberV2 } from '../testdata/v2-as-http.ts'
import { EtcdFileError } from './errors.ts'
import { bytesAccess } from './random-access.ts'
import { inEnglish } from './testing/in-english.ts'
import { openV2Store, type V2Event, type V2Node } from './v2-store.ts'

const withoutTtl = (node: HttpNode): HttpNode => JSON.parse(JSON.stringify(node, (key, value) => (key === 'ttl' ? undefined : value)))

/** The root's answer omits hidden nodes; they are compared by their own paths. */
const HIDDEN = '/_hidden/inside'

async function everyKindOfChange(etcd: LiveEtcd): Promise<string[]> {
  const refused: string[] = []
  const change = async (method: string, path: string, form?: Record<string, string>) => {
    const response = await etcd.v2(method, path, form)
    if (!response.ok) refused.push(`${method} ${path} ${response.status}`)
    await response.text()
  }
  await change('PUT', '/a/b/c', { value: 'one' })
  await change('PUT', '/a/b/c', { value: 'two' })
  await change('PUT', '/a/b/c/d', { value: 'below a file' })
  await change('PUT', '/a/b', { value: 'over a directory' })
  await change('PUT', '/a/b/c', { value: 'three', prevExist: 'true' })
  await change('PUT', '/a/b/c', { value: 'no', prevExist: 'false' })
  await change('PUT', '/a/b/new', { value: 'created', prevExist: 'false' })
  await change('PUT', '/a/b/c', { value: 'swapped', prevValue: 'three' })
  await change('PUT', '/a/b/c', { value: 'no', prevValue: 'three' })
  await change('PUT', '/a/b/c', { value: 'no', prevIndex: '1' })
  await change('PUT', '/a/b/none', { value: 'no', prevExist: 'true' })
  await change('PUT', '/long', { value: 'lives', ttl: '5000' })
  await change('PUT', '/long', { ttl: '9000', refresh: 'true', prevExist: 'true' })
  await change('PUT', '/permanent', { value: 'was leased', ttl: '5000' })
  await change('PUT', '/permanent', { value: 'is not', ttl: '', prevExist: 'true' })
  await change('PUT', '/dir', { dir: 'true', ttl: '7000' })
  await change('PUT', '/dir', { dir: 'true', ttl: '8000', prevExist: 'true' })
  await change('PUT', '/dir/x', { value: 'x' })
  await change('PUT', '/empty', { dir: 'true' })
  await change('PUT', '/blank', { value: '' })
  await change('POST', '/queue', { value: 'first' })
  await change('POST', '/queue', { value: 'second', ttl: '4000' })
  await change('PUT', '/gone', { value: 'x' })
  await change('DELETE', '/gone')
  await change('DELETE', '/gone')
  await change('DELETE', '/dir?dir=true')
  await change('DELETE', '/dir')
  await change('PUT', '/tree/of/things', { value: 'x', ttl: '6000' })
  await change('DELETE', '/tree?recursive=true')
  await change('DELETE', '/blank?prevValue=no')
  await change('PUT', '/swapped', { value: 'v' })
  await change('DELETE', '/swapped?prevValue=v')
  await change('PUT', HIDDEN, { value: 'secret' })
  await change('PUT', '/世界/ключ', { value: '值' })
  await change('PUT', '/short', { value: 'expires', ttl: '1' })
  await change('PUT', '/short-dir', { dir: 'true', ttl: '1' })
  await change('PUT', '/short-dir/inside', { value: 'goes too', ttl: '3000' })
  await change('DELETE', '/')
  return refused
}

interface HttpEvent {
  action: string
  node: HttpNode
  prevNode?: HttpNode
}

/** Every event that a watch of the whole store reports, one after the other. */
async function reportedEvents(etcd: LiveEtcd, last: number): Promise<HttpEvent[]> {
  const events: HttpEvent[] = []
  for (let from = 1; from <= last; ) {
    const event = (await (await etcd.v2('GET', `/?wait=true&recursive=true&waitIndex=${from}`)).json()) as HttpEvent
    from = (event.node.modifiedIndex ?? 0) + 1
    events.push(JSON.parse(JSON.stringify(event, (key, value) => (key === 'ttl' ? undefined : value))))
  }
  return events
}

function asReported({ action, path, index, node, before }: V2Event): HttpEvent {
  const asNode = ({ path, directory, value, expiration, modifiedIndex, createdIndex }: V2Node): HttpNode => ({
    key: path,
    ...(directory ? { dir: true } : { value: value ?? '' }),
    ...(expiration === null ? {} : { expiration }),
    modifiedIndex: Number(modifiedIndex),
    createdIndex: Number(createdIndex),
  })
  const removed = {
    key: path,
    ...(before?.directory ? { dir: true } : {}),
    modifiedIndex: Number(index),
    createdIndex: Number(before?.createdIndex),
  }
  return { action, node: node === null ? removed : asNode(node), ...(before === null ? {} : { prevNode: asNode(before) }) }
}

describe('the v2 store that a real etcd wrote', () => {
  let etcd: LiveEtcd
  let live: HttpNode
  let hidden: HttpNode
  let index = ''
  let refused: string[] = []
  let events: HttpEvent[] = []

  beforeAll(async () => {
    // So few entries per snapshot that the store needs both a snapshot and the log.
    etcd = await startEtcd(['--snapshot-count', '25'])
    refused = await everyKindOfChange(etcd)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    refused.push(...(await everyKindOfChange(etcd)))
    await new Promise((resolve) => setTimeout(resolve, 2500))
    await (await etcd.v2('PUT', '/last', { value: 'only in the log' })).text()
    const response = await etcd.v2('GET', '/?recursive=true&sorted=true')
    index = response.headers.get('X-Etcd-Index') ?? ''
    live = ((await response.json()) as { node: HttpNode }).node
    hidden = ((await (await etcd.v2('GET', HIDDEN)).json()) as { node: HttpNode }).node
    events = await reportedEvents(etcd, Number(index))
    await etcd.stop()
  })
  afterAll(() => etcd?.dispose())

  it('is the same tree, with every index and expiry', async () => {
    expect(refused.length).toBeGreaterThan(15)
    const store = await openMemberV2(etcd.member)
    expect(store.findings).toEqual([])
    expect(httpNode(store, '/')).toEqual(withoutTtl(live))
    expect(httpNode(store, HIDDEN)).toEqual(withoutTtl(hidden))
    expect(String(store.index)).toBe(index)
    expect(store.get('/short')).toBeUndefined()
    expect(store.members).toMatchObject([{ name: 'one', clientURLs: [etcd.url] }])
    expect(store.events().some((event) => event.action === 'expire' && event.path === '/short')).toBe(true)
    expect(store.raft?.nodeId).toBe(store.members[0]?.id)
  })

  it('has the same events, with the nodes before and after each', async () => {
    const store = await openMemberV2(etcd.member)
    const told = store.events().filter(({ refresh }) => !refresh)
    expect(told.map(asReported)).toEqual(events)
    expect(store.events().filter(({ refresh }) => refresh)).toMatchObject([{ path: '/long' }, { path: '/long' }])
    expect(store.eventsAfter).toBeLessThan(BigInt(events[0]?.node.modifiedIndex ?? 0))
    // The first of a path from an index on, and the removal of a directory above it.
    const from = (path: string, index: bigint) => store.firstEvent(path, index)
    expect(from('/a/b/c', 0n)).toMatchObject({ action: 'set', node: { value: 'one' }, before: null })
    const second = events.findLast(({ node }) => node.key === '/a/b/c')?.node.modifiedIndex ?? 0
    expect(from('/a/b/c', BigInt(second))).toMatchObject({ index: BigInt(second), node: { value: 'swapped' } })
    expect(from('/a/b/c', BigInt(second) + 1n)).toBeNull()
    expect(from('/tree/of/things', 0n)).toMatchObject({ action: 'set', path: '/tree/of/things' })
    const made = from('/tree/of/things', 0n)?.index ?? 0n
    expect(from('/tree/of/things', made + 1n)).toMatchObject({ action: 'delete', path: '/tree', node: null })
    expect(from('/tre', 0n)).toBeNull()
  })

  async function files() {
    const read = async (directory: string, ending: string) =>
      Promise.all(
        (await readdir(join(etcd.member, directory)))
          .filter((name) => name.endsWith(ending))
          .sort()
          .map(async (name) => ({ name, bytes: new Uint8Array(await readFile(join(etcd.member, directory, name))) })),
      )
    return { snaps: await read('snap', '.snap'), wals: await read('wal', '.wal') }
  }
  const open = (snaps: { name: string; bytes: Uint8Array }[], wals: { name: string; bytes: Uint8Array }[]) =>
    openV2Store({
      snaps: snaps.map(({ name, bytes }) => ({ name, read: async () => bytes })),
      wals: wals.map(({ name, bytes }) => ({ name, file: bytesAccess(bytes) })),
    })

  it('is the same from the log alone, and from an older snapshot if the newest is damaged', async () => {
    const { snaps, wals } = await files()
    expect(snaps.length).toBeGreaterThan(1)
    expect(httpNode(await open([], wals), '/')).toEqual(withoutTtl(live))
    const damaged = snaps.map(({ name, bytes }, i) => ({ name, bytes: i === snaps.length - 1 ? bytes.slice(0, -10) : bytes }))
    const store = await open(damaged, wals)
    expect(httpNode(store, '/')).toEqual(withoutTtl(live))
    expect(store.findings).toMatchObject([{ level: 'error', where: snaps.at(-1)?.name }])
  })

  it('without a log, says so and shows the snapshot', async () => {
    const { snaps } = await files()
    const store = await open(snaps.slice(0, 1), [])
    expect(store.get('/a/b/c')?.value).toBe('swapped')
    expect(store.get('/last')).toBeUndefined()
    expect(store.findings).toMatchObject([{ level: 'info', where: 'WAL' }])
    expect(store.raft).toBeNull()
    await expect(open([], [])).rejects.toMatchObject({ says: { code: 'v2-without-files' } })
  })

  it('keeps what precedes a torn tail, and stops at a gap in the middle', async () => {
    const { snaps, wals } = await files()
    const wal = wals.at(-1) as { name: string; bytes: Uint8Array }
    let end = wal.bytes.length
    while (wal.bytes[end - 1] === 0) end--
    // Cut at every byte of the last kilobyte: always a past state, never a refusal.
    let torn = 0
    for (let cut = end - 1000; cut < end; cut += 7) {
      const store = await open(snaps, [...wals.slice(0, -1), { name: wal.name, bytes: wal.bytes.slice(0, cut) }])
      if (store.findings.some((finding) => inEnglish(finding.says).includes('unfinished record'))) torn++
      // Cut before the record of the newest snapshot, the log knows only the older one: this is reported too.
      for (const finding of store.findings) expect(finding.level).not.toBe('error')
      expect(store.index <= BigInt(index)).toBe(true)
      expect(store.get('/a/b/c')?.value).toBe('swapped')
    }
    expect(torn).toBeGreaterThan(100)
    const broken = wal.bytes.slice()
    const middle = Buffer.from(wal.bytes).indexOf('swapped')
    broken[middle] = (broken[middle] as number) ^ 0xff
    const store = await open([], [...wals.slice(0, -1), { name: wal.name, bytes: broken }])
    expect(store.findings).toMatchObject([{ level: 'error', where: wal.name }])
    expect(store.index > 0n && store.index < BigInt(index)).toBe(true)
  })

  it('survives any flipped bytes, in snapshots and in the log', async () => {
    const { snaps, wals } = await files()
    const used = wals.map(({ bytes }) => bytes.findLastIndex((byte) => byte !== 0) + 1)
    // Only zeros follow: a kilobyte of them is as good as 64 megabytes.
    const short = wals.map(({ name, bytes }, i) => ({ name, bytes: bytes.slice(0, (used[i] as number) + 1024) }))
    const flip = fc.record({ where: fc.nat(), at: fc.nat(), to: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 8 }), async (flips) => {
        const copy = (each: { name: string; bytes: Uint8Array }) => ({ name: each.name, bytes: each.bytes.slice() })
        const [someSnaps, someWals] = [snaps.map(copy), short.map(copy)]
        const all = [...someSnaps, ...someWals]
        for (const { where, at, to } of flips) {
          const { bytes } = all[where % all.length] as { bytes: Uint8Array }
          bytes[at % bytes.length] = to
        }
        const store = await open(someSnaps, someWals).catch((error: unknown) => {
          if (error instanceof EtcdFileError) return null
          throw error
        })
        store?.get('/')
        store?.events()
      }),
      { numRuns: 200 },
    )
  })
})

describe('the v2 store of a killed member', () => {
  it('has the last change, whether or not raft had recorded it as committed', async () => {
    const etcd = await startEtcd()
    try {
      for (let i = 0; i < 5; i++) await (await etcd.v2('PUT', `/n/${i}`, { value: String(i) })).text()
      await etcd.kill()
      const store = await openMemberV2(etcd.member)
      expect(store.get('/n')?.children?.map(({ path }) => path)).toEqual(['/n/0', '/n/1', '/n/2', '/n/3', '/n/4'])
      // Raft records a commit with the next entry, and there is none after the last.
      expect(store.raftIndex).toBe(store.raft?.lastIndex)
      const oracle = await startEtcd([], { copyOf: etcd.member })
      try {
        const answer = await oracle.v2('GET', '/?recursive=true&sorted=true')
        expect(httpNode(store, '/')).toEqual(((await answer.json()) as { node: HttpNode }).node)
      } finally {
        await oracle.dispose()
      }
    } finally {
      await etcd.dispose()
    }
  })
})
