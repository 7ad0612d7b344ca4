// One section of related objects: its heading, its rows, and what was searched for it.

import {
  flannelLink,
  namespacesLink,
  type RelatedEvent,
  type RelatedItem,
  type RelatedLooked,
  type RelatedSectionId,
  type RelatedTrouble,
  resourcesLink,
  v2Link,
  type WireKey,
} from '@registree/contract'
import { ScanSearch, Table2 } from 'lucide-react'
import { type ReactNode, useId, useRef, useState } from 'react'
import { text as appText } from '../../i18n/text.ts'
import { Ago } from '../../lib/Ago.tsx'
import { utf8 } from '../../lib/bytes.ts'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { HttpError, problemError } from '../../lib/http.ts'
import { KeyText } from '../../lib/KeyText.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { say } from '../../lib/say.ts'
import { Badge, KeyspaceBadge, ToneIcon } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Containers } from './Containers.tsx'
import type { SectionAnswer } from './queries.ts'
import { relatedText as t } from './strings.ts'

/** Rows shown before the user requests all. */
const FEW = 12
const FEW_EVENTS = 5

export function RelatedPart({
  cluster,
  id,
  answer,
  failureSaid,
  costly,
  reading,
  error,
  onMore,
  onRetry,
  href,
  pinned,
}: {
  cluster: string
  id: RelatedSectionId
  answer: SectionAnswer | undefined
  /** The failure of this section is shown elsewhere, as others share it. */
  failureSaid: boolean
  /** Not requested yet. */
  costly: boolean
  reading: { objects: number; waits: string | null; stop: () => void } | null
  error: unknown
  /** Null if there is no more. */
  onMore: ((whole: boolean) => void) | null
  onRetry: () => void
  href: (key: WireKey) => string
  pinned: string | undefined
}) {
  const heading = useId()
  const asked = id === 'mentions' ? 'mentions' : 'children'
  const top = useRef<HTMLHeadingElement>(null)
  // The pressed button is gone: keyboard users continue from the heading.
  const ask = (whole: boolean) => {
    onMore?.(whole)
    top.current?.focus()
  }
  const title = t.sections[id]
  const section = answer?.type === 'section' ? answer : null
  const size = section === null ? 0 : section.items.length + section.events.length + section.containers.length + section.omitted
  // A count is useful for a list, not for a chain.
  const flat = section?.items.some((item) => item.depth > 0) ? 0 : size
  const empty = section !== null && size === 0 && section.notes.length === 0 && section.address === null && section.leases.length === 0
  const failure = error ?? (answer?.type === 'failure' ? problemError(answer.problem) : null)
  const cut = section?.looked.some((looked) => looked.cut) ?? false
  const byName = section?.looked.some((looked) => looked.namePrefix !== '') ?? false
  const table = section?.table ?? null
  return (
    <section aria-labelledby={heading} data-section={id} className="flex min-w-0 flex-col">
      <div className="flex min-h-7 items-center gap-2">
        <h3 id={heading} ref={top} tabIndex={-1} className="font-medium">
          {title}
        </h3>
        {flat > 3 && <span className="text-xs text-faint">{flat}</span>}
        {empty && (
          <span
            className="min-w-0 truncate text-faint"
            title={section.looked.length > 0 ? t.lookedTitle({ words: t.looked(section.looked) }) : undefined}
          >
            {cut ? t.noneSoFar : t.none}
          </span>
        )}
        {failureSaid && <span className="text-faint">{t.notRead}</span>}
        <span className="ml-auto flex items-center">
          {table !== null && !empty && (
            <LinkTo
              href={resourcesLink(cluster, table.path, { namespace: table.namespace, q: table.q || null, rev: pinned ?? null })}
              aria-label={t.tableOf({ what: title })}
              title={t.table}
              className="inline-flex size-7 items-center justify-center rounded text-soft hover:bg-hover hover:text-ink"
            >
              <Table2 size={14} aria-hidden />
            </LinkTo>
          )}
          {onMore !== null && !cut && byName && (id === 'children' || id === 'events') && reading === null && (
            <button
              type="button"
              aria-label={`${title}${appText.punctuation.label}${t.whole}`}
              title={`${t.whole}${appText.punctuation.sentences}${section === null ? '' : t.lookedTitle({ words: t.looked(section.looked) })}`}
              onClick={() => ask(true)}
              className="inline-flex size-7 items-center justify-center rounded text-soft hover:bg-hover hover:text-ink"
            >
              <ScanSearch size={14} aria-hidden />
            </button>
          )}
        </span>
      </div>
      {failure !== null && failure !== undefined && !failureSaid && (
        <div className="-mx-4 rounded border border-line">
          <ErrorView error={failure instanceof HttpError ? failure : new Error(String(failure))} onRetry={onRetry} />
        </div>
      )}
      {costly && section === null && onMore !== null && (
        <div className="flex flex-col items-start gap-1">
          <p className="text-xs text-faint">{t.costly[asked].hint}</p>
          <Button onClick={() => ask(false)} icon={<ScanSearch size={14} aria-hidden />}>
            {t.costly[asked].ask}
          </Button>
        </div>
      )}
      {section !== null && (
        <>
          <Notes notes={section.notes} />
          <Containers containers={section.containers} />
          <Items cluster={cluster} id={id} items={section.items} href={href} />
          <Events events={section.events} href={href} />
          {section.leases.map((lease) => (
            <p key={lease.key} className="flex min-h-7 flex-wrap items-center gap-x-2">
              <KeyspaceBadge keyspace={lease.keyspace} />
              <span className="text-xs text-faint">{t.lease}</span>
              <LinkTo
                href={lease.keyspace === 'v2' ? v2Link(cluster, lease.key) : href({ key: lease.key })}
                className="link font-mono text-[12.5px] [overflow-wrap:anywhere]"
              >
                {lease.subnet}
              </LinkTo>
              {lease.status !== null && <StatusWords status={lease.status} />}
              <span className="text-xs text-soft">{lease.backend}</span>
            </p>
          ))}
          {section.omitted > 0 && <p className="text-xs text-soft">{t.omitted({ n: section.omitted })}</p>}
          {section.address !== null && (
            <LinkTo href={`${flannelLink(cluster)}?ask=${encodeURIComponent(section.address)}`} className="link flex min-h-7 items-center">
              {t.flannel({ address: section.address })}
            </LinkTo>
          )}
          <Bounds looked={section.looked} onWhole={reading === null && onMore !== null ? () => ask(true) : null} />
        </>
      )}
      {reading !== null && (
        <p className="flex min-h-7 items-center gap-2 text-soft" role="status">
          {reading.waits ?? t.progress({ n: reading.objects })}
          <Button tone="quiet" onClick={reading.stop}>
            {t.cancel}
          </Button>
        </p>
      )}
    </section>
  )
}

