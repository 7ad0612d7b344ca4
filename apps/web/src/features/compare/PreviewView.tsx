// What applying a bundle would do to a cluster, object by object, before it is downloaded.
import { type ClusterInfo, compareLink, keyLink, type PreviewObject, type PreviewStart, type PreviewVerdict } from '@registree/contract'
import { isCancelledError, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { BundleMenu } from '../../lib/BundleMenu.tsx'
import { wireToBytes } from '../../lib/bytes.ts'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { Stale } from '../../lib/Stale.tsx'
import { say } from '../../lib/say.ts'
import { useWaiting } from '../../lib/waiting.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { HeadReading, PageHead } from '../../ui/PageHead.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { Chip, Fields, FieldsButton, SideFacts } from './ComparedParts.tsx'
import type { CompareFilter, CompareViewProps } from './CompareView.tsx'
import { bundledOf, type PreviewData, type PreviewSubject, previewFieldsQuery, previewQuery, previewUrl } from './preview-query.ts'
import { compareText } from './strings.ts'

const t = compareText.preview

interface PreviewViewProps {
  cluster: ClusterInfo
  clusters: readonly ClusterInfo[]
  subject: PreviewSubject
  filter: CompareFilter
  onCluster: (name: string) => void
  onFilter: (change: Partial<CompareFilter>) => void
  changeLine: CompareViewProps['changeLine']
  fields: CompareViewProps['fields']
}

/** What a bundle is applied to unless the link names it: the cluster itself if it is live, else the first live one. */
export function clusterToApplyTo(cluster: ClusterInfo, clusters: readonly ClusterInfo[]): string {
  const live = clusters.find(({ source, v3 }) => source === 'etcd' && v3.available)
  return cluster.source === 'etcd' || live === undefined ? cluster.name : live.name
}

export function PreviewView({ cluster, clusters, subject, filter, onCluster, onFilter, changeLine, fields }: PreviewViewProps) {
  const client = useQueryClient()
  const options = previewQuery(cluster.name, subject)
  const query = useQuery(options)
  const waits = useWaiting(previewUrl(cluster.name, subject))
  const { data, isFetching } = query
  const error = isCancelledError(query.error) ? null : query.error
  const done = data?.progress?.done === true
  return (
    <div className="flex h-full min-h-0 flex-col overflow-y-auto" data-page="preview" data-complete={done && !isFetching}>
      {done && <Stale query={query} />}
      <div className="flex shrink-0 flex-col gap-2 border-b border-line px-3 py-2">
        <PageHead title={t.title} subtitle={t.subtitle}>
          <HeadReading
            progress={isFetching ? (waits ?? progressText(data)) : null}
            cancel={compareText.cancel}
            onCancel={() => void client.cancelQueries({ queryKey: options.queryKey }, { revert: true })}
            again={t.again}
            onAgain={() => void query.refetch()}
          />
        </PageHead>
        <Target {...{ cluster, clusters, subject, onCluster }} />
      </div>
      {error && !done ? (
        <ErrorView error={error} onRetry={() => void query.refetch()} />
      ) : data === undefined && !isFetching ? (
        <EmptyState title={compareText.stopped} />
      ) : data === undefined || !done ? (
        <>
          {data && <Sides {...data.start} />}
          <div className="p-3">
            <SkeletonLines lines={12} />
          </div>
        </>
      ) : (
        <Preview {...{ data, cluster, clusters, subject, filter, onFilter, changeLine, fields }} />
      )}
    </div>
  )
}

const progressText = (data: PreviewData | undefined) =>
  data?.progress == null ? t.loading : t.progress({ n: Object.values(data.progress.counts).reduce((sum, n) => sum + n, 0) })

/** Says what the objects are compared with, and lets it be chosen. */
function Target({ cluster, clusters, subject, onCluster }: Pick<PreviewViewProps, 'cluster' | 'clusters' | 'subject' | 'onCluster'>) {
  const id = useId()
  const others = clusters.filter(({ v3 }) => v3.available)
  const target = others.find(({ name }) => name === subject.with)
  const states = target?.source === 'file' ? t.stateOfFile : t.stateOfCluster
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5 text-sm">
      <label htmlFor={id}>{states}</label>
      {others.length > 1 || target === undefined ? (
        <select
          id={id}
          value={subject.with}
          onChange={({ target: { value } }) => onCluster(value)}
          className="h-7 max-w-full min-w-0 rounded border border-line-strong/60 bg-surface px-1.5 text-sm"
        >
          {target === undefined && <option value={subject.with}>{subject.with}</option>}
          {others.map(({ name, title, source }) => (
            <option key={name} value={name}>
              {(source === 'file' ? t.file : t.live)({ cluster: title, own: String(name === cluster.name) })}
            </option>
          ))}
        </select>
      ) : (
        <output id={id} className="font-medium">
          {target.title}
        </output>
      )}
    </div>
  )
}

