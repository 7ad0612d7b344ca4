// The findings of the demo cluster and of the captured ones, from a file and a live etcd, and faults on the way.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Finding, FindingsEnd, FindingsHead, FindingsLine } from '@registree/contract'
import { utf8 } from '@registree/keyspace'
import { createDecryptor, parseEncryptionConfiguration } from '@registree/kube'
import type { FastifyInstance } from 'fastify'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { AppError } from '../problem.ts'
import { openEtcd } from '../sources/etcd/open-etcd.ts'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import type { OpenedCluster } from '../sources/source.ts'
import { hasEtcd, startEtcd } from '../sources/testing/etcd.ts'
import { sharedFile } from '../sources/testing/fixtures.ts'
import { getLines, memoryCluster, type TestAppOptions, testApp } from '../testing/app.ts'
import { openFile } from '../testing/open-file.ts'
import { field, metadata, storedProtobuf } from '../testing/protobuf.ts'
import { sortedSource } from '../testing/sorted-source.ts'

const demo = fileURLToPath(new URL('../../../../demo/cluster', import.meta.url))

interface Findings {
  head: FindingsHead
  found: Finding[]
  end: FindingsEnd
}

async function read(app: FastifyInstance, url = 'findings'): Promise<Findings> {
  const lines = await getLines<FindingsLine>(app, url)
  return {
    head: lines[0] as FindingsHead,
    found: lines.flatMap((line) => (line.type === 'found' ? line.findings : [])),
    end: lines.at(-1) as FindingsEnd,
  }
}

async function findingsOf(opened: OpenedCluster, options: TestAppOptions = {}): Promise<Findings> {
  const app = await testApp(opened, options)
  try {
    return await read(app)
  } finally {
    await app.close()
    await opened.close()
  }
}

const faults = (found: readonly Finding[]) => found.filter(({ severity }) => severity !== 'info')
const keys = (found: readonly Finding[], rule: string) => found.filter((one) => one.rule === rule).map(({ key }) => key)

