// `/{cluster}/v2…`: the v2 keyspace in the same three panes.

import { type ClusterInfo, type V2NodeAnswer, type V2Place, v2Link, v2Paths } from '@registree/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { V2Facts } from '../features/facts/V2Facts.tsx'
import { strings } from '../features/history/strings.ts'
import { type DirectoryRow, DirectoryView } from '../features/tree/DirectoryView.tsx'
import { v2NodeQuery } from '../features/tree/queries.ts'
import { TimeLeft } from '../features/tree/TimeLeft.tsx'
import { V2Tree } from '../features/tree/V2Tree.tsx'
import { type Copies, v2Copies } from '../features/value/commands.ts'
import { ValueView } from '../features/value/ValueView.tsx'
import { wantedForm } from '../features/value/views.ts'
import { keysText } from '../i18n/keys-text.ts'
import { displayText, utf8 } from '../lib/bytes.ts'
import { ErrorView } from '../lib/ErrorView.tsx'
import { HttpError } from '../lib/http.ts'
import { LinkTo } from '../lib/LinkTo.tsx'
import { origin, useGo } from '../lib/navigation.ts'
import { Stale } from '../lib/Stale.tsx'
import { useShortcuts } from '../lib/shortcuts.ts'
import { formatInstant, useZone } from '../lib/time.ts'
import { Unavailable } from '../lib/Unavailable.tsx'
import { KeyspaceBadge } from '../ui/Badge.tsx'
import { buttonClass } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { laterPart } from '../ui/later.tsx'
import { SkeletonLines } from '../ui/Skeleton.tsx'
import { KeyPanes } from './KeyPanes.tsx'
import { LiveLine } from './LiveLine.tsx'
import { useLiveKey } from './use-live-key.ts'

const V2DiffView = laterPart(
  () => import('../features/history/DiffView.tsx'),
  (module) => module.V2DiffView,
  <div className="p-4" data-pending>
    <SkeletonLines lines={18} />
  </div>,
)
const V2HistoryView = lazy(async () => ({ default: (await import('../features/history/V2HistoryView.tsx')).V2HistoryView }))
const t = keysText.keys
/** `past`: an instant takes more room than the time that is left; all columns together take the same. */
const columnsOf = (past: boolean) =>
  [keysText.facts.expiration, keysText.facts.modifiedIndex, keysText.facts.createdIndex].map((name, cell) => ({
    ...{ name, cell },
    width: past ? (cell === 0 ? '11.5rem' : '7rem') : '8.5rem',
  }))
const columns = { present: columnsOf(false), past: columnsOf(true) }
const nothing = () => {}
const codeOf = (error: unknown) => (error instanceof HttpError ? error.code : null)

export function V2Page({ cluster, place, hash }: { cluster: ClusterInfo; place: V2Place; hash: string }) {
  const name = cluster.name
  const { path, at } = place
  const go = useGo()
  const isComparison = place.diff !== null || place.with !== null
  const { query, live, part, opened, historyVisit, refresh } = useFollowedNode(cluster, place)
  useShortcuts([{ keys: 'r', run: () => (at === null ? refresh() : go(v2Link(name, path, { view: place.view }))) }])
  // Read again, it is not there: that is no failure beside which an older state stays.
  const answer = codeOf(query.error) === 'KEY_NOT_FOUND' ? undefined : query.data
  const directory = answer?.node.directory ?? (path === '/' || query.isPending)
  const selected = useMemo(() => ({ path, directory: answer?.node.directory ?? path === '/' }), [path, answer?.node.directory])
  if (!cluster.v2.available)
    return (
      <EmptyState page title={t.unavailableV2}>
        <Unavailable keyspace={cluster.v2} />
      </EmptyState>
    )

  const parent = path === '/' ? null : path.slice(0, path.lastIndexOf('/')) || '/'
  const copies =
    answer &&
    v2Copies(
      { path, at, size: answer.node.size, decoded: answer.decoded, view: place.view, hash },
      { cluster: name, origin: origin(), connection: cluster.connection },
    )
  const main = isComparison ? (
    <Difference cluster={name} place={place} />
  ) : answer && copies ? (
    <>
      <PastLine cluster={name} place={place} />
      <Stale query={query} />
      <LiveLine
        live={live}
        opened={opened}
        diffHref={answer.node.directory ? null : (diff) => v2Link(name, path, { diff })}
        onRead={refresh}
      />
      <div ref={part} className="contents">
        {answer.decoded === null ? (
          <Children cluster={name} answer={answer} at={at} />
        ) : (
          <Value cluster={cluster} place={place} hash={hash} answer={answer} visit={historyVisit} copies={copies} />
        )}
      </div>
    </>
  ) : query.error ? (
    <Failure cluster={name} place={place} parent={parent} error={query.error} onRetry={() => void query.refetch()} />
  ) : (
    <Pending lines={10} />
  )
  return (
    <KeyPanes
      keyspace="v2"
      // Of a file the directory is known as it was, too.
      up={parent === null ? null : v2Link(name, parent, { at: cluster.v2.source === 'file' ? at : null })}
      title={displayText(utf8(path))}
      bar={
        <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line px-3 text-soft">
          <KeyspaceBadge keyspace="v2" />
          {answer && `${keysText.facts.index} ${answer.index}`}
        </div>
      }
      tree={<V2Tree cluster={name} selected={selected} onGo={go} />}
      main={main}
      pane={place.view === 'facts' ? 'facts' : 'value'}
      paneHref={(pane) => v2Link(name, path, { at, view: pane === 'value' ? null : pane })}
      facts={
        answer && copies ? (
          <V2Facts
            answer={answer}
            copies={copies}
            // What was left of a past state's time, only etcd knew.
            timeLeft={answer.node.expiration === null || at !== null ? null : <TimeLeft until={Date.parse(answer.node.expiration)} />}
          />
        ) : query.error ? (
          <div />
        ) : (
          <Pending lines={8} />
        )
      }
      parsed={utf8(path)}
      kind={directory ? 'directory' : 'key'}
    />
  )
}

