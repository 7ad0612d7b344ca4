// `/{cluster}/v2…`: the v2 keyspace in the same three panes.
import { apiPaths, type ClusterInfo, type V2Place, v2Link } from '@registree/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { V2Facts } from '../features/facts/V2Facts.tsx'
import { type DirectoryRow, DirectoryView } from '../features/tree/DirectoryView.tsx'
import { v2NodeQuery } from '../features/tree/queries.ts'
import { TimeLeft } from '../features/tree/TimeLeft.tsx'
import { V2Tree } from '../features/tree/V2Tree.tsx'
import { v2Copies } from '../features/value/commands.ts'
import { ValueView } from '../features/value/ValueView.tsx'
import { wantedForm } from '../features/value/views.ts'
import { text } from '../i18n/text.ts'
import { displayText, utf8 } from '../lib/bytes.ts'
import { ErrorView } from '../lib/ErrorView.tsx'
import { HttpError } from '../lib/http.ts'
import { LinkTo } from '../lib/LinkTo.tsx'
import { useGo } from '../lib/navigation.ts'
import { Stale } from '../lib/Stale.tsx'
import { say } from '../lib/say.ts'
import { useShortcuts } from '../lib/shortcuts.ts'
import { KeyspaceBadge } from '../ui/Badge.tsx'
import { buttonClass } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { SkeletonLines } from '../ui/Skeleton.tsx'
import { KeyPanes } from './KeyPanes.tsx'

const t = text.keys
const columns = [text.facts.expiration, text.facts.modifiedIndex, text.facts.createdIndex].map((name, cell) => ({
  name,
  cell,
  width: '8.5rem',
}))
const nothing = () => {}

export function V2Page({ cluster, place, hash }: { cluster: ClusterInfo; place: V2Place; hash: string }) {
  const name = cluster.name
  const { path } = place
  const go = useGo()
  const client = useQueryClient()
  const query = useQuery({ ...v2NodeQuery(name, path, wantedForm(place.view)), enabled: cluster.v2.available })
  useShortcuts([{ keys: 'r', run: () => void query.refetch() }])
  const answer = query.data
  const directory = answer?.node.directory ?? (path === '/' || query.isPending)
  const selected = useMemo(() => ({ path, directory: answer?.node.directory ?? path === '/' }), [path, answer?.node.directory])
  const rows = useMemo<DirectoryRow[]>(
    () =>
      (answer?.children ?? []).map((child) => ({
        id: child.path,
        label: utf8(child.path.slice(child.path.lastIndexOf('/') + 1) + (child.directory ? '/' : '')),
        directory: child.directory,
        href: v2Link(name, child.path),
        cells: [
          child.expiration === null ? null : <TimeLeft key="ttl" until={Date.parse(child.expiration)} />,
          child.modifiedIndex,
          child.createdIndex,
        ],
      })),
    [answer, name],
  )
  if (!cluster.v2.available)
    return (
      <EmptyState page title={t.unavailableV2}>
        {say.error(cluster.v2.sentences, cluster.v2.unavailable ?? '')}
      </EmptyState>
    )

  const parent = path === '/' ? null : path.slice(0, path.lastIndexOf('/')) || '/'
  const copies =
    answer &&
    v2Copies(
      { path, size: answer.node.size, decoded: answer.decoded, view: place.view, hash },
      { cluster: name, origin: location.origin, connection: cluster.connection },
    )
  const main =
    query.error && !answer ? (
      <ErrorView
        error={query.error}
        onRetry={() => void query.refetch()}
        actions={
          parent !== null &&
          query.error instanceof HttpError &&
          query.error.code === 'KEY_NOT_FOUND' && (
            <LinkTo href={v2Link(name, parent)} className={buttonClass()}>
              {t.openParent({ directory: displayText(utf8(parent)) })}
            </LinkTo>
          )
        }
      />
    ) : !answer || !copies ? (
      <div className="p-4" data-pending>
        <SkeletonLines lines={10} />
      </div>
    ) : (
      <>
        <Stale query={query} />
        {answer.decoded === null ? (
          rows.length === 0 ? (
            <EmptyState title={t.emptyV2} />
          ) : (
            <DirectoryView
              keyspace="v2"
              label={`${t.children} ${displayText(utf8(path))}`}
              rows={rows}
              columns={columns}
              pending={false}
              more={false}
              onMore={nothing}
            />
          )
        ) : (
          <ValueView
            decoded={answer.decoded}
            size={answer.node.size ?? 0}
            keyLabel={displayText(utf8(path))}
            version={answer.node.modifiedIndex}
            rawUrl={apiPaths.v2Raw(name, path)}
            loadText={async (form) => {
              const other = await client.fetchQuery(v2NodeQuery(name, path, form))
              return other.decoded?.shown?.text ?? ''
            }}
            copies={copies}
            view={place.view}
            onView={(view) => go(v2Link(name, path, { view }))}
            hash={hash}
            onHash={(next) => go(v2Link(name, path, { view: place.view, hash: next }), { replace: true })}
            revealSecrets={cluster.revealSecrets}
          />
        )}
      </>
    )
  return (
    <KeyPanes
      keyspace="v2"
      up={parent === null ? null : v2Link(name, parent)}
      title={displayText(utf8(path))}
      bar={
        <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line px-3 text-soft">
          <KeyspaceBadge keyspace="v2" />
          {answer && `${text.facts.index} ${answer.index}`}
        </div>
      }
      tree={<V2Tree cluster={name} selected={selected} onGo={go} />}
      main={main}
      pane={place.view === 'facts' ? 'facts' : 'value'}
      paneHref={(pane) => v2Link(name, path, { view: pane === 'value' ? null : pane })}
      facts={
        answer && copies ? (
          <V2Facts
            answer={answer}
            copies={copies}
            timeLeft={answer.node.expiration === null ? null : <TimeLeft until={Date.parse(answer.node.expiration)} />}
          />
        ) : query.error ? (
          <div />
        ) : (
          <div className="p-4">
            <SkeletonLines lines={8} />
          </div>
        )
      }
      parsed={utf8(path)}
      kind={directory ? 'directory' : 'key'}
    />
  )
}
