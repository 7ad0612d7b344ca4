// Opens a bbolt database for reading: buckets and their entries in key order, page by validated page, with positional reads only.
// Sources: etcd-io/bbolt internal/common/{page,meta,bucket,inode}.go, cursor.go, tx_check.go.

import { type BoltMeta, type JudgedMeta, readMetas } from './bolt-meta.ts'
import {
  boundsProblem,
  checkedPage,
  childId,
  firstAtOrAfter,
  headerProblem,
  isBucket,
  keyAt,
  keyLength,
  keyStart,
  overflowOf,
  PAGE_HEADER,
  type TreePage,
  valueLength,
  viewOf,
} from './bolt-page.ts'
import { type FileMessage, type FindingMessage, messageOf, plain } from './file-messages.ts'
import { PageCache } from './page-cache.ts'
import type { PageSet } from './page-set.ts'
import { compareBytes, type Finding, type RandomAccess, strictly } from './random-access.ts'

const MAX_DEPTH = 64
const MAX_FINDINGS_PER_PLACE = 20
const WINDOW_BYTES = 2 * 1024 * 1024
const READ_BYTES = 1024 * 1024
/** Gaps up to this size are cheaper to read than to skip. */
const GAP_BYTES = 32 * 1024
const PARALLEL_READS = 4
/** Windows up to this many pages use the cache; larger ones are scans, which would evict everything else. */
const CACHED_WINDOW = 16

/** A top-level bucket. `inline` is the page inside the bucket's own value, for a small bucket. */
export type BoltBucket = { name: Uint8Array; root: number; sequence: bigint; inline: TreePage | null }

/**
 * One entry of a bucket: views into a page, valid until the next entry is requested; copy them to keep them. `valueOffset` is the value's offset in
 * the file.
 */
export type BoltEntry = { key: Uint8Array; value: Uint8Array; valueOffset: number; bucket: boolean }

/** What a walk over a tree records: problems by place, and the pages visited. */
export type WalkNotes = {
  broken: number
  /** Pages visited, including overflow; visiting a page twice is a problem. */
  pages?: PageSet
  report(says: FindingMessage): void
}

export type BoltOptions = { cacheBytes?: number }

type PageRef = { id: number; low: Uint8Array | null; high: Uint8Array | null }

/** An opened database, as described by one of its meta pages. */
export interface BoltFile {
  readonly file: RandomAccess
  readonly pageSize: number
  readonly meta: BoltMeta
  /** Both meta pages as checked on opening: page 0, page 1. */
  readonly metas: readonly [JudgedMeta, JudgedMeta]
  /** Size of the database itself (`pgid * pageSize`): a snapshot's trailer or a live file's unused space follows. */
  readonly size: number
  /** The top-level buckets in key order. */
  readonly buckets: readonly BoltBucket[]
  /** Problems found on opening. Walks report theirs to their caller. */
  readonly findings: readonly Finding[]
  bucket(name: string): BoltBucket | null
  /** The entries of a bucket in key order, from the first key at or after `from`. Broken pages are reported to `notes` and skipped. */
  iterate(bucket: BoltBucket, options?: { from?: Uint8Array; notes?: WalkNotes }): AsyncGenerator<BoltEntry>
  /** The first entry at or after `key`, or null. The views stay valid. */
  seek(bucket: BoltBucket, key: Uint8Array): Promise<BoltEntry | null>
  /** The leaf pages of a bucket in key order, many pages per read. They are valid until the next step. */
  leaves(bucket: BoltBucket, options?: { from?: Uint8Array; notes?: WalkNotes }): AsyncGenerator<TreePage[]>
  /** The same file as described by the other meta page, if that is valid, older and different. */
  older(): Promise<BoltFile | null>
}

/**
 * Opens the database with the newest valid meta page whose tree of buckets can be read; otherwise with the older one, and a finding. Throws
 * EtcdFileError if no meta page is valid (see {@link readMetas}); every other problem is a finding.
 */
