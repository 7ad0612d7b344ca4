// The front page of a cluster: first what needs attention, then what the cluster is and holds.

import type { ClusterInfo, FileStatus, StatusAnswer } from '@registree/contract'
import type { ReactNode } from 'react'
import { text } from '../../i18n/text.ts'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { noticeText } from '../../lib/notice-text.ts'
import { count, exactSize, shortSize } from '../../lib/size.ts'
import { age, formatInstant, useZone } from '../../lib/time.ts'
import { Unavailable } from '../../lib/Unavailable.tsx'
import { Badge, KeyspaceBadge, ToneIcon } from '../../ui/Badge.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Exact } from '../../ui/Exact.tsx'
import { Fact, Facts } from '../../ui/Facts.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { type MemberLine, memberLines, type Reach } from './member-lines.ts'
import { overviewText } from './strings.ts'

const t = overviewText

/** A link to a directory or key; `label` is drawn in the keyspace's colour. */
type Holding = { id: string; name: string; label: ReactNode; href: string }
export type HoldingGroup = {
  id: string
  title: ReactNode
  href: string
  entries: readonly Holding[] | 'pending' | { message: ReactNode }
  more: boolean
}

export function Overview({
  cluster,
  status,
  trouble,
  wait,
  v3,
  v2,
}: {
  cluster: ClusterInfo
  status: StatusAnswer | undefined
  /** What needs attention, drawn above everything descriptive. */
  trouble: ReactNode
  /** The descriptive part is not drawn yet. */
  wait: boolean
  v3: readonly HoldingGroup[]
  v2: readonly HoldingGroup[]
}) {
  const zone = useZone()
  return (
    <div className="mx-auto flex w-full max-w-[1240px] flex-col gap-6 p-4 md:p-6">
      <header className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h1 className="text-lg font-semibold">{cluster.title}</h1>
        <span className="min-w-0 font-mono text-xs break-all text-soft">{cluster.origin}</span>
        {/* Reserves its space: on a narrow screen it is a line of its own. */}
        <span className={classNames('ml-auto text-xs text-faint', status ? '' : 'invisible')} aria-hidden={!status}>
          {t.readAt({ time: formatInstant(status?.readAt ?? 0, zone) })}
        </span>
      </header>

      {trouble}

      {wait ? null : status ? <Described cluster={cluster} status={status} v3={v3} v2={v2} /> : <Undescribed />}
    </div>
  )
}

/** In place of the descriptive part; its height is not known yet, so nothing is below it. */
function Undescribed() {
  return (
    <section aria-labelledby="what" data-pending>
      <Heading id="what">{t.what}</Heading>
      <Facts>
        {[t.revision, t.compacted, t.version, t.dbSize, t.raftTerm, t.raftIndex, t.clusterId, t.alarms].map((label) => (
          <Fact key={label} label={label}>
            <Skeleton className="h-3 w-28" />
          </Fact>
        ))}
      </Facts>
    </section>
  )
}

