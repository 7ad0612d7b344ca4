// Related objects over the demo, the captured cluster as file and live etcd, and keyspaces made to be large, broken or slow.
import { fileURLToPath } from 'node:url'
import type { RelatedEnd, RelatedHead, RelatedLine, RelatedSection, RelatedSectionId, StreamError } from '@registree/contract'
import { readPrefix, utf8 } from '@registree/keyspace'
import { createDecryptor } from '@registree/kube'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../problem.ts'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import type { OpenedCluster, RangeRequest, V3Source } from '../sources/source.ts'
import { hasEtcd, startEtcd, type TestEtcd } from '../sources/testing/etcd.ts'
import { sharedFile } from '../sources/testing/fixtures.ts'
import { get, memoryCluster, testApp } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'
import { openStored } from '../values/open-stored.ts'

const demo = fileURLToPath(new URL('../../../../demo/cluster', import.meta.url))
type App = Awaited<ReturnType<typeof testApp>>

interface Related {
  text: string
  head: RelatedHead
  sections: Map<RelatedSectionId, RelatedSection>
  lines: (RelatedLine | StreamError)[]
  end: RelatedEnd
}

async function related(app: App, key: string, more = ''): Promise<Related> {
  const reply = await get(app, `v3/related?key=${encodeURIComponent(key)}${more}`)
  expect(reply.status).toBe(200)
  const text = reply.raw.toString()
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RelatedLine | StreamError)
  const sections = lines.flatMap((line) => (line.type === 'section' ? [[line.id, line] as const] : []))
  return { text, head: lines[0] as RelatedHead, sections: new Map(sections), lines, end: lines.at(-1) as RelatedEnd }
}

const names = (section: RelatedSection | undefined) => section?.items.map((item) => `${'  '.repeat(item.depth)}${item.kind} ${item.name}`)
const troubles = ({ sections }: Related) =>
  [...sections.values()].flatMap((section) =>
    [...section.notes, ...section.items.map((item) => item.trouble)].flatMap((note) =>
      note === null || note.severity === 'info' ? [] : [note.text],
    ),
  )

/** Every key below /registry/ with its value. */
async function everything(source: V3Source) {
  const all = []
  for await (const page of readPrefix(source, { prefix: utf8('/registry/'), revision: 0n, keysOnly: false, pageSize: 500 }))
    all.push(...page.kvs)
  return all
}

