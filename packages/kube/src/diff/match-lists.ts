// Matches the elements of two lists: by their keys, by their names, or by their content.
import type { ListKeys } from '../protobuf/plan.ts'
import { isObject, objectAt } from '../value/fields.ts'
import type { KubeValue } from '../value/value.ts'
import { commonSequence, longestIncreasing } from './common-sequence.ts'
import { contentText, isSame } from './same-value.ts'
import type { ItemKey } from './types.ts'

export interface MatchedLists {
  /** For each element on the left its index on the right; −1 if it was removed. */
  to: Int32Array
  /** For each element on the right its index on the left; −1 if it was added. */
  from: Int32Array
  /** For each element on the left whether its order among the elements of both lists changed. */
  moved: boolean[]
  /** The keys of an element; undefined if it has none. */
  keysOf(element: KubeValue): ItemKey[] | undefined
  /** Whether the order of the elements is known to mean nothing. */
  isUnordered: boolean
}

/** A list of objects without known keys is matched by the first of these members that identifies every element. */
const USUAL_KEYS = ['name', 'uid', 'id', 'key', 'type']
/** Up to this many pairs of changed elements are compared to find the most similar; more are paired in order. */
const MOST_PAIRS = 400
/** Bounds the number of elements times the number of edits. Beyond it, only elements that occur once are paired. */
const MOST_EDIT_WORK = 5_000_000

/** Matches two lists. It calls `spend` with the work that it does; `spend` may throw to stop it. */
export function matchLists(
  left: readonly KubeValue[],
  right: readonly KubeValue[],
  keys: ListKeys | undefined,
  spend: (work: number) => void,
): MatchedLists {
  spend(left.length + right.length)
  if (keys === 'value') return matchByText(left, right, (value) => [{ name: null, value }], true, spend)
  if (keys !== undefined) return matchByText(left, right, (element) => memberKeys(element, keys), true, spend)
  const usual = usualKey(left, right)
  if (usual !== undefined)
    return matchByText(left, right, (element) => [{ name: usual.name, value: usual.of(element) ?? null }], false, spend)
  return finish(matchByContent(left, right, spend), () => undefined, false)
}

function memberKeys(element: KubeValue, names: readonly string[]): ItemKey[] | undefined {
  if (!isObject(element)) return undefined
  const keys = names.map((name) => ({ name, value: Object.hasOwn(element, name) ? (element[name] as KubeValue) : null }))
  return keys.every(({ value }) => value === null) ? undefined : keys
}

/** `metadata.name` is for lists of objects, such as volumeClaimTemplates. */
function usualKey(
  left: readonly KubeValue[],
  right: readonly KubeValue[],
): { name: string; of: (element: KubeValue) => KubeValue | undefined } | undefined {
  const ways = USUAL_KEYS.map((name) => ({ name, of: (element: KubeValue) => memberOf(element, name) }))
  ways.push({ name: 'metadata.name', of: (element) => memberOf(objectAt(element, 'metadata') ?? null, 'name') })
  return ways.find(({ of }) => isUnique(left, of) && isUnique(right, of))
}

function memberOf(element: KubeValue, name: string): KubeValue | undefined {
  return isObject(element) && Object.hasOwn(element, name) ? element[name] : undefined
}

function isUnique(list: readonly KubeValue[], of: (element: KubeValue) => KubeValue | undefined): boolean {
  const seen = new Set<KubeValue>()
  for (const element of list) {
    const value = of(element)
    if (typeof value !== 'string' || value === '' || seen.has(value)) return false
    seen.add(value)
  }
  return true
}

/** Matches elements with equal keys. If several have the same keys, the first matches the first, and the second the second. */
function matchByText(
  left: readonly KubeValue[],
  right: readonly KubeValue[],
  keysOf: (element: KubeValue) => ItemKey[] | undefined,
  isUnordered: boolean,
  spend: (work: number) => void,
): MatchedLists {
  const textOf = (element: KubeValue) => {
    const keys = keysOf(element)
    return keys === undefined
      ? undefined
      : contentText(
          keys.map(({ value }) => value),
          spend,
        )
  }
  const waiting = new Map<string, number[]>()
  const keyless: { left: number[]; right: number[] } = { left: [], right: [] }
  for (const [i, element] of left.entries()) {
    const text = textOf(element)
    if (text === undefined) keyless.left.push(i)
    else if (!waiting.get(text)?.push(i)) waiting.set(text, [i])
  }
  for (const places of waiting.values()) places.reverse()
  const to = new Int32Array(left.length).fill(-1)
  for (const [j, element] of right.entries()) {
    const text = textOf(element)
    if (text === undefined) keyless.right.push(j)
    else {
      const i = waiting.get(text)?.pop()
      if (i !== undefined) to[i] = j
    }
  }
  // Elements without keys are matched with each other.
  const some = matchByContent(
    keyless.left.map((i) => left[i] as KubeValue),
    keyless.right.map((j) => right[j] as KubeValue),
    spend,
  )
  for (const [place, j] of some.to.entries()) if (j >= 0) to[keyless.left[place] as number] = keyless.right[j] as number
  return finish({ to, rightLength: right.length }, keysOf, isUnordered)
}

interface Pairing {
  to: Int32Array
  rightLength: number
}

