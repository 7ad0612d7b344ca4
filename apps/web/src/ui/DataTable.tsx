// A plain table: a head, rows named by their first cell, columns that are omitted on a narrow screen.
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export interface DataColumn {
  id: string
  head: ReactNode
  /** Its width as a class: `w-20`, `w-[27%]`, `w-20 max-md:w-14`. Columns without one share the rest. */
  width?: string
  /** Right-aligned, for numbers. */
  end?: boolean
  /** Omitted on a narrow screen. */
  wide?: boolean
  /** Space before it, as a class. */
  inset?: string
  sorted?: 'ascending' | 'descending' | undefined
}

const place = ({ end, wide, inset }: DataColumn) => classNames(end && 'text-right', wide && 'max-md:hidden', inset)

/** `rule` sets the lines of the head; `children` are its `DataRow`s. */
export function DataTable({
  columns,
  label,
  labelledBy,
  className,
  rule = 'border-b',
  sticky = false,
  children,
}: {
  columns: readonly DataColumn[]
  label?: string
  labelledBy?: string
  className?: string
  rule?: 'border-b' | 'border-y' | ''
  /** The head stays visible while its container scrolls. */
  sticky?: boolean
  children: ReactNode
}) {
  return (
    <table
      aria-label={label}
      aria-labelledby={labelledBy}
      className={classNames('w-full table-fixed border-collapse text-left', className)}
    >
      <thead className={sticky ? 'sticky top-0 bg-surface' : undefined}>
        <tr className={classNames('h-7 border-line text-xs text-faint', rule)}>
          {columns.map((column) => (
            <th key={column.id} scope="col" aria-sort={column.sorted} className={classNames('font-normal', place(column), column.width)}>
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  )
}

/** One row with a cell per column; the first names it. `classes` are the cells' classes by column id. */
export function DataRow({
  columns,
  cells,
  classes = {},
  className = 'h-7',
}: {
  columns: readonly DataColumn[]
  cells: Readonly<Record<string, ReactNode>>
  classes?: Readonly<Record<string, string>>
  className?: string
}) {
  return (
    <tr className={classNames('border-b border-line/60 hover:bg-hover', className)}>
      {columns.map((column, at) =>
        at === 0 ? (
          <th key={column.id} scope="row" className={classNames('pr-3 font-normal', place(column), classes[column.id])}>
            {cells[column.id]}
          </th>
        ) : (
          <td key={column.id} className={classNames(place(column), classes[column.id])}>
            {cells[column.id]}
          </td>
        ),
      )}
    </tr>
  )
}
