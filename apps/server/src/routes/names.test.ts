// Names are found in both keyspaces and outside the registry, best first, with few keys walked; nothing unsearched is said to be missing.
import { fileURLToPath } from 'node:url'
import type { NamesEnd, NamesFound, NamesLine } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import type { Static } from 'typebox'
import { describe, expect, test } from 'vitest'
import { MemoryV2Source } from '../sources/memory/memory-v2-source.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import { hasEtcd, startEtcd } from '../sources/testing/etcd.ts'
import { get, getLines, memoryCluster, testApp } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'
import { sortedSource } from '../testing/sorted-source.ts'

const foundIn = (lines: readonly NamesLine[]) => {
  // A later line about a place replaces an earlier one.
  const places = new Map<string, NamesFound>()
  for (const line of lines) if (line.type === 'found') places.set(`${line.place} ${line.path}`, line)
  return [...places.values()]
}
const endOf = (lines: readonly NamesLine[]) => lines.at(-1) as Static<typeof NamesEnd>
const namesOf = (lines: readonly NamesLine[], path: string) =>
  foundIn(lines)
    .find((line) => line.path === path)
    ?.names.map(({ name }) => name)

test('the demo: finds objects, nodes and flannel’s leases by a part of their name', async () => {
  const opened = await openFile(fileURLToPath(new URL('../../../../demo/cluster', import.meta.url)))
  const app = await testApp(opened)
  const storefront = await getLines<NamesLine>(app, 'names?q=storefront')
  expect(foundIn(storefront).map(({ path }) => path)).toEqual(
    expect.arrayContaining(['deployments', 'services/specs', 'pods', 'replicasets', 'events']),
  )
  // Usual targets come first, repeated names last.
  expect(foundIn(storefront).map(({ path }) => path)[0]).toBe('deployments')
  expect(foundIn(storefront).at(-1)?.path).toBe('events')
  expect(foundIn(storefront)[0]).toEqual({
    type: 'found',
    place: 'registry',
    path: 'deployments',
    kind: 'Deployment',
    names: [{ key: '/registry/deployments/shop/storefront', namespace: 'shop', name: 'storefront' }],
    count: 1,
  })
  expect(endOf(storefront)).toMatchObject({ skipped: [], failed: [] })
  expect(endOf(storefront).searched).toBeGreaterThan(400)

  expect(namesOf(await getLines(app, 'names?q=STUCK'), 'pods')).toEqual(['stuck-big'])
  expect(namesOf(await getLines(app, 'names?q=shop/stuck'), 'pods')).toEqual(['stuck-big'])
  expect(namesOf(await getLines(app, 'names?q=172.20.0.115'), 'minions')).toEqual(['172.20.0.115'])
  const subnets = foundIn(await getLines(app, 'names?q=172.30.36')).find(({ place }) => place === 'v2')
  expect(subnets?.names).toEqual([
    { key: '/kube-centos/network/subnets/172.30.36.0-24', namespace: '', name: '/kube-centos/network/subnets/172.30.36.0-24' },
  ])
  const nothing = await getLines<NamesLine>(app, 'names?q=no-such-name')
  expect(foundIn(nothing)).toEqual([])
  expect(endOf(nothing)).toMatchObject({ skipped: [], failed: [] })
  // A single directory.
  const pods = await getLines<NamesLine>(app, 'names?q=storefront&in=pods')
  expect(foundIn(pods).map(({ path }) => path)).toEqual(['pods'])
  expect(endOf(pods)).toMatchObject({ searched: 29, directories: 1 })
  expect((await get(app, 'names?q=')).status).toBe(400)
  await app.close()
  await opened.close()
})

