// Reads one entry of the bucket `key`: its revision key, and the KeyValue around the value, without reading the value.
// Sources: etcd server/storage/mvcc/revision.go, api/mvccpb/kv.proto.

import { keyLength, keyStart, type TreePage, valueLength } from './bolt-page.ts'
import { type FileMessage, plain } from './file-messages.ts'

const NOT_KEY_VALUE = plain('entry-no-key-value')

/**
 * One entry, reused while millions are read. Positions are in the page's bytes. `lease` is the two halves of the id. `problem` says why the entry is
 * invalid; then nothing else in it counts.
 */
export class MvccEntry {
  problem: FileMessage | null = null
  main = 0
  sub = 0
  tombstone = false
  /** The whole KeyValue. */
  recordStart = 0
  recordLength = 0
  keyStart = 0
  keyLength = 0
  createRevision = 0
  modRevision = 0
  version = 0
  valueStart = 0
  valueLength = 0
  leaseHigh = 0
  leaseLow = 0
  private position = 0
  private low = 0
  private high = 0

  /** Reads leaf element i. */
  read(page: TreePage, i: number): void {
    const start = keyStart(page, i)
    const length = keyLength(page, i)
    const { bytes, view } = page
    this.recordStart = start + length
    this.recordLength = valueLength(page, i)
    if ((length !== 17 && length !== 18) || bytes[start + 8] !== 0x5f || (length === 18 && bytes[start + 17] !== 0x74)) {
      this.problem = plain('entry-no-revision')
      return
    }
    this.main = view.getUint32(start) * 4294967296 + view.getUint32(start + 4)
    this.sub = view.getUint32(start + 9) * 4294967296 + view.getUint32(start + 13)
    if (!Number.isSafeInteger(this.main) || this.sub > 0xffffffff) {
      this.problem = plain('entry-revision-range')
      return
    }
    this.tombstone = length === 18
    this.readRecord(bytes)
    if (this.problem === null && !this.tombstone && this.keyLength > 0 && this.modRevision !== this.main) {
      this.problem = { code: 'entry-revision-other', params: { revision: String(this.modRevision) } }
    }
  }

  /** Reads the KeyValue at `recordStart`. */
  readRecord(bytes: Uint8Array): void {
    this.problem = null
    this.keyStart = this.keyLength = this.createRevision = this.modRevision = this.version = 0
    this.valueStart = this.valueLength = this.leaseHigh = this.leaseLow = 0
    this.position = this.recordStart
    const end = this.recordStart + this.recordLength
    while (this.position < end) {
      if (!this.varint(bytes, end)) {
        this.problem = NOT_KEY_VALUE
        return
      }
      const tag = this.low
      if (!this.varint(bytes, end)) {
        this.problem = NOT_KEY_VALUE
        return
      }
      const number = this.high * 4294967296 + this.low
      switch (tag) {
        case 0x0a:
        case 0x2a:
          if (number > end - this.position) {
            this.problem = NOT_KEY_VALUE
            return
          }
          if (tag === 0x0a) {
            this.keyStart = this.position
            this.keyLength = number
          } else {
            this.valueStart = this.position
            this.valueLength = number
          }
          this.position += number
          break
        case 0x10:
          this.createRevision = number
          break
        case 0x18:
          this.modRevision = number
          break
        case 0x20:
          this.version = number
          break
        case 0x30:
          this.leaseHigh = this.high
          this.leaseLow = this.low
          break
        default:
          // A field of a later etcd: skipped if its wire type is known.
          if ((tag & 7) === 2) {
            if (number > end - this.position) {
              this.problem = NOT_KEY_VALUE
              return
            }
            this.position += number
          } else if ((tag & 7) !== 0) {
            this.problem = NOT_KEY_VALUE
            return
          }
      }
    }
    if (!Number.isSafeInteger(this.createRevision) || !Number.isSafeInteger(this.modRevision) || !Number.isSafeInteger(this.version)) {
      this.problem = plain('entry-version-range')
    }
  }

  /** A varint into `low` and `high`, the two halves of its 64 bits. */
  private varint(bytes: Uint8Array, end: number): boolean {
    const first = this.position < end ? (bytes[this.position] as number) : 0x80
    if (first < 0x80) {
      this.position++
      this.low = first
      this.high = 0
      return true
    }
    let low = 0
    let high = 0
    for (let i = 0; i < 10; i++) {
      if (this.position >= end) return false
      const byte = bytes[this.position++] as number
      const seven = byte & 0x7f
      if (i < 4) low |= seven << (7 * i)
      else if (i === 4) {
        low |= seven << 28
        high = seven >>> 4
      } else if (i < 9) high |= seven << (7 * i - 32)
      else high |= (seven & 1) << 31
      if (byte < 0x80) {
        this.low = low >>> 0
        this.high = high >>> 0
        return true
      }
    }
    return false
  }
}
