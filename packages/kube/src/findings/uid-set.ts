// A set of uids in 16 bytes each: a cluster has hundreds of thousands, and each may be an owner.

const WORDS = 4
const NONE = 0

/** For UUIDs of any version; other uids (some old clusters, odd controllers) are kept as text. */
export class UidSet {
  #slots = new Uint32Array(1024 * WORDS)
  #size = 0
  readonly #others = new Set<string>()
  readonly #words = new Uint32Array(WORDS)

  get size(): number {
    return this.#size + this.#others.size
  }

  add(uid: string): void {
    if (!this.#parse(uid)) {
      this.#others.add(uid)
      return
    }
    if ((this.#size + 1) * 2 * WORDS > this.#slots.length) this.#grow()
    if (insert(this.#slots, this.#words, 0)) this.#size += 1
  }

  has(uid: string): boolean {
    if (!this.#parse(uid)) return this.#others.has(uid)
    return find(this.#slots, this.#words, 0) >= 0
  }

  /** Parses the uid into `#words`; false if it is not 32 hex digits, or all zeros, which mark an empty slot. */
  #parse(uid: string): boolean {
    if (uid.length !== 36 || !/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(uid)) return false
    const words = this.#words
    words[0] = Number.parseInt(uid.slice(0, 8), 16)
    words[1] = Number.parseInt(uid.slice(9, 13) + uid.slice(14, 18), 16)
    words[2] = Number.parseInt(uid.slice(19, 23) + uid.slice(24, 28), 16)
    words[3] = Number.parseInt(uid.slice(28, 36), 16)
    return !isEmpty(words, 0)
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    for (let at = 0; at < old.length; at += WORDS) if (!isEmpty(old, at)) insert(this.#slots, old, at)
  }
}

function isEmpty(words: Uint32Array, at: number): boolean {
  return words[at] === NONE && words[at + 1] === NONE && words[at + 2] === NONE && words[at + 3] === NONE
}

/** The index of the entry, or `-index - 1` of the empty slot for it. */
function find(slots: Uint32Array, words: Uint32Array, from: number): number {
  const [a, b, c, d] = [words[from], words[from + 1], words[from + 2], words[from + 3]] as [number, number, number, number]
  const entries = slots.length / WORDS
  // Version 1 uids of one host differ only in the first word, version 4 ones anywhere.
  let slot = (Math.imul(a ^ (b << 7), 0x9e3779b1) ^ c ^ d) >>> 0
  for (;;) {
    slot &= entries - 1
    const at = slot * WORDS
    if (isEmpty(slots, at)) return -at - 1
    if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d) return at
    slot += 1
  }
}

function insert(slots: Uint32Array, words: Uint32Array, from: number): boolean {
  const at = find(slots, words, from)
  if (at >= 0) return false
  slots.set(words.subarray(from, from + WORDS), -at - 1)
  return true
}
