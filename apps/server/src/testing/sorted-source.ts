// A source with many keys for tests, found by bisection: the memory source scans every change for every Range.
import { compareBytes, utf8 } from '@registree/keyspace'
import { MemoryV3Source } from '../sources/memory/memory-v3-source.ts'
import type { RangeRequest } from '../sources/source.ts'

/** Keys without values, at revision 1. `asked` is called for every Range. */
export function sortedSource(names: readonly string[], asked: (request: RangeRequest) => void = () => {}): MemoryV3Source {
  const all = names.map((name) => utf8(name))
  const source = new MemoryV3Source()
  const lowerBound = (key: Uint8Array) => {
    let low = 0
    let high = all.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareBytes(all[middle] as Uint8Array, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
  source.range = async (request) => {
    asked(request)
    const { key, end, limit, countOnly } = request
    const from = lowerBound(key)
    const to = end === null ? from + 1 : end.length === 1 && end[0] === 0 ? all.length : lowerBound(end)
    const count = Math.max(0, to - from)
    const page = countOnly ? [] : all.slice(from, Math.min(to, limit > 0 ? from + limit : to))
    const one = { createRevision: 1n, modRevision: 1n, version: 1n, lease: 0n, value: new Uint8Array() }
    return { revision: 1n, count, more: page.length < count, kvs: page.map((name) => ({ key: name, ...one })) }
  }
  return source
}
