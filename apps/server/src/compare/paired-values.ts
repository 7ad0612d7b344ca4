// Reads the values of pairs on both sides, in order: few of them one by one, many in ranges of keys.
import { keySuccessor } from '@registree/keyspace'
import { valuePages } from '../registry/value-pages.ts'
import type { KeyValue } from '../sources/source.ts'
import type { MergeSide } from './merge-keys.ts'

/** A range is read whole if at least one in so many of its keys is wanted. */
const DENSE = 3
const FIRST_PAGE = 50
/** Single values that are asked for at once: each may have megabytes. */
const IN_FLIGHT = 4

/** Something with a place among the keys of one side, in order. */
export interface Wanted {
  kv: KeyValue
  /** Its number among all keys of the batch on this side. */
  place: number
}

/** The values of the wanted keys, in order; null for one that is gone. Memory: two pages of values. */
export async function* valuesOf(side: MergeSide, wanted: readonly Wanted[], signal: AbortSignal): AsyncGenerator<Uint8Array | null, void> {
  const [first, last] = [wanted[0], wanted.at(-1)]
  if (first === undefined || last === undefined) return
  if (wanted.length < FIRST_PAGE || (last.place - first.place + 1) / wanted.length > DENSE) {
    yield* oneByOne(side, wanted, signal)
    return
  }
  let next = 0
  const pages = valuePages({
    source: side.source,
    prefix: first.kv.key,
    revision: side.revision,
    knowledge: side.knowledge,
    firstPage: FIRST_PAGE,
    signal,
    from: first.kv.key,
    end: keySuccessor(last.kv.key),
  })
  for await (const { kvs } of pages) {
    for (const { key, value } of kvs) {
      const order = () => Buffer.compare(key, (wanted[next] as Wanted).kv.key)
      for (; next < wanted.length && order() > 0; next += 1) yield null
      if (next === wanted.length || order() < 0) continue
      next += 1
      yield value
    }
  }
  for (; next < wanted.length; next += 1) yield null
}

/** A few are asked for at once. */
async function* oneByOne(side: MergeSide, wanted: readonly Wanted[], signal: AbortSignal): AsyncGenerator<Uint8Array | null, void> {
  const begun: Promise<Uint8Array | null>[] = []
  for (const { kv } of wanted) {
    const read = readValueAt(side, kv.key, signal)
    // Prevents an unhandled rejection until it is awaited.
    read.catch(() => {})
    begun.push(read)
    if (begun.length === IN_FLIGHT) yield await (begun.shift() as Promise<Uint8Array | null>)
  }
  for (const read of begun) yield await read
}

export async function readValueAt({ source, revision }: MergeSide, key: Uint8Array, signal: AbortSignal): Promise<Uint8Array | null> {
  return (await source.range({ key, end: null, revision, limit: 1 }, signal)).kvs[0]?.value ?? null
}
