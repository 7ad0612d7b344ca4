import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExactNumber, type KubeObject, type KubeValue } from '../value/value.ts'
import { applyDiff, invertDiff } from './apply-diff.ts'
import { formatDiffPath } from './diff-path.ts'
import { type DiffOptions, diffValues } from './diff-values.ts'
import { isSame } from './same-value.ts'
import { anyValue, deployment, editedPair } from './testing/arbitrary.ts'
import type { Diff } from './types.ts'

/** One line per change, noise in brackets. */
function told(diff: Diff): string[] {
  const text = (value: KubeValue | undefined) =>
    value === undefined ? '' : JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner))
  return diff.changes.map(({ path, kind, left, right, noise, masked, whole }) => {
    const values = kind === 'changed' ? `${text(left)} → ${text(right)}` : text(left === undefined ? right : left)
    const marks = [noise, masked, whole].filter((mark) => mark !== undefined).map((mark) => ` [${mark}]`)
    return `${kind} ${formatDiffPath(path)} ${values}`.trimEnd() + marks.join('')
  })
}
const changes = (left: KubeValue | undefined, right: KubeValue | undefined, options?: DiffOptions) => told(diffValues(left, right, options))

const pairs = fc.oneof(
  fc.tuple(anyValue, anyValue),
  editedPair(anyValue),
  fc.tuple(deployment as fc.Arbitrary<KubeValue>, deployment as fc.Arbitrary<KubeValue>),
  editedPair(deployment),
)

describe('properties', () => {
  test('a difference applied to the left gives the right, and inverted the left', () => {
    fc.assert(
      fc.property(pairs, ([left, right]) => {
        const diff = diffValues(left, right)
        expect(isSame(applyDiff(left, diff) as KubeValue, right)).toBe(true)
        expect(isSame(applyDiff(right, invertDiff(diff)) as KubeValue, left)).toBe(true)
        expect(diff.changes.length === 0).toBe(isSame(left, right))
        expect(invertDiff(invertDiff(diff))).toEqual(diff)
      }),
      { numRuns: 2000 },
    )
  })

  test('also when the budget or the depth is exhausted', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 4 }), ([left, right], budget, maxDepth) => {
        const diff = diffValues(left, right, { budget, maxDepth })
        expect(isSame(applyDiff(left, diff) as KubeValue, right)).toBe(true)
        expect(diff.limited).toBe(diff.changes.some(({ whole }) => whole !== undefined))
      }),
      { numRuns: 1000 },
    )
  })

  test('equal values have none', () => {
    fc.assert(
      fc.property(fc.oneof(anyValue, deployment), (value) => {
        expect(diffValues(value, structuredCopy(value)).changes).toEqual([])
      }),
    )
  })

  test('a value on one side only is one change', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(diffValues(undefined, value).changes).toEqual([{ path: [], kind: 'added', right: value }])
        expect(diffValues(value, undefined).changes).toEqual([{ path: [], kind: 'removed', left: value }])
        expect(applyDiff(value, diffValues(value, undefined))).toBeUndefined()
      }),
    )
    expect(diffValues(undefined, undefined).changes).toEqual([])
  })

  test('the order of members means nothing', () => {
    fc.assert(
      fc.property(deployment, (value) => {
        const reversed = (inner: KubeValue): KubeValue =>
          Array.isArray(inner)
            ? inner.map(reversed)
            : typeof inner === 'object' && inner !== null && !(inner instanceof ExactNumber)
              ? Object.fromEntries(
                  Object.entries(inner)
                    .reverse()
                    .map(([name, member]) => [name, reversed(member)]),
                )
              : inner
        expect(diffValues(value, reversed(value)).changes).toEqual([])
      }),
    )
  })
})

function structuredCopy(value: KubeValue): KubeValue {
  if (Array.isArray(value)) return value.map(structuredCopy)
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value
  const copy: KubeObject = Object.create(null)
  for (const name of Object.keys(value)) copy[name] = structuredCopy(value[name] as KubeValue)
  return copy
}

const podSpec = (spec: KubeObject): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec })

