// `/{cluster}/v3…`: the v3 keyspace in three panes, tree, value and facts; on a narrow screen each is a page.

import { apiPaths, type ClusterInfo, keyLink, prefixLink, toWireKey, type V3Place, type ValueAnswer } from '@registree/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, startTransition, useCallback, useContext, useEffect, useRef, useState } from 'react'
import { V3DirectoryFacts } from '../features/facts/V3DirectoryFacts.tsx'
import { V3Facts } from '../features/facts/V3Facts.tsx'
import { RelatedPending } from '../features/related/RelatedPending.tsx'
import { RelatedStrip } from '../features/related/RelatedStrip.tsx'
import { KeyCount } from '../features/tree/KeyCount.tsx'
import { headQuery, levelQuery } from '../features/tree/queries.ts'
import { type Copies, v3Copies, v3DirectoryCopies } from '../features/value/commands.ts'
import { knownFacts, valueQuery } from '../features/value/queries.ts'
import { ValueView } from '../features/value/ValueView.tsx'
import { wantedForm } from '../features/value/views.ts'
import { keysText } from '../i18n/keys-text.ts'
import { afterPaint } from '../lib/after-paint.ts'
import { TakeAnswerContext } from '../lib/answer-in-page.ts'
import { ancestors, displayText, keyId, startsWith, utf8 } from '../lib/bytes.ts'
import { statusQuery } from '../lib/cluster-queries.ts'
import { DamagedFile } from '../lib/DamagedFile.tsx'
import { ErrorView } from '../lib/ErrorView.tsx'
import { epochOf } from '../lib/epochs.ts'
import { HttpError } from '../lib/http.ts'
import { v3Href } from '../lib/links.ts'
import { useNarrow } from '../lib/media.ts'
import { origin, useGo } from '../lib/navigation.ts'
import { Stale } from '../lib/Stale.tsx'
import { useSettled } from '../lib/settled.ts'
import { useShortcuts } from '../lib/shortcuts.ts'
import { Unavailable } from '../lib/Unavailable.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { laterPart } from '../ui/later.tsx'
import { SkeletonLines } from '../ui/Skeleton.tsx'
import { KeyPanes, PANES, useBeside } from './KeyPanes.tsx'
import { LiveLine } from './LiveLine.tsx'
import { RevisionBar } from './RevisionBar.tsx'
import { useLiveKey } from './use-live-key.ts'
import { v3ErrorActions } from './v3-error-actions.tsx'

const t = keysText.keys

const Pending = ({ lines }: { lines: number }) => (
  <div className="p-4" data-pending>
    <SkeletonLines lines={lines} />
  </div>
)

const HistoryView = laterPart(
  () => import('../features/history/HistoryView.tsx'),
  (module) => module.HistoryView,
  <Pending lines={14} />,
)
const DiffView = laterPart(
  () => import('../features/history/DiffView.tsx'),
  (module) => module.DiffView,
  <Pending lines={18} />,
)
const AllocationView = laterPart(
  () => import('../features/value/allocation/AllocationView.tsx'),
  (module) => module.AllocationView,
  <Pending lines={14} />,
)
// Drawn after a key's value; the HTML of a directory names them.
const V3Tree = laterPart(
  () => import('../features/tree/V3Tree.tsx'),
  (module) => module.V3Tree,
  <Pending lines={14} />,
)
const V3Directory = laterPart(
  () => import('../features/tree/V3Directory.tsx'),
  (module) => module.V3Directory,
  <Pending lines={10} />,
)
const RelatedPanel = laterPart(
  () => import('../features/related/RelatedPanel.tsx'),
  (module) => module.RelatedPanel,
  <RelatedPending />,
)

const codeOf = (error: unknown) => (error instanceof HttpError ? error.code : null)
const isMissing = (error: unknown) => codeOf(error) === 'KEY_NOT_FOUND'
const isRevisionGone = (error: unknown) => ['REVISION_COMPACTED', 'REVISION_IN_FUTURE'].includes(codeOf(error) ?? '')

