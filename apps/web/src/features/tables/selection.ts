// Which rows of a table are selected, and how clicks and keys change that.
import { useMemo, useState } from 'react'
import type { ShownRows } from './row-view.ts'
import { rowId, type TableData, type TableRow } from './table-data.ts'

interface State {
  ids: ReadonlySet<string>
  /** What was selected when the anchor was set: a range is added to it, and may shrink again. */
  base: ReadonlySet<string>
  /** The row where a range begins. */
  anchor: string | null
}

const NOTHING: ReadonlySet<string> = new Set()
const NONE: State = { ids: NOTHING, base: NOTHING, anchor: null }

export interface Selection {
  ids: ReadonlySet<string>
  /** Whether every row has a checkbox; otherwise only the row in use does. */
  picking: boolean
  /** Ending it clears the selection. */
  setPicking: (picking: boolean) => void
  /** Those that still exist, in the order of the table's keys, also if a filter hides them. */
  rows: readonly TableRow[]
  /** How many of `rows` are not shown. */
  hidden: number
  toggle: (index: number) => void
  /** All from the row that was changed last to this one. */
  extendTo: (index: number, from: number) => void
  selectAll: () => void
}

export function useSelection(data: TableData | undefined, shown: ShownRows): Selection {
  const [state, setState] = useState(NONE)
  const [isAsked, setAsked] = useState(false)
  const { ids } = state
  const [rows, hidden] = useMemo(() => {
    if (ids.size === 0 || data === undefined) return [[], 0]
    const isIn = (row: TableRow) => ids.has(rowId(row))
    const rows = data.rows.slice(0, data.count).filter(isIn)
    const visible = shown.rows.slice(0, shown.count).filter(isIn)
    return [rows, Math.max(0, rows.length - visible.length)]
  }, [ids, data, shown])
  const idAt = (index: number) => {
    const row = index < shown.count ? shown.rows[index] : undefined
    return row && rowId(row)
  }
  return {
    ids,
    rows,
    hidden,
    picking: isAsked || rows.length > 0,
    setPicking: (picking) => {
      setAsked(picking)
      if (!picking) setState(NONE)
    },
    toggle: (index) => {
      const id = idAt(index)
      if (id === undefined) return
      const next = new Set(ids)
      if (!next.delete(id)) next.add(id)
      setState({ ids: next, base: next, anchor: id })
    },
    extendTo: (index, from) => {
      const isKnown = state.anchor !== null
      const begin = isKnown ? shown.rows.findIndex((row, at) => at < shown.count && rowId(row) === state.anchor) : from
      const base = isKnown ? state.base : ids
      const [first, last] = begin < 0 ? [index, index] : [Math.min(begin, index), Math.max(begin, index)]
      const next = new Set(base)
      for (let at = first; at <= last; at++) {
        const id = idAt(at)
        if (id !== undefined) next.add(id)
      }
      setState({ ids: next, base, anchor: begin < 0 || !isKnown ? (idAt(begin < 0 ? index : from) ?? null) : state.anchor })
    },
    selectAll: () => {
      const next = new Set(ids)
      for (let at = 0; at < shown.count; at++) next.add(idAt(at) as string)
      setState({ ids: next, base: next, anchor: null })
    },
  }
}
