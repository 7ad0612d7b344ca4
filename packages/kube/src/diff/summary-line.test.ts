import { describe, expect, test } from 'vitest'
import { decode } from '../decode/decode.ts'
import type { KubeObject } from '../value/value.ts'
import { diffDecoded } from './diff-decoded.ts'
import { type SummaryOptions, summaryLine } from './summary-line.ts'

const of = (value: KubeObject | string | Uint8Array | null) => {
  if (value === null) return null
  const raw = value instanceof Uint8Array ? value : new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
  return { decoded: decode(raw), raw }
}
type Given = Parameters<typeof of>[0]
const line = (left: Given, right: Given, options?: SummaryOptions) => summaryLine(diffDecoded(of(left), of(right)), options)

const deployment = (image: string, conditions: Record<string, string>, more: KubeObject = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'storefront', generation: image.length },
  spec: { template: { spec: { containers: [{ name: 'web', image }] } }, ...more },
  status: { conditions: Object.entries(conditions).map(([type, status]) => ({ type, status, lastTransitionTime: `t-${status}` })) },
})

describe('summaryLine', () => {
  test('spec changes first, then the number of conditions', () => {
    expect(
      line(
        deployment('shop:1.4', { Available: 'True', Progressing: 'True' }),
        deployment('shop:1.5', { Available: 'False', Progressing: 'Unknown' }),
      ),
    ).toEqual([
      { code: 'changed', params: { path: 'spec.template.spec.containers[web].image', from: 'shop:1.4', to: 'shop:1.5' } },
      { code: 'conditions', params: { count: 2, types: 'Available, Progressing' } },
    ])
  })

  test('an added or removed list of conditions counts its elements', () => {
    const pod = (status: KubeObject): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', status })
    const parts = [{ code: 'conditions', params: { count: 2, types: 'Ready, Initialized' } }]
    const conditions = [{ type: 'Ready' }, { type: 'Initialized' }]
    expect(line(pod({}), pod({ conditions }))).toEqual(parts)
    expect(line(pod({ conditions }), pod({}))).toEqual(parts)
  })

  test('metadata before status, and how many more there are', () => {
    const left: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { labels: { a: '1' } },
      spec: { x: 1 },
      status: { phase: 'Pending', ip: 'a' },
    }
    const right: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { labels: { a: '2' }, deletionTimestamp: 't' },
      spec: {},
      status: { phase: 'Running' },
    }
    expect(line(left, right, { most: 10 })).toEqual([
      { code: 'added', params: { path: 'metadata.deletionTimestamp', to: 't' } },
      { code: 'removed', params: { path: 'spec.x', from: '1' } },
      { code: 'changed', params: { path: 'metadata.labels.a', from: '1', to: '2' } },
      { code: 'changed', params: { path: 'status.phase', from: 'Pending', to: 'Running' } },
      { code: 'removed', params: { path: 'status.ip', from: 'a' } },
    ])
    expect(line(left, right).slice(2)).toEqual([{ code: 'more', params: { count: 3 } }])
  })

  test('truncated values are marked', () => {
    const to = (value: unknown) => {
      const [part] = line({ a: 0 } as KubeObject, { a: value } as KubeObject, { longest: 10 })
      return part !== undefined && 'to' in part.params ? part.params.to : undefined
    }
    expect(to('x'.repeat(10))).toBe('x'.repeat(10))
    expect(to('x'.repeat(11))).toBe(`${'x'.repeat(10)}…`)
    expect(to('one\ntwo')).toBe('one…')
    expect(to('xxxxxxxxx😀')).toBe('xxxxxxxxx…')
    expect(to({ a: [1, { b: 'c' }] })).toBe('{"a":[1,{"…')
    expect(to([])).toBe('[]')
    expect(to(['a', 2])).toBe('["a",2]')
    expect(to(Array.from({ length: 100_000 }, () => ({ a: 'x'.repeat(100) })))).toBe('[{"a":"xxx…')
  })

  test('the other kinds of lines', () => {
    expect(line(null, { a: 1 })).toEqual([{ code: 'created', params: {} }])
    expect(line({ a: 1 }, null)).toEqual([{ code: 'deleted', params: {} }])
    expect(line({ a: 1 }, { a: 1 })).toEqual([{ code: 'same', params: {} }])
    expect(line(deployment('a', {}), { ...deployment('a', {}), metadata: { name: 'storefront', generation: 7 } })).toEqual([
      { code: 'folded', params: { count: 1 } },
    ])
    expect(line('one\ntwo\n', 'one\n2\n3\n')).toEqual([{ code: 'lines', params: { added: 2, removed: 1 } }])
    expect(line(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 9, 3))).toEqual([{ code: 'bytes', params: { count: 1 } }])
    expect(line('{"a":1}', 'text')).toEqual([{ code: 'form', params: {} }])
    expect(line('k8s:enc:aescbc:v1:a:0123456789abcdef', 'k8s:enc:aescbc:v1:a:fedcba9876543210')).toEqual([
      { code: 'ciphertext', params: {} },
    ])
    const env = (...names: string[]): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      spec: { containers: [{ name: 'c', env: names.map((name) => ({ name })) }] },
    })
    expect(line(env('A', 'B'), env('B', 'A'))).toEqual([{ code: 'moved', params: { path: 'spec.containers[c].env[A]' } }])
  })

  test('masked values by what is known about them', () => {
    const secret = (data: Record<string, string>): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', data })
    const small = '(masked: under 16 bytes)'
    expect(
      line(secret({ a: '(masked: 20 bytes, digest aa)', b: small }), secret({ a: '(masked: 20 bytes, digest bb)', b: small })),
    ).toEqual([
      { code: 'masked', params: { path: 'data.a', verdict: 'different' } },
      { code: 'undecided', params: { count: 1 } },
    ])
    expect(line(secret({ b: small }), secret({ b: small }))).toEqual([{ code: 'undecided', params: { count: 1 } }])
  })
})
