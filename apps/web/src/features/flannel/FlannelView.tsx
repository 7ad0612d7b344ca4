// The flannel page: first what is wrong, then the network, the leases and the address space as a picture.

import type { ClusterInfo, FlannelAnswer, FlannelChange, FlannelNetwork, FlannelNotice } from '@registree/contract'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId, useMemo, useRef } from 'react'
import { text as appText } from '../../i18n/text.ts'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { Explain } from '../../lib/Explain.tsx'
import { flannelComparison } from '../../lib/flannel-comparison.ts'
import type { Term } from '../../lib/glossary.ts'
import { KeyRefLink } from '../../lib/KeyRefLink.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { Stale } from '../../lib/Stale.tsx'
import { say } from '../../lib/say.ts'
import { count as separated } from '../../lib/size.ts'
import { formatClock, formatInstant, useZone } from '../../lib/time.ts'
import { Badge, ToneIcon } from '../../ui/Badge.tsx'
import { Banner } from '../../ui/Banner.tsx'
import { classNames } from '../../ui/class-names.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { SkeletonLines } from '../../ui/Skeleton.tsx'
import { AddressPicture, holderOf } from './AddressPicture.tsx'
import { ChangeLog, TouchLine } from './ChangeLog.tsx'
import { holderColours } from './holder-colour.ts'
import { LeaseTable } from './LeaseTable.tsx'
import { type Touch, useLiveFlannel } from './live.ts'
import { flannelPageQuery } from './queries.ts'
import { useSteadyLeases } from './steady-leases.ts'
import { flannelText as t } from './strings.ts'

/** The page's state in the URL. */
export type FlannelState = { network: string; zoom: string; q: string; sort: string }

type ViewProps = {
  cluster: ClusterInfo
  state: FlannelState
  href: (change: Partial<FlannelState>) => string
  go: (change: Partial<FlannelState>, options?: { replace?: boolean }) => void
}

export function FlannelView({ cluster, state, href, go }: ViewProps) {
  const query = useQuery(flannelPageQuery(cluster.name))
  const { data } = query
  const { touch, log } = useLiveFlannel(cluster.name, cluster.source === 'etcd', query.isFetched)
  // The server's clock decides: a browser's may be off. News does not change when the answer was read.
  const clockAhead = useRef(0)
  const read = useRef('')
  if (data && data.readAt !== read.current) {
    read.current = data.readAt
    clockAhead.current = data.now === null ? 0 : Date.parse(data.now) - query.dataUpdatedAt
  }
  const following = cluster.source === 'etcd' && touch.state !== 'connecting' && (
    <div className="px-4 pt-4">
      <TouchLine touch={touch} />
    </div>
  )
  // Never shows anything read earlier.
  if (query.error && !data) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />
  if (!data)
    return (
      <div className="p-4">
        <SkeletonLines lines={20} />
      </div>
    )
  const network = data.networks.find(({ id }) => id === state.network) ?? data.networks[0]
  return (
    <div className="h-full overflow-y-auto" data-page="flannel">
      <Stale query={query} />
      {data.notices.map((notice) => (
        <Banner key={notice.message} tone={notice.severity === 'info' ? 'muted' : notice.severity}>
          {say.flannel(notice.sentences, notice.message)}
        </Banner>
      ))}
      {network ? (
        <Network
          key={network.id}
          cluster={cluster}
          data={data}
          clockAhead={clockAhead.current}
          network={network}
          touch={touch}
          log={log}
          state={state}
          href={href}
          go={go}
        />
      ) : (
        <>
          <h1 className="sr-only">{t.title}</h1>
          {following}
          <EmptyState title={t.nothing}>
            <p>{t.looked}</p>
            <ul className="mt-1 list-disc pl-5">
              {data.looked.map((place) => (
                <li key={place.text} className="break-words">
                  {say.flannel(place.sentences, place.text)}
                </li>
              ))}
            </ul>
          </EmptyState>
        </>
      )}
    </div>
  )
}

