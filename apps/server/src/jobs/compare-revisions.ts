// What each of some consecutive states of one key changed, and who wrote it.
import type { ChangeSummary, RevisionWriter, WriterEvidence } from '@registree/contract'
import type { KubeObject } from '@registree/kube'
import { type Anchor, anchorsOf } from '@registree/kube/clock'
import { type Change, diffDecoded, fieldNames, formatDiffPath, revisionWriter, summaryLine } from '@registree/kube/diff'
import type { KeyValue } from '../sources/source.ts'
import { type OpenedForComparison, openCompared } from '../values/compared-value.ts'
import { decryptorFor, type Policy } from '../values/policy.ts'
import type { JobContext } from './job-context.ts'
import { schemaOption } from './schema-option.ts'

export interface CompareJob {
  cluster: string
  policy: Policy
  key: Uint8Array
  /** Of a v2 key, whose states have indices for revisions. */
  path?: string
  /** The states, newest first; null for a deletion. */
  states: (Omit<KeyValue, 'key'> | null)[]
  /** What preceded the last state: `nothing`, or it is `unknown`. */
  before: 'nothing' | 'unknown'
  /** Of a custom resource, by version. */
  schemas?: Readonly<Record<string, KubeObject>>
  /** Asks of each state whether it changed this field, and whether it was written by a manager with this in its name. Null asks nothing. */
  matching?: { field: string | null; by: string | null }
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
  /** Only where it was asked. */
  matches?: boolean
}

/** Changed fields named in the line of one revision; the others are counted. */
const MOST_CHANGES = 3

/** Shown instead of the changes of a value that is too large to compare. */
export const NOT_COMPARED: ChangeSummary[] = [{ code: 'not-compared', params: {} }]

/** Compares each state with the one before. At most two opened values are in memory. */
export function compareRevisions(job: CompareJob, context: JobContext): { output: ComparedRevision[] } {
  const opener = { decryptor: decryptorFor(job.policy, context.decryptorOf(job.cluster)), masking: job.policy }
  const open = (state: CompareJob['states'][number]) =>
    state === null ? null : openCompared(opener, { key: job.key, path: job.path, value: state.value })
  const output: ComparedRevision[] = []
  let opened = job.states.length === 0 ? null : open(job.states[0] ?? null)
  for (const [i, state] of job.states.entries()) {
    const last = i + 1 === job.states.length
    const before = last ? (job.before === 'unknown' ? undefined : null) : open(job.states[i + 1] ?? null)
    output.push(comparedWith(state, opened, before, job))
    opened = before ?? null
  }
  return { output }
}

function comparedWith(
  state: CompareJob['states'][number],
  opened: OpenedForComparison | null,
  before: OpenedForComparison | null | undefined,
  { matching, schemas }: Pick<CompareJob, 'matching' | 'schemas'>,
): ComparedRevision {
  if (state === null || opened === null) return { size: null, rounded: false, changes: [], writers: [], writersBy: 'unknown', anchors: [] }
  const { object } = opened.compared.decoded
  if (opened.incomplete || before?.incomplete)
    return { size: opened.size, rounded: opened.rounded, changes: NOT_COMPARED, writers: [], writersBy: 'unknown', anchors: [] }
  const diff = before === undefined ? null : diffDecoded(before?.compared ?? null, opened.compared, schemaOption(schemas, opened))
  const written =
    object === undefined
      ? null
      : revisionWriter(object, before === undefined ? undefined : (before?.compared.decoded.object ?? null), diff?.diff.changes)
  const writers = (written?.writers ?? []).map(({ manager, operation, subresource }) => ({ manager, operation, subresource }))
  return {
    ...(matching === undefined ? {} : { matches: isMatch(matching, diff?.diff.changes ?? [], writers) }),
    size: opened.size,
    rounded: opened.rounded,
    // Its creation is already reported.
    changes: diff === null ? null : before === null ? [] : summaryLine(diff, { most: MOST_CHANGES, longest: 120 }),
    writers,
    writersBy: written?.by ?? 'unknown',
    anchors: object === undefined ? [] : anchorsOf(object, state),
  }
}

function isMatch(
  { field, by }: NonNullable<CompareJob['matching']>,
  changes: readonly Pick<Change, 'path'>[],
  writers: readonly RevisionWriter[],
): boolean {
  if (by !== null && !writers.some(({ manager }) => manager.toLowerCase().includes(by.toLowerCase()))) return false
  return field === null || changes.some(({ path }) => isAt(formatDiffPath(path), field) || isAt(fieldNames(path).join('.'), field))
}

/** Whether a change is at the field or below it, or was of something that holds it. */
function isAt(changed: string, field: string): boolean {
  const holds = (outer: string, inner: string) => inner.startsWith(outer) && /^[.[]?$/.test(inner.charAt(outer.length))
  return changed !== '' && (holds(field, changed) || holds(changed, field))
}
