// One request's read access to a cluster: source, policy and cost.
import type { CostMeter, Rangeable } from '../sources/cost-meter.ts'
import type { ReadingIdentity } from '../sources/identity.ts'
import type { Policy } from '../values/policy.ts'
import type { Cluster } from './cluster.ts'

export interface Reading {
  /** The cluster for this request: masks and decrypts by its policy. */
  cluster: Cluster
  /**
   * The v3 keyspace. Each Range counts in `meter` and in the cluster's own meter. Throws SOURCE_CHANGED if an answer may belong to another history
   * than earlier ones.
   */
  source: Rangeable
  /** Tracks which history the answers belong to. */
  identity: ReadingIdentity
  meter: CostMeter
  /** What this request may see. */
  policy: Policy
  /** The moment that ages are relative to: now, or the newest moment found in a file; null if unknown. */
  now: Date | null
  /** Identifies the browser, as far as the request allows: all of its pages share its turns. */
  browser: string
  /** Aborts when the browser disconnects. */
  signal: AbortSignal
}