function Notes({ notes }: { notes: readonly RelatedTrouble[] }) {
  if (notes.length === 0) return null
  return (
    <ul className="flex flex-col gap-0.5 py-0.5">
      {notes.map((note) => (
        <li key={note.text}>
          <TroubleLine trouble={note} />
        </li>
      ))}
    </ul>
  )
}

function TroubleLine({ trouble }: { trouble: RelatedTrouble }) {
  if (trouble.severity === 'info')
    return <span className="text-soft [overflow-wrap:anywhere]">{say.related(trouble.sentences, trouble.text)}</span>
  return (
    <span className={classNames('flex items-start gap-1.5', trouble.severity === 'error' ? 'text-error' : 'text-warn')}>
      <span className="mt-[3px]">
        <ToneIcon tone={trouble.severity} />
      </span>
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <span className="sr-only">{t.severity[trouble.severity]}: </span>
        {say.related(trouble.sentences, trouble.text)}
      </span>
    </span>
  )
}

function Items({
  cluster,
  id,
  items,
  href,
}: {
  cluster: string
  id: RelatedSectionId
  items: readonly RelatedItem[]
  href: (key: WireKey) => string
}) {
  const [shown, more] = useFew(items, FEW)
  if (items.length === 0) return null
  // Rows of the same kind need not repeat it.
  const same = items.every((item) => item.kind === items[0]?.kind && item.depth === 0)
  return (
    <>
      <ul className="flex flex-col">
        {shown.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same object may come twice, by two relations
          <li key={index} style={{ paddingLeft: item.depth * 14 }} className="min-w-0">
            <ItemRow cluster={cluster} id={id} item={item} kind={!same || items.length === 1} href={href} />
          </li>
        ))}
      </ul>
      {more}
    </>
  )
}