function Described({
  cluster,
  status,
  v3,
  v2,
}: {
  cluster: ClusterInfo
  status: StatusAnswer
  v3: readonly HoldingGroup[]
  v2: readonly HoldingGroup[]
}) {
  // With a list of trouble, problems are listed there.
  const notices = status.notices.filter(({ level }) => level === 'info' || !cluster.v3.available)
  // All lists at once: one that came first would push down those below it.
  const pending = [...v3, ...v2].some(({ entries }) => entries === 'pending')
  return (
    <>
      {notices.length > 0 && (
        <section aria-labelledby="notices">
          <Heading id="notices">{t.notices}</Heading>
          <ul className="flex flex-col">
            {notices.map((notice) => (
              <li key={`${notice.where} ${notice.message}`} className="flex gap-2 py-1">
                <span className="pt-[3px]">
                  <ToneIcon tone={notice.level === 'info' ? 'muted' : notice.level} />
                </span>
                <span className="min-w-0 break-words">
                  <span className="font-mono text-xs text-faint">{notice.where}</span> {noticeText(notice)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="what">
        <Heading id="what">{t.what}</Heading>
        <What status={status} />
      </section>
      <section aria-labelledby="holds">
        <Heading id="holds">{t.holds}</Heading>
        <div key={String(pending)} className="grid gap-x-8 gap-y-6 lg:grid-cols-[5fr_3fr]" data-pending={pending ? '' : undefined}>
          <Keyspace
            keyspace="v3"
            title={t.v3Title}
            groups={v3}
            pending={pending}
            unavailable={cluster.v3.available ? null : <Unavailable keyspace={cluster.v3} />}
          />
          <Keyspace
            keyspace="v2"
            title={t.v2Title}
            groups={v2}
            pending={pending}
            unavailable={cluster.v2.available ? null : <Unavailable keyspace={cluster.v2} />}
          />
        </div>
      </section>
    </>
  )
}

function Heading({ id, children }: { id: string; children: ReactNode }) {
  return (
    <h2 id={id} className="mb-2 border-b border-line pb-1 text-sm font-semibold">
      {children}
    </h2>
  )
}

const Size = ({ bytes }: { bytes: number | null | undefined }) =>
  bytes == null ? <Unknown /> : <Exact exact={exactSize(bytes)}>{shortSize(bytes)}</Exact>
const Unknown = () => <span className="text-faint">{t.unknown}</span>

function What({ status }: { status: StatusAnswer }) {
  return status.file ? <FileFacts status={status} file={status.file} /> : <EtcdFacts status={status} />
}

/** What is known of a file and of a live etcd alike. */
function GeneralFacts({ status: { v3, v2 } }: { status: StatusAnswer }) {
  return (
    <>
      {v3 && (
        <Fact label={t.revision} copy={<CopyButton text={v3.revision} label={t.revision} />}>
          {v3.revision}
        </Fact>
      )}
      {v3 && (
        <Fact label={t.compacted}>
          {v3.compactedRevision === null || v3.compactedRevision === '0' ? t.notCompacted : v3.compactedRevision}
        </Fact>
      )}
      {v3?.keys != null && <Fact label={t.keys}>{count(v3.keys)}</Fact>}
      {v2 && <Fact label={t.v2Index}>{v2.index}</Fact>}
    </>
  )
}

function Cost({ status }: { status: StatusAnswer }) {
  return (
    <Fact label={t.cost}>
      {t.costLong({ ranges: status.cost.ranges, walked: status.cost.walked, largest: status.cost.largestWalk })}
      <span className="text-faint"> {t.costSince}</span>
    </Fact>
  )
}

const COLUMNS = 'grid grid-cols-1 gap-x-8 md:grid-cols-2 xl:grid-cols-3'

function FileFacts({ status, file }: { status: StatusAnswer; file: FileStatus }) {
  const zone = useZone()
  return (
    <div className={COLUMNS}>
      <Facts>
        <Fact label={t.file}>
          <span className="font-mono break-all">{file.name}</span>
        </Fact>
        <Fact label={t.kind}>{t.kinds[file.kind]}</Fact>
        <Fact label={t.size}>
          <Size bytes={file.size} />
        </Fact>
        <Integrity file={file} />
        <Fact label={t.asOf}>
          {file.asOf === null ? (
            <Exact exact={t.asOfUnknownLong}>{t.asOfUnknown}</Exact>
          ) : (
            <Exact exact={t.asOfLong}>{formatInstant(file.asOf, zone)}</Exact>
          )}
        </Fact>
        {file.modified && (
          <Fact label={t.modified}>
            {formatInstant(file.modified, zone)} <span className="text-faint">({age(Date.parse(file.modified), Date.now())})</span>
          </Fact>
        )}
      </Facts>
      <Facts>
        <GeneralFacts status={status} />
        {file.dbSize !== null && (
          <Fact label={t.dbSize}>
            <Size bytes={file.dbSize} />
            {file.dbSizeInUse !== null && (
              <span className="text-soft">
                {text.punctuation.facts}
                {t.inUse.toLowerCase()} <Size bytes={file.dbSizeInUse} />
              </span>
            )}
          </Fact>
        )}
        {file.pageSize !== null && <Fact label={t.pageSize}>{exactSize(file.pageSize)}</Fact>}
        {file.totalEntries !== null && <Fact label={t.entries}>{count(file.totalEntries)}</Fact>}
      </Facts>
      <Facts>
        {file.clusterVersion !== null && <Fact label={t.clusterVersion}>{file.clusterVersion}</Fact>}
        {file.storageVersion !== null && <Fact label={t.storageVersion}>{file.storageVersion}</Fact>}
        {file.downgradeTo !== null && (
          <Fact label={t.downgrade}>
            <Badge tone="warning">{t.downgradeTo(file.downgradeTo)}</Badge>
          </Fact>
        )}
        {file.consistentIndex !== null && <Fact label={t.consistentIndex}>{file.consistentIndex}</Fact>}
        {file.raftTerm !== null && <Fact label={t.raftTerm}>{file.raftTerm}</Fact>}
        {file.raftCommit !== null && <Fact label={t.raftCommit}>{file.raftCommit}</Fact>}
        {file.log !== null && (
          <Fact label={t.log}>
            <LogFact log={file.log} />
          </Fact>
        )}
        {file.clusterId !== null && (
          <Fact label={t.clusterId}>
            <span className="font-mono">{file.clusterId}</span>
          </Fact>
        )}
        {file.nodeId !== null && (
          <Fact label={t.node}>
            <span className="font-mono">{file.nodeId}</span>
          </Fact>
        )}
        <Cost status={status} />
      </Facts>
      {status.members.length > 0 && (
        <div className="mt-4 md:col-span-2 xl:col-span-3">
          <Members status={status} />
        </div>
      )}
    </div>
  )
}

/** What was verified of a file. */
function Integrity({ file: { trailer, structure } }: { file: FileStatus }) {
  if (!trailer && !structure) return null
  return (
    <Fact label={t.integrity}>
      <span className="flex min-w-0 flex-wrap items-start gap-1">
        {trailer === 'absent' ? (
          <Exact exact={t.unverifiedLong}>
            <Badge tone={TRAILER_TONES[trailer]} wraps>
              {t.unverified}
            </Badge>
          </Exact>
        ) : (
          trailer && (
            <Badge tone={TRAILER_TONES[trailer]} wraps>
              {text.status.trailer[trailer]}
            </Badge>
          )
        )}
        {structure && (
          <Exact exact={t.structureLong}>
            <Badge tone={STRUCTURE_TONES[structure]} wraps>
              {t.structures[structure]}
            </Badge>
          </Exact>
        )}
      </span>
    </Fact>
  )
}

function EtcdFacts({ status }: { status: StatusAnswer }) {
  const { etcd } = status
  const kine = etcd?.endpoints.some(({ server }) => server === 'kine') ?? false
  const none = kine ? t.noneInKine : <Unknown />
  const storageVersions = [...new Set(etcd?.endpoints.flatMap(({ storageVersion }) => storageVersion ?? []))]
  return (
    <div className="flex flex-col gap-4">
      <Members status={status} />
      <div className={COLUMNS}>
        <Facts>
          <GeneralFacts status={status} />
          <Fact label={t.version}>{kine ? t.emulates(etcd?.version ?? null) : (etcd?.version ?? <Unknown />)}</Fact>
          {storageVersions.length > 0 && <Fact label={t.storageVersion}>{storageVersions.join(', ')}</Fact>}
          {etcd?.downgradeTarget != null && (
            <Fact label={t.downgrade}>
              <Badge tone="progress">{t.downgradeTo(etcd.downgradeTarget)}</Badge>
            </Fact>
          )}
          <Fact label={t.alarms}>
            {kine ? (
              t.noneInKine
            ) : etcd && etcd.alarms.length > 0 ? (
              <span className="flex flex-wrap gap-1">
                {etcd.alarms.map((alarm) => (
                  <Badge key={`${alarm.memberId}${alarm.alarm}`} tone="error">
                    {alarm.alarm} {alarm.memberId}
                  </Badge>
                ))}
              </span>
            ) : etcd?.endpoints.some((endpoint) => endpoint.error === null) ? (
              <Badge tone="ok">{t.noAlarms}</Badge>
            ) : (
              <Unknown />
            )}
          </Fact>
        </Facts>
        <Facts>
          <Fact label={t.raftTerm}>{etcd?.raftTerm ?? none}</Fact>
          <Fact label={t.raftIndex}>{etcd?.raftIndex ?? none}</Fact>
          <Fact label={t.clusterId}>{etcd?.clusterId ? <span className="font-mono">{etcd.clusterId}</span> : none}</Fact>
          <Cost status={status} />
        </Facts>
      </div>
    </div>
  )
}

const TRAILER_TONES = { verified: 'ok', mismatch: 'error', truncated: 'error', checking: 'progress', absent: 'muted' } as const
const STRUCTURE_TONES = { sound: 'ok', refused: 'error', checking: 'progress' } as const

/** Which part of the log is shown. */
function LogFact({ log }: { log: NonNullable<FileStatus['log']> }) {
  const { applied, uncertain, missing, databaseIndex, shownIndex } = log
  if (applied + uncertain + missing === 0) return t.logNothing
  return (
    <span className="flex flex-wrap items-center gap-1">
      {missing > 0 && <Badge tone="error">{text.status.logMissing({ writes: missing })}</Badge>}
      {uncertain > 0 && <Badge tone="warning">{text.status.logUncertain({ writes: uncertain })}</Badge>}
      {applied > 0 && <Badge tone="muted">{text.status.logApplied({ writes: applied })}</Badge>}
      {databaseIndex !== shownIndex && <span className="text-soft">{t.logIndices({ from: databaseIndex, to: shownIndex })}</span>}
    </span>
  )
}

function Members({ status }: { status: StatusAnswer }) {
  const lines = memberLines(status)
  const endpoints = status.etcd?.endpoints ?? []
  if (lines.length === 0) return null
  const live = status.etcd !== null
  const quota = endpoints.some(({ dbSizeQuota }) => dbSizeQuota !== null)
  const cell = 'px-3 py-1.5 text-left align-baseline first:pl-0'
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a narrow screen the table scrolls, by keyboard too
    <section id="members" className="overflow-x-auto" aria-label={t.members} tabIndex={0}>
      <table className="w-full min-w-max border-collapse">
        <caption className="sr-only">{t.members}</caption>
        <thead className="text-xs text-faint">
          <tr className="border-b border-line">
            <th className={cell}>{t.member}</th>
            {live && <th className={cell}>{t.state}</th>}
            <th className={cell}>{live ? t.endpoint : t.clientUrls}</th>
            {live && (
              <>
                <th className={cell}>{t.version}</th>
                <th className={classNames(cell, 'text-right')}>{t.dbSize}</th>
                {quota && <th className={classNames(cell, 'text-right')}>{t.quota}</th>}
                <th className={classNames(cell, 'text-right')}>{t.inUse}</th>
                <th className={classNames(cell, 'text-right')}>{t.raftIndex}</th>
                <th className={classNames(cell, 'text-right')}>{t.applied}</th>
              </>
            )}
            <th className={cell}>{t.id}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ member, endpoint, reach }) => (
            <tr key={member?.id ?? endpoint?.endpoint ?? member?.clientURLs.join()} className="border-b border-line">
              <td className={classNames(cell, 'font-medium')}>{member?.name || '—'}</td>
              {live && (
                <td className={cell}>
                  <MemberState member={member} endpoint={endpoint} reach={reach} />
                </td>
              )}
              <td className={classNames(cell, 'max-w-80 font-mono text-xs break-all')}>
                {live ? (endpoint?.endpoint ?? member?.clientURLs.join(' ')) : member?.clientURLs.join(' ')}
                <NotReached reach={reach} />
                {/* Alarms are among them, and are described above. */}
                {endpoint?.errors
                  .filter((error) => !/\balarm:/.test(error))
                  .map((error) => (
                    <span key={error} className="block font-sans text-error">
                      {error}
                    </span>
                  ))}
              </td>
              {live && (
                <>
                  <td className={cell}>{endpoint?.version ?? '—'}</td>
                  <td className={classNames(cell, 'text-right')}>{endpoint?.dbSize != null ? <Size bytes={endpoint.dbSize} /> : '—'}</td>
                  {quota && (
                    <td className={classNames(cell, 'text-right')}>
                      <Quota size={endpoint?.dbSize ?? null} quota={endpoint?.dbSizeQuota ?? null} />
                    </td>
                  )}
                  <td className={classNames(cell, 'text-right')}>
                    {endpoint?.dbSizeInUse != null ? <Size bytes={endpoint.dbSizeInUse} /> : '—'}
                  </td>
                  <td className={classNames(cell, 'text-right')}>{endpoint?.raftIndex ?? '—'}</td>
                  <td className={classNames(cell, 'text-right')}>{endpoint?.raftAppliedIndex ?? '—'}</td>
                </>
              )}
              <td className={classNames(cell, 'font-mono text-xs')}>{member?.id ?? endpoint?.memberId ?? '—'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** From this share on the server warns too. */
const NEARLY_FULL = 80

/** How full a database is: etcd refuses writes once it has reached its quota. */
function Quota({ size, quota }: { size: number | null; quota: number | null }) {
  if (size === null || quota === null) return '—'
  const percent = Math.floor((100 * size) / quota)
  const words = <Exact exact={exactSize(quota)}>{t.ofQuota({ percent, quota: shortSize(quota) })}</Exact>
  return percent >= NEARLY_FULL ? <Badge tone={percent >= 100 ? 'error' : 'warning'}>{words}</Badge> : words
}

/** What follows for a member from an endpoint that does not answer. */
function NotReached({ reach }: { reach: Reach }) {
  const words =
    reach.is === 'runs'
      ? t.notReachedRuns
      : reach.is === 'may-run'
        ? t.notReachedMayRun
        : reach.is === 'elsewhere'
          ? t.notReachedElsewhere({ member: reach.member })
          : null
  return words === null ? null : (
    <span className="block max-w-[min(20rem,60vw)] font-sans break-normal whitespace-normal text-soft">{words}</span>
  )
}

function MemberState({ member, endpoint, reach }: MemberLine) {
  if (reach.is === 'unknown') return <Badge tone="error">{t.noAnswer}</Badge>
  if (reach.is !== 'answers') return <Badge tone={reach.is === 'may-run' ? 'error' : 'warning'}>{t.notReached}</Badge>
  if (endpoint && endpoint.server !== 'etcd')
    return (
      <Badge tone="muted" icon={false}>
        {t.servers[endpoint.server]}
      </Badge>
    )
  if (member?.isLeader || endpoint?.isLeader) return <Badge tone="ok">{t.leader}</Badge>
  if (member?.isLearner || endpoint?.isLearner) return <Badge tone="progress">{t.learner}</Badge>
  if (!endpoint) return <Badge tone="muted">{t.unknown}</Badge>
  return (
    <Badge tone="muted" icon={false}>
      {t.follower}
    </Badge>
  )
}

function Keyspace({
  keyspace,
  title,
  groups,
  pending,
  unavailable,
}: {
  keyspace: 'v3' | 'v2'
  title: string
  groups: readonly HoldingGroup[]
  pending: boolean
  unavailable: ReactNode
}) {
  return (
    <div className="min-w-0">
      <h3 className="mb-1 flex items-center gap-2 font-medium">
        <KeyspaceBadge keyspace={keyspace} /> {title}
      </h3>
      {unavailable !== null || groups.length === 0 ? (
        <p className="py-1 text-soft">
          {t.unavailable}
          {text.punctuation.gap}
          {unavailable}
        </p>
      ) : (
        groups.map((group) => (
          <div key={group.id} className="mb-3">
            <LinkTo href={group.href} className="mb-0.5 inline-block text-xs leading-6 text-soft hover:text-ink hover:underline">
              {group.title}
            </LinkTo>
            {pending || group.entries === 'pending' ? (
              <div aria-hidden className="grid grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-x-4">
                {Array.from({ length: keyspace === 'v3' ? 24 : 3 }, (_, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: skeletons have no identity
                  <span key={i} className="flex h-6 items-center">
                    <Skeleton className="h-3 w-28" />
                  </span>
                ))}
              </div>
            ) : 'message' in group.entries ? (
              <p className="text-soft">{group.entries.message}</p>
            ) : (
              <ul className="grid grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-x-4">
                {group.entries.map((entry) => (
                  <li key={entry.id} className="min-w-0">
                    <LinkTo
                      href={entry.href}
                      aria-label={entry.name}
                      className={classNames(
                        'block h-6 overflow-hidden text-[12.5px] leading-6 no-underline hover:underline',
                        keyspace === 'v3' ? 'text-v3' : 'text-v2',
                      )}
                    >
                      {entry.label}
                    </LinkTo>
                  </li>
                ))}
                {group.more && (
                  <li>
                    <LinkTo href={group.href} className="link block h-6 leading-6">
                      {t.more}
                    </LinkTo>
                  </li>
                )}
              </ul>
            )}
          </div>
        ))
      )}
    </div>
  )
}
