// Reads members of a decoded object of any structure: never throws, and returns "absent" for the wrong type.
import { ExactNumber, type KubeObject, type KubeValue } from './value.ts'

/** A JSON object: not a list or an exact number. */
export function isObject(value: KubeValue | undefined): value is KubeObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
}

/** The value at `path`, only through own members, so that `__proto__` in hostile JSON has no effect. */
export function valueAt(value: KubeValue | undefined, ...path: string[]): KubeValue | undefined {
  let at: KubeValue | undefined = value
  for (const name of path) {
    if (!isObject(at) || !Object.hasOwn(at, name)) return undefined
    at = at[name]
  }
  return at
}

/** The object at `path`; undefined for anything else. */
export function objectAt(value: KubeValue | undefined, ...path: string[]): KubeObject | undefined {
  const found = valueAt(value, ...path)
  return isObject(found) ? found : undefined
}

/** The string at `path`; empty for anything else (like Go's zero value). */
export function textAt(value: KubeValue | undefined, ...path: string[]): string {
  const found = valueAt(value, ...path)
  return typeof found === 'string' ? found : ''
}

/** The objects in the list at `path`; other items are omitted. */
export function objectsAt(value: KubeValue | undefined, ...path: string[]): KubeObject[] {
  const found = valueAt(value, ...path)
  return Array.isArray(found) ? found.filter(isObject) : []
}

/** The strings of the list at `path`. */
export function textsAt(value: KubeValue | undefined, ...path: string[]): string[] {
  const found = valueAt(value, ...path)
  return Array.isArray(found) ? found.filter((item): item is string => typeof item === 'string') : []
}

/** The integer at `path`; undefined for anything else. Counts fit a double; read 64-bit ones with `valueAt`. */
export function integerAt(value: KubeValue | undefined, ...path: string[]): number | undefined {
  const found = valueAt(value, ...path)
  if (typeof found === 'bigint') return Number(found)
  return typeof found === 'number' && Number.isInteger(found) ? found : undefined
}
