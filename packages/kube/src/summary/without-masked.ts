// Leaves out of a masked value what was masked, for a text that somebody will apply: a mask must not become the content of an object.
import { isObject } from '../value/fields.ts'
import { pathStep } from '../value/path.ts'
import type { KubeObject, KubePath, KubeValue } from '../value/value.ts'

/** Deeper members are compared as a whole: nothing that Kubernetes accepts is nested so deep. */
const DEEPEST = 400

/**
 * A copy of `masked` without every member and item that differs from `original`, and the paths of those. The value itself where nothing differs.
 * @param original what `masked` was made of, by a masking that leaves alone what it does not mask
 */
export function withoutMasked(masked: KubeObject, original: KubeObject): { object: KubeObject; left: KubePath[] } {
  const left: KubePath[] = []
  const object = compared(masked, original, '', 0, left)
  return { object: object === undefined || !isObject(object) ? Object.create(null) : object, left }
}

function compared(
  masked: KubeValue,
  original: KubeValue | undefined,
  path: KubePath,
  depth: number,
  left: KubePath[],
): KubeValue | undefined {
  if (masked === original) return masked
  if (depth < DEEPEST && isObject(masked) && isObject(original)) {
    const copy: KubeObject = Object.create(null)
    for (const name of Object.keys(masked)) {
      const from = Object.hasOwn(original, name) ? original[name] : undefined
      const value = compared(masked[name] ?? null, from, path + pathStep(name), depth + 1, left)
      if (value !== undefined) copy[name] = value
    }
    return copy
  }
  if (depth < DEEPEST && Array.isArray(masked) && Array.isArray(original)) {
    const copy: KubeValue[] = []
    for (const [i, item] of masked.entries()) {
      const value = compared(item, original[i], path + pathStep(i), depth + 1, left)
      if (value !== undefined) copy.push(value)
    }
    return copy
  }
  // Numbers that do not fit a double are objects of their own, and copies of them are equal.
  if (masked !== null && original !== null && typeof masked === 'object' && typeof original === 'object' && same(masked, original))
    return masked
  left.push(path)
  return undefined
}

function same(a: object, b: object): boolean {
  return !isObject(a as KubeValue) && !Array.isArray(a) && a.constructor === b.constructor && String(a) === String(b)
}
