// The nodes, pods and deletions that need attention, each with a link to its evidence.

import {
  type ClusterInfo,
  type Finding,
  type FindingLink,
  type FlannelFinding,
  findingsLink,
  flannelLink,
  keyLink,
  type Notice,
  namespacesLink,
  type PodGroup,
  resourcesLink,
  type TroubleAnswer,
} from '@registree/contract'
import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'
import { text as appText } from '../../i18n/text.ts'
import { utf8, wireToBytes } from '../../lib/bytes.ts'
import { ErrorView } from '../../lib/ErrorView.tsx'
import type { FlannelComparison } from '../../lib/flannel-comparison.ts'
import { useFollowedRegistry } from '../../lib/follow-registry.ts'
import { useHeld } from '../../lib/held.ts'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { LiveState } from '../../lib/LiveState.tsx'
import { noticeText } from '../../lib/notice-text.ts'
import { Stale } from '../../lib/Stale.tsx'
import { say } from '../../lib/say.ts'
import { count } from '../../lib/size.ts'
import { formatInstant, useZone } from '../../lib/time.ts'
import { type Tone, ToneIcon } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { FittingList } from '../../ui/FittingList.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { troubleText as t } from './strings.ts'

/** How many of each kind are shown; the rest is one line with a link. */
const SHOWN = { nodes: 3, pods: 4, deletions: 3, flannel: 2 }

/** Where trouble comes and goes, what goes all the time, and how long the page rests between two readings. */
const TROUBLED = new Set(['pods', 'minions', 'namespaces'])
const ROUTINE = new Set(['leases', 'events', 'events.k8s.io/events', 'masterleases', 'peerserverleases'])
const REST_MS = 10_000

type Severity = Finding['severity']
/** What flannel disagrees with, in how many networks, and how much was compared. */
export type Flannel = { networks: number; findings: readonly FlannelFinding[]; compared: FlannelComparison } | 'pending' | 'failed'

/** The pods of a cluster that has too many for the first answer. */
export interface PodsReading {
  /** The first answer does not include them. */
  many: boolean
  /** Nothing is known about them, and nobody has asked. */
  unasked: boolean
  /** The answer that includes them, once it has arrived. */
  whole: TroubleAnswer | null
  /** Set while they are read; `waits` is the message while it is not their turn. */
  reading: { read: number; total: number; waits: string | null } | null
  /** The user has stopped the reading. */
  stopped: boolean
  error: Error | null
  start: () => void
  stop: () => void
}

/** How much of the page it takes. */
export type TroubleHeight =
  /** Constant, before and after the reading and for any content: nothing below it moves. */
  | 'fixed'
  /** At most that, and less for little content: for when nothing is drawn below it before it is complete. */
  | 'fitting'
  /** Every line. */
  | 'whole'

const HEIGHTS: Record<TroubleHeight, string> = {
  fixed: 'overflow-y-auto h-[clamp(15rem,46vh,26rem)] max-md:h-[32rem]',
  fitting: 'overflow-y-auto max-h-[clamp(15rem,46vh,26rem)] max-md:max-h-[32rem]',
  whole: '',
}

