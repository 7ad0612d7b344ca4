// The difference between two states of one key, formatted for the browser.
import type { DiffAnswer, DiffBytes, DiffChange, DiffText } from '@registree/contract'
import { type KubeObject, type KubeValue, renderYaml } from '@registree/kube'
import { type Anchor, anchorsOf } from '@registree/kube/clock'
import { type ByteRange, diffApplied, diffDecoded, formatDiffPath, writersOf } from '@registree/kube/diff'
import type { KeyValue } from '../sources/source.ts'
import { type OpenedForComparison, openCompared } from '../values/compared-value.ts'
import { decryptorFor, type Policy } from '../values/policy.ts'
import type { JobContext } from './job-context.ts'
import { schemaOption } from './schema-option.ts'

export interface DiffJob {
  cluster: string
  policy: Policy
  key: Uint8Array
  /** Of a v2 key, whose states have indices for revisions. */
  path?: string
  /** Where `to` is from, if that is another cluster or key. */
  other?: { cluster: string; key: Uint8Array; path?: string }
  /** Compare what applying `to` would change in `from`. */
  apply?: boolean
  /** Null if the key did not exist. */
  from: Omit<KeyValue, 'key'> | null
  to: Omit<KeyValue, 'key'> | null
  /** Of a custom resource, by version. */
  schemas?: Readonly<Record<string, KubeObject>>
}

export interface DiffedStates extends Omit<DiffAnswer, 'key' | 'key64' | 'from' | 'to' | 'cost'> {
  sizes: { from: { size: number | null; rounded: boolean }; to: { size: number | null; rounded: boolean } }
  anchors: Anchor[]
}

const MOST_CHANGES = 2000
/** Maximum characters of one value, and of all values together. */
const LONGEST = 4000
const LONGEST_OF_ALL = 1_000_000
const MOST_RANGES = 50
/** Bytes shown of a range. */
const SHOWN_BYTES = 64

export function diffStates(job: DiffJob, context: JobContext): { output: DiffedStates } {
  const open = (state: DiffJob['from'], { cluster, key, path }: Pick<DiffJob, 'cluster' | 'key' | 'path'>) => {
    const opener = { decryptor: decryptorFor(job.policy, context.decryptorOf(cluster)), masking: job.policy }
    return state === null ? null : openCompared(opener, { key, path, value: state.value })
  }
  const other = job.other ?? job
  const [left, right] = [open(job.from, job), open(job.to, other)]
  const sameKey = Buffer.compare(job.key, other.key) === 0
  const sizes = { from: sizeOf(left), to: sizeOf(right) }
  // The revisions of another cluster have other times.
  const anchors = [anchorsIn(left, job.from), job.other === undefined ? anchorsIn(right, job.to) : []].flat()
  if (left?.incomplete || right?.incomplete) return { output: { ...notCompared(), sizes, anchors } }

  const options = { sameKey, ...schemaOption(job.schemas, right ?? left) }
  const result =
    job.apply && right !== null
      ? diffApplied(left?.compared ?? null, right.compared, options)
      : diffDecoded(left?.compared ?? null, right?.compared ?? null, options)
  const [before, after] = [objectOf(left), objectOf(right)]
  const { changes, counts, undecided, limited } = result.diff
  const managers = writersOf(after, changes, before)
  let room = LONGEST_OF_ALL
  const written = (value: KubeValue | undefined): DiffText | null => {
    if (value === undefined) return null
    const text = cutText(value, Math.min(LONGEST, room))
    room -= text.text.length
    return text
  }
  const raw = [left?.compared.raw, right?.compared.raw] as const
  return {
    output: {
      by: result.by,
      changes: changes.slice(0, MOST_CHANGES).map((change, i): DiffChange => {
        const { path, kind, noise, masked, whole } = change
        return {
          group: formatDiffPath(path.slice(0, -1)),
          name: formatDiffPath(path.slice(-1)),
          kind,
          left: written(change.left),
          right: written(change.right),
          noise: noise ?? null,
          masked: masked ?? null,
          whole: whole !== undefined,
          managers: [...new Set((managers[i] ?? []).map(({ manager }) => manager))],
        }
      }),
      more: Math.max(0, changes.length - MOST_CHANGES),
      counts,
      undecided: undecided.slice(0, MOST_CHANGES).map(formatDiffPath),
      limited,
      unknownFields: result.unknownFields,
      sameEncryptionKey: result.sameEncryptionKey ?? null,
      bytes: (result.bytes ?? []).slice(0, MOST_RANGES).map((range) => shownRange(range, raw)),
      textForm: textFormOf(left, right, result.by),
      sizes,
      anchors,
    },
  }
}

/** The result for a value that is too large to compare. */
export function notCompared(): Omit<DiffedStates, 'sizes' | 'anchors'> {
  return {
    ...{ by: 'limit', changes: [], more: 0, counts: { added: 0, removed: 0, changed: 0, moved: 0, noise: 0 }, undecided: [] },
    ...{ limited: true, unknownFields: 'undecided', sameEncryptionKey: null, bytes: [], textForm: null },
  }
}

const objectOf = (opened: OpenedForComparison | null): KubeObject | undefined => opened?.compared.decoded.object

const sizeOf = (opened: OpenedForComparison | null) => ({ size: opened?.size ?? null, rounded: opened?.rounded ?? false })

function anchorsIn(opened: OpenedForComparison | null, state: DiffJob['from']): Anchor[] {
  const object = objectOf(opened)
  return object === undefined || state === null ? [] : anchorsOf(object, state)
}

function cutText(value: KubeValue, longest: number): DiffText {
  const text = typeof value === 'string' ? value : renderYaml(value).trimEnd()
  if (text.length <= longest) return { text, cut: 0 }
  // Do not cut a surrogate pair in half.
  const shown = text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')
  return { text: shown, cut: text.length - shown.length }
}

function shownRange({ left, right }: ByteRange, [before, after]: readonly [Uint8Array | undefined, Uint8Array | undefined]): DiffBytes {
  const hex = (bytes: Uint8Array | undefined, { from, to }: { from: number; to: number }) =>
    Buffer.from((bytes ?? new Uint8Array()).slice(from, Math.min(to, from + SHOWN_BYTES))).toString('hex')
  return { left: { ...left, hex: hex(before, left) }, right: { ...right, hex: hex(after, right) } }
}

/** A form that both sides have; a missing side has any. */
function textFormOf(left: OpenedForComparison | null, right: OpenedForComparison | null, by: string): DiffAnswer['textForm'] {
  if (by === 'ciphertext' || by === 'bytes') return null
  const sides = [left, right].filter((side) => side !== null).map(({ compared }) => compared.decoded)
  if (sides.length === 0) return null
  if (sides.every(({ object, value }) => object !== undefined || value !== undefined)) return 'yaml'
  return sides.every(({ text }) => text !== undefined) ? 'text' : null
}
