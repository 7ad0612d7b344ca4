// The search: one field, what matches grouped by resource with its lines, and what was not searched.

import type { ClusterInfo, Unsearched } from '@registree/contract'
import { writeUnchecked } from '@registree/messages'
import { queries } from '@registree/messages/en/queries'
import { type Fault, parseQuery, readSearch } from '@registree/query'
import { isCancelledError, useQuery, useQueryClient } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { type FormEvent, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { text as appText } from '../../i18n/text.ts'
import { BundleMenu } from '../../lib/BundleMenu.tsx'
import { wireToBytes } from '../../lib/bytes.ts'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { Stale } from '../../lib/Stale.tsx'
import { say } from '../../lib/say.ts'
import { shortSize } from '../../lib/size.ts'
import { useWaiting } from '../../lib/waiting.ts'
import { ToneIcon } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { PageHead } from '../../ui/PageHead.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { Facets } from './Facets.tsx'
import { QueryForms } from './QueryForms.tsx'
import { type SearchData, searchQuery, searchUrl } from './queries.ts'
import { ResultList } from './ResultList.tsx'
import { searchText as t } from './strings.ts'

/** @param asked the query in the URL; empty for none */
export function SearchView({
  cluster,
  asked,
  rev,
  onAsk,
}: {
  cluster: ClusterInfo
  asked: string
  rev: string | null
  onAsk: (asked: string) => void
}) {
  const id = useId()
  const client = useQueryClient()
  const [typed, setTyped] = useState(asked)
  // How often the user has searched on, and for which question.
  const [parts, setParts] = useState({ asked, count: 0 })
  const part = parts.asked === asked ? parts.count : 0
  useEffect(() => setTyped(asked), [asked])
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (asked === '') field.current?.focus()
  }, [asked])
  const fault = useMemo(() => readSearch(parseQuery(asked)).faults[0], [asked])
  const options = searchQuery(cluster.name, asked, rev, part)
  const before = part === 0 ? undefined : client.getQueryData<SearchData>(searchQuery(cluster.name, asked, rev, part - 1).queryKey)
  const query = useQuery({
    ...options,
    enabled: asked !== '' && fault === undefined,
    ...(before === undefined ? {} : { placeholderData: before }),
  })
  const waits = useWaiting(searchUrl(cluster.name, asked, rev, before?.next))
  const { data, isFetching } = query
  const error = isCancelledError(query.error) ? null : query.error
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const text = typed.trim()
    if (text !== asked) return onAsk(text)
    setParts({ asked, count: 0 })
    void client.resetQueries({ queryKey: ['search', cluster.name, asked, rev] })
  }
  const cancel = () => void client.cancelQueries({ queryKey: options.queryKey })
  return (
    <div className="flex h-full min-h-0 flex-col" data-page="search" data-complete={data !== undefined && !isFetching}>
      <Stale query={query} />
      <div className="flex shrink-0 flex-col gap-2 border-b border-line px-3 py-2">
        <PageHead
          title={t.title}
          subtitle={
            rev === null
              ? t.subtitle
              : `${t.subtitle}${appText.punctuation.open}${t.atRevision({ revision: rev })}${appText.punctuation.close}`
          }
        />
        <form onSubmit={submit} className="flex gap-2" aria-describedby={fault === undefined ? undefined : `${id}-fault`}>
          <SearchField
            label={t.question}
            placeholder={t.placeholder}
            value={typed}
            onChange={setTyped}
            inputRef={field}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown' && moveTo(document.querySelector('[data-results]'), 1)) event.preventDefault()
            }}
            clear={t.clear}
            mono
            className="min-w-0 flex-1 md:max-w-3xl"
          />
          {isFetching ? (
            <Button onClick={cancel} className="min-w-36 justify-center max-md:min-w-28">
              {t.cancel}
            </Button>
          ) : (
            <Button
              type="submit"
              className="min-w-36 justify-center max-md:min-w-28"
              tone="primary"
              icon={asked !== '' && typed.trim() === asked && data ? <RotateCw size={14} aria-hidden /> : null}
            >
              {asked !== '' && typed.trim() === asked && data ? t.again : t.search}
            </Button>
          )}
        </form>
        {fault !== undefined && <FaultLine id={`${id}-fault`} asked={asked} fault={fault} />}
        {asked !== '' && fault === undefined && <Facets results={data?.results ?? NONE} asked={asked} onAsk={onAsk} />}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable from the keyboard */}
      <section tabIndex={0} aria-label={t.list} className="min-h-0 flex-1 overflow-y-auto" data-results onKeyDown={walk}>
        {asked === '' || fault !== undefined ? (
          <QueryForms onAsk={onAsk} />
        ) : data === undefined && error ? (
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
          <>
            {data.head.holders.length > 0 && (
              <p className="flex items-baseline gap-1.5 border-b border-line/60 px-3 py-1.5 text-sm text-soft" data-holders>
                <ToneIcon tone="muted" size={12} />
                {t.holders({ nodes: [...data.head.holders] })}
              </p>
            )}
            {data.results.length > 0 && <ResultList cluster={cluster.name} results={data.results} />}
            {data.results.length === 0 && data.next === null && (
              <EmptyState title={t.none}>{notesOf(data.unsearched).length === 0 ? t.noneHint : t.noneExcept}</EmptyState>
            )}
            {!isFetching && bundledOf(data).length > 0 && (
              <div className="px-3 pt-3">
                <BundleMenu
                  bundled={{ cluster: cluster.name, keys: bundledOf(data), rev: data.head.revision }}
                  label={t.objects({ objects: bundledOf(data).length })}
                />
              </div>
            )}
            {data.next != null && !isFetching && (
              <div className="flex flex-wrap items-center gap-3 p-3">
                <Button onClick={() => setParts({ asked, count: part + 1 })}>{t.on}</Button>
                <span className="text-soft">{t.onWhy({ found: data.results.length })}</span>
              </div>
            )}
            {error && <ErrorView error={error} onRetry={() => void query.refetch()} />}
            {data.next === undefined && !isFetching && !error && <p className="p-3 text-soft">{t.stopped}</p>}
            <Notes notes={notesOf(data.unsearched)} />
          </>
        )}
      </section>
      <div className="mt-auto flex min-h-7 shrink-0 flex-wrap items-center gap-x-3 gap-y-0.5 border-t border-line bg-sunken px-3 py-1 text-xs text-soft tabular-nums max-md:min-h-11">
        {asked !== '' && fault === undefined && <Progress data={data} isFetching={isFetching} waits={waits} />}
      </div>
    </div>
  )
}

