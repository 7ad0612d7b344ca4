// etcd's v3 keyspace out of a database: which keys lived at which revision, and their values, read from the file when asked for.
// Sources: etcd server/storage/mvcc/{kvstore,key_index,index,kvstore_txn}.go.
import { type BoltFile, fellBack, walkNotes } from './bolt.ts'
import type { TreePage } from './bolt-page.ts'
import { Float64Column, Uint32Column } from './column.ts'
import { CompactedError, FileChangedError, FutureRevisionError } from './errors.ts'
import { type EtcdRecords, type LeaseRecord, leaseFromRecord, readRecords } from './etcd-records.ts'
import { KeyTable } from './key-table.ts'
import { MvccEntry } from './mvcc-entry.ts'
import { PageSet } from './page-set.ts'
import { compareBytes, type Finding } from './random-access.ts'

const READ_BYTES = 1024 * 1024
const GAP_BYTES = 16 * 1024

export type MvccOptions = {
  signal?: AbortSignal
  /** The share of the database's pages read so far, 0…1, now and then. */
  onProgress?: (share: number) => void
}

/** `key` and `end` as in etcd's RangeRequest: `end` null is the one key, [0] every key from `key` on. */
export type RangeRequest = {
  key: Uint8Array
  end: Uint8Array | null
  /** 0n or nothing: the current revision. */
  revision?: bigint
  /** 0 or nothing: no limit. */
  limit?: number
  keysOnly?: boolean
  countOnly?: boolean
  signal?: AbortSignal
}

export type KeyValue = {
  key: Uint8Array
  createRevision: bigint
  modRevision: bigint
  version: bigint
  /** 0n: none. */
  lease: bigint
  /** Empty with `keysOnly`. */
  value: Uint8Array
}

/** `revision` is the one that was read; `count` counts every key of the interval at that revision, whatever the limit. */
export type RangeAnswer = { revision: bigint; count: number; more: boolean; kvs: KeyValue[] }

/** One stored change of a key. A tombstone has neither version nor lease, and `createRevision` 0n. */
export type HistoryEntry = {
  main: bigint
  sub: number
  tombstone: boolean
  createRevision: bigint
  version: bigint
  lease: bigint
}

/** How full the file is. Pages are counted once, overflow pages included; sizes in bytes. */
export type DatabaseStats = {
  size: number
  /** Bytes of pages that hold something: metas, freelist and everything reachable. Pages that could not be read count as free. */
  sizeInUse: number
  pageSize: number
  pages: { total: number; inUse: number; free: number }
  /** Every entry of every bucket (etcdctl's "total keys" up to 3.5). */
  totalEntries: number
  buckets: { name: string; entries: number }[]
}

/**
 * Reads the whole database once and indexes its keys; values stay in the file.
 * When pages of the newest transaction are broken and the one before is whole, that one is opened, with a finding.
 * Rejects with the signal's reason when aborted; broken parts are findings, never errors.
 */
export async function openMvcc(bolt: BoltFile, options: MvccOptions = {}): Promise<MvccKeyspace> {
  const opened = await Index.read(bolt, options)
  if (opened.broken === 0) return opened.keyspace()
  const older = await bolt.older()
  if (!older) return opened.keyspace()
  const fallback = await Index.read(older, options)
  if (fallback.broken > 0) return opened.keyspace()
  fallback.findings.push(fellBack(bolt.meta, older.meta))
  return fallback.keyspace()
}

/** The index under construction: rows in revision order, keys in order of first sight. */
class Index {
  readonly bolt: BoltFile
  readonly findings: Finding[]
  readonly keys = new KeyTable()
  readonly keyOf = new Uint32Column()
  readonly main = new Float64Column()
  readonly sub = new Uint32Column()
  readonly create = new Float64Column()
  /** 0 for a tombstone: every put has at least 1. */
  readonly version = new Float64Column()
  readonly lease = new Uint32Column()
  readonly recordOffset = new Float64Column()
  readonly recordLength = new Uint32Column()
  readonly leaseIds: bigint[] = [0n]
  private readonly leaseNumbers = new Map<bigint, number>()
  broken = 0
  lastMain = 0
  records!: EtcdRecords
  stats!: DatabaseStats

  private constructor(bolt: BoltFile) {
    this.bolt = bolt
    this.findings = [...bolt.findings]
  }

