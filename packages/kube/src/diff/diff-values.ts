// Compares two decoded values by their meaning: lists by Kubernetes' own merge keys, quantities by their amounts.

import type { ListKeys } from '../protobuf/plan.ts'
import { naturalOrder, sortedKeys } from '../render/sorted-keys.ts'
import { isObject, textAt } from '../value/fields.ts'
import { hasMasked } from '../value/placeholder.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'
import { isSameNumber, isSameQuantity } from './amount.ts'
import { builtInListKeys, doesOrderMatter, type FindListKeys, schemaListKeys } from './list-keys.ts'
import { compareMasked } from './masked-text.ts'
import { type MatchedLists, matchLists } from './match-lists.ts'
import { isComparedWhole, isRenewal, noiseAt } from './noise.ts'
import { isQuantityAt } from './quantity-path.ts'
import { isSame } from './same-value.ts'
import type { Change, Diff, DiffStep, NoiseReason } from './types.ts'

export interface DiffOptions {
  /** The `openAPIV3Schema` of a custom resource, for its list keys and quantities. */
  schema?: KubeObject
  /** Finds the keys of lists; by default those of the Kubernetes API and of `schema`. */
  listKeys?: FindListKeys
  /**
   * False if the two values belong to different keys, or were masked with different salts: their digests then cannot be compared, and only
   * the sizes of masked values are. Default true.
   */
  sameKey?: boolean
  /** Values that are nested deeper are compared as a whole. Default 200, at most 500. */
  maxDepth?: number
  /** Steps of work after which the rest is compared as a whole. Default 1,000,000, which take under a second. */
  budget?: number
}

/**
 * The changes from `left` to `right`; undefined for a value that does not exist. Never throws. The work is bounded by the budget; what is
 * left then costs time in proportion to its size. Changes are in the order in which kubectl prints the members.
 */
export function diffValues(left: KubeValue | undefined, right: KubeValue | undefined, options: DiffOptions = {}): Diff {
  const differ = new Differ(options)
  if (left === undefined && right !== undefined) differ.note({ kind: 'added', right })
  else if (right === undefined && left !== undefined) differ.note({ kind: 'removed', left })
  else if (left !== undefined && right !== undefined) differ.compare(left, right, { apiVersion: '', kind: '', names: [], noise: undefined })
  return differ.result()
}

/** The place in an object that is being compared. */
interface Place {
  /** The type of the innermost object that has one. */
  apiVersion: string
  kind: string
  /** The members from that object to here, without list elements. */
  names: readonly string[]
  noise: NoiseReason | undefined
}

class Spent extends Error {}

class Differ {
  private readonly path: DiffStep[] = []
  private readonly changes: Change[] = []
  private readonly undecided: DiffStep[][] = []
  private readonly schema: KubeObject | undefined
  private readonly findListKeys: FindListKeys
  private readonly maxDepth: number
  private readonly sameKey: boolean
  private left: number
  private depth = 0
  private limited = false

  constructor(options: DiffOptions) {
    this.schema = options.schema
    this.findListKeys = options.listKeys ?? (options.schema === undefined ? builtInListKeys : schemaListKeys(options.schema))
    this.sameKey = options.sameKey ?? true
    this.maxDepth = Math.min(options.maxDepth ?? 200, 500)
    this.left = options.budget ?? 1_000_000
  }

  result(): Diff {
    const counts = { added: 0, removed: 0, changed: 0, moved: 0, noise: 0 }
    for (const { kind, noise } of this.changes) counts[noise === undefined ? kind : 'noise']++
    return { changes: this.changes, counts, undecided: this.undecided, limited: this.limited }
  }

  note(change: Omit<Change, 'path'>, place?: Place): void {
    const noise = change.noise ?? place?.noise
    this.changes.push({ path: [...this.path], ...change, ...(noise === undefined ? {} : { noise }) })
  }

  compare(left: KubeValue, right: KubeValue, place: Place): void {
    const lists = Array.isArray(left) && Array.isArray(right)
    if (typeof left === 'string' && typeof right === 'string') this.compareTexts(left, right, place)
    else if (!lists && !(isObject(left) && isObject(right))) this.compareScalars(left, right, place)
    else if (this.left <= 0) this.compareWhole(left, right, place, 'budget')
    else if (this.depth >= this.maxDepth) this.compareWhole(left, right, place, 'depth')
    else if (isComparedWhole(place.names)) {
      if (!isSame(left, right)) this.note({ kind: 'changed', left, right }, place)
    } else {
      this.depth++
      if (lists) this.compareLists(left, right, place)
      else this.compareObjects(left as KubeObject, right as KubeObject, place)
      this.depth--
    }
  }

  private compareWhole(left: KubeValue, right: KubeValue, place: Place, whole: 'depth' | 'budget'): void {
    if (isSame(left, right)) return
    this.limited = true
    this.note({ kind: 'changed', left, right, whole }, place)
  }

