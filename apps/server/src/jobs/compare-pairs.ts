// What changed between two clusters in some pairs of values: a line for each.
import type { ChangeSummary, CompareChange, CompareNoise } from '@registree/contract'
import { type Change, diffDecoded, fieldNames, summaryLine, type ValueDiff } from '@registree/kube/diff'
import { openCompared } from '../values/compared-value.ts'
import { decryptorFor, type Policy } from '../values/policy.ts'
import type { JobContext } from './job-context.ts'

export interface ComparePairsJob {
  left: string
  right: string
  policy: Policy
  /** Whether the sides are different objects of one name, which have their own uids and creation times. */
  otherObjects: boolean
  pairs: { leftKey: Uint8Array; rightKey: Uint8Array; left: Uint8Array; right: Uint8Array; sameKey: boolean }[]
}

export interface ComparedPair {
  /** `equal` if both say the same. */
  change: CompareChange | 'equal'
  noise: CompareNoise | null
  summary: ChangeSummary[]
}

/** A value that is too large or takes too long. */
export const PAIR_NOT_COMPARED: ComparedPair = { change: 'changed', noise: null, summary: [{ code: 'not-compared', params: {} }] }

const MOST_CHANGES = 2
const LONGEST = 100

/** At most one pair of opened values is in memory. */
export function comparePairs(job: ComparePairsJob, context: JobContext): { output: ComparedPair[] } {
  const openerOf = (cluster: string) => ({ decryptor: decryptorFor(job.policy, context.decryptorOf(cluster)), masking: job.policy })
  const [left, right] = [openerOf(job.left), openerOf(job.right)]
  return {
    output: job.pairs.map((pair) => {
      const before = openCompared(left, { key: pair.leftKey, value: pair.left })
      const after = openCompared(right, { key: pair.rightKey, value: pair.right })
      if (before.incomplete || after.incomplete) return PAIR_NOT_COMPARED
      const diff = diffDecoded(before.compared, after.compared, { sameKey: pair.sameKey })
      return verdictOf(job.otherObjects ? withoutIdentity(diff) : diff)
    }),
  }
}

function verdictOf(diff: ValueDiff): ComparedPair {
  const summary = summaryLine(diff, { most: MOST_CHANGES, longest: LONGEST })
  // The plaintext may be the same.
  if (diff.by === 'ciphertext') return { change: 'undecided', noise: null, summary }
  const relevant = diff.diff.changes.filter(({ noise }) => noise === undefined)
  if (relevant.length > 0 || diff.unknownFields === 'different') {
    const onlyStatus = relevant.length > 0 && relevant.every(({ path }) => fieldNames(path)[0] === 'status')
    return { change: 'changed', noise: onlyStatus ? 'status' : null, summary }
  }
  if (diff.diff.undecided.length > 0 || diff.unknownFields === 'undecided') return { change: 'undecided', noise: null, summary }
  if (diff.diff.changes.length > 0) return { change: 'changed', noise: 'folded', summary }
  return { change: 'equal', noise: null, summary: [] }
}

/** Fields that say which object it is, not what it is like. */
const IDENTITY = new Set(['uid', 'creationTimestamp', 'selfLink', 'namespace', 'name'])

function withoutIdentity(diff: ValueDiff): ValueDiff {
  const changes = diff.diff.changes.filter((change) => !isIdentity(change))
  if (changes.length === diff.diff.changes.length) return diff
  const counts = { added: 0, removed: 0, changed: 0, moved: 0, noise: 0 }
  for (const { kind, noise } of changes) counts[noise === undefined ? kind : 'noise'] += 1
  return { ...diff, diff: { ...diff.diff, changes, counts } }
}

function isIdentity({ path }: Change): boolean {
  const names = fieldNames(path)
  if (names[0] !== 'metadata') return false
  if (names.length === 2) return IDENTITY.has(names[1] as string)
  return names[1] === 'ownerReferences' && (names.length === 2 || names.at(-1) === 'uid')
}