describe('the demo cluster', () => {
  let opened: OpenedCluster
  let app: App
  beforeAll(async () => {
    opened = await openFile(demo)
    app = await testApp(opened)
  })
  afterAll(async () => {
    await app.close()
    await opened.close()
  })

  it('explains why storefront crashes', async () => {
    const pod = await related(app, '/registry/pods/shop/storefront-69bd5954b-95lnh')
    expect(pod.head).toMatchObject({ kind: 'Pod', namespace: 'shop', revision: '2298' })
    const [web] = pod.sections.get('containers')?.containers ?? []
    expect(web).toMatchObject({ name: 'web', restarts: 7, state: { text: 'CrashLoopBackOff', tone: 'error' }, lastEnd: { exitCode: 0 } })
    expect(names(pod.sections.get('owners'))).toEqual(['ReplicaSet storefront-69bd5954b', '  Deployment storefront', 'Namespace shop'])
    expect(names(pod.sections.get('services'))).toEqual([
      'Service storefront',
      '  EndpointSlice storefront-kws5b',
      '  Endpoints storefront',
    ])
    expect(pod.sections.get('uses')?.items.map((item) => item.key)).toContain('/registry/secrets/shop/orders-db')
    expect(pod.sections.get('events')?.events).toMatchObject([{ reason: 'Scheduled', from: 'default-scheduler' }])
    expect(troubles(pod)).toEqual([])
    // None of its 28 neighbours was read.
    expect(pod.end.cost.walked).toBeLessThan(25)
    expect(pod.end.bytes).toBeLessThan(100_000)
  })

  it('names what blocks stuck-big', async () => {
    const pod = await related(app, '/registry/pods/shop/stuck-big')
    expect(troubles(pod)).toEqual([
      'Finalizer example.com/hold, set by kubectl-patch 11m ago, holds it. Kubernetes does not define it: the controller of example.com must remove it, and until then the object stays.',
      'On no node: 0/3 nodes are available: 3 Insufficient cpu.',
    ])
    expect(pod.sections.get('events')?.events.map(({ reason }) => reason)).toEqual(Array(4).fill('FailedScheduling'))
  })

  it('shows the lost node, and the pods on it', async () => {
    const node = await related(app, '/registry/minions/172.20.0.115')
    expect(names(node.sections.get('pods'))).toEqual([
      'Pod node-exporter-g6f4z',
      'Pod import-catalogue-xgpqd',
      'Pod nightly-report-1795405200-v5gxz',
      'Pod orders-66d68c66fd-6pvbc',
      'Pod storefront-6b6ff5dc75-hl5fm',
      'Pod storefront-6b6ff5dc75-sc79d',
      'Pod storefront-7688b8f6b6-vrsrd',
    ])
    // Its kubelet last reported Running; since then the node controller says that it is not ready.
    expect(node.sections.get('pods')?.items[0]?.status).toMatchObject({ text: 'Running, not ready', tone: 'warning' })
    const network = node.sections.get('network')
    expect(network?.address).toBe('172.20.0.115')
    expect(network?.leases).toMatchObject([{ keyspace: 'v2', key: expect.stringMatching(/^\/kube-centos\/network\/subnets\/172\.30\./) }])
    expect(troubles(node)).toContain('Last heartbeat 10m ago (limit 40 s).')
    const [first] = node.sections.get('events')?.events ?? []
    expect(first).toMatchObject({ reason: 'NodeNotReady', key: expect.stringContaining('/registry/events/default/172.20.0.115.') })
  })

  it('answers for every object and every part, without secrets', async () => {
    const all = await everything(opened.v3)
    const secrets = new Set<string>()
    for (const kv of all) {
      const opener = { decryptor: createDecryptor(null), masking: { reveal: true, decrypt: true, salt: new Uint8Array(32) } }
      const { object } = openStored(opener, kv, undefined, { maxElements: 10_000 })
      if (object?.kind !== 'Secret') continue
      // A token's namespace is not secret.
      for (const [name, value] of Object.entries((object.data ?? {}) as Record<string, string>))
        if (value.length > 10 && name !== 'namespace') secrets.add(value)
    }
    expect(secrets.size).toBeGreaterThan(10)
    const kinds = new Map<string, number>()
    for (const kv of all) {
      const key = Buffer.from(kv.key).toString()
      const directory = key.split('/')[2] ?? ''
      const seen = kinds.get(directory) ?? 0
      // Some of each kind, and all that name Secrets.
      if (seen >= 3 && !['pods', 'secrets', 'serviceaccounts', 'services'].includes(directory)) continue
      kinds.set(directory, seen + 1)
      const answer = await related(app, key)
      expect(answer.lines.filter((line) => line.type === 'failure' || line.type === 'error')).toEqual([])
      expect(answer.head.notice).toBeNull()
      expect(answer.end.type).toBe('end')
      for (const secret of secrets) {
        expect(answer.text.includes(secret)).toBe(false)
        expect(answer.text.includes(Buffer.from(secret, 'base64').toString())).toBe(false)
      }
    }
    expect(kinds.size).toBeGreaterThan(35)
  })

  it('reads single sections, also costly ones, and only existing ones', async () => {
    const key = '/registry/monitoring.coreos.com/servicemonitors/monitoring/storefront'
    const all = await related(app, key)
    expect(all.head.sections).toContainEqual({ id: 'children', costly: true })
    expect([...all.sections.keys()]).not.toContain('children')
    const one = await related(app, key, '&section=children')
    expect([...one.sections.keys()]).toEqual(['children'])
    expect(one.sections.get('children')?.looked.map(({ path }) => path)).toContain('deployments')
    for (const [bad, code] of [
      ['section=containers', 'BAD_REQUEST'],
      ['section=nothing', 'BAD_REQUEST'],
      ['whole=1', 'BAD_REQUEST'],
      ['rev=99999', 'REVISION_IN_FUTURE'],
    ]) {
      const reply = await get(app, `v3/related?key=${encodeURIComponent(key)}&${bad}`)
      expect([bad, reply.json().code]).toEqual([bad, code])
    }
    expect((await get(app, 'v3/related?key=/registry/pods/shop/nobody')).json()).toMatchObject({ code: 'KEY_NOT_FOUND' })
  })

  it('names searches by field, each of which finds what it says', async () => {
    const { head } = await related(app, '/registry/pods/shop/stuck-big')
    expect(head.exact.map(({ by }) => by)).toEqual(expect.arrayContaining(['owner', 'finalizer', 'image']))
    for (const { by, q } of head.exact) {
      if (by === 'owner') continue
      const { raw } = await get(app, `search?q=${encodeURIComponent(q)}`)
      expect([q, raw.toString()]).toEqual([q, expect.stringContaining('/registry/pods/shop/stuck-big')])
    }
    const set = await related(app, '/registry/deployments/shop/storefront')
    const owned = set.head.exact.find(({ by }) => by === 'owner')
    const { raw } = await get(app, `search?q=${encodeURIComponent(owned?.q ?? '')}`)
    expect(raw.toString()).toContain('/registry/replicasets/shop/storefront-')
  })

  it('has no relations for keys that are not objects', async () => {
    for (const key of ['/registry/masterleases/172.20.0.1', '/registry/ranges/serviceips']) {
      const answer = await related(app, key)
      expect([answer.head.sections, answer.sections.size]).toEqual([[], 0])
    }
  })
})

