// Changes as rows of a table, made of the changed values themselves in the threads that make rows.
import type { TableChange, TableRows } from '@registree/contract'
import { differsByRelease, NEWEST_MINOR, resourceOfDefinition } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { packPage } from '../jobs/page-transfer.ts'
import { type MainKind, placeOfRow, type TableOfRows } from '../jobs/table-rows.ts'
import { columnRelease } from '../registry/column-release.ts'
import { readDefinition } from '../registry/table-place.ts'
import type { V3Change } from '../sources/source.ts'
import { isLarge } from '../values/large-values.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'
import type { Form } from './told-changes.ts'

/** As many rows, and bytes, are made on the main thread. */
const QUICK_ROWS = 60
const QUICK_BYTES = 512 * 1024

type Row = Omit<TableChange, 'revision'>

/** Tables that are streamed count upwards. */
let tables = 0

/** `path` is a resolved directory; the columns are those of `main`. The definition of a custom resource is read when the first change comes. */
export function tableForm(reading: Reading, path: string, resource: TableOfRows['resource'], main: MainKind, now: () => Date): Form {
  const { cluster, policy } = reading
  const root = kubernetesRoot(cluster)
  let known: Promise<Omit<TableOfRows, 'id' | 'now'>> | null = null
  const describe = async (signal: AbortSignal): Promise<Omit<TableOfRows, 'id' | 'now'>> => {
    const source = cluster.opened.v3
    const custom =
      resource === undefined || resource.custom
        ? await readDefinition({ cluster, source, signal }, { root, path, revision: 0n })
        : undefined
    const definition = custom?.object
    const described = (definition && resourceOfDefinition(definition)) ?? resource
    const release = differsByRelease(described) ? await columnRelease(cluster, source, performance.now(), signal) : null
    return {
      ...{ cluster: cluster.configured, directory: `${root}${path}/`, resource: described, definition, policy },
      minor: release?.minor ?? NEWEST_MINOR,
    }
  }
  return async (changes, signal) => {
    known ??= describe(signal)
    const described = await known.catch((error: unknown) => {
      known = null
      throw error
    })
    // Ages are relative to the moment at which a row is made.
    const table: TableOfRows = { ...described, id: --tables, now: now() }
    const written = changes.flatMap(({ kv }) => kv ?? [])
    const rows = written.length === 0 ? [] : await rowsOf(cluster, table, main, written, signal)
    let next = 0
    return changes.map((change) => {
      const told = change.kv === null ? { row: placeOfRow(table, change.key), gone: true as const } : (rows[next++] as Row)
      return JSON.stringify({ revision: String(change.revision), ...told } satisfies TableChange)
    })
  }
}

async function rowsOf(
  cluster: Reading['cluster'],
  table: TableOfRows,
  main: MainKind,
  kvs: NonNullable<V3Change['kv']>[],
  signal: AbortSignal,
): Promise<Row[]> {
  const bytes = kvs.reduce((sum, { value }) => sum + value.length, 0)
  const quick = kvs.length <= QUICK_ROWS && bytes <= QUICK_BYTES && !kvs.some(({ value }) => isLarge(value))
  // What is packed may be transferred to a thread, and the changes are kept for other policies and later pages.
  const { page, transfer } = packPage(kvs, { keeps: true })
  const { line } = await cluster.jobs.run('tableRows', { table, main, page }, { transfer, signal, quick })
  const { labels, rows } = JSON.parse(Buffer.from(line).toString()) as TableRows
  return rows.map(({ labels: set, ...row }) => ({ row, ...(set === undefined ? {} : { labels: labels[set] ?? {} }) }))
}
