// The building blocks of tables: a column with its cell function, the fields it reads, and the releases that have it.

import type { ColumnCode } from '../summary/state-messages.ts'
import { integerAt, objectsAt, textAt, valueAt } from '../value/fields.ts'
import { isWhole } from '../value/undecoded.ts'
import { ExactNumber, type KubeObject, type KubePath, type KubeValue } from '../value/value.ts'
import { humanAge } from './age.ts'
import type { Cell, Column, ResourceTable, TableContext } from './types.ts'

export interface CellColumn extends Column {
  /** What the cell reads; undefined means anything. */
  paths: KubePath[] | undefined
  cell(object: KubeObject, context: TableContext): Cell
  /** The first release of Kubernetes with it: 22 for 1.22. Absent: all before `gone`. */
  added?: number
  /** The first release without it. */
  gone?: number
}

/** A table whose columns may differ between releases of Kubernetes. */
export interface ReleaseTable {
  /** The columns of Kubernetes 1.`minor`. */
  at(minor: number): ResourceTable
  /** The minor releases that changed them, ascending; empty if there are none. */
  changes: readonly number[]
}

type Make = (object: KubeObject, context: TableContext) => Cell

/** A column whose cell is computed by `make` from the fields `paths`. */
export function column(
  name: string,
  type: Column['type'],
  paths: KubePath[] | undefined,
  make: Make,
  more: Partial<Column> = {},
): CellColumn {
  return { name, type, priority: 0, ...more, paths, cell: make }
}

export function text(name: string, paths: KubePath[], make: Make, says?: ColumnCode): CellColumn {
  return column(name, 'string', paths, make, says === undefined ? {} : { says })
}

/** A column of `-o wide`. */
export function wide(name: string, paths: KubePath[], make: Make, says?: ColumnCode): CellColumn {
  return column(name, 'string', paths, make, { priority: 1, ...(says === undefined ? {} : { says }) })
}

/** The string at a path of plain names (`.spec.nodeName`), or `otherwise` if it is empty or absent. */
export function member(name: string, path: KubePath, otherwise = '', says?: ColumnCode): CellColumn {
  const names = path.slice(1).split('.')
  return text(name, [path], (object) => textAt(object, ...names) || otherwise, says)
}

/** The integer at a path of plain names, 0 if absent, like Go's zero value. */
export function count(name: string, path: KubePath, says?: ColumnCode): CellColumn {
  const names = path.slice(1).split('.')
  return column(name, 'integer', [path], (object) => integerAt(object, ...names) ?? 0, says === undefined ? {} : { says })
}

export const name: CellColumn = column('Name', 'string', ['.metadata.name'], (object) => textAt(object, 'metadata', 'name'), {
  format: 'name',
  says: 'column-name',
})

export const age: CellColumn = text(
  'Age',
  ['.metadata.creationTimestamp'],
  (object, context) => since(valueAt(object, 'metadata', 'creationTimestamp'), context),
  'column-age',
)

/** The API server's column for kinds without their own table. */
export const createdAt: CellColumn = column(
  'Created At',
  'date',
  ['.metadata.creationTimestamp'],
  (object) => textAt(object, 'metadata', 'creationTimestamp'),
  { says: 'column-created' },
)

/** The age of a timestamp; `<unknown>` if it is null or absent. */
export function since(time: KubeValue | undefined, context: TableContext): string {
  return humanAge(typeof time === 'string' ? time : '', context.now)
}

/** Containers and Images, the wide columns of all kinds with a pod template. `spec` is the path of the pod spec. */
export function containers(spec: KubePath, priority = 1): CellColumn[] {
  const names = spec.slice(1).split('.')
  const join = (field: string) => (object: KubeObject) =>
    objectsAt(object, ...names, 'containers')
      .map((container) => textAt(container, field))
      .join(',')
  return [
    column('Containers', 'string', [`${spec}.containers[*].name`], join('name'), {
      priority,
      says: 'column-containers',
    }),
    column('Images', 'string', [`${spec}.containers[*].image`], join('image'), {
      priority,
      says: 'column-images',
    }),
  ]
}

/** The first three of a list, and the number of others. */
export function firstThree(list: string[]): string {
  const shown = list.slice(0, 3).join(',')
  return list.length > 3 ? `${shown} + ${list.length - 3} more...` : shown
}

/** The text of a number of any size, or a string. */
export function scalarText(value: KubeValue | undefined): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof ExactNumber) return String(value)
  return undefined
}

/** An integer cell; beyond ±(2^53−1) its decimal text, so that nothing is rounded. */
export function integerCell(value: KubeValue | undefined): number | string {
  return typeof value === 'number' ? value : (scalarText(value) ?? 0)
}

/** Printed since Kubernetes 1.`minor`. */
export function addedIn(minor: number, printed: CellColumn): CellColumn {
  return { ...printed, added: minor }
}

/** Printed before Kubernetes 1.`minor`. */
export function goneIn(minor: number, printed: CellColumn): CellColumn {
  return { ...printed, gone: minor }
}

/** Whether a cell that reads these fields may be printed: an undecoded part of them would count as absent. */
export function isTold(object: KubeObject, { undecoded }: TableContext, paths: readonly KubePath[] | undefined): boolean {
  return undecoded === undefined || (paths?.every((path) => isWhole(object, undecoded, path)) ?? false)
}

/** A table of independent columns, the same for all releases. */
export function plainTable(columns: readonly CellColumn[]): ResourceTable {
  return {
    columns: columns.map(({ cell: _cell, paths: _paths, added: _added, gone: _gone, ...plain }) => plain),
    cells: (object, context) => columns.map((each) => (isTold(object, context, each.paths) ? each.cell(object, context) : null)),
    paths: columns.some((each) => each.paths === undefined) ? undefined : [...new Set(columns.flatMap((each) => each.paths ?? []))],
  }
}

/** The columns of a built-in kind, each for the releases that have it. */
export function tableOf(...columns: CellColumn[]): ReleaseTable {
  const changes = [...new Set(columns.flatMap(({ added, gone }) => [added ?? [], gone ?? []].flat()))].sort((a, b) => a - b)
  // One table per range of releases between two changes.
  const made = new Map<number, ResourceTable>()
  return {
    changes,
    at(minor) {
      const span = changes.findLast((change) => change <= minor) ?? 0
      const known = made.get(span)
      if (known !== undefined) return known
      const table = plainTable(columns.filter(({ added = 0, gone = Number.POSITIVE_INFINITY }) => added <= span && span < gone))
      made.set(span, table)
      return table
    },
  }
}
