// The subnet leases of a network: who holds which, until when.
import type { FlannelLease } from '@registree/contract'
import { useState } from 'react'
import { duration, formatInstant, useNow, useZone } from '../../lib/time.ts'
import { ToneIcon } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { holderOf } from './AddressPicture.tsx'
import { KeyRefLink } from './KeyRefLink.tsx'
import { flannelText as t } from './strings.ts'

const PAGE = 200

/** `fileTime` is the time of a file in ms; null where the source is live and time goes on. */
export function LeaseTable({
  cluster,
  leases,
  colours,
  kubernetes,
  nodesKnown,
  fileTime,
}: {
  cluster: string
  leases: readonly FlannelLease[]
  colours: ReadonlyMap<string, string>
  kubernetes: boolean
  /** Whether there are nodes to find the holder among. */
  nodesKnown: boolean
  fileTime: number | null
}) {
  const zone = useZone()
  const present = useNow(1000).now
  const [filter, setFilter] = useState('')
  const [limit, setLimit] = useState(PAGE)
  const now = fileTime ?? present
  if (leases.length === 0) return <p className="text-soft">{t.noLeases}</p>
  const wanted = filter.trim().toLowerCase()
  const found =
    wanted === ''
      ? leases
      : leases.filter((lease) =>
          [lease.v4, lease.v6, lease.publicIP, lease.publicIPv6, lease.node?.name, lease.backendType].some((text) =>
            text?.toLowerCase().includes(wanted),
          ),
        )
  const c = t.columns
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-3">
        {leases.length > 8 && (
          <input
            type="search"
            aria-label={t.filter}
            placeholder={t.filter}
            value={filter}
            onChange={(event) => {
              setFilter(event.target.value)
              setLimit(PAGE)
            }}
            className="h-7 w-60 max-w-full rounded border border-line-strong/60 bg-surface px-2"
          />
        )}
        <span className="text-xs text-soft">{t.leasesCount(found.length)}</span>
        {fileTime !== null && <span className="text-xs text-soft">{t.asOfFile(formatInstant(fileTime, zone))}</span>}
      </div>
      {found.length === 0 ? (
        <p className="text-soft">{t.filterNone}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable from the keyboard
        <section aria-label={t.leaseTable} tabIndex={0} className="relative overflow-x-auto">
          <table className="w-full border-collapse text-left whitespace-nowrap">
            <thead>
              <tr className="border-b border-line text-xs text-faint">
                {[c.subnet, c.node, c.publicIP, c.backend, c.left, c.expires, c.created, c.modified].map((label) => (
                  <th key={label} scope="col" className="h-7 pr-4 font-medium">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.slice(0, limit).map((lease) => (
                <tr key={`${lease.source.keyspace}${lease.source.key}`} className="border-b border-line align-top hover:bg-hover">
                  <td className="py-1 pr-4">
                    <span className="inline-flex items-center gap-2">
                      <span
                        aria-hidden
                        className="inline-block h-3 w-3 shrink-0 rounded-[2px]"
                        style={{ background: colours.get(holderOf(lease)) ?? 'var(--line)' }}
                      />
                      <KeyRefLink cluster={cluster} source={lease.source}>
                        <span className="font-mono text-[12.5px]">
                          {[lease.v4, lease.v6].filter(Boolean).join(' ') || lease.source.key}
                        </span>
                      </KeyRefLink>
                    </span>
                    {lease.notices.map((notice) => (
                      <span key={notice.message} className="flex items-start gap-1.5 whitespace-normal text-soft">
                        <span className="mt-0.5">
                          <ToneIcon tone={notice.severity === 'info' ? 'muted' : notice.severity} />
                        </span>
                        {notice.message}
                      </span>
                    ))}
                  </td>
                  <td className="py-1 pr-4">
                    {lease.node ? (
                      <KeyRefLink cluster={cluster} source={lease.node.source}>
                        {lease.node.name}
                      </KeyRefLink>
                    ) : (
                      <span className="text-faint">{nodesKnown ? t.noNode : '—'}</span>
                    )}
                  </td>
                  <td className="py-1 pr-4 font-mono text-[12.5px]">
                    {[lease.publicIP, lease.publicIPv6].filter(Boolean).join(' ') || '—'}
                  </td>
                  <td className="py-1 pr-4">
                    {lease.backendType ?? '—'}
                    {lease.backendData.map(({ label, value }) => (
                      <span key={label} className="block text-xs text-soft">
                        {label} <span className="font-mono">{value}</span>
                      </span>
                    ))}
                  </td>
                  <td className="py-1 pr-4">
                    <Left lease={lease} now={now} kubernetes={kubernetes} />
                  </td>
                  <td className="py-1 pr-4 text-soft">{lease.expiration ? formatInstant(lease.expiration, zone) : '—'}</td>
                  <td className="py-1 pr-4 text-soft">{lease.created ?? '—'}</td>
                  <td className="py-1 pr-4 text-soft">{lease.modified ?? '—'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {found.length > limit && (
        <div>
          <Button onClick={() => setLimit(limit + PAGE)}>{t.more(found.length - limit)}</Button>
        </div>
      )}
    </div>
  )
}

function Left({ lease, now, kubernetes }: { lease: FlannelLease; now: number; kubernetes: boolean }) {
  if (lease.reservation) return <span>{t.reservation}</span>
  if (lease.expiration === null) return <span className="text-soft">{kubernetes ? t.withNode : t.noExpiry}</span>
  const left = (Date.parse(lease.expiration) - now) / 1000
  if (left <= 0) return <span className="text-error">{t.expired}</span>
  return <span className={left < 3600 ? 'text-warn' : ''}>{duration(left)}</span>
}
