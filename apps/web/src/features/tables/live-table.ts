// Applies what changed to a table that was read: rows are replaced in place, come and go in key order, and remember what changed in them.
import type { TableChange, TableEnd } from '@registree/contract'
import { finishedRow, type GoneObject, PodCounter, rowId, type TableData, type TableRow } from './table-data.ts'

const NO_LABELS = {}
/** Deletions that are remembered while a table is followed; a new reading finds all of them. */
const MOST_GONE = 1000

/** The rows of one reading with everything that changed since. */
export class LiveTable {
  #data: TableData
  #index: Map<string, number> | null = null
  readonly #status: number
  #moves: number
  #gone: readonly GoneObject[]

  /** @param data completely read */
  constructor(data: TableData) {
    this.#data = data
    this.#moves = data.moves ?? 0
    this.#gone = data.gone ?? []
    this.#status = data.head.columns.findIndex(({ name }) => name === 'Status')
  }

  get data(): TableData {
    return this.#data
  }

  /** Everything up to `revision` is known then. Changes that the reading has already are left out. */
  apply(changes: readonly TableChange[], revision: string, now: number): TableData {
    const { head, count } = this.#data
    const rows = this.#data.rows.slice(0, count)
    const index = this.#index ?? new Map(rows.map((row, at) => [rowId(row), at]))
    const came: TableRow[] = []
    const went = new Set<number>()
    const gone: GoneObject[] = []
    // Several batches may hold one object more than once: its last change is what it is.
    const newest = new Map(changes.map((change) => [rowId(change.row), change]))
    for (const { revision: at, row: wire, labels = NO_LABELS, gone: isGone } of newest.values()) {
      if (BigInt(at) <= BigInt(head.revision)) continue
      const place = index.get(rowId(wire))
      if (isGone || wire.cells === undefined) {
        if (place === undefined) continue
        went.add(place)
        gone.push({ ...wire, revision: at })
        continue
      }
      const row = finishedRow({ ...wire, cells: wire.cells }, labels, this.#status)
      const before = place === undefined ? undefined : rows[place]
      if (place === undefined || before === undefined) {
        row.fresh = { at: now, cells: null }
        came.push(row)
        continue
      }
      row.fresh = { at: now, cells: changedCells(before, row) }
      before.next = row
      rows[place] = row
    }
    const isMoved = came.length + went.size > 0
    const placed = isMoved ? merged(went.size === 0 ? rows : rows.filter((_, at) => !went.has(at)), came.sort(compare)) : rows
    this.#index = isMoved ? null : index
    if (gone.length > 0) this.#gone = [...this.#gone, ...gone].slice(-MOST_GONE)
    this.#moves += came.length + went.size
    this.#data = this.#with(placed, revision)
    return this.#data
  }

  /** Widths and columns stay as they were: nothing moves. */
  #with(rows: readonly TableRow[], revision: string): TableData {
    const { head, namespaces } = this.#data
    const pods = new PodCounter()
    const found = new Set(namespaces)
    for (const row of rows) {
      pods.add(row)
      if (row.namespace !== null) found.add(row.namespace)
    }
    return {
      ...this.#data,
      head: BigInt(revision) > BigInt(head.revision) ? { ...head, revision } : head,
      rows,
      count: rows.length,
      namespaces: found.size === namespaces.length ? namespaces : [...found].sort(),
      totals: pods.totals(),
      moves: this.#moves,
      gone: this.#gone,
    }
  }
}

/**
 * A new reading of a table as a change of the one before: rows that differ are marked, and those that are held find what took their places. Both are
 * completely read. Columns that changed make it another table.
 */
export function asChangeOf(before: TableData, data: TableData, now: number): TableData {
  const columnsOf = ({ head: { columns } }: TableData) => columns.map(({ name }) => name).join('\n')
  if (columnsOf(before) !== columnsOf(data)) return data
  const left = new Map<string, TableRow>()
  for (let at = 0; at < before.count; at++) {
    const row = before.rows[at] as TableRow
    left.set(rowId(row), row)
  }
  let came = 0
  let changed = 0
  for (let at = 0; at < data.count; at++) {
    const row = data.rows[at] as TableRow
    const id = rowId(row)
    const old = left.get(id)
    left.delete(id)
    const cells = old === undefined ? null : changedCells(old, row)
    if (old === undefined) came++
    else {
      old.next = row
      if (cells?.length === 0) continue
      changed++
    }
    row.fresh = { at: now, cells }
  }
  const moves = came + left.size
  const gone = [...(before.gone ?? []), ...goneBetween(before, data, left.values())].slice(-MOST_GONE)
  return { ...data, moves: (before.moves ?? 0) + moves, differed: changed + moves, gone }
}

/** Rows that a later reading does not have; none if it is not later, and so of another history. */
function goneBetween(before: TableData, data: TableData, left: Iterable<TableRow>): GoneObject[] {
  const [after, revision] = [before.head.revision, data.head.revision]
  if (BigInt(after) >= BigInt(revision)) return []
  return Array.from(left, ({ key, key64, namespace, name }) => ({
    ...(key === undefined ? {} : { key }),
    ...(key64 === undefined ? {} : { key64 }),
    ...{ namespace, name, revision, after },
  }))
}

/** An age alone is no change: it grows by itself. */
function changedCells(before: TableRow, after: TableRow): number[] {
  const changed: number[] = []
  for (const [at, cell] of after.cells.entries()) {
    const instant = after.instants?.[at]
    if (cell !== before.cells[at] && (instant === undefined || instant !== before.instants?.[at])) changed.push(at)
  }
  return changed
}

function merged(rows: readonly TableRow[], came: readonly TableRow[]): TableRow[] {
  const all: TableRow[] = []
  let next = 0
  for (const row of rows) {
    while (next < came.length && compare(came[next] as TableRow, row) < 0) all.push(came[next++] as TableRow)
    all.push(row)
  }
  while (next < came.length) all.push(came[next++] as TableRow)
  return all
}

function compare(a: TableRow, b: TableRow): number {
  const [left, right] = [placeOf(a), placeOf(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** One reading that a page follows: what comes waits for the next update, and nothing is drawn once the page shows another reading. */
export class FollowedTable {
  readonly #table: LiveTable
  readonly #draw: (end: TableEnd | null, apply: (now: number) => TableData) => void
  #changes: TableChange[] = []
  #revision = '0'
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param draw is to draw what `apply` returns if the page still shows the reading that ended with `end`, and else not to call it. */
  constructor(data: TableData, draw: (end: TableEnd | null, apply: (now: number) => TableData) => void) {
    this.#table = new LiveTable(data)
    this.#draw = draw
  }

  get end(): TableEnd | null {
    return this.#table.data.end
  }

  /** Draws `changes`, after what came before, in `rest` ms or with an update that is due earlier. */
  add(changes: readonly TableChange[], revision: string, rest: number): void {
    this.#changes.push(...changes)
    this.#revision = revision
    this.#timer ??= setTimeout(() => {
      const waited = this.#changes
      this.#changes = []
      this.#timer = undefined
      this.#draw(this.end, (now) => this.#table.apply(waited, this.#revision, now))
    }, rest)
  }

  /** Drops pending changes: a page that shows this reading again follows it from the revision that was drawn. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#changes = []
  }
}

const placeOf = ({ namespace, name }: TableRow): string => (namespace === null ? name : `${namespace}/${name}`)
