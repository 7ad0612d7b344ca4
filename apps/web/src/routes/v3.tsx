// `/{cluster}/v3…`: the v3 keyspace as three panes, tree, value and facts; on a narrow screen each is a page.
import { apiPaths, type ClusterInfo, keyLink, prefixLink, type V3Place } from '@registree/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect } from 'react'
import { V3DirectoryFacts } from '../features/facts/V3DirectoryFacts.tsx'
import { V3Facts } from '../features/facts/V3Facts.tsx'
import { DiffView } from '../features/history/DiffView.tsx'
import { HistoryView } from '../features/history/HistoryView.tsx'
import { RelatedPanel } from '../features/related/RelatedPanel.tsx'
import { RelatedStrip } from '../features/related/RelatedStrip.tsx'
import { KeyCount } from '../features/tree/KeyCount.tsx'
import { headQuery } from '../features/tree/queries.ts'
import { V3Directory } from '../features/tree/V3Directory.tsx'
import { V3Tree } from '../features/tree/V3Tree.tsx'
import { AllocationView } from '../features/value/allocation/AllocationView.tsx'
import { v3Copies, v3DirectoryCopies } from '../features/value/commands.ts'
import { knownFacts, valueQuery } from '../features/value/queries.ts'
import { ValueView } from '../features/value/ValueView.tsx'
import { wantedForm } from '../features/value/views.ts'
import { text } from '../i18n/en.ts'
import { ancestors, displayText, keyId, startsWith, utf8 } from '../lib/bytes.ts'
import { DamagedFile } from '../lib/DamagedFile.tsx'
import { ErrorView } from '../lib/ErrorView.tsx'
import { HttpError } from '../lib/http.ts'
import { LinkTo, useGo } from '../lib/LinkTo.tsx'
import { v3Href } from '../lib/links.ts'
import { Stale } from '../lib/Stale.tsx'
import { useSettled } from '../lib/settled.ts'
import { useShortcuts } from '../lib/shortcuts.ts'
import { buttonClass } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { SkeletonLines } from '../ui/Skeleton.tsx'
import { KeyPanes, PANES, useBeside } from './KeyPanes.tsx'
import { RevisionBar } from './RevisionBar.tsx'

const t = text.keys

