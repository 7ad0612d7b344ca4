// Reads a member's write-ahead log: the member's identity, raft's last state, and the entries after an index.
// Sources: etcd server/wal/{wal,decoder,encoder}.go, walpb/record.proto, raft/raftpb/raft.proto.
import { crc32c } from './crc32c.ts'
import { type FileMessage, messageOf, plain } from './file-messages.ts'
import { bytesField, numberField, wireFields } from './protobuf-fields.ts'
import { changeOf, type RaftEntry, readEntry, type StoredEntry } from './raft-entry.ts'
import { type Finding, type RandomAccess, strictly } from './random-access.ts'

const CHUNK = 256 * 1024
const SECTOR = 512
/** etcd rejects requests of more than a few megabytes; a longer record is damage, and not worth the memory. */
const LONGEST_RECORD = 256 * 1024 * 1024
/** Total size of the requests kept for applying them; a database lags behind its log by less than a second. */
const MOST_KEPT_BYTES = 256 * 1024 * 1024

export type WalSegment = { name: string; file: RandomAccess }

/** The content of a WAL. Ids are 0n if no record has them. */
export type WalReading = {
  nodeId: bigint
  clusterId: bigint
  term: bigint
  vote: bigint
  commit: bigint
  /** Indices of the first and last entry; null if there was none. */
  firstIndex: bigint | null
  lastIndex: bigint | null
  snapshots: { index: bigint; term: bigint }[]
  /** The entries after `after` that change the v2 store or the members, in their final version. */
  entries: RaftEntry[]
  after: bigint
  /** Every entry after the index that a database has applied, with its bytes; empty if not requested. */
  tail: StoredEntry[]
  /** Whether the tail exceeds the limit: then it ends early. */
  tailCut: boolean
}

/** From which raft indices entries are needed: `after` for the v2 store, `tailAfter` (null: none) for the database. */
export type WalQuestion = { after: bigint; tailAfter: bigint | null; signal?: AbortSignal | undefined }

type Stop = { finding: Finding }

/**
 * Reads segments in the order of their names. A torn tail of the last segment is normal after a crash: what precedes it counts, with a finding.
 * Damage anywhere else ends the reading there, with an error finding. Never throws for content; errors of `read` become findings.
 */
export async function readWal(segments: readonly WalSegment[], question: WalQuestion, findings: Finding[]): Promise<WalReading> {
  const reading: WalReading = {
    nodeId: 0n,
    clusterId: 0n,
    term: 0n,
    vote: 0n,
    commit: 0n,
    firstIndex: null,
    lastIndex: null,
    snapshots: [],
    entries: [],
    after: question.after,
    tail: [],
    tailCut: false,
  }
  const reader = new WalReader(reading, question.tailAfter, findings)
  const ordered = [...segments].sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const [i, segment] of ordered.entries()) {
    const stop = await reader.readSegment(segment, i === ordered.length - 1, question.signal)
    if (!stop) continue
    findings.push(stop.finding)
    break
  }
  return reading
}

class WalReader {
  private readonly reading: WalReading
  private readonly tailAfter: bigint | null
  private readonly findings: Finding[]
  private crc = 0
  private identified = false
  private kept = 0

  constructor(reading: WalReading, tailAfter: bigint | null, findings: Finding[]) {
    this.reading = reading
    this.tailAfter = tailAfter
    this.findings = findings
  }

  async readSegment(segment: WalSegment, last: boolean, signal: AbortSignal | undefined): Promise<Stop | null> {
    const bytes = new ChunkReader(strictly(segment.file))
    const size = segment.file.size
    const torn = (offset: number): Stop => ({
      finding: last
        ? {
            level: 'warning',
            where: segment.name,
            says: { code: 'log-torn', params: { segment: segment.name, offset: String(offset) } },
          }
        : {
            level: 'error',
            where: segment.name,
            says: { code: 'log-damaged', params: { segment: segment.name, offset: String(offset), problem: plain('record-cut') } },
          },
    })
    const damaged = (offset: number, problem: FileMessage): Stop => ({
      finding: {
        level: 'error',
        where: segment.name,
        says: { code: 'log-damaged', params: { segment: segment.name, offset: String(offset), problem } },
      },
    })
    for (let offset = 0; offset < size; ) {
      signal?.throwIfAborted()
      if (offset + 8 > size) return torn(offset)
      let frame: Uint8Array
      let recordLength: number
      let frameLength: number
      try {
        const field = await bytes.read(offset, 8)
        const low = (field[0] as number) + (field[1] as number) * 256 + (field[2] as number) * 65536 + (field[3] as number) * 16777216
        const high = (field[4] as number) + (field[5] as number) * 256 + (field[6] as number) * 65536
        const top = field[7] as number
        if (low === 0 && high === 0 && top === 0) {
          await this.lookBehindZeros(segment, offset, signal)
          return null
        }
        recordLength = high * 4294967296 + low
        frameLength = 8 + recordLength + (top & 0x80 ? top & 7 : 0)
        if (recordLength > LONGEST_RECORD) return damaged(offset, { code: 'record-long', params: { bytes: recordLength } })
        if (offset + frameLength > size) return torn(offset)
        frame = await bytes.read(offset, frameLength)
      } catch (error) {
        return damaged(offset, { code: 'cannot-be-read', params: { why: messageOf(error) } })
      }
      const problem = this.readRecord(frame.subarray(8, 8 + recordLength))
      if (problem) return last && hasEmptySector(frame, offset) ? torn(offset) : damaged(offset, problem)
      offset += frameLength
    }
    return null
  }

