// What somebody in trouble wants first: the nodes, pods and deletions that stand out, each with the way to its evidence.
import {
  type ClusterInfo,
  type Finding,
  type FindingLink,
  type FlannelFinding,
  findingsLink,
  flannelLink,
  keyLink,
  namespacesLink,
  type PodGroup,
  resourcesLink,
  type TroubleAnswer,
} from '@registree/contract'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { utf8, wireToBytes } from '../../lib/bytes.ts'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { Stale } from '../../lib/Stale.tsx'
import { count } from '../../lib/size.ts'
import { formatInstant, useZone } from '../../lib/time.ts'
import { type Tone, ToneIcon } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { troubleText as t } from './strings.ts'

/** How many of each kind are shown; the rest is one line with a link. */
const SHOWN = { nodes: 3, pods: 4, deletions: 3, flannel: 2 }

type Severity = Finding['severity']

export function Trouble({
  cluster,
  query,
  flannel,
  onReadPods,
}: {
  cluster: ClusterInfo
  query: UseQueryResult<TroubleAnswer>
  flannel: readonly FlannelFinding[]
  onReadPods: () => void
}) {
  const { data, error, refetch, isPlaceholderData } = query
  return (
    <section aria-labelledby="trouble">
      <h2 id="trouble" className="border-b border-line pb-1 text-sm font-semibold">
        {t.title}
      </h2>
      <Stale query={query} />
      <div className="min-h-60">
        {data ? (
          <Leads cluster={cluster} data={data} flannel={flannel} reading={isPlaceholderData} onReadPods={onReadPods} />
        ) : error ? (
          <ErrorView error={error} onRetry={() => void refetch()} />
        ) : (
          <div aria-hidden data-pending>
            {['w-72', 'w-96', 'w-80', 'w-64', 'w-88', 'w-72'].map((width, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: skeletons have no identity
              <span key={i} className="flex h-9 items-center gap-3 border-b border-line/60">
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

function Leads({
  cluster,
  data,
  flannel,
  reading,
  onReadPods,
}: {
  cluster: ClusterInfo
  data: TroubleAnswer
  flannel: readonly FlannelFinding[]
  reading: boolean
  onReadPods: () => void
}) {
  const zone = useZone()
  const { name } = cluster
  const { nodes, pods, deletions } = data
  const leads: ReactNode[] = []
  for (const node of nodes.silent.slice(0, SHOWN.nodes))
    leads.push(
      <Lead
        key={`node ${node.name}`}
        severity={node.severity}
        title={t.node(node.name)}
        href={keyLink(name, wireToBytes(node))}
        says={node.says}
        links={node.links.map((link) => ({ ...linkTo(name, link), label: link.table ? t.podsOn(node.pods) : link.text }))}
      />,
    )
  const nodesLeft = nodes.count - Math.min(nodes.silent.length, SHOWN.nodes)
  if (nodesLeft > 0)
    leads.push(<Lead key="nodes" severity="error" title={t.moreNodes(nodesLeft)} href={findingsLink(name, { rule: 'silent-node' })} />)
  for (const group of pods.groups.slice(0, SHOWN.pods))
    leads.push(<PodLead key={`pods ${group.owner} ${group.name} ${group.status}`} cluster={name} group={group} />)
  const groupsLeft = pods.groups.length + pods.more - Math.min(pods.groups.length, SHOWN.pods)
  if (groupsLeft > 0)
    leads.push(
      <Lead key="pods" severity="warning" title={t.moreGroups(groupsLeft)} href={resourcesLink(name, 'pods', { only: 'trouble' })} />,
    )
  // What waits for its kubelet goes with its node.
  const shown = deletions.listed.slice(0, Math.min(deletions.held, SHOWN.deletions))
  for (const one of shown)
    leads.push(
      <Lead
        key={`deletion ${one.key ?? one.key64}`}
        severity={one.severity}
        title={t.deletion(one.kind, one.namespace === '' ? one.name : `${one.namespace}/${one.name}`)}
        href={keyLink(name, wireToBytes(one))}
        says={one.says}
        links={one.links.map((link) => ({ ...linkTo(name, link), label: link.text }))}
      />,
    )
  const deletionsLeft = deletions.count - shown.length
  if (deletionsLeft > 0)
    leads.push(
      <Lead
        key="deletions"
        severity="warning"
        title={t.moreDeletions(deletionsLeft)}
        href={findingsLink(name, { rule: 'stuck-deletion' })}
        says={deletions.held <= shown.length ? t.waitForNodes : ''}
      />,
    )
  for (const finding of flannel.slice(0, SHOWN.flannel))
    leads.push(
      <Lead
        key={`flannel ${finding.title}`}
        severity={finding.severity}
        title={`${t.flannel}: ${finding.title}`}
        href={flannelLink(name)}
      />,
    )
  if (flannel.length > SHOWN.flannel)
    leads.push(<Lead key="flannel" severity="warning" title={t.flannelMore(flannel.length - SHOWN.flannel)} href={flannelLink(name)} />)

  const empty = nodes.total === 0 && pods.total === 0
  return (
    <>
      {leads.length > 0 ? (
        <ul aria-label={t.title}>{leads}</ul>
      ) : (
        <p className="flex items-center gap-2 py-2">
          <ToneIcon tone={empty || !pods.read ? 'muted' : 'ok'} />
          {empty ? t.none(cluster.kubernetesPrefix) : pods.read ? t.well : t.wellWithoutPods}
        </p>
      )}
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2 text-soft">
        {!empty && <span>{t.totals(nodes.total, pods.total)}</span>}
        {!empty && data.asOf !== null && <span className="text-xs text-faint">{t.asOf(formatInstant(data.asOf, zone))}</span>}
        {pods.read
          ? (['failed', 'notReady', 'restarting', 'terminating', 'pending'] as const).flatMap((trouble) =>
              pods[trouble] === 0
                ? []
                : [
                    <LinkTo key={trouble} href={resourcesLink(name, 'pods', { only: trouble })} className="link">
                      {count(pods[trouble])} {t.trouble[trouble]}
                    </LinkTo>,
                  ],
            )
          : pods.total > 0 && (
              <>
                <span>{t.unread(count(pods.total))}</span>
                <Button onClick={onReadPods} disabled={reading}>
                  {reading ? t.reading : t.readPods(count(pods.total))}
                </Button>
              </>
            )}
        <LinkTo href={findingsLink(name)} className="link md:ml-auto">
          {t.all}
        </LinkTo>
      </p>
    </>
  )
}

function PodLead({ cluster, group }: { cluster: string; group: PodGroup }) {
  const { namespace, name, owner, status, count: pods, says } = group
  const ownerName = owner === '' ? name : owner
  const more = pods > 1 ? [{ label: t.inTable, href: resourcesLink(cluster, 'pods', { namespace, q: owner.split(' ')[1] ?? '' }) }] : []
  return (
    <Lead
      severity={group.tone === 'error' ? 'error' : group.tone === 'warning' ? 'warning' : 'info'}
      title={`${t.pods(pods, group.tone === 'warning' && status === 'Running' ? t.trouble.notReady : status)} · ${namespace}/${ownerName.replace(/^\S+ /, '')}`}
      href={keyLink(cluster, wireToBytes(group))}
      says={[says, t.restarts(group.restarts)].filter(Boolean).join(' ')}
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
  href: string
  says?: string
  links?: readonly { label: string; href: string }[]
}) {
  const tone: Tone = severity === 'info' ? 'muted' : severity
  return (
    <li className="flex items-baseline gap-2.5 border-b border-line/60 py-1.5 hover:bg-hover">
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
        <LinkTo href={href} className="link mr-2 font-medium">
          {title}
        </LinkTo>
        <span className="text-soft">{says}</span>
        {links.map((link) => (
          <LinkTo key={link.label} href={link.href} className="link ml-2 whitespace-nowrap">
            {link.label}
          </LinkTo>
        ))}
      </span>
    </li>
  )
}

function linkTo(cluster: string, { key, namespace, table }: FindingLink): { href: string } {
  if (key !== undefined) return { href: keyLink(cluster, utf8(key)) }
  if (namespace !== undefined) return { href: namespacesLink(cluster, namespace) }
  return { href: resourcesLink(cluster, table?.resource ?? null, { namespace: table?.namespace, q: table?.q }) }
}