/** The results that can be written into one file. */
const bundledOf = ({ results }: SearchData) =>
  results.flatMap((result) => (result.keyspace === 'v3' && result.path !== '' ? [{ key: wireToBytes(result), rev: null }] : []))

function Progress({ data, isFetching, waits }: { data: SearchData | undefined; isFetching: boolean; waits: string | null }) {
  if (data === undefined) return <span role="status">{isFetching ? (waits ?? t.starting) : ''}</span>
  const { results, read, bytes, head, next, milliseconds } = data
  if (isFetching || next === undefined) {
    const share = head.total === null || head.total === 0 ? null : Math.min(100, Math.floor((100 * read) / head.total))
    return (
      <>
        <span key="found">{t.results({ found: results.length })}</span>
        <span key="read">
          {waits ?? (head.reads === 'keys' ? t.progressKeys({ read }) : t.progress({ read, bytes: shortSize(bytes) }))}
        </span>
        {share !== null && <progress aria-label={t.share({ share })} value={share} max={100} className="h-1.5 w-24 accent-accent" />}
      </>
    )
  }
  return (
    <>
      <span role="status" data-found={results.length}>
        {next === null ? t.done({ found: results.length, read }) : t.resultsMore({ found: results.length })}
      </span>
      {bytes > 0 && <span key="bytes">{shortSize(bytes)}</span>}
      <span key="took">{t.took({ seconds: (milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 0) })}</span>
    </>
  )
}

/** The query with the part that cannot be read marked, and what is wrong with it. */
function FaultLine({ id, asked, fault }: { id: string; asked: string; fault: Fault }) {
  const sentence = { code: fault.code, params: { from: String(fault.from + 1) } }
  const english = writeUnchecked('en', queries, [sentence]) ?? ''
  return (
    <div id={id} role="alert" className="flex flex-col gap-0.5">
      <p className="flex items-center gap-1.5 text-error">
        <ToneIcon tone="error" />
        {say.query([sentence], english)}
      </p>
      <p className="max-h-24 overflow-y-auto pl-5 font-mono text-[12.5px] break-all whitespace-pre-wrap text-soft">
        {asked.slice(0, fault.from)}
        <mark className="rounded-sm bg-error-soft text-error underline decoration-wavy underline-offset-2">
          {asked.slice(fault.from, fault.to)}
        </mark>
        {asked.slice(fault.to)}
      </p>
    </div>
  )
}

const NONE: SearchData['results'] = []
const V2 = { large: t.v2Large, failed: t.v2Failed, revision: t.v2Revision } as const

function notesOf({ secrets, encrypted, unread, forbidden, v2 }: Unsearched): string[] {
  return [
    secrets > 0 && t.secrets({ secrets }),
    encrypted > 0 && t.encrypted({ values: encrypted }),
    unread > 0 && t.unread({ values: unread }),
    forbidden && t.forbidden,
    v2 !== null && V2[v2],
  ].filter((note) => note !== false)
}

function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null
  return (
    <ul className="flex flex-col gap-1 p-3 text-sm text-soft" data-unsearched>
      {notes.map((note) => (
        <li key={note} className="flex items-baseline gap-1.5">
          <ToneIcon tone="muted" size={12} />
          {note}
        </li>
      ))}
    </ul>
  )
}

/** Up and down go from link to link. */
function walk(event: KeyboardEvent<HTMLElement>) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  const onLink = document.activeElement?.closest('[data-results] a') !== null
  if (step !== 0 && onLink && moveTo(event.currentTarget, step)) event.preventDefault()
}

function moveTo(list: Element | null, step: 1 | -1): boolean {
  const links = [...(list?.querySelectorAll<HTMLAnchorElement>('a') ?? [])]
  const at = links.indexOf(document.activeElement as HTMLAnchorElement)
  const next = at < 0 ? links[0] : links[at + step]
  next?.focus()
  return next !== undefined
}
