// The bottom line: the source, how old the page is, what it costs etcd, and whether etcd answers.
import { type ClusterInfo, clusterLink, type StatusAnswer } from '@registree/contract'
import { Lock, LockOpen } from 'lucide-react'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { text } from '../../i18n/text.ts'
import { useActivity } from '../../lib/activity.ts'
import { type Connection, useConnection } from '../../lib/cluster-events.ts'
import { fileState } from '../../lib/file-state.ts'
import type { Freshness } from '../../lib/freshness.ts'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { noticeText } from '../../lib/notice-text.ts'
import { clockOf, formatClock, useZone } from '../../lib/time.ts'
import { ToneIcon } from '../../ui/Badge.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Tooltip } from '../../ui/Tooltip.tsx'
import { type ConnectionState, connectionState, memberName } from './connection-state.ts'
import { FreshnessLine } from './Freshness.tsx'
import { connectionText } from './strings.ts'

const t = text.status

export interface StatusLineProps {
  cluster: ClusterInfo | undefined
  status: StatusAnswer | undefined
  /** The keyspace shown by the page. */
  keyspace: 'v3' | 'v2'
  freshness: Freshness
  /** The revision in the URL. */
  pinned: string | null
  onReload: () => void
}

export function StatusLine({ cluster, status, keyspace, freshness, pinned, onReload }: StatusLineProps) {
  const zone = useZone()
  const connection = useConnection()
  const activity = useActivity()
  const live = cluster?.source === 'etcd'
  // A file has no connection; whether Registree itself answers shows in its answers.
  const told: Connection = live || activity.reachable ? connection : { kind: 'server-lost', since: activity.since }
  const state = connectionState(told, zone, freshness.revision !== null || freshness.readAt !== null)
  const shown = live || !activity.reachable
  const health = connection.kind === 'health' ? connection.health : null
  const grave = shown ? state.grave : null
  const everReplaced = useReplaced(cluster?.name, connection)
  // Only one message at a time.
  const replaced = grave === null ? everReplaced : null
  const file = status ? fileState(status) : null
  const damage = file?.wrong ?? alarmOf(status)
  const log = file?.log ?? null
  const revealed = cluster?.revealSecrets === true
  const agesUnknown = cluster !== undefined && clockOf(cluster).kind === 'unknown'
  const quiet = grave === null && damage === null && replaced === null && log === null && !agesUnknown
  return (
    <footer
      className={classNames(
        'flex h-6 shrink-0 items-center gap-3 overflow-hidden border-t px-3 text-xs whitespace-nowrap',
        grave === null
          ? 'border-line bg-sunken text-soft'
          : state.tone === 'error'
            ? 'border-error/40 bg-error-soft text-ink'
            : 'border-warn/40 bg-warn-soft text-ink',
      )}
      data-connection={shown ? (health?.state ?? connection.kind) : undefined}
    >
      {/* Parts of variable width come first, so that everything else stays in place. */}
      <span className={classNames('flex min-w-0 flex-1 items-center gap-3', quiet ? 'max-md:flex-none' : '')}>
        {cluster && (
          <Hint hint={live ? state.hint : cluster.origin}>
            <LinkTo
              href={clusterLink(cluster.name)}
              className={classNames('inline-flex min-w-0 items-center gap-1 no-underline', grave === null ? '' : 'font-medium')}
              data-status={grave === null ? 'source' : 'grave'}
            >
              {/* Reserves the icon's space. */}
              {shown &&
                (state.tone === 'neutral' ? <span aria-hidden className="w-3 shrink-0" /> : <ToneIcon tone={state.tone} size={12} />)}
              <span className={classNames('min-w-0 truncate', grave === null ? 'max-md:sr-only' : '')}>
                {grave ?? (live ? liveSource(status, connection, state) : `${t.file} · ${status?.file?.name ?? cluster.origin}`)}
              </span>
            </LinkTo>
          </Hint>
        )}
        {cluster && damage !== null && <Grave cluster={cluster.name} part="damage" tone="error" {...damage} />}
        {cluster && log !== null && <Grave cluster={cluster.name} part="log" wideOnly={damage !== null} {...log} />}
        {cluster && agesUnknown && (
          <Grave
            cluster={cluster.name}
            part="ages"
            tone="muted"
            words={t.agesUnknown}
            hint={t.agesUnknownLong}
            wideOnly={damage !== null || log !== null}
          />
        )}
        {cluster && replaced !== null && (
          <Grave
            cluster={cluster.name}
            part="replaced"
            tone="warning"
            words={connectionText.replaced({ time: formatClock(replaced.at, zone) })}
            hint={replaced.notice.message}
          />
        )}
        {damage === null && status?.file?.trailer && (
          <span className="hidden shrink-0 md:inline" data-status="trailer">
            {t.trailer[status.file.trailer]}
          </span>
        )}
      </span>
      {/* Present before anything is known, so that what follows stays in place. */}
      <span
        className={classNames('min-w-0 items-center', grave !== null ? 'hidden md:flex' : quiet ? 'flex max-md:flex-1' : 'flex shrink-0')}
      >
        {cluster && (
          <FreshnessLine
            cluster={cluster.name}
            keyspace={keyspace}
            freshness={live || freshness.revision !== null ? freshness : { ...freshness, revision: revisionOf(status, keyspace) }}
            pinned={pinned}
            newest={(keyspace === 'v3' ? health?.revision : health?.index) ?? null}
            live={live}
            onReload={onReload}
          />
        )}
      </span>
      <Hint hint={revealed ? t.revealedLong : t.readOnlyLong}>
        <span className={revealed ? 'inline-flex items-center gap-1 text-warn' : 'hidden items-center gap-1 xl:inline-flex'}>
          {revealed ? <LockOpen size={12} aria-hidden /> : <Lock size={12} aria-hidden />}
          {revealed ? t.revealed : t.readOnly}
        </span>
      </Hint>
      <Hint hint={t.inFlightLong}>
        <span className="hidden min-w-14 text-right lg:inline">{t.inFlight({ n: activity.inFlight })}</span>
      </Hint>
      <Hint hint={`${t.walkedLong}${text.punctuation.sentences}${t.walkedLargest({ n: activity.largestWalk, ranges: activity.ranges })}`}>
        <span className={classNames('min-w-[5.5rem] text-right', quiet ? '' : 'max-md:hidden')} data-status="walked">
          {t.walked({ n: activity.walked })}
        </span>
      </Hint>
      <Announcement state={shown ? state : null} replaced={everReplaced !== null} />
    </footer>
  )
}