  /** etcd treats a length of zero as the end of the log, and at its next start overwrites what follows with zeros (server/wal/wal.go ReadAll). */
  private async lookBehindZeros(segment: WalSegment, offset: number, signal: AbortSignal | undefined): Promise<void> {
    const at = await firstByteAfter(segment.file, offset, signal).catch(() => null)
    if (at === null) return
    this.findings.push({
      level: 'error',
      where: segment.name,
      says: { code: 'log-data-after-end', params: { segment: segment.name, offset: String(offset), at: String(at) } },
    })
  }

  private readRecord(bytes: Uint8Array): FileMessage | null {
    const record = wireFields(bytes)
    if (!record) return plain('record-no-record')
    const type = numberField(record, 1)
    const crc = Number(numberField(record, 2) & 0xffffffffn)
    const data = bytesField(record, 3) ?? new Uint8Array()
    if (type === 4n) {
      if (this.crc !== 0 && this.crc !== crc) return plain('record-checksum-of-other')
      this.crc = crc
      return null
    }
    const next = crc32c(data, this.crc)
    if (next !== crc) return plain('checksum-wrong')
    this.crc = next
    if (type === 2n) {
      const entry = readEntry(data)
      if (!entry) return plain('record-no-entry')
      this.addEntry(entry)
      return null
    }
    const fields = wireFields(data)
    if (!fields) return plain('record-content')
    if (type === 1n) return this.identify(numberField(fields, 1), numberField(fields, 2))
    if (type === 3n) {
      this.reading.term = numberField(fields, 1)
      this.reading.vote = numberField(fields, 2)
      this.reading.commit = numberField(fields, 3)
    } else if (type === 5n) this.reading.snapshots.push({ index: numberField(fields, 1), term: numberField(fields, 2) })
    else return { code: 'record-type', params: { type: String(type) } }
    return null
  }

  private identify(nodeId: bigint, clusterId: bigint): FileMessage | null {
    if (this.identified && (nodeId !== this.reading.nodeId || clusterId !== this.reading.clusterId)) return plain('record-of-other-member')
    this.identified = true
    this.reading.nodeId = nodeId
    this.reading.clusterId = clusterId
    return null
  }

  private addEntry(entry: StoredEntry): void {
    const { reading } = this
    const { index, term } = entry
    reading.firstIndex = reading.firstIndex === null || index < reading.firstIndex ? index : reading.firstIndex
    reading.lastIndex = index
    // A new leader's entries replace uncommitted ones from the same index on.
    while ((reading.entries.at(-1)?.index ?? -1n) >= index) reading.entries.pop()
    while ((reading.tail.at(-1)?.index ?? -1n) >= index) {
      this.kept -= reading.tail.pop()?.data.length ?? 0
      reading.tailCut = false
    }
    if (index > reading.after) {
      const change = changeOf(entry)
      if (change) reading.entries.push({ index, term, change })
    }
    if (this.tailAfter === null || index <= this.tailAfter || reading.tailCut) return
    reading.tailCut = this.kept + entry.data.length > MOST_KEPT_BYTES
    if (reading.tailCut) return
    this.kept += entry.data.length
    // A view would keep a quarter of a megabyte in memory for each entry.
    reading.tail.push({ ...entry, data: entry.data.slice() })
  }
}

/** The offset of the first non-zero byte at or after `offset`, or null. */
async function firstByteAfter(file: RandomAccess, offset: number, signal: AbortSignal | undefined): Promise<number | null> {
  for (let from = offset; from < file.size; from += CHUNK) {
    signal?.throwIfAborted()
    const chunk = await file.read(from, Math.min(CHUNK, file.size - from))
    const words = new Float64Array(chunk.buffer, chunk.byteOffset, chunk.byteOffset % 8 === 0 ? chunk.length >>> 3 : 0)
    let word = 0
    // Negative zero equals zero, although one of its eight bytes is not zero.
    while (word < words.length && Object.is(words[word], 0)) word++
    const at = chunk.subarray(word * 8).findIndex((byte) => byte !== 0)
    if (at >= 0) return from + word * 8 + at
  }
  return null
}

/** A write cut off by a crash leaves sectors of zeros in the preallocated file (decoder.go isTornEntry). */
function hasEmptySector(frame: Uint8Array, offset: number): boolean {
  let start = 0
  while (start < frame.length) {
    const end = Math.min(frame.length, start + SECTOR - ((offset + start) % SECTOR))
    if (frame.subarray(start, end).every((byte) => byte === 0)) return true
    start = end
  }
  return false
}

/** Serves small reads from larger ones. A segment has 64 MB; most of a new one is zeros, which need not be read. */
class ChunkReader {
  private readonly file: RandomAccess
  private chunk: Uint8Array = new Uint8Array()
  private start = 0

  constructor(file: RandomAccess) {
    this.file = file
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (offset < this.start || offset + length > this.start + this.chunk.length) {
      this.chunk = await this.file.read(offset, Math.min(this.file.size - offset, Math.max(length, CHUNK)))
      this.start = offset
    }
    return this.chunk.subarray(offset - this.start, offset - this.start + length)
  }
}
