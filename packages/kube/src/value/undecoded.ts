// Which parts of a partly decoded object may lack something that is stored: nothing may be counted there.
import { isObject } from './fields.ts'
import { COUNT_STEP, parseFieldPath } from './path.ts'
import type { DecodedValue } from './types.ts'
import { ExactNumber, type KubeObject, type KubePath, type KubeValue } from './value.ts'

/** The places of everything that did not decode, as member names without list indexes; an empty one is the object itself. */
export type Undecoded = readonly (readonly string[])[]

/** Undefined if all of it was decoded. */
export function undecodedIn({ problems, incomplete }: Pick<DecodedValue, 'problems' | 'incomplete'>): Undecoded | undefined {
  if (incomplete) return [[]]
  const places = problems.filter(({ severity }) => severity === 'error').map(({ path }) => parseFieldPath(path) ?? [])
  return places.length === 0 ? undefined : places
}

/**
 * Whether what is read at `path`, and below it, is all that is stored there. Where a message ended early, a plain member that is there is as stored;
 * a missing one may have been behind its end, and so may more of a list.
 */
export function isWhole(object: KubeObject, undecoded: Undecoded, path: KubePath): boolean {
  const steps = parseFieldPath(path)?.filter((step) => step !== COUNT_STEP)
  if (steps === undefined) return false
  return undecoded.every((place) => {
    const shared = place.findIndex((step, at) => step !== steps[at])
    if (shared >= 0 && shared < steps.length) return true
    return place.length < steps.length && isPlainBelow(object, steps, place.length)
  })
}

/** Whether the path leads to a plain value, and from the given step on through no list. */
function isPlainBelow(object: KubeObject, steps: readonly string[], from: number): boolean {
  let values: (KubeValue | undefined)[] = [object]
  for (const [at, step] of steps.entries()) {
    values = values.flatMap((value) => (Array.isArray(value) && at < from ? value : [value])).map((value) => member(value, step))
  }
  return (
    values.length > 0 &&
    values.every((value) => value !== undefined && (value === null || typeof value !== 'object' || value instanceof ExactNumber))
  )
}

function member(value: KubeValue | undefined, name: string): KubeValue | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}