export function V3Page({ cluster, place, hash }: { cluster: ClusterInfo; place: V3Place; hash: string }) {
  const name = cluster.name
  const client = useQueryClient()
  const go = useGo()
  const isInPage = useValueInPage(name, place)
  const head = useQuery({ ...headQuery(name), enabled: cluster.v3.available && place.rev === null })
  const revision = place.rev ?? head.data ?? null
  const pinned = place.rev ?? undefined
  const isKey = place.kind === 'key'
  const isObject = isKey && isObjectKey(cluster, place.bytes)
  const beside = useBeside()
  const id = keyId(place.bytes)
  const settled = useSettled(id) === id
  // A comparison has its own texts.
  const form = place.diff === null ? wantedForm(place.view) : 'none'
  const { value, live, part, opened } = useFollowedValue(cluster, place, revision)
  const narrow = useNarrow()
  const draws = useDrawn(name, place, revision, {
    isValueThere: !isKey || value.data !== undefined || value.error !== null,
    hasTree: !narrow,
    first: isInPage ? 'value' : null,
  })

  const refresh = useCallback(() => {
    if (place.rev !== null) go(v3Href(name, place.kind, place.bytes, { view: place.view }))
    void client.invalidateQueries({ queryKey: headQuery(name).queryKey })
    void client.invalidateQueries({ queryKey: ['status', name] })
  }, [client, go, name, place])
  useShortcuts([{ keys: 'r', run: refresh }])

  // This revision was not pinned by the user: if etcd no longer has it (compacted, or restored from an older backup), the newest is used.
  const lost = place.rev === null && isRevisionGone(value.error)
  useEffect(() => {
    if (lost) void client.invalidateQueries({ queryKey: headQuery(name).queryKey })
  }, [lost, client, name])

  const onPrefetchValue = useCallback(
    (key: Uint8Array) => {
      if (revision !== null) void client.prefetchQuery(valueQuery(name, key, revision, form))
    },
    [client, name, revision, form],
  )
  // A key chosen in the tree opens in the same form as the previous one.
  const onGo = useCallback((href: string, options: { replace: boolean }) => go(href, options), [go])

  if (!cluster.v3.available)
    return (
      <EmptyState page title={t.unavailableV3}>
        <Unavailable keyspace={cluster.v3} />
      </EmptyState>
    )
  if (head.error && revision === null) return <ErrorView error={head.error} onRetry={() => void head.refetch()} />

  // A key missing at this visit's revision stays missing: a retry reads the newest one.
  const missing = isMissing(value.error)
  const retry = !missing ? () => void value.refetch() : place.rev === null ? refresh : null
  const parent = ancestors(place.bytes).at(-1)
  const up = parent ? prefixLink(name, parent, { rev: pinned }) : null
  const errorActions = (error: unknown) => v3ErrorActions(error, name, place, parent)

  const tree = revision !== null && draws !== 'value' && (
    <V3Tree
      cluster={name}
      revision={revision}
      pinned={pinned}
      selected={place}
      onGo={onGo}
      onPrefetchValue={onPrefetchValue}
      prefetchLevels={cluster.v3.source === 'file'}
    />
  )
  // A deleted key has a history too.
  const history = revision !== null && (
    <HistoryView
      cluster={name}
      keyBytes={place.bytes}
      visit={head.data ?? revision}
      shownAt={revision}
      revisionHref={(rev) => keyLink(name, place.bytes, { rev })}
      diffHref={(diff) => keyLink(name, place.bytes, { diff })}
    />
  )
  const comparison = isKey && place.diff !== null && <Comparison cluster={name} place={place} span={place.diff} />
  const answer = value.data
  const copies = answer
    ? v3Copies(
        { key: place.bytes, revision: answer.revision, size: answer.size, decoded: answer.decoded, view: place.view, hash },
        { cluster: name, origin: origin(), connection: cluster.connection },
      )
    : null
  const strip = isObject && revision !== null && (
    <RelatedStrip
      cluster={name}
      keyBytes={place.bytes}
      revision={revision}
      settled={settled}
      href={beside ? null : keyLink(name, place.bytes, { rev: pinned, view: 'related' })}
    />
  )
  const main = !isKey ? (
    <DirectoryMain cluster={name} prefix={place.bytes} revision={revision} pinned={pinned} errorActions={errorActions} />
  ) : comparison ? (
    comparison
  ) : answer && copies ? (
    <KeyValue
      part={part}
      live={<LiveLine live={live} opened={opened} diffHref={(diff) => keyLink(name, place.bytes, { diff })} onRead={refresh} />}
      cluster={cluster}
      place={place}
      hash={hash}
      answer={answer}
      copies={copies}
      stale={<Stale query={value} />}
      history={history || null}
      related={strip}
    />
  ) : value.error ? (
    <NoValue
      cluster={name}
      missing={missing}
      error={value.error}
      retry={retry}
      actions={errorActions(value.error)}
      history={missing || place.view === 'history' ? history : null}
    />
  ) : (
    <Pending lines={18} />
  )
  const facts = isKey ? (
    <KeyFacts answer={answer} copies={copies} place={place} cluster={name} failed={value.error !== null} />
  ) : (
    <DirectoryFacts cluster={cluster} prefix={place.bytes} revision={revision} />
  )
  const related =
    !isObject || value.error ? null : (
      <RelatedPane cluster={cluster} place={place} revision={revision} settled={settled} first={draws !== 'all'} />
    )

  return (
    <KeyPanes
      keyspace="v3"
      up={up}
      title={place.bytes.length === 0 ? t.rootHint : displayText(place.bytes)}
      bar={
        <RevisionBar
          cluster={name}
          revision={revision}
          pinned={place.rev !== null}
          busy={head.isFetching}
          onRefresh={refresh}
          onRevision={(rev) => go(v3Href(name, place.kind, place.bytes, { rev, view: place.view }))}
        />
      }
      tree={tree || <Pending lines={14} />}
      main={main}
      facts={facts}
      related={related}
      pane={PANES.find((pane) => pane === place.view) ?? 'value'}
      paneHref={(pane) => v3Href(name, place.kind, place.bytes, { rev: pinned, view: pane === 'value' ? null : pane })}
      parsed={place.bytes}
      kind={place.kind}
    />
  )
}