  private compareScalars(left: KubeValue, right: KubeValue, place: Place): void {
    if (isSame(left, right)) return
    const sameAmount = isSameNumber(left, right) || (this.isQuantity(place) && isSameQuantity(left, right))
    this.note({ kind: 'changed', left, right, ...(sameAmount ? { noise: 'same-amount' } : {}) }, place)
  }

  private compareTexts(left: string, right: string, place: Place): void {
    if (hasMasked(left) && hasMasked(right)) this.compareMaskedTexts(left, right, place)
    else if (left !== right && isRenewal(place.names, left, right)) this.note({ kind: 'changed', left, right, noise: 'renew-time' }, place)
    else this.compareScalars(left, right, place)
  }

  private compareMaskedTexts(left: string, right: string, place: Place): void {
    const samePlace = this.sameKey && this.path.every((step) => step.kind === 'field' || step.from === step.to)
    const verdict = compareMasked(left, right, samePlace)
    if (verdict === 'undecided') this.undecided.push([...this.path])
    if (left === right) return
    const masked = verdict === 'visible' || verdict === 'same' ? {} : { masked: verdict }
    this.note({ kind: 'changed', left, right, ...masked, ...(verdict === 'undecided' ? { noise: 'undecided' } : {}) }, place)
  }

  private isQuantity({ apiVersion, kind, names }: Place): boolean {
    return isQuantityAt(apiVersion, kind, names, this.schema)
  }

  private compareObjects(left: KubeObject, right: KubeObject, given: Place): void {
    const place = typedPlace(right, given)
    const all: KubeObject = Object.create(null)
    for (const name of Object.keys(left)) all[name] = null
    for (const name of Object.keys(right)) all[name] = null
    const names = sortedKeys(all, naturalOrder)
    this.left -= names.length
    for (const name of names) {
      const inside = innerPlace(place, name)
      this.path.push({ kind: 'field', name })
      const [has, had] = [Object.hasOwn(right, name), Object.hasOwn(left, name)]
      const [before, after] = [left[name] as KubeValue, right[name] as KubeValue]
      if (has && had) this.compare(before, after, inside)
      else if (has) this.note({ kind: 'added', right: after, ...(after === null ? { noise: 'null' } : {}) }, inside)
      else this.note({ kind: 'removed', left: before, ...(before === null ? { noise: 'null' } : {}) }, inside)
      this.path.pop()
    }
  }

  private compareLists(left: KubeValue[], right: KubeValue[], place: Place): void {
    const keys = this.findListKeys(place.apiVersion, place.kind, place.names)
    const matched = this.match(left, right, keys)
    if (matched === undefined) {
      this.compareWhole(left, right, place, 'budget')
      return
    }
    const isOrderNoise = matched.isUnordered && !doesOrderMatter(place.names)
    let done = 0
    const noteRemoved = (end: number) => {
      for (; done < end; done++) {
        if (matched.to[done] !== -1) continue
        this.inElement(matched, left[done] as KubeValue, done, null, () =>
          this.note({ kind: 'removed', left: left[done] as KubeValue }, place),
        )
      }
    }
    for (const [j, element] of right.entries()) {
      const i = matched.from[j] as number
      if (i < 0) {
        this.inElement(matched, element, null, j, () => this.note({ kind: 'added', right: element }, place))
        continue
      }
      // A removed element comes before the element that followed it.
      if (!matched.moved[i]) noteRemoved(i)
      this.inElement(matched, element, i, j, () => {
        if (matched.moved[i]) this.note({ kind: 'moved', ...(isOrderNoise ? { noise: 'order' } : {}) }, place)
        this.compare(left[i] as KubeValue, element, place)
      })
    }
    noteRemoved(left.length)
  }

  private match(left: KubeValue[], right: KubeValue[], keys: ListKeys | undefined): MatchedLists | undefined {
    try {
      return matchLists(left, right, keys, (work) => {
        this.left -= work
        if (this.left < 0) throw new Spent()
      })
    } catch (error) {
      if (error instanceof Spent) return undefined
      throw error
    }
  }

  private inElement(matched: MatchedLists, element: KubeValue, from: number | null, to: number | null, tell: () => void): void {
    const keys = matched.keysOf(element)
    this.path.push(keys === undefined ? { kind: 'element', from, to } : { kind: 'item', keys, from, to })
    tell()
    this.path.pop()
  }
}

/** An object inside another one, such as an item of a List, has paths of its own if it has a type and metadata. */
function typedPlace(object: KubeObject, place: Place): Place {
  const kind = textAt(object, 'kind')
  const apiVersion = textAt(object, 'apiVersion')
  if (kind === '' || apiVersion === '') return place
  if (place.kind !== '' && !isObject(object.metadata)) return place
  return { ...place, apiVersion, kind, names: [] }
}

function innerPlace(place: Place, name: string): Place {
  const names = [...place.names, name]
  return { ...place, names, noise: place.noise ?? noiseAt(place.kind, names) }
}
