// etcd's v3 keyspace from a database: which keys existed at which revision, and their values, read from the file on request.
// Sources: etcd server/storage/mvcc/{kvstore,key_index,index,kvstore_txn}.go.
import { type BoltFile, fellBack, walkNotes } from './bolt.ts'
import type { TreePage } from './bolt-page.ts'
import { NumberColumn } from './column.ts'
import { CompactedError, FileChangedError, FutureRevisionError } from './errors.ts'
import { type EtcdRecords, type LeaseRecord, leaseFromRecord, readRecords } from './etcd-records.ts'
import { type FindingMessage, plain } from './file-messages.ts'
import { KeyTable } from './key-table.ts'
import { LiveCounts } from './live-counts.ts'
import { MvccEntry } from './mvcc-entry.ts'
import { PageSet } from './page-set.ts'
import { compareBytes, type Finding } from './random-access.ts'
import type { ValuePlaces } from './stored-value.ts'
import { strayLeaves } from './stray-leaves.ts'

const READ_BYTES = 1024 * 1024
const GAP_BYTES = 16 * 1024
/** A value may be megabytes long. */
const VALUES_AT_ONCE = 16
/** Keys that one page of {@link MvccKeyspace.keysContaining} or {@link MvccKeyspace.places} passes: some milliseconds. */
const MOST_PASSED = 16_384

export type MvccOptions = {
  signal?: AbortSignal
  /** The share of the database's pages read so far, 0…1, from time to time. */
  onProgress?: (share: number) => void
}

