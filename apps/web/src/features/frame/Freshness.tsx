// How old the page is: its revision, when that was read, how many are newer, and a link to the newest. Always in the same place.
import { useQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { useEffect, useState } from 'react'
import { revisionTimeQuery } from '../../lib/cluster-queries.ts'
import type { Freshness } from '../../lib/freshness.ts'
import { useMedia } from '../../lib/media.ts'
import { clockText, howKnown } from '../../lib/RevisionMoment.tsx'
import { age, formatInstant, useZone } from '../../lib/time.ts'
import { Tooltip } from '../../ui/Tooltip.tsx'
import { freshnessText as t } from './strings.ts'

/** Interval between updates of the age, in ms: it must not distract. */
const STEP_MS = 5000

export interface FreshnessLineProps {
  cluster: string
  keyspace: 'v3' | 'v2'
  freshness: Freshness
  /** The revision in the URL. */
  pinned: string | null
  /** The newest known revision (or v2 index); null if etcd does not tell it. */
  newest: string | null
  /** A live etcd, whose pages can be read again. */
  live: boolean
  onReload: () => void
}

export function FreshnessLine(props: FreshnessLineProps) {
  const { cluster, keyspace, freshness, pinned, newest, live, onReload } = props
  const short = useMedia('(max-width: 1199px)')
  const zone = useZone()
  const now = useSteps(live)
  const { revision, readAt, failed, older, reading } = freshness
  const shown = pinned ?? revision
  const ahead = shown === null || newest === null ? 0n : BigInt(newest) - BigInt(shown)
  const words = shown === null ? '' : keyspace === 'v3' ? t.revision({ revision: shown }) : t.index({ index: shown })
  const since = live && pinned === null && readAt !== null ? (short ? t.readShort : t.read)({ age: age(Math.min(readAt, now), now) }) : null
  const state = live ? stateOf(props, ahead, short) : null
  // The time of a pinned revision is worth a read; the newest one's age is already shown.
  const written = useQuery({ ...revisionTimeQuery(cluster, pinned ?? ''), enabled: pinned !== null && keyspace === 'v3', retry: false })
    .data?.time
  const hint = [
    readAt === null ? null : t.exact({ time: formatInstant(readAt, zone) }),
    newest === null || keyspace === 'v2' ? null : t.exactNewest({ revision: newest }),
    older ? t.interruptedLong : null,
    written ? howKnown(written, zone) : null,
  ].filter((line) => line !== null)
  const line = [pinned === null ? words : `${words} ${t.pinned}`, written && !short ? clockText(written, zone) : null, since, state]
    .filter((part) => part)
    .join(' · ')
  return (
    <span
      className={`flex min-w-0 shrink-0 items-center gap-1 max-md:flex-1 max-md:shrink ${live || pinned !== null ? 'md:w-[14rem] xl:w-[24rem]' : ''}`}
      data-status="freshness"
    >
      <Tooltip content={hint.join('\n')} side="top">
        <span
          className={`min-w-0 flex-1 truncate ${failed || older ? 'font-medium text-warn' : ''}`}
          data-status={keyspace === 'v3' ? 'revision' : 'index'}
        >
          {line}
        </span>
      </Tooltip>
      {live && pinned === null && (
        <Tooltip content={t.reloadLong} side="top">
          <button
            type="button"
            onClick={onReload}
            aria-busy={reading}
            className={`inline-flex h-6 min-w-6 shrink-0 items-center justify-center gap-1 rounded px-1 hover:bg-hover hover:text-ink ${ahead > 0n || failed || older ? 'text-accent' : ''}`}
          >
            <RefreshCw size={12} aria-hidden />
            <span className="max-xl:sr-only">{t.reload}</span>
          </button>
        </Tooltip>
      )}
    </span>
  )
}

/** Its state in a few words; null if it is current, as far as is known. */
function stateOf({ keyspace, freshness, pinned }: FreshnessLineProps, ahead: bigint, short: boolean): string | null {
  if (freshness.failed) return short ? t.failedShort : t.failed
  if (pinned !== null) return null
  if (freshness.older) return short ? t.interruptedShort : t.interrupted
  if (ahead <= 0n) return null
  return short ? t.newerShort({ n: ahead }) : keyspace === 'v3' ? t.newer({ n: ahead }) : t.newerChanges({ n: ahead })
}

/** The current time in steps, so that an age does not flicker. */
function useSteps(moving: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!moving) return
    const timer = setInterval(() => setNow(Date.now()), STEP_MS)
    return () => clearInterval(timer)
  }, [moving])
  return now
}
