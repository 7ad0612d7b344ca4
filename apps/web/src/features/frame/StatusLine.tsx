// The bottom line: what is being read, at which revision, what it costs etcd, and whether the answers come.
import { type ClusterInfo, clusterLink, type StatusAnswer } from '@registree/contract'
import { Lock, LockOpen, Unplug } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { text } from '../../i18n/en.ts'
import { useActivity } from '../../lib/activity.ts'
import { fileState } from '../../lib/file-state.ts'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { noticeText } from '../../lib/notice-text.ts'
import { count } from '../../lib/size.ts'
import { clockOf, formatInstant, useZone } from '../../lib/time.ts'
import { ToneIcon } from '../../ui/Badge.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Tooltip } from '../../ui/Tooltip.tsx'

const t = text.status

export function StatusLine({
  cluster,
  status,
  failed,
  revision,
  index,
  pinned,
}: {
  cluster: ClusterInfo | undefined
  status: StatusAnswer | undefined
  failed: boolean
  revision: string | null
  /** The v2 index, where the page is about that keyspace: it then stands in the revision's place. */
  index: string | null
  pinned: boolean
}) {
  const activity = useActivity()
  const zone = useZone()
  const parts: { id: string; node: ReactNode; wide?: boolean; whole?: boolean }[] = []
  if (cluster) {
    parts.push({ id: 'source', node: cluster.source === 'etcd' ? live(status) : `${t.file} · ${status?.file?.name ?? cluster.origin}` })
    const file = status ? fileState(status) : null
    const grave = file?.wrong ?? alarmOf(status)
    if (grave) parts.push({ id: 'grave', node: <Grave cluster={cluster.name} tone="error" {...grave} />, whole: true })
    else if (status?.file?.trailer) parts.push({ id: 'trailer', node: t.trailer[status.file.trailer], wide: true })
    // On a narrow screen there is room for the gravest alone.
    if (file?.log) parts.push({ id: 'log', node: <Grave cluster={cluster.name} {...file.log} />, whole: true, wide: grave !== null })
    if (clockOf(cluster).kind === 'unknown')
      parts.push({
        id: 'ages',
        node: <Grave cluster={cluster.name} tone="muted" words={t.agesUnknown} hint={t.agesUnknownLong} />,
        whole: true,
        wide: grave !== null || file?.log != null,
      })
    if (index !== null) parts.push({ id: 'index', node: `${t.index} ${index}` })
    // Behind the source, whose words come with its status: before that it would have to move.
    else if (revision !== null && (status !== undefined || failed))
      parts.push({ id: 'revision', node: `${t.revision} ${revision}${pinned ? ` ${t.revisionPinned}` : ''}` })
  }
  const revealed = cluster?.revealSecrets === true
  const down = failed || (status?.etcd?.endpoints.length ? status.etcd.endpoints.every((endpoint) => endpoint.error !== null) : false)
  return (
    <footer className="flex h-6 shrink-0 items-center gap-3 overflow-hidden border-t border-line bg-sunken px-3 text-xs whitespace-nowrap text-soft">
      {parts.map((part) => (
        <span
          key={part.id}
          className={classNames(part.wide && 'hidden md:inline', part.whole ? 'shrink-0' : 'min-w-0 truncate')}
          data-status={part.id}
        >
          {part.node}
        </span>
      ))}
      <span className="ml-auto flex shrink-0 items-center gap-3">
        <Hint hint={revealed ? t.revealedLong : t.readOnlyLong}>
          <span className={revealed ? 'inline-flex items-center gap-1 text-warn' : 'hidden items-center gap-1 md:inline-flex'}>
            {revealed ? <LockOpen size={12} aria-hidden /> : <Lock size={12} aria-hidden />}
            {revealed ? t.revealed : t.readOnly}
          </span>
        </Hint>
        <Hint hint={t.inFlightLong}>
          <span className="hidden min-w-14 text-right md:inline">{t.inFlight(activity.inFlight)}</span>
        </Hint>
        <Hint hint={`${t.walkedLong}. ${t.walkedLargest(count(activity.largestWalk), count(activity.ranges))}`}>
          <span className="min-w-[5.5rem] text-right" data-status="walked">
            {t.walked(count(activity.walked))}
          </span>
        </Hint>
        {!activity.reachable || down ? (
          <span className="inline-flex items-center gap-1 font-medium text-error" role="status">
            <Unplug size={12} aria-hidden />
            {activity.reachable ? t.sourceDown : `${t.unreachable} ${t.since(formatInstant(activity.since, zone).slice(11, 19))}`}
          </span>
        ) : (
          <span className="inline-flex items-center gap-1">
            <ToneIcon tone="ok" size={12} />
            <span className="hidden md:inline">{t.connected}</span>
          </span>
        )}
      </span>
    </footer>
  )
}

/** An alarm that an etcd has raised: to be known on whatever page one is. */
function alarmOf(status: StatusAnswer | undefined): { words: string; hint: string } | null {
  const alarms = status?.etcd?.alarms ?? []
  if (!status || alarms.length === 0) return null
  const errors = status.notices.filter(({ level }) => level === 'error')
  return { words: t.alarm([...new Set(alarms.map(({ alarm }) => alarm))].join(', ')), hint: errors.map(noticeText).join(' ') }
}

const TONES = { error: 'font-medium text-error', warning: 'font-medium text-warn', muted: 'text-soft' }

const Grave = ({ cluster, tone, words, hint }: { cluster: string; tone: keyof typeof TONES; words: string; hint: string }) => (
  <Hint hint={hint}>
    <LinkTo href={clusterLink(cluster)} className={`inline-flex items-center gap-1 ${TONES[tone]}`}>
      <ToneIcon tone={tone} size={12} />
      {words}
    </LinkTo>
  </Hint>
)

function live(status: StatusAnswer | undefined): string {
  if (!status?.etcd) return t.live
  const { endpoints, leader: leaderId } = status.etcd
  const leader = status.members.find((member) => member.isLeader)
  // kine has no leader; behind a proxy there is one without a name.
  const who = endpoints.some(({ server }) => server === 'kine')
    ? t.kine
    : leader || leaderId !== null
      ? t.leader(leader?.name || leader?.id || leaderId || '')
      : t.noLeader
  return [t.live, t.endpoints(endpoints.length), who].join(' · ')
}

const Hint = ({ hint, children }: { hint: string; children: ReactElement }) => (
  <Tooltip content={hint} side="top">
    {children}
  </Tooltip>
)