/** Two revisions of the key. */
function Comparison({ cluster, place, span }: { cluster: string; place: V3Place; span: NonNullable<V3Place['diff']> }) {
  const client = useQueryClient()
  const { bytes, view } = place
  const rev = place.rev ?? undefined
  return (
    <DiffView
      key={`${keyId(bytes)} ${span.from} ${span.to}`}
      cluster={cluster}
      keyBytes={bytes}
      span={span}
      view={view}
      historyHref={keyLink(cluster, bytes, { rev, view: 'history' })}
      revisionHref={(at) => keyLink(cluster, bytes, { rev: at })}
      diffHref={(diff, wanted) => keyLink(cluster, bytes, { rev, diff, view: wanted })}
      loadText={async (at, form) => (await client.fetchQuery(valueQuery(cluster, bytes, at, form))).decoded.shown?.text ?? ''}
    />
  )
}

/** Why there is no value, and the history of a key that is gone. */
function NoValue({
  cluster,
  missing,
  error,
  retry,
  actions,
  history,
}: {
  cluster: string
  missing: boolean
  error: Error
  retry: (() => void) | null
  actions: ReactNode
  history: ReactNode
}) {
  return (
    <>
      {missing && <DamagedFile cluster={cluster} />}
      <ErrorView error={error} {...(retry === null ? {} : { onRetry: retry })} actions={actions} />
      {history && (
        <>
          <h2 className="border-t border-line px-3 pt-2 font-medium">{t.history}</h2>
          {history}
        </>
      )}
    </>
  )
}

/** How long the tree waits for the value, in ms. */
const TREE_WAITS_MS = 500

/** What may be drawn of a page: its value first, then the tree, which does not wait long for it, then the rest. */
type Drawn = 'value' | 'tree' | 'all'