/** Matches equal elements in order, then equal ones that moved, then the most similar ones between them. */
function matchByContent(left: readonly KubeValue[], right: readonly KubeValue[], spend: (work: number) => void): Pairing {
  const to = new Int32Array(left.length).fill(-1)
  const numbers = new Map<string, number>()
  const numberOf = (element: KubeValue) => {
    const text = contentText(element, spend)
    const number = numbers.get(text) ?? numbers.size
    numbers.set(text, number)
    return number
  }
  const a = left.map(numberOf)
  const b = right.map(numberOf)
  const { pairs, work } = commonSequence(a, b, Math.min(500, Math.floor(MOST_EDIT_WORK / (a.length + b.length + 1))))
  spend(work)
  const taken = new Set<number>()
  for (const [i, j] of pairs) {
    to[i] = j
    taken.add(j)
  }
  const free = new Map<number, number[]>()
  for (let j = b.length - 1; j >= 0; j--) {
    if (taken.has(j)) continue
    const places = free.get(b[j] as number)
    if (places === undefined) free.set(b[j] as number, [j])
    else places.push(j)
  }
  for (const [i, number] of a.entries()) {
    if (to[i] !== -1) continue
    const j = free.get(number)?.pop()
    if (j === undefined) continue
    to[i] = j
    taken.add(j)
  }
  let [fromI, fromJ] = [0, 0]
  for (const [i, j] of [...pairs, [left.length, right.length] as const]) {
    pairChanged(
      left,
      right,
      indexes(fromI, i, (at) => to[at] === -1),
      indexes(fromJ, j, (at) => !taken.has(at)),
      to,
      spend,
    )
    fromI = i + 1
    fromJ = j + 1
  }
  return { to, rightLength: right.length }
}

function indexes(from: number, to: number, isFree: (at: number) => boolean): number[] {
  const found: number[] = []
  for (let at = from; at < to; at++) if (isFree(at)) found.push(at)
  return found
}

/** Pairs elements that probably changed in place: the most similar ones, in order. */
function pairChanged(
  left: readonly KubeValue[],
  right: readonly KubeValue[],
  rest: number[],
  others: number[],
  to: Int32Array,
  spend: (work: number) => void,
): void {
  if (rest.length === 0 || others.length === 0) return
  if (rest.length * others.length > MOST_PAIRS) {
    for (let at = 0; at < Math.min(rest.length, others.length); at++) {
      if (isSameKind(left[rest[at] as number], right[others[at] as number])) to[rest[at] as number] = others[at] as number
    }
    return
  }
  // best[x][y]: the highest total similarity of pairs among the first x and the first y elements.
  const similarity = rest.map((i) => others.map((j) => similarityOf(left[i] as KubeValue, right[j] as KubeValue, spend)))
  const best = Array.from({ length: rest.length + 1 }, () => new Float64Array(others.length + 1))
  const at = (x: number, y: number) => best[x]?.[y] as number
  for (let x = 1; x <= rest.length; x++) {
    for (let y = 1; y <= others.length; y++) {
      const paired = at(x - 1, y - 1) + (similarity[x - 1]?.[y - 1] as number)
      ;(best[x] as Float64Array)[y] = Math.max(at(x - 1, y), at(x, y - 1), paired)
    }
  }
  for (let x = rest.length, y = others.length; x > 0 && y > 0; ) {
    const like = similarity[x - 1]?.[y - 1] as number
    if (like > 0 && at(x, y) === at(x - 1, y - 1) + like) to[rest[--x] as number] = others[--y] as number
    else if (at(x, y) === at(x - 1, y)) x--
    else y--
  }
}

function isSameKind(a: KubeValue | undefined, b: KubeValue | undefined): boolean {
  return kindOf(a) === kindOf(b)
}

function kindOf(value: KubeValue | undefined): string {
  return Array.isArray(value) ? 'list' : isObject(value) ? 'object' : 'scalar'
}

/** 0 for different kinds of values, 1 for the same kind with nothing in common, up to 2 for equal values. */
function similarityOf(a: KubeValue, b: KubeValue, spend: (work: number) => void): number {
  spend(1)
  if (!isSameKind(a, b)) return 0
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a)
    const all = new Set([...names, ...Object.keys(b)]).size
    spend(all)
    const same = names.filter((name) => Object.hasOwn(b, name) && isSameSmall(a[name] as KubeValue, b[name] as KubeValue))
    return 1 + (all === 0 ? 0 : same.length / all)
  }
  if (typeof a === 'string' && typeof b === 'string') {
    const longest = Math.max(a.length, b.length)
    let same = 0
    while (same < a.length && same < b.length && a[same] === b[same] && same < 1000) same++
    spend(1 + (same >>> 4))
    return 1 + (longest === 0 ? 0 : same / longest)
  }
  return 1
}

/** Only small members are compared for similarity. */
function isSameSmall(a: KubeValue, b: KubeValue): boolean {
  const size = (value: KubeValue) => (isObject(value) ? Object.keys(value).length : Array.isArray(value) ? value.length : 0)
  return size(a) <= 8 && size(b) <= 8 && isShallow(a) && isShallow(b) && isSame(a, b)
}

function isShallow(value: KubeValue): boolean {
  if (Array.isArray(value)) return value.every((inner) => typeof inner !== 'object' || inner === null)
  return !isObject(value) || Object.values(value).every((inner) => typeof inner !== 'object' || inner === null)
}

function finish({ to, rightLength }: Pairing, keysOf: MatchedLists['keysOf'], isUnordered: boolean): MatchedLists {
  const from = new Int32Array(rightLength).fill(-1)
  const inBoth: number[] = []
  for (const [i, j] of to.entries()) {
    if (j < 0) continue
    from[j] = i
    inBoth.push(i)
  }
  const inPlace = longestIncreasing(inBoth.map((i) => to[i] as number))
  const moved = new Array<boolean>(to.length).fill(false)
  for (const [place, i] of inBoth.entries()) moved[i] = inPlace[place] !== true
  return { to, from, moved, keysOf, isUnordered }
}