describe('the demo cluster', () => {
  test('has the lost node, the pods that wait for it, and the finalizer', async () => {
    const { head, found, end } = await findingsOf(await openFile(demo))
    expect(head).toMatchObject({ total: 495, ask: false, prefix: '/registry/', notices: [] })
    expect(end).toMatchObject({ type: 'end', read: 495 })
    expect(keys(found, 'silent-node')).toEqual(['/registry/minions/172.20.0.115'])
    expect(keys(found, 'stuck-deletion')).toHaveLength(7)
    const held = found.find(({ key, rule }) => rule === 'stuck-deletion' && key === '/registry/pods/shop/stuck-big')
    expect(held?.says).toContain('Held by example.com/hold.')
    expect(held?.sentences).toMatchObject([
      { code: 'deletion-asked' },
      { code: 'held-by-finalizers', params: { finalizers: ['example.com/hold'] } },
      { code: 'finalizer-of-domain', params: { domain: 'example.com' } },
    ])
    expect([...new Set(faults(found).map(({ rule }) => rule))].sort()).toEqual(['silent-node', 'stuck-deletion'])
    expect(keys(found, 'largest')).toHaveLength(20)
    // etcd's own records of the same revision: every value once, and no byte counted twice.
    expect(end.usage.reduce((sum, { objects }) => sum + objects, 0)).toBe(495)
    expect(end.usage.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(end.bytes)
    expect(end.usage.find(({ path }) => path === 'cronjobs')?.versions).toEqual([
      { apiVersion: 'batch/v1beta1', kind: 'CronJob', objects: 1 },
    ])
    expect(end.counts.find(({ rule }) => rule === 'stuck-deletion')?.count).toBe(7)
  })
})

const captured = (name: string) => sharedFile(`fixtures/kube-1.20/${name}`)
const before = captured('before.db')
const encrypted = captured('encrypted.db')
const configuration = captured('encryption-config.yaml')
const json = captured('json.db')

describe.skipIf(before === null || encrypted === null || configuration === null || json === null)('the captured cluster', () => {
  test('a healthy one has no findings', async () => {
    const { found, end } = await findingsOf(await openFile(before as string))
    expect(faults(found)).toEqual([])
    expect(end.read).toBe(460)
  })

  test('encrypted values are named as such, counted separately, and hide no owner', async () => {
    const { found } = await findingsOf(await openFile(encrypted as string))
    const sealed = found.filter(({ rule }) => rule === 'encrypted')
    expect(sealed.map(({ severity }) => severity)).toEqual(sealed.map(() => 'info'))
    expect(new Set(sealed.map(({ path }) => path))).toEqual(new Set(['secrets', 'configmaps', 'leases']))
    expect(keys(found, 'orphan')).toEqual([])
    const parsed = parseEncryptionConfiguration(parse(readFileSync(configuration as string, 'utf8')))
    if (!parsed.ok) throw new Error(parsed.error)
    const opened = await findingsOf(await openFile(encrypted as string), { decryptor: createDecryptor(parsed.config) })
    expect(keys(opened.found, 'encrypted')).toEqual([])
    expect(keys(opened.found, 'unreadable')).toEqual([])
  })

  test('JSON and protobuf values are read alike', async () => {
    const { found } = await findingsOf(await openFile(json as string))
    expect(keys(found, 'unreadable')).toEqual([])
    expect(keys(found, 'silent-node')).toEqual(['/registry/minions/172.20.0.115'])
  })

  test.skipIf(!hasEtcd())(
    'a live etcd says what the file says',
    async () => {
      const etcd = await startEtcd({ snapshot: before as string })
      try {
        const live = await findingsOf(openEtcd({ endpoints: [etcd.endpoint], tls: null, credentials: null, kubernetesPrefix: '/registry' }))
        const file = await findingsOf(await openFile(before as string))
        expect(live.end.usage).toEqual(file.end.usage)
        // By now its nodes have been silent for long.
        expect(keys(live.found, 'silent-node')).toHaveLength(3)
        expect(live.found.filter(({ rule }) => rule === 'removed-version')).toEqual(
          file.found.filter(({ rule }) => rule === 'removed-version'),
        )
      } finally {
        await etcd.destroy()
      }
    },
    60_000,
  )
})

describe('hard cases', () => {
  const pod = (name: string, more: object = {}) => utf8(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, ...more } }))

  test('a large live cluster is read only on request, and its size is exact', async () => {
    const source = sortedSource([
      ...Array.from({ length: 6 }, (_, i) => `/registry/namespaces/n${i}`),
      ...Array.from({ length: 50_094 }, (_, i) => `/registry/pods/n${Math.floor(i / 10_000)}/p${String(i).padStart(6, '0')}`),
    ])
    const app = await testApp({ ...memoryCluster(source), source: 'etcd' })
    const lines = await getLines<FindingsLine>(app, 'findings')
    expect(lines).toMatchObject([{ type: 'head', total: 50_100, ask: true }])
    const all = await getLines<FindingsLine>(app, 'findings?all=1')
    expect(all[0]).toMatchObject({ type: 'head', total: null, ask: false })
    const end = all.at(-1) as FindingsEnd
    expect(end).toMatchObject({ type: 'end', read: 50_100 })
    // Listed up to a limit, counted completely, and walked at most twice.
    expect(end.counts.find(({ rule }) => rule === 'unreadable')?.count).toBe(50_100)
    const listed = all.flatMap((line) => (line.type === 'found' ? line.findings : [])).filter(({ rule }) => rule === 'unreadable')
    expect(listed).toHaveLength(5000)
    expect(end.cost.walked).toBeLessThan(2 * 50_100)
    await app.close()
  })

  test('another Kubernetes prefix, keys of any bytes, and no value quoted', async () => {
    const source = new MemoryV3Source()
    source.set(utf8('/kubernetes.io/namespaces/a'), utf8('{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}'))
    source.set(utf8('/kubernetes.io/secrets/a/odd'), utf8('hunter2'))
    source.set(new Uint8Array([...utf8('/kubernetes.io/pods/a/'), 0xff]), pod('x'))
    source.set(utf8('/kubernetes.io/pods/ghost/p'), pod('p'))
    const { head, found } = await findingsOf(memoryCluster(source), { kubernetesPrefix: '/kubernetes.io' })
    expect(head.prefix).toBe('/kubernetes.io/')
    expect(JSON.stringify(found)).not.toContain('hunter2')
    expect(faults(found).map(({ rule, key, key64 }) => [rule, key ?? key64])).toEqual([
      ['unreadable', '/kubernetes.io/secrets/a/odd'],
      ['misnamed', expect.any(String)],
      ['missing-namespace', '/kubernetes.io/pods/ghost/p'],
    ])
  })

  test('a disconnect stops the pass', async () => {
    const source = new MemoryV3Source()
    for (let i = 0; i < 3000; i += 1) source.set(utf8(`/registry/pods/n/p${i}`), pod(`p${i}`))
    let values = 0
    let hold = false
    let reading = () => {}
    const begun = new Promise<void>((resolve) => {
      reading = resolve
    })
    let held = 0
    let cancelled = 0
    const range = source.range.bind(source)
    source.range = async (request, signal) => {
      if (request.keysOnly || request.countOnly) return await range(request, signal)
      values += 1
      if (!hold || values < 3) return await range(request, signal)
      held += 1
      reading()
      return await new Promise((_resolve, reject) => {
        const cancel = () => {
          cancelled += 1
          reject(new AppError('CANCELLED', { code: 'stored-text', params: { text: 'gone' } }))
        }
        if (signal?.aborted) cancel()
        else signal?.addEventListener('abort', cancel)
      })
    }
    const app = await testApp(memoryCluster(source))
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    const url = `${address}/api/v1/clusters/test/findings`
    await (await fetch(url)).text()
    const whole = values
    values = 0
    hold = true
    const controller = new AbortController()
    const reply = fetch(url, { signal: controller.signal }).then((answer) => answer.text())
    await begun
    controller.abort()
    await expect(reply).rejects.toThrow()
    // Running reads are cancelled, and no further one starts.
    await expect.poll(() => held - cancelled).toBe(0)
    await app.close()
    expect([held - cancelled, values < whole]).toEqual([0, true])
  })
})

