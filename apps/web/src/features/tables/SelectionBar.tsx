// How many rows are selected, and what can be done with them.
import type { TableHead } from '@registree/contract'
import { X } from 'lucide-react'
import { type Bundled, BundleMenu } from '../../lib/BundleMenu.tsx'
import { Button } from '../../ui/Button.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import type { Selection } from './selection.ts'
import { tableText as t } from './strings.ts'
import { keyOfRow, type TableData, type TableRow } from './table-data.ts'

/** Below the rows, so that none of them moves. */
export function SelectionBar({
  cluster,
  data,
  namespace,
  selection: { rows, hidden, selectAll, setPicking },
  shownCount,
}: {
  cluster: string
  data: TableData
  namespace: string | null
  selection: Selection
  shownCount: number
}) {
  const complete = data.end !== null
  const all = rows.length - hidden === shownCount
  const isWhole = complete && rows.length === data.count && rows.every(({ deleted }) => deleted === undefined)
  return (
    <section
      aria-label={t.selection}
      data-selection={rows.length}
      className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-t border-line bg-accent-soft px-3 py-1.5 text-sm"
    >
      <span role="status" className="min-w-24 font-medium tabular-nums">
        {t.selected({ n: rows.length })}
        {hidden > 0 && <span className="ml-2 font-normal text-soft">{t.selectedHidden({ n: hidden })}</span>}
      </span>
      <Button disabled={!complete || all} title={complete ? t.selectAllHint : t.selectAllLater} onClick={selectAll}>
        {t.selectAll({ n: shownCount })}
      </Button>
      <BundleMenu
        tone="primary"
        label={t.downloadSelected}
        bundled={isWhole ? { cluster, path: data.head.path, namespace, rev: data.head.revision } : bundledRows(cluster, data.head, rows)}
      />
      <IconButton label={t.unselect} onClick={() => setPicking(false)}>
        <X size={15} aria-hidden />
      </IconButton>
    </section>
  )
}

/** A deleted object is read as it was last. Where that is not kept any more, the file names it and says so. */
export function bundledRows(cluster: string, head: TableHead, rows: readonly TableRow[]): Bundled {
  const keys = rows.map((row) => ({ key: keyOfRow(head, row), rev: row.deleted === undefined ? null : beforeDeletion(row.deleted) }))
  return { cluster, keys, rev: head.revision }
}

const beforeDeletion = ({ last, revision }: NonNullable<TableRow['deleted']>): string => last ?? String(BigInt(revision) - 1n)
