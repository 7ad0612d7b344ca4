import { describe, expect, test } from 'vitest'
import { evaluateJsonPath, parseJsonPath, readBy } from './json-path.ts'

const object = {
  metadata: { name: 'storefront', labels: { 'app.kubernetes.io/name': 'web', plain: 'x' } },
  spec: { replicas: 3, ratio: 0.5, paused: false, ports: [{ name: 'http', port: 80 }, { name: 'https', port: 443 }, { name: 'grpc' }] },
  status: {
    conditions: [
      { type: 'Ready', status: 'True', weight: 1 },
      { type: 'Synced', status: 'False', weight: 5 },
    ],
    nothing: null,
  },
}

describe('evaluateJsonPath', () => {
  test.each<[string, unknown[]]>([
    ['.metadata.name', ['storefront']],
    ['{.metadata.name}', ['storefront']],
    ['$.metadata.name', ['storefront']],
    ['.spec.replicas', [3]],
    ['.status.nothing', [null]],
    ['.status.missing.below', []],
    ['.metadata.name.below', []],
    ['.spec.ports[0].name', ['http']],
    ['.spec.ports[-1].name', ['grpc']],
    ['.spec.ports[7].name', []],
    ['.spec.ports[*].port', [80, 443]],
    ['.spec.ports[0:2].name', ['http', 'https']],
    ['.spec.ports[::2].name', ['http', 'grpc']],
    ['.spec.ports[0,2].name', ['http', 'grpc']],
    ['.spec.ports[1:1].name', []],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    ["{.status.conditions[?(@.type == 'Synced')].status}", ['False']],
    ['.status.conditions[?(@.type!="Ready")].type', ['Synced']],
    ['.status.conditions[?(@.weight>2)].type', ['Synced']],
    ['.status.conditions[?(@.weight<=1)].type', ['Ready']],
    ['.spec.ports[?(@.port)].name', ['http', 'https']],
    ['.spec.ports[?(@.port=="80")].name', []],
    ['.spec[?(@.name)]', []],
    ['.metadata.labels.app\\.kubernetes\\.io/name', ['web']],
    ["['metadata'].name", ['storefront']],
    [".metadata.labels['plain']", ['x']],
    [".metadata.labels['app\\.kubernetes\\.io/name']", ['web']],
    ["..['weight']", [1, 5]],
    ['..weight', [1, 5]],
    ['.metadata.labels.*', ['web', 'x']],
    ['.__proto__', []],
    ['.constructor', []],
  ])('%s', (path, expected) => {
    expect(evaluateJsonPath(path, object)).toEqual(expected)
  })

  test('compares large integers without rounding', () => {
    const large = { list: [{ id: 9007199254740993n }, { id: 9007199254740992n }] }
    expect(evaluateJsonPath('.list[?(@.id>9007199254740992)].id', large)).toEqual([9007199254740993n])
  })

  test.each(['.a[', '.a[?(@.b', '.a[x]', '.', 'nonsense', '.a[?(@.b=>1)]', "'open"])('says why %s is no path', (path) => {
    const parsed = parseJsonPath(path)
    expect('error' in parsed && parsed.error).toBeTruthy()
    expect(evaluateJsonPath(path, object)).toEqual([])
  })
})

test('readBy names the part of the object that a path reads', () => {
  expect(readBy(parseJsonPath('.status.conditions[?(@.type=="Ready")].status'))).toBe('.status.conditions')
  expect(readBy(parseJsonPath('.metadata.labels.a\\.b'))).toBe(".metadata.labels['a.b']")
  expect(readBy(parseJsonPath('..name'))).toBeUndefined()
})
