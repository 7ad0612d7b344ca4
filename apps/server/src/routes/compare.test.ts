// Comparisons: keyspaces made for each case, and the two backups of a captured cluster beside what etcdctl prints of them.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { CompareCounts, CompareEntry, CompareLine, DiffAnswer, MemberHashes } from '@registree/contract'
import { comparePaths } from '@registree/contract/compare-paths'
import { utf8 } from '@registree/keyspace'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import type { OpenedCluster, RangeRequest } from '../sources/source.ts'
import { hasEtcd, startEtcd, startThree, type TestEtcd } from '../sources/testing/etcd.ts'
import { sharedFile } from '../sources/testing/fixtures.ts'
import { appOf, memoryCluster, testCluster } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'

interface Compared {
  start: Extract<CompareLine, { type: 'start' }>
  entries: CompareEntry[]
  end: Extract<CompareLine, { type: 'progress' }>
}

async function compare(app: FastifyInstance, left: string, right: string, more = ''): Promise<Compared> {
  const reply = await app.inject({ url: `/api/v1/clusters/${left}/v3/compare?with=${right}${more}` })
  expect([reply.statusCode, reply.payload.slice(0, 300)]).toEqual([200, expect.anything()])
  const lines = reply.payload
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as CompareLine)
  const [start, end] = [lines[0], lines.at(-1)]
  if (start?.type !== 'start' || end?.type !== 'progress' || !end.done) throw new Error(`not a whole answer: ${reply.payload.slice(-300)}`)
  return { start, end, entries: lines.flatMap((line) => (line.type === 'entries' ? line.entries : [])) }
}

const twoClusters = (left: OpenedCluster, right: OpenedCluster, prefixes: { left?: string; right?: string } = {}) =>
  appOf(
    new Map([
      ['left', testCluster('left', left, prefixes.left === undefined ? {} : { kubernetesPrefix: prefixes.left })],
      ['right', testCluster('right', right, prefixes.right === undefined ? {} : { kubernetesPrefix: prefixes.right })],
    ]),
  )

const brief = ({ change, path, namespace, name, noise }: CompareEntry) =>
  `${change}${noise === null ? '' : ` (${noise})`} ${path} ${namespace === null ? '' : `${namespace}/`}${name}`

function totals(counts: readonly CompareCounts[]): Omit<CompareCounts, 'path'> {
  const sum = { added: 0, removed: 0, changed: 0, undecided: 0, noise: 0, equal: 0 }
  for (const each of counts) for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += each[name]
  return sum
}

/** A keyspace from a list of writes, one revision each. */
function keyspace(writes: [key: string, value: string | object | null][]): MemoryV3Source {
  const source = new MemoryV3Source()
  for (const [key, value] of writes) {
    if (value === null) source.remove(utf8(key))
    else source.set(utf8(key), utf8(typeof value === 'string' ? value : JSON.stringify(value)))
  }
  return source
}

/** Records the Ranges that read values. */
function watched(source: MemoryV3Source): { source: MemoryV3Source; values: () => string[] } {
  const asked: string[] = []
  const range = source.range.bind(source)
  source.range = async (request: RangeRequest, signal?: AbortSignal) => {
    const reply = await range(request, signal)
    if (!request.keysOnly && !request.countOnly) for (const kv of reply.kvs) asked.push(new TextDecoder().decode(kv.key))
    return reply
  }
  return { source, values: () => asked }
}