/** The levels of the tree are read while it waits, so that it is drawn once and not level by level: if it is on the page and not in a closed dialog. */
function useDrawn(
  cluster: string,
  { bytes }: V3Place,
  revision: string | null,
  { isValueThere, hasTree, first: begins }: { isValueThere: boolean; hasTree: boolean; first: Drawn | null },
): Drawn {
  const client = useQueryClient()
  const [draws, setDraws] = useState<Drawn>(begins ?? (isValueThere ? 'all' : 'value'))
  const first = useRef(bytes)
  const waits = draws === 'value' && revision !== null
  useEffect(() => {
    if (!waits || !hasTree) return
    for (const prefix of ancestors(first.current)) void client.prefetchInfiniteQuery(levelQuery(cluster, prefix, revision))
  }, [client, cluster, revision, waits, hasTree])
  useEffect(() => {
    if (!waits) return
    const timer = setTimeout(() => startTransition(() => setDraws((now) => (now === 'value' ? 'tree' : now))), TREE_WAITS_MS)
    return () => clearTimeout(timer)
  }, [waits])
  useEffect(() => {
    if (isValueThere && draws !== 'all') return afterPaint(() => startTransition(() => setDraws('all')))
  }, [isValueThere, draws])
  return draws
}

/** Puts the value that came inside the HTML where the first rendering looks for it: its revision is that of this visit. */
function useValueInPage(cluster: string, place: V3Place): boolean {
  const client = useQueryClient()
  const take = useContext(TakeAnswerContext)
  const [found] = useState(() => {
    if (place.kind !== 'key' || place.view !== null || place.diff !== null) return false
    const found = take((url) => url === apiPaths.value(cluster, place.bytes, place.rev))
    if (found === null) return false
    // Something newer may be known by now.
    if ((epochOf(cluster) ?? found.epoch) !== found.epoch) return false
    if ((client.getQueryState(headQuery(cluster).queryKey)?.dataUpdatedAt ?? 0) > found.at) return false
    const body = found.body as ValueAnswer
    const options = { updatedAt: found.at }
    if (place.rev === null) client.setQueryData(headQuery(cluster).queryKey, body.revision, options)
    client.setQueryData(valueQuery(cluster, place.bytes, place.rev ?? body.revision, null).queryKey, body, options)
    return true
  })
  return found
}

/** The value of a key, at the newest revision that may be shown; `opened` is the mod revision with which the page was opened. */
function useFollowedValue(cluster: ClusterInfo, place: V3Place, revision: string | null) {
  const { name } = cluster
  const client = useQueryClient()
  const id = keyId(place.bytes)
  const isKey = place.kind === 'key'
  // A comparison has its own texts.
  const form = place.diff === null ? wantedForm(place.view) : 'none'
  const [element, part] = useState<HTMLElement | null>(null)
  const opened = useRef<{ id: string; at: string } | null>(null)
  const follows = isKey && cluster.v3.source === 'etcd' && place.rev === null && place.diff === null
  const live = useLiveKey({ topic: 'object', parameters: toWireKey(place.bytes), about: id }, follows ? revision : null, element)
  const shownAt = live.revision ?? revision
  const value = useQuery({
    ...valueQuery(name, place.bytes, shownAt, form),
    enabled: isKey && revision !== null,
    // The value before a change stays until the one after it is there.
    placeholderData: (previous, query) => (query?.queryKey[2] === id ? previous : undefined),
    // If only facts are needed, a cached answer is used.
    initialData: () => (form === 'none' && isKey ? knownFacts(client, name, place.bytes, shownAt) : undefined),
  })
  const { data } = value
  if (data !== undefined && opened.current?.id !== live.id && !value.isPlaceholderData)
    opened.current = { id: live.id, at: data.modRevision }
  return { value, live, part, opened: opened.current?.id === live.id ? opened.current.at : null }
}

interface KeyValueProps {
  /** What must not move while it is used. */
  part: (element: HTMLElement | null) => void
  live: ReactNode
  cluster: ClusterInfo
  place: V3Place
  hash: string
  answer: ValueAnswer
  copies: Copies
  /** Shown above an answer that is being read again. */
  stale: ReactNode
  history: ReactNode
  related: ReactNode
}

