// The result of comparing two values: a flat list of changes with their paths, in document order.
import type { KubeValue } from '../value/value.ts'

/** One step of a path. A list element has the index `from` on the left and `to` on the right; null if it does not exist there. */
export type DiffStep = FieldStep | ItemStep | ElementStep

/** A member of an object. */
export interface FieldStep {
  kind: 'field'
  name: string
}

/** A list element that is identified by its keys: `containers[name=web]`, `finalizers["foregroundDeletion"]`. */
export interface ItemStep {
  kind: 'item'
  keys: ItemKey[]
  from: number | null
  to: number | null
}

/** A list element without keys. */
export interface ElementStep {
  kind: 'element'
  from: number | null
  to: number | null
}

/** A member that identifies an element, and its value (null if absent). `name` is null if the element identifies itself. */
export interface ItemKey {
  name: string | null
  value: KubeValue
}

export type DiffPath = readonly DiffStep[]

/**
 * Why a change is noise: a reader rarely asks for it, so a view may fold and count it.
 * - `managed-fields`, `resource-version`, `last-applied`: they follow from the other changes
 * - `generation`: it counts changes (`metadata.generation`, `observedGeneration`)
 * - `heartbeat`, `probe-time`, `renew-time`, `trigger-time`: they change all the time
 * - `order`: an element moved in a list whose order means nothing
 * - `same-amount`: the same number or quantity is written differently
 * - `null`: absent on one side and null on the other
 * - `kept`: only the cluster has it, and applying the other side leaves it (see `diffApplied`)
 * - `undecided`: the value is masked on both sides, and the placeholders do not tell whether it changed
 */
export type NoiseReason =
  | 'managed-fields'
  | 'resource-version'
  | 'last-applied'
  | 'generation'
  | 'heartbeat'
  | 'probe-time'
  | 'renew-time'
  | 'trigger-time'
  | 'order'
  | 'same-amount'
  | 'null'
  | 'kept'
  | 'undecided'

/** What the placeholders tell about a change of a masked value. */
export type MaskedVerdict = 'different' | 'length-differs' | 'undecided'

export interface Change {
  path: DiffStep[]
  /** `moved`: an element changed its place in a list. If it also changed inside, there are further changes. */
  kind: 'added' | 'removed' | 'changed' | 'moved'
  /** The value before; absent for `added` and `moved`. It is not a copy. */
  left?: KubeValue
  /** The value after; absent for `removed` and `moved`. */
  right?: KubeValue
  noise?: NoiseReason
  /** Set if both sides are masked. */
  masked?: MaskedVerdict
  /** Set if the value was compared as a whole, because it is nested too deep or the budget was used up. */
  whole?: 'depth' | 'budget'
}

export interface Diff {
  changes: Change[]
  /** The number of changes of each kind without noise, and the number of noise. */
  counts: { added: number; removed: number; changed: number; moved: number; noise: number }
  /** Masked values that may have changed. Those with different placeholders are also in `changes`, as noise. */
  undecided: DiffStep[][]
  /** True if a change has `whole` set. */
  limited: boolean
}
