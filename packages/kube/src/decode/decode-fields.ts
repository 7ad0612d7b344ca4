// Reads only some fields of a stored object: a table's columns need a fraction of the whole.
import { COUNT_STEP, parseFieldPath } from '../value/path.ts'
import type { Selection } from '../value/selection.ts'
import type { DecodedValue, DecodeOptions } from '../value/types.ts'
import { decodeWith } from './decode.ts'

/** A compiled list of field paths. Compile once, use for every object of a listing. */
export interface FieldSelection {
  readonly paths: readonly string[]
  /** @internal */
  readonly tree: Selection
}

/**
 * Compiles field paths such as `.metadata.name`, `.status.containerStatuses[*].ready`, `.metadata.labels`: a path includes everything below it. `[*]`
 * may be omitted. `.spec.containers[#]` reads only a list's length: its items are empty. Throws a RangeError for an unclosed bracket or quote: paths
 * come from code, not data.
 */
export function selectFields(paths: readonly string[]): FieldSelection {
  const tree: Selection = new Map()
  for (const path of paths) {
    const steps = parseFieldPath(path)
    const counted = steps?.at(-1) === COUNT_STEP
    if (counted) steps?.pop()
    if (steps === undefined || steps.length === 0 || steps.includes(COUNT_STEP))
      throw new RangeError(`not a field path: ${JSON.stringify(path)}`)
    let at = tree
    for (const [i, step] of steps.entries()) {
      const inside = at.get(step)
      if (inside === true) break
      if (i === steps.length - 1) {
        if (!counted) at.set(step, true)
        else if (inside === undefined) at.set(step, 'count')
      } else {
        const next: Selection = inside === undefined || inside === 'count' ? new Map() : inside
        at.set(step, next)
        at = next
      }
    }
  }
  return { paths, tree }
}

/**
 * Like `decode`, but `object` has only `apiVersion`, `kind` and the selected fields. The rest is skipped: JSON and CBOR are still checked for syntax,
 * protobuf is not, so faults in it are not reported.
 */
export function decodeFields(bytes: Uint8Array, fields: FieldSelection | readonly string[], options: DecodeOptions = {}): DecodedValue {
  const selection = isList(fields) ? selectFields(fields) : fields
  return decodeWith(bytes, options, selection.tree)
}

function isList(fields: FieldSelection | readonly string[]): fields is readonly string[] {
  return Array.isArray(fields)
}