let pastVisits = 0

/** Milliseconds after its end within which etcd tells that a TTL has ended: it looks twice a second. */
const TOLD_WITHIN_MS = 2000
/** A browser's timer overflows beyond. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The node, read again when it changes unless somebody uses the page; `opened` is the modified index with which the page was opened. */
function useFollowedNode(cluster: ClusterInfo, { path, at, view, diff, with: other }: V2Place) {
  const { name } = cluster
  const client = useQueryClient()
  const isComparison = diff !== null || other !== null
  const [element, part] = useState<HTMLElement | null>(null)
  const [visit, setVisit] = useState({ id: '', opened: '' })
  // Past states of one key share its history, but not with an earlier visit: the key may have been written since.
  const [past, setPast] = useState({ path: '', id: '' })
  if (past.path !== path) setPast({ path, id: `past ${++pastVisits}` })
  // A comparison has its own texts.
  const query = useQuery({ ...v2NodeQuery(name, path, isComparison ? 'none' : wantedForm(view), at), enabled: cluster.v2.available })
  const { data } = query
  // Every form of it: their texts must be of one state.
  const reread = () => client.invalidateQueries({ queryKey: ['v2', 'node', name, path] })
  const follows = cluster.v2.source === 'etcd' && at === null && !isComparison
  const live = useLiveKey(
    { topic: 'node', parameters: { v2Path: path }, about: path, isManual: data?.node.directory ?? false, reread },
    follows ? (data?.index ?? null) : null,
    element,
  )
  if (data !== undefined && visit.id !== live.id) setVisit({ id: live.id, opened: data.node.modifiedIndex })
  const run = useRef(reread)
  run.current = reread
  const { revision } = live
  useEffect(() => {
    if (revision !== null) void run.current()
  }, [revision])
  // etcd tells nobody that a TTL was renewed: where no removal is told when it ends, the key is still there.
  const expiration = follows ? (data?.node.expiration ?? null) : null
  const stays = useRef(false)
  stays.current = !live.isDeleted && !live.isPaused
  useEffect(() => {
    if (expiration === null) return
    const left = Math.max(0, Date.parse(expiration) - Date.now()) + TOLD_WITHIN_MS
    if (left > LONGEST_TIMER_MS) return
    const timer = setTimeout(() => {
      if (stays.current) void run.current()
    }, left)
    return () => clearTimeout(timer)
  }, [expiration])
  return {
    ...{ query, live, part },
    opened: visit.id === live.id ? visit.opened : null,
    historyVisit: at !== null ? past.id : visit.id === live.id ? visit.opened : '',
    refresh: () => {
      live.show()
      void reread().finally(() => setVisit({ id: '', opened: '' }))
    },
  }
}

/** What tells a past state from the present, with the way back. */
function PastLine({ cluster, place: { path, at, view } }: { cluster: string; place: V2Place }) {
  if (at === null) return null
  return (
    <div
      className="flex min-h-7 shrink-0 flex-wrap items-center gap-x-3 border-b border-line bg-sunken px-3 py-0.5 text-xs text-soft"
      data-at={at}
    >
      <span className="font-medium text-warn">{strings.v2.at({ index: at })}</span>
      <LinkTo href={v2Link(cluster, path, { view })} className="link" data-action="present">
        {t.showPresent}
      </LinkTo>
    </div>
  )
}

