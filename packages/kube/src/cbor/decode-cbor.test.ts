// CBOR: RFC 8949's own examples, what Kubernetes writes, and invalid data.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Report } from '../value/report.ts'
import type { KubeValue } from '../value/value.ts'
import { decodeCbor } from './decode-cbor.ts'

const read = (bytes: number[] | Uint8Array): { value: KubeValue | undefined; problems: string[] } => {
  const report = new Report()
  const value = decodeCbor(Uint8Array.from(bytes), report)
  return { value, problems: report.problems.map((p) => `${p.severity} ${p.path} ${p.message}`) }
}
const hex = (text: string): number[] => [...Buffer.from(text, 'hex')]

function head(major: number, size: number): number[] {
  if (size < 24) return [(major << 5) | size]
  if (size < 256) return [(major << 5) | 24, size]
  return [(major << 5) | 25, size >> 8, size & 255]
}

// An encoder like Kubernetes': strings as byte strings, doubles as f64.
function encode(value: unknown): number[] {
  if (value === null) return [0xf6]
  if (typeof value === 'boolean') return [value ? 0xf5 : 0xf4]
  if (typeof value === 'string') {
    const text = [...new TextEncoder().encode(value)]
    return [...head(2, text.length), ...text]
  }
  if (typeof value === 'number') {
    const out = new Uint8Array(9)
    out[0] = 0xfb
    new DataView(out.buffer).setFloat64(1, value)
    return [...out]
  }
  if (Array.isArray(value)) return [...head(4, value.length), ...value.flatMap(encode)]
  const entries = Object.entries(value as object)
  return [...head(5, entries.length), ...entries.flatMap(([k, v]) => [...encode(k), ...encode(v)])]
}

describe('decodeCbor', () => {
  it('reads the examples of RFC 8949, appendix A', () => {
    const cases: [string, KubeValue][] = [
      ['00', 0],
      ['1818', 24],
      ['1b000000e8d4a51000', 1000000000000],
      ['3903e7', -1000],
      ['3b7fffffffffffffff', -9223372036854775808n],
      ['f93c00', 1],
      ['f98000', -0],
      ['f90001', 2 ** -24],
      ['fa47c35000', 100000],
      ['fb3ff199999999999a', 1.1],
      ['f6', null],
      ['6449455446', 'IETF'],
      ['83010203', [1, 2, 3]],
      ['a26161016162820203', { a: 1, b: [2, 3] }],
      ['5f42010243030405ff', '\u0001\u0002\u0003\u0004\u0005'],
      ['7f657374726561646d696e67ff', 'streaming'],
      ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
      ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
      ['d9d9f7a0', {}],
      ['d64401020304', 'AQIDBA=='],
      ['d7420aff', '0aff'],
    ]
    for (const [text, value] of cases) expect(read(hex(text)), text).toEqual({ value, problems: [] })
  })

  it('round-trips any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(read(encode(value))).toEqual({ value, problems: [] })
      }),
    )
  })

  it('reports what Kubernetes would refuse, and keeps what it can', () => {
    for (const text of ['a2416101416102', '1bffffffffffffffff', 'f97e00', '41ff', 'f7', 'a10102', 'c11a514b67b0', '0001']) {
      expect(read(hex(text)).problems.length, text).toBeGreaterThan(0)
    }
    expect(read(hex('a2416101416199')).value).toEqual({ a: 1 })
  })

  it('trusts no length beyond the bytes, and no nesting beyond the limit', () => {
    for (const text of [
      '9bffffffffffffffff',
      '9a7fffffff',
      'bb0fffffffffffffff',
      '5b0fffffffffffffff',
      '5f5f',
      '9f',
      'ff',
      'a1',
      '1c',
      'fc',
      'df',
      'bf01ff',
    ]) {
      expect(read(hex(text)).problems.length, text).toBeGreaterThan(0)
    }
    expect(read(new Uint8Array(100000).fill(0x81)).problems[0]).toMatch(/nesting deeper/)
    expect(read(new Uint8Array(100000).fill(0xd8)).problems.length).toBeGreaterThan(0)
    expect(read(new Uint8Array(100000).fill(0xc6)).problems[0]).toMatch(/nesting deeper/)
  })
})
