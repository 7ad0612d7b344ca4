// What a table of a resource is: kubectl's columns, how a cell of each is made from a stored object, and which fields that takes.
import type { KubeObject, KubePath } from '../value/value.ts'

export interface Column {
  /** As the API server names it (`Port(s)`); kubectl prints it in capitals. */
  name: string
  type: 'string' | 'integer' | 'date' | 'boolean' | 'number'
  /** 0 is always shown; more than 0 only by `-o wide`. */
  priority: number
  /** `name` marks the column that names the object. */
  format?: string
  description?: string
}

export interface TableContext {
  /** Ages are relative to this: the present on a live cluster, the newest timestamp on a backup; null where nothing tells it. */
  now: Date | null
}

/** What the API server puts into a cell; kubectl prints nothing for null. */
export type Cell = string | number | boolean | null

export interface ResourceTable {
  columns: Column[]
  /** One cell a column, wide columns too. Total: members of a wrong type count as absent. */
  cells(object: KubeObject, context: TableContext): Cell[]
  /**
   * All that the cells read, for `decodeFields`: `[*]` means every element of a list, a path includes all that is below it.
   * Undefined when the cells may read anything (a printer column with `..`): decode the whole object then.
   */
  paths: KubePath[] | undefined
}