const uid = (n: number) => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`
const configMap = (namespace: string, name: string, data: Record<string, string>, n = 1) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, uid: uid(n), creationTimestamp: `2026-11-23T00:00:${String(n % 60).padStart(2, '0')}Z` },
  data,
})
const kubeSystem = (n: number) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: uid(n) } })

describe('two pictures of one history', () => {
  // As in a cluster, objects are not created in the order of their names; c299 is the last.
  const common = Array.from({ length: 300 }, (_, n): [string, object] => {
    const i = (n * 7 + 6) % 300
    return [`/registry/configmaps/shop/c${String(i).padStart(3, '0')}`, configMap('shop', `c${i}`, { n: String(i) }, i)]
  })

  it('reads the values of what differs, and of one key that proves the rest', async () => {
    const left = watched(keyspace([['/registry/namespaces/kube-system', kubeSystem(1)], ...common]))
    const right = watched(
      keyspace([
        ['/registry/namespaces/kube-system', kubeSystem(1)],
        ...common,
        ['/registry/configmaps/shop/c007', configMap('shop', 'c7', { n: 'seven' }, 7)],
        ['/registry/configmaps/shop/new', configMap('shop', 'new', {}, 400)],
        ['/registry/configmaps/shop/c009', null],
      ]),
    )
    const app = await twoClusters(memoryCluster(left.source), memoryCluster(right.source))
    const { start, entries, end } = await compare(app, 'left', 'right')
    expect(start.relation).toBe('same')
    expect(entries.map(brief)).toEqual(['changed configmaps shop/c007', 'removed configmaps shop/c009', 'added configmaps shop/new'])
    expect(entries[0]?.summary).toEqual([{ code: 'changed', params: { path: 'data.n', from: '7', to: 'seven' } }])
    expect(totals(end.counts)).toEqual({ added: 1, removed: 1, changed: 1, undecided: 0, noise: 0, equal: 299 })
    expect([end.keys, end.values]).toEqual([{ left: 301, right: 301 }, 2])
    expect(BigInt(end.shared ?? 0)).toBe(302n)
    // The namespace tells which cluster it is.
    for (const side of [left, right]) {
      expect([...new Set(side.values())].sort()).toEqual([
        '/registry/configmaps/shop/c007',
        '/registry/configmaps/shop/c299',
        '/registry/namespaces/kube-system',
      ])
    }
    const mirrored = await compare(app, 'right', 'left')
    expect(mirrored.entries.map(brief)).toEqual([
      'changed configmaps shop/c007',
      'added configmaps shop/c009',
      'removed configmaps shop/new',
    ])
    await app.close()
  })

  it('with a restored copy that was written to since: equal revisions after the backup prove nothing', async () => {
    const base: [string, object | null][] = [['/registry/namespaces/kube-system', kubeSystem(1)], ...common]
    const left = keyspace([...base, ['/registry/configmaps/shop/c150', configMap('shop', 'c150', { n: 'left' }, 150)]])
    const right = keyspace([...base, ['/registry/configmaps/shop/c150', configMap('shop', 'c150', { n: 'right' }, 150)]])
    const app = await twoClusters(memoryCluster(left), memoryCluster(right))
    const { entries, end } = await compare(app, 'left', 'right')
    expect(entries.map(brief)).toEqual(['changed configmaps shop/c150'])
    // A value that differs bounds what can be proven; a few more pairs find the boundary.
    expect(end.values).toBeLessThan(20)
    expect(totals(end.counts)).toMatchObject({ equal: 300, changed: 1 })
    await app.close()
  })

  it('does not take an equal write of two restored copies for a common one', async () => {
    const base: [string, object | null][] = [['/registry/namespaces/kube-system', kubeSystem(1)], ...common]
    const of = (colour: string) =>
      keyspace([
        ...base,
        ['/registry/configmaps/shop/c150', configMap('shop', 'c150', { colour }, 150)],
        // After a restore, controllers write the same everywhere.
        ['/registry/configmaps/shop/c151', configMap('shop', 'c151', { colour: 'any' }, 151)],
      ])
    const app = await twoClusters(memoryCluster(of('red')), memoryCluster(of('blue')))
    const { entries, end } = await compare(app, 'left', 'right')
    expect(entries.map(brief)).toEqual(['changed configmaps shop/c150'])
    expect([end.shared, end.values]).toEqual(['302', 3])
    await app.close()
  })

  it('does not take two copies made key by key for one history', async () => {
    const copy = (colour: string) =>
      keyspace([
        ['/registry/namespaces/kube-system', kubeSystem(1)],
        ...[...common]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value], i): [string, object] => [key, i === 7 ? { ...value, data: { colour } } : value]),
      ])
    const app = await twoClusters(memoryCluster(copy('red')), memoryCluster(copy('blue')))
    const { entries, end } = await compare(app, 'left', 'right')
    expect([entries.map(brief), end.shared]).toEqual([['changed configmaps shop/c007'], null])
    await app.close()
  })

  it('does not take a uid in the content of other keys for one that Kubernetes made', async () => {
    const of = (colour: string) =>
      keyspace(
        Array.from({ length: 40 }, (_, n): [string, object] => {
          const i = (n * 7) % 40
          return [`/app/settings/${String(i).padStart(2, '0')}`, { ...configMap('shop', 'same', {}, 1), value: i === 3 ? colour : 'same' }]
        }),
      )
    const app = await twoClusters(memoryCluster(of('red')), memoryCluster(of('blue')))
    const { entries, end } = await compare(app, 'left', 'right', '&all=1')
    expect([entries.map(({ name }) => name), end.shared]).toEqual([['/app/settings/03'], null])
    await app.close()
  })

  it('a value that changed without a write is found when every value is compared', async () => {
    const base: [string, object | null][] = [['/registry/namespaces/kube-system', kubeSystem(1)], ...common]
    const flipped = base.map(([key, value]): [string, string | object | null] =>
      key.endsWith('/c100') ? [key, JSON.stringify(value).replace('"n":"100"', '"n":"101"')] : [key, value],
    )
    const app = await twoClusters(memoryCluster(keyspace(base)), memoryCluster(keyspace(flipped)))
    expect((await compare(app, 'left', 'right')).entries).toEqual([])
    const { entries, end } = await compare(app, 'left', 'right', '&every=1')
    expect(entries.map(brief)).toEqual(['changed configmaps shop/c100'])
    expect(end.values).toBe(301)
    await app.close()
  })

  it('one etcd at two revisions', async () => {
    const source = keyspace([...common.slice(0, 10), ['/registry/configmaps/shop/c006', configMap('shop', 'c6', { n: 'six' }, 6)]])
    const app = await twoClusters(memoryCluster(source), memoryCluster(new MemoryV3Source()))
    const { entries, start } = await compare(app, 'left', 'left', '&rev=11')
    expect([start.left.revision, start.right.revision]).toEqual(['11', '12'])
    expect(entries.map(brief)).toEqual(['changed configmaps shop/c006'])
    await app.close()
  })
})

describe('two clusters', () => {
  it('with the same keys and revisions are compared by value', async () => {
    const of = (colour: string, from: number): [string, object][] => [
      ['/registry/namespaces/kube-system', kubeSystem(from)],
      ['/registry/configmaps/shop/a', configMap('shop', 'a', { colour }, from + 1)],
      ['/registry/configmaps/shop/b', configMap('shop', 'b', { same: 'yes' }, from + 2)],
    ]
    const app = await twoClusters(memoryCluster(keyspace(of('red', 10))), memoryCluster(keyspace(of('blue', 20))))
    const { start, entries, end } = await compare(app, 'left', 'right')
    expect(start.relation).toBe('other')
    expect(entries.map(brief)).toEqual(['changed configmaps shop/a'])
    // Its uid and creation time differ; what it is like does not.
    expect(totals(end.counts)).toEqual({ added: 0, removed: 0, changed: 1, undecided: 0, noise: 0, equal: 2 })
    expect(end.shared).toBeNull()
    await app.close()
  })

  it('below different prefixes are compared by what comes after them', async () => {
    const left = keyspace([['/registry/configmaps/shop/a', configMap('shop', 'a', { x: '1' })]])
    const right = keyspace([['/kubernetes.io/configmaps/shop/a', configMap('shop', 'a', { x: '2' }, 2)]])
    const app = await twoClusters(memoryCluster(left), memoryCluster(right), { right: '/kubernetes.io' })
    const { entries } = await compare(app, 'left', 'right')
    expect(entries.map(({ left, right, change }) => [left?.key, right?.key, change])).toEqual([
      ['/registry/configmaps/shop/a', '/kubernetes.io/configmaps/shop/a', 'changed'],
    ])
    await app.close()
  })

  it('a namespace with another one', async () => {
    const source = keyspace([
      ['/registry/namespaces/shop', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', uid: uid(1) } }],
      ['/registry/namespaces/stage', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'stage', uid: uid(2) } }],
      ['/registry/configmaps/shop/a', configMap('shop', 'a', { x: '1' }, 3)],
      ['/registry/configmaps/stage/a', configMap('stage', 'a', { x: '1' }, 4)],
      ['/registry/configmaps/shop/b', configMap('shop', 'b', { x: '1' }, 5)],
      ['/registry/configmaps/stage/b', configMap('stage', 'b', { x: '2' }, 6)],
      ['/registry/configmaps/stage/c', configMap('stage', 'c', {}, 7)],
      ['/registry/configmaps/other/d', configMap('other', 'd', {}, 8)],
    ])
    const app = await twoClusters(memoryCluster(source), memoryCluster(new MemoryV3Source()))
    const { entries, end } = await compare(app, 'left', 'left', '&namespace=shop&withNamespace=stage')
    expect(entries.map(brief)).toEqual(['changed configmaps shop/b', 'added configmaps stage/c'])
    expect(totals(end.counts)).toMatchObject({ equal: 2 })
    // The narrower choice counts.
    const all = await compare(app, 'left', 'left', '&rev=8&all=1&path=namespaces')
    expect([all.entries, all.end.keys]).toEqual([[], { left: 2, right: 2 }])
    const alone = await app.inject({ url: '/api/v1/clusters/left/v3/compare?with=left&withNamespace=stage' })
    expect([alone.statusCode, alone.json()]).toMatchObject([400, { code: 'BAD_REQUEST' }])
    await app.close()
  })

  it('tells of a Secret only whether it differs, and between two names not even that', async () => {
    const secret = (namespace: string, password: string, n: number) => ({
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace, uid: uid(n) } },
      data: { password: Buffer.from(password).toString('base64') },
    })
    const left = keyspace([
      ['/registry/secrets/shop/s', secret('shop', 'a-long-password-of-production', 1)],
      ['/registry/secrets/stage/s', secret('stage', 'a-long-password-of-production', 2)],
    ])
    const right = keyspace([['/registry/secrets/shop/s', secret('shop', 'a-long-password-of-elsewhere!', 1)]])
    const app = await twoClusters(memoryCluster(left), memoryCluster(right))
    const between = await compare(app, 'left', 'right')
    expect(between.entries.map(brief)).toEqual(['changed secrets shop/s', 'removed secrets stage/s'])
    expect(between.entries[0]?.summary).toEqual([{ code: 'masked', params: { path: 'data.password', verdict: 'different' } }])
    const names = await compare(app, 'left', 'left', '&path=secrets&namespace=shop&withNamespace=stage')
    expect(names.entries.map(brief)).toEqual(['undecided secrets shop/s'])
    expect(JSON.stringify([between, names])).not.toContain('password-of')
    await app.close()
  })

  it('what changes all the time is counted, and listed on request', async () => {
    const pod = (phase: string, resourceVersion: string) => ({
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'shop', uid: uid(1), resourceVersion } },
      ...{ spec: { nodeName: 'n' }, status: { phase } },
    })
    const lease = (renewTime: string) => ({
      ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'n', namespace: 'kube-node-lease', uid: uid(2) } },
      spec: { renewTime },
    })
    const of = (phase: string, version: string): [string, object][] => [
      ['/registry/pods/shop/p', pod(phase, version)],
      ['/registry/pods/shop/q', pod('Running', version)],
      ['/registry/leases/kube-node-lease/n', lease(`2026-11-23T00:00:0${version}.000000Z`)],
    ]
    const app = await twoClusters(memoryCluster(keyspace(of('Pending', '1'))), memoryCluster(keyspace(of('Running', '2'))))
    const quiet = await compare(app, 'left', 'right')
    expect(quiet.entries).toEqual([])
    expect(totals(quiet.end.counts)).toMatchObject({ changed: 0, noise: 3 })
    const loud = await compare(app, 'left', 'right', '&noise=1')
    expect(loud.entries.map(brief)).toEqual([
      'changed (routine) leases kube-node-lease/n',
      'changed (status) pods shop/p',
      'changed (folded) pods shop/q',
    ])
    await app.close()
  })

  it('counts Leases of the same revisions as equal only if they are', async () => {
    const lease = (name: string, holder: string) => ({
      ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace: 'kube-node-lease', uid: uid(2) } },
      spec: { holderIdentity: holder },
    })
    const of = (holder: string) =>
      keyspace([
        ['/registry/leases/kube-node-lease/a', lease('a', holder)],
        ['/registry/leases/kube-node-lease/b', lease('b', 'both')],
      ])
    const app = await twoClusters(memoryCluster(of('left')), memoryCluster(of('right')))
    const { entries, end } = await compare(app, 'left', 'right')
    expect([entries, totals(end.counts)]).toMatchObject([[], { noise: 1, equal: 1 }])
    await app.close()
  })

  it('takes an owner of the same kind and name for the same, and tells of another or none', async () => {
    const pod = (name: string, n: number, owner?: string) => ({
      ...{ apiVersion: 'v1', kind: 'Pod', spec: { nodeName: 'n' } },
      metadata: {
        ...{ name, namespace: 'shop', uid: uid(n) },
        ...(owner === undefined
          ? {}
          : { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: uid(n + 1), controller: true }] }),
      },
    })
    const of = (n: number, owners: [string | undefined, string | undefined]) =>
      keyspace([
        ['/registry/namespaces/kube-system', kubeSystem(n)],
        ['/registry/pods/shop/moved', pod('moved', n + 10, owners[0])],
        ['/registry/pods/shop/orphan', pod('orphan', n + 20, owners[1])],
        ['/registry/pods/shop/same', pod('same', n + 30, 'web')],
      ])
    const app = await twoClusters(memoryCluster(of(100, ['web', 'web'])), memoryCluster(of(200, ['other', undefined])))
    const { entries, start } = await compare(app, 'left', 'right')
    expect([start.relation, entries.map(brief)]).toEqual(['other', ['changed pods shop/moved', 'changed pods shop/orphan']])
    await app.close()
  })

  it('does not say that an object changed that only one side encrypts', async () => {
    const left = keyspace([['/registry/secrets/shop/s', 'k8s:enc:aescbc:v1:key1:0123456789abcdef0123456789abcdef']])
    const right = keyspace([
      ['/registry/secrets/shop/s', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'shop', uid: uid(1) } }],
    ])
    const app = await twoClusters(memoryCluster(left), memoryCluster(right))
    expect((await compare(app, 'left', 'right')).entries.map(brief)).toEqual(['undecided secrets shop/s'])
    expect((await compare(app, 'right', 'left')).entries.map(brief)).toEqual(['undecided secrets shop/s'])
    await app.close()
  })

  it('an unknown cluster is named, with those there are', async () => {
    const app = await twoClusters(memoryCluster(), memoryCluster())
    const reply = await app.inject({ url: '/api/v1/clusters/left/v3/compare?with=nowhere' })
    expect([reply.statusCode, reply.json()]).toMatchObject([404, { code: 'CLUSTER_NOT_FOUND' }])
    await app.close()
  })

  it('one key of both, field by field', async () => {
    const left = keyspace([['/registry/configmaps/shop/a', configMap('shop', 'a', { x: '1' })]])
    const right = keyspace([
      ['/registry/other', 'something'],
      ['/kubernetes.io/configmaps/shop/a', configMap('shop', 'a', { x: '2' })],
    ])
    const app = await twoClusters(memoryCluster(left), memoryCluster(right), { right: '/kubernetes.io' })
    const url = '/api/v1/clusters/left/v3/diff?key=%2Fregistry%2Fconfigmaps%2Fshop%2Fa&from=2&to=3'
    const reply = await app.inject({ url: `${url}&with=right&withKey=%2Fkubernetes.io%2Fconfigmaps%2Fshop%2Fa` })
    const answer = reply.json<DiffAnswer>()
    expect(answer.changes.map(({ group, name, left, right }) => [group, name, left?.text, right?.text])).toEqual([['data', 'x', '1', '2']])
    expect([answer.from.modRevision, answer.to.modRevision]).toEqual(['2', '3'])
    expect((await app.inject({ url: `${url}&withKey=x` })).statusCode).toBe(400)
    await app.close()
  })
})

describe.skipIf(!hasEtcd())('two keys that one transaction wrote', () => {
  it('are compared by value', async () => {
    const etcd = await startEtcd()
    const opened = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
    const app = await appOf(new Map([['left', testCluster('left', opened)]]))
    const put = (namespace: string, value: string) => `put /registry/configmaps/${namespace}/a ${value}`
    await etcd.ctl(['txn'], { input: `\n${put('shop', 'red')}\n${put('stage', 'blue')}\n\n\n` })
    const { entries } = await compare(app, 'left', 'left', '&path=configmaps&namespace=shop&withNamespace=stage')
    expect(entries.map(brief)).toEqual(['changed configmaps shop/a'])
    await app.close()
    await opened.close()
    await etcd.destroy()
  })
})

describe.skipIf(!hasEtcd())('three members, of which one holds a damaged value', () => {
  it('is told by the hashes, and the key is named', async () => {
    const three = await startThree()
    const opened = openEtcd({ endpoints: three.endpoints, tls: null, credentials: null, kubernetesPrefix: '/registry' })
    const app = await appOf(new Map([['left', testCluster('left', opened)]]))
    try {
      for (let i = 0; i < 20; i += 1) {
        const stored = configMap('shop', `c${i}`, { word: i === 13 ? 'intact-word' : 'another' }, i)
        await three.put(`/registry/configmaps/shop/c${i}`, JSON.stringify(stored))
      }
      const hashes = async () => (await app.inject({ url: '/api/v1/clusters/left/v3/member-hashes' })).json<MemberHashes>()
      await expect.poll(hashes).toMatchObject({ agree: true })
      // etcd's own hash is a checksum of everything, which would tell what is masked to who knows the rest.
      const args = ['--endpoints', three.endpoints[0] ?? '', 'endpoint', 'hashkv']
      const status = execFileSync('etcdctl', args, { env: { ...process.env, ETCDCTL_API: '3' } }).toString()
      const [own = ''] = /\d+$/m.exec(status.split('\n')[0] ?? '') ?? []
      expect(own).not.toBe('')
      expect(JSON.stringify(await hashes())).not.toContain(own)

      const [, , victim] = three.members
      const file = path.join(victim?.dataDir ?? '', 'member/snap/db')
      // Its database holds the value once it has been written from the log.
      await expect.poll(() => readFileSync(file).includes('intact-word')).toBe(true)
      await victim?.kill()
      const bytes = readFileSync(file)
      // One bit in every copy of the page: `w` becomes `v`.
      for (let at = bytes.indexOf('intact-word'); at >= 0; at = bytes.indexOf('intact-word', at + 1)) bytes[at + 7] = 'v'.charCodeAt(0)
      writeFileSync(file, bytes)
      victim?.start()

      await expect.poll(async () => (await hashes()).members.map(({ hash }) => hash !== null)).toEqual([true, true, true])
      const told = await hashes()
      expect(told.agree).toBe(false)
      expect(told.members[0]?.hash).toBe(told.members[1]?.hash)
      expect(told.members[2]?.hash).not.toBe(told.members[0]?.hash)

      const [first, second, third] = three.endpoints.map(encodeURIComponent)
      const damaged = await compare(app, 'left', 'left', `&member=${first}&withMember=${third}`)
      expect(damaged.start.left.revision).toBe(damaged.start.right.revision)
      expect(damaged.entries.map(brief)).toEqual(['changed configmaps shop/c13'])
      expect(damaged.entries[0]?.summary).toEqual([
        { code: 'changed', params: { path: 'data.word', from: 'intact-word', to: 'intact-vord' } },
      ])
      // Its fields are those of the two members too, not of whichever answers.
      const { left, right } = damaged.start
      const of = { cluster: 'left', key: utf8('/registry/configmaps/shop/c13') }
      const members = { member: three.endpoints[0], withMember: three.endpoints[2] }
      const url = comparePaths.diffBetween('left', of.key, { from: left.revision, to: right.revision }, of, members)
      const fields = (await app.inject({ url })).json<DiffAnswer>()
      expect(fields.changes.map(({ left, right }) => [left?.text, right?.text])).toEqual([['intact-word', 'intact-vord']])
      expect((await compare(app, 'left', 'left', `&member=${first}&withMember=${second}`)).entries).toEqual([])
      const unknown = await app.inject({ url: '/api/v1/clusters/left/v3/compare?with=left&member=http%3A%2F%2Felsewhere' })
      expect([unknown.statusCode, unknown.json()]).toMatchObject([400, { code: 'BAD_REQUEST' }])
    } finally {
      await app.close()
      await opened.close()
      await three.destroy()
    }
  })
})

const [before, after] = [sharedFile('fixtures/kube-1.20/before.db'), sharedFile('fixtures/kube-1.20/after.db')]

describe.skipIf(before === null || after === null || !hasEtcd())('the captured cluster, before and after', () => {
  let app: FastifyInstance
  const etcds: TestEtcd[] = []
  const opened: OpenedCluster[] = []
  /** Key to mod revision and value, as etcdctl prints them. */
  const printed: Map<string, { revision: number; value: string }>[] = []

  beforeAll(async () => {
    for (const file of [before, after]) {
      const etcd = await startEtcd({ snapshot: file as string })
      etcds.push(etcd)
      const text = execFileSync('etcdctl', ['--endpoints', etcd.endpoint, 'get', '--prefix', '/registry/', '-w', 'json'], {
        env: { ...process.env, ETCDCTL_API: '3' },
        maxBuffer: 64 * 1024 * 1024,
      }).toString()
      const { kvs } = JSON.parse(text) as { kvs: { key: string; mod_revision: number; value: string }[] }
      printed.push(
        new Map(kvs.map(({ key, mod_revision, value }) => [Buffer.from(key, 'base64').toString(), { revision: mod_revision, value }])),
      )
      opened.push(await openFile(file as string))
    }
    app = await twoClusters(opened[0] as OpenedCluster, opened[1] as OpenedCluster)
  })
  afterAll(async () => {
    await app?.close()
    for (const each of opened) await each.close()
    for (const etcd of etcds) await etcd.stop()
  })

  it('lists what etcdctl shows to be different, and its mirror image the other way round', async () => {
    const [old, now] = printed as [(typeof printed)[number], (typeof printed)[number]]
    const { entries, end, start } = await compare(app, 'left', 'right', '&noise=1')
    const keysOf = (change: CompareEntry['change']) =>
      entries.filter((entry) => entry.change === change).map(({ left, right }) => (left ?? right)?.key)
    expect(start.relation).toBe('same')
    expect(keysOf('added')).toEqual([...now.keys()].filter((key) => !old.has(key)))
    expect(keysOf('removed')).toEqual([...old.keys()].filter((key) => !now.has(key)))
    expect(keysOf('undecided')).toEqual([])
    const different = [...old].flatMap(([key, { value }]) => (now.has(key) && now.get(key)?.value !== value ? [key] : []))
    expect(keysOf('changed')).toEqual(different)
    expect(totals(end.counts).equal).toBe([...old.keys()].filter((key) => now.has(key)).length - different.length)

    const mirrored = await compare(app, 'right', 'left', '&noise=1')
    const turned = { added: 'removed', removed: 'added', changed: 'changed', undecided: 'undecided' } as const
    expect(mirrored.entries.map(({ left, right, change, noise }) => [right, left, turned[change], noise])).toEqual(
      entries.map(({ left, right, change, noise }) => [left, right, change, noise]),
    )
  })

  it('without noise tells that a node went silent, and which pods left it', async () => {
    const { entries } = await compare(app, 'left', 'right')
    const node = entries.find(({ path }) => path === 'minions')
    expect(node?.name).toBe('172.20.0.115')
    expect(JSON.stringify(node?.summary)).toContain('node.kubernetes.io/unreachable')
    expect(entries.filter(({ path, change }) => path === 'pods' && change === 'added').length).toBeGreaterThan(3)
    expect(entries.some(({ noise }) => noise !== null)).toBe(false)
  })
})