/** @param notices what the source says about itself: they come first in the same list, so that nothing appears above what is drawn */
export function Trouble({
  cluster,
  query,
  pods,
  notices,
  flannel,
  height,
  wholeHref,
}: {
  cluster: ClusterInfo
  query: UseQueryResult<TroubleAnswer>
  pods: PodsReading
  notices: readonly Notice[] | 'pending'
  flannel: Flannel
  height: TroubleHeight
  wholeHref: (whole: boolean) => string
}) {
  const { error, refetch } = query
  const [part, setPart] = useState<HTMLElement | null>(null)
  const live = useFollowedRegistry({
    after: cluster.source === 'etcd' ? (query.data?.revision ?? null) : null,
    readAt: query.dataUpdatedAt,
    concerns: ({ path, action }) => TROUBLED.has(path) || (action === 'deleted' && !ROUTINE.has(path)),
    isHeld: useHeld(part),
    isFetching: query.isFetching,
    read: () => void refetch(),
    leastRestMs: REST_MS,
  })
  const data = pods.whole ?? query.data
  const whole = height === 'whole'
  const told = useMemo(() => (notices === 'pending' ? [] : noticeEntries(notices)), [notices])
  const entries = useMemo(() => (data ? entriesOf(cluster, data, flannel, told, pods.many) : []), [cluster, data, flannel, told, pods.many])
  return (
    <section aria-labelledby="trouble">
      <div
        className={classNames(
          'flex flex-wrap items-end gap-x-3 border-b border-line pb-1',
          cluster.source === 'etcd' && 'min-h-7 max-md:min-h-14',
        )}
      >
        <h2 id="trouble" className="text-sm font-semibold">
          {t.title}
        </h2>
        <div className="ml-auto text-xs text-soft max-md:ml-0 max-md:basis-full">
          <LiveState {...live} onPause={live.setPaused} onRead={() => void refetch()} onShow={() => void refetch()} />
        </div>
      </div>
      <div ref={setPart} className={classNames('flex flex-col', HEIGHTS[height])}>
        <Stale query={query} />
        {data && notices !== 'pending' ? (
          <>
            <Summary cluster={cluster} data={data} pods={pods} />
            <FittingList
              label={t.title}
              entries={entries}
              whole={whole}
              rest={(hidden) =>
                whole && flannel === 'pending' ? null : (
                  <LinkTo href={wholeHref(!whole)} className="link block py-1.5 pl-6 md:pl-[5.6rem]">
                    {whole ? t.fewer : t.rest({ n: hidden })}
                  </LinkTo>
                )
              }
            />
          </>
        ) : error ? (
          <>
            <ul aria-label={t.title}>
              {told.map(({ id, content }) => (
                <li key={id}>{content}</li>
              ))}
            </ul>
            <ErrorView error={error} onRetry={() => void refetch()} />
          </>
        ) : (
          <div aria-hidden data-pending>
            {['w-72', 'w-96', 'w-80', 'w-64', 'w-88', 'w-72'].map((width, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: skeletons have no identity
              <span key={i} className="flex h-[33px] items-center gap-3 border-b border-line/60">
                <Skeleton className="size-3.5" />
                <Skeleton className={`h-3 max-w-[60vw] ${width}`} />
              </span>
            ))}
          </div>
        )}
      </div>
    </section>
  )
}

type Entry = { id: string; content: ReactNode }

function noticeEntries(notices: readonly Notice[]): Entry[] {
  return notices.map((notice) => ({
    id: `notice ${notice.where} ${notice.message}`,
    content: <Lead severity={notice.level} title={notice.where} says={noticeText(notice)} />,
  }))
}

/** One line each: first what is wrong, then what was checked and is well. `late`: the pods arrive after the rest, so they come last. */
function entriesOf(cluster: ClusterInfo, data: TroubleAnswer, flannel: Flannel, notices: readonly Entry[], late: boolean): Entry[] {
  const { name } = cluster
  const { nodes, pods, deletions } = data
  const leads: Entry[] = [...notices]
  const add = (id: string, content: ReactNode) => leads.push({ id, content })
  const addPods = () => {
    for (const group of pods.groups.slice(0, SHOWN.pods))
      add(`pods ${group.namespace} ${group.owner} ${group.name} ${group.status}`, <PodLead cluster={name} group={group} />)
    const groupsLeft = pods.groups.length + pods.more - Math.min(pods.groups.length, SHOWN.pods)
    if (groupsLeft > 0)
      add(
        'pods',
        <Lead severity="warning" title={t.moreGroups({ n: groupsLeft })} href={resourcesLink(name, 'pods', { only: 'trouble' })} />,
      )
  }
  if (data.unread > 0)
    add(
      'unread',
      <Lead
        severity={data.unreadAs.damaged + data.unreadAs.undecrypted > 0 ? 'error' : 'info'}
        title={t.unreadable({ n: data.unread })}
        href={findingsLink(name)}
        says={t.unreadableMeans(data.unreadAs)}
      />,
    )
  for (const node of nodes.silent.slice(0, SHOWN.nodes))
    add(
      `node ${node.name}`,
      <Lead
        severity={node.severity}
        title={t.node({ name: node.name })}
        href={keyLink(name, wireToBytes(node))}
        says={say.finding(node.sentences, node.says)}
        links={node.links.map((link) =>
          // A table without entries is not worth a link.
          link.table && node.pods === 0
            ? { label: t.podsOn(0) }
            : { ...linkTo(name, link), label: link.table ? t.podsOn(node.pods) : say.findingLink([link.says], link.text) },
        )}
      />,
    )
  const nodesLeft = nodes.count - Math.min(nodes.silent.length, SHOWN.nodes)
  if (nodesLeft > 0)
    add('nodes', <Lead severity="error" title={t.moreNodes({ n: nodesLeft })} href={findingsLink(name, { rule: 'silent-node' })} />)
  if (!late) addPods()
  // What waits for its kubelet goes with its node.
  const shown = deletions.listed.slice(0, Math.min(deletions.held, SHOWN.deletions))
  for (const one of shown)
    add(
      `deletion ${one.key ?? one.key64}`,
      <Lead
        severity={one.severity}
        title={t.deletion({ kind: one.kind, name: one.namespace === '' ? one.name : `${one.namespace}/${one.name}` })}
        href={keyLink(name, wireToBytes(one))}
        says={say.finding(one.sentences, one.says)}
        links={one.links.map((link) => ({ ...linkTo(name, link), label: say.findingLink([link.says], link.text) }))}
      />,
    )
  const deletionsLeft = deletions.count - shown.length
  if (deletionsLeft > 0)
    add(
      'deletions',
      <Lead
        severity="warning"
        title={t.moreDeletions({ n: deletionsLeft })}
        href={findingsLink(name, { rule: 'stuck-deletion' })}
        says={deletions.held <= shown.length ? t.waitForNodes : ''}
      />,
    )
  if (late) addPods()
  if (nodes.total === 0 && pods.total === 0 && leads.length === notices.length)
    return [...notices, { id: 'none', content: <Well tone="muted">{t.none({ prefix: cluster.kubernetesPrefix })}</Well> }]
  // Flannel arrives later, so it comes last.
  const wells = wellOf(data)
  const told = flannelEntries(name, flannel)
  return leads.length === 0 ? [...wells, ...told] : flannel === 'pending' ? leads : [...leads, ...told, ...wells]
}

