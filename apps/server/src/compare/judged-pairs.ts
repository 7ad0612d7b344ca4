// Compares pairs of values in threads, a few in each job: what changed from the left to the right of each.
import type { Reading } from '../clusters/reading.ts'
import { type ComparedPair, PAIR_NOT_COMPARED } from '../jobs/compare-pairs.ts'
import { isAppError } from '../problem.ts'
import { LARGE, ONE_LIMIT_MS } from '../values/large-values.ts'

/** Values that one job compares. */
const PAIRS_OF_A_JOB = 50

/** `at` is the place of the pair among those of its batch. */
interface OpenPair {
  at: number
  leftKey: Uint8Array
  rightKey: Uint8Array
  left: Uint8Array
  right: Uint8Array
  sameKey: boolean
}

interface Judged {
  at: number
  verdict: ComparedPair
}

/** Memory: the values of one job. */
export class JudgedPairs {
  readonly #left: Reading
  readonly #right: Reading
  readonly #how: { otherObjects: boolean; keyspace: 'v3' | 'v2' }
  #waiting: OpenPair[] = []
  #bytes = 0

  /** @param how `otherObjects`: the sides are different objects of one name, which have their own uids and creation times */
  constructor(left: Reading, right: Reading, how: { otherObjects: boolean; keyspace: 'v3' | 'v2' }) {
    this.#left = left
    this.#right = right
    this.#how = how
  }

  /** Takes one more, and returns what is judged by then. */
  async add(pair: OpenPair): Promise<Judged[]> {
    const size = pair.left.length + pair.right.length
    const full = this.#waiting.length === PAIRS_OF_A_JOB || (this.#bytes > 0 && this.#bytes + size > LARGE)
    const judged = full ? await this.rest() : []
    // Copies: bytes may be part of a page or of an index of megabytes, which would be sent completely.
    const { leftKey, rightKey, left, right } = pair
    this.#waiting.push({ ...pair, leftKey: leftKey.slice(), rightKey: rightKey.slice(), left: left.slice(), right: right.slice() })
    this.#bytes += size
    return judged
  }

  /** Judges those that wait. */
  async rest(): Promise<Judged[]> {
    const [waiting, bytes] = [this.#waiting, this.#bytes]
    this.#waiting = []
    this.#bytes = 0
    if (waiting.length === 0) return []
    const { cluster, policy, signal } = this.#left
    const job = {
      ...{ left: cluster.configured, right: this.#right.cluster.configured, policy, ...this.#how },
      pairs: waiting.map(({ at: _, ...pair }) => pair),
    }
    let verdicts: ComparedPair[]
    try {
      verdicts = await cluster.jobs.run('comparePairs', job, { signal, quick: bytes <= LARGE, limitMs: ONE_LIMIT_MS })
    } catch (error) {
      if (isAppError(error, 'CANCELLED')) throw error
      verdicts = waiting.map(() => PAIR_NOT_COMPARED)
    }
    return waiting.map(({ at }, i) => ({ at, verdict: verdicts[i] ?? PAIR_NOT_COMPARED }))
  }
}
