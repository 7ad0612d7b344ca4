// What every list of a comparison has: a filter by kind, the facts of a side, and the changed fields of one entry.
import type { CompareSide, DiffAnswer } from '@registree/contract'
import { type UseQueryOptions, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { dayOf, RevisionMoment } from '../../lib/RevisionMoment.tsx'
import { useZone } from '../../lib/time.ts'
import { Button } from '../../ui/Button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { compareText as t } from './strings.ts'

/** An item of a list of filters. */
export function Chip({ pressed, onClick, children }: { pressed: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <li>
      <button
        type="button"
        aria-pressed={pressed}
        onClick={onClick}
        className={classNames(
          'h-6 rounded-full border px-2 text-xs',
          pressed ? 'border-accent bg-accent-soft text-accent' : 'border-line-strong/60 text-soft hover:bg-hover hover:text-ink',
        )}
      >
        {children}
      </button>
    </li>
  )
}

/** A term and its description in a list. */
export function SideFacts({
  label,
  side: { cluster, origin, revision, time },
  keyspace = 'v3',
}: {
  label: string
  side: CompareSide
  keyspace?: 'v3' | 'v2'
}) {
  const zone = useZone()
  return (
    <div className="flex min-w-0 items-baseline gap-x-2">
      <dt className="min-w-14 shrink-0 text-soft">{label}</dt>
      <dd className="flex min-w-0 flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{cluster}</span>
        <span className="min-w-0 truncate text-soft">{origin}</span>
        <span className="tabular-nums">{(keyspace === 'v2' ? t.sideAtIndex : t.sideAt)({ revision })}</span>
        {time !== null && (
          <span className="text-soft tabular-nums">
            {dayOf(time, zone)} <RevisionMoment time={time} />
          </span>
        )}
      </dd>
    </div>
  )
}

/** The changed fields of one entry, read when they are opened. */
export function Fields<Key extends readonly unknown[]>({
  options,
  fields,
}: {
  options: UseQueryOptions<DiffAnswer, Error, DiffAnswer, Key>
  fields: (answer: DiffAnswer) => ReactNode
}) {
  const query = useQuery(options)
  if (query.data !== undefined) return <div className="border-t border-line/60 bg-sunken/40 pl-3">{fields(query.data)}</div>
  return query.error ? (
    <ErrorView error={query.error} onRetry={() => void query.refetch()} />
  ) : (
    <div className="p-3">
      <SkeletonLines lines={3} />
    </div>
  )
}

/** The button that opens the changed fields of one entry. */
export function FieldsButton({ open, name, onToggle }: { open: boolean; name: string; onToggle: () => void }) {
  return (
    <Button
      aria-expanded={open}
      aria-label={(open ? t.hideFieldsOf : t.fieldsOf)({ name })}
      onClick={onToggle}
      className="justify-self-start"
    >
      {open ? t.hideFields : t.fields}
    </Button>
  )
}