/** Objects as JSON, as an API server with --storage-media-type=application/json stores them. */
function memory(objects: Record<string, unknown>): MemoryV3Source {
  const source = new MemoryV3Source()
  for (const [key, object] of Object.entries(objects)) source.set(utf8(`/registry/${key}`), utf8(JSON.stringify(object)))
  return source
}
const pod = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', uid: name },
  spec: { nodeName: 'n1', containers: [{ name: 'c' }], volumes: [{ name: 'v', configMap: { name: 'web' } }] },
  status: { phase: 'Running' },
  ...more,
})
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web', namespace: 'shop', uid: 'c' } }

describe('a namespace of 3,000 pods', () => {
  const objects: Record<string, unknown> = { 'configmaps/shop/web': configMap }
  for (let i = 0; i < 3000; i++) objects[`pods/shop/p${String(i).padStart(4, '0')}`] = pod(`p${String(i).padStart(4, '0')}`)
  const source = memory(objects)

  it('is not walked for one of them', async () => {
    const app = await testApp(memoryCluster(source))
    const { end } = await related(app, '/registry/pods/shop/p1500')
    expect(end.cost.largestWalk).toBeLessThanOrEqual(1)
    expect(end.cost.ranges).toBeLessThan(20)
    await app.close()
  })

  it('is searched up to a reported limit, and completely on request', async () => {
    const app = await testApp(memoryCluster(source))
    const cut = (await related(app, '/registry/configmaps/shop/web')).sections.get('pods')
    expect(cut?.looked).toEqual([{ path: 'pods', namespace: 'shop', namePrefix: '', objects: 1000, cut: true, unread: 0 }])
    expect([cut?.items.length, cut?.omitted]).toEqual([200, 800])
    const whole = await related(app, '/registry/configmaps/shop/web', '&section=pods&whole=1')
    expect(whole.sections.get('pods')?.looked[0]).toMatchObject({ objects: 3000, cut: false })
    expect(whole.sections.get('pods')?.omitted).toBe(2800)
    expect(whole.lines.some((line) => line.type === 'progress')).toBe(true)
    // No Range covers all pods of the namespace, and each key is walked a few times at most.
    expect(whole.end.cost.largestWalk).toBeLessThanOrEqual(3000)
    expect(whole.end.cost.walked).toBeLessThan(4 * 3000)
    await app.close()
  })
})

/** The source with some Ranges made to fail or wait. */
function meddled(source: V3Source, meddle: (key: string, signal: AbortSignal | undefined) => Promise<void>): V3Source {
  return new Proxy(source, {
    get(target, name) {
      if (name !== 'range') return Reflect.get(target, name, target)
      return async (request: RangeRequest, signal?: AbortSignal) => {
        await meddle(Buffer.from(request.key).toString(), signal)
        return await target.range(request, signal)
      }
    },
  })
}