export async function openBolt(file: RandomAccess, options: BoltOptions = {}): Promise<BoltFile> {
  const source = strictly(file)
  const { metas } = await readMetas(source)
  const findings: Finding[] = []
  for (const [page, judged] of metas.entries()) {
    if (judged.problem)
      findings.push({
        level: 'warning',
        where: `meta page ${page}`,
        says: { code: 'meta-page-unusable', params: { page, why: judged.problem } },
      })
    else if (!judged.meta?.checksummed) {
      findings.push({
        level: 'warning',
        where: `meta page ${page}`,
        says: { code: 'meta-page-unchecked', params: { page } },
      })
    }
  }
  const usable = metas.flatMap((judged) => (judged.meta ? [judged.meta] : [])).sort((a, b) => (a.txid < b.txid ? 1 : -1))
  const [newest, other] = usable as [BoltMeta, BoltMeta?]
  const opened = await OpenedBolt.open(source, newest, metas, findings, options)
  if (!opened.broken || !other || sameState(newest, other)) return opened
  const fallback = await OpenedBolt.open(source, other, metas, findings, options)
  if (fallback.broken) return opened
  fallback.note(fellBack(newest, other))
  return fallback
}

/** The finding for using the older of two meta pages. */
export function fellBack(newer: BoltMeta, older: BoltMeta): Finding {
  return {
    level: 'error',
    where: 'database',
    says: { code: 'state-of-older-transaction', params: { newer: String(newer.txid), older: String(older.txid) } },
  }
}

function sameState(a: BoltMeta, b: BoltMeta): boolean {
  return a.root === b.root && a.pgid === b.pgid
}

class OpenedBolt implements BoltFile {
  readonly file: RandomAccess
  readonly meta: BoltMeta
  readonly metas: readonly [JudgedMeta, JudgedMeta]
  readonly pageSize: number
  readonly size: number
  readonly buckets: BoltBucket[] = []
  readonly findings: Finding[]
  broken = false
  private readonly cache: PageCache
  private readonly options: BoltOptions

  private constructor(
    file: RandomAccess,
    meta: BoltMeta,
    metas: readonly [JudgedMeta, JudgedMeta],
    findings: Finding[],
    options: BoltOptions,
  ) {
    this.file = file
    this.meta = meta
    this.metas = metas
    this.pageSize = meta.pageSize
    this.size = meta.pgid * meta.pageSize
    this.findings = [...findings]
    this.options = options
    this.cache = new PageCache(options.cacheBytes ?? 16 * 1024 * 1024)
  }

  static async open(
    file: RandomAccess,
    meta: BoltMeta,
    metas: readonly [JudgedMeta, JudgedMeta],
    findings: Finding[],
    options: BoltOptions,
  ): Promise<OpenedBolt> {
    const opened = new OpenedBolt(file, meta, metas, findings, options)
    if (opened.size > file.size) {
      opened.note({
        level: 'error',
        where: 'database',
        says: { code: 'file-cut', params: { size: opened.size, here: file.size } },
      })
    }
    const notes = walkNotes('list of buckets', opened.findings)
    const root: BoltBucket = { name: new Uint8Array(), root: meta.root, sequence: meta.sequence, inline: null }
    for await (const entry of opened.iterate(root, { notes })) {
      if (!entry.bucket) {
        opened.note({
          level: 'warning',
          where: 'list of buckets',
          says: { code: 'entry-outside-buckets', params: {} },
        })
        continue
      }
      const bucket = opened.bucketOf(entry)
      if ('code' in bucket) {
        notes.broken++
        notes.report({ code: 'bucket-broken', params: { bucket: JSON.stringify(new TextDecoder().decode(entry.key)), why: bucket } })
      } else opened.buckets.push(bucket)
    }
    opened.broken = notes.broken > 0
    return opened
  }

  note(finding: Finding): void {
    this.findings.push(finding)
  }

  private bucketOf(entry: BoltEntry): BoltBucket | FileMessage {
    const name = entry.key.slice()
    if (entry.value.length < 16) return { code: 'bucket-header', params: { size: entry.value.length } }
    const value = entry.value.slice()
    const view = new DataView(value.buffer)
    const root = view.getUint32(4, true) * 4294967296 + view.getUint32(0, true)
    const sequence = view.getBigUint64(8, true)
    if (root !== 0) return { name, root, sequence, inline: null }
    const page = value.subarray(16)
    if (page.length < PAGE_HEADER) return plain('bucket-without-page')
    const problem = headerProblem(viewOf(page), null, this.meta.pgid)
    const inline = problem ?? checkedPage(null, entry.valueOffset + 16, page, null, null)
    if ('code' in inline) return { code: 'bucket-inline-page', params: { why: inline } }
    if (!inline.leaf) return plain('bucket-inline-no-leaf')
    return { name, root, sequence, inline }
  }