  static async read(bolt: BoltFile, options: MvccOptions): Promise<Index> {
    const index = new Index(bolt)
    index.records = await readRecords(bolt, index.findings)
    const pages = new PageSet(Math.min(bolt.meta.pgid, Math.ceil(bolt.file.size / bolt.pageSize)))
    const buckets: { name: string; entries: number }[] = []
    await index.countRootPages(pages)
    for (const bucket of bolt.buckets) {
      const name = new TextDecoder().decode(bucket.name)
      const notes = walkNotes(`bucket ${name}`, index.findings, pages)
      let entries = 0
      let visited = 0
      for await (const page of bolt.leaves(bucket, { notes })) {
        entries += page.count
        if (name === 'key') index.addPage(page, notes.report)
        if ((visited++ & 255) === 0) {
          options.signal?.throwIfAborted()
          options.onProgress?.(pages.size / bolt.meta.pgid)
        }
      }
      index.broken += notes.broken
      buckets.push({ name, entries })
    }
    if (!bolt.bucket('key')) {
      index.findings.push({
        level: 'error',
        where: 'database',
        message: 'There is no bucket "key": this is not the database of an etcd v3, or its list of buckets is broken.',
      })
    }
    index.measure(pages, buckets)
    index.keys.sort()
    options.onProgress?.(1)
    return index
  }

  private async countRootPages(pages: PageSet): Promise<void> {
    pages.add(0)
    pages.add(1)
    const root = { name: new Uint8Array(), root: this.bolt.meta.root, sequence: 0n, inline: null }
    // What is broken here was reported on opening.
    for await (const _ of this.bolt.leaves(root, { notes: walkNotes('', [], pages) }));
  }

  private measure(pages: PageSet, buckets: { name: string; entries: number }[]): void {
    const { pgid, pageSize, freelist } = this.bolt.meta
    const inUse = pages.size + (freelist !== null && !pages.has(freelist) ? 1 : 0)
    this.stats = {
      size: pgid * pageSize,
      sizeInUse: inUse * pageSize,
      pageSize,
      pages: { total: pgid, inUse, free: pgid - inUse },
      totalEntries: buckets.reduce((sum, bucket) => sum + bucket.entries, 0),
      buckets,
    }
  }

  private readonly entry = new MvccEntry()

  private addPage(page: TreePage, report: (message: string) => void): void {
    const entry = this.entry
    for (let i = 0; i < page.count; i++) {
      entry.read(page, i)
      if (entry.problem) {
        report(`Element ${i} of page ${page.id ?? 'inline'} ${entry.problem}; it is left out.`)
        continue
      }
      if (entry.main > this.lastMain) this.lastMain = entry.main
      // `etcdutl snapshot restore --bump-revision` writes an empty record at the revision it bumps to: a revision, but no key.
      if (entry.keyLength === 0) continue
      this.keyOf.push(this.keys.intern(page.bytes, entry.keyStart, entry.keyLength))
      this.main.push(entry.main)
      this.sub.push(entry.sub)
      this.create.push(entry.tombstone ? 0 : entry.createRevision)
      this.version.push(entry.tombstone ? 0 : Math.max(1, entry.version))
      this.lease.push(entry.leaseHigh === 0 && entry.leaseLow === 0 ? 0 : this.leaseNumber(entry.leaseHigh, entry.leaseLow))
      this.recordOffset.push(page.offset + entry.recordStart)
      this.recordLength.push(entry.recordLength)
    }
  }

  private leaseNumber(high: number, low: number): number {
    const id = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low))
    let number = this.leaseNumbers.get(id)
    if (number === undefined) {
      number = this.leaseIds.push(id) - 1
      this.leaseNumbers.set(id, number)
    }
    return number
  }

  keyspace(): MvccKeyspace {
    return new MvccKeyspace(this)
  }
}

/** The keyspace of one database file, at any revision that it still holds. */
export class MvccKeyspace {
  readonly bolt: BoltFile
  readonly findings: readonly Finding[]
  readonly currentRevision: bigint
  readonly compactedRevision: bigint
  readonly records: EtcdRecords
  readonly stats: DatabaseStats
  private readonly index: Index
  /** Rows of each key, oldest first: those of the key of rank r lie at `rows[starts[r], starts[r + 1])`. */
  private readonly starts: Uint32Array
  private readonly rows: Uint32Array
  /** How many of the keys before rank r live now: counts of the present are a subtraction. */
  private readonly liveBefore: Uint32Array

