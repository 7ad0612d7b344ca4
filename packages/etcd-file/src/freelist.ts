// Compares a database's free list with the pages in use, as bbolt does when etcdctl checks a snapshot.
// Sources: etcd-io/bbolt tx_check.go, internal/freelist/shared.go; etcdutl/snapshot/v3_snapshot.go Status().
import type { BoltFile } from './bolt.ts'
import { overflowOf, PAGE_HEADER, viewOf } from './bolt-page.ts'
import { type FileMessage, type FindingMessage, plain } from './file-messages.ts'
import { PageSet } from './page-set.ts'
import type { Finding } from './random-access.ts'

const FREELIST = 0x10
const MOST_NAMED = 10

/**
 * What is wrong with the free list, as one finding; null if nothing is, and if the database has no such list, as etcd's on Linux since 3.3. As in
 * bbolt, a list may contain its own page, or one outside the database. `inUse` are all pages reachable from the trees, and `whole` tells whether all
 * of them could be followed: otherwise pages that seem lost may be in use.
 */
export async function checkFreelist(bolt: BoltFile, inUse: PageSet, whole: boolean): Promise<Finding | null> {
  const { freelist, pgid } = bolt.meta
  if (freelist === null) return null
  const list = await readFreelist(bolt, freelist)
  if ('code' in list) return found({ code: 'freelist-unreadable', params: { page: String(freelist), problem: list, whole: whole ? 1 : 0 } })
  const { ids, last } = list
  const seen = new PageSet(pgid)
  const [used, twice, lost] = [new Pages(), new Pages(), new Pages()]
  for (const id of ids) {
    if (id >= pgid) continue
    if (!seen.add(id)) twice.add(id)
    else if (inUse.has(id)) used.add(id)
  }
  if (whole) for (let id = 2; id < pgid; id++) if (!inUse.has(id) && !seen.has(id) && (id < freelist || id > last)) lost.add(id)
  if (used.count + twice.count + lost.count === 0) return null
  return found({
    code: 'freelist-wrong',
    params: {
      ...{ inUse: used.named, inUseCount: used.count, twice: twice.named, twiceCount: twice.count },
      ...{ lost: lost.named, lostCount: lost.count, whole: whole ? 1 : 0 },
    },
  })
}

const found = (says: FindingMessage): Finding => ({ level: 'error', where: 'free list', says })

/** Every id in the list and the last page of the list itself; or what is wrong with it. */
async function readFreelist(bolt: BoltFile, first: number): Promise<{ ids: Iterable<number>; last: number } | FileMessage> {
  const { file, pageSize, meta } = bolt
  if ((first + 1) * pageSize > file.size) return plain('beyond-file')
  const header = viewOf(await file.read(first * pageSize, PAGE_HEADER + 8))
  if (header.getUint16(8, true) !== FREELIST)
    return { code: 'freelist-kind', params: { flags: `0x${header.getUint16(8, true).toString(16)}` } }
  if (header.getUint32(4, true) * 4294967296 + header.getUint32(0, true) !== first) return plain('says-other-page')
  const last = first + overflowOf(header)
  if (last >= meta.pgid || (last + 1) * pageSize > file.size) return plain('over-database')
  // A count that does not fit into 16 bits is the first entry of the list.
  const short = header.getUint16(10, true)
  const long = short === 0xffff
  const count = long ? Number(header.getBigUint64(PAGE_HEADER, true)) : short
  const start = PAGE_HEADER + (long ? 8 : 0)
  if (start + count * 8 > (last + 1 - first) * pageSize) return { code: 'freelist-pages', params: { pages: count } }
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
}
