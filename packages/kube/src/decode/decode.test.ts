// Decoding of whole values: captured objects against the API server's answers, and every encoding and kind of damage.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { descriptorName } from '../protobuf/plan.ts'
import type { DecodedValue } from '../value/types.ts'
import type { KubeObject } from '../value/value.ts'
import { asServed } from './as-served.ts'
import { decode } from './decode.ts'
import { decodeFields, selectFields } from './decode-fields.ts'

interface Captured {
  key: string
  value: string
  modRevision: string
  expected: KubeObject
}

const captured = JSON.parse(readFileSync(new URL('../../testdata/captured.json', import.meta.url), 'utf8')) as Captured[]

const ascii = (text: string): number[] => Array.from(text, (c) => c.charCodeAt(0))
const varint = (value: bigint | number): number[] => {
  const out: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    out.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return out
}
const int = (number: number, value: bigint | number): number[] => [...varint(number * 8), ...varint(value)]
const ld = (number: number, content: number[] | string): number[] => {
  const bytes = typeof content === 'string' ? [...new TextEncoder().encode(content)] : content
  return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes]
}
const envelope = (apiVersion: string, kind: string, body: number[]): Uint8Array =>
  Uint8Array.from([0x6b, 0x38, 0x73, 0, ...ld(1, [...ld(1, apiVersion), ...ld(2, kind)]), ...ld(2, body), ...ld(3, ''), ...ld(4, '')])
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const worst = (decoded: DecodedValue): string[] =>
  decoded.problems.filter((p) => p.severity !== 'info').map((p) => `${p.path}: ${p.message}`)

describe('captured objects of a 1.20 cluster', () => {
  it('covers the kinds a cluster keeps', () => {
    expect(new Set(captured.map((c) => c.expected.kind)).size).toBeGreaterThan(40)
  })

  for (const entry of captured) {
    const name = Buffer.from(entry.key, 'base64').toString()
    it(`reads ${name} as the API server did`, () => {
      const decoded = decode(Buffer.from(entry.value, 'base64'), { zeroCreationTimestamp: 'null' })
      expect(asServed(decoded.object as KubeObject, entry.modRevision).object).toEqual(entry.expected)
      expect(worst(decoded)).toEqual([])
      expect(decoded.unknownFields).toEqual([])
      expect(decoded.schemaless).toBe(false)
    })
  }

  it('puts apiVersion and kind first', () => {
    for (const entry of captured) {
      expect(Object.keys(decode(Buffer.from(entry.value, 'base64')).object ?? {}).slice(0, 2)).toEqual(['apiVersion', 'kind'])
    }
  })

  it('reads a selection as the same part of the whole', () => {
    const fields = selectFields([
      '.metadata.name',
      '.metadata.labels',
      '.spec.containers[*].name',
      '.status.containerStatuses[*].state',
      '.status.phase',
    ])
    for (const entry of captured.filter((c) => c.expected.kind === 'Pod')) {
      const bytes = Buffer.from(entry.value, 'base64')
      const whole = decode(bytes).object as { metadata: KubeObject; spec: { containers: KubeObject[] }; status: KubeObject }
      const statuses = whole.status.containerStatuses as KubeObject[] | undefined
      expect(decodeFields(bytes, fields).object).toEqual({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: whole.metadata.name, ...(whole.metadata.labels === undefined ? {} : { labels: whole.metadata.labels }) },
        spec: { containers: whole.spec.containers.map((c) => ({ name: c.name })) },
        status: {
          phase: whole.status.phase,
          ...(statuses === undefined ? {} : { containerStatuses: statuses.map((s) => ({ state: s.state })) }),
        },
      })
    }
  })
})