  constructor(index: Index) {
    this.index = index
    this.bolt = index.bolt
    this.records = index.records
    this.stats = index.stats
    const finished = index.records.finishedCompactRevision ?? 0n
    const scheduled = index.records.scheduledCompactRevision ?? 0n
    this.compactedRevision = max(finished, scheduled)
    this.currentRevision = max(max(1n, BigInt(index.lastMain)), this.compactedRevision)
    if (scheduled > finished) {
      index.findings.push({
        level: 'warning',
        where: 'bucket meta',
        message: `A compaction up to revision ${scheduled} was under way (finished: ${finished}): revisions before ${scheduled} may be partly gone and are not offered.`,
      })
    }
    this.findings = index.findings
    const keys = index.keys.size
    const ranks = new Uint32Array(keys)
    for (let rank = 0; rank < keys; rank++) ranks[index.keys.ranked[rank] as number] = rank
    const starts = new Uint32Array(keys + 1)
    const count = index.keyOf.length
    for (let row = 0; row < count; row++) {
      const rank = ranks[index.keyOf.at(row)] as number
      starts[rank + 1] = (starts[rank + 1] as number) + 1
    }
    for (let rank = 0; rank < keys; rank++) starts[rank + 1] = (starts[rank + 1] as number) + (starts[rank] as number)
    const next = starts.slice()
    const rows = new Uint32Array(count)
    for (let row = 0; row < count; row++) {
      const rank = ranks[index.keyOf.at(row)] as number
      const at = next[rank] as number
      rows[at] = row
      next[rank] = at + 1
    }
    const liveBefore = new Uint32Array(keys + 1)
    for (let rank = 0; rank < keys; rank++) {
      const last = rows[(starts[rank + 1] as number) - 1] as number
      liveBefore[rank + 1] = (liveBefore[rank] as number) + (index.version.at(last) > 0 ? 1 : 0)
    }
    this.starts = starts
    this.rows = rows
    this.liveBefore = liveBefore
  }

  /** Keys that live at the current revision. */
  get liveKeys(): number {
    return this.liveBefore[this.liveBefore.length - 1] as number
  }

  /**
   * etcd's Range, in key order. Throws CompactedError and FutureRevisionError as etcd refuses such revisions, and
   * FileChangedError when the file no longer holds what it held on opening.
   */
  async range(request: RangeRequest): Promise<RangeAnswer> {
    const revision = this.revisionOf(request.revision ?? 0n)
    const present = revision === this.currentRevision
    const at = Number(revision)
    const [from, to] = this.ranks(request.key, request.end)
    const limit = request.limit && request.limit > 0 ? request.limit : Number.POSITIVE_INFINITY
    const wanted: { rank: number; row: number }[] = []
    let count = 0
    if (present) count = (this.liveBefore[to] as number) - (this.liveBefore[from] as number)
    if (!present || !request.countOnly) {
      for (let rank = from; rank < to; rank++) {
        const row = present ? this.newestRow(rank) : this.rowAt(rank, at)
        if (row === null) continue
        if (!present) count++
        if (!request.countOnly && wanted.length < limit) wanted.push({ rank, row })
        else if (present) break
      }
    }
    const values = request.keysOnly
      ? []
      : await this.values(
          wanted.map(({ row }) => row),
          request.signal,
        )
    const kvs = wanted.map(({ rank, row }, i) => ({
      key: this.keyOfRank(rank).slice(),
      createRevision: BigInt(this.index.create.at(row)),
      modRevision: BigInt(this.index.main.at(row)),
      version: BigInt(this.index.version.at(row)),
      lease: this.index.leaseIds[this.index.lease.at(row)] as bigint,
      value: values[i] ?? new Uint8Array(),
    }))
    return { revision, count, more: !request.countOnly && count > kvs.length, kvs }
  }

  /** Every stored change of a key, oldest first; empty for a key that is not in the file. Compaction has taken what came before. */
  history(key: Uint8Array): HistoryEntry[] {
    const [from, to] = this.ranks(key, null)
    if (from === to) return []
    const entries: HistoryEntry[] = []
    for (let at = this.starts[from] as number; at < (this.starts[to] as number); at++) {
      const row = this.rows[at] as number
      const version = this.index.version.at(row)
      entries.push({
        main: BigInt(this.index.main.at(row)),
        sub: this.index.sub.at(row),
        tombstone: version === 0,
        createRevision: BigInt(this.index.create.at(row)),
        version: BigInt(version),
        lease: this.index.leaseIds[this.index.lease.at(row)] as bigint,
      })
    }
    return entries
  }