describe('hard cases', () => {
  test('keys of any bytes, outside the registry and in the v2 keyspace; a group with its own objects', async () => {
    const v3 = new MemoryV3Source()
    v3.set(utf8('/other/Wanted-key'), utf8('x'))
    v3.set(utf8('wanted'), utf8('x'))
    v3.set(Uint8Array.from([...utf8('/registry/configmaps/shop/wanted-'), 0xff]), utf8('x'))
    v3.set(utf8('/registry/example.com/widgets/shop/wanted'), utf8('x'))
    v3.set(utf8('/registry/example.com/wanted'), utf8('x'))
    const v2 = new MemoryV2Source()
    v2.set('/deep/wanted-directory/key', 'x')
    const app = await testApp(memoryCluster(v3, v2))
    const lines = await getLines<NamesLine>(app, 'names?q=wanted')
    const places = Object.fromEntries(foundIn(lines).map((line) => [`${line.place} ${line.path}`, line.names]))
    expect(places).toMatchObject({
      'outside ': [{ key: 'wanted' }, { key: '/other/Wanted-key' }],
      'registry configmaps': [{ key64: expect.any(String), namespace: 'shop' }],
      'registry example.com/widgets': [{ key: '/registry/example.com/widgets/shop/wanted', namespace: 'shop' }],
      'registry example.com': [{ key: '/registry/example.com/wanted', namespace: '' }],
      'v2 ': [{ key: '/deep/wanted-directory/' }],
    })
    await app.close()
  })

  test('best of many: the exact name, then prefixes, then parts', async () => {
    const v3 = new MemoryV3Source()
    for (let i = 0; i < 300; i++) v3.set(utf8(`/registry/pods/shop/a-web-${i}`), utf8('x'))
    v3.set(utf8('/registry/pods/shop/web-1'), utf8('x'))
    v3.set(utf8('/registry/pods/shop/web'), utf8('x'))
    const app = await testApp(memoryCluster(v3))
    const lines = await getLines<NamesLine>(app, 'names?q=web')
    expect(foundIn(lines)[0]).toMatchObject({ count: 302 })
    expect(namesOf(lines, 'pods')?.slice(0, 3)).toEqual(['web', 'web-1', 'a-web-0'])
    await app.close()
  })

  test('a large live etcd: small directories completely, large ones by prefix, and what that omits is reported', async () => {
    const namespaces = ['default', 'kube-system', 'shop']
    const keys = [
      ...namespaces.map((name) => `/registry/namespaces/${name}`),
      ...Array.from({ length: 60_000 }, (_, i) => `/registry/pods/${namespaces[i % 3]}/app-${String(i).padStart(6, '0')}-web`),
      '/registry/pods/shop/storefront-1',
      '/registry/deployments/shop/storefront',
    ].sort()
    let walked = 0
    const source = sortedSource(keys)
    const range = source.range.bind(source)
    source.range = async (request, signal) => {
      const reply = await range(request, signal)
      walked += reply.count
      return reply
    }
    const app = await testApp({ ...memoryCluster(source), source: 'etcd' })
    const lines = await getLines<NamesLine>(app, 'names?q=storefront')
    expect(namesOf(lines, 'deployments')).toEqual(['storefront'])
    expect(namesOf(lines, 'pods')).toEqual(['storefront-1'])
    const { skipped } = endOf(lines)
    expect(skipped).toEqual([
      { place: 'registry', path: 'pods', kind: 'Pod', keys: expect.toSatisfy((n) => n === null || n === 60_001), beginnings: true },
    ])
    // The first search learns how large the directories are; the next one knows.
    expect(walked).toBeLessThan(60_000)

    // A match inside a name is found on request.
    walked = 0
    const middle = await getLines<NamesLine>(app, 'names?q=59999-web')
    expect(endOf(middle).skipped).toHaveLength(1)
    expect(walked).toBeLessThan(100)
    const whole = await getLines<NamesLine>(app, 'names?q=59999-web&in=pods')
    expect(namesOf(whole, 'pods')).toEqual(['app-059999-web'])
    expect(endOf(whole)).toMatchObject({ searched: 60_001, skipped: [] })
    await app.close()
  })

  test('a directory of unknown size is abandoned, and its keys are not counted twice', async () => {
    const keys = [
      '/registry/namespaces/shop',
      ...Array.from({ length: 5_000 }, (_, i) => `/registry/configmaps/shop/web-${String(i).padStart(5, '0')}`),
    ].sort()
    const app = await testApp({ ...memoryCluster(sortedSource(keys)), source: 'etcd' })
    const lines = await getLines<NamesLine>(app, 'names?q=web-0000')
    const found = foundIn(lines).find(({ path }) => path === 'configmaps')
    expect(found?.count).toBeLessThanOrEqual(10)
    expect(new Set(found?.names.map(({ name }) => name)).size).toBe(found?.names.length)
    await app.close()
  })

  test('a failing keyspace still leaves the other’s results', async () => {
    const v3 = new MemoryV3Source()
    v3.set(utf8('/registry/pods/shop/web'), utf8('x'))
    const v2 = new MemoryV2Source()
    v2.node = async () => {
      const { AppError } = await import('../problem.ts')
      throw new AppError('SOURCE_UNREACHABLE', { code: 'stored-text', params: { text: 'etcd does not answer.' } })
    }
    const app = await testApp(memoryCluster(v3, v2))
    const lines = await getLines<NamesLine>(app, 'names?q=web')
    expect(namesOf(lines, 'pods')).toEqual(['web'])
    expect(endOf(lines).failed.map(({ text }) => text)).toEqual(['The v2 keyspace could not be searched: etcd does not answer.'])
    await app.close()
  })
})