describe('the rules of protobuf to JSON', () => {
  it('prints what is on the wire: zeros by omitempty, pointers always, nulls for members without omitempty', () => {
    // ContainerStatus {1 name, 2 state, 3 lastState, 4 ready, 5 restartCount, 6 image, 7 imageID}
    const status = [...ld(1, 'web'), ...ld(2, []), ...ld(3, []), ...int(4, 0), ...int(5, 0), ...ld(6, ''), ...ld(7, '')]
    const decoded = decode(
      envelope('v1', 'Pod', [...ld(1, [...ld(1, 'p'), ...ld(2, ''), ...int(7, 0)]), ...ld(2, [...int(4, 0)]), ...ld(3, ld(8, status))]),
    )
    expect(plain(decoded.object)).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: null, terminationGracePeriodSeconds: 0 },
      status: { containerStatuses: [{ name: 'web', state: {}, lastState: {}, ready: false, restartCount: 0, image: '', imageID: '' }] },
    })
    expect(decoded.problems).toEqual([])
  })

  it('keeps int64 exact, and negative numbers negative', () => {
    const decoded = decode(
      envelope('v1', 'Pod', [...ld(1, int(7, 9223372036854775807n)), ...ld(2, [...int(4, -9007199254740993n), ...int(5, -5)])]),
    )
    expect(decoded.object).toMatchObject({
      metadata: { generation: 9223372036854775807n },
      spec: { terminationGracePeriodSeconds: -9007199254740993n, activeDeadlineSeconds: -5 },
    })
  })

  it('prints an unset creationTimestamp as the release did', () => {
    const bytes = envelope('v1', 'PodTemplate', [...ld(1, ld(1, 't')), ...ld(2, ld(1, ld(8, [])))])
    expect(decode(bytes).object?.template).toEqual({ metadata: {} })
    expect(decode(bytes, { zeroCreationTimestamp: 'null' }).object?.template).toEqual({ metadata: { creationTimestamp: null } })
  })

  it('merges inline members and writes quantities, int-or-strings and embedded JSON in their own form', () => {
    const port = [...ld(1, 'http'), ...int(3, 80), ...ld(4, [...int(1, 1), ...int(2, 0), ...ld(3, 'web')])]
    const service = decode(envelope('v1', 'Service', [...ld(1, []), ...ld(2, ld(1, port))]))
    expect(service.object).toMatchObject({ spec: { ports: [{ name: 'http', port: 80, targetPort: 'web' }] } })
    const volume = [...ld(1, 'v'), ...ld(2, ld(19, [...ld(1, ld(1, 'settings'))]))]
    const pod = decode(envelope('v1', 'Pod', ld(2, ld(1, volume))))
    expect(pod.object).toMatchObject({ spec: { volumes: [{ name: 'v', configMap: { name: 'settings' } }] } })
    const revision = decode(
      envelope('apps/v1', 'ControllerRevision', [...ld(1, []), ...ld(2, ld(1, '{"n":12345678901234567890,"f":0.10}')), ...int(3, 4)]),
    )
    expect(revision.object).toMatchObject({ data: { n: 12345678901234567890n, f: 0.1 }, revision: 4 })
    const limits = decode(
      envelope('v1', 'PersistentVolume', ld(2, [...ld(1, [...ld(1, 'storage'), ...ld(2, ld(1, '5Gi'))]), ...ld(1, ld(1, 'none'))])),
    )
    expect(limits.object).toMatchObject({ spec: { capacity: { storage: '5Gi', none: '0' } } })
  })

  it('writes times in UTC and reports those that the text cannot express', () => {
    const lease = decode(
      envelope('coordination.k8s.io/v1', 'Lease', [
        ...ld(1, ld(8, [...int(1, 1), ...int(2, 5)])),
        ...ld(2, ld(4, [...int(1, -1), ...int(2, 999999999)])),
      ]),
    )
    expect(lease.object).toMatchObject({
      metadata: { creationTimestamp: '1970-01-01T00:00:01Z' },
      spec: { renewTime: '1969-12-31T23:59:59.999999Z' },
    })
    expect(lease.problems.map((p) => [p.severity, p.path])).toEqual([
      ['info', '.metadata.creationTimestamp'],
      ['info', '.spec.renewTime'],
    ])
  })

  it('accepts packed and unpacked lists of numbers', () => {
    const body = (groups: number[]) => envelope('v1', 'Pod', ld(2, ld(14, groups)))
    const unpacked = decode(body([...int(4, 1), ...int(4, 2)])).object
    expect(unpacked).toMatchObject({ spec: { securityContext: { supplementalGroups: [1, 2] } } })
    expect(decode(body(ld(4, [1, 2]))).object).toEqual(unpacked)
  })

  it('reads labels named like members of JavaScript objects', () => {
    const entry = (key: string) => ld(11, [...ld(1, key), ...ld(2, 'x')])
    const decoded = decode(envelope('v1', 'Secret', ld(1, [...entry('__proto__'), ...entry('constructor'), ...entry('toString')])))
    const labels = (decoded.object as { metadata: { labels: KubeObject } }).metadata.labels
    expect(Object.keys(labels)).toEqual(['__proto__', 'constructor', 'toString'])
    expect(Object.getPrototypeOf(labels)).toBe(Object.prototype)
    expect(decoded.problems).toEqual([])
  })
})