function flannelEntries(cluster: string, flannel: Flannel): Entry[] {
  if (flannel === 'pending') return []
  if (flannel === 'failed') return [{ id: 'flannel', content: <Well tone="muted">{t.flannelFailed}</Well> }]
  const { networks, findings, compared } = flannel
  if (findings.length === 0)
    return networks === 0
      ? []
      : [{ id: 'flannel', content: <Well tone={compared === 'all' ? 'ok' : 'muted'}>{t.flannelWell[compared]}</Well> }]
  const entries: Entry[] = findings.slice(0, SHOWN.flannel).map(({ severity, title }) => ({
    id: `flannel ${title.text}`,
    content: (
      <Lead
        severity={severity}
        title={`${t.flannel}${appText.punctuation.label}${say.flannel(title.sentences, title.text)}`}
        href={flannelLink(cluster)}
      />
    ),
  }))
  const more = findings.length - entries.length
  if (more > 0)
    entries.push({ id: 'flannel', content: <Lead severity="warning" title={t.flannelMore({ n: more })} href={flannelLink(cluster)} /> })
  return entries
}

/** What was checked and is as it should be. */
function wellOf({ unread, nodes, pods, deletions, now }: TroubleAnswer): Entry[] {
  const wells: Entry[] = []
  if (unread > 0) return wells
  // Whether a node reports, a pod restarted lately or a deletion is stuck depends on ages.
  if (now === null) return [{ id: 'ages', content: <Well tone="muted">{t.notJudged}</Well> }]
  if (nodes.total > 0 && nodes.count === 0) wells.push({ id: 'nodes well', content: <Well>{t.nodesWell({ n: nodes.total })}</Well> })
  if (pods.read && pods.total > 0 && pods.well === pods.total)
    wells.push({ id: 'pods well', content: <Well>{t.podsWell({ n: pods.total })}</Well> })
  if (deletions.count === 0)
    wells.push({ id: 'deletions well', content: <Well>{pods.read ? t.deletionsWell : t.deletionsWellWithoutPods}</Well> })
  return wells
}

/** How many there are, and for pods the numbers of problems. */
function Summary({ cluster: { name }, data, pods: late }: { cluster: ClusterInfo; data: TroubleAnswer; pods: PodsReading }) {
  const zone = useZone()
  const { nodes, pods } = data
  const empty = nodes.total === 0 && pods.total === 0
  const counts = (['failed', 'notReady', 'restarting', 'terminating', 'pending'] as const).filter((trouble) => pods[trouble] > 0)
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line/60 py-1 text-soft">
      {!empty && <span className="leading-7">{t.totals({ nodes: nodes.total, pods: pods.total })}</span>}
      {!empty && data.asOf !== null && <span className="text-xs text-faint">{t.asOf({ instant: formatInstant(data.asOf, zone) })}</span>}
      {!empty && data.now === null && <span className="text-xs text-faint">{t.asOfUnknown}</span>}
      {/* Constant height: what is below must not move when the pods have been read. */}
      <span className={classNames('flex flex-wrap items-center gap-x-4', late.many && 'h-7 max-md:h-[3.75rem] max-md:basis-full')}>
        {pods.read ? (
          counts.map((trouble) => (
            <LinkTo key={trouble} href={resourcesLink(name, 'pods', { only: trouble })} className="link leading-7">
              {count(pods[trouble])} {t.trouble[trouble]}
            </LinkTo>
          ))
        ) : (
          <LatePods pods={late} total={pods.total} />
        )}
      </span>
      <LinkTo href={findingsLink(name)} className="link leading-7 md:ml-auto">
        {t.all}
      </LinkTo>
    </div>
  )
}

