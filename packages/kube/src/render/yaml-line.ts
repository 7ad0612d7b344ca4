// Finds the line of a field in the YAML of its object.
import type { KubeObject, KubeValue } from '../value/value.ts'
import { renderYaml } from './render-yaml.ts'
import { naturalOrder, sortedKeys } from './sorted-keys.ts'

/**
 * The line (from 1) where the field at a path begins in {@link renderYaml}; null if there is none. The text is made again as far as the field.
 * @param sortKeys as for the text
 */
export function yamlLineOf(value: KubeValue, path: readonly (string | number)[], sortKeys = true): number | null {
  const before = upTo(value, path, sortKeys)
  return before === undefined ? null : renderYaml(before, { sortKeys }).split('\n').length - 1
}

/** The value without what follows the field, and with a scalar in its place. */
function upTo(value: KubeValue, path: readonly (string | number)[], sortKeys: boolean): KubeValue | undefined {
  const [step, ...rest] = path
  if (step === undefined) return true
  if (Array.isArray(value)) {
    if (typeof step !== 'number' || step >= value.length) return undefined
    const item = upTo(value[step] as KubeValue, rest, sortKeys)
    return item === undefined ? undefined : [...value.slice(0, step), item]
  }
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, String(step))) return undefined
  const object = value as KubeObject
  const part: KubeObject = Object.create(null)
  for (const key of sortKeys ? sortedKeys(object, naturalOrder) : Object.keys(object)) {
    if (key !== String(step)) {
      part[key] = object[key] as KubeValue
      continue
    }
    const inside = upTo(object[key] as KubeValue, rest, sortKeys)
    if (inside === undefined) return undefined
    part[key] = inside
    return part
  }
  return undefined
}
