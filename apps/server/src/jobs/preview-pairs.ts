// What applying some objects would change in those that a cluster has: a line for each.
import type { ChangeSummary } from '@registree/contract'
import { textAt, undecodedIn } from '@registree/kube'
import { diffApplied, summaryLine } from '@registree/kube/diff'
import { openCompared } from '../values/compared-value.ts'
import { decryptorFor, type Policy } from '../values/policy.ts'
import type { JobContext } from './job-context.ts'

export interface PreviewPairsJob {
  /** The clusters that the objects are from, and that they would be applied to. */
  bundle: string
  cluster: string
  policy: Policy
  pairs: { key: Uint8Array; value: Uint8Array; liveKey: Uint8Array; live: Uint8Array }[]
}

export interface PreviewedPair {
  verdict: 'changed' | 'same' | 'undecided'
  summary: ChangeSummary[]
  /** Fields that only the cluster has, and that stay. */
  kept: number
  /** Whether the cluster is deleting its object. */
  deleting: boolean
}

/** A value that is too large or takes too long. */
export const PAIR_NOT_PREVIEWED: PreviewedPair = {
  ...{ verdict: 'undecided', kept: 0, deleting: false },
  summary: [{ code: 'not-compared', params: {} }],
}

const MOST_CHANGES = 2
const LONGEST = 100

/** At most one pair of opened values is in memory. */
export function previewPairs(job: PreviewPairsJob, context: JobContext): { output: PreviewedPair[] } {
  const openerOf = (cluster: string) => ({ decryptor: decryptorFor(job.policy, context.decryptorOf(cluster)), masking: job.policy })
  const [bundle, cluster] = [openerOf(job.bundle), openerOf(job.cluster)]
  return { output: job.pairs.map((pair) => previewed(pair, bundle, cluster)) }
}

type OpenedBy = Parameters<typeof openCompared>[0]

function previewed({ key, value, liveKey, live }: PreviewPairsJob['pairs'][number], bundle: OpenedBy, cluster: OpenedBy): PreviewedPair {
  const before = openCompared(cluster, { key: liveKey, value: live })
  const after = openCompared(bundle, { key, value })
  const deleting = textAt(before.compared.decoded.object ?? {}, 'metadata', 'deletionTimestamp') !== ''
  if (before.incomplete || after.incomplete) return { ...PAIR_NOT_PREVIEWED, deleting }
  // The object in it may be the same.
  if (before.compared.decoded.encoding === 'encrypted')
    return { verdict: 'undecided', summary: [{ code: 'ciphertext', params: {} }], kept: 0, deleting }
  // What would be removed may only not have been decoded.
  if ([before, after].some(({ compared }) => undecodedIn(compared.decoded) !== undefined))
    return { verdict: 'undecided', summary: [{ code: 'partly-decoded', params: {} }], kept: 0, deleting }
  const result = diffApplied(before.compared, after.compared, { sameKey: Buffer.compare(key, liveKey) === 0 })
  const kept = result.diff.changes.filter(({ noise }) => noise === 'kept').length
  const relevant = result.diff.changes.some(({ noise }) => noise === undefined)
  const isUndecided = !relevant && result.diff.undecided.length > 0
  return {
    verdict: relevant ? 'changed' : isUndecided ? 'undecided' : 'same',
    summary: relevant || isUndecided ? summaryLine(result, { most: MOST_CHANGES, longest: LONGEST }) : [],
    kept,
    deleting,
  }
}
