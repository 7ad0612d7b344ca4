// Objects sent between threads: a copy keeps everything except the class of exact numbers.
import { randomUUID } from 'node:crypto'
import { ExactNumber, type KubeObject, type KubeValue } from '@registree/kube'
import type { OpenedObject } from './open-stored.ts'

/** An opened object that can be copied to another thread. */
export interface TravellingObject extends OpenedObject {
  /** The name of the only member of each object that encodes an exact number. Random, so that no stored object can match it. */
  exact?: string
}

/** Replaces exact numbers by plain data, if there are any. */
export function packObject(opened: OpenedObject): TravellingObject {
  let exact: string | undefined
  const packed = both(opened, (value) => {
    if (!(value instanceof ExactNumber)) return undefined
    exact ??= randomUUID()
    return { [exact]: value.text }
  })
  return exact === undefined ? opened : { ...packed, exact }
}

/** The object given to {@link packObject}. */
export function reviveObject({ exact, ...opened }: TravellingObject): OpenedObject {
  if (exact === undefined) return opened
  return both(opened, (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof ExactNumber) return undefined
    const text = value[exact]
    return typeof text === 'string' ? new ExactNumber(text) : undefined
  })
}

type Replace = (value: KubeValue) => KubeValue | undefined

function both({ object, outline, ...rest }: OpenedObject, replace: Replace): OpenedObject {
  return {
    ...rest,
    ...(object === undefined ? {} : { object: mapped(object, replace) as KubeObject }),
    ...(outline === undefined ? {} : { outline: mapped(outline, replace) as KubeObject }),
  }
}

/** A copy of everything that contains a replacement; otherwise the value itself. The decoder limits its depth. */
function mapped(value: KubeValue, replace: Replace): KubeValue {
  if (typeof value !== 'object' || value === null) return value
  const replaced = replace(value)
  if (replaced !== undefined) return replaced
  if (value instanceof ExactNumber) return value
  if (Array.isArray(value)) {
    const items = value.map((item) => mapped(item, replace))
    return items.some((item, i) => item !== value[i]) ? items : value
  }
  const entries = Object.entries(value).map(([name, member]) => [name, mapped(member, replace)] as const)
  return entries.some(([name, member]) => member !== value[name]) ? Object.fromEntries(entries) : value
}