function Sides({ bundle, cluster }: PreviewStart) {
  return (
    <dl className="grid gap-x-6 gap-y-1 border-b border-line px-3 py-2 text-sm md:grid-cols-2">
      <SideFacts label={t.bundle} side={bundle} />
      <SideFacts label={t.cluster} side={cluster} />
    </dl>
  )
}

/** Rows that are drawn at first, and added by each click. */
const ROWS = 300

function Preview({
  data: { start, objects, progress },
  cluster,
  subject,
  filter,
  onFilter,
  changeLine,
  fields,
}: { data: PreviewData } & Pick<PreviewViewProps, 'cluster' | 'clusters' | 'subject' | 'filter' | 'onFilter' | 'changeLine' | 'fields'>) {
  const [rows, setRows] = useState(ROWS)
  if (progress === null) return null
  const { counts } = progress
  const words = filter.q.trim().toLowerCase()
  const shown = inOrder(objects).filter(
    ({ verdict, path, place }) =>
      (filter.only === '' || verdict === filter.only) && (words === '' || `${path} ${place}`.toLowerCase().includes(words)),
  )
  const bundled = bundledOf(cluster.name, subject, start.bundle.revision)
  return (
    <>
      <Sides {...start} />
      <div className="flex flex-col items-start gap-1.5 border-b border-line px-3 py-2">
        <p className="text-sm">
          {t.summary(counts)}
          {counts.undecided > 0 && ` · ${compareText.undecidedCount({ n: counts.undecided })}`}
          {counts['left-out'] > 0 && ` · ${t.leftOut({ n: counts['left-out'] })}`}
        </p>
        <p className="max-w-3xl text-xs text-soft">{t.limits}</p>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
          {bundled !== null && <BundleMenu bundled={bundled} preview={false} label={t.download} tone="primary" />}
          {subject.keys === '' && (
            <LinkTo
              href={compareLink(cluster.name, { with: start.cluster.cluster, rev: start.bundle.revision, ...placeOf(subject) })}
              className="link text-sm"
            >
              {t.compareAll}
            </LinkTo>
          )}
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-1.5 px-3 py-2">
        <SearchField
          label={compareText.filter}
          placeholder={compareText.filterHint}
          value={filter.q}
          onChange={(q) => onFilter({ q })}
          className="min-w-0 flex-1 basis-40 md:max-w-72"
        />
        <ul aria-label={t.counts} className="flex flex-wrap gap-1">
          <Chip pressed={filter.only === ''} onClick={() => onFilter({ only: '' })}>
            {compareText.everything}
          </Chip>
          {ORDER.filter((verdict) => counts[verdict] > 0).map((verdict) => (
            <Chip
              key={verdict}
              pressed={filter.only === verdict}
              onClick={() => onFilter({ only: filter.only === verdict ? '' : verdict })}
            >
              {compareText.chip({ name: t.verdicts[verdict], n: counts[verdict] })}
            </Chip>
          ))}
        </ul>
      </div>
      <section aria-label={t.list} className="flex-1">
        {shown.length === 0 ? (
          <EmptyState title={objects.length === 0 ? t.none : t.noneMatch} />
        ) : (
          <ol className="border-t border-line/60">
            {shown.slice(0, rows).map((object) => (
              <Row key={`${object.key ?? object.key64} ${object.at}`} {...{ start, object, changeLine, fields }} />
            ))}
          </ol>
        )}
        <div className="flex flex-col items-start gap-2 p-3">
          {shown.length > rows && (
            <Button onClick={() => setRows(rows + ROWS)}>{compareText.more({ n: Math.min(ROWS, shown.length - rows) })}</Button>
          )}
          {progress.unlisted > 0 && <p className="text-sm text-warn">{t.unlisted({ n: progress.unlisted })}</p>}
        </div>
      </section>
    </>
  )
}

