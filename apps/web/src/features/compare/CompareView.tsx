// What differs between two clusters: both sides, the counts by resource, and each key with its changes.
import type {
  ChangeSummary,
  ClusterInfo,
  CompareCounts,
  CompareEntry,
  CompareProgress,
  CompareSide,
  CompareStart,
  DiffAnswer,
} from '@registree/contract'
import { keyLink, v2Link } from '@registree/contract'
import { isCancelledError, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { BundleMenu } from '../../lib/BundleMenu.tsx'
import { wireToBytes } from '../../lib/bytes.ts'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { Stale } from '../../lib/Stale.tsx'
import { duration } from '../../lib/time.ts'
import { useWaiting } from '../../lib/waiting.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { HeadReading, PageHead } from '../../ui/PageHead.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { Chip, Fields, FieldsButton, SideFacts } from './ComparedParts.tsx'
import { CompareForm } from './CompareForm.tsx'
import { MemberHashesView } from './MemberHashesView.tsx'
import { type ComparedData, type CompareSubject, compareParameters, compareQuery, compareUrl, fieldsQuery } from './queries.ts'
import { compareText as t } from './strings.ts'

/** What the list shows of the comparison, as in the URL. */
export interface CompareFilter {
  /** One resource; `-` for keys that are no Kubernetes objects; empty for all. */
  only: string
  q: string
}

export interface CompareViewProps {
  cluster: ClusterInfo
  clusters: readonly ClusterInfo[]
  subject: CompareSubject
  filter: CompareFilter
  onRun: (subject: CompareSubject) => void
  onFilter: (change: Partial<CompareFilter>) => void
  /** The link that compares two members. */
  compareHref: (members: { member: string; withMember: string }) => string
  /** Draws what changed in one line. */
  changeLine: (changes: readonly ChangeSummary[]) => ReactNode
  /** Draws the changed fields of one key. */
  fields: (answer: DiffAnswer) => ReactNode
}

export function CompareView({ cluster, clusters, subject, filter, onRun, onFilter, compareHref, changeLine, fields }: CompareViewProps) {
  const client = useQueryClient()
  const options = compareQuery(cluster.name, subject)
  const query = useQuery(options)
  const waits = useWaiting(compareUrl(cluster.name, subject))
  const { data, isFetching } = query
  const error = isCancelledError(query.error) ? null : query.error
  const begun = subject.with !== ''
  const form = formOf(cluster.name, subject)
  /** What is said of a comparison's typed times: it vanishes with that comparison. */
  const [told, setTold] = useState<{ form: string; said: readonly string[] }>({ form: '', said: [] })
  return (
    <div
      className="flex h-full min-h-0 flex-col overflow-y-auto"
      data-page="compare"
      data-complete={begun ? data?.progress?.done === true && !isFetching : true}
    >
      {data?.progress?.done === true && <Stale query={query} />}
      <div className="flex shrink-0 flex-col gap-2 border-b border-line px-3 py-2">
        <PageHead title={t.title} subtitle={t.subtitle}>
          <HeadReading
            progress={isFetching ? (waits ?? progressText(data)) : null}
            cancel={t.cancel}
            onCancel={() => void client.cancelQueries({ queryKey: options.queryKey }, { revert: true })}
            again={t.again}
            onAgain={begun ? () => void query.refetch() : null}
          />
        </PageHead>
        <CompareForm
          key={form}
          {...{ cluster, clusters, subject }}
          onRun={(next, said) => {
            setTold({ form: formOf(cluster.name, next), said })
            onRun(next)
          }}
        />
        <div role="status" className="text-xs text-warn">
          {told.form === form && told.said.map((one) => <p key={one}>{one}</p>)}
        </div>
      </div>
      {!begun ? (
        <>
          <EmptyState title={t.begin}>{t.beginHint}</EmptyState>
          <MemberHashesView cluster={cluster} compareHref={compareHref} />
        </>
      ) : error && data?.progress?.done !== true ? (
        <ErrorView error={error} onRetry={() => void query.refetch()} />
      ) : data === undefined ? (
        isFetching ? (
          <div className="p-3">
            <SkeletonLines lines={12} />
          </div>
        ) : (
          <EmptyState title={t.stopped} />
        )
      ) : (
        <Comparison {...{ data, subject, filter, onFilter, changeLine, fields }} />
      )}
    </div>
  )
}

const formOf = (cluster: string, subject: CompareSubject): string => JSON.stringify([cluster, compareParameters(subject)])

function progressText(data: ComparedData | undefined): string {
  if (data?.progress == null) return t.loading
  const { keys, values } = data.progress
  return t.progress({ keys: Math.max(keys.left, keys.right), values })
}

type ComparisonProps = { data: ComparedData; subject: CompareSubject } & Pick<
  CompareViewProps,
  'filter' | 'onFilter' | 'changeLine' | 'fields'
>

/** Rows that are drawn at first, and added by each click. */
const ROWS = 300

function Comparison({ data: { start, entries, progress }, subject, filter, onFilter, changeLine, fields }: ComparisonProps) {
  const [rows, setRows] = useState(ROWS)
  const { keyspace } = subject
  const counts = progress?.counts ?? []
  const differing = counts.map((each) => ({ each, n: differences(each) })).filter(({ n }) => n > 0)
  const words = filter.q.trim().toLowerCase()
  const shown = entries.filter(
    (entry) =>
      (filter.only === '' || chipOf(entry.path) === filter.only) &&
      (words === '' ||
        `${entry.namespace ?? ''}/${entry.name} ${entry.left?.key ?? ''} ${entry.right?.key ?? ''}`.toLowerCase().includes(words)),
  )
  const total = sumOf(counts)
  const gone = shown.flatMap(({ left, right, path }) =>
    left === null || right !== null || path === '' || keyspace === 'v2' ? [] : [{ key: wireToBytes(left), rev: null }],
  )
  // What is above the list grows with each difference: it is drawn once, when all are known.
  if (progress?.done !== true)
    return (
      <>
        <Sides start={start} keyspace={keyspace} />
        <div className="p-3">
          <SkeletonLines lines={12} />
        </div>
      </>
    )
  return (
    <>
      <Sides start={start} keyspace={keyspace} />
      <div className="flex flex-col gap-1.5 border-b border-line px-3 py-2">
        <p className="text-sm">
          {t.summary(total)}
          {total.undecided > 0 && ` · ${t.undecidedCount({ n: total.undecided })}`}
          {total.noise > 0 && <span className="text-soft"> · {t.noiseCount({ n: total.noise })}</span>}
        </p>
        {keyspace === 'v2' ? (
          <V2Notes progress={progress} />
        ) : (
          <>
            <Restore {...{ start, subject, counts, total }} />
            <p className="text-xs text-soft">
              {t.relation[start.relation]} {!subject.every && historyText(start, progress.shared)}
            </p>
          </>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-1.5 px-3 py-2">
        <SearchField
          label={t.filter}
          placeholder={t.filterHint}
          value={filter.q}
          onChange={(q) => onFilter({ q })}
          className="min-w-0 flex-1 basis-40 md:max-w-72"
        />
        <ul aria-label={t.counts} className="flex flex-wrap gap-1">
          <Chip pressed={filter.only === ''} onClick={() => onFilter({ only: '' })}>
            {t.everything}
          </Chip>
          {differing.map(({ each, n }) => {
            const chip = chipOf(each.path)
            return (
              <Chip key={chip} pressed={filter.only === chip} onClick={() => onFilter({ only: filter.only === chip ? '' : chip })}>
                {t.chip({ name: each.path || t.otherKeys, n })}
              </Chip>
            )
          })}
        </ul>
      </div>
      <section aria-label={t.list} className="flex-1">
        {shown.length === 0 ? (
          <EmptyState title={entries.length === 0 ? t.none : t.noneMatch}>{t.noneHint(total)}</EmptyState>
        ) : (
          <ol className="border-t border-line/60">
            {shown.slice(0, rows).map((entry) => (
              <Row
                key={`${entry.left?.key ?? entry.left?.key64 ?? ''} ${entry.right?.key ?? entry.right?.key64 ?? ''}`}
                {...{ start, subject, entry, changeLine, fields }}
              />
            ))}
          </ol>
        )}
        <div className="flex flex-col items-start gap-2 p-3">
          {gone.length > 0 && (
            <BundleMenu
              bundled={{ cluster: start.left.cluster, keys: gone, rev: start.left.revision }}
              label={t.apply({ objects: gone.length })}
            />
          )}
          {shown.length > rows && (
            <Button onClick={() => setRows(rows + ROWS)}>{t.more({ n: Math.min(ROWS, shown.length - rows) })}</Button>
          )}
          {progress.unlisted > 0 && <p className="text-sm text-warn">{t.unlisted({ n: progress.unlisted })}</p>}
        </div>
      </section>
    </>
  )
}

function V2Notes({ progress: { v2 } }: { progress: CompareProgress }) {
  return (
    <>
      <p className="text-xs text-soft">{t.v2.state}</p>
      {v2?.moved && <p className="text-sm text-warn">{t.v2.moved}</p>}
      {v2?.large && (
        <p role="alert" className="text-sm text-warn">
          {t.v2.large}
        </p>
      )}
    </>
  )
}

function historyText({ left, right }: CompareStart, shared: string | null): string {
  if (shared !== null) return t.shared({ revision: shared })
  // One cluster has one history.
  return left.cluster === right.cluster ? '' : t.notShared
}

const chipOf = (path: string) => (path === '' ? '-' : path)

const differences = ({ added, removed, changed, undecided }: CompareCounts) => added + removed + changed + undecided

function sumOf(counts: readonly CompareCounts[]): Omit<CompareCounts, 'path'> {
  const sum = { added: 0, removed: 0, changed: 0, undecided: 0, noise: 0, equal: 0 }
  for (const each of counts) for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += each[name]
  return sum
}

function Sides({ start: { left, right }, keyspace }: { start: CompareStart; keyspace: CompareSubject['keyspace'] }) {
  return (
    <dl className="grid gap-x-6 gap-y-1 border-b border-line px-3 py-2 text-sm md:grid-cols-2">
      <SideFacts label={t.left} side={left} keyspace={keyspace} />
      <SideFacts label={t.right} side={right} keyspace={keyspace} />
    </dl>
  )
}

/** Objects that stand for something outside of the cluster. */
const OUTSIDE = new Set(['persistentvolumes', 'persistentvolumeclaims', 'volumeattachments', 'services/specs'])

/** Shown if the right side is the past of the left one. */
function Restore({
  start: { left, right, relation },
  subject: { path, namespace },
  counts,
  total,
}: {
  start: CompareStart
  subject: CompareSubject
  counts: readonly CompareCounts[]
  total: Omit<CompareCounts, 'path'>
}) {
  const revisions = BigInt(left.revision) - BigInt(right.revision)
  if (relation !== 'same' || revisions <= 0n) return null
  const [from, to] = [right.time?.best, left.time?.best]
  const seconds = from === undefined || to === undefined ? null : Math.round((Date.parse(to) - Date.parse(from)) / 1000)
  const outside = counts.reduce((sum, each) => (OUTSIDE.has(each.path) ? sum + differences(each) : sum), 0)
  const n = Number(revisions)
  return (
    <section aria-label={t.restore.title} data-restore className="rounded border border-warn/50 bg-warn-soft px-2 py-1.5 text-sm text-ink">
      <h2 className="font-medium">{t.restore.title}</h2>
      {(path !== '' || namespace !== '') && <p>{t.restore.part}</p>}
      <ul className="list-disc pl-5">
        <li>{seconds === null ? t.restore.window({ revisions: n }) : t.restore.span({ revisions: n, duration: duration(seconds) })}</li>
        <li>{t.restore.vanish({ n: total.removed })}</li>
        <li>{t.restore.back({ n: total.added })}</li>
        <li>{t.restore.older({ n: total.changed + total.undecided })}</li>
        {outside > 0 && <li>{t.restore.outside({ n: outside })}</li>}
      </ul>
    </section>
  )
}

const TONES: Record<CompareEntry['change'], string> = {
  added: 'text-ok',
  removed: 'text-error',
  changed: 'text-warn',
  undecided: 'text-soft',
}

function Row({
  start,
  subject,
  entry,
  changeLine,
  fields,
}: { start: CompareStart; subject: CompareSubject; entry: CompareEntry } & Pick<CompareViewProps, 'changeLine' | 'fields'>) {
  const [open, setOpen] = useState(false)
  const { left, right, path, namespace, name, change, noise, summary } = entry
  const place = namespace === null ? name : `${namespace}/${name}`
  const both = left !== null && right !== null
  return (
    <li data-compared={left?.key ?? right?.key ?? left?.key64 ?? right?.key64} className="border-b border-line/60">
      <div className="grid items-baseline gap-x-4 gap-y-0.5 px-3 py-1.5 hover:bg-hover md:grid-cols-[9rem_minmax(0,5fr)_minmax(0,6fr)_auto]">
        <span className="flex flex-wrap items-baseline gap-x-2">
          <span className={TONES[change]} title={change === 'undecided' ? t.undecidedHint : undefined}>
            {t.changes[change]}
          </span>
          {noise !== null && <span className="text-xs text-soft">{t.noises[noise]}</span>}
        </span>
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          {subject.keyspace === 'v3' && <span className="shrink-0 text-soft">{path || t.otherKeys}</span>}
          <span className="min-w-0 font-mono text-[12.5px] break-all">{place}</span>
          <SideLink side="left" name={place} at={start.left} stored={left} keyspace={subject.keyspace} />
          <SideLink side="right" name={place} at={start.right} stored={right} keyspace={subject.keyspace} />
        </span>
        <div className="min-w-0 text-sm">{summary.length > 0 && changeLine(summary)}</div>
        {both ? <FieldsButton open={open} name={place} onToggle={() => setOpen(!open)} /> : <span />}
      </div>
      {open && <Fields options={fieldsQuery(start, entry, subject)} fields={fields} />}
    </li>
  )
}

function SideLink({
  side,
  name,
  at,
  stored,
  keyspace,
}: {
  side: 'left' | 'right'
  name: string
  at: CompareSide
  stored: CompareEntry['left']
  keyspace: CompareSubject['keyspace']
}) {
  if (stored === null) return null
  return (
    <LinkTo
      href={
        keyspace === 'v2'
          ? v2Link(at.cluster, name, at.source === 'file' ? { at: at.revision } : {})
          : keyLink(at.cluster, wireToBytes(stored), { rev: at.revision })
      }
      className="link inline-block leading-6"
      aria-label={t.openOn({ name, side })}
    >
      {side === 'left' ? t.onLeft : t.onRight}
    </LinkTo>
  )
}