describe('faults during an answer', () => {
  it('one section that fails leaves the others', async () => {
    const source = meddled(memory({ 'pods/shop/p': pod('p'), 'configmaps/shop/web': configMap }), async (key) => {
      if (key.startsWith('/registry/services/'))
        throw new AppError('SOURCE_TIMEOUT', { code: 'stored-text', params: { text: 'etcd did not answer in time.' } })
    })
    const app = await testApp(memoryCluster(source))
    const answer = await related(app, '/registry/pods/shop/p')
    expect(answer.lines.filter((line) => line.type === 'failure')).toMatchObject([{ id: 'services', problem: { code: 'SOURCE_TIMEOUT' } }])
    expect([...answer.sections.keys()].sort()).toEqual(['containers', 'events', 'node', 'owners', 'policies', 'uses'])
    await app.close()
  })

  it('a value that does not decode is reported, and its events are still shown', async () => {
    const source = memory({
      'events/shop/p.1': { kind: 'Event', apiVersion: 'v1', metadata: { name: 'p.1' }, involvedObject: { kind: 'Pod', name: 'p' } },
    })
    source.set(utf8('/registry/pods/shop/p'), new Uint8Array([0x6b, 0x38, 0x73, 0, 255, 255]))
    const app = await testApp(memoryCluster(source))
    const answer = await related(app, '/registry/pods/shop/p')
    expect(answer.head.notice?.text).toMatch(/^What it refers to is unknown\. /)
    expect(answer.sections.get('events')?.events).toHaveLength(1)
    // An unreadable one beside it is counted, not skipped.
    source.set(utf8('/registry/configmaps/shop/web'), utf8(JSON.stringify(configMap)))
    expect((await related(app, '/registry/configmaps/shop/web')).sections.get('pods')?.looked).toMatchObject([{ objects: 1, unread: 1 }])
    await app.close()
  })

  it('a disconnect ends the reads', async () => {
    let waiting = 0
    let aborted = 0
    const source = meddled(memory({ 'pods/shop/p': pod('p') }), async (key, signal) => {
      if (key === '/registry/pods/shop/p') return
      waiting += 1
      await new Promise<void>((_, reject) => {
        signal?.addEventListener('abort', () => {
          aborted += 1
          reject(new AppError('CANCELLED', { code: 'stored-text', params: { text: 'The read was cancelled.' } }))
        })
      })
    })
    const app = await testApp(memoryCluster(source))
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const leaving = new AbortController()
    const reply = await fetch(`${address}/api/v1/clusters/test/v3/related?key=/registry/pods/shop/p`, { signal: leaving.signal })
    await reply.body?.getReader().read()
    expect(waiting).toBeGreaterThan(0)
    leaving.abort()
    await expect.poll(() => aborted).toBe(waiting)
    await app.close()
  })
})

const captured = ['before.db', 'after.db', 'json.db'].map((name) => [name, sharedFile(`fixtures/kube-1.20/${name}`)] as const)

describe.skipIf(captured.some(([, file]) => file === null))('the captured cluster', () => {
  it.each(captured)('%s: every relation of shop finds its counterpart', async (_, file) => {
    const opened = await openFile(file as string)
    const app = await testApp(opened)
    const broken: string[] = []
    for (const kv of await everything(opened.v3)) {
      const key = Buffer.from(kv.key).toString()
      if (!/^\/registry\/[^/]+\/(specs\/|endpoints\/)?shop\//.test(key) || key.startsWith('/registry/events/')) continue
      const answer = await related(app, key)
      expect(answer.lines.filter((line) => line.type === 'failure' || line.type === 'error')).toEqual([])
      broken.push(...troubles(answer).filter((text) => /does not exist|is gone|another object/.test(text)))
    }
    expect(broken).toEqual([])
    await app.close()
    await opened.close()
  })

  it('encrypted.db: a Secret that no key opens is still listed, and is not a fault', async () => {
    const opened = await openFile(sharedFile('fixtures/kube-1.20/encrypted.db') as string)
    const app = await testApp(opened)
    const keys = (await everything(opened.v3)).map((kv) => Buffer.from(kv.key).toString())
    const answer = await related(app, keys.find((key) => key.startsWith('/registry/pods/shop/storefront-')) as string)
    const secret = answer.sections.get('uses')?.items.find((item) => item.kind === 'Secret')
    expect(secret).toMatchObject({ found: 'encrypted', trouble: null })
    await app.close()
    await opened.close()
  })

  it.skipIf(!hasEtcd())('a live etcd and a file give the same', async () => {
    const snapshot = captured[1]?.[1] as string
    let etcd: TestEtcd | null = null
    const file = await openFile(snapshot)
    const ofFile = await testApp(file)
    try {
      etcd = await startEtcd({ snapshot })
      const live = openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' })
      // The same moment for both, because ages are part of the answer.
      const ofEtcd = await testApp({
        ...live,
        v3: live.v3,
        v2: live.v2,
        clock: file.clock,
        inFlight: () => 0,
        facts: () => live.facts(),
        close: () => live.close(),
      })
      for (const key of [
        '/registry/pods/shop/storefront-69bd5954b-95lnh',
        '/registry/minions/172.20.0.115',
        '/registry/services/specs/shop/storefront',
        '/registry/deployments/shop/orders',
        '/registry/persistentvolumeclaims/shop/data-orders-db-0',
      ]) {
        const [a, b] = [await related(ofFile, key), await related(ofEtcd, key)]
        const comparable = ({ sections }: Related) => [...sections.values()].sort((x, y) => (x.id < y.id ? -1 : 1))
        expect(comparable(b)).toEqual(comparable(a))
      }
      await ofEtcd.close()
      await live.close()
    } finally {
      await ofFile.close()
      await file.close()
      await etcd?.destroy()
    }
  })
})
