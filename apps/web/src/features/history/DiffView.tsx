// The comparison of a key at two revisions or v2 indices, or of two v2 keys: when each was written, and the changes as fields or as text.
import type { DiffAnswer, DiffSide, DiffSpan } from '@registree/contract'
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { ChevronDown, ChevronUp } from 'lucide-react'
import { lazy, Suspense, useCallback, useRef, useState } from 'react'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { RevisionMoment } from '../../lib/RevisionMoment.tsx'
import { Stale } from '../../lib/Stale.tsx'
import { useShortcuts } from '../../lib/shortcuts.ts'
import { buttonClass } from '../../ui/Button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { FieldsDiff } from './FieldsDiff.tsx'
import { diffQuery, v2DiffQuery } from './queries.ts'
import { strings } from './strings.ts'
import type { ChangeWalk } from './walk.ts'

const TextDiff = lazy(() => import('./TextDiff.tsx'))
const t = strings.diff

interface ComparisonProps {
  /** From the URL: `text`; anything else means fields. */
  view: string | null
  historyHref: string
  revisionHref: (revision: string, side: Side) => string
  /** Reads the value of a side at a revision as text. */
  loadText: (revision: string, form: 'yaml' | 'text', side: Side) => Promise<string>
}

type Side = 'from' | 'to'

export interface DiffViewProps extends ComparisonProps {
  cluster: string
  keyBytes: Uint8Array
  span: DiffSpan
  diffHref: (span: DiffSpan, view?: string) => string
}

export function DiffView({ cluster, keyBytes, span, diffHref, ...props }: DiffViewProps) {
  const query = useQuery(diffQuery(cluster, keyBytes, span))
  return (
    <Comparison
      {...props}
      query={query}
      keyspace="v3"
      title={t.title(span)}
      formHref={(form) => diffHref(span, form)}
      earlierHref={diffHref}
    />
  )
}

export interface V2DiffViewProps extends ComparisonProps {
  cluster: string
  path: string
  /** Null for the newest states of both. */
  span: DiffSpan | null
  /** The key of the other side, if it is another one. */
  other: string | null
  diffHref: (span: DiffSpan | null, view?: string) => string
}

export function V2DiffView({ cluster, path, span, other, diffHref, ...props }: V2DiffViewProps) {
  const query = useQuery(v2DiffQuery(cluster, path, span, other))
  const title = other !== null ? strings.v2.comparedWith({ path, other }) : strings.v2.compared(span ?? { from: '', to: '' })
  return (
    <Comparison
      {...props}
      query={query}
      keyspace="v2"
      title={title}
      paths={other === null ? null : { from: path, to: other }}
      formHref={(form) => diffHref(span, form)}
      earlierHref={other === null ? diffHref : null}
    />
  )
}

interface Compared extends ComparisonProps {
  query: UseQueryResult<DiffAnswer>
  keyspace: 'v3' | 'v2'
  title: string
  /** The keys of both sides, where they differ. */
  paths?: Record<Side, string> | null
  formHref: (form: string) => string
  /** The link to the change before; null where the sides are two keys. */
  earlierHref: ((span: DiffSpan, form: string) => string) | null
}