/** What would happen first, and in each part the order in which objects are applied. */
const ORDER = ['changed', 'created', 'undecided', 'left-out', 'same'] as const satisfies readonly PreviewVerdict[]

const inOrder = (objects: readonly PreviewObject[]): PreviewObject[] =>
  ORDER.flatMap((verdict) => objects.filter((object) => object.verdict === verdict))

const placeOf = ({ path, namespace }: PreviewSubject) => ({ path: path || null, namespace: namespace || null })

const TONES: Record<PreviewVerdict, string> = {
  created: 'text-ok',
  changed: 'text-warn',
  same: 'text-soft',
  undecided: 'text-soft',
  'left-out': 'text-soft',
}

function Row({
  start,
  object,
  changeLine,
  fields,
}: { start: PreviewStart; object: PreviewObject } & Pick<PreviewViewProps, 'changeLine' | 'fields'>) {
  const [open, setOpen] = useState(false)
  const { path, place, verdict, why, warning, live, summary, kept } = object
  const key = wireToBytes(object)
  const isWritten = verdict !== 'left-out'
  const opens = live !== null && (verdict === 'changed' || verdict === 'undecided' || kept > 0)
  return (
    <li data-previewed={object.key ?? object.key64} data-verdict={verdict} className="border-b border-line/60">
      <div className="grid items-baseline gap-x-4 gap-y-0.5 px-3 py-1.5 hover:bg-hover md:grid-cols-[6rem_minmax(0,5fr)_minmax(0,6fr)_6.5rem]">
        <span className={TONES[verdict]}>{t.verdicts[verdict]}</span>
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <span className="shrink-0 text-soft">{path || compareText.otherKeys}</span>
          <span className="min-w-0 font-mono text-[12.5px] break-all">{place}</span>
          <LinkTo
            href={keyLink(start.bundle.cluster, key, { rev: object.at, view: isWritten ? 'apply' : null })}
            className="link inline-block leading-6"
            aria-label={(isWritten ? t.openInBundle : t.openStored)({ name: place })}
          >
            {isWritten ? t.inBundle : t.stored}
          </LinkTo>
          {live !== null && (
            <LinkTo
              href={keyLink(start.cluster.cluster, wireToBytes(live), { rev: start.cluster.revision })}
              className="link inline-block leading-6"
              aria-label={t.openInCluster({ name: place })}
            >
              {t.inCluster}
            </LinkTo>
          )}
        </span>
        <div className="min-w-0 text-sm">
          {summary.length > 0 && changeLine(summary)}
          {why !== null && <p className="text-soft">{say.note(why.sentences, why.text)}</p>}
          {warning !== null && <p className="text-warn">{t.warnings[warning]}</p>}
          {kept > 0 && <p className="text-soft">{t.kept({ n: kept })}</p>}
        </div>
        {opens ? <FieldsButton open={open} name={place} onToggle={() => setOpen(!open)} /> : <span />}
      </div>
      {open && <Fields options={previewFieldsQuery(start, object)} fields={fields} />}
    </li>
  )
}