export function V3Page({ cluster, place, hash }: { cluster: ClusterInfo; place: V3Place; hash: string }) {
  const name = cluster.name
  const client = useQueryClient()
  const go = useGo()
  const head = useQuery({ ...headQuery(name), enabled: cluster.v3.available && place.rev === null })
  const revision = place.rev ?? head.data ?? null
  const pinned = place.rev ?? undefined
  const isKey = place.kind === 'key'
  const isObject = isKey && isObjectKey(cluster, place.bytes)
  const beside = useBeside()
  const id = keyId(place.bytes)
  const settled = useSettled(id) === id
  // A comparison has texts of its own.
  const form = place.diff === null ? wantedForm(place.view) : 'none'
  const value = useQuery({
    ...valueQuery(name, place.bytes, revision, form),
    enabled: isKey && revision !== null,
    // Who needs the facts only takes them from an answer that is there already.
    initialData: () => (form === 'none' && isKey ? knownFacts(client, name, place.bytes, revision) : undefined),
  })

  const refresh = useCallback(() => {
    if (place.rev !== null) go(v3Href(name, place.kind, place.bytes, { view: place.view }))
    void client.invalidateQueries({ queryKey: headQuery(name).queryKey })
    void client.invalidateQueries({ queryKey: ['status', name] })
  }, [client, go, name, place])
  useShortcuts([{ keys: 'r', run: refresh }])

  // Nobody asked for that revision by name: when etcd does not have it any more (compacted, or restored from an older backup), the newest is meant.
  const gone = ['REVISION_COMPACTED', 'REVISION_IN_FUTURE']
  const lost = place.rev === null && value.error instanceof HttpError && gone.includes(value.error.code)
  useEffect(() => {
    if (lost) void client.invalidateQueries({ queryKey: headQuery(name).queryKey })
  }, [lost, client, name])

  const onPrefetchValue = useCallback(
    (key: Uint8Array) => {
      if (revision !== null) void client.prefetchQuery(valueQuery(name, key, revision, form))
    },
    [client, name, revision, form],
  )
  // A key chosen in the tree opens in the same form as the one before it.
  const onGo = useCallback((href: string, options: { replace: boolean }) => go(href, options), [go])

  if (!cluster.v3.available)
    return (
      <EmptyState page title={t.unavailableV3}>
        {cluster.v3.unavailable}
      </EmptyState>
    )
  if (head.error && revision === null) return <ErrorView error={head.error} onRetry={() => void head.refetch()} />

  // At the revision of this visit a key that is missing stays missing: trying again means the newest one.
  const missing = value.error instanceof HttpError && value.error.code === 'KEY_NOT_FOUND'
  const retry = !missing ? () => void value.refetch() : place.rev === null ? refresh : null
  const parent = ancestors(place.bytes).at(-1)
  const up = parent ? prefixLink(name, parent, { rev: pinned }) : null
  const errorActions = (error: unknown) => {
    if (!(error instanceof HttpError)) return null
    if (error.code === 'KEY_NOT_FOUND' && up !== null && parent !== undefined)
      return (
        <>
          {place.rev !== null && (
            <LinkTo
              href={v3Href(name, place.kind, place.bytes, { view: place.view })}
              className={buttonClass('primary')}
              data-action="present"
            >
              {t.showPresent}
            </LinkTo>
          )}
          <LinkTo href={up} className={buttonClass()}>
            {t.openParent(displayText(parent))}
          </LinkTo>
        </>
      )
    if (place.rev === null) return null
    if (error.code !== 'REVISION_COMPACTED' && error.code !== 'REVISION_IN_FUTURE' && error.code !== 'KEY_NOT_FOUND') return null
    const compacted = error.problem?.compactedRevision
    return (
      <>
        <LinkTo href={v3Href(name, place.kind, place.bytes, { view: place.view })} className={buttonClass('primary')} data-action="present">
          {t.showPresent}
        </LinkTo>
        {compacted !== undefined && (
          <LinkTo href={v3Href(name, place.kind, place.bytes, { rev: compacted, view: place.view })} className={buttonClass()}>
            {t.showOldest(compacted)}
          </LinkTo>
        )}
      </>
    )
  }

  const tree =
    revision === null ? (
      <div className="p-3">
        <SkeletonLines lines={14} />
      </div>
    ) : (
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
  const history = isKey && revision !== null && (
    <HistoryView
      cluster={name}
      keyBytes={place.bytes}
      visit={head.data ?? revision}
      shownAt={revision}
      revisionHref={(rev) => keyLink(name, place.bytes, { rev })}
      diffHref={(diff) => keyLink(name, place.bytes, { diff })}
    />
  )
  const comparison = isKey && place.diff !== null && (
    <DiffView
      key={`${id} ${place.diff.from} ${place.diff.to}`}
      cluster={name}
      keyBytes={place.bytes}
      span={place.diff}
      view={place.view}
      historyHref={keyLink(name, place.bytes, { rev: pinned, view: 'history' })}
      revisionHref={(rev) => keyLink(name, place.bytes, { rev })}
      diffHref={(diff, view) => keyLink(name, place.bytes, { rev: pinned, diff, view })}
      loadText={async (rev, wanted) => (await client.fetchQuery(valueQuery(name, place.bytes, rev, wanted))).decoded.shown?.text ?? ''}
    />
  )
  const answer = value.data
  const copies = answer
    ? v3Copies(
        { key: place.bytes, revision: answer.revision, size: answer.size, decoded: answer.decoded, view: place.view, hash },
        { cluster: name, origin: location.origin, connection: cluster.connection },
      )
    : null
  const main = !isKey ? (
    revision === null ? (
      <div className="p-4">
        <SkeletonLines lines={10} />
      </div>
    ) : (
      <>
        <DamagedFile cluster={name} />
        <V3Directory cluster={name} prefix={place.bytes} revision={revision} pinned={pinned} errorActions={errorActions} />
      </>
    )
  ) : comparison ? (
    comparison
  ) : answer && copies ? (
    <>
      <Stale query={value} />
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
            revision={revision}
            pinned={pinned}
            hash={hash}
            onHash={(next) => go(keyLink(name, place.bytes, { rev: pinned, view: place.view, hash: next }), { replace: true })}
          />
        }
        history={history || null}
        related={
          isObject && revision !== null ? (
            <RelatedStrip
              cluster={name}
              keyBytes={place.bytes}
              revision={revision}
              settled={settled}
              href={beside ? null : keyLink(name, place.bytes, { rev: pinned, view: 'related' })}
            />
          ) : null
        }
        copies={copies}
        view={place.view}
        onView={(view) => go(keyLink(name, place.bytes, { rev: pinned, view }))}
        hash={hash}
        onHash={(next) => go(keyLink(name, place.bytes, { rev: pinned, view: place.view, hash: next }), { replace: true })}
        revealSecrets={cluster.revealSecrets}
      />
    </>
  ) : value.error ? (
    <>
      {missing && <DamagedFile cluster={name} />}
      <ErrorView error={value.error} {...(retry === null ? {} : { onRetry: retry })} actions={errorActions(value.error)} />
      {(missing || place.view === 'history') && (
        <>
          <h2 className="border-t border-line px-3 pt-2 font-medium">{t.history}</h2>
          {history}
        </>
      )}
    </>
  ) : (
    <div className="p-4" data-pending>
      <SkeletonLines lines={18} />
    </div>
  )
  const facts = isKey ? (
    answer && copies ? (
      <V3Facts
        answer={answer}
        bytes={place.bytes}
        revisionHref={(rev) => keyLink(name, place.bytes, { rev, view: place.view })}
        copies={copies}
      />
    ) : value.error ? (
      <div />
    ) : (
      <div className="p-4">
        <SkeletonLines lines={10} />
      </div>
    )
  ) : revision === null ? (
    <div className="p-4">
      <SkeletonLines lines={6} />
    </div>
  ) : (
    <V3DirectoryFacts
      bytes={place.bytes}
      revision={revision}
      keys={<KeyCount cluster={name} prefix={place.bytes} revision={revision} />}
      copies={v3DirectoryCopies(
        { prefix: place.bytes, revision },
        { cluster: name, origin: location.origin, connection: cluster.connection },
      )}
    />
  )

  const related =
    !isObject || value.error ? null : revision === null ? (
      <div />
    ) : (
      <RelatedPanel
        cluster={cluster}
        keyBytes={place.bytes}
        revision={revision}
        pinned={pinned}
        view={place.view === 'related' ? place.view : null}
        settled={settled}
      />
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
      tree={tree}
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

/** Directories below the Kubernetes prefix of what the API server keeps for itself. */
const NO_OBJECTS = ['ranges/', 'masterleases/', 'peerserverleases/']

/** Whether a key is that of a Kubernetes object, whose value may have relations. */
function isObjectKey(cluster: ClusterInfo, key: Uint8Array): boolean {
  const root = `${cluster.kubernetesPrefix.replace(/\/$/, '')}/`
  return startsWith(key, utf8(root)) && !NO_OBJECTS.some((directory) => startsWith(key, utf8(root + directory)))
}
