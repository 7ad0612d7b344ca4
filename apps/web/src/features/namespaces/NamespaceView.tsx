// One namespace: its content by resource, and why it is stuck in deletion; or that it does not exist.

import {
  type ClusterInfo,
  type DeletedPage,
  deletedLink,
  keyLink,
  type NamespaceAnswer,
  type NamespaceEntry,
  namespacesLink,
  PAST_MEGABYTES,
  prefixLink,
  type RemainingObject,
  resourcesLink,
} from '@registree/contract'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { text as appText } from '../../i18n/text.ts'
import { Ago } from '../../lib/Ago.tsx'
import { BundleMenu } from '../../lib/BundleMenu.tsx'
import { utf8, wireToBytes } from '../../lib/bytes.ts'
import { deletedQuery } from '../../lib/deleted-query.ts'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { useFollowedRegistry } from '../../lib/follow-registry.ts'
import { useHeld } from '../../lib/held.ts'
import { KeyText } from '../../lib/KeyText.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { LiveState } from '../../lib/LiveState.tsx'
import { Stale } from '../../lib/Stale.tsx'
import { say } from '../../lib/say.ts'
import { count } from '../../lib/size.ts'
import { ToneIcon } from '../../ui/Badge.tsx'
import { Banner } from '../../ui/Banner.tsx'
import { Button, buttonClass } from '../../ui/Button.tsx'
import { type DataColumn, DataRow, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { Status } from './NamespacesView.tsx'
import { namespaceQuery } from './queries.ts'
import { namespacesText as t } from './strings.ts'

/** `iconOf` draws a resource's icon from the catalogue. `deleted`: what was deleted in the kept window is counted too. */
export function NamespaceView({
  cluster,
  name,
  deleted,
  onDeleted,
  iconOf,
}: {
  cluster: ClusterInfo
  name: string
  deleted: boolean
  onDeleted: (deleted: boolean) => void
  iconOf: (icon: string) => ReactNode
}) {
  const query = useQuery(namespaceQuery(cluster.name, name))
  const deletions = useInfiniteQuery({
    ...deletedQuery(cluster.name, { path: '', namespace: name, q: '', routine: true }, PAST_MEGABYTES, () => {}),
    enabled: deleted,
  })
  const { data } = query
  const [part, setPart] = useState<HTMLElement | null>(null)
  const live = useFollowedRegistry({
    after: cluster.source === 'etcd' ? (data?.revision ?? null) : null,
    readAt: query.dataUpdatedAt,
    concerns: ({ namespace, path, action }) => (namespace === name && action !== 'updated') || path === 'namespaces',
    isHeld: useHeld(part),
    isFetching: query.isFetching,
    read: () => void query.refetch(),
  })
  if (query.error && !data) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />
  if (!data)
    return (
      <div className="p-4" data-pending>
        <SkeletonLines lines={16} />
      </div>
    )
  const { namespace } = data
  if (namespace === null && data.objects === 0)
    return (
      <EmptyState
        page
        title={t.missing({ name })}
        actions={
          <LinkTo href={namespacesLink(cluster.name)} className={buttonClass('primary')}>
            {t.all}
          </LinkTo>
        }
      >
        {t.missingHint({ revision: data.revision })}
      </EmptyState>
    )
  return (
    <div className="h-full overflow-y-auto" data-page="namespace">
      <Stale query={query} />
      {namespace === null && (
        <Banner tone="error">
          <span className="font-medium">{t.ghostTitle({ name })}.</span> {t.ghostMeaning}
        </Banner>
      )}
      <div className="flex max-w-[1100px] flex-col gap-6 p-4">
        <Header
          cluster={cluster.name}
          name={name}
          namespace={namespace}
          live={
            cluster.source === 'etcd' && (
              <div className="flex min-h-6 text-xs text-soft">
                <LiveState {...live} onPause={live.setPaused} onRead={() => void query.refetch()} onShow={() => void query.refetch()} />
              </div>
            )
          }
        />
        {namespace?.deletion && <Deletion cluster={cluster.name} data={data} deletion={namespace.deletion} />}
        <div ref={setPart}>
          <Contents
            cluster={cluster}
            data={data}
            iconOf={iconOf}
            deleted={deleted}
            onDeleted={onDeleted}
            deletions={deleted ? deletions : null}
          />
        </div>
      </div>
    </div>
  )
}

function Header({ cluster, name, namespace, live }: { cluster: string; name: string; namespace: NamespaceEntry | null; live: ReactNode }) {
  return (
    <header className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="text-lg font-semibold break-all">{t.one({ name })}</h1>
        <Status entry={namespace} />
      </div>
      {namespace && (
        <p className="flex flex-wrap items-baseline gap-x-4 text-soft">
          {namespace.created && (
            <span>
              {t.created} <Ago instant={namespace.created} words={t.ago} />
            </span>
          )}
          <LinkTo
            href={keyLink(cluster, wireToBytes(namespace))}
            className="min-w-0 break-all text-v3 no-underline hover:underline"
            title={t.key}
          >
            <KeyText bytes={wireToBytes(namespace)} className="text-[12.5px]" />
          </LinkTo>
          <BundleMenu bundled={{ cluster, path: null, namespace: name, rev: null }} label={t.apply} />
        </p>
      )}
      {live}
      {namespace?.problem !== undefined && <p className="text-error">{say.problem(namespace.sentences, namespace.problem)}</p>}
    </header>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="flex min-w-0 flex-col gap-2">
      <h2 id={id} className="border-b border-line pb-1 text-sm font-semibold">
        {title}
      </h2>
      {children}
    </section>
  )
}

function Deletion({
  cluster,
  data,
  deletion,
}: {
  cluster: string
  data: NamespaceAnswer
  deletion: NonNullable<NamespaceEntry['deletion']>
}) {
  const { remaining } = data
  const said = deletion.conditions.filter(({ holds, message }) => holds && message !== '')
  return (
    <Section title={t.deleting}>
      {deletion.since && (
        <p>
          <Ago instant={deletion.since} words={t.deletingSince} />
        </p>
      )}
      {deletion.finalizers.length === 0 ? (
        <p>{t.gone}</p>
      ) : (
        <ul aria-label={t.finalizers} className="flex flex-col gap-1">
          {deletion.finalizers.map(({ name, means, says }) => (
            <li key={name}>
              <span className="font-mono text-[12.5px] font-medium">{name}</span>{' '}
              <span className="text-soft">{say.finalizer([says], means)}</span>
            </li>
          ))}
        </ul>
      )}
      {said.length > 0 && (
        <>
          <h3 className="mt-1 text-xs text-faint">{t.conditions}</h3>
          <ul className="flex flex-col gap-1">
            {said.map(({ type, message }) => (
              <li key={type} className="flex items-start gap-2">
                <span className="pt-[3px]">
                  <ToneIcon tone="warning" />
                </span>
                <span className="min-w-0 break-words">
                  <span className="font-medium">{type}</span> {message}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {remaining && <Remaining cluster={cluster} data={data} remaining={remaining} />}
    </Section>
  )
}

function Remaining({
  cluster,
  data,
  remaining,
}: {
  cluster: string
  data: NamespaceAnswer
  remaining: NonNullable<NamespaceAnswer['remaining']>
}) {
  if (data.objects === 0) return <p>{t.remainingEmpty}</p>
  const { read, held, listed } = remaining
  return (
    <>
      <h3 className="mt-1 text-xs text-faint">{t.remaining}</h3>
      <p>{held > 0 ? t.remainingHeld({ held, read }) : t.remainingNone({ read })}</p>
      <ul aria-label={t.remaining} className="border-t border-line">
        {listed.map((object) => (
          <RemainingRow key={object.key ?? object.key64} cluster={cluster} object={object} />
        ))}
      </ul>
      {listed.length < data.objects && <p className="text-xs text-soft">{t.listed({ listed: listed.length })}</p>}
    </>
  )
}

function RemainingRow({ cluster, object }: { cluster: string; object: RemainingObject }) {
  return (
    <li className="grid items-baseline gap-x-4 border-b border-line/60 py-1 hover:bg-hover md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_10rem]">
      <span className="flex min-w-0 items-baseline gap-2">
        <span className="shrink-0 text-soft">{object.kind || object.path}</span>
        <LinkTo href={keyLink(cluster, wireToBytes(object))} className="min-w-0 break-all text-v3 no-underline hover:underline">
          <KeyText bytes={utf8(object.name)} className="text-[12.5px]" />
        </LinkTo>
      </span>
      <span className="min-w-0 break-words">
        {object.problem !== undefined ? (
          say.problem(object.sentences, object.problem)
        ) : object.finalizers.length === 0 ? (
          <span className="text-faint">
            {t.held} {t.noneHolds}
          </span>
        ) : (
          object.finalizers.map(({ name, means, says }) => (
            <span key={name} className="block">
              {t.held} <span className="font-mono text-[12.5px]">{name}</span>
              {appText.punctuation.sentences}
              <span className="text-soft">{say.finalizer([says], means)}</span>
            </span>
          ))
        )}
      </span>
      <span className="text-xs text-soft">
        {object.deletedSince === null ? t.notAsked : <Ago instant={object.deletedSince} words={t.asked} />}
      </span>
    </li>
  )
}

const CONTENTS: readonly DataColumn[] = [
  { id: 'resource', head: t.resource },
  { id: 'keys', head: t.keys, width: 'w-[38%]', wide: true },
  { id: 'objects', head: t.objects, width: 'w-24', end: true },
]

interface ContentRow {
  path: string
  kind: string
  resource: string
  icon: string
  objects: number
  /** How many were deleted in the kept window. */
  deleted: number
}

/** The resources of a namespace, and those that only had objects. */
function contentRows({ resources }: NamespaceAnswer, page: DeletedPage | undefined): ContentRow[] {
  const deletions = new Map(page?.paths.map(({ name, deletions }) => [name, deletions]))
  const rows = resources.map((one) => ({ ...one, deleted: deletions.get(one.path) ?? 0 }))
  for (const { path } of resources) deletions.delete(path)
  for (const [path, deleted] of deletions) {
    if (path === '') continue
    const kind = page?.entries.find((entry) => entry.path === path)?.kind ?? ''
    rows.push({ path, kind, resource: '', icon: '', objects: 0, deleted })
  }
  return rows
}

function Contents({
  cluster,
  data,
  iconOf,
  deleted: isDeletedToo,
  onDeleted,
  deletions,
}: {
  cluster: ClusterInfo
  data: NamespaceAnswer
  iconOf: (icon: string) => ReactNode
  deleted: boolean
  onDeleted: (deleted: boolean) => void
  deletions: { data: { pages: DeletedPage[] } | undefined; error: Error | null; isFetching: boolean } | null
}) {
  const page = deletions?.data?.pages[0]
  const rows = contentRows(data, page)
  return (
    <Section title={`${t.what}${appText.punctuation.label}${t.total({ n: data.objects })}`}>
      <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1 text-xs text-soft" data-deleted-too={page !== undefined}>
        <Button
          aria-pressed={isDeletedToo}
          title={t.deletedHint}
          icon={<Trash2 size={14} aria-hidden />}
          className={isDeletedToo ? 'border-accent! bg-accent-soft! text-accent!' : ''}
          onClick={() => onDeleted(!isDeletedToo)}
        >
          {t.deleted}
        </Button>
        {deletions?.error ? (
          <span role="alert" className="text-error">
            {t.deletedFailed}
          </span>
        ) : page !== undefined ? (
          <span role="status">{t.deletedFound({ deletions: page.matched, oldest: page.window.oldest })}</span>
        ) : (
          deletions !== null && <span role="status">{t.deletedLoading}</span>
        )}
        {page?.window.unproven && (
          <span role="alert" className="text-warn">
            {t.deletedUnproven(page.window.unproven)}
          </span>
        )}
        {isDeletedToo && (
          <LinkTo href={deletedLink(cluster.name, { namespace: data.name, routine: '1' })} className="link">
            {t.deletedPage}
          </LinkTo>
        )}
      </div>
      {rows.length === 0 ? (
        <p className="text-soft">{t.whatNothing}</p>
      ) : (
        <DataTable columns={CONTENTS} label={t.what} className="max-w-4xl">
          {rows.map(({ path, kind, resource, icon, objects, deleted }) => (
            <DataRow
              key={path}
              columns={CONTENTS}
              className="h-8"
              classes={{ keys: 'truncate' }}
              cells={{
                resource: (
                  <span className="flex min-w-0 items-center gap-2">
                    {iconOf(icon)}
                    <LinkTo
                      href={resourcesLink(cluster.name, path, { namespace: data.name })}
                      className="truncate font-medium no-underline hover:underline"
                    >
                      {kind || path}
                    </LinkTo>
                    <span className="truncate text-soft max-md:hidden">{resource}</span>
                    {deleted > 0 && (
                      <LinkTo
                        href={resourcesLink(cluster.name, path, { namespace: data.name, deleted: '1' })}
                        className="shrink-0 text-xs text-soft no-underline hover:underline"
                      >
                        {t.deletedCount({ deletions: deleted })}
                      </LinkTo>
                    )}
                  </span>
                ),
                keys: (
                  <LinkTo
                    href={prefixLink(cluster.name, utf8(`${data.prefix}${path}/${data.name}/`))}
                    className="font-mono text-xs text-v3 no-underline hover:underline"
                  >
                    {`${path}/${data.name}/`}
                  </LinkTo>
                ),
                objects: count(objects),
              }}
            />
          ))}
        </DataTable>
      )}
    </Section>
  )
}