test.skipIf(!hasEtcd())('few of 30,000 keys in one directory of a real etcd are walked', async () => {
  const etcd = await startEtcd()
  try {
    const keys = [
      '/registry/deployments/ns-3/storefront',
      '/registry/pods/ns-3/storefront-1',
      ...Array.from({ length: 7 }, (_, i) => `/registry/namespaces/ns-${i}`),
      ...Array.from({ length: 30_000 }, (_, i) => `/registry/pods/ns-${i % 7}/app-${String(i).padStart(6, '0')}-web`),
    ]
    // A store of a few megabytes would be counted by one Range.
    const value = Buffer.alloc(200, 'x').toString('base64')
    for (let i = 0; i < keys.length; i += 120) {
      const success = keys.slice(i, i + 120).map((key) => ({ requestPut: { key: Buffer.from(key).toString('base64'), value } }))
      const reply = await fetch(`${etcd.endpoint}/v3/kv/txn`, { method: 'POST', body: JSON.stringify({ success }) })
      expect(reply.ok).toBe(true)
    }
    const { openEtcd } = await import('../sources/etcd/open-etcd.ts')
    const opened = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
    const app = await testApp(opened)
    // The first search learns how large the directories are; the next one knows.
    for (const most of [30_000, 100]) {
      const lines = await getLines<NamesLine>(app, 'names?q=storefront')
      expect(namesOf(lines, 'deployments')).toEqual(['storefront'])
      expect(namesOf(lines, 'pods')).toEqual(['storefront-1'])
      expect(endOf(lines).skipped.map(({ path }) => path)).toEqual(['pods'])
      expect(endOf(lines).cost.walked).toBeLessThan(most)
    }
    await app.close()
    await opened.close()
  } finally {
    await etcd.destroy()
  }
})

test.skipIf(!hasEtcd())('a user with partial access gets the matches there, and a note that the rest was not searched', async () => {
  const etcd = await startEtcd({ v2: false })
  try {
    for (const key of ['/registry/pods/shop/storefront-1', '/apps/blue/storefront', '/apps/green/storefront'])
      await etcd.ctl(['put', key, 'x'])
    const grants = { kubernetes: ['/registry/'], two: ['/apps/blue/', '/shared/'] }
    for (const [user, prefixes] of Object.entries(grants)) {
      await etcd.ctl(['user', 'add', `${user}:pw`])
      await etcd.ctl(['role', 'add', user])
      for (const prefix of prefixes) await etcd.ctl(['role', 'grant-permission', user, 'read', prefix, '--prefix'])
      await etcd.ctl(['user', 'grant-role', user, user])
    }
    await etcd.ctl(['user', 'add', 'root:pw'])
    await etcd.ctl(['user', 'grant-role', 'root', 'root'])
    await etcd.ctl(['auth', 'enable'])
    const { openEtcd } = await import('../sources/etcd/open-etcd.ts')
    const search = async (user: string, text: string) => {
      const credentials = { user, password: 'pw' }
      const opened = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials, kubernetesPrefix: '/registry' })
      const app = await testApp(opened)
      const lines = await getLines<NamesLine>(app, `names?q=${text}`)
      await app.close()
      await opened.close()
      return {
        names: foundIn(lines).flatMap(({ names }) => names.map(({ key }) => key)),
        failed: endOf(lines).failed.map(({ text }) => text),
      }
    }
    const failed = ['Keys that this user may not read were not searched.']
    expect(await search('root', 'storefront')).toMatchObject({ names: { length: 3 }, failed: [] })
    expect(await search('kubernetes', 'storefront')).toEqual({ names: ['/registry/pods/shop/storefront-1'], failed })
    expect(await search('two', 'storefront')).toEqual({ names: ['/apps/blue/storefront'], failed })
    expect(await search('two', 'nothing')).toEqual({ names: [], failed })
  } finally {
    await etcd.destroy()
  }
})
