// The interface of a resource's table: kubectl's columns, how each cell is computed from a stored object, and the fields read.
import type { ColumnCode } from '../summary/state-messages.ts'
import type { Undecoded } from '../value/undecoded.ts'
import type { KubeObject, KubePath } from '../value/value.ts'

export interface Column {
  /** The API server's name (`Port(s)`); kubectl prints it in capitals. */
  name: string
  type: 'string' | 'integer' | 'date' | 'boolean' | 'number'
  /** 0 is always shown; higher ones only with `-o wide`. */
  priority: number
  /** `name` marks the column that names the object. */
  format?: string
  /** What the column shows, as a code. */
  says?: ColumnCode
  /** The same in the words of who defined the column. */
  description?: string
}

export interface TableContext {
  /** Ages are relative to this: the current time for a live cluster, the newest timestamp for a backup; null if unknown. */
  now: Date | null
  /** Of a partly decoded object: cells that read there are null, because what is missing would count as absent. */
  undecoded?: Undecoded | undefined
}

/** The API server's cell value; kubectl prints nothing for null. */
export type Cell = string | number | boolean | null

export interface ResourceTable {
  columns: Column[]
  /** One cell per column, including wide ones. Never throws: members of a wrong type count as absent. */
  cells(object: KubeObject, context: TableContext): Cell[]
  /**
   * Everything that the cells read, for `decodeFields`: `[*]` means every element of a list, a path includes everything below it. Undefined if cells
   * may read anything (a printer column with `..`): then decode the whole object.
   */
  paths: KubePath[] | undefined
}
