// What each of some consecutive states of one key changed, and who wrote it.
import type { ChangeSummary, RevisionWriter, WriterEvidence } from '@registree/contract'
import { type Anchor, anchorsOf } from '@registree/kube/clock'
import { diffDecoded, revisionWriter, summaryLine } from '@registree/kube/diff'
import type { KeyValue } from '../sources/source.ts'
import { type OpenedForComparison, openCompared } from '../values/compared-value.ts'
import { decryptorFor, type Policy } from '../values/policy.ts'
import type { JobContext } from './job-context.ts'

export interface CompareJob {
  cluster: string
  policy: Policy
  key: Uint8Array
  /** The states, newest first; null for a deletion. */
  states: (Omit<KeyValue, 'key'> | null)[]
  /** What preceded the last state: `nothing`, or it is `unknown`. */
  before: 'nothing' | 'unknown'
}

/** What is known about one state. */
export interface ComparedRevision {
  size: number | null
  rounded: boolean
  /** Null if the state before is unknown. */
  changes: ChangeSummary[] | null
  writers: RevisionWriter[]
  writersBy: WriterEvidence
  /** Timestamps in the object that date its revisions. */
  anchors: Anchor[]
}

/** Changed fields named in the line of one revision; the others are counted. */
const MOST_CHANGES = 3

/** Shown instead of the changes of a value that is too large to compare. */
export const NOT_COMPARED: ChangeSummary[] = [{ code: 'not-compared', params: {} }]

/** Compares each state with the one before. At most two opened values are in memory. */
export function compareRevisions(job: CompareJob, context: JobContext): { output: ComparedRevision[] } {
  const opener = { decryptor: decryptorFor(job.policy, context.decryptorOf(job.cluster)), masking: job.policy }
  const open = (state: CompareJob['states'][number]) => (state === null ? null : openCompared(opener, { key: job.key, value: state.value }))
  const output: ComparedRevision[] = []
  let opened = job.states.length === 0 ? null : open(job.states[0] ?? null)
  for (const [i, state] of job.states.entries()) {
    const last = i + 1 === job.states.length
    const before = last ? (job.before === 'unknown' ? undefined : null) : open(job.states[i + 1] ?? null)
    output.push(comparedWith(state, opened, before))
    opened = before ?? null
  }
  return { output }
}

function comparedWith(
  state: CompareJob['states'][number],
  opened: OpenedForComparison | null,
  before: OpenedForComparison | null | undefined,
): ComparedRevision {
  if (state === null || opened === null) return { size: null, rounded: false, changes: [], writers: [], writersBy: 'unknown', anchors: [] }
  const { object } = opened.compared.decoded
  if (opened.incomplete || before?.incomplete)
    return { size: opened.size, rounded: opened.rounded, changes: NOT_COMPARED, writers: [], writersBy: 'unknown', anchors: [] }
  const diff = before === undefined ? null : diffDecoded(before?.compared ?? null, opened.compared)
  const written =
    object === undefined
      ? null
      : revisionWriter(object, before === undefined ? undefined : (before?.compared.decoded.object ?? null), diff?.diff.changes)
  return {
    size: opened.size,
    rounded: opened.rounded,
    // Its creation is already reported.
    changes: diff === null ? null : before === null ? [] : summaryLine(diff, { most: MOST_CHANGES, longest: 120 }),
    writers: (written?.writers ?? []).map(({ manager, operation, subresource }) => ({ manager, operation, subresource })),
    writersBy: written?.by ?? 'unknown',
    anchors: object === undefined ? [] : anchorsOf(object, state),
  }
}
