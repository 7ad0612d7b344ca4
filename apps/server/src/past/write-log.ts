// Which keys were written at which revisions: a compact list without values, which grows at both ends. Revisions are numbers here, as in a file's index.
import type { StoredWrite } from '../sources/source.ts'

/** One write. `key` identifies the key within its log; `version` is 0 for a deletion. */
export interface LoggedWrite {
  key: number
  revision: number
  version: number
  /** 0 for a deletion. */
  createRevision: number
}

/** Writes in the order of revisions, in columns. */
interface Block {
  key: Uint32Array
  revision: Float64Array
  version: Uint32Array
  createRevision: Float64Array
}

const MOST_VERSION = 0xffff_ffff

export class WriteLog {
  readonly #keys: Uint8Array[] = []
  readonly #numbers = new Map<string, number>()
  /** Of keys as they were given: a file gives the same bytes for all writes of a key. */
  readonly #given = new WeakMap<Uint8Array, number>()
  /** The oldest first. */
  #blocks: Block[] = []
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

  /** The number of a key; undefined where it was not written. */
  numberOf(key: Uint8Array): number | undefined {
    return this.#numbers.get(idOf(key))
  }

  /** Adds writes in the order of revisions, all of them older (or newer) than those that are there. */
  add(writes: readonly StoredWrite[], end: 'older' | 'newer'): void {
    if (writes.length === 0) return
    const block: Block = {
      key: new Uint32Array(writes.length),
      revision: new Float64Array(writes.length),
      version: new Uint32Array(writes.length),
      createRevision: new Float64Array(writes.length),
    }
    for (const [i, { key, revision, version, createRevision }] of writes.entries()) {
      block.key[i] = this.#intern(key)
      block.revision[i] = Number(revision)
      block.version[i] = version > MOST_VERSION ? MOST_VERSION : Number(version)
      block.createRevision[i] = Number(createRevision)
    }
    if (end === 'newer') this.#blocks.push(block)
    else this.#blocks.unshift(block)
    this.#size += writes.length
  }

  /** Newest first, down to the revision `oldest`. */
  *newestFirst(oldest = 0): Generator<LoggedWrite> {
    for (let b = this.#blocks.length - 1; b >= 0; b--) {
      const block = this.#blocks[b] as Block
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

  #intern(key: Uint8Array): number {
    const given = this.#given.get(key)
    if (given !== undefined) return given
    const number = this.#numberOf(key)
    this.#given.set(key, number)
    return number
  }

  #numberOf(key: Uint8Array): number {
    const id = idOf(key)
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    // A copy: what came may be part of a message of megabytes.
    const number = this.#keys.push(key.slice()) - 1
    this.#numbers.set(id, number)
    return number
  }
}

function writeAt(block: Block, i: number): LoggedWrite {
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