function Children({ cluster, answer, at }: { cluster: string; answer: V2NodeAnswer; at: string | null }) {
  const zone = useZone()
  const rows = useMemo<DirectoryRow[]>(
    () =>
      (answer.children ?? []).map((child) => ({
        id: child.path,
        label: utf8(child.path.slice(child.path.lastIndexOf('/') + 1) + (child.directory ? '/' : '')),
        directory: child.directory,
        // What is opened from a past state was in it.
        href: v2Link(cluster, child.path, { at }),
        cells: [
          child.expiration === null ? null : at === null ? (
            <TimeLeft key="ttl" until={Date.parse(child.expiration)} />
          ) : (
            formatInstant(child.expiration, zone)
          ),
          child.modifiedIndex,
          child.createdIndex,
        ],
      })),
    [answer, cluster, at, zone],
  )
  // A live etcd does not tell what a directory held earlier, nor a file from before its log.
  if (answer.children === null) return <EmptyState title={strings.v2.children} />
  if (rows.length === 0) return <EmptyState title={t.emptyV2} />
  return (
    <DirectoryView
      keyspace="v2"
      label={`${t.children} ${displayText(utf8(answer.node.path))}`}
      rows={rows}
      columns={at === null ? columns.present : columns.past}
      pending={false}
      more={false}
      onMore={nothing}
    />
  )
}

interface ValueProps {
  cluster: ClusterInfo
  place: V2Place
  hash: string
  answer: V2NodeAnswer
  /** The newest index of the key when the visit began; of past states, which visit it is. */
  visit: string
  copies: Copies
}

function Value({ cluster, place, hash, answer, visit, copies }: ValueProps) {
  const { name } = cluster
  const { path, at } = place
  const client = useQueryClient()
  const go = useGo()
  if (answer.decoded === null) return null
  return (
    <ValueView
      decoded={answer.decoded}
      size={answer.node.size ?? 0}
      keyLabel={displayText(utf8(path))}
      version={answer.node.modifiedIndex}
      rawUrl={v2Paths.raw(name, path, at)}
      loadText={async (form) => {
        const other = await client.fetchQuery(v2NodeQuery(name, path, form, at))
        return other.decoded?.shown?.text ?? ''
      }}
      history={<History cluster={name} place={place} visit={visit} />}
      copies={copies}
      view={place.view}
      onView={(view) => go(v2Link(name, path, { at, view }))}
      hash={hash}
      onHash={(next) => go(v2Link(name, path, { at, view: place.view, hash: next }), { replace: true })}
      revealSecrets={cluster.revealSecrets}
    />
  )
}

function History({ cluster, place: { path, at }, visit }: { cluster: string; place: V2Place; visit: string }) {
  const go = useGo()
  return (
    <Suspense fallback={<Pending lines={14} />}>
      <V2HistoryView
        cluster={cluster}
        path={path}
        visit={visit}
        shownAt={at}
        indexHref={(index) => v2Link(cluster, path, { at: index })}
        diffHref={(diff) => v2Link(cluster, path, { diff })}
        onCompareWith={(other) => go(v2Link(cluster, path, { with: other }))}
      />
    </Suspense>
  )
}

function Difference({ cluster, place }: { cluster: string; place: V2Place }) {
  const { path, diff: span, with: other, view } = place
  const client = useQueryClient()
  const pathOf = (side: 'from' | 'to') => (side === 'to' && other !== null ? other : path)
  return (
    <V2DiffView
      key={`${path} ${span?.from} ${span?.to} ${other}`}
      cluster={cluster}
      path={path}
      span={span}
      other={other}
      view={view}
      historyHref={v2Link(cluster, path, { view: 'history' })}
      revisionHref={(index, side) => v2Link(cluster, pathOf(side), { at: index })}
      diffHref={(diff, form) => v2Link(cluster, path, { with: other, diff, view: form })}
      loadText={async (index, wanted, side) =>
        (await client.fetchQuery(v2NodeQuery(cluster, pathOf(side), wanted, index))).decoded?.shown?.text ?? ''
      }
    />
  )
}

interface FailureProps {
  cluster: string
  place: V2Place
  parent: string | null
  error: Error
  onRetry: () => void
}

/** A removed key has a history too. */
function Failure({ cluster, place, parent, error, onRetry }: FailureProps) {
  const { path, at, view } = place
  const code = codeOf(error)
  const isMissing = code === 'KEY_NOT_FOUND'
  return (
    <>
      <ErrorView
        error={error}
        onRetry={onRetry}
        actions={
          <>
            {at !== null && (
              <LinkTo href={v2Link(cluster, path, { view })} className={buttonClass('primary')} data-action="present">
                {t.showPresent}
              </LinkTo>
            )}
            {isMissing && parent !== null && (
              <LinkTo href={v2Link(cluster, parent)} className={buttonClass()}>
                {t.openParent({ directory: displayText(utf8(parent)) })}
              </LinkTo>
            )}
          </>
        }
      />
      {path !== '/' && (isMissing || code === 'REVISION_COMPACTED') && (
        <>
          <h2 className="border-t border-line px-3 pt-2 font-medium">{t.history}</h2>
          <History cluster={cluster} place={place} visit={error instanceof HttpError ? (error.problem?.currentRevision ?? '') : ''} />
        </>
      )}
    </>
  )
}

const Pending = ({ lines }: { lines: number }) => (
  <div className="p-4" data-pending>
    <SkeletonLines lines={lines} />
  </div>
)