/** `key` and `end` as in etcd's RangeRequest: `end` null is the single key, [0] every key from `key` on. */
export type RangeRequest = {
  key: Uint8Array
  end: Uint8Array | null
  /** 0n or absent: the current revision. */
  revision?: bigint
  /** 0 or absent: no limit. */
  limit?: number
  keysOnly?: boolean
  countOnly?: boolean
  /** Keys may be views of the index instead of copies. */
  keysTogether?: boolean
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

/** `revision` is the one read; `count` counts every key of the interval at that revision, regardless of the limit. */
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

/** Selects changes of an interval of keys (`key` and `end` as in {@link RangeRequest}) in a range of revisions. */
export type ChangesRequest = {
  key: Uint8Array
  end: Uint8Array | null
  /** The first revision; 0n or absent: the oldest kept. */
  from?: bigint
  /** The last revision, inclusive; 0n or absent: the current one. */
  to?: bigint
  newestFirst?: boolean
  /** If there are more changes, so many of them (two at least), evenly spread, the first and the last among them. */
  most?: number
}

/** One stored change with its key. `valuesOf` reads its value. */
export type StoredChange = HistoryEntry & {
  key: Uint8Array
  /** Size of the value, in bytes; 0 for a tombstone. */
  valueLength: number
  /** Identifies the change within the keyspace. */
  row: number
}

/** Kept changes that follow each other, oldest first, in columns: hundreds of thousands would be as many objects. */
export type ChangeColumns = {
  /** Numbers the keys of this keyspace from 0: see {@link MvccKeyspace.keyNumbered}. */
  key: Uint32Array
  revision: Float64Array
  /** 0 for a tombstone. */
  version: Float64Array
  /** 0 for a tombstone. */
  createRevision: Float64Array
}

/** How full the file is. Pages are counted once, including overflow; sizes in bytes. */
export type DatabaseStats = {
  size: number
  /** Total size of used pages: metas, freelist and everything reachable. Unreadable pages count as free. */
  sizeInUse: number
  pageSize: number
  pages: { total: number; inUse: number; free: number }
  /** Every entry of every bucket (etcdctl's "total keys" up to 3.5). */
  totalEntries: number
  buckets: { name: string; entries: number }[]
}

/**
 * Reads the whole database once and indexes its keys; values stay in the file. If pages of the newest transaction are broken and the previous one is
 * intact, that one is opened, with a finding. If the tree of keys cannot be followed at all, the remaining pages are collected one by one, with a
 * finding. `whole`: every change of one transaction could be read, so later changes can be applied to it. Rejects with the signal's reason when
 * aborted; broken parts are findings, never errors.
 */
export async function readMvcc(bolt: BoltFile, options: MvccOptions = {}): Promise<{ keyspace: MvccKeyspace; whole: boolean }> {
  const index = await Index.read(bolt, options)
  if (index.broken === 0 && bolt.bucket('key')) return { keyspace: index.keyspace(), whole: index.leftOut === 0 }
  const older = index.broken > 0 ? await bolt.older() : null
  if (older) {
    const fallback = await Index.read(older, options)
    if (fallback.broken === 0) {
      fallback.findings.push(fellBack(bolt.meta, older.meta))
      return { keyspace: fallback.keyspace(), whole: fallback.leftOut === 0 }
    }
  }
  if (index.table.main.length === 0) await index.gather(options)
  return { keyspace: index.keyspace(), whole: false }
}

/** One row per stored change, in revision order. */
class RowTable {
  main = new NumberColumn()
  sub = new NumberColumn()
  /** 0 for a tombstone. */
  create = new NumberColumn()
  /** 0 for a tombstone: every put has at least 1. */
  version = new NumberColumn()
  /** Index of its lease id; 0 is none. */
  lease = new NumberColumn()
  /** The KeyValue's offset in the file. */
  recordOffset = new NumberColumn()
  recordLength = new NumberColumn()
  /** Size of the value alone, in bytes. */
  valueLength = new NumberColumn()
}

/** The index under construction: rows in revision order, keys in the order of first occurrence. */
class Index {
  readonly bolt: BoltFile
  readonly findings: Finding[]
  readonly keys = new KeyTable()
  keyOf = new NumberColumn()
  table = new RowTable()
  readonly leaseIds: bigint[] = [0n]
  private readonly leaseNumbers = new Map<bigint, number>()
  broken = 0
  /** Number of elements in unreadable pages. */
  leftOut = 0
  lastMain = 0
  /** The revision that a restore bumped to; 0 for none. */
  bumpedTo = 0
  records!: EtcdRecords
  stats!: DatabaseStats
  inUse!: PageSet

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
      for await (const leaves of bolt.leaves(bucket, { notes })) {
        for (const page of leaves) {
          entries += page.count
          if (name === 'key') index.addPage(page, notes.report)
        }
        options.signal?.throwIfAborted()
        options.onProgress?.(pages.size / bolt.meta.pgid)
      }
      index.broken += notes.broken
      buckets.push({ name, entries })
    }
    if (!bolt.bucket('key')) {
      index.findings.push({
        level: 'error',
        where: 'database',
        says: { code: 'bucket-key-missing', params: {} },
      })
    }
    index.inUse = pages
    index.measure(pages, buckets)
    options.onProgress?.(1)
    return index
  }

  /**
   * Reads every leaf of changes in the file, whether or not a tree leads to it. Every change is stored once under its revision, so old copies of a
   * page agree with new ones; but compacted changes reappear, and the newest may be missing.
   */
  async gather(options: MvccOptions): Promise<void> {
    let pages = 0
    for await (const page of strayLeaves(this.bolt, options)) {
      const before = this.table.main.length
      // Leaves of other buckets contain no revisions; they are not reported.
      this.addPage(page, () => {})
      if (this.table.main.length > before) pages++
    }
    if (pages === 0) return
    this.sortRows()
    this.stats.totalEntries = this.table.main.length
    this.findings.push({
      level: 'error',
      where: 'bucket key',
      says: { code: 'keys-gathered', params: { changes: this.table.main.length, pages } },
    })
  }

  /** Sorts the rows by revision, without duplicates. */
  private sortRows(): void {
    const { main, sub } = this.table
    const order = Uint32Array.from({ length: main.length }, (_, row) => row)
    order.sort((a, b) => main.at(a) - main.at(b) || sub.at(a) - sub.at(b))
    const kept = order.filter((row, i) => {
      const last = order[i - 1]
      return last === undefined || main.at(row) !== main.at(last) || sub.at(row) !== sub.at(last)
    })
    const inOrder = (column: NumberColumn) => {
      const sorted = new NumberColumn()
      for (const row of kept) sorted.push(column.at(row))
      return sorted
    }
    const table = new RowTable()
    for (const name of Object.keys(table) as (keyof RowTable)[]) table[name] = inOrder(this.table[name])
    this.keyOf = inOrder(this.keyOf)
    this.table = table
  }

  private async countRootPages(pages: PageSet): Promise<void> {
    pages.add(0)
    pages.add(1)
    const root = { name: new Uint8Array(), root: this.bolt.meta.root, sequence: 0n, inline: null }
    // Broken parts here were reported on opening.
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

  private addPage(page: TreePage, report: (says: FindingMessage) => void): void {
    const entry = this.entry
    for (let i = 0; i < page.count; i++) {
      entry.read(page, i)
      if (entry.problem) {
        report({ code: 'entry-left-out', params: { element: i, page: page.id === null ? '-' : String(page.id), why: entry.problem } })
        this.leftOut++
        continue
      }
      if (entry.main > this.lastMain) this.lastMain = entry.main
      // `etcdutl snapshot restore --bump-revision` writes an empty record at the new revision: a revision without a key.
      if (entry.keyLength === 0) {
        this.bumpedTo = entry.main
        continue
      }
      this.keyOf.push(this.keys.intern(page.view, entry.keyStart, entry.keyLength))
      this.table.main.push(entry.main)
      this.table.sub.push(entry.sub)
      this.table.create.push(entry.tombstone ? 0 : entry.createRevision)
      this.table.version.push(entry.tombstone ? 0 : Math.max(1, entry.version))
      this.table.lease.push(entry.leaseHigh === 0 && entry.leaseLow === 0 ? 0 : this.leaseNumber(entry.leaseHigh, entry.leaseLow))
      this.table.recordOffset.push(page.offset + entry.recordStart)
      this.table.recordLength.push(entry.recordLength)
      this.table.valueLength.push(entry.valueLength)
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
    this.keys.sort()
    const finished = this.records.finishedCompactRevision ?? 0n
    const scheduled = this.records.scheduledCompactRevision ?? 0n
    const compactedRevision = max(finished, scheduled)
    if (scheduled > finished && Number(scheduled) === this.bumpedTo) {
      this.findings.push({
        level: 'info',
        where: 'bucket meta',
        says: { code: 'restored-bumped', params: { revision: String(scheduled) } },
      })
    } else if (scheduled > finished) {
      this.findings.push({
        level: 'warning',
        where: 'bucket meta',
        says: { code: 'compaction-unfinished', params: { scheduled: String(scheduled), finished: String(finished) } },
      })
    }
    const { bolt, findings, records, stats, inUse, keys, leaseIds, table } = this
    return new MvccKeyspace({
      ...{ bolt, findings, records, stats, inUse, keys, leaseIds, table, compactedRevision },
      treesWhole: this.broken === 0 && !bolt.findings.some(({ level }) => level === 'error'),
      ...rowsByKey(this),
      currentRevision: max(max(1n, BigInt(this.lastMain)), compactedRevision),
      inMemory: null,
      log: null,
    })
  }
}

/** A change that is not in the file: a put, or a tombstone (`version` 0). */
export type Change = {
  key: Uint8Array
  main: number
  sub: number
  create: number
  version: number
  lease: bigint
  value: Uint8Array
}

/** Everything applied to a keyspace from a file. `changes` are in revision order. */
export type Applied = {
  changes: Change[]
  currentRevision: bigint
  compactedRevision: bigint
  /** Leases that were granted, changed or (null) revoked. */
  leases: Map<bigint, LeaseRecord | null>
  records: EtcdRecords
  findings: Finding[]
  log: LogFacts
}

/** What happened to the log beside a database. Writes are requests that change keys, leases, alarms or users. */
export type LogFacts = {
  /** The raft index that the database in the file had applied, and the one shown. */
  databaseIndex: bigint
  shownIndex: bigint
  /** Writes applied in memory; those that etcd rejects do not count. */
  applied: number
  /** Write requests that a majority of the members may never have had: not shown. */
  uncertain: number
  /** Write requests that should be shown but could not be applied. */
  missing: number
}

/** The parts of a keyspace. Rows of the key with rank r are `rows[starts[r], starts[r + 1])`, oldest first. */
type Parts = {
  bolt: BoltFile
  findings: readonly Finding[]
  records: EtcdRecords
  stats: DatabaseStats
  inUse: PageSet
  treesWhole: boolean
  keys: KeyTable
  leaseIds: bigint[]
  table: RowTable
  starts: Uint32Array
  rows: Uint32Array
  currentRevision: bigint
  compactedRevision: bigint
  /** Rows from `first` on have their values in memory instead of the file. */
  inMemory: { first: number; values: Uint8Array[]; leases: Map<bigint, LeaseRecord | null> } | null
  log: LogFacts | null
}

/** The newest state of an existing key. `row` identifies the change. */
export type Current = { row: number; key: Uint8Array; create: number; mod: number; version: number; lease: bigint }

/** A key of the index without its value, whose numbers are read from the index on request. A spread or a clone of it has nothing: all are getters. */
class KeyInFile implements KeyValue {
  readonly #index: Pick<Parts, 'keys' | 'table' | 'leaseIds'>
  readonly #at: Wanted

  constructor(index: Pick<Parts, 'keys' | 'table' | 'leaseIds'>, at: Wanted) {
    this.#index = index
    this.#at = at
  }

  get key(): Uint8Array {
    const { keys } = this.#index
    return keys.key(keys.ranked[this.#at.rank] as number)
  }

  get createRevision(): bigint {
    return BigInt(this.#index.table.create.at(this.#at.row))
  }

  get modRevision(): bigint {
    return BigInt(this.#index.table.main.at(this.#at.row))
  }

  get version(): bigint {
    return BigInt(this.#index.table.version.at(this.#at.row))
  }

  get lease(): bigint {
    return this.#index.leaseIds[this.#index.table.lease.at(this.#at.row)] as bigint
  }

  get value(): Uint8Array {
    return NO_VALUE
  }
}

/** The keyspace of one database file, at any revision that it still has. */
export class MvccKeyspace {
  readonly bolt: BoltFile
  readonly findings: readonly Finding[]
  readonly currentRevision: bigint
  readonly compactedRevision: bigint
  readonly records: EtcdRecords
  /** For the file only: changes applied in memory are not counted. */
  readonly stats: DatabaseStats
  /** Every page of the file reachable from the database's trees. */
  readonly inUse: PageSet
  /** Whether every page of every bucket could be followed. */
  readonly treesWhole: boolean
  /** Null if no log was given. */
  readonly log: LogFacts | null
  private readonly parts: Parts
  private readonly keys: KeyTable
  private readonly leaseIds: readonly bigint[]
  private readonly starts: Uint32Array
  private readonly rows: Uint32Array
  private readonly table: RowTable
  /** Memory for reading values while nobody uses it. */
  private spare: Uint8Array | null = null
  private readonly live: LiveCounts

  constructor(parts: Parts) {
    this.parts = parts
    this.keys = parts.keys
    this.leaseIds = parts.leaseIds
    this.bolt = parts.bolt
    this.records = parts.records
    this.stats = parts.stats
    this.inUse = parts.inUse
    this.treesWhole = parts.treesWhole
    this.log = parts.log
    this.compactedRevision = parts.compactedRevision
    this.currentRevision = parts.currentRevision
    this.findings = parts.findings
    this.starts = parts.starts
    this.rows = parts.rows
    this.table = parts.table
    this.live = new LiveCounts(this.starts.length - 1, (rank) => this.newestRow(rank) !== null)
  }

  /** The keyspace with additional changes in memory. Takes over this one's parts: it must not be used any more. */
  with(applied: Applied): MvccKeyspace {
    const { parts, table } = this
    const first = table.main.length
    if (applied.changes.length === 0) return this.withRows(applied, first, parts.starts, parts.rows)
    const byKey = new Map<string, { key: Uint8Array; rows: number[] }>()
    const leaseNumbers = new Map(parts.leaseIds.map((id, number) => [id, number]))
    for (const change of applied.changes) {
      const id = keyId(change.key)
      const known = byKey.get(id) ?? { key: change.key, rows: [] }
      byKey.set(id, known)
      known.rows.push(table.main.length)
      let lease = leaseNumbers.get(change.lease)
      if (lease === undefined) {
        lease = parts.leaseIds.push(change.lease) - 1
        leaseNumbers.set(change.lease, lease)
      }
      table.main.push(change.main)
      table.sub.push(change.sub)
      table.create.push(change.create)
      table.version.push(change.version)
      table.lease.push(lease)
      table.recordOffset.push(0)
      table.recordLength.push(0)
      table.valueLength.push(change.value.length)
    }
    const changed = [...byKey.values()].sort((a, b) => compareBytes(a.key, b.key))
    const ranksBefore = changed.map(({ key }) => this.ranks(key, null))
    parts.keys.extend(changed.filter((_, i) => ranksBefore[i]?.[0] === ranksBefore[i]?.[1]).map(({ key }) => key))
    const starts = new Uint32Array(parts.keys.ranked.length + 1)
    const rows = new Uint32Array(table.main.length)
    // Unchanged keys in between keep their rows; new rows of a changed key follow its old ones.
    let rank = 0
    let filled = 0
    let oldRank = 0
    const keepUpTo = (end: number) => {
      for (; oldRank < end; oldRank++) {
        starts[rank++] = filled
        const own = parts.rows.subarray(parts.starts[oldRank], parts.starts[oldRank + 1])
        rows.set(own, filled)
        filled += own.length
      }
    }
    for (const [i, { rows: added }] of changed.entries()) {
      const [from, to] = ranksBefore[i] as [number, number]
      keepUpTo(to)
      if (from === to) starts[rank++] = filled
      rows.set(added, filled)
      filled += added.length
    }
    keepUpTo(parts.starts.length - 1)
    starts[rank] = filled
    return this.withRows(applied, first, starts, rows)
  }

  private withRows(applied: Applied, first: number, starts: Uint32Array, rows: Uint32Array): MvccKeyspace {
    return new MvccKeyspace({
      ...this.parts,
      ...{ starts, rows },
      currentRevision: applied.currentRevision,
      compactedRevision: applied.compactedRevision,
      records: applied.records,
      findings: [...this.parts.findings, ...applied.findings],
      inMemory: { first, values: applied.changes.map(({ value }) => value), leases: applied.leases },
      log: applied.log,
    })
  }

  /** The newest state of a key; null if it does not exist. */
  current(key: Uint8Array): Current | null {
    const [from, to] = this.ranks(key, null)
    return from === to ? null : this.currentOfRank(from)
  }

  /** The newest state of every existing key in an interval, in key order. */
  *currents(key: Uint8Array, end: Uint8Array | null): Generator<Current> {
    const [from, to] = this.ranks(key, end)
    for (let rank = from; rank < to; rank++) {
      const current = this.currentOfRank(rank)
      if (current) yield current
    }
  }

  private currentOfRank(rank: number): Current | null {
    const row = this.newestRow(rank)
    if (row === null) return null
    const { table } = this
    return {
      row,
      key: this.keyOfRank(rank),
      create: table.create.at(row),
      mod: table.main.at(row),
      version: table.version.at(row),
      lease: this.leaseIds[table.lease.at(row)] as bigint,
    }
  }

  /** Number of keys at the current revision. */
  get liveKeys(): number {
    return this.live.before(this.starts.length - 1)
  }

  /**
   * The keys of an interval that contain a text in any case, without their values, in key order. `text` is ASCII in lower case. A page ends after
   * `pageSize` of them or after many others; `count` is the number of all keys that it passed. Throws like {@link range}.
   */
  *keysContaining({
    key,
    end,
    revision,
    text,
    pageSize,
  }: Pick<RangeRequest, 'key' | 'end' | 'revision'> & { text: Uint8Array; pageSize: number }): Generator<RangeAnswer, void> {
    const at = this.revisionOf(revision ?? 0n)
    const present = at === this.currentRevision
    const [from, to] = this.ranks(key, end)
    const marks = this.keys.containing(text)
    let kvs: RangeAnswer['kvs'] = []
    let count = 0
    let start = from
    const passed = (next: number): RangeAnswer => {
      if (present) count = this.live.between(start, next)
      return { revision: at, count, more: next < to, kvs }
    }
    for (let rank = from; rank < to; rank++) {
      if (kvs.length >= pageSize || rank - start >= MOST_PASSED) {
        yield passed(rank)
        kvs = []
        count = 0
        start = rank
      }
      const marked = marks[this.keys.ranked[rank] as number] === 1
      if (!marked && present) continue
      const row = present ? this.newestRow(rank) : this.rowAt(rank, Number(at))
      if (row === null) continue
      if (!present) count++
      if (marked) kvs.push(this.keyValue({ rank, row }, undefined))
    }
    yield passed(to)
  }

  /**
   * The keys of an interval and where their values are, in key order and in pages of at most `pageSize` keys and (but for one value) `pageBytes` of
   * values: for readers that read the file themselves. A page ends, even an empty one, after `mostPassed` keys of which many did not
   * exist. Throws like {@link range}.
   */
  *places({
    key,
    end,
    revision,
    pageSize,
    pageBytes,
    mostPassed = MOST_PASSED,
  }: Pick<RangeRequest, 'key' | 'end' | 'revision'> & { pageSize: number; pageBytes: number; mostPassed?: number }): Generator<
    ValuePlaces,
    void
  > {
    const at = this.revisionOf(revision ?? 0n)
    const present = at === this.currentRevision
    const [from, to] = this.ranks(key, end)
    let wanted: Wanted[] = []
    let bytes = 0
    let start = from
    for (let rank = from; rank < to; rank++) {
      const row = present ? this.newestRow(rank) : this.rowAt(rank, Number(at))
      const size = row === null ? 0 : this.table.valueLength.at(row)
      const full = row !== null && wanted.length > 0 && (wanted.length >= pageSize || bytes + size > pageBytes)
      if (full || rank - start >= mostPassed) {
        yield this.placesOf(wanted)
        wanted = []
        bytes = 0
        start = rank
      }
      if (row === null) continue
      wanted.push({ rank, row })
      bytes += size
    }
    if (wanted.length > 0) yield this.placesOf(wanted)
  }

  private placesOf(wanted: readonly Wanted[]): ValuePlaces {
    const { table, leaseIds } = this
    const { first, values } = this.parts.inMemory ?? { first: Number.POSITIVE_INFINITY, values: [] }
    const count = wanted.length
    const own = wanted.map(({ rank }) => this.keyOfRank(rank))
    const keys = new Uint8Array(own.reduce((sum, key) => sum + key.length, 0))
    const sizes = new Uint32Array(2 * count)
    const numbers = new BigInt64Array(4 * count)
    const records = new Float64Array(2 * count)
    const inMemory: ValuePlaces['inMemory'] = []
    let at = 0
    for (const [i, { row }] of wanted.entries()) {
      const key = own[i] as Uint8Array
      keys.set(key, at)
      at += key.length
      sizes[2 * i] = key.length
      sizes[2 * i + 1] = table.valueLength.at(row)
      numbers[4 * i] = BigInt(table.create.at(row))
      numbers[4 * i + 1] = BigInt(table.main.at(row))
      numbers[4 * i + 2] = BigInt(table.version.at(row))
      numbers[4 * i + 3] = leaseIds[table.lease.at(row)] as bigint
      if (row >= first) inMemory.push({ index: i, value: values[row - first] as Uint8Array })
      else {
        records[2 * i] = table.recordOffset.at(row)
        records[2 * i + 1] = table.recordLength.at(row)
      }
    }
    return { count, keys, sizes, numbers, records, inMemory }
  }

  /**
   * etcd's Range, in key order. Throws CompactedError and FutureRevisionError as etcd rejects such revisions, and FileChangedError if the file
   * changed since opening.
   */
  async range(request: RangeRequest): Promise<RangeAnswer> {
    const revision = this.revisionOf(request.revision ?? 0n)
    const present = revision === this.currentRevision
    const at = Number(revision)
    const [from, to] = this.ranks(request.key, request.end)
    const limit = request.limit && request.limit > 0 ? request.limit : Number.POSITIVE_INFINITY
    const wanted: Wanted[] = []
    let count = 0
    if (present) count = this.live.between(from, to)
    if (!present || !request.countOnly) {
      for (let rank = from; rank < to; rank++) {
        const row = present ? this.newestRow(rank) : this.rowAt(rank, at)
        if (row === null) continue
        if (!present) count++
        if (!request.countOnly && wanted.length < limit) wanted.push({ rank, row })
        else if (present) break
      }
    }
    const more = !request.countOnly && count > wanted.length
    // Listings of a million keys look at few of their numbers: an object with four bigints for each would be most of the garbage.
    if (request.keysOnly && request.keysTogether)
      return { revision, count, more, kvs: wanted.map((item) => new KeyInFile(this.parts, item)) }
    const values = request.keysOnly ? [] : await this.values(wanted, request.signal)
    const kvs = wanted.map((item, i) => this.keyValue(item, values[i]))
    return { revision, count, more, kvs }
  }

  /**
   * The states of some keys, each at its revision; null where it did not exist. One reading for all: neighbours in the file are read together. Throws
   * like {@link range}.
   */
  async statesAt(points: readonly { key: Uint8Array; revision: bigint }[], signal?: AbortSignal): Promise<(KeyValue | null)[]> {
    const wanted = points.map(({ key, revision }): Wanted | null => {
      const at = Number(this.revisionOf(revision))
      const [rank, end] = this.ranks(key, null)
      const row = rank === end ? null : this.rowAt(rank, at)
      return row === null ? null : { rank, row }
    })
    const found = wanted.filter((item) => item !== null)
    const values = await this.values(found, signal)
    let next = 0
    return wanted.map((item) => (item === null ? null : this.keyValue(item, values[next++])))
  }

  /**
   * The number of keys in an interval at a revision, and the total size of their values: known from the index, without reading them. `roundTo` rounds
   * the size of each value up to a multiple of that many bytes.
   */
  measure(request: Pick<RangeRequest, 'key' | 'end' | 'revision'> & { roundTo?: number }): { keys: number; bytes: number } {
    const revision = this.revisionOf(request.revision ?? 0n)
    const present = revision === this.currentRevision
    const at = Number(revision)
    const [from, to] = this.ranks(request.key, request.end)
    const { roundTo = 1 } = request
    let keys = 0
    let bytes = 0
    for (let rank = from; rank < to; rank++) {
      const row = present ? this.newestRow(rank) : this.rowAt(rank, at)
      if (row === null) continue
      keys++
      bytes += Math.ceil(this.table.valueLength.at(row) / roundTo) * roundTo
    }
    return { keys, bytes }
  }

  /** Every kept change of a key, oldest first; empty for an unknown key. Earlier ones were compacted. */
  history(key: Uint8Array): HistoryEntry[] {
    const [from, to] = this.ranks(key, null)
    if (from === to) return []
    const entries: HistoryEntry[] = []
    const own = this.rows.subarray(this.starts[from], this.starts[to])
    const compacted = Number(this.compactedRevision)
    for (const [i, row] of own.entries()) {
      const version = this.table.version.at(row)
      // A compaction that has not reached these pages yet, or was applied in memory, still hides them.
      const next = own[i + 1]
      if (next !== undefined ? this.table.main.at(next) <= compacted : version === 0 && this.table.main.at(row) <= compacted) continue
      entries.push({
        main: BigInt(this.table.main.at(row)),
        sub: this.table.sub.at(row),
        tombstone: version === 0,
        createRevision: BigInt(this.table.create.at(row)),
        version: BigInt(version),
        lease: this.leaseIds[this.table.lease.at(row)] as bigint,
      })
    }
    return entries
  }

  /**
   * Every kept change of an interval of keys, in (reverse) revision order, without the values. Changes of one transaction have the same revision; those
   * of one key share its bytes. The work before the first change is proportional to the number of changes in the interval.
   */
  *changes(request: ChangesRequest): Generator<StoredChange> {
    const [fromRank, toRank] = this.ranks(request.key, request.end)
    const first = request.from && request.from > 0n ? this.rowFrom(Number(request.from)) : 0
    const last = request.to && request.to > 0n ? this.rowFrom(Number(request.to) + 1) : this.table.main.length
    const places = this.placesByRevision(fromRank, toRank, first, last)
    const { most = places.length } = request
    const keys = new Map<number, Uint8Array>()
    const keyOf = (rank: number): Uint8Array => {
      const known = keys.get(rank) ?? this.keyOfRank(rank).slice()
      keys.set(rank, known)
      return known
    }
    for (let i = 0; i < places.length; i++) {
      if (places.length > most && !isChosen(i, places.length, most)) continue
      const place = places[request.newestFirst ? places.length - 1 - i : i] as number
      const rank = this.rankOfPlace(place)
      const row = this.rows[place] as number
      const version = this.table.version.at(row)
      yield {
        key: keyOf(rank),
        main: BigInt(this.table.main.at(row)),
        sub: this.table.sub.at(row),
        tombstone: version === 0,
        createRevision: BigInt(this.table.create.at(row)),
        version: BigInt(version),
        lease: this.leaseIds[this.table.lease.at(row)] as bigint,
        valueLength: this.table.valueLength.at(row),
        row,
      }
    }
  }

  /**
   * Every kept change, `atOnce` at a time: the newest part first, each part oldest first. The work before the first part is proportional to the number
   * of changes.
   */
  *changeColumns(atOnce: number): Generator<ChangeColumns> {
    const { starts, rows, table } = this
    const places = this.placesByRevision(0, this.keys.size, 0, table.main.length)
    const rankOfPlace = new Uint32Array(rows.length)
    for (let rank = 0; rank + 1 < starts.length; rank++) rankOfPlace.fill(rank, starts[rank], starts[rank + 1])
    for (let end = places.length; end > 0; end -= atOnce) {
      const part = places.subarray(Math.max(0, end - atOnce), end)
      const columns: ChangeColumns = {
        key: new Uint32Array(part.length),
        revision: new Float64Array(part.length),
        version: new Float64Array(part.length),
        createRevision: new Float64Array(part.length),
      }
      for (let i = 0; i < part.length; i++) {
        const place = part[i] as number
        const row = rows[place] as number
        columns.key[i] = rankOfPlace[place] as number
        columns.revision[i] = table.main.at(row)
        columns.version[i] = table.version.at(row)
        columns.createRevision[i] = table.create.at(row)
      }
      yield columns
    }
  }

  /** A copy of the key with a number of {@link ChangeColumns}. */
  keyNumbered(number: number): Uint8Array {
    return this.keyOfRank(number).slice()
  }

  /** The values of changes, in the same order; empty for a tombstone. Rejects like `range` if the file has changed. */
  async valuesOf(changes: readonly Pick<StoredChange, 'key' | 'row' | 'tombstone'>[], signal?: AbortSignal): Promise<Uint8Array[]> {
    const wanted = changes.filter(({ tombstone }) => !tombstone).map(({ key, row }) => ({ rank: this.ranks(key, null)[0], row }))
    const values = await this.values(wanted, signal)
    let next = 0
    return changes.map(({ tombstone }) => (tombstone ? new Uint8Array() : (values[next++] as Uint8Array)))
  }

  /** The current state of the keys of the last `changes` stored changes, without deleted ones; a few values are in memory at a time. */
  async *lastChanged(changes: number): AsyncGenerator<KeyValue> {
    const first = this.rows.length - changes
    const wanted: Wanted[] = []
    for (let rank = 0; rank + 1 < this.starts.length; rank++) {
      const row = this.newestRow(rank)
      if (row !== null && row >= first) wanted.push({ rank, row })
    }
    wanted.sort((a, b) => a.row - b.row)
    for (let from = 0; from < wanted.length; from += VALUES_AT_ONCE) {
      const some = wanted.slice(from, from + VALUES_AT_ONCE)
      const values = await this.values(some, undefined)
      for (const [i, item] of some.entries()) yield this.keyValue(item, values[i])
    }
  }

  /** A lease by its id; null if it has expired, was revoked, or its record is unreadable. */
  async lease(id: bigint): Promise<LeaseRecord | null> {
    const applied = this.parts.inMemory?.leases.get(id)
    if (applied !== undefined) return applied
    const bucket = this.bolt.bucket('lease')
    if (!bucket) return null
    const key = new Uint8Array(8)
    new DataView(key.buffer).setBigInt64(0, id)
    const entry = await this.bolt.seek(bucket, key)
    return entry && compareBytes(entry.key, key) === 0 ? leaseFromRecord(entry.value) : null
  }

  /** Every lease: those of the file by id, then those granted in memory. */
  async *leases(): AsyncGenerator<LeaseRecord> {
    const applied = this.parts.inMemory?.leases ?? new Map<bigint, LeaseRecord | null>()
    const bucket = this.bolt.bucket('lease')
    for await (const entry of bucket ? this.bolt.iterate(bucket) : []) {
      const lease = leaseFromRecord(entry.value)
      if (lease && !applied.has(lease.id)) yield lease
    }
    for (const lease of applied.values()) if (lease) yield lease
  }

  /** The value of a change from {@link current} or {@link currents}. */
  async valueOf({ row, key }: Pick<Current, 'row' | 'key'>): Promise<Uint8Array> {
    const [value] = await this.values([{ rank: this.ranks(key, null)[0], row }], undefined)
    return value as Uint8Array
  }

  private revisionOf(asked: bigint): bigint {
    if (asked <= 0n) return this.currentRevision
    if (asked > this.currentRevision) throw new FutureRevisionError(this.currentRevision)
    if (asked < this.compactedRevision) throw new CompactedError(this.compactedRevision)
    return asked
  }

  private keyValue({ rank, row }: Wanted, value: Uint8Array = NO_VALUE): KeyValue {
    return {
      key: this.keyOfRank(rank).slice(),
      createRevision: BigInt(this.table.create.at(row)),
      modRevision: BigInt(this.table.main.at(row)),
      version: BigInt(this.table.version.at(row)),
      lease: this.leaseIds[this.table.lease.at(row)] as bigint,
      value,
    }
  }

  private keyOfRank(rank: number): Uint8Array {
    return this.keys.key(this.keys.ranked[rank] as number)
  }

  /** The ranks [from, to) of an interval. */
  private ranks(key: Uint8Array, end: Uint8Array | null): [number, number] {
    const { keys } = this
    const from = keys.lowerBound(key)
    if (end === null || end.length === 0) {
      return from < keys.size && compareBytes(this.keyOfRank(from), key) === 0 ? [from, from + 1] : [from, from]
    }
    if (end.length === 1 && end[0] === 0) return [from, keys.size]
    return [from, Math.max(from, keys.lowerBound(end))]
  }

  /** The first row at or after a revision. */
  private rowFrom(revision: number): number {
    let low = 0
    let high = this.table.main.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.table.main.at(middle) < revision) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The indexes in `rows` of the kept changes of some keys within the rows [first, last), in revision order. */
  private placesByRevision(fromRank: number, toRank: number, first: number, last: number): Uint32Array {
    const { starts, rows } = this
    const compacted = Number(this.compactedRevision)
    const places = new Uint32Array((starts[toRank] as number) - (starts[fromRank] as number))
    let count = 0
    for (let rank = fromRank; rank < toRank; rank++) {
      const end = starts[rank + 1] as number
      for (let place = starts[rank] as number; place < end; place++) {
        const row = rows[place] as number
        if (row < first) continue
        if (row >= last) break
        // An unfinished compaction may not have removed these changes yet.
        const next = place + 1 < end ? (rows[place + 1] as number) : null
        const gone =
          next === null ? this.table.version.at(row) === 0 && this.table.main.at(row) <= compacted : this.table.main.at(next) <= compacted
        if (!gone) places[count++] = place
      }
    }
    const kept = places.subarray(0, count)
    if (count === 0) return kept
    const window = last - first
    if (count * Math.log2(count + 1) < window) return kept.sort((a, b) => (rows[a] as number) - (rows[b] as number))
    // For a dense window, placing each index by its row is faster than sorting.
    const placeOf = new Uint32Array(window)
    for (const place of kept) placeOf[(rows[place] as number) - first] = place + 1
    let filled = 0
    for (const place of placeOf) if (place > 0) kept[filled++] = place - 1
    return kept
  }

  /** The rank of the key of an index in `rows`. */
  private rankOfPlace(place: number): number {
    let low = 0
    let high = this.starts.length - 1
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.starts[middle] as number) <= place) low = middle
      else high = middle
    }
    return low
  }

  private newestRow(rank: number): number | null {
    const row = this.rows[(this.starts[rank + 1] as number) - 1] as number
    return this.table.version.at(row) > 0 ? row : null
  }

  private rowAt(rank: number, revision: number): number | null {
    const first = this.starts[rank] as number
    let low = first
    let high = this.starts[rank + 1] as number
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.table.main.at(this.rows[middle] as number) <= revision) low = middle + 1
      else high = middle
    }
    if (low === first) return null
    const row = this.rows[low - 1] as number
    return this.table.version.at(row) > 0 ? row : null
  }

  /** The values of some rows, in order; neighbours in the file are read together. */
  private async values(wanted: Wanted[], signal: AbortSignal | undefined): Promise<Uint8Array[]> {
    const { first, values: kept } = this.parts.inMemory ?? { first: Number.POSITIVE_INFINITY, values: [] }
    const values = this.room(wanted)
    for (const [i, { row }] of wanted.entries()) if (row >= first) (values[i] as Uint8Array).set(kept[row - first] as Uint8Array)
    const inFile = wanted
      .map(({ rank, row }, i) => ({ i, rank, row, start: this.table.recordOffset.at(row), length: this.table.recordLength.at(row) }))
      .filter(({ row }) => row < first)
      .sort((a, b) => a.start - b.start)
    for (let from = 0; from < inFile.length; ) {
      signal?.throwIfAborted()
      const start = inFile[from]?.start ?? 0
      let end = start
      let to = from
      for (; to < inFile.length; to++) {
        const next = inFile[to] as (typeof inFile)[number]
        const nextEnd = next.start + next.length
        if (to > from && (next.start - end > GAP_BYTES || nextEnd - start > READ_BYTES)) break
        end = Math.max(end, nextEnd)
      }
      await this.reading(start, end - start, (bytes) => {
        for (let i = from; i < to; i++) {
          const record = inFile[i] as (typeof inFile)[number]
          const value = this.valueIn(bytes, record.start - start, record)
          const target = values[record.i] as Uint8Array
          if (value.length !== target.length) throw new FileChangedError(plain('file-is-changed'))
          target.set(value)
        }
      })
      from = to
    }
    return values
  }

  /** Reads a part of the file for as long as `use` runs: mostly into the same memory as the part before. */
  private async reading(start: number, length: number, use: (bytes: Uint8Array) => void): Promise<void> {
    const { file } = this.bolt
    if (file.readInto === undefined || length > READ_BYTES) return use(await file.read(start, length))
    const spare = this.spare ?? new Uint8Array(READ_BYTES)
    this.spare = null
    const bytes = spare.subarray(0, length)
    await file.readInto(start, bytes)
    use(bytes)
    this.spare = spare
  }

  /** Room for the values, back to back in one buffer: it can be transferred, and a buffer for each would be as many pieces of garbage. */
  private room(wanted: readonly Wanted[]): Uint8Array[] {
    const sizes = wanted.map(({ row }) => this.table.valueLength.at(row))
    const all = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0))
    let at = 0
    return sizes.map((size) => {
      at += size
      return all.subarray(at - size, at)
    })
  }

  /** A row's value from its KeyValue, if that is still the indexed one: a data directory may be in use. */
  private valueIn(bytes: Uint8Array, start: number, { rank, row }: Wanted): Uint8Array {
    const entry = new MvccEntry()
    entry.recordStart = start
    entry.recordLength = this.table.recordLength.at(row)
    entry.readRecord(bytes)
    const key = bytes.subarray(entry.keyStart, entry.keyStart + entry.keyLength)
    if (entry.problem || entry.modRevision !== this.table.main.at(row) || compareBytes(key, this.keyOfRank(rank)) !== 0) {
      throw new FileChangedError(plain('file-is-changed'))
    }
    return bytes.subarray(entry.valueStart, entry.valueStart + entry.valueLength)
  }
}