function ItemRow({
  cluster,
  id,
  item,
  kind,
  href,
}: {
  cluster: string
  id: RelatedSectionId
  item: RelatedItem
  kind: boolean
  href: (key: WireKey) => string
}) {
  const { found, status, trouble } = item
  const wire: WireKey | null = item.key !== undefined ? { key: item.key } : item.key64 !== undefined ? { key64: item.key64 } : null
  const name = <KeyText bytes={utf8(item.name)} className="text-[12.5px] [overflow-wrap:anywhere]" />
  const badge = found === 'there' || found === 'unnamed' ? null : t.found[found]
  return (
    <div className="py-0.5" data-found={found}>
      <div className="flex min-h-6 items-baseline gap-x-2">
        <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2">
          <span className="min-w-0">
            {kind && item.kind !== '' && <span className="mr-1.5 text-xs text-faint">{item.kind}</span>}
            {wire === null ? (
              name
            ) : (
              <LinkTo href={href(wire)} className="link">
                {name}
              </LinkTo>
            )}
          </span>
          {badge !== null ? (
            <Badge tone={trouble?.severity === 'error' ? 'error' : 'muted'}>{badge}</Badge>
          ) : (
            status !== null && <StatusWords status={status} />
          )}
          {item.restarts > 0 && <span className="text-xs text-soft">{t.restarts({ n: item.restarts })}</span>}
          {id === 'owners' && item.kind === 'Namespace' && (
            <LinkTo href={namespacesLink(cluster, item.name)} className="link text-xs">
              {t.contents}
            </LinkTo>
          )}
          {item.how !== '' && (
            <span className="min-w-0 text-xs text-soft [overflow-wrap:anywhere]">{say.relations(item.relations, item.how)}</span>
          )}
        </div>
        {item.created !== null && (
          <span className="shrink-0 text-xs text-faint">
            <Ago instant={item.created} />
          </span>
        )}
      </div>
      {trouble !== null && <TroubleLine trouble={trouble} />}
    </div>
  )
}

function StatusWords({ status }: { status: NonNullable<RelatedItem['status']> }) {
  const colour = { ok: 'text-ok', warning: 'text-warn', error: 'text-error', muted: 'text-soft', progress: 'text-accent' }[status.tone]
  return (
    <span className={classNames('inline-flex min-w-0 items-baseline gap-1 text-xs', colour)}>
      <span className="self-center">
        <ToneIcon tone={status.tone} size={12} />
      </span>
      <span className="[overflow-wrap:anywhere]">{say.state(status.sentences, status.text)}</span>
    </span>
  )
}

function Events({ events, href }: { events: readonly RelatedEvent[]; href: (key: WireKey) => string }) {
  const [shown, more] = useFew(events, FEW_EVENTS)
  if (events.length === 0) return null
  return (
    <>
      <ul className="flex flex-col">
        {shown.map((event) => (
          <li key={event.key ?? event.key64} className="flex items-start gap-1.5 py-0.5">
            <span className="mt-1">
              <ToneIcon tone={event.type === 'Warning' ? 'warning' : 'muted'} size={12} />
            </span>
            <div className="min-w-0 flex-1">
              <div className="flex items-baseline gap-x-2">
                <LinkTo
                  href={href(event)}
                  className={classNames('link min-w-0 font-medium [overflow-wrap:anywhere]', event.type === 'Warning' && 'text-warn')}
                >
                  {event.reason || event.type || 'Event'}
                </LinkTo>
                {event.count > 1 && (
                  <span className="text-xs text-soft" title={t.timesLong({ n: event.count })}>
                    {t.times({ n: event.count })}
                  </span>
                )}
                {event.last !== '' && (
                  <span className="ml-auto shrink-0 text-xs text-faint">
                    <Ago instant={event.last} />
                  </span>
                )}
              </div>
              <p className="text-soft [overflow-wrap:anywhere]">
                {event.message}
                {event.from !== '' && <span className="text-xs text-faint"> · {event.from}</span>}
                {event.earlier && <span className="text-warn"> ({t.earlier})</span>}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {more}
    </>
  )
}

/** Always reports what was not searched or could not be read. */
function Bounds({ looked, onWhole }: { looked: readonly RelatedLooked[]; onWhole: (() => void) | null }) {
  const cut = looked.filter((one) => one.cut)
  const unread = looked.filter((one) => one.unread > 0)
  if (cut.length === 0 && unread.length === 0) return null
  return (
    <div className="mt-1 flex flex-col items-start gap-1 rounded bg-warn-soft px-2 py-1.5">
      {cut.map((one) => (
        <p key={one.path + one.namePrefix}>{t.cut(one)}</p>
      ))}
      {unread.map((one) => (
        <p key={one.path + one.namePrefix}>{t.unread(one)}</p>
      ))}
      {cut.length > 0 && onWhole !== null && (
        <Button onClick={onWhole} title={t.wholeHint} icon={<ScanSearch size={14} aria-hidden />}>
          {t.whole}
        </Button>
      )}
    </div>
  )
}

/** The first few of a list, and the button that shows the rest. */
function useFew<Item>(list: readonly Item[], few: number): [readonly Item[], ReactNode] {
  const [all, setAll] = useState(false)
  if (list.length <= few + 2) return [list, null]
  return [
    all ? list : list.slice(0, few),
    <Button key="more" tone="quiet" className="self-start" aria-expanded={all} onClick={() => setAll(!all)}>
      {all ? t.showFewer : t.showAll({ n: list.length })}
    </Button>,
  ]
}
