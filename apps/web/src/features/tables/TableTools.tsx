// The controls above a table: namespace, filter, order on a narrow page, wide columns, download and reload.

import type { ClusterInfo, TableHead } from '@registree/contract'
import { useQuery } from '@tanstack/react-query'
import { ArrowDownUp, ChevronDown, Columns3, Download, Layers, ListChecks, RotateCw, Trash2 } from 'lucide-react'
import type { RefObject } from 'react'
import { text as appText } from '../../i18n/text.ts'
import { BundleItems } from '../../lib/BundleMenu.tsx'
import { useNarrow } from '../../lib/media.ts'
import { Button } from '../../ui/Button.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, MenuChoice, MenuItem } from '../../ui/Menu.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { download, tableCsv, tableJson } from './download.ts'
import { namespacesQuery } from './queries.ts'
import { registryRoot } from './registry-root.ts'
import { isPods, KEY_ORDER, type ShownRows } from './row-view.ts'
import { bundledRows } from './SelectionBar.tsx'
import type { ShownColumn, TableSearch } from './shown-rows.ts'
import { tableText as t } from './strings.ts'
import type { TableData } from './table-data.ts'

const NO_NAMES: readonly string[] = []

/** The filter's text, and the way from it into the rows. */
export interface TableFilter {
  typed: string
  setTyped: (typed: string) => void
  hint: string
  input: RefObject<HTMLInputElement | null>
  intoRows: () => void
}

export function TableTools({
  cluster,
  data,
  search,
  onSearch,
  filter,
  shown,
  columns,
  allColumns,
  picking,
  onPicking,
  isFetching,
  onRefresh,
}: {
  cluster: ClusterInfo
  data: TableData | undefined
  search: TableSearch
  onSearch: (change: Partial<TableSearch>) => void
  filter: TableFilter
  shown: ShownRows
  columns: readonly ShownColumn[]
  /** Includes columns without content: they are downloaded too. */
  allColumns: readonly ShownColumn[]
  /** Rows are being selected. */
  picking: boolean
  onPicking: (picking: boolean) => void
  isFetching: boolean
  onRefresh: () => void
}) {
  const narrow = useNarrow()
  const head = data?.head
  const namespaced = head?.namespaced !== false
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <NamespacePicker
        cluster={cluster.name}
        directory={`${registryRoot(cluster)}namespaces/`}
        namespaced={namespaced}
        found={data?.namespaces ?? NO_NAMES}
        chosen={search.namespace}
        onChoose={(namespace) => onSearch({ namespace })}
      />
      <SearchField
        inputRef={filter.input}
        label={t.filter}
        title={t.filterHelp}
        placeholder={filter.hint}
        value={filter.typed}
        onChange={filter.setTyped}
        onKeyDown={(event) => {
          if (event.key === 'Escape') filter.typed === '' ? filter.input.current?.blur() : filter.setTyped('')
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          filter.intoRows()
        }}
        clear={t.clear}
        mono
        className="min-w-0 flex-1 basis-56 max-[799px]:order-last max-[799px]:basis-full"
      />
      {narrow && <SortMenu head={head} columns={columns} sort={search.sort} onSort={(sort) => onSearch({ sort })} />}
      <Button
        aria-pressed={search.wide}
        title={t.wideHint}
        icon={<Columns3 size={14} aria-hidden />}
        aria-label={t.wide}
        className={search.wide ? 'border-accent! bg-accent-soft! text-accent!' : ''}
        onClick={() => onSearch({ wide: !search.wide })}
      >
        {narrow ? null : t.wide}
      </Button>
      <Button
        aria-pressed={search.deleted}
        title={t.deletedHint}
        icon={<Trash2 size={14} aria-hidden />}
        aria-label={t.deleted}
        className={search.deleted ? 'border-accent! bg-accent-soft! text-accent!' : ''}
        onClick={() => onSearch({ deleted: !search.deleted })}
      >
        {narrow ? null : t.deleted}
      </Button>
      <Button
        aria-pressed={picking}
        title={t.selectHint}
        icon={<ListChecks size={14} aria-hidden />}
        aria-label={t.select}
        className={picking ? 'border-accent! bg-accent-soft! text-accent!' : ''}
        onClick={() => onPicking(!picking)}
      >
        {narrow ? null : t.select}
      </Button>
      <DownloadMenu cluster={cluster.name} head={head} shown={shown} columns={allColumns} narrow={narrow} />
      <IconButton label={t.refresh} disabled={isFetching} onClick={onRefresh}>
        <RotateCw size={15} aria-hidden />
      </IconButton>
    </div>
  )
}