/** In place of the pods: they are being read, were not read, or can be. */
function LatePods({ pods: { reading, stopped, error, start, stop }, total }: { pods: PodsReading; total: number }) {
  if (total === 0) return null
  if (reading !== null)
    return (
      <>
        {/* Growing numbers move nothing: the text has a line of its own on a phone, and a width elsewhere. */}
        <span role="status" className="truncate tabular-nums max-md:basis-full md:min-w-64">
          {reading.waits ?? t.reading({ read: reading.read, total: reading.total })}
        </span>
        {reading.waits === null && (
          <progress
            aria-label={t.readingLabel}
            max={Math.max(1, reading.total)}
            value={reading.read}
            className="h-1.5 w-24 accent-accent"
          />
        )}
        <Button onClick={stop}>{t.stop}</Button>
      </>
    )
  if (error !== null)
    return (
      <>
        <span className="text-error">{t.podsFailed({ message: error.message })}</span>
        <Button onClick={start}>{t.retry}</Button>
      </>
    )
  return (
    <>
      <span>{stopped ? t.stopped : t.unread({ n: total })}</span>
      <Button onClick={start}>{t.readPods({ n: total })}</Button>
    </>
  )
}

/** Something that was checked and is as it should be. */
function Well({ tone = 'ok', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className="flex items-baseline gap-2.5 border-b border-line/60 py-1.5 text-soft">
      <span className="relative top-0.5">
        <ToneIcon tone={tone} />
      </span>
      <span className="min-w-0 flex-1 md:pl-[4.125rem]">{children}</span>
    </span>
  )
}

function PodLead({ cluster, group }: { cluster: string; group: PodGroup }) {
  const { namespace, name, owner, status, count: pods } = group
  const says = say.pod(group.sentences, group.says)
  const ownerName = owner === '' ? name : owner
  const more = pods > 1 ? [{ label: t.inTable, href: resourcesLink(cluster, 'pods', { namespace, q: owner.split(' ')[1] ?? '' }) }] : []
  return (
    <Lead
      severity={group.tone === 'error' ? 'error' : group.tone === 'warning' ? 'warning' : 'info'}
      title={`${t.pods({ n: pods, status: group.tone === 'warning' && status === 'Running' ? t.trouble.notReady : status })} · ${namespace}/${ownerName.replace(/^\S+ /, '')}`}
      href={keyLink(cluster, wireToBytes(group))}
      says={[says, t.restarts({ n: group.restarts }), t.unheard(group.unheard, pods)].filter(Boolean).join(appText.punctuation.gap)}
      links={more}
    />
  )
}

function Lead({
  severity,
  title,
  href,
  says = '',
  links = [],
}: {
  severity: Severity
  title: string
  /** Missing for what the source says about itself. */
  href?: string
  says?: string
  links?: readonly { label: string; href?: string }[]
}) {
  const tone: Tone = severity === 'info' ? 'muted' : severity
  return (
    <span className="flex items-baseline gap-2.5 border-b border-line/60 py-1.5 hover:bg-hover">
      <span className="relative top-0.5">
        <ToneIcon tone={tone} />
      </span>
      <span
        className={classNames(
          'w-14 shrink-0 text-xs max-md:sr-only',
          severity === 'error' ? 'text-error' : severity === 'warning' ? 'text-warn' : 'text-soft',
        )}
      >
        {t.severity[severity]}
      </span>
      <span className="min-w-0 flex-1 break-words">
        {href === undefined ? (
          <span className="mr-2 font-mono text-xs">{title}</span>
        ) : (
          <LinkTo href={href} className="link mr-2 font-medium">
            {title}
          </LinkTo>
        )}
        <span className="text-soft">{says}</span>
        {links.map(({ label, href }) =>
          href === undefined ? (
            <span key={label} className="ml-2 whitespace-nowrap text-soft">
              {label}
            </span>
          ) : (
            <LinkTo key={label} href={href} className="link ml-2 whitespace-nowrap">
              {label}
            </LinkTo>
          ),
        )}
      </span>
    </span>
  )
}

function linkTo(cluster: string, { key, namespace, table }: FindingLink): { href: string } {
  if (key !== undefined) return { href: keyLink(cluster, utf8(key)) }
  if (namespace !== undefined) return { href: namespacesLink(cluster, namespace) }
  return { href: resourcesLink(cluster, table?.resource ?? null, { namespace: table?.namespace, q: table?.q }) }
}
