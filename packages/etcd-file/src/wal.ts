// Reads a member's write-ahead log: who the member is, what raft last knew, and the entries after a given index.
// Sources: etcd server/wal/{wal,decoder,encoder}.go, walpb/record.proto, raft/raftpb/raft.proto.
import { crc32c } from './crc32c.ts'
import { bytesField, numberField, wireFields } from './protobuf-fields.ts'
import { type RaftEntry, readEntry } from './raft-entry.ts'
import { type Finding, type RandomAccess, strictly } from './random-access.ts'

const CHUNK = 256 * 1024
const SECTOR = 512
/** etcd refuses requests over a few megabytes; a longer record is damage, and is not worth the memory. */
const LONGEST_RECORD = 256 * 1024 * 1024

export type WalSegment = { name: string; file: RandomAccess }

/** What a WAL says. Ids are 0n when no record told them. */
export type WalReading = {
  nodeId: bigint
  clusterId: bigint
  term: bigint
  vote: bigint
  commit: bigint
  /** Indices of the first and last entry seen; null when there was none. */
  firstIndex: bigint | null
  lastIndex: bigint | null
  snapshots: { index: bigint; term: bigint }[]
  /** The entries after the asked index that change the v2 store or the members, as the last writer left them. */
  entries: RaftEntry[]
}

type Stop = { finding: Finding }

/**
 * Reads segments in order of their names. A torn tail of the last segment is normal after a crash: what precedes it counts, with a finding.
 * Damage anywhere else ends the reading there, with an error finding. Never throws for content; errors of `read` become findings.
 */
export async function readWal(segments: WalSegment[], after: bigint, findings: Finding[], signal?: AbortSignal): Promise<WalReading> {
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
  }
  const reader = new WalReader(reading, after)
  const ordered = [...segments].sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const [i, segment] of ordered.entries()) {
    const stop = await reader.readSegment(segment, i === ordered.length - 1, signal)
    if (!stop) continue
    findings.push(stop.finding)
    break
  }
  return reading
}

class WalReader {
  private readonly reading: WalReading
  private readonly after: bigint
  private crc = 0
  private identified = false

  constructor(reading: WalReading, after: bigint) {
    this.reading = reading
    this.after = after
  }

  async readSegment(segment: WalSegment, last: boolean, signal: AbortSignal | undefined): Promise<Stop | null> {
    const bytes = new ChunkReader(strictly(segment.file))
    const size = segment.file.size
    const torn = (offset: number): Stop => ({
      finding: last
        ? {
            level: 'warning',
            where: segment.name,
            message: `The log ends in an unfinished record at byte ${offset}, as after a crash; what precedes it was read.`,
          }
        : {
            level: 'error',
            where: segment.name,
            message: `The record at byte ${offset} is cut off although more of the log follows; later changes are not shown.`,
          },
    })
    const damaged = (offset: number, what: string): Stop => ({
      finding: { level: 'error', where: segment.name, message: `The record at byte ${offset} ${what}; later changes are not shown.` },
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
        if (low === 0 && high === 0 && top === 0) return null
        recordLength = high * 4294967296 + low
        frameLength = 8 + recordLength + (top & 0x80 ? top & 7 : 0)
        if (recordLength > LONGEST_RECORD) return damaged(offset, `says it is ${recordLength} bytes long`)
        if (offset + frameLength > size) return torn(offset)
        frame = await bytes.read(offset, frameLength)
      } catch (error) {
        return damaged(offset, `cannot be read (${error instanceof Error ? error.message : String(error)})`)
      }
      const problem = this.readRecord(frame.subarray(8, 8 + recordLength))
      if (problem) return last && hasEmptySector(frame, offset) ? torn(offset) : damaged(offset, problem)
      offset += frameLength
    }
    return null
  }

  private readRecord(bytes: Uint8Array): string | null {
    const record = wireFields(bytes)
    if (!record) return 'is not a record'
    const type = numberField(record, 1)
    const crc = Number(numberField(record, 2) & 0xffffffffn)
    const data = bytesField(record, 3) ?? new Uint8Array()
    if (type === 4n) {
      if (this.crc !== 0 && this.crc !== crc) return 'does not continue the checksum of the segment before'
      this.crc = crc
      return null
    }
    const next = crc32c(data, this.crc)
    if (next !== crc) return 'has a wrong checksum'
    this.crc = next
    if (type === 2n) {
      const entry = readEntry(data)
      if (!entry) return 'does not hold a raft entry'
      this.addEntry(entry)
      return null
    }
    const fields = wireFields(data)
    if (!fields) return 'has unreadable content'
    if (type === 1n) return this.identify(numberField(fields, 1), numberField(fields, 2))
    if (type === 3n) {
      this.reading.term = numberField(fields, 1)
      this.reading.vote = numberField(fields, 2)
      this.reading.commit = numberField(fields, 3)
    } else if (type === 5n) this.reading.snapshots.push({ index: numberField(fields, 1), term: numberField(fields, 2) })
    else return `is of the unknown type ${type}`
    return null
  }

  private identify(nodeId: bigint, clusterId: bigint): string | null {
    if (this.identified && (nodeId !== this.reading.nodeId || clusterId !== this.reading.clusterId))
      return 'is of another member than the log before it'
    this.identified = true
    this.reading.nodeId = nodeId
    this.reading.clusterId = clusterId
    return null
  }

  private addEntry(entry: RaftEntry): void {
    const { reading } = this
    reading.firstIndex = reading.firstIndex === null || entry.index < reading.firstIndex ? entry.index : reading.firstIndex
    reading.lastIndex = entry.index
    // A new leader's entries take the place of uncommitted ones from the same index on.
    while ((reading.entries.at(-1)?.index ?? -1n) >= entry.index) reading.entries.pop()
    if (entry.index > this.after && entry.change) reading.entries.push(entry)
  }
}

/** A write that a crash cut off leaves sectors of zeros where the preallocated file was not reached (decoder.go isTornEntry). */
function hasEmptySector(frame: Uint8Array, offset: number): boolean {
  let start = 0
  while (start < frame.length) {
    const end = Math.min(frame.length, start + SECTOR - ((offset + start) % SECTOR))
    if (frame.subarray(start, end).every((byte) => byte === 0)) return true
    start = end
  }
  return false
}

/** Small reads out of larger ones: a segment is 64 MB, of which a young one is mostly zeros that need not be read. */
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