/** Without a value. */
const NO_VALUE = new Uint8Array(0)

type Wanted = { rank: number; row: number }

/** Whether a place is one of `most` among `all` that are evenly spread. */
function isChosen(place: number, all: number, most: number): boolean {
  const share = (at: number) => Math.floor((at * (Math.max(2, most) - 1)) / (all - 1))
  return place === 0 || share(place) !== share(place - 1)
}

/** The rows of each key, keys in byte order, by a counting sort that keeps revision order. */
function rowsByKey(index: Index): { starts: Uint32Array; rows: Uint32Array } {
  const { ranked } = index.keys
  const { keyOf } = index
  const ranks = new Uint32Array(ranked.length)
  for (let rank = 0; rank < ranked.length; rank++) ranks[ranked[rank] as number] = rank
  // Shifted by one, so that filling moves each start to its final place.
  const starts = new Uint32Array(ranked.length + 2)
  for (let row = 0; row < keyOf.length; row++) {
    const at = (ranks[keyOf.at(row)] as number) + 2
    starts[at] = (starts[at] as number) + 1
  }
  for (let rank = 2; rank < starts.length; rank++) starts[rank] = (starts[rank] as number) + (starts[rank - 1] as number)
  const rows = new Uint32Array(keyOf.length)
  for (let row = 0; row < rows.length; row++) {
    const at = (ranks[keyOf.at(row)] as number) + 1
    const place = starts[at] as number
    rows[place] = row
    starts[at] = place + 1
  }
  keyOf.clear()
  return { starts: starts.subarray(0, ranked.length + 1), rows }
}

/** A key as a unique text: one character per byte. */
export function keyId(key: Uint8Array): string {
  let id = ''
  for (const byte of key) id += String.fromCharCode(byte)
  return id
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