function Network({
  cluster,
  data,
  network,
  clockAhead,
  touch,
  log,
  state,
  href,
  go,
}: ViewProps & { data: FlannelAnswer; network: FlannelNetwork; clockAhead: number; touch: Touch; log: readonly FlannelChange[] }) {
  const steady = useSteadyLeases(network.leases)
  const comparison = flannelComparison(data)
  const colours = useMemo(() => holderColours(steady.map(holderOf)), [steady])
  const zone = useZone()
  const fileTime = cluster.source === 'file' && data.now !== null ? Date.parse(data.now) : null
  return (
    <div className="flex flex-col gap-6 p-4">
      <header className="flex flex-col gap-1">
        <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <h1 className="text-lg font-semibold">{t.title}</h1>
          <span className="font-mono text-base break-all">{network.plans.map((plan) => plan.network).join('  ')}</span>
          {network.backendType && <Badge icon={false}>{network.backendType}</Badge>}
        </div>
        <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-soft">
          <span>
            {t.manager[network.manager]}
            {appText.punctuation.facts}
            {t.foundBy[network.foundBy]}
          </span>
          {network.configSource && <KeyRefLink cluster={cluster.name} source={network.configSource} />}
          {network.leasesSource && <KeyRefLink cluster={cluster.name} source={network.leasesSource} />}
        </p>
        <p className="text-xs text-faint">
          <Compared compared={data.compared} live={cluster.source === 'etcd'} />
        </p>
        {cluster.source === 'etcd' ? (
          <TouchLine touch={touch} />
        ) : (
          <p className="text-soft">{data.now === null ? t.fileTouchUnknown : t.fileTouch({ at: formatInstant(data.now, zone) })}</p>
        )}
      </header>
      {data.networks.length > 1 && (
        <nav aria-label={t.networks} className="flex flex-wrap gap-2">
          {data.networks.map((other) => (
            <LinkTo
              key={other.id}
              href={href({ network: other.id, zoom: '' })}
              aria-current={other === network ? 'page' : undefined}
              className={classNames(
                'flex h-8 items-center gap-2 rounded border px-2 no-underline hover:bg-hover',
                other === network ? 'border-accent bg-accent-soft font-medium' : 'border-line text-soft',
              )}
            >
              {t.networkName(other.prefix)}
              <span className="text-xs">{t.manager[other.manager]}</span>
              {other.findings.length > 0 && <Badge tone="warning">{other.findings.length}</Badge>}
            </LinkTo>
          ))}
        </nav>
      )}

      <div className={cluster.source === 'etcd' ? 'grid gap-6 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]' : ''}>
        <Section title={t.findings}>
          <Notices notices={network.notices} />
          {network.findings.length === 0 ? (
            <p className="flex items-start gap-2 text-soft">
              <span className="mt-0.5">
                <ToneIcon tone={comparison === 'all' ? 'ok' : 'muted'} />
              </span>
              {t.noFindings[comparison]}
            </p>
          ) : (
            <ul className="flex flex-col gap-2">
              {network.findings.map((finding) => (
                <li
                  key={finding.title.text}
                  data-finding={finding.id}
                  className={classNames(
                    'flex items-start gap-2 rounded border-l-4 px-3 py-2',
                    finding.severity === 'error' ? 'border-error bg-error-soft' : 'border-warn bg-warn-soft',
                  )}
                >
                  <span className="mt-0.5">
                    <ToneIcon tone={finding.severity} />
                  </span>
                  <div className="min-w-0">
                    <p className="font-medium break-words">
                      <span className="sr-only">{t.severity[finding.severity]}: </span>
                      {say.flannel(finding.title.sentences, finding.title.text)}
                    </p>
                    <p className="text-soft">{say.flannel(finding.meaning.sentences, finding.meaning.text)}</p>
                    <ul aria-label={t.evidence} className="mt-1 flex flex-col gap-0.5">
                      {finding.evidence.map(({ text, sentences, source }) => (
                        <li key={`${source.key}${text}`} className="flex flex-wrap items-baseline gap-x-2">
                          <span className="break-words">{say.flannel(sentences, text)}</span>
                          <KeyRefLink cluster={cluster.name} source={source} />
                        </li>
                      ))}
                    </ul>
                  </div>
                </li>
              ))}
            </ul>
          )}
        </Section>
        {cluster.source === 'etcd' && (
          <Section title={t.changes}>
            <ChangeLog cluster={cluster.name} network={network.id} log={log} />
          </Section>
        )}
      </div>

      {network.plans.map((plan) => (
        <Section key={plan.network} title={network.plans.length > 1 ? `${t.space}, IPv${plan.family}` : t.space}>
          <div className="flex flex-col gap-x-8 gap-y-3 xl:flex-row">
            <div className="min-w-0 flex-1">
              <AddressPicture
                cluster={cluster.name}
                plan={plan}
                leases={steady}
                colours={colours}
                zoom={state.zoom}
                onZoom={(zoom, scrolled) => go({ zoom }, { replace: scrolled })}
              />
            </div>
            <Numbers plan={plan} manager={network.manager} />
          </div>
        </Section>
      ))}

      <Section title={t.leases} term="flannelSubnets">
        <LeaseTable
          cluster={cluster.name}
          leases={network.leases}
          colours={colours}
          kubernetes={network.manager === 'kubernetes'}
          nodesKnown={data.compared.nodes > 0}
          fileTime={fileTime}
          clockAhead={clockAhead}
          filter={state.q}
          sort={state.sort}
          onFilter={(q) => go({ q }, { replace: true })}
          onSort={(sort) => go({ sort }, { replace: true })}
        />
      </Section>

      <Section title={t.settings}>
        {network.configSource && <KeyRefLink cluster={cluster.name} source={network.configSource} />}
        <dl className="mt-1 grid max-w-3xl grid-cols-[auto_minmax(0,1fr)] gap-x-4">
          {network.settings.map(({ name, value, origin, note }) => (
            <div key={name} className="col-span-2 grid grid-cols-subgrid border-b border-line py-1">
              <dt className="text-soft">{name}</dt>
              <dd className="min-w-0">
                <span className={classNames('font-mono text-[12.5px] break-words', origin === 'default' ? 'text-soft' : 'text-ink')}>
                  {value}
                </span>
                {origin === 'default' && <span className="ml-2 text-xs text-faint">{t.byDefault}</span>}
                {note && <span className="block text-xs text-soft">{say.flannel(note.sentences, note.text)}</span>}
              </dd>
            </div>
          ))}
        </dl>
      </Section>
    </div>
  )
}

