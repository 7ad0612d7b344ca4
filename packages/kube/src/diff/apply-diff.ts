// Applies a difference to its left value, and inverts a difference.
import { isObject } from '../value/fields.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'
import type { Change, Diff, DiffStep } from './types.ts'

/**
 * Makes the right value from the left one and the changes. Unchanged parts are shared with `left`. Undefined if there is no right value.
 * Throws a RangeError if the changes do not fit the value.
 */
export function applyDiff(left: KubeValue | undefined, diff: Pick<Diff, 'changes'>): KubeValue | undefined {
  return applied(left, diff.changes, 0)
}

/** The difference from right to left. */
export function invertDiff(diff: Diff): Diff {
  const changes = diff.changes.map(inverted)
  const { added, removed, changed, moved, noise } = diff.counts
  return {
    ...diff,
    changes,
    counts: { added: removed, removed: added, changed, moved, noise },
    undecided: diff.undecided.map((path) => path.map(turned)),
  }
}

function inverted({ left, right, path, kind, ...rest }: Change): Change {
  return {
    ...rest,
    path: path.map(turned),
    kind: kind === 'added' ? 'removed' : kind === 'removed' ? 'added' : kind,
    ...(right === undefined ? {} : { left: right }),
    ...(left === undefined ? {} : { right: left }),
  }
}

function turned(step: DiffStep): DiffStep {
  return step.kind === 'field' ? step : { ...step, from: step.to, to: step.from }
}

function applied(value: KubeValue | undefined, changes: readonly Change[], depth: number): KubeValue | undefined {
  const own = changes.find(({ path, kind }) => path.length === depth && kind !== 'moved')
  if (own !== undefined) return own.right
  const inner = changes.filter(({ path }) => path.length > depth)
  if (inner.length === 0) return value
  if (Array.isArray(value)) return inList(value, inner, depth)
  if (isObject(value)) return inObject(value, inner, depth)
  throw new RangeError('the difference goes on where the value has no members')
}

function inObject(object: KubeObject, changes: readonly Change[], depth: number): KubeObject {
  const byName = new Map<string, Change[]>()
  for (const change of changes) {
    const step = change.path[depth] as DiffStep
    if (step.kind !== 'field') throw new RangeError('the difference has an element where the value has members')
    const some = byName.get(step.name)
    if (some === undefined) byName.set(step.name, [change])
    else some.push(change)
  }
  const copy: KubeObject = Object.create(null)
  for (const name of Object.keys(object)) copy[name] = object[name] as KubeValue
  for (const [name, some] of byName) {
    const result = applied(copy[name], some, depth + 1)
    if (result === undefined) delete copy[name]
    else copy[name] = result
  }
  return copy
}

function inList(list: readonly KubeValue[], changes: readonly Change[], depth: number): KubeValue[] {
  const groups = new Map<string, { from: number | null; to: number | null; changes: Change[] }>()
  for (const change of changes) {
    const step = change.path[depth] as DiffStep
    if (step.kind === 'field') throw new RangeError('the difference has a member where the value has elements')
    const id = `${step.from} ${step.to}`
    const known = groups.get(id)
    if (known === undefined) groups.set(id, { from: step.from, to: step.to, changes: [change] })
    else known.changes.push(change)
  }
  const gone = new Set<number>()
  const placed = new Map<number, KubeValue>()
  for (const { from, to, changes: some } of groups.values()) {
    const result = applied(from === null ? undefined : list[from], some, depth + 1)
    if (from !== null) gone.add(from)
    if (to !== null) {
      if (result === undefined) throw new RangeError('the difference names an element that the list does not have')
      placed.set(to, result)
    }
  }
  // Elements without a change keep their order and fill the free places.
  const rest = list.filter((_, i) => !gone.has(i))
  const result: KubeValue[] = []
  const length = rest.length + placed.size
  let next = 0
  for (let j = 0; j < length; j++) result.push(placed.has(j) ? (placed.get(j) as KubeValue) : (rest[next++] as KubeValue))
  if (next !== rest.length) throw new RangeError('the difference does not fit the length of a list')
  return result
}
