// The history of a v2 key: every kept state, newest first, with its action, expiration and changes; it ends where etcd's memory begins.
import type { DiffSpan, V2HistoryAnswer, V2HistoryEntry } from '@registree/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { formatInstant, useZone } from '../../lib/time.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { Exact } from '../../ui/Exact.tsx'
import { EntryFrame, HistoryFrame, HistoryPending } from './HistoryParts.tsx'
import { v2HistoryQuery } from './queries.ts'
import { strings } from './strings.ts'

const t = strings.v2

export interface V2HistoryViewProps {
  cluster: string
  path: string
  /** The newest known index of the key, or of the keyspace where it is not there: a newer one reads again. */
  visit: string
  /** The index that the page shows; null for the newest. */
  shownAt: string | null
  /** The link to the key's value at an index. */
  indexHref: (index: string) => string
  /** The link to the comparison of two indices. */
  diffHref: (span: DiffSpan) => string
  onCompareWith: (path: string) => void
}

export function V2HistoryView({ cluster, path, visit, shownAt, indexHref, diffHref, onCompareWith }: V2HistoryViewProps) {
  const query = useInfiniteQuery(v2HistoryQuery(cluster, path, visit))
  const { data } = query
  if (data === undefined) return <HistoryPending query={query} />
  const last = data.pages.at(-1) as V2HistoryAnswer
  const entries = data.pages.flatMap((page) => page.entries)
  const current = entries.find(({ index }) => shownAt === null || BigInt(index) <= BigInt(shownAt))
  return (
    <HistoryFrame
      query={query}
      words={t}
      foot={
        last.edge && (
          <p className="max-w-2xl text-soft" data-edge={last.edge.kind}>
            {last.edge.kind === 'cleared' ? t.cleared({ index: last.edge.index }) : strings.edge.first}
          </p>
        )
      }
    >
      {entries.length === 0 ? (
        <p className="px-3 pt-3">{t.none}</p>
      ) : (
        <>
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-3 pt-2 pb-1">
            <p className="text-xs text-soft" role="status">
              {t.kept({ shown: entries.length })}
            </p>
            <CompareWith onCompareWith={onCompareWith} />
          </div>
          <ol className="flex flex-col">
            {entries.map((entry) => (
              <Entry key={entry.index} entry={entry} isShown={entry === current} path={path} indexHref={indexHref} diffHref={diffHref} />
            ))}
          </ol>
        </>
      )}
    </HistoryFrame>
  )
}

/** A field for the path of another key. */
function CompareWith({ onCompareWith }: { onCompareWith: (path: string) => void }) {
  const [typed, setTyped] = useState('')
  const other = typed.trim()
  return (
    <form
      className="flex min-w-0 items-center gap-1"
      onSubmit={(event) => {
        event.preventDefault()
        if (other !== '') onCompareWith(`/${other.replace(/^\/+|\/+$/g, '')}`)
      }}
    >
      <input
        aria-label={t.with}
        placeholder={t.with}
        value={typed}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
        className="h-7 w-56 min-w-0 rounded border border-line-strong/60 bg-surface px-2 font-mono text-[12.5px] placeholder:font-sans placeholder:text-faint"
      />
      <Button type="submit" disabled={other === ''}>
        {strings.compare}
      </Button>
    </form>
  )
}

const REMOVALS = new Set(['delete', 'expire', 'compareAndDelete'])

function toneOf({ action, removed, createdIndex, index }: V2HistoryEntry): Tone {
  if (removed !== null || (action !== null && REMOVALS.has(action))) return 'error'
  return action !== null && action !== 'refresh' && createdIndex === index ? 'ok' : 'muted'
}

function Entry({
  entry,
  isShown,
  path,
  indexHref,
  diffHref,
}: { entry: V2HistoryEntry; isShown: boolean } & Pick<V2HistoryViewProps, 'path' | 'indexHref' | 'diffHref'>) {
  const zone = useZone()
  const { index, action, removed, directory, expiration, size, rounded, changes, before } = entry
  const hasValue = removed === null && !directory
  return (
    <EntryFrame
      isShown={isShown}
      at={{ 'data-index': index }}
      changes={changes}
      beforeGone={t.beforeGone}
      head={
        <>
          {hasValue ? (
            <LinkTo href={indexHref(index)} className="link min-w-24 leading-6 tabular-nums" title={t.showAt({ index })}>
              {t.index({ index })}
            </LinkTo>
          ) : (
            <span className="min-w-24 leading-6 tabular-nums">{t.index({ index })}</span>
          )}
          <Action action={action} tone={toneOf(entry)} />
          {removed !== null && removed !== path && <span className="break-all text-soft">{t.removedWith({ path: removed })}</span>}
          {directory && <span className="text-soft">{t.directory}</span>}
          {isShown && <span className="text-xs text-accent">{strings.shown}</span>}
          {hasValue && before !== null && (
            <LinkTo href={diffHref({ from: before, to: index })} className="link leading-6" aria-label={t.compareOf({ index })}>
              {strings.compare}
            </LinkTo>
          )}
          {removed !== null && before !== null && (
            <LinkTo href={indexHref(before)} className="link leading-6" aria-label={t.lastValueOf({ index })}>
              {strings.lastValue}
            </LinkTo>
          )}
        </>
      }
      facts={
        <>
          {expiration !== null && <span>{t.expires({ time: formatInstant(expiration, zone) })}</span>}
          {size !== null && <span>{strings.size({ bytes: size, rounded: String(rounded) })}</span>}
        </>
      }
    />
  )
}

/** etcd's own word. */
function Action({ action, tone }: { action: string | null; tone: Tone }) {
  const badge = (word: string) => (
    <Badge tone={tone} icon={tone !== 'muted'}>
      {word}
    </Badge>
  )
  if (action === null) return <Exact exact={t.unknownHint}>{badge(t.unknown)}</Exact>
  return action === 'refresh' ? <Exact exact={t.refreshHint}>{badge(t.refresh)}</Exact> : badge(action)
}