function SortMenu({
  head,
  columns,
  sort,
  onSort,
}: {
  head: TableHead | undefined
  columns: readonly ShownColumn[]
  sort: string | null
  onSort: (sort: string | null) => void
}) {
  const pods = head !== undefined && isPods(head)
  return (
    <Menu
      trigger={
        <Button icon={<ArrowDownUp size={14} aria-hidden />} aria-label={t.sort} disabled={!head} className="max-w-24">
          <span className="min-w-0 truncate">{columns.find((column) => column.id === sort?.replace(/^-/, ''))?.name ?? t.sort}</span>
        </Button>
      }
    >
      <MenuChoice
        value={sort ?? ''}
        onChange={(next) => onSort(next === '' ? null : next)}
        choices={[
          ...(pods ? [{ value: '', label: t.troubleFirst }] : []),
          { value: pods ? KEY_ORDER : '', label: t.stored },
          ...columns.flatMap((column) => [
            { value: column.id, label: `${column.name}${appText.punctuation.facts}${t.ascending}` },
            { value: `-${column.id}`, label: `${column.name}${appText.punctuation.facts}${t.descending}` },
          ]),
        ]}
      />
    </Menu>
  )
}

function DownloadMenu({
  cluster,
  head,
  shown,
  columns,
  narrow,
}: {
  cluster: string
  head: TableHead | undefined
  shown: ShownRows
  columns: readonly ShownColumn[]
  narrow: boolean
}) {
  const file = (extension: string) => `${cluster}-${head?.path.replaceAll('/', '-')}.${extension}`
  const shownNow = () => shown.rows.slice(0, shown.count)
  return (
    <Menu
      align="end"
      trigger={
        <Button disabled={shown.count === 0} icon={<Download size={14} aria-hidden />} aria-label={t.download}>
          {narrow ? null : t.download}
        </Button>
      }
    >
      <MenuItem onClick={() => download(file('csv'), 'text/csv;charset=utf-8', tableCsv(shownNow(), columns))}>{t.csv}</MenuItem>
      <MenuItem onClick={() => head && download(file('json'), 'application/json', tableJson(head, shownNow(), columns))}>{t.json}</MenuItem>
      {head && <BundleItems bundled={bundledRows(cluster, head, shownNow())} />}
    </Menu>
  )
}

function NamespacePicker({
  cluster,
  directory,
  namespaced,
  found,
  chosen,
  onChoose,
}: {
  cluster: string
  directory: string
  namespaced: boolean
  /** Those in the rows. */
  found: readonly string[]
  chosen: string | null
  onChoose: (namespace: string | null) => void
}) {
  // The rows of all namespaces show which there are; those of one do not.
  const { data = NO_NAMES } = useQuery({ ...namespacesQuery(cluster, directory), enabled: chosen !== null })
  const names = chosen === null ? found : [...new Set([...data, ...found, chosen])].sort()
  return (
    <Menu
      trigger={
        <Button
          icon={<Layers size={14} aria-hidden />}
          className="max-w-56 min-w-40 max-[799px]:min-w-0 max-[799px]:flex-1 max-[799px]:basis-16"
          aria-label={!namespaced ? t.clusterWide : chosen === null ? t.allNamespaces : t.oneNamespace({ name: chosen })}
          disabled={!namespaced && chosen === null}
        >
          <span className="min-w-0 flex-1 truncate text-left">{chosen ?? (namespaced ? t.allNamespaces : t.clusterWide)}</span>
          <ChevronDown size={14} aria-hidden />
        </Button>
      }
    >
      <MenuChoice
        value={chosen === null ? '' : `n${chosen}`}
        onChange={(next) => onChoose(next === '' ? null : next.slice(1))}
        choices={[{ value: '', label: t.allNamespaces }, ...names.map((name) => ({ value: `n${name}`, label: name }))]}
      />
    </Menu>
  )
}
