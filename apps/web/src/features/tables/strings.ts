// The texts of the tables of objects.
import { tables } from '@registree/messages/en/page/tables'
import { pageMessages } from '../../i18n/language.ts'

const m = pageMessages('tables', tables)

export const tableText = {
  ...m,
  title: (kind: string, resource: string) => kind || resource,
  unknownColumns: (typed: readonly string[], columns: readonly string[]) => m.unknownColumns({ n: typed.length, typed, columns }),
  emptyColumns: (columns: readonly string[]) => m.emptyColumns({ n: columns.length, columns }),
  rows: (shown: number, all: number) => (shown === all ? m.rows({ all }) : m.rowsShown({ shown, all })),
  /** Beside a status that does not say by itself why it is marked. */
  statusBecause: m.statusBecause as Readonly<Record<string, string>>,
}
