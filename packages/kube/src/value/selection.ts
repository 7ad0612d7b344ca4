// The selected members of an object: the compiled form of field paths.
import type { KubeObject } from './value.ts'

/** Maps a name to the selection inside it, to `true` for all of it, or to `count` for only a list's length. */
export type Selection = Map<string, Selection | true | 'count'>

/** The selection inside a member; undefined if it is not selected. */
export function insideOf(wanted: Selection | true, name: string): Selection | true | 'count' | undefined {
  return wanted === true ? true : wanted.get(name)
}

export const COUNTED = {
  /** Stands for each object of a counted list: always the same one, so that a long list costs little. */
  ITEM: Object.freeze({}) as KubeObject,
  /** This many of them count as one element. */
  AT_ONCE: 16,
} as const