function Compared({ compared, live }: { compared: FlannelAnswer['compared']; live: boolean }) {
  const zone = useZone()
  const { nodes, pods, revision, nodesReadAt, podsReadAt } = compared
  if (revision === null) return t.notCompared
  return (
    <>
      {t.compared({ nodes, pods, revision })}
      {live &&
        nodesReadAt !== null &&
        podsReadAt !== null &&
        t.comparedAt({ nodes: formatClock(nodesReadAt, zone), pods: formatClock(podsReadAt, zone) })}
    </>
  )
}

function Section({ title, term, children }: { title: string; term?: Term; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="flex min-w-0 flex-col gap-2">
      <div className="flex items-center gap-1">
        <h2 id={id} className="text-base font-semibold">
          {title}
        </h2>
        {term !== undefined && <Explain term={term} />}
      </div>
      {children}
    </section>
  )
}

function Notices({ notices }: { notices: readonly FlannelNotice[] }) {
  if (notices.length === 0) return null
  return (
    <ul className="flex flex-col gap-1">
      {notices.map((notice) => (
        <li key={notice.message} className="flex items-start gap-2">
          <span className="mt-0.5">
            <ToneIcon tone={notice.severity === 'info' ? 'muted' : notice.severity} />
          </span>
          <span className="min-w-0 break-words">
            <span className="sr-only">{t.severity[notice.severity]}: </span>
            {say.flannel(notice.sentences, notice.message)}
          </span>
        </li>
      ))}
    </ul>
  )
}

const NEXT_SHOWN = 6

function Numbers({ plan, manager }: { plan: FlannelNetwork['plans'][number]; manager: FlannelNetwork['manager'] }) {
  const n = t.numbers
  const count = (text: string | number) => separated(BigInt(text))
  const rows: [string, string][] = [
    [n.total, `${count(plan.total)} ${t.ofLength({ length: String(plan.subnetLength) })}`],
    [n.used, count(plan.used)],
    [n.reserved, count(plan.reserved)],
    [n.free, count(plan.free)],
    [n.outside, count(plan.outside)],
    ...(plan.strays > 0 ? ([[n.strays, count(plan.strays)]] as [string, string][]) : []),
  ]
  return (
    <dl className="grid shrink-0 content-start grid-cols-[auto_minmax(0,1fr)] gap-x-4 xl:w-64">
      {rows.map(([label, value]) => (
        <div key={label} className="col-span-2 grid grid-cols-subgrid border-b border-line py-1">
          <dt className="text-soft">{label}</dt>
          <dd className="text-right font-medium">{value}</dd>
        </div>
      ))}
      {manager !== 'kubernetes' && (
        <div className="col-span-2 py-1">
          <dt className="text-soft">{n.next}</dt>
          <dd className="font-mono text-[12.5px]">
            {plan.next.length === 0 ? (
              <span className="font-sans text-error">{t.noneFree}</span>
            ) : (
              <>
                {plan.next.slice(0, NEXT_SHOWN).join(', ')}
                {plan.next.length > NEXT_SHOWN && ' …'}
                <span className="block font-sans text-xs text-faint">{t.next({ n: plan.next.length })}</span>
              </>
            )}
          </dd>
        </div>
      )}
    </dl>
  )
}