  bucket(name: string): BoltBucket | null {
    const wanted = new TextEncoder().encode(name)
    return this.buckets.find((bucket) => compareBytes(bucket.name, wanted) === 0) ?? null
  }

  async older(): Promise<BoltFile | null> {
    const other = this.metas.map((judged) => judged.meta).find((meta) => meta && meta.txid < this.meta.txid && !sameState(meta, this.meta))
    return other ? OpenedBolt.open(this.file, other, this.metas, [], this.options) : null
  }

  async seek(bucket: BoltBucket, key: Uint8Array): Promise<BoltEntry | null> {
    for await (const entry of this.iterate(bucket, { from: key })) return entry
    return null
  }

  async *iterate(bucket: BoltBucket, options: { from?: Uint8Array; notes?: WalkNotes } = {}): AsyncGenerator<BoltEntry> {
    for await (const pages of this.leaves(bucket, options)) {
      for (const page of pages) yield* entriesOf(page, options.from ? firstAtOrAfter(page, options.from) : 0)
    }
  }

  async *leaves(bucket: BoltBucket, options: { from?: Uint8Array; notes?: WalkNotes } = {}): AsyncGenerator<TreePage[]> {
    if (bucket.inline) {
      yield [bucket.inline]
      return
    }
    const notes = options.notes ?? walkNotes('', [])
    const root: PageRef = { id: bucket.root, low: null, high: null }
    yield* this.walk([root].values(), 0, options.from ?? null, notes, [])
  }

  /**
   * Walks one level of a tree, a window of pages at a time: the window's pages are read in file order, with few large reads instead of many small
   * ones, and returned in key order. Trees of bbolt are balanced, so a window contains only branches or only leaves.
   */
  private async *walk(
    refs: Iterator<PageRef>,
    depth: number,
    from: Uint8Array | null,
    notes: WalkNotes,
    memory: Spaces[],
  ): AsyncGenerator<TreePage[]> {
    if (depth > MAX_DEPTH) {
      notes.broken++
      notes.report({ code: 'tree-circle', params: { most: MAX_DEPTH } })
      return
    }
    const widest = Math.max(CACHED_WINDOW, Math.floor(WINDOW_BYTES / this.pageSize))
    memory[depth] ??= [new ReadSpace(), new ReadSpace()]
    const spaces = memory[depth]
    let width = 1
    let next: Promise<WindowPage[]> | null = null
    for (let turn = 0; ; turn = 1 - turn) {
      const window: WindowPage[] = await (next ?? this.readWindow(take(refs, width), notes, spaces[turn] as ReadSpace))
      if (window.length === 0) return
      width = Math.min(width * 4, widest)
      // Reading ahead helps a scan, but not a look-up of a single key.
      next = width > CACHED_WINDOW * 4 ? this.readWindow(take(refs, width), notes, spaces[1 - turn] as ReadSpace) : null
      next?.catch(() => {})
      let branches: { page: TreePage; high: Uint8Array | null }[] = []
      let leaves: TreePage[] = []
      let ownBytes = 0
      for (const item of window) {
        const finishing = this.finish(item, notes)
        // Few of the hundred thousand pages have to be awaited.
        const page = finishing instanceof Promise ? await finishing : finishing
        if (!page) continue
        if (!page.leaf) {
          if (leaves.length > 0) {
            yield leaves
            leaves = []
          }
          branches.push({ page, high: item.ref.high })
          continue
        }
        if (branches.length > 0) {
          yield* this.walk(children(branches, from), depth + 1, from, notes, memory)
          branches = []
        }
        leaves.push(page)
        // Long pages have their own memory, which may be megabytes each.
        if (page.bytes.length > this.pageSize) ownBytes += page.bytes.length
        if (ownBytes < WINDOW_BYTES) continue
        yield leaves
        leaves = []
        ownBytes = 0
      }
      if (leaves.length > 0) yield leaves
      if (branches.length > 0) yield* this.walk(children(branches, from), depth + 1, from, notes, memory)
    }
  }

