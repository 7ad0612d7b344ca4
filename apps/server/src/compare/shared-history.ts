// Finds out up to which revision two keyspaces have one history, so that equal revisions prove equal values.
import { equalBytes } from '@registree/keyspace'
import type { KeyValue } from '../sources/source.ts'

/** A key that both sides wrote at the same revision. */
export interface Twin {
  left: KeyValue
  right: KeyValue
}

/** Reads the values of a twin; null if one is gone. */
export type ReadTwin = (twin: Twin) => Promise<{ left: Uint8Array; right: Uint8Array } | null>

/** Values without anything that another history could not have, read in search of one that has it, for each batch of keys. */
const MOST_PLAIN = 6

/**
 * What two histories have in common is a beginning: etcd numbers its writes, and a restored copy goes on from the backup's last one. So one twin
 * whose values are equal, and could not be equal by chance, proves all twins that were written before it. An object's uid is such a value (it is
 * random), and so is a value encrypted at rest (its nonce is random). Equal revisions alone prove nothing: other clusters have the same numbers.
 */
export class SharedHistory {
  #proven: bigint
  /** A twin that was written at this revision has different values; null if there is none. */
  #refuted: bigint | null = null

  /** @param proven the revision up to which the history is known to be one; 0n for none */
  constructor(proven = 0n) {
    this.#proven = proven
  }

  /** 0n if nothing is proven. */
  get proven(): bigint {
    return this.#proven
  }

  isProven({ left }: Twin): boolean {
    return left.modRevision <= this.#proven
  }

  /** Reads a few values to prove as many of the twins as possible, the newest first. */
  async look(twins: readonly Twin[], read: ReadTwin): Promise<void> {
    let open = this.#undecided(twins)
    let plain = 0
    // The newest first: in the usual case it proves all of them. After that, the middle of what is left.
    for (let at = open.length - 1; open.length > 0 && plain < MOST_PLAIN; at = open.length >> 1) {
      const twin = open[at] as Twin
      const values = await read(twin)
      if (values !== null && equalBytes(values.left, values.right) && isUnique(values.left)) this.#proven = twin.left.modRevision
      else if (values !== null && !equalBytes(values.left, values.right)) this.#refuted = twin.left.modRevision
      else {
        plain += 1
        open = open.filter((other) => other !== twin)
        continue
      }
      open = this.#undecided(open)
    }
  }

  /** By revision, ascending. */
  #undecided(twins: readonly Twin[]): Twin[] {
    return twins
      .filter(({ left: { modRevision } }) => modRevision > this.#proven && (this.#refuted === null || modRevision < this.#refuted))
      .sort((a, b) => (a.left.modRevision < b.left.modRevision ? -1 : a.left.modRevision > b.left.modRevision ? 1 : 0))
  }
}

/** Whether both were written by what may be the same write. */
export function isTwin(left: KeyValue, right: KeyValue): boolean {
  return left.modRevision === right.modRevision && left.createRevision === right.createRevision && left.version === right.version
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/

/** Whether no other history could have written these bytes. */
function isUnique(value: Uint8Array): boolean {
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')
  return UUID.test(text) || /^k8s:enc:(?!identity)/.test(text)
}
