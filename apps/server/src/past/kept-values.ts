// Values that passed by while a live etcd was read back: all of the few kinds whose states are shown, and the newest of every other key.
import type { KeyValue } from '../sources/source.ts'

/** Bytes of all values. */
const MOST_BYTES = 64 * 1024 * 1024
/** Bytes of one value: a few large ones would take the place of thousands. */
const LARGEST = 256 * 1024

export class KeptValues {
  readonly #wantsAll: (key: Uint8Array) => boolean
  readonly #byKey = new Map<string, KeyValue[]>()
  #bytes = 0

  /** @param wantsAll whether every value of a key is kept, and not its newest alone */
  constructor(wantsAll: (key: Uint8Array) => boolean) {
    this.#wantsAll = wantsAll
  }

  /** A value that is too large, or one too many, is not kept: it is read again when it is needed, or counted as not read. */
  offer(kv: KeyValue): void {
    const id = idOf(kv.key)
    const known = this.#byKey.get(id)
    if (kv.value.length > LARGEST || this.#bytes + kv.value.length > MOST_BYTES) return
    if (known === undefined || this.#wantsAll(kv.key)) {
      // A copy: what came may be part of a message of megabytes.
      const copy = { ...kv, key: kv.key.slice(), value: kv.value.slice() }
      if (known === undefined) this.#byKey.set(id, [copy])
      else known.push(copy)
      this.#bytes += kv.value.length
      return
    }
    const [newest] = known as [KeyValue]
    if (newest.modRevision >= kv.modRevision) return
    this.#byKey.set(id, [{ ...kv, key: newest.key, value: kv.value.slice() }])
    this.#bytes += kv.value.length - newest.value.length
  }

  /** Those of a key that are kept. */
  of(key: Uint8Array): readonly KeyValue[] {
    return this.#byKey.get(idOf(key)) ?? []
  }
}

/** One character a byte. */
function idOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
}
