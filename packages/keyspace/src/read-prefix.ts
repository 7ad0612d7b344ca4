// Reads every key of an interval in pages at one revision, without making etcd walk the rest of it for each page.
import { keySuccessor, prefixEndOrNull, toHex } from './bytes.ts'
import type { End } from './end-ladder.ts'
import { KeyScan, MAX_PAGE, type Milestone } from './key-scan.ts'
import type { KeyValue, OrderedSource } from './ordered-source.ts'
import type { RangeKnowledge } from './range-knowledge.ts'

/** What to read: a prefix (the empty one is everything), or `[key, end)` with `[0]` or null for the end of the keyspace. */
export type ReadInterval = { prefix: Uint8Array } | { key: Uint8Array; end: Uint8Array | null }

export type ReadPrefixRequest = ReadInterval & {
  /** 0n is the newest: the first reply decides, and everything is read there. */
  revision: bigint
  keysOnly: boolean
  /** Keys a Range, at most 500. */
  pageSize: number
  knowledge?: RangeKnowledge | undefined
  signal?: AbortSignal | undefined
}

export interface ReadPage {
  revision: bigint
  /** In byte order. May be empty where a Range found nothing. */
  kvs: KeyValue[]
  /** What this one Range walked. */
  walked: number
}

const MAX_PAGES_REMEMBERED = 20_000

/** Every key of the interval in byte order, one Range a page. Stop reading to stop asking. Errors of the source end the iteration. */
export async function* readPrefix(source: OrderedSource, request: ReadPrefixRequest): AsyncGenerator<ReadPage, void, void> {
  const { revision, keysOnly, knowledge, signal } = request
  const from = 'prefix' in request ? request.prefix : request.key
  const end = 'prefix' in request ? prefixEndOrNull(request.prefix) : openEnd(request.end)
  const prefix = 'prefix' in request ? request.prefix : new Uint8Array(0)
  const pageSize = Math.max(1, Math.min(MAX_PAGE, request.pageSize))
  const name = `${toHex(from)}-${end === null ? '' : toHex(end)}`
  const before = knowledge?.pagesOf(name)
  const scan = new KeyScan({
    source,
    prefix,
    from,
    end,
    revision,
    fold: false,
    keysOnly,
    expected: 'prefix' in request ? knowledge?.expectedBelow(prefix) : undefined,
    ...(before === undefined ? {} : { milestones: before, milestonesReachEnd: true }),
  })
  const pages: Milestone[] = []
  while (!scan.done) {
    signal?.throwIfAborted()
    const walked = scan.cost.walked
    const start = scan.position
    const found = await scan.step(pageSize, signal)
    const last = found.at(-1)
    if (last !== undefined) {
      if (pages.length < MAX_PAGES_REMEMBERED)
        pages.push({ start, end: keySuccessor(last.bytes), weight: found.length, inside: [], counted: true })
    }
    yield { revision: scan.revision, kvs: found.map((child) => child.first), walked: scan.cost.walked - walked }
  }
  if (pages.length < MAX_PAGES_REMEMBERED) knowledge?.rememberPages(name, pages)
}

function openEnd(end: Uint8Array | null): End {
  return end === null || (end.length === 1 && end[0] === 0) ? null : end
}