  private async readWindow(refs: PageRef[], notes: WalkNotes, space: ReadSpace): Promise<WindowPage[]> {
    const window: WindowPage[] = refs.map((ref) => ({ ref, run: null, runOffset: 0, cached: null, problem: this.placeProblem(ref, notes) }))
    const wanted = window.filter((item) => item.problem === null)
    const few = window.length <= CACHED_WINDOW
    if (few) for (const item of wanted) item.cached = this.cache.get(item.ref.id)
    const missing = wanted.filter((item) => !item.cached).sort((a, b) => a.ref.id - b.ref.id)
    const runs: WindowPage[][] = []
    for (const item of missing) {
      const run = runs.at(-1)
      const start = run?.[0]?.ref.id ?? 0
      const last = run?.at(-1)?.ref.id ?? 0
      const gap = (item.ref.id - last - 1) * this.pageSize
      if (run && gap <= GAP_BYTES && (item.ref.id + 1 - start) * this.pageSize <= READ_BYTES) run.push(item)
      else runs.push([item])
    }
    space.begin(few ? 0 : WINDOW_BYTES)
    let nextRun = 0
    const reader = async () => {
      for (let run = runs[nextRun++]; run; run = runs[nextRun++]) await this.readRun(run, space)
    }
    await Promise.all(Array.from({ length: Math.min(PARALLEL_READS, runs.length) }, reader))
    return window
  }

  /** Reads neighbouring pages at once; if that fails, each separately, so that one bad sector costs one page. */
  private async readRun(run: WindowPage[], space: ReadSpace): Promise<void> {
    const first = (run[0] as WindowPage).ref.id
    const last = (run.at(-1) as WindowPage).ref.id
    const length = (last + 1 - first) * this.pageSize
    try {
      const target = this.file.readInto ? space.take(length) : null
      if (target) await this.file.readInto?.(first * this.pageSize, target)
      const bytes = target ?? (await this.file.read(first * this.pageSize, length))
      for (const item of run) {
        item.run = bytes
        item.runOffset = first * this.pageSize
      }
    } catch (error) {
      if (run.length > 1) for (const item of run) await this.readRun([item], space)
      else (run[0] as WindowPage).problem = { code: 'cannot-be-read', params: { why: messageOf(error) } }
    }
  }

  private placeProblem(ref: PageRef, notes: WalkNotes): FileMessage | null {
    if (ref.id < 2 || ref.id >= this.meta.pgid) return { code: 'page-not-of-database', params: { pages: this.meta.pgid } }
    if ((ref.id + 1) * this.pageSize > this.file.size) return plain('beyond-file')
    if (notes.pages && !notes.pages.add(ref.id)) return plain('page-twice')
    return null
  }

  /** Completes a window's page (overflow pages are read only now, one at a time) and checks it. */
  private finish(item: WindowPage, notes: WalkNotes): TreePage | null | Promise<TreePage | null> {
    const wholeOrProblem = (page: TreePage | FileMessage) => {
      if (!('code' in page)) return page
      notes.broken++
      notes.report({ code: 'page-broken', params: { page: String(item.ref.id), why: page } })
      return null
    }
    const page = this.checked(item, notes)
    return page instanceof Promise ? page.then(wholeOrProblem) : wholeOrProblem(page)
  }

  private checked(item: WindowPage, notes: WalkNotes): TreePage | FileMessage | Promise<TreePage | FileMessage> {
    const { ref } = item
    if (item.problem) return item.problem
    if (item.cached) {
      const problem =
        boundsProblem(item.cached, ref.low, ref.high) ?? this.markOverflow(ref.id, item.cached.bytes.length / this.pageSize - 1, notes)
      return problem ?? item.cached
    }
    const offset = ref.id * this.pageSize
    const run = item.run as Uint8Array
    const start = offset - item.runOffset
    const bytes = run.subarray(start, start + this.pageSize)
    const view = viewOf(bytes)
    const problem = headerProblem(view, ref.id, this.meta.pgid)
    if (problem) return problem
    const overflow = overflowOf(view)
    if (overflow > 0) {
      const length = (overflow + 1) * this.pageSize
      if (offset + length > this.file.size) return plain('over-file')
      const twice = this.markOverflow(ref.id, overflow, notes)
      if (twice) return twice
      return start + length <= run.length ? this.kept(ref, run.subarray(start, start + length)) : this.readLong(ref, length)
    }
    return this.kept(ref, bytes, view)
  }

