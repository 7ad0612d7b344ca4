// Which resources fill the database: bytes of their values, with the share of each.
import { type ResourceUsage, resourcesLink } from '@registree/contract'
import { useId, useState } from 'react'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { count, exactSize, shortSize } from '../../lib/size.ts'
import { Button } from '../../ui/Button.tsx'
import { findingsText as t } from './strings.ts'

const FEW = 10

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
      <table aria-labelledby={id} className="w-full table-fixed border-collapse text-left">
        <thead>
          <tr className="h-7 border-y border-line text-xs text-faint">
            <th scope="col" className="font-normal">
              {t.resource}
            </th>
            <th scope="col" className="w-20 text-right font-normal">
              {t.objects}
            </th>
            <th scope="col" className="w-24 text-right font-normal">
              {t.bytes}
            </th>
            <th scope="col" className="w-20 text-right font-normal max-md:hidden">
              {t.mean}
            </th>
            <th scope="col" className="w-40 pl-4 font-normal max-md:w-20">
              {t.share}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ path, objects, bytes }) => {
            const share = total === 0 ? 0 : bytes / total
            return (
              <tr key={path} className="h-7 border-b border-line/60 hover:bg-hover">
                <th scope="row" className="truncate pr-3 font-normal">
                  <LinkTo href={resourcesLink(cluster, path)} className="no-underline hover:underline">
                    {path}
                  </LinkTo>
                </th>
                <td className="text-right">{count(objects)}</td>
                <td className="text-right" title={exactSize(bytes)}>
                  {shortSize(bytes)}
                </td>
                <td className="text-right text-soft max-md:hidden">{shortSize(Math.round(bytes / Math.max(1, objects)))}</td>
                <td className="pl-4">
                  <span className="flex items-center gap-2">
                    <span className="w-10 text-right text-xs text-soft">{(share * 100).toFixed(share < 0.1 ? 1 : 0)}%</span>
                    <span aria-hidden className="h-1.5 flex-1 rounded bg-hover max-md:hidden">
                      <span className="block h-full rounded bg-line-strong" style={{ width: `${share * 100}%` }} />
                    </span>
                  </span>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {usage.length > FEW && (
        <Button className="mt-1" onClick={() => setAll(!all)}>
          {all ? t.fewer : t.more(count(usage.length - FEW))}
        </Button>
      )}
    </section>
  )
}
