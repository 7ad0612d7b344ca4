// Rows of what was deleted, in their places among those of a table.
import type { DeletedEntry, TableHead } from '@registree/contract'
import { searchText } from '@registree/query/search-text'
import type { GoneObject, TableData, TableRow } from './table-data.ts'

/** What is known of a deletion; `after` as in {@link GoneObject}. */
export type Deletion = Pick<DeletedEntry, 'key' | 'key64' | 'namespace' | 'name' | 'revision' | 'last' | 'time'> & { after?: string }

/** What was found by reading, with what the table saw go and reading has not found. */
export function deletionsOf(found: readonly DeletedEntry[], gone: readonly GoneObject[]): Deletion[] {
  const known = new Map<string, bigint[]>()
  for (const { namespace, name, revision } of found) {
    const id = placeOf({ namespace, name })
    known.set(id, [...(known.get(id) ?? []), BigInt(revision)])
  }
  const isFound = (one: GoneObject) => {
    const upTo = BigInt(one.revision)
    const from = one.after === undefined ? upTo : BigInt(one.after) + 1n
    return known.get(placeOf(one))?.some((revision) => revision >= from && revision <= upTo) ?? false
  }
  // Its last value is at the last revision that is known to have it.
  const since = gone
    .filter((one) => !isFound(one))
    .map((one) => ({ ...one, last: one.after ?? String(BigInt(one.revision) - 1n), time: null }))
  return [...found, ...since]
}

/** The table with the deleted objects; in key order, the newest deletion of a key first. `say` tells when each was deleted. */
export function withDeleted(data: TableData, entries: readonly Deletion[], say: (entry: Deletion) => string): TableData {
  const { head, rows, count } = data
  const upTo = BigInt(head.revision)
  const gone = entries
    .filter(({ revision }) => BigInt(revision) <= upTo)
    .map((entry) => deletedRow(head, entry, say(entry)))
    .sort((a, b) => compare(a, b) || (BigInt(b.deleted?.revision ?? 0) > BigInt(a.deleted?.revision ?? 0) ? 1 : -1))
  if (gone.length === 0) return data
  const merged: TableRow[] = []
  let next = 0
  for (let at = 0; at < count; at++) {
    const row = rows[at] as TableRow
    while (next < gone.length && compare(gone[next] as TableRow, row) < 0) merged.push(gone[next++] as TableRow)
    merged.push(row)
  }
  for (; next < gone.length; next++) merged.push(gone[next] as TableRow)
  const namespaces = [...new Set([...data.namespaces, ...gone.flatMap(({ namespace }) => namespace ?? [])])].sort()
  return { ...data, rows: merged, count: merged.length, namespaces }
}

function deletedRow(head: TableHead, { namespace, name, revision, last, key, key64 }: Deletion, words: string): TableRow {
  const cells = head.columns.map(({ name: column, format }, at) => (format === 'name' || (at === 0 && column === 'Name') ? name : null))
  const wire = { ...(key === undefined ? {} : { key }), ...(key64 === undefined ? {} : { key64 }) }
  return {
    ...wire,
    namespace,
    name,
    cells,
    labels: {},
    text: `${searchText(namespace, [name, words])}`,
    deleted: { revision, last, words },
  }
}

/** Keys of one resource sort as namespace and name do; a slash sorts before what names may hold, and is not in them. */
function compare(a: TableRow, b: TableRow): number {
  const [left, right] = [placeOf(a), placeOf(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

const placeOf = ({ namespace, name }: Pick<TableRow, 'namespace' | 'name'>): string => (namespace === null ? name : `${namespace}/${name}`)