/** The value of a key in its tabs. */
function KeyValue({ part, live, cluster, place, hash, answer, copies, stale, history, related }: KeyValueProps) {
  const { name } = cluster
  const client = useQueryClient()
  const go = useGo()
  const pinned = place.rev ?? undefined
  return (
    <>
      {stale}
      {live}
      <div ref={part} className="contents">
        <ValueView
          decoded={answer.decoded}
          size={answer.size}
          keyLabel={displayText(place.bytes)}
          version={answer.modRevision}
          modRevision={answer.modRevision}
          rawUrl={apiPaths.raw(name, place.bytes, answer.revision)}
          loadText={async (wanted) => {
            const other = await client.fetchQuery(valueQuery(name, place.bytes, answer.revision, wanted))
            return other.decoded.shown?.text ?? ''
          }}
          allocation={
            <AllocationView
              cluster={name}
              keyBytes={place.bytes}
              revision={answer.revision}
              pinned={pinned}
              hash={hash}
              onHash={(next) => go(keyLink(name, place.bytes, { rev: pinned, view: place.view, hash: next }), { replace: true })}
            />
          }
          history={history}
          related={related}
          copies={copies}
          view={place.view}
          onView={(view) => go(keyLink(name, place.bytes, { rev: pinned, view }))}
          hash={hash}
          onHash={(next) => go(keyLink(name, place.bytes, { rev: pinned, view: place.view, hash: next }), { replace: true })}
          revealSecrets={cluster.revealSecrets}
        />
      </div>
    </>
  )
}

interface DirectoryMainProps {
  cluster: string
  prefix: Uint8Array
  revision: string | null
  pinned: string | undefined
  errorActions: (error: unknown) => ReactNode
}

function DirectoryMain({ cluster, prefix, revision, pinned, errorActions }: DirectoryMainProps) {
  if (revision === null) return <Pending lines={10} />
  return (
    <>
      <DamagedFile cluster={cluster} />
      <V3Directory cluster={cluster} prefix={prefix} revision={revision} pinned={pinned} errorActions={errorActions} />
    </>
  )
}

interface RelatedPaneProps {
  cluster: ClusterInfo
  place: V3Place
  revision: string | null
  settled: boolean
  /** Whether the value is still to come, which is drawn first. */
  first: boolean
}

function RelatedPane({ cluster, place, revision, settled, first }: RelatedPaneProps) {
  if (revision === null) return <div />
  if (first) return <RelatedPending />
  return (
    <RelatedPanel
      cluster={cluster}
      keyBytes={place.bytes}
      revision={revision}
      pinned={place.rev ?? undefined}
      view={place.view === 'related' ? place.view : null}
      settled={settled}
    />
  )
}

function KeyFacts({
  answer,
  copies,
  place,
  cluster,
  failed,
}: {
  answer: ValueAnswer | undefined
  copies: Copies | null
  place: V3Place
  cluster: string
  failed: boolean
}) {
  if (failed && answer === undefined) return <div />
  if (answer === undefined || copies === null) return <Pending lines={10} />
  return (
    <V3Facts
      answer={answer}
      bytes={place.bytes}
      revisionHref={(rev) => keyLink(cluster, place.bytes, { rev, view: place.view })}
      copies={copies}
    />
  )
}

function DirectoryFacts({ cluster, prefix, revision }: { cluster: ClusterInfo; prefix: Uint8Array; revision: string | null }) {
  const { data: status } = useQuery(statusQuery(cluster.name))
  if (revision === null) return <Pending lines={6} />
  const kine = status?.notices.find(({ code }) => code === 'kine')?.params
  const limits = { keysOnly: kine?.keysOnly !== 0, ranges: kine?.ranges !== 0 }
  return (
    <V3DirectoryFacts
      bytes={prefix}
      revision={revision}
      keys={<KeyCount cluster={cluster.name} prefix={prefix} revision={revision} />}
      copies={v3DirectoryCopies({ prefix, revision, limits }, { cluster: cluster.name, origin: origin(), connection: cluster.connection })}
    />
  )
}

/** Directories below the Kubernetes prefix with the API server's own data. */
const NO_OBJECTS = ['ranges/', 'masterleases/', 'peerserverleases/']

/** Whether a key belongs to a Kubernetes object, whose value may have related objects. */
function isObjectKey(cluster: ClusterInfo, key: Uint8Array): boolean {
  const root = `${cluster.kubernetesPrefix.replace(/\/$/, '')}/`
  return startsWith(key, utf8(root)) && !NO_OBJECTS.some((directory) => startsWith(key, utf8(root + directory)))
}
