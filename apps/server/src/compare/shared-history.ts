// Finds out up to which revision two keyspaces have one history, so that equal revisions prove equal values.
import { equalBytes } from '@registree/keyspace'
import type { KeyValue } from '../sources/source.ts'

/** A key that both sides wrote at the same revision. */
export interface Twin {
  left: KeyValue
  right: KeyValue
}

/**
 * What equal bytes on both sides prove, because nobody could write them twice: `create`, that the key was created by one write (a Kubernetes object
 * has its own random uid since then); `write`, that it was last written by one write (encryption at rest uses a random nonce); null, nothing.
 */
export type Proof = 'create' | 'write' | null

/** Reads the values of a twin; null if one is gone. `proof` tells what they prove if they are equal. */
export type ReadTwin = (twin: Twin) => Promise<{ left: Uint8Array; right: Uint8Array; proof: () => Promise<Proof> } | null>

/** Values that prove nothing, read in search of one that does, for each batch of keys. */
const MOST_PLAIN = 6
/** So few values are compared instead: no order can be told from them. */
const FEW = 20
/** The share of keys in the order of their creation from which they count as copied. Kubernetes creates objects in no order of names. */
const IN_ORDER = 0.9

/**
 * What two histories have in common is a beginning: etcd numbers its writes, and a restored copy goes on from the backup's last one. So one write
 * that is in both proves all twins that were written before it. Equal revisions alone prove nothing: other clusters have the same numbers. Neither do
 * equal values: two copies of one backup may write the same to an object, each on its own. A copy made key by key (`etcdctl make-mirror`, a dump that
 * is put back) contains objects that another etcd created; it is known by its order, and proves nothing.
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

  /**
   * Reads a few values to prove as many of the twins as possible, the newest object first.
   * @param twins in the order of their keys
   */
  async look(twins: readonly Twin[], read: ReadTwin): Promise<void> {
    if (twins.length < FEW || isCopied(twins)) return
    let open = this.#undecided(twins)
    let plain = 0
    // The newest first: in the usual case it proves nearly all of them. After that, the middle of what is left.
    for (let at = open.length - 1; open.length > 0 && plain < MOST_PLAIN; at = open.length >> 1) {
      const twin = open[at] as Twin
      const values = await read(twin)
      if (values !== null && !equalBytes(values.left, values.right)) this.#refuted = twin.left.modRevision
      else {
        const proof = values === null ? null : await values.proof()
        if (proof === null) {
          plain += 1
          open = open.filter((other) => other !== twin)
          continue
        }
        this.#proven = proof === 'write' ? twin.left.modRevision : twin.left.createRevision
      }
      open = this.#undecided(open)
    }
  }

  /** Those whose creation would prove more than is known, by its revision, ascending. */
  #undecided(twins: readonly Twin[]): Twin[] {
    return twins
      .filter(
        ({ left: { createRevision, modRevision } }) =>
          createRevision > this.#proven && (this.#refuted === null || modRevision < this.#refuted),
      )
      .sort(({ left: a }, { left: b }) => (a.createRevision < b.createRevision ? -1 : a.createRevision > b.createRevision ? 1 : 0))
  }
}

/** Whether the keys were created in their own order, as no API server does. */
function isCopied(twins: readonly Twin[]): boolean {
  let ascending = 0
  for (const [i, { left }] of twins.entries())
    if (i > 0 && left.createRevision >= (twins[i - 1] as Twin).left.createRevision) ascending += 1
  return ascending >= IN_ORDER * (twins.length - 1)
}

/** Whether both were written by what may be the same write. Other keys are not: one transaction writes several, each with its own value. */
export function isTwin(left: KeyValue, right: KeyValue): boolean {
  const sameRevisions =
    left.modRevision === right.modRevision && left.createRevision === right.createRevision && left.version === right.version
  return sameRevisions && equalBytes(left.key, right.key)
}
