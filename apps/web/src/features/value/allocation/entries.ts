// The rows of an allocation: every allocated or held offset in order, and its searchable texts. A full /12 has a million.
import { type AllocationAnswer, type AllocationHolder, allocationEntry } from '@registree/contract'

export const STATES = ['all', 'held', 'leaked', 'missing', 'shared'] as const
export type StateFilter = (typeof STATES)[number]

export interface Entries {
  /** Sorted. */
  offsets: Uint32Array
  at: (offset: number) => Entry
}

/** Consecutive leaked entries are one row: a full /12 would have a million. */
export interface Row {
  first: number
  last: number
}

export interface Entry {
  state: 'held' | 'leaked' | 'missing'
  shared: boolean
  holders: readonly AllocationHolder[]
}

export function entriesOf(answer: AllocationAnswer): Entries {
  const bitmap = Uint8Array.from(atob(answer.bitmap), (character) => character.charCodeAt(0))
  const held = new Map(answer.held.map((one) => [one.offset, one]))
  const missing = answer.held.filter((one) => !one.allocated).map((one) => one.offset)
  const all = new Uint32Array(answer.counts.held + answer.counts.leaked + missing.length)
  let length = 0
  for (let byte = 0; byte < bitmap.length; byte++) {
    const bits = bitmap[byte] as number
    if (bits === 0) continue
    for (let bit = 0; bit < 8; bit++) if (bits & (1 << bit)) all[length++] = byte * 8 + bit
  }
  for (const offset of missing) all[length++] = offset
  return {
    offsets: all.subarray(0, length).sort(),
    at: (offset) => {
      const one = held.get(offset)
      const state = one === undefined ? 'leaked' : one.allocated ? 'held' : 'missing'
      return { state, shared: one?.shared ?? false, holders: one?.holders ?? [] }
    },
  }
}

export function rowsOf(offsets: Uint32Array, at: Entries['at']): Row[] {
  const rows: Row[] = []
  let open: Row | undefined
  for (const offset of offsets) {
    const run = at(offset).state === 'leaked'
    if (run && open?.last === offset - 1) open.last = offset
    else {
      const row = { first: offset, last: offset }
      rows.push(row)
      open = run ? row : undefined
    }
  }
  return rows
}

/** The offsets with a state whose address, port, namespace or Service contains `wanted`. */
export function filterEntries(answer: AllocationAnswer, entries: Entries, state: StateFilter, wanted: string): Uint32Array {
  const text = wanted.trim().toLowerCase()
  if (state === 'all' && text === '') return entries.offsets
  // Only leaks can be numerous: all others are in the list of what Services hold.
  const matches = (offset: number) => {
    const entry = entries.at(offset)
    if (state === 'shared' ? !entry.shared : state !== 'all' && entry.state !== state) return false
    return (
      text === '' ||
      allocationEntry(answer, offset).includes(text) ||
      entry.holders.some(({ namespace, name }) => `${namespace}/${name}`.toLowerCase().includes(text))
    )
  }
  const pool = state === 'all' || state === 'leaked' ? entries.offsets : Uint32Array.from(answer.held, (one) => one.offset)
  return pool.filter(matches)
}

/** Parses the URL's hash: `leaked~10.254`. Accepts any text. */
export function parseFilterHash(hash: string): { state: StateFilter; text: string } {
  let plain = ''
  try {
    plain = decodeURIComponent(hash.replace(/^#/, ''))
  } catch {
    // A damaged link shows everything.
  }
  const [name = '', ...rest] = plain.split('~')
  return { state: STATES.find((state) => state === name) ?? 'all', text: rest.join('~') }
}

/** Without `#`; empty if nothing is filtered. */
export const filterHash = (state: StateFilter, text: string): string => (text === '' ? (state === 'all' ? '' : state) : `${state}~${text}`)
