// Which keys were written at which revisions: a compact list without values, which grows at both ends. Revisions are numbers here, as in a file's index.
import { firstFrom } from '@registree/kube/clock'
import type { StoredWrite, WriteColumns } from '../sources/source.ts'

/** One write. `key` identifies the key within its log; `version` is 0 for a deletion. */
export interface LoggedWrite {
  key: number
  revision: number
  version: number
  /** 0 for a deletion. */
  createRevision: number
}

/** Writes in the order of revisions, in columns. */
export interface LoggedColumns {
  key: Uint32Array
  revision: Float64Array
  version: Uint32Array
  createRevision: Float64Array
}

const MOST_VERSION = 0xffff_ffff
const FOUND_AT_ONCE = 2000

export class WriteLog {
  readonly #keys: Uint8Array[] = []
  /** Of the first {@link #found} keys: those that a source has numbered are looked for later, if ever. */
  readonly #numbers = new Map<string, number>()
  #found = 0
  /** Of keys that a source has numbered, by those numbers. */
  readonly #numbered: number[] = []
  /** The oldest first. */
  #blocks: LoggedColumns[] = []
  #size = 0

  /** How many writes there are. */
  get size(): number {
    return this.#size
  }

  /** How many keys they are of. */
  get keys(): number {
    return this.#keys.length
  }

  keyOf(number: number): Uint8Array {
    return this.#keys[number] as Uint8Array
  }

  /** Makes {@link numberOf} quick, a part at a time: it would look for all keys at once. */
  async findKeys(pause: () => Promise<void> | undefined): Promise<void> {
    while (this.#found < this.#keys.length) {
      this.#find(Math.min(this.#keys.length, this.#found + FOUND_AT_ONCE))
      await pause()
    }
  }

  /** The number of a key; undefined where it was not written. */
  numberOf(key: Uint8Array): number | undefined {
    this.#find(this.#keys.length)
    return this.#numbers.get(idOf(key))
  }

  /** Adds writes in the order of revisions, all of them older (or newer) than those that are there. */
  add(writes: readonly StoredWrite[], end: 'older' | 'newer'): void {
    if (writes.length === 0) return
    const block = emptyColumns(writes.length)
    for (const [i, { key, revision, version, createRevision }] of writes.entries()) {
      block.key[i] = this.#numberOf(key)
      block.revision[i] = Number(revision)
      block.version[i] = version > MOST_VERSION ? MOST_VERSION : Number(version)
      block.createRevision[i] = Number(createRevision)
    }
    if (end === 'newer') this.#blocks.push(block)
    else this.#blocks.unshift(block)
    this.#size += writes.length
  }

  /**
   * Adds a part of what a source has in columns, as {@link add} does: its writes from the place `from` on. The log has
   * all of its writes from one source, because its numbers of keys are remembered.
   */
  addColumns({ key, revision, version, createRevision }: WriteColumns, from: number, keyNumbered: (number: number) => Uint8Array): void {
    const size = key.length - from
    if (size <= 0) return
    const block = emptyColumns(size)
    block.revision.set(revision.subarray(from))
    block.createRevision.set(createRevision.subarray(from))
    for (let i = 0; i < size; i++) {
      const number = key[from + i] as number
      let own = this.#numbered[number]
      if (own === undefined) {
        own = this.#keys.push(keyNumbered(number)) - 1
        this.#numbered[number] = own
      }
      block.key[i] = own
      block.version[i] = Math.min(MOST_VERSION, version[from + i] as number)
    }
    this.#blocks.unshift(block)
    this.#size += size
  }

  /** All writes from the revision `oldest` on, oldest first. */
  columnsFrom(oldest: number): LoggedColumns {
    const kept = this.#blocks.map((block) => {
      const from = firstFrom(block.revision, oldest)
      return from === 0 ? block : partOf(block, from)
    })
    const all = emptyColumns(kept.reduce((sum, { key }) => sum + key.length, 0))
    let at = 0
    for (const block of kept) {
      all.key.set(block.key, at)
      all.revision.set(block.revision, at)
      all.version.set(block.version, at)
      all.createRevision.set(block.createRevision, at)
      at += block.key.length
    }
    return all
  }

  /** Newest first, down to the revision `oldest`. */
  *newestFirst(oldest = 0): Generator<LoggedWrite> {
    for (let b = this.#blocks.length - 1; b >= 0; b--) {
      const block = this.#blocks[b] as LoggedColumns
      for (let i = block.key.length - 1; i >= 0; i--) {
        const write = writeAt(block, i)
        if (write.revision < oldest) return
        yield write
      }
    }
  }

  /** Oldest first, from the revision `oldest` on. */
  *oldestFirst(oldest = 0): Generator<LoggedWrite> {
    for (const block of this.#blocks)
      for (let i = 0; i < block.key.length; i++) {
        const write = writeAt(block, i)
        if (write.revision >= oldest) yield write
      }
  }

  #find(end: number): void {
    for (; this.#found < end; this.#found++) this.#numbers.set(idOf(this.keyOf(this.#found)), this.#found)
  }

  #numberOf(key: Uint8Array): number {
    this.#find(this.#keys.length)
    const id = idOf(key)
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    // A copy: what came may be part of a message of megabytes.
    const number = this.#keys.push(key.slice()) - 1
    this.#numbers.set(id, number)
    this.#found = this.#keys.length
    return number
  }
}

const emptyColumns = (size: number): LoggedColumns => ({
  key: new Uint32Array(size),
  revision: new Float64Array(size),
  version: new Uint32Array(size),
  createRevision: new Float64Array(size),
})

const partOf = ({ key, revision, version, createRevision }: LoggedColumns, from: number): LoggedColumns => ({
  key: key.subarray(from),
  revision: revision.subarray(from),
  version: version.subarray(from),
  createRevision: createRevision.subarray(from),
})

function writeAt(block: LoggedColumns, i: number): LoggedWrite {
  return {
    key: block.key[i] as number,
    revision: block.revision[i] as number,
    version: block.version[i] as number,
    createRevision: block.createRevision[i] as number,
  }
}

/** One character a byte. */
function idOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
}