/** Announces when the connection is lost, regained or degraded; not its state when the page opened, and never the passing of time. */
function Announcement({ state, replaced }: { state: ConnectionState | null; replaced: boolean }) {
  const [said, setSaid] = useState('')
  const before = useRef<string | null>(null)
  const announce = state?.tone === 'neutral' ? undefined : state?.announce
  useEffect(() => {
    if (announce === undefined) return
    if (before.current !== null && before.current !== announce) setSaid(announce)
    before.current ??= announce
    before.current = announce
  }, [announce])
  useEffect(() => {
    if (replaced) setSaid(connectionText.announce.replaced)
  }, [replaced])
  return (
    <span role="status" className="sr-only" data-status="announcement">
      {said}
    </span>
  )
}

/** Whether etcd was restored or replaced while this page was open. */
function useReplaced(cluster: string | undefined, connection: Connection) {
  /** What had happened before the page opened, by cluster. */
  const before = useRef(new Map<string, string | null>())
  if (cluster === undefined || connection.kind !== 'health') return null
  const { replaced } = connection.health
  if (!before.current.has(cluster)) before.current.set(cluster, replaced?.at ?? null)
  return replaced !== null && before.current.get(cluster) !== replaced.at ? replaced : null
}

/** An alarm raised by etcd, shown on every page. */
function alarmOf(status: StatusAnswer | undefined): { words: string; hint: string } | null {
  const alarms = status?.etcd?.alarms ?? []
  if (!status || alarms.length === 0) return null
  const errors = status.notices.filter(({ level }) => level === 'error')
  return { words: t.alarm({ name: [...new Set(alarms.map(({ alarm }) => alarm))].join(', ') }), hint: errors.map(noticeText).join(' ') }
}

const TONES = { error: 'font-medium text-error', warning: 'font-medium text-warn', muted: 'text-soft' }

interface GraveProps {
  cluster: string
  /** Its `data-status`. */
  part: 'damage' | 'replaced' | 'log' | 'ages'
  tone: keyof typeof TONES
  words: string
  hint: string
  /** A narrow screen has room only for the most severe. */
  wideOnly?: boolean
}

const Grave = ({ cluster, part, tone, words, hint, wideOnly = false }: GraveProps) => (
  <Hint hint={hint}>
    <LinkTo
      href={clusterLink(cluster)}
      className={classNames('min-w-0 items-center gap-1 md:shrink-0', wideOnly ? 'hidden md:inline-flex' : 'inline-flex', TONES[tone])}
      data-status={part}
    >
      <ToneIcon tone={tone} size={12} />
      <span className="min-w-0 truncate">{words}</span>
    </LinkTo>
  </Hint>
)

/** Called live only after etcd has answered. */
function liveSource(status: StatusAnswer | undefined, connection: Connection, { words }: ConnectionState): string {
  const health = connection.kind === 'health' && connection.health.state === 'live' ? connection.health : null
  const endpoints = status?.etcd ? [t.endpoints({ n: status.etcd.endpoints.length })] : []
  if (health === null) return [connectionText.etcd, ...endpoints, words].join(' · ')
  // kine needs no leader; behind a proxy there is one without a name.
  const kine = status?.etcd?.endpoints.some(({ server }) => server === 'kine') === true
  const who = kine ? [t.kine] : health.leader === null ? [] : [t.leader({ name: memberName(health.leader) })]
  return [t.live, ...endpoints, ...who, words].join(' · ')
}

/** A file's own revision, before anything of it has been read. */
const revisionOf = (status: StatusAnswer | undefined, keyspace: 'v3' | 'v2'): string | null =>
  (keyspace === 'v3' ? status?.v3?.revision : status?.v2?.index) ?? null

const Hint = ({ hint, children }: { hint: string; children: ReactElement<object> }) => (
  <Tooltip content={hint} side="top">
    {children}
  </Tooltip>
)