describe('lists', () => {
  test('containers are matched by name, wherever they are', () => {
    const of = (...containers: KubeObject[]): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: { template: { spec: { containers } } },
    })
    const left = of({ name: 'web', image: 'shop:1.4' }, { name: 'log', image: 'log:1' })
    expect(changes(left, of({ name: 'proxy', image: 'p:1' }, { name: 'web', image: 'shop:1.5' }, { name: 'log', image: 'log:1' }))).toEqual(
      [
        'added spec.template.spec.containers[proxy] {"name":"proxy","image":"p:1"}',
        'changed spec.template.spec.containers[web].image "shop:1.4" → "shop:1.5"',
      ],
    )
    expect(changes(left, of({ name: 'log', image: 'log:1' }))).toEqual([
      'removed spec.template.spec.containers[web] {"name":"web","image":"shop:1.4"}',
    ])
  })

  test('ports by number and protocol; the step names both indexes', () => {
    const ports = (...list: KubeObject[]) => podSpec({ containers: [{ name: 'web', ports: list }] })
    const tcp = { containerPort: 53, protocol: 'TCP' }
    const udp = { containerPort: 53, protocol: 'UDP' }
    const diff = diffValues(ports(tcp, udp), ports({ containerPort: 80 }, tcp, { ...udp, name: 'dns' }))
    expect(told(diff)).toEqual([
      'added spec.containers[web].ports[80/] {"containerPort":80}',
      'added spec.containers[web].ports[53/UDP].name "dns"',
    ])
    expect(diff.changes[1]?.path.at(-2)).toEqual({
      ...{ kind: 'item', from: 1, to: 2 },
      keys: [
        { name: 'containerPort', value: 53 },
        { name: 'protocol', value: 'UDP' },
      ],
    })
  })

  test('with several elements of the same keys, the first matches the first', () => {
    const env = (...values: string[]) => podSpec({ containers: [{ name: 'web', env: values.map((value) => ({ name: 'A', value })) }] })
    expect(changes(env('1', '2'), env('1', '3', '4'))).toEqual([
      'changed spec.containers[web].env[A].value "2" → "3"',
      'added spec.containers[web].env[A] {"name":"A","value":"4"}',
    ])
  })

  test('a new order is reported if it matters, and folded if not', () => {
    const spec = (names: string[], volumes: string[]) =>
      podSpec({ initContainers: names.map((name) => ({ name })), volumes: volumes.map((name) => ({ name, emptyDir: {} })) })
    expect(changes(spec(['a', 'b', 'c'], ['v', 'w']), spec(['b', 'c', 'a'], ['w', 'v']))).toEqual([
      'moved spec.initContainers[a]',
      'moved spec.volumes[v] [order]',
    ])
  })

  test('sets are matched by value', () => {
    const of = (...finalizers: string[]): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { finalizers } })
    expect(changes(of('a', 'b', 'c'), of('c', 'a', 'd'))).toEqual([
      'removed metadata.finalizers[b] "b"',
      'moved metadata.finalizers[a] [order]',
      'added metadata.finalizers[d] "d"',
    ])
  })

  test('lists without keys are matched by names, else by equality, else by similarity in order', () => {
    const crd = (...versions: KubeObject[]): KubeObject => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      spec: { versions },
    })
    expect(changes(crd({ name: 'v1beta1', served: true }), crd({ name: 'v1', served: true }, { name: 'v1beta1', served: false }))).toEqual([
      'added spec.versions[v1] {"name":"v1","served":true}',
      'changed spec.versions[v1beta1].served true → false',
    ])
    const args = (...list: string[]) => podSpec({ containers: [{ name: 'web', args: list }] })
    expect(changes(args('--v=2', '--a', '--b'), args('--v=4', '--b', '--c'))).toEqual([
      'changed spec.containers[web].args[0] "--v=2" → "--v=4"',
      'removed spec.containers[web].args[1] "--a"',
      'added spec.containers[web].args[2] "--c"',
    ])
    const tolerations = (...list: KubeObject[]) => podSpec({ tolerations: list })
    const [a, b] = [
      { key: 'x', operator: 'Exists', effect: 'NoSchedule' },
      { key: 'x', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
    ]
    expect(changes(tolerations(a, b), tolerations(a, { ...b, tolerationSeconds: 60 }))).toEqual([
      'changed spec.tolerations[1].tolerationSeconds 300 → 60',
    ])
  })

  test('volume claim templates by the name in their metadata', () => {
    const set = (...list: [string, string][]): KubeObject => ({
      ...{ apiVersion: 'apps/v1', kind: 'StatefulSet' },
      spec: {
        volumeClaimTemplates: list.map(([name, storage]) => ({ metadata: { name }, spec: { resources: { requests: { storage } } } })),
      },
    })
    expect(changes(set(['data', '1Gi'], ['log', '1Gi']), set(['log', '1024Mi'], ['data', '2Gi']))).toEqual([
      'changed spec.volumeClaimTemplates[log].spec.resources.requests.storage "1Gi" → "1024Mi" [same-amount]',
      'moved spec.volumeClaimTemplates[data]',
      'changed spec.volumeClaimTemplates[data].spec.resources.requests.storage "1Gi" → "2Gi"',
    ])
  })

  test("a custom resource's lists by its schema", () => {
    const schema: KubeObject = {
      type: 'object',
      properties: {
        spec: {
          properties: {
            rules: {
              'x-kubernetes-list-type': 'map',
              'x-kubernetes-list-map-keys': ['host', 'port'],
              items: { properties: { tags: { 'x-kubernetes-list-type': 'set' } } },
            },
          },
        },
      },
    }
    const of = (...rules: KubeObject[]): KubeObject => ({ apiVersion: 'example.com/v1', kind: 'Route', spec: { rules } })
    const left = of({ host: 'a', port: 1, tags: ['x', 'y'] }, { host: 'a', port: 2 })
    const right = of({ host: 'a', port: 2, to: 'b' }, { host: 'a', port: 1, tags: ['y', 'x'] })
    expect(changes(left, right, { schema })).toEqual([
      'added spec.rules[a/2].to "b"',
      'moved spec.rules[a/1] [order]',
      'moved spec.rules[a/1].tags[x] [order]',
    ])
  })

  test('items of a List are objects of their own kind', () => {
    const list = (image: string): KubeObject => ({
      ...{ apiVersion: 'v1', kind: 'List' },
      items: [
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'web', generation: image.length },
          spec: { containers: [{ name: 'c', image }] },
        },
      ],
    })
    expect(changes(list('a:1'), list('a:10'))).toEqual([
      'changed items[web].metadata.generation 3 → 4 [generation]',
      'changed items[web].spec.containers[c].image "a:1" → "a:10"',
    ])
  })
})

