// Compares a database's free list with the pages in use, as bbolt does when etcdctl checks a snapshot.
// Sources: etcd-io/bbolt tx_check.go, internal/freelist/shared.go; etcdutl/snapshot/v3_snapshot.go Status().
import type { BoltFile } from './bolt.ts'
import { overflowOf, PAGE_HEADER, viewOf } from './bolt-page.ts'
import { PageSet } from './page-set.ts'
import type { Finding } from './random-access.ts'

const FREELIST = 0x10
const MOST_NAMED = 10
const REFUSED = '"etcdctl snapshot status" refuses this file, and "snapshot restore" ends in a panic or never ends.'
const MEND =
  'All keys can be read. "bbolt surgery freelist abandon FILE --output COPY" writes a copy without the list, which etcdctl takes with --skip-hash-check.'

/**
 * What is wrong with the free list, as one finding; null if nothing is, and if the database has no such list, as etcd's on Linux since 3.3. As in
 * bbolt, a list may contain its own page, or one outside the database. `inUse` are all pages reachable from the trees, and `whole` tells whether all
 * of them could be followed: otherwise pages that seem lost may be in use.
 */
export async function checkFreelist(bolt: BoltFile, inUse: PageSet, whole: boolean): Promise<Finding | null> {
  const { freelist, pgid } = bolt.meta
  if (freelist === null) return null
  const list = await readFreelist(bolt, freelist)
  if (typeof list === 'string') {
    return wrong('freelist-unreadable', `The list of free pages (page ${freelist}) ${list}.`, whole, { page: freelist, problem: list })
  }
  const { ids, last } = list
  const seen = new PageSet(pgid)
  const [used, twice, lost] = [new Pages(), new Pages(), new Pages()]
  for (const id of ids) {
    if (id >= pgid) continue
    if (!seen.add(id)) twice.add(id)
    else if (inUse.has(id)) used.add(id)
  }
  if (whole) for (let id = 2; id < pgid; id++) if (!inUse.has(id) && !seen.has(id) && (id < freelist || id > last)) lost.add(id)
  const problems = [
    used.says('is both in use and on the list of free pages', 'are both in use and on the list of free pages'),
    twice.says('is on the list of free pages more than once', 'are on the list of free pages more than once'),
    lost.says('is neither in use nor on the list of free pages', 'are neither in use nor on the list of free pages'),
  ].filter((problem) => problem !== null)
  if (problems.length === 0) return null
  return wrong('freelist-wrong', `${problems.join('. ')}.`, whole, {
    ...{ inUse: used.named, inUseCount: used.count, twice: twice.named, twiceCount: twice.count },
    ...{ lost: lost.named, lostCount: lost.count },
  })
}

function wrong(code: string, what: string, whole: boolean, params: NonNullable<Finding['params']>): Finding {
  const message = `${what} ${REFUSED}${whole ? ` ${MEND}` : ''}`
  return { level: 'error', where: 'free list', message, code, params: { ...params, whole: whole ? 1 : 0 } }
}

/** Every id in the list and the last page of the list itself; or what is wrong with it. */
async function readFreelist(bolt: BoltFile, first: number): Promise<{ ids: Iterable<number>; last: number } | string> {
  const { file, pageSize, meta } = bolt
  if ((first + 1) * pageSize > file.size) return 'lies beyond the end of the file'
  const header = viewOf(await file.read(first * pageSize, PAGE_HEADER + 8))
  if (header.getUint16(8, true) !== FREELIST) return `is of kind 0x${header.getUint16(8, true).toString(16)}, not a list of free pages`
  if (header.getUint32(4, true) * 4294967296 + header.getUint32(0, true) !== first) return 'says it is another page'
  const last = first + overflowOf(header)
  if (last >= meta.pgid || (last + 1) * pageSize > file.size) return 'runs over the end of the database'
  // A count that does not fit into 16 bits is the first entry of the list.
  const short = header.getUint16(10, true)
  const long = short === 0xffff
  const count = long ? Number(header.getBigUint64(PAGE_HEADER, true)) : short
  const start = PAGE_HEADER + (long ? 8 : 0)
  if (start + count * 8 > (last + 1 - first) * pageSize) return `says that it holds ${count} pages, more than fit`
  const view = viewOf(await file.read(first * pageSize + start, count * 8))
  return { ids: idsIn(view, count), last }
}

function* idsIn(view: DataView, count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield view.getUint32(i * 8 + 4, true) * 4294967296 + view.getUint32(i * 8, true)
}

/** Pages of one kind: their number, and the first few. */
class Pages {
  readonly named: string[] = []
  count = 0

  add(id: number): void {
    this.count++
    if (this.named.length < MOST_NAMED) this.named.push(String(id))
  }

  /** A sentence without its full stop; null for no pages. */
  says(one: string, several: string): string | null {
    if (this.count === 0) return null
    if (this.count === 1) return `Page ${this.named[0]} ${one}`
    const more = this.count - this.named.length
    return `Pages ${this.named.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${several}`
  }
}
