// A bundle: several objects in one download, as YAML to apply in an order that works, or for programs.
import { type Static, Type } from 'typebox'
import { CompareSide } from './compare.ts'
import { ChangeSummary } from './history.ts'
import { Note } from './messages.ts'
import { Cost, Nullable, Revision, WireKey } from './primitives.ts'
import type { StreamError, StreamWaiting } from './stream.ts'

/**
 * `yaml` is fit to be applied elsewhere. `json` is a List of the whole objects, `ndjson` a line for each key with its revisions; `raw` has keys and
 * values in base64, in the form of `etcdctl get -w json`.
 */
export const BUNDLE_FORMATS = ['yaml', 'json', 'ndjson', 'raw'] as const
export type BundleFormat = (typeof BUNDLE_FORMATS)[number]

const rev = Type.Optional(Revision)

/** What a bundle has: a namespace, a resource, or both; or single keys, each with the revision to read it at. */
const choice = {
  namespace: Type.Optional(Type.String({ minLength: 1 })),
  path: Type.Optional(Type.String({ minLength: 1, description: 'the directory of one resource: `pods`, `services/specs`' })),
  keys: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]+(\\.[0-9]{1,19})?(,[A-Za-z0-9_-]+(\\.[0-9]{1,19})?)*$',
      description: 'base64url of each key, with `.` and its revision if it is not `rev`',
    }),
  ),
}

export const BundleQuery = Type.Object({
  rev,
  ...choice,
  format: Type.Optional(
    Type.Unsafe<BundleFormat>({
      type: 'string',
      enum: [...BUNDLE_FORMATS],
      description:
        '`yaml`, the default: to apply. `json`: a List of the whole objects. `ndjson`: a line for each key, with its revisions. `raw`: keys and values in base64, as etcdctl get -w json. What is masked, cut or incomplete is left out, and named with the reason',
    }),
  ),
})
export type BundleQuery = Static<typeof BundleQuery>

/** The same bundle, compared with what a cluster has. */
export const BundlePreviewQuery = Type.Object({
  rev,
  ...choice,
  with: Type.Optional(
    Type.String({ minLength: 1, description: 'the cluster to apply it to, at its newest state; default the same cluster' }),
  ),
})
export type BundlePreviewQuery = Static<typeof BundlePreviewQuery>

export const PreviewStart = Type.Object({ type: Type.Literal('start'), bundle: CompareSide, cluster: CompareSide })
export type PreviewStart = Static<typeof PreviewStart>

/**
 * What applying an object would do. `same`: nothing, though the cluster may have fields besides it, which stay. `undecided`: what is masked, encrypted
 * or too large may change.
 */
export const PREVIEW_VERDICTS = ['created', 'changed', 'same', 'undecided', 'left-out'] as const
export type PreviewVerdict = (typeof PREVIEW_VERDICTS)[number]

/** What makes applying fail or last only for a moment: the namespace does not exist, or the object is being deleted. */
export const PREVIEW_WARNINGS = ['namespace-missing', 'being-deleted'] as const
export type PreviewWarning = (typeof PREVIEW_WARNINGS)[number]

const Word = <Value extends string>(values: readonly Value[]) => Type.Unsafe<Value>({ type: 'string', enum: [...values] })

export const PreviewObject = Type.Object({
  ...WireKey,
  at: Type.String({ pattern: '^[0-9]+$', description: 'the revision at which the bundle reads it' }),
  path: Type.String({ description: 'the directory of the resource; empty for what is no Kubernetes object' }),
  place: Type.String({ description: '`namespace/name`, or the name alone' }),
  verdict: Word(PREVIEW_VERDICTS),
  /** Why it is left out of the bundle, or cannot be compared. */
  why: Nullable(Note),
  warning: Nullable(Word(PREVIEW_WARNINGS)),
  /** Where the cluster has it; null if it does not. */
  live: Nullable(Type.Object({ ...WireKey, modRevision: Revision })),
  summary: Type.Array(ChangeSummary, { description: 'from what the cluster has to what it would have' }),
  kept: Type.Integer({ description: 'fields that only the cluster has, and that kubectl apply leaves' }),
})
export type PreviewObject = Static<typeof PreviewObject>

export const PreviewObjects = Type.Object({ type: Type.Literal('objects'), objects: Type.Array(PreviewObject) })
export type PreviewObjects = Static<typeof PreviewObjects>

/** Sent again after each batch, and last with `done`. */
export const PreviewProgress = Type.Object({
  type: Type.Literal('progress'),
  done: Type.Boolean(),
  counts: Type.Object({
    created: Type.Integer(),
    changed: Type.Integer(),
    same: Type.Integer(),
    undecided: Type.Integer(),
    'left-out': Type.Integer(),
  }),
  unlisted: Type.Integer({ description: 'objects that were counted and not sent, because there are too many' }),
  cost: Type.Object({ bundle: Cost, cluster: Cost }),
})
export type PreviewProgress = Static<typeof PreviewProgress>

export type PreviewLine = StreamWaiting | PreviewStart | PreviewObjects | PreviewProgress | StreamError

/** Single keys in one download: they are in its link. */
export const MOST_BUNDLED_KEYS = 1000
/** Characters of them in the link: keys may be long, and a request's head is limited. */
export const MOST_BUNDLED_CHARACTERS = 200_000
