// Which members of an object are wanted: what field paths are compiled to.
import type { KubeObject } from './value.ts'

/** A name maps to what is wanted inside it, to `true` for all of it, or to `count` for a list where only the length matters. */
export type Selection = Map<string, Selection | true | 'count'>

/** What is wanted of a member; undefined for nothing. */
export function insideOf(wanted: Selection | true, name: string): Selection | true | 'count' | undefined {
  return wanted === true ? true : wanted.get(name)
}

export const COUNTED = {
  /** In place of each object of a counted list: always the same one, so that a long list costs little. */
  ITEM: Object.freeze({}) as KubeObject,
  /** This many of them are one element. */
  AT_ONCE: 16,
} as const