  /** A lease by its id; null when it has expired, was revoked, or its record cannot be read. */
  async lease(id: bigint): Promise<LeaseRecord | null> {
    const bucket = this.bolt.bucket('lease')
    if (!bucket) return null
    const key = new Uint8Array(8)
    new DataView(key.buffer).setBigInt64(0, id)
    const entry = await this.bolt.seek(bucket, key)
    return entry && compareBytes(entry.key, key) === 0 ? leaseFromRecord(entry.value) : null
  }

  /** Every lease, by id. */
  async *leases(): AsyncGenerator<LeaseRecord> {
    const bucket = this.bolt.bucket('lease')
    if (!bucket) return
    for await (const entry of this.bolt.iterate(bucket)) {
      const lease = leaseFromRecord(entry.value)
      if (lease) yield lease
    }
  }

  private revisionOf(asked: bigint): bigint {
    if (asked <= 0n) return this.currentRevision
    if (asked > this.currentRevision) throw new FutureRevisionError(this.currentRevision)
    if (asked < this.compactedRevision) throw new CompactedError(this.compactedRevision)
    return asked
  }

  private keyOfRank(rank: number): Uint8Array {
    return this.index.keys.key(this.index.keys.ranked[rank] as number)
  }

  /** The ranks [from, to) of an interval. */
  private ranks(key: Uint8Array, end: Uint8Array | null): [number, number] {
    const { keys } = this.index
    const from = keys.lowerBound(key)
    if (end === null || end.length === 0) {
      return from < keys.size && compareBytes(this.keyOfRank(from), key) === 0 ? [from, from + 1] : [from, from]
    }
    if (end.length === 1 && end[0] === 0) return [from, keys.size]
    return [from, Math.max(from, keys.lowerBound(end))]
  }

  private newestRow(rank: number): number | null {
    const row = this.rows[(this.starts[rank + 1] as number) - 1] as number
    return this.index.version.at(row) > 0 ? row : null
  }

  private rowAt(rank: number, revision: number): number | null {
    const first = this.starts[rank] as number
    let low = first
    let high = this.starts[rank + 1] as number
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.index.main.at(this.rows[middle] as number) <= revision) low = middle + 1
      else high = middle
    }
    if (low === first) return null
    const row = this.rows[low - 1] as number
    return this.index.version.at(row) > 0 ? row : null
  }

  /** The values of some rows, in their order; neighbours in the file are read at once. */
  private async values(rows: number[], signal: AbortSignal | undefined): Promise<Uint8Array[]> {
    const values = new Array<Uint8Array>(rows.length)
    const { recordOffset, recordLength } = this.index
    const order = rows.map((_, i) => i).sort((a, b) => recordOffset.at(rows[a] as number) - recordOffset.at(rows[b] as number))
    for (let i = 0; i < order.length; ) {
      signal?.throwIfAborted()
      const start = recordOffset.at(rows[order[i] as number] as number)
      let end = start
      let j = i
      for (; j < order.length; j++) {
        const row = rows[order[j] as number] as number
        const rowEnd = recordOffset.at(row) + recordLength.at(row)
        if (j > i && (recordOffset.at(row) - end > GAP_BYTES || rowEnd - start > READ_BYTES)) break
        end = Math.max(end, rowEnd)
      }
      const bytes = await this.bolt.file.read(start, end - start)
      for (; i < j; i++) {
        const at = order[i] as number
        const row = rows[at] as number
        values[at] = this.valueIn(bytes, recordOffset.at(row) - start, row)
      }
    }
    return values
  }

  /** A row's value out of its KeyValue, if that is still the one that was indexed: a data directory may be in use. */
  private valueIn(bytes: Uint8Array, start: number, row: number): Uint8Array {
    const entry = new MvccEntry()
    entry.recordStart = start
    entry.recordLength = this.index.recordLength.at(row)
    entry.readRecord(bytes)
    const key = bytes.subarray(entry.keyStart, entry.keyStart + entry.keyLength)
    if (
      entry.problem ||
      entry.modRevision !== this.index.main.at(row) ||
      compareBytes(key, this.index.keys.key(this.index.keyOf.at(row))) !== 0
    ) {
      throw new FileChangedError(
        'the file has changed since it was opened: open it again, or open a snapshot of a running etcd instead of its data directory',
      )
    }
    return bytes.slice(entry.valueStart, entry.valueStart + entry.valueLength)
  }
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
