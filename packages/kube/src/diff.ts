// `@registree/kube/diff`: semantic differences of decoded values. A separate entry, so that worker threads without it do not load it.
export { applyDiff, invertDiff } from './diff/apply-diff.ts'
export { diffApplied } from './diff/diff-applied.ts'
export { type ByteRange, diffBytes } from './diff/diff-bytes.ts'
export { type ComparedBy, type ComparedValue, diffDecoded, type ValueDiff } from './diff/diff-decoded.ts'
export { diffLines, type LineRange } from './diff/diff-lines.ts'
export { fieldNames, formatDiffPath } from './diff/diff-path.ts'
export { type DiffOptions, diffValues } from './diff/diff-values.ts'
export { builtInListKeys, type FindListKeys, schemaListKeys } from './diff/list-keys.ts'
export { type SummaryOptions, type SummaryPart, summaryLine } from './diff/summary-line.ts'
export type {
  Change,
  Diff,
  DiffPath,
  DiffStep,
  ElementStep,
  FieldStep,
  ItemKey,
  ItemStep,
  MaskedVerdict,
  NoiseReason,
} from './diff/types.ts'
export { type RevisionWriter, revisionWriter, type Writer, writersOf } from './diff/writers.ts'
