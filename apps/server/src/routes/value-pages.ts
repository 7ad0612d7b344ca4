// Reads the values below a prefix in pages at one revision: few at first where a person waits, then as many as their size allows.
import { keySuccessor, type OrderedSource, prefixEndOrNull, type RangeKnowledge, type ReadPage, readPrefix } from '@registree/keyspace'
import { isAppError } from '../problem.ts'
import type { KeyValue } from '../sources/source.ts'

export interface ValuePagesRequest {
  source: OrderedSource
  prefix: Uint8Array
  /** Begin here and not at the first key. */
  from?: Uint8Array
  /** 0n is the newest: the first reply decides, and everything is read there. */
  revision: bigint
  knowledge: RangeKnowledge
  /** Values of the first page. */
  firstPage: number
  signal: AbortSignal
}

const LARGEST_PAGE = 500
/** What one Range should carry at most; pages shrink where values are large. */
const PAGE_BYTES = 8 * 1024 * 1024

/** Every key with its value, in byte order; begins anew behind the last key when a page has to become smaller. */
export async function* valuePages(request: ValuePagesRequest): AsyncGenerator<ReadPage, void> {
  const { source, prefix, knowledge, firstPage, signal } = request
  const end = prefixEndOrNull(prefix)
  let from = request.from ?? null
  let { revision } = request
  let pageSize = firstPage
  let sent = 0
  for (;;) {
    const interval = from === null ? { prefix } : { key: from, end }
    const size = pageSize
    try {
      for await (const page of readPrefix(source, { ...interval, revision, keysOnly: false, pageSize: size, signal, knowledge })) {
        revision = page.revision
        // Whoever gets the page may hand its values to another thread: then they are gone from here.
        const mean = sizeOfValues(page.kvs) / page.kvs.length
        yield page
        const last = page.kvs.at(-1)
        if (last === undefined) continue
        sent += page.kvs.length
        from = keySuccessor(last.key)
        const fitting = Math.max(1, Math.min(LARGEST_PAGE, Math.floor(PAGE_BYTES / (mean + 1))))
        if (fitting < size / 2 || (sent >= firstPage && size === firstPage && fitting > size)) {
          pageSize = fitting
          break
        }
      }
    } catch (error) {
      if (!isAppError(error, 'VALUE_TOO_LARGE') || size === 1) throw error
      pageSize = Math.max(1, Math.floor(size / 4))
    }
    if (pageSize === size) return
  }
}

/** Bytes of the values. */
export function sizeOfValues(kvs: readonly Pick<KeyValue, 'value'>[]): number {
  let size = 0
  for (const { value } of kvs) size += value.length
  return size
}
