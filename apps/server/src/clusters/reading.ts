// One request's reading of a cluster: what it reads, what it may see, what it costs.
import type { CostMeter, Rangeable } from '../sources/cost-meter.ts'
import type { ReadingIdentity } from '../sources/identity.ts'
import type { Policy } from '../values/policy.ts'
import type { Cluster } from './cluster.ts'

export interface Reading {
  /** As this request may use it: it masks and decrypts as the policy says. */
  cluster: Cluster
  /**
   * The v3 keyspace. Each Range is counted in `meter` and in the cluster's own meter. Throws SOURCE_CHANGED where an answer may be of another history
   * than the ones before.
   */
  source: Rangeable
  /** Which history the answers belong to. */
  identity: ReadingIdentity
  meter: CostMeter
  /** What this request may see. */
  policy: Policy
  /** The moment that ages are relative to: now, or the newest moment that a file knows of; null where nothing tells it. */
  now: Date | null
  /** Which browser asks, as far as the request tells: its turns are shared by all of its pages. */
  browser: string
  /** Aborts when the browser goes away. */
  signal: AbortSignal
}