describe('data that does not decode is reported', () => {
  it('keeps fields of later releases, with path, number, wire type and bytes', () => {
    const decoded = decode(
      envelope('v1', 'Pod', [...ld(2, [...ld(2, [...ld(1, 'a'), ...ld(999, 'new')]), ...int(500, 7)]), ...ld(77, [1])]),
    )
    expect(decoded.unknownFields).toEqual([
      { path: '.spec.containers[0]', number: 999, wireType: 2, bytes: Uint8Array.from(ascii('new')) },
      { path: '.spec', number: 500, wireType: 0, bytes: Uint8Array.of(7) },
      { path: '', number: 77, wireType: 2, bytes: Uint8Array.of(1) },
    ])
  })

  it('reports a wrong wire type and keeps the bytes', () => {
    const decoded = decode(envelope('v1', 'Pod', [...ld(1, [...int(1, 5), ...ld(3, 'ns')])]))
    expect(decoded.object).toMatchObject({ metadata: { namespace: 'ns' } })
    expect(decoded.problems).toMatchObject([{ severity: 'error', path: '.metadata.name' }])
    expect(decoded.unknownFields).toMatchObject([{ path: '.metadata', number: 1, wireType: 0 }])
  })

  it('reports a second value for one field, anywhere', () => {
    const twice = decode(envelope('v1', 'Pod', ld(1, [...ld(3, 'a'), ...ld(5, 'u'), ...ld(1, 'n'), ...ld(3, 'b')])))
    expect(twice.object).toMatchObject({ metadata: { namespace: 'b' } })
    expect(twice.problems).toMatchObject([{ severity: 'warning', path: '.metadata.namespace' }])
  })

  it('reports bytes that are not UTF-8 and shows each as U+FFFD, as Go does', () => {
    const decoded = decode(envelope('v1', 'Pod', ld(1, ld(1, [0x61, 0xf0, 0x9f, 0x62, 0xc3, 0xa9]))))
    expect(decoded.object).toMatchObject({ metadata: { name: 'a\uFFFD\uFFFDbé' } })
    expect(decoded.problems).toMatchObject([{ severity: 'warning', path: '.metadata.name' }])
  })

  it('reports an int32 and a bool out of range', () => {
    const decoded = decode(envelope('v1', 'Pod', ld(2, [...int(11, 7), ...int(25, 4294967297n)])))
    expect(decoded.object).toMatchObject({ spec: { hostNetwork: true, priority: 1 } })
    expect(decoded.problems.map((p) => p.path)).toEqual(['.spec.hostNetwork', '.spec.priority'])
  })

  it('keeps what precedes a cut, and reports its offset', () => {
    const whole = envelope('v1', 'Pod', [...ld(1, [...ld(1, 'name'), ...ld(3, 'shop')]), ...ld(2, ld(10, '172.20.0.113'))])
    for (let size = 5; size < whole.length; size++) {
      const decoded = decode(whole.subarray(0, size))
      expect(worst(decoded).length, `cut at ${size}`).toBeGreaterThan(0)
    }
    const decoded = decode(whole.subarray(0, whole.length - 8))
    expect(decoded.object).toMatchObject({ kind: 'Pod', metadata: { name: 'name', namespace: 'shop' } })
  })

  it('reports nesting beyond the limit', () => {
    let schema: number[] = ld(5, 'object')
    for (let i = 0; i < 700; i++) schema = ld(28, schema)
    const decoded = decode(envelope('apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', ld(2, ld(5, ld(1, schema)))))
    expect(worst(decoded).some((line) => line.includes('nesting deeper than 512'))).toBe(true)
  })
})

describe('kinds without a descriptor', () => {
  it('decodes metadata and marks the rest as guessed', () => {
    const decoded = decode(
      envelope('apps.openshift.io/v1', 'DeploymentConfig', [
        ...ld(1, [...ld(1, 'dc'), ...ld(3, 'ns')]),
        ...ld(2, [...int(1, 3), ...ld(2, 'text')]),
        ...ld(9, [0xff, 0xfe]),
      ]),
    )
    expect(decoded).toMatchObject({ schemaless: true, apiVersion: 'apps.openshift.io/v1', kind: 'DeploymentConfig' })
    expect(decoded.descriptor).toBeUndefined()
    expect(decoded.object).toEqual({
      apiVersion: 'apps.openshift.io/v1',
      kind: 'DeploymentConfig',
      metadata: { name: 'dc', namespace: 'ns' },
      '#2 (message?)': { '#1 (int?)': 3, '#2 (string?)': 'text' },
      '#9 (bytes?)': '//4=',
    })
    // A note: nothing is damaged.
    expect(decoded.problems).toMatchObject([{ severity: 'info', message: expect.stringMatching(/tables end at Kubernetes 1\.\d+/) }])
  })

  it('does not mistake a foreign group for one of Kubernetes', () => {
    expect(descriptorName('apps.openshift.io/v1', 'Deployment')).toBeUndefined()
    expect(descriptorName('core/v1', 'Pod')).toBeUndefined()
    expect(descriptorName('flowcontrol.apiserver.k8s.io/v1', 'FlowSchema')).toBe('flowcontrol.v1.FlowSchema')
    expect(descriptorName('rbac.authorization.k8s.io/v1', 'Role')).toBe('rbac.v1.Role')
    expect(descriptorName('v1', '__proto__')).toBeUndefined()
  })
})