  private async readLong(ref: PageRef, length: number): Promise<TreePage | FileMessage> {
    try {
      return this.kept(ref, await this.file.read(ref.id * this.pageSize, length))
    } catch (error) {
      return { code: 'cannot-be-read', params: { why: messageOf(error) } }
    }
  }

  private kept(ref: PageRef, bytes: Uint8Array, view?: DataView): TreePage | FileMessage {
    const page = checkedPage(ref.id, ref.id * this.pageSize, bytes, ref.low, ref.high, view)
    if (!('code' in page)) this.cache.offer(ref.id, page)
    return page
  }

  private markOverflow(id: number, overflow: number, notes: WalkNotes): FileMessage | null {
    if (!notes.pages) return null
    for (let i = 1; i <= overflow; i++) if (!notes.pages.add(id + i)) return { code: 'page-over-used', params: { page: String(id + i) } }
    return null
  }
}

/** A requested page: from the cache, or part of the run of bytes it was read with, which begins at `runOffset` in the file. */
type WindowPage = { ref: PageRef; run: Uint8Array | null; runOffset: number; cached: TreePage | null; problem: FileMessage | null }

/** For one level of a tree; two, since the next window is read while the current one is in use. */
type Spaces = [ReadSpace, ReadSpace]

/** Memory reused by a scan for every read, allocated at first use. */
class ReadSpace {
  private bytes: Uint8Array = new Uint8Array(0)
  private used = 0

  /** Frees everything, and makes room for `size` bytes. */
  begin(size: number): void {
    if (this.bytes.length < size) this.bytes = new Uint8Array(size)
    this.used = size === 0 ? this.bytes.length : 0
  }

  /** A piece of it, or null if too little is left. */
  take(length: number): Uint8Array | null {
    if (this.used + length > this.bytes.length) return null
    this.used += length
    return this.bytes.subarray(this.used - length, this.used)
  }
}

function take(refs: Iterator<PageRef>, count: number): PageRef[] {
  const taken: PageRef[] = []
  while (taken.length < count) {
    const next = refs.next()
    if (next.done) break
    taken.push(next.value)
  }
  return taken
}

function* children(branches: { page: TreePage; high: Uint8Array | null }[], from: Uint8Array | null): Generator<PageRef> {
  for (const { page, high } of branches) {
    let low = keyAt(page, 0)
    for (let i = 0; i < page.count; i++) {
      const childLow = low
      const childHigh = i + 1 < page.count ? keyAt(page, i + 1) : high
      if (childHigh) low = childHigh
      if (from && childHigh && compareBytes(childHigh, from) <= 0) continue
      yield { id: childId(page, i), low: childLow, high: childHigh }
    }
  }
}

function* entriesOf(page: TreePage, first: number): Generator<BoltEntry> {
  for (let i = first; i < page.count; i++) {
    const start = keyStart(page, i)
    const valueStart = start + keyLength(page, i)
    yield {
      key: page.bytes.subarray(start, valueStart),
      value: page.bytes.subarray(valueStart, valueStart + valueLength(page, i)),
      valueOffset: page.offset + valueStart,
      bucket: isBucket(page, i),
    }
  }
}

/** Turns recorded problems into a limited number of findings. */
export function walkNotes(where: string, findings: Finding[], pages?: PageSet): WalkNotes {
  let reported = 0
  return {
    broken: 0,
    ...(pages ? { pages } : {}),
    report(says) {
      reported++
      if (reported <= MAX_FINDINGS_PER_PLACE) findings.push({ level: 'error', where, says })
      else if (reported === MAX_FINDINGS_PER_PLACE + 1) findings.push({ level: 'error', where, says: { code: 'more-like-it', params: {} } })
    },
  }
}
