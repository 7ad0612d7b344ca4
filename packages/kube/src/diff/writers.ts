// Finds who wrote a change, by the managers and fields in `metadata.managedFields`.
import { isObject, objectAt, objectsAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'
import { isSame } from './same-value.ts'
import type { Change, DiffPath, DiffStep } from './types.ts'

/** A manager, as an entry of `managedFields` describes it. */
export interface Writer {
  /** `kubectl-client-side-apply`, `kube-controller-manager`; empty when the entry does not say. */
  manager: string
  /** `Apply` or `Update`. */
  operation: string
  apiVersion: string
  /** `status`, `scale`; empty for the object itself. */
  subresource: string
  /** When the entry last changed, RFC 3339; empty when it does not say. */
  time: string
}

/** Who wrote a revision, as far as the object says. */
export interface RevisionWriter {
  /** Several if it may be any of them; empty if the object does not say. */
  writers: Writer[]
  /**
   * - `entry-changed`: their entries are new, or differ from those of the revision before
   * - `covers-changes`: their entries did not change, but they have fields that changed
   * - `newest`: the revision before is not known, and their entries are the newest. This is a guess: the API server updates the time of an
   *   entry only if its set of fields changes
   * - `unknown`: no entry explains the write. Bindings and deletions have none
   */
  by: 'entry-changed' | 'covers-changes' | 'newest' | 'unknown'
}

/**
 * For each change the managers that have its field: in `after` if it was added or changed, in `before` if it was removed. Empty if no entry
 * covers it.
 * @param changes of `before` to `after`, both Kubernetes objects
 */
export function writersOf(
  after: KubeObject | undefined,
  changes: readonly Pick<Change, 'path' | 'kind'>[],
  before?: KubeObject,
): Writer[][] {
  const [old, now] = [entriesOf(before), entriesOf(after)]
  return changes.map(({ path, kind }) => {
    const removed = kind === 'removed'
    const object = removed ? before : after
    if (object === undefined) return []
    return (removed ? old : now).filter(({ fields }) => covers(fields, path, object, removed)).map(({ writer }) => writer)
  })
}

/**
 * Who wrote the revision that turned `before` into `after`.
 * @param before null if this revision created the key; undefined if the revision before is not known
 * @param changes of `before` to `after`
 */
export function revisionWriter(after: KubeObject, before: KubeObject | null | undefined, changes: readonly Change[] = []): RevisionWriter {
  const now = entriesOf(after)
  if (now.length === 0) return { writers: [], by: 'unknown' }
  if (before === undefined) return { writers: newestOf(now.map(({ writer }) => writer)), by: 'newest' }
  const old = entriesOf(before ?? undefined)
  const changed = now.filter(
    (entry) => !old.some((other) => isSameWriter(entry.writer, other.writer) && isSame(entry.fields, other.fields)),
  )
  if (changed.length > 0) return { writers: newestOf(changed.map(({ writer }) => writer)), by: 'entry-changed' }
  const relevant = changes.filter(({ path, noise }) => noise !== 'managed-fields' && noise !== 'resource-version' && path.length > 0)
  const covering = writersOf(after, relevant, before ?? undefined)
  const writers = now.map(({ writer }) => writer).filter((writer) => covering.some((some) => some.includes(writer)))
  return { writers, by: writers.length > 0 ? 'covers-changes' : 'unknown' }
}

interface Entry {
  writer: Writer
  fields: KubeObject
}

const entries = new WeakMap<KubeObject, Entry[]>()

/** Cached by object, so that the same entry is always the same writer. */
function entriesOf(object: KubeObject | undefined): Entry[] {
  if (object === undefined) return []
  const known = entries.get(object)
  if (known !== undefined) return known
  const found = objectsAt(object, 'metadata', 'managedFields').map((entry) => ({
    writer: {
      manager: textAt(entry, 'manager'),
      operation: textAt(entry, 'operation'),
      apiVersion: textAt(entry, 'apiVersion'),
      subresource: textAt(entry, 'subresource'),
      time: textAt(entry, 'time'),
    },
    fields: objectAt(entry, 'fieldsV1') ?? objectAt(entry, 'fields') ?? {},
  }))
  entries.set(object, found)
  return found
}

function isSameWriter(a: Writer, b: Writer): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.subresource === b.subresource &&
    a.apiVersion === b.apiVersion &&
    a.time === b.time
  )
}

/** Those with the newest time; all of them if none has a time. */
function newestOf(writers: Writer[]): Writer[] {
  // All times are UTC in one form, so they sort as texts.
  const newest = writers
    .map(({ time }) => time)
    .sort()
    .at(-1)
  return writers.filter(({ time }) => time === newest)
}

/**
 * Whether a set of fields contains the one at `path`. Members are `f:name`; elements of lists are `k:{"name":"web"}` by key, `v:"x"` by value
 * or `i:0` by index. A member without members covers everything inside it.
 * Source: sigs.k8s.io/structured-merge-diff, fieldpath/serialize.go.
 */
function covers(fields: KubeObject, path: DiffPath, object: KubeValue, removed: boolean): boolean {
  let set = fields
  let value: KubeValue | undefined = object
  for (const [depth, step] of path.entries()) {
    const next = step.kind === 'field' ? objectAt(set, `f:${step.name}`) : elementSet(set, step, value, removed)
    if (next === undefined) return false
    if (Object.keys(next).length === 0) return true
    set = next
    value = depth < path.length - 1 ? inside(value, step, removed) : undefined
  }
  return true
}

function inside(value: KubeValue | undefined, step: DiffStep, removed: boolean): KubeValue | undefined {
  if (step.kind === 'field') return valueAt(value, step.name)
  const place = removed ? step.from : step.to
  return Array.isArray(value) && place !== null ? value[place] : undefined
}

function elementSet(set: KubeObject, step: DiffStep, list: KubeValue | undefined, removed: boolean): KubeObject | undefined {
  const element = inside(list, step, removed)
  const place = step.kind === 'field' ? null : removed ? step.from : step.to
  for (const name of Object.keys(set)) {
    if (name.startsWith('i:') && name.slice(2) === String(place)) return objectAt(set, name)
    if (element === undefined || !(name.startsWith('k:') || name.startsWith('v:'))) continue
    const told = parsed(name.slice(2))
    if (told === undefined) continue
    if (name.startsWith('v:') ? isSame(told, element) : hasMembers(element, told)) return objectAt(set, name)
  }
  return undefined
}

function hasMembers(element: KubeValue, told: KubeValue): boolean {
  if (!isObject(element) || !isObject(told)) return false
  return Object.keys(told).every((name) => Object.hasOwn(element, name) && isSame(element[name] as KubeValue, told[name] as KubeValue))
}

function parsed(text: string): KubeValue | undefined {
  try {
    return JSON.parse(text) as KubeValue
  } catch {
    return undefined
  }
}
