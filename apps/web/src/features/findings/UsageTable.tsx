// Which resources fill the database: bytes of their values, with each one's share.
import { type ResourceUsage, resourcesLink } from '@registree/contract'
import { useId, useState } from 'react'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { count, exactSize, shortSize } from '../../lib/size.ts'
import { Button } from '../../ui/Button.tsx'
import { type DataColumn, DataRow, DataTable } from '../../ui/DataTable.tsx'
import { findingsText as t } from './strings.ts'

const FEW = 10
const COLUMNS: readonly DataColumn[] = [
  { id: 'resource', head: t.resource },
  { id: 'objects', head: t.objects, width: 'w-20', end: true },
  { id: 'bytes', head: t.bytes, width: 'w-24', end: true },
  { id: 'mean', head: t.mean, width: 'w-20', end: true, wide: true },
  { id: 'share', head: t.share, width: 'w-40 max-md:w-20', inset: 'pl-4' },
]

export function UsageTable({ cluster, usage }: { cluster: string; usage: readonly ResourceUsage[] }) {
  const id = useId()
  const [all, setAll] = useState(false)
  const total = usage.reduce((sum, { bytes }) => sum + bytes, 0)
  const shown = all ? usage : usage.slice(0, FEW)
  return (
    <section aria-labelledby={id} className="mt-4 max-w-3xl">
      <h3 id={id} className="text-sm font-semibold">
        {t.usage}
      </h3>
      <p className="mb-1 text-xs text-soft">{t.usageMeaning}</p>
      <DataTable columns={COLUMNS} labelledBy={id} rule="border-y">
        {shown.map(({ path, objects, bytes, rounded }) => {
          const share = total === 0 ? 0 : bytes / total
          return (
            <DataRow
              key={path}
              columns={COLUMNS}
              classes={{ resource: 'truncate', mean: 'text-soft' }}
              cells={{
                resource: (
                  <LinkTo href={resourcesLink(cluster, path)} className="no-underline hover:underline">
                    {path}
                  </LinkTo>
                ),
                objects: count(objects),
                bytes: <span title={rounded ? t.rounded({ size: exactSize(bytes) }) : exactSize(bytes)}>{shortSize(bytes)}</span>,
                mean: shortSize(Math.round(bytes / Math.max(1, objects))),
                share: (
                  <span className="flex items-center gap-2">
                    <span className="w-10 text-right text-xs text-soft">{(share * 100).toFixed(share < 0.1 ? 1 : 0)}%</span>
                    <span aria-hidden className="h-1.5 flex-1 rounded bg-hover max-md:hidden">
                      <span className="block h-full rounded bg-line-strong" style={{ width: `${share * 100}%` }} />
                    </span>
                  </span>
                ),
              }}
            />
          )
        })}
      </DataTable>
      {usage.length > FEW && (
        <Button className="mt-1" onClick={() => setAll(!all)}>
          {all ? t.fewer : t.more({ left: usage.length - FEW })}
        </Button>
      )}
    </section>
  )
}