describe('damage visible in the wire format', () => {
  const source = new MemoryV3Source()
  const put = (key: string, value: Uint8Array<ArrayBuffer>) => source.set(utf8(`/registry/${key}`), value)
  const spec = [field(2, field(1, 'c'), field(2, 'nginx')), field(3, 'Always'), field(10, 'n1')].flat()
  /** Field 9 of a pod's spec with wire type 6, which protobuf does not have. */
  const broken = [...spec, (9 << 3) | 6, 7, ...utf8('default')]
  put('namespaces/corr', storedProtobuf('v1', 'Namespace', metadata('corr')))
  put('minions/n1', storedProtobuf('v1', 'Node', metadata('n1')))
  put('pods/corr/pbad', storedProtobuf('v1', 'Pod', metadata('pbad', 'corr'), field(2, broken), field(3, field(1, 'Running'))))
  put(
    'statefulsets/corr/sbad',
    storedProtobuf('apps/v1', 'StatefulSet', metadata('sbad', 'corr'), field(2, field(3, field(2, broken)), field(5, 'svc'))),
  )
  const flip = storedProtobuf('v1', 'ConfigMap', metadata('flip', 'corr'), field(2, field(1, 'aaaaaaaaaaaa'), field(2, 'b')))
  const at = Buffer.from(flip).indexOf('aaaa') - 1
  flip[at] = (flip[at] ?? 0) ^ 0x40
  put('configmaps/corr/flip', flip)
  put('configmaps/corr/good', storedProtobuf('v1', 'ConfigMap', metadata('good', 'corr'), field(2, field(1, 'a'), field(2, 'b'))))
  put('configmaps/corr/newer', storedProtobuf('v1', 'ConfigMap', metadata('newer', 'corr'), field(900, 'of a later release')))
  put('things/corr/whole', storedProtobuf('later.k8s.io/v1', 'Thing', metadata('whole', 'corr'), field(2, 'x')))
  put('things/corr/cut', storedProtobuf('later.k8s.io/v1', 'Thing', metadata('cut', 'corr'), [0x12, 0x7f]))
  put('evictions/corr/e', storedProtobuf('lifecycle.k8s.io/v1alpha1', 'Eviction', metadata('e', 'corr')))

  test('is found anywhere in a value, also in fields that no rule reads', async () => {
    const { found } = await findingsOf(memoryCluster(source))
    const said = found.filter(({ rule }) => rule === 'unreadable').map(({ key, severity, says }) => [key, severity, says])
    expect(said).toEqual([
      [
        '/registry/statefulsets/corr/sbad',
        'error',
        expect.stringMatching(/ at \.spec\.template\.spec\.serviceAccount, from byte \d+ on\. Field 9 has wire type 6/),
      ],
      [
        '/registry/configmaps/corr/flip',
        'error',
        expect.stringMatching(/^The value does not decode at \.data, from byte \d+ on\. The key of a map entry runs past its end\.$/),
      ],
      [
        '/registry/things/corr/cut',
        'error',
        expect.stringMatching(/^The value does not decode from byte \d+ on\. The object is not protobuf\.$/),
      ],
      ['/registry/pods/corr/pbad', 'error', expect.stringMatching(/ at \.spec\.serviceAccount, from byte/)],
    ])
  })

  test('a kind unknown to Registree is a note', async () => {
    const { found, end } = await findingsOf(memoryCluster(source))
    expect(found.filter(({ rule }) => rule === 'unknown-kind')).toMatchObject([
      {
        key: '/registry/things/corr/whole',
        severity: 'info',
        kind: 'Thing',
        says: expect.stringContaining('1 object is of later.k8s.io/v1 Thing'),
      },
    ])
    expect(faults(found).map(({ name }) => name)).not.toContain('whole')
    expect(end.usage.find(({ path }) => path === 'things')?.versions).toEqual([
      { apiVersion: 'later.k8s.io/v1', kind: 'Thing', objects: 1 },
    ])
  })
})
