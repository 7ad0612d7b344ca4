// What `kubectl apply` of a stored object would change in the object that a cluster has: both without what belongs to one cluster only.

import { descriptorName } from '../protobuf/plan.ts'
import { applyable } from '../summary/applyable.ts'
import { isObject, textAt } from '../value/fields.ts'
import { hasMasked } from '../value/placeholder.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'
import { type ComparedValue, diffDecoded, type ValueDiff } from './diff-decoded.ts'
import type { DiffOptions } from './diff-values.ts'
import { isSame } from './same-value.ts'
import type { Change, DiffPath } from './types.ts'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * The changes from `live` (null if the cluster does not have it) to what it becomes when `applied` is applied. What only `live` has stays, and is noise
 * with the reason `kept`, as `kubectl apply` decides it: unless it is in the configuration that was last applied there, or in a list that is replaced
 * as a whole. What an API server would refuse or fill in is not known. Never throws, and is bounded like `diffDecoded`.
 */
export function diffApplied(live: ComparedValue | null, applied: ComparedValue, options: DiffOptions = {}): ValueDiff {
  const [before, after] = [live?.decoded.object, applied.decoded.object]
  const fitLive = live === null ? null : fit(live)
  const result = diffDecoded(fitLive, fit(applied, hasAnnotations(fitLive?.decoded.object)), options)
  if (result.by !== 'fields' || before === undefined || after === undefined) return result
  const mergesLists = descriptorName(textAt(after, 'apiVersion'), textAt(after, 'kind')) !== undefined
  const lastApplied = lastAppliedOf(before)
  const changes = result.diff.changes.map((change): Change => {
    const isKept = change.kind === 'removed' && change.noise === undefined && staysAt(change.path, mergesLists, lastApplied)
    return isKept ? { ...change, noise: 'kept' } : change
  })
  const counts = { added: 0, removed: 0, changed: 0, moved: 0, noise: 0 }
  for (const { kind, noise } of changes) counts[noise === undefined ? kind : 'noise']++
  return { ...result, diff: { ...result.diff, changes, counts } }
}

const hasAnnotations = (object: KubeObject | undefined): boolean =>
  object !== undefined && isObject(object.metadata) && isObject(object.metadata.annotations)

/**
 * The bytes are of the whole object, so they are left out.
 * @param annotated kubectl writes an annotation of its own, so that it never removes all of them at once
 */
function fit({ decoded, masked, raw }: ComparedValue, annotated = false): ComparedValue {
  if (decoded.object === undefined) return { decoded, ...(masked === undefined ? {} : { masked }), ...(raw === undefined ? {} : { raw }) }
  // What the schema does not know is not applied, and stays where it is.
  const object = applyable(decoded.object)
  const { metadata } = object
  const lacksThem = annotated && metadata !== undefined && isObject(metadata) && !hasAnnotations(object)
  const shown = lacksThem ? { ...object, metadata: { ...metadata, annotations: {} } } : object
  return { decoded: { ...decoded, object: shown, unknownFields: [] } }
}

/** `unknown` if it is masked or is no JSON; null if there is none. */
function lastAppliedOf(live: KubeObject): KubeValue | 'unknown' | null {
  const metadata = isObject(live.metadata) ? live.metadata : undefined
  const text = metadata !== undefined && isObject(metadata.annotations) ? metadata.annotations[LAST_APPLIED] : undefined
  if (text === undefined || text === null) return null
  if (typeof text !== 'string' || hasMasked(text)) return 'unknown'
  try {
    return JSON.parse(text) as KubeValue
  } catch {
    return 'unknown'
  }
}

function staysAt(path: DiffPath, mergesLists: boolean, lastApplied: KubeValue | 'unknown' | null): boolean {
  // A list without merge keys is replaced as a whole, and every list of a custom resource.
  if (path.some(({ kind }) => kind === 'element' || (kind === 'item' && !mergesLists))) return false
  if (isInRetained(path)) return false
  return lastApplied === null || (lastApplied !== 'unknown' && !has(lastApplied, path))
}

/** Members that `kubectl apply` removes if they are not given (`patchStrategy=retainKeys`): those of a rollout's strategy, and of a volume. */
function isInRetained(path: DiffPath): boolean {
  const [parent, list] = [path.at(-2), path.at(-3)]
  if (path.at(-1)?.kind !== 'field') return false
  if (parent?.kind === 'field') return parent.name === 'strategy' && path.length === 3
  return parent?.kind === 'item' && list?.kind === 'field' && list.name === 'volumes'
}

function has(value: KubeValue | undefined, path: DiffPath): boolean {
  const [step, ...rest] = path
  if (step === undefined) return value !== undefined
  if (step.kind === 'field') return value !== undefined && isObject(value) && Object.hasOwn(value, step.name) && has(value[step.name], rest)
  if (step.kind === 'element' || !Array.isArray(value)) return false
  const found = value.find((element) =>
    step.keys.every(({ name, value: key }) => isSame(name === null ? element : isObject(element) ? (element[name] ?? null) : null, key)),
  )
  return found !== undefined && has(found, rest)
}