describe('amounts', () => {
  const limits = (cpu: KubeValue) => podSpec({ containers: [{ name: 'web', resources: { limits: { cpu } } }] })
  test.each<[KubeValue, KubeValue]>([
    ['500m', '0.5'],
    ['1', '1000m'],
    ['1Gi', '1024Mi'],
    ['1e3', '1k'],
    ['0', '-0'],
    [2, '2'],
  ])('%s and %s are the same quantity', (left, right) => {
    expect(diffValues(limits(left), limits(right))).toMatchObject({ changes: [{ noise: 'same-amount' }], counts: { changed: 0, noise: 1 } })
  })

  test.each([
    ['500m', '0.6'],
    ['1G', '1Gi'],
    ['1', 'x'],
    ['', '0'],
    [`1e${'9'.repeat(17)}`, '1'],
    ['1'.repeat(5000), '2'],
  ])('%s and %s are not', (left, right) => {
    expect(diffValues(limits(left), limits(right)).counts).toMatchObject({ changed: 1, noise: 0 })
  })

  test('a text is a quantity only where the API says so', () => {
    const map = (value: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', data: { cpu: value } })
    expect(diffValues(map('1'), map('1000m')).counts.changed).toBe(1)
    const node = (cpu: string): KubeObject => ({ apiVersion: 'v1', kind: 'Node', status: { allocatable: { cpu } } })
    expect(diffValues(node('1'), node('1000m')).counts).toMatchObject({ changed: 0, noise: 1 })
    const custom = (cpu: string): KubeObject => ({
      apiVersion: 'example.com/v1',
      kind: 'Job',
      spec: { runner: { resources: { requests: { cpu } }, size: cpu } },
    })
    expect(changes(custom('1'), custom('1000m'))).toEqual([
      'changed spec.runner.resources.requests.cpu "1" → "1000m" [same-amount]',
      'changed spec.runner.size "1" → "1000m"',
    ])
  })

  test('numbers are compared exactly, whatever their type', () => {
    expect(changes(9007199254740993n, 9007199254740992)).toEqual(['changed  "9007199254740993n" → 9007199254740992'])
    expect(changes(new ExactNumber('1e3'), 1000)).toEqual([expect.stringContaining('[same-amount]')])
    expect(changes(0, -0)).toEqual([expect.stringContaining('[same-amount]')])
    expect(changes(new ExactNumber('0.1000000000000000000001'), 0.1)).toHaveLength(1)
    expect(diffValues(new ExactNumber('0.1000000000000000000001'), 0.1).counts.changed).toBe(1)
  })
})

describe('noise', () => {
  test('is kept, marked and counted', () => {
    const node = (n: number): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: 'n1',
        resourceVersion: String(n),
        generation: n,
        managedFields: [
          { manager: 'kubelet', operation: 'Update', time: `2026-11-23T03:40:0${n}Z`, fieldsV1: { 'f:status': { [`f:a${n}`]: {} } } },
        ],
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"n":${n}}` },
      },
      status: {
        conditions: [
          {
            type: 'Ready',
            status: n === 1 ? 'True' : 'Unknown',
            lastHeartbeatTime: `2026-11-23T03:40:0${n}Z`,
            lastProbeTime: n === 1 ? null : 'x',
          },
        ],
      },
    })
    const diff = diffValues(node(1), node(2))
    expect(told(diff).map((line) => line.replace(/ .*?(\[[a-z-]+\])?$/, ' $1'))).toHaveLength(8)
    expect(diff.counts).toEqual({ added: 0, removed: 0, changed: 1, moved: 0, noise: 7 })
    expect(diff.changes.map(({ noise }) => noise)).toEqual([
      'last-applied',
      'generation',
      'managed-fields',
      'managed-fields',
      'resource-version',
      'heartbeat',
      'probe-time',
      undefined,
    ])
  })

  test('renewing a Lease is noise, a new holder is not; likewise in the older record', () => {
    const lease = (renewTime: string, holderIdentity: string): KubeObject => ({
      ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
      spec: { renewTime, holderIdentity },
    })
    expect(diffValues(lease('1', 'a'), lease('2', 'b')).changes.map(({ path, noise }) => [formatDiffPath(path), noise])).toEqual([
      ['spec.holderIdentity', undefined],
      ['spec.renewTime', 'renew-time'],
    ])
    const record = (renewTime: string, holder: string): KubeObject => ({
      ...{ apiVersion: 'v1', kind: 'Endpoints' },
      metadata: { annotations: { 'control-plane.alpha.kubernetes.io/leader': JSON.stringify({ holderIdentity: holder, renewTime }) } },
    })
    expect(diffValues(record('1', 'a'), record('2', 'a')).counts).toMatchObject({ changed: 0, noise: 1 })
    expect(diffValues(record('1', 'a'), record('2', 'b')).counts).toMatchObject({ changed: 1, noise: 0 })
  })

  test('null and absent are distinguished, as noise', () => {
    expect(changes({ a: null, b: 1 }, { b: 1, c: null })).toEqual(['removed a null [null]', 'added c null [null]'])
    expect(changes({ a: null }, { a: 1 })).toEqual(['changed a null → 1'])
  })
})

describe('masked values', () => {
  const secret = (data: KubeObject): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', data })
  const one = (placeholder: string) => secret({ password: placeholder })
  test.each([
    ['(masked: 20 bytes, digest aaaa)', '(masked: 20 bytes, digest aaaa)', [], 0],
    ['(masked: 20 bytes, digest aaaa)', '(masked: 20 bytes, digest bbbb)', ['different'], 0],
    ['(masked: 20 bytes, digest aaaa)', '(masked: 21 bytes, digest bbbb)', ['length-differs'], 0],
    ['(masked: 1 byte, digest aaaa)', '(masked: under 16 bytes)', ['length-differs'], 0],
    ['(masked: under 16 bytes)', '(masked: under 16 bytes)', [], 1],
    ['(masked: 20 bytes)', '(masked: 20 bytes)', [], 1],
    ['(masked: 20 bytes)', '(masked: 21 bytes)', ['length-differs'], 0],
    ['x (masked: 20 bytes, digest aaaa)', 'y (masked: 20 bytes, digest aaaa)', [undefined], 0],
    [
      'x (masked: 20 bytes, digest aaaa) (masked: under 16 bytes)',
      'x (masked: 20 bytes, digest bbbb) (masked: under 16 bytes)',
      ['different'],
      0,
    ],
  ])('%s and %s', (left, right, verdicts, undecided) => {
    const diff = diffValues(one(left), one(right))
    expect(diff.changes.map(({ masked }) => masked)).toEqual(verdicts)
    expect(diff.undecided).toHaveLength(undecided)
    expect(diff.changes.every(({ noise }) => noise === undefined)).toBe(true)
  })

  test('different digests of different keys prove nothing', () => {
    const [left, right] = [one('(masked: 20 bytes, digest aaaa)'), one('(masked: 20 bytes, digest bbbb)')]
    expect(diffValues(left, right, { sameKey: false })).toMatchObject({
      counts: { changed: 0, noise: 1 },
      changes: [{ masked: 'undecided' }],
    })
    const longer = one('(masked: 21 bytes, digest bbbb)')
    expect(diffValues(left, longer, { sameKey: false }).changes).toMatchObject([{ masked: 'length-differs' }])
  })

  test('different digests at another place in a list prove nothing', () => {
    const of = (...items: [string, string][]): KubeObject => ({
      ...{ apiVersion: 'v1', kind: 'List' },
      items: items.map(([name, password]) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: { password } })),
    })
    const left = of(['a', '(masked: 20 bytes, digest aaaa)'])
    const diff = diffValues(left, of(['b', '(masked: 9 bytes, digest cccc)'], ['a', '(masked: 20 bytes, digest bbbb)']))
    expect(diff.changes.map(({ kind, noise, masked }) => [kind, noise, masked])).toEqual([
      ['added', undefined, undefined],
      ['changed', 'undecided', 'undecided'],
    ])
    expect(diff.undecided.map(formatDiffPath)).toEqual(['items[a].data.password'])
  })
})

describe('large and deep values', () => {
  const deep = (levels: number, end: KubeValue) => {
    let value: KubeValue = end
    for (let i = 0; i < levels; i++) value = { a: value }
    return value
  }
  test('nesting beyond the limit is compared as a whole, and reported', () => {
    expect(diffValues(deep(100, 1), deep(100, 2)).limited).toBe(false)
    const diff = diffValues(deep(50_000, 1), deep(50_000, 2), { maxDepth: 10_000 })
    expect(diff).toMatchObject({ limited: true, changes: [{ kind: 'changed', whole: 'depth' }] })
    expect(diff.changes[0]?.path).toHaveLength(500)
    expect(diffValues(deep(50_000, 1), deep(50_000, 1)).changes).toEqual([])
  })

  test('work stops at the budget, and the rest is compared as a whole', () => {
    const of = (seed: number): KubeObject => ({
      lists: Array.from({ length: 40 }, (_, i) => Array.from({ length: 2000 }, (_, j) => ({ n: (i * j * seed) % 7919, m: j }))),
      after: seed,
    })
    const diff = diffValues(of(3), of(5), { budget: 20_000 })
    expect(diff.limited).toBe(true)
    expect(diff.changes.length).toBeLessThan(20_000)
    expect(told(diff)[0]).toBe('changed after 3 → 5')
    expect(isSame(applyDiff(of(3), diff) as KubeValue, of(5))).toBe(true)
  })

  test('lists without common elements, with repeated ones, finish', () => {
    const numbers = (seed: number) => Array.from({ length: 20_000 }, (_, i) => (i * seed) % 97)
    const [left, right] = [numbers(31), numbers(57)]
    const diff = diffValues(left, right)
    expect(isSame(applyDiff(left, diff) as KubeValue, right)).toBe(true)
  })
})
