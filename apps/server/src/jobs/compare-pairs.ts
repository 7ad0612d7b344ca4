// What changed between two clusters in some pairs of values: a line for each.
import type { ChangeSummary, CompareChange, CompareNoise } from '@registree/contract'
import { isObject, undecodedIn } from '@registree/kube'
import { type Change, diffDecoded, fieldNames, summaryLine, type ValueDiff } from '@registree/kube/diff'
import { type OpenedForComparison, openCompared } from '../values/compared-value.ts'
import { decryptorFor, type Policy } from '../values/policy.ts'
import type { JobContext } from './job-context.ts'

export interface ComparePairsJob {
  left: string
  right: string
  policy: Policy
  keyspace?: 'v3' | 'v2'
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

const PARTLY_DECODED: ComparedPair = { change: 'undecided', noise: null, summary: [{ code: 'partly-decoded', params: {} }] }

const MOST_CHANGES = 2
const LONGEST = 100

/** At most one pair of opened values is in memory. */
export function comparePairs(job: ComparePairsJob, context: JobContext): { output: ComparedPair[] } {
  const openerOf = (cluster: string) => ({ decryptor: decryptorFor(job.policy, context.decryptorOf(cluster)), masking: job.policy })
  const [left, right] = [openerOf(job.left), openerOf(job.right)]
  const placeOf = (key: Uint8Array) => (job.keyspace === 'v2' ? { key, path: Buffer.from(key).toString() } : { key })
  return {
    output: job.pairs.map((pair) => {
      const before = openCompared(left, { ...placeOf(pair.leftKey), value: pair.left })
      const after = openCompared(right, { ...placeOf(pair.rightKey), value: pair.right })
      if (before.incomplete || after.incomplete) return PAIR_NOT_COMPARED
      // What is on one side only may not have been decoded on the other.
      if ([before, after].some(({ compared }) => undecodedIn(compared.decoded) !== undefined)) return PARTLY_DECODED
      const diff = diffDecoded(before.compared, after.compared, { sameKey: pair.sameKey })
      // Where only one side can be decrypted, the objects may be the same.
      if (isClosed(before) !== isClosed(after)) return { change: 'undecided', noise: null, summary: [] }
      return verdictOf(job.otherObjects ? withoutIdentity(diff) : diff)
    }),
  }
}

const isClosed = ({ compared }: OpenedForComparison) => compared.decoded.encoding === 'encrypted'

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
  const owners = diff.diff.changes.filter(isOwner)
  // An owner of the same kind and name is the same in the other cluster, although its uid differs.
  const sameOwners = ownersOf(owners, 'left') === ownersOf(owners, 'right')
  const changes = diff.diff.changes.filter((change) => !isIdentity(change) && !(sameOwners && isOwner(change)))
  if (changes.length === diff.diff.changes.length) return diff
  const counts = { added: 0, removed: 0, changed: 0, moved: 0, noise: 0 }
  for (const { kind, noise } of changes) counts[noise === undefined ? kind : 'noise'] += 1
  return { ...diff, diff: { ...diff.diff, changes, counts } }
}

function isIdentity({ path }: Change): boolean {
  const [first, second, ...more] = fieldNames(path)
  if (first !== 'metadata' || second === undefined) return false
  return more.length === 0 ? IDENTITY.has(second) : second === 'ownerReferences' && more.at(-1) === 'uid'
}

/** Whether owners were added or removed: they are told apart by their uids. */
function isOwner({ path }: Change): boolean {
  const [first, second, ...more] = fieldNames(path)
  return first === 'metadata' && second === 'ownerReferences' && more.length === 0
}

/** The owners that are on one side only, as one text that is the same for the same kinds and names. */
function ownersOf(changes: readonly Change[], side: 'left' | 'right'): string {
  const owners = changes
    .map((change) => change[side])
    .flatMap((owner) => (Array.isArray(owner) ? owner : owner === undefined ? [] : [owner]))
  return owners
    .map((owner) =>
      JSON.stringify(['apiVersion', 'kind', 'name', 'controller'].map((name) => (isObject(owner) ? String(owner[name] ?? '') : ''))),
    )
    .sort()
    .join('\n')
}