function Comparison({ query, keyspace, title, paths = null, view, historyHref, revisionHref, formHref, earlierHref, loadText }: Compared) {
  const walk = useRef<ChangeWalk | null>(null)
  const [place, setPlace] = useState<{ at: number; total: number } | null>(null)
  const onWalk = useCallback((next: ChangeWalk | null) => {
    walk.current = next
    setPlace(null)
  }, [])
  const go = (step: 1 | -1) => setPlace(walk.current?.(step) ?? null)
  useShortcuts([
    { keys: 'n', run: () => go(1) },
    { keys: 'N', run: () => go(-1) },
  ])
  const answer = query.data
  if (answer === undefined)
    return query.error ? (
      <ErrorView
        error={query.error}
        onRetry={() => void query.refetch()}
        actions={
          <LinkTo href={historyHref} className={buttonClass()}>
            {t.back}
          </LinkTo>
        }
      />
    ) : (
      <div className="p-3" role="status" aria-label={t.loading}>
        <SkeletonLines lines={14} />
      </div>
    )
  // A text has no fields.
  const form = view === 'text' || (view === null && answer.by === 'text') ? 'text' : 'fields'
  const { added, removed, changed, moved } = answer.counts
  const total = added + removed + changed + moved
  const written = answer.from.modRevision
  const earlier = written !== null && BigInt(written) > 1n ? { from: String(BigInt(written) - 1n), to: written } : null
  return (
    <section aria-label={title} className="flex min-h-0 flex-1 flex-col" data-diff={answer.by}>
      <Stale query={query} />
      <div className="grid shrink-0 gap-x-4 gap-y-1 border-b border-line px-3 py-2 sm:grid-cols-2">
        {(['from', 'to'] as const).map((side) => (
          <SideFacts
            key={side}
            label={paths?.[side] ?? t[side]}
            side={answer[side]}
            keyspace={keyspace}
            href={revisionHref(answer[side].revision, side)}
          />
        ))}
      </div>
      <div className="flex shrink-0 flex-wrap items-stretch gap-x-3 border-b border-line px-3">
        <nav aria-label={t.forms} className="flex h-9 items-stretch">
          {(['fields', 'text'] as const).map((name) => (
            <LinkTo
              key={name}
              href={formHref(name)}
              aria-current={name === form ? 'page' : undefined}
              className={classNames(
                '-mb-px inline-flex items-center border-b-2 px-2.5 text-sm no-underline',
                name === form ? 'border-accent text-ink' : 'border-transparent text-soft hover:text-ink',
              )}
            >
              {t[name]}
            </LinkTo>
          ))}
        </nav>
        <div className="ml-auto flex h-9 items-center gap-1">
          <span role="status" className="text-xs whitespace-nowrap text-soft tabular-nums">
            {place === null ? (form === 'fields' ? t.changes({ total }) : '') : t.at({ at: place.at, total: place.total })}
          </span>
          <IconButton label={t.previous} onClick={() => go(-1)}>
            <ChevronUp size={14} aria-hidden />
          </IconButton>
          <IconButton label={t.next} onClick={() => go(1)}>
            <ChevronDown size={14} aria-hidden />
          </IconButton>
          {earlier !== null && earlierHref !== null && (
            <LinkTo href={earlierHref(earlier, form)} className={buttonClass('quiet')}>
              {t.earlier}
            </LinkTo>
          )}
          <LinkTo href={historyHref} className={buttonClass('quiet')}>
            {t.back}
          </LinkTo>
        </div>
      </div>
      <Notes answer={answer} />
      {form === 'fields' ? (
        <FieldsDiff answer={answer} same={paths === null ? t.same : strings.v2.sameWith} onWalk={onWalk} />
      ) : answer.textForm === null ? (
        <p className="p-3 text-soft">{t.noText}</p>
      ) : (
        <Suspense fallback={<SkeletonLines lines={14} />}>
          <TextDiff answer={answer} keyspace={keyspace} form={answer.textForm} loadText={loadText} onWalk={onWalk} />
        </Suspense>
      )}
    </section>
  )
}

function SideFacts({ label, side, keyspace, href }: { label: string; side: DiffSide; keyspace: 'v3' | 'v2'; href: string }) {
  const { revision, modRevision, time, version, size, rounded } = side
  const words = t.words(keyspace)
  return (
    <div className="flex flex-wrap items-baseline gap-x-2">
      <span className="break-all text-faint">{label}</span>{' '}
      {modRevision === null ? (
        <>
          <span className="tabular-nums">{words.at({ revision })}</span> <span className="text-soft">{t.absent}</span>
        </>
      ) : (
        <LinkTo href={href} className="link tabular-nums">
          {words.at({ revision })}
        </LinkTo>
      )}{' '}
      {keyspace === 'v3' && <RevisionMoment time={time} />}
      <span className="flex flex-wrap gap-x-2 text-xs text-soft">
        {modRevision !== null && modRevision !== revision && <span>{words.written({ revision: modRevision })}</span>}
        {version !== null && <span>{strings.version({ version })}</span>}
        {size !== null && <span>{strings.size({ bytes: size, rounded: String(rounded) })}</span>}
      </span>
    </div>
  )
}

/** Notes to read before the comparison. */
function Notes({ answer }: { answer: DiffAnswer }) {
  const { by, undecided, unknownFields, limited, more, sameEncryptionKey } = answer
  const notes = [
    t.by[by],
    (by === 'bytes' || by === 'ciphertext') && answer.bytes.length === 0 && answer.counts.changed + answer.undecided.length > 0
      ? t.maskedBytes
      : '',
    sameEncryptionKey === null ? '' : sameEncryptionKey ? t.sameKey : t.otherKey,
    limited && by !== 'limit' ? t.limited : '',
    undecided.length > 0 ? t.undecided({ n: undecided.length }) : '',
    by === 'limit' ? '' : t.unknownFields[unknownFields],
    more > 0 ? t.moreChanges({ n: more }) : '',
  ].filter((note) => note !== '')
  if (notes.length === 0) return null
  return (
    <ul className="flex shrink-0 flex-col gap-1 border-b border-line bg-sunken px-3 py-2 text-sm text-soft">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  )
}