describe('every encoding of a value', () => {
  const text = (value: string) => decode(new TextEncoder().encode(value))

  it('reads JSON with exact numbers and reports irregularities', () => {
    const decoded = text('{"kind":"Thing","apiVersion":"a.example/v1","n":9007199254740993,"n":1,"x":1e999}\n')
    expect(decoded).toMatchObject({ encoding: 'json', apiVersion: 'a.example/v1', kind: 'Thing' })
    expect(Object.keys(decoded.object ?? {})).toEqual(['apiVersion', 'kind', 'n', 'x'])
    expect(String(decoded.object?.x)).toBe('1e999')
    expect(decoded.problems).toMatchObject([{ path: '.n', severity: 'warning' }])
    expect(text('{"a":1} trailing').problems).toMatchObject([{ severity: 'error' }])
  })

  it('reports data that only begins like JSON', () => {
    const decoded = text('{"a": ')
    expect(decoded).toMatchObject({ encoding: 'text', text: '{"a": ' })
    expect(decoded.problems).toMatchObject([{ severity: 'error' }])
  })

  it('reads JSON that is not an object, text, binary and empty values', () => {
    expect(text('[1,2]')).toMatchObject({ encoding: 'json', value: [1, 2] })
    expect(decode(new TextEncoder().encode('1234'), { key: new TextEncoder().encode('compact_rev_key') }).layers).toEqual(['revision text'])
    expect(text('1234')).toMatchObject({ encoding: 'text', text: '1234' })
    expect(decode(Uint8Array.of(0, 1, 2, 255)).encoding).toBe('binary')
    expect(decode(new Uint8Array()).encoding).toBe('empty')
    expect(text('k8s:enc:aescbc:v1:key1:xx').encoding).toBe('encrypted')
  })

  it('reads the base64 of a protobuf value, as old etcd2 clusters kept it', () => {
    const inner = envelope('v1', 'Secret', ld(1, ld(1, 's')))
    const decoded = text(Buffer.from(inner).toString('base64'))
    expect(decoded).toMatchObject({
      encoding: 'base64-protobuf',
      kind: 'Secret',
      layers: ['base64', 'k8s\\0 protobuf'],
      object: { metadata: { name: 's' } },
    })
    expect(text('azhzAbut not that')).toMatchObject({ encoding: 'text' })
  })

  it("opens the user's object inside ThirdPartyResourceData", () => {
    const decoded = decode(
      envelope('extensions/v1beta1', 'ThirdPartyResourceData', [
        ...ld(1, ld(1, 'x')),
        ...ld(2, '{"kind":"CronTab","spec":{"n":9007199254740993}}'),
      ]),
    )
    expect(decoded.object?.data).toEqual({ kind: 'CronTab', spec: { n: 9007199254740993n } })
    expect(decoded.problems).toMatchObject([{ path: '.data', severity: 'info' }])
  })

  it('reads an envelope that says it holds JSON', () => {
    const bytes = Uint8Array.from([
      0x6b,
      0x38,
      0x73,
      0,
      ...ld(1, [...ld(1, 'v1'), ...ld(2, 'Pod')]),
      ...ld(2, '{"kind":"Pod","apiVersion":"v1"}'),
      ...ld(3, ''),
      ...ld(4, 'application/json'),
    ])
    expect(decode(bytes)).toMatchObject({ object: { apiVersion: 'v1', kind: 'Pod' }, layers: ['k8s\\0 protobuf', 'JSON'], problems: [] })
  })

  it('reads CBOR as Kubernetes writes it', () => {
    // 55799({'apiVersion': 'a/v1', 'kind': 'K', 'n': 1.0, 'b': 22(h'0102')}), strings as byte strings
    const bytes = Uint8Array.from([
      0xd9,
      0xd9,
      0xf7,
      0xa4,
      0x4a,
      ...ascii('apiVersion'),
      0x44,
      ...ascii('a/v1'),
      0x44,
      ...ascii('kind'),
      0x41,
      0x4b,
      0x41,
      0x6e,
      0xf9,
      0x3c,
      0,
      0x41,
      0x62,
      0xd6,
      0x42,
      1,
      2,
    ])
    expect(decode(bytes)).toMatchObject({ encoding: 'cbor', object: { apiVersion: 'a/v1', kind: 'K', n: 1, b: 'AQI=' }, problems: [] })
  })
})
