// Notices above a page: unknown parts of its URL, and where Kubernetes objects are if not where this cluster's pages look.
import { addressProblems, type ClusterInfo, type ClusterRegistry, v2Link, withoutProblems } from '@registree/contract'
import { text } from '../i18n/text.ts'
import { displayText, utf8 } from '../lib/bytes.ts'
import { useConnection } from '../lib/cluster-events.ts'
import { LinkTo } from '../lib/LinkTo.tsx'
import { samePlace } from '../lib/same-place.ts'
import { KeyspaceBadge } from '../ui/Badge.tsx'
import { Banner } from '../ui/Banner.tsx'

const t = text.notices
const { punctuation } = text

type Address = { pathname: string; search: string; hash: string }

/** Pages that read Kubernetes objects, by their URL after the cluster; the first is the front page. */
const READS_OBJECTS = /^(\/?|\/(resources|namespaces|findings|flannel|lookup)(\/.*)?)$/

export function PageNotices({ cluster, clusters, address }: { cluster: ClusterInfo; clusters: readonly ClusterInfo[]; address: Address }) {
  const problems = addressProblems(address)
  const path = address.pathname.replace(/^\/[^/]*/, '')
  return (
    <>
      {problems.length > 0 && (
        <Banner tone="muted">
          {problems.map((problem) => (
            <span key={`${problem.reason} ${problem.parameter}`} className="mr-2" data-not-understood={problem.parameter}>
              {t.notUnderstood(problem, short)}
            </span>
          ))}
          <LinkTo href={withoutProblems(address, problems)} className="link whitespace-nowrap">
            {t.remove}
          </LinkTo>
        </Banner>
      )}
      {READS_OBJECTS.test(path) && <RegistryNotice cluster={cluster} clusters={clusters} address={address} front={/^\/?$/.test(path)} />}
    </>
  )
}

const MOST_SHOWN = 60

/** Text from a URL, made safe and short enough for a notice. */
function short(value: string): string {
  const shown = displayText(utf8(value))
  return shown.length > MOST_SHOWN ? `${shown.slice(0, MOST_SHOWN)}…` : shown
}

/** The front page lists everything found; other pages only if they have nothing to show. */
function RegistryNotice({
  cluster,
  clusters,
  address,
  front,
}: {
  cluster: ClusterInfo
  clusters: readonly ClusterInfo[]
  address: Address
  front: boolean
}) {
  const { chosen, holds, others, looked } = cluster.registry
  const connection = useConnection()
  // The list of clusters may be older than the change.
  if (connection.kind === 'health' && connection.health.state === 'mixed') return null
  const empty = holds === false
  const lookedThrough = looked !== null && (looked.v3 !== 'no' || looked.v2 !== 'no')
  if (!empty && !(front && (chosen === 'found' || others.length > 0))) return null
  return (
    <Banner tone={empty ? 'warning' : 'muted'}>
      <span data-registry={empty ? 'empty' : chosen}>
        {empty
          ? t.nothingBelow({ prefix: cluster.kubernetesPrefix })
          : chosen === 'found'
            ? t.found({ prefix: cluster.kubernetesPrefix })
            : null}
        {punctuation.gap}
        {others.length > 0 && (empty ? t.elsewhere : t.also)}
        {others.map((other) => (
          <span key={`${other.keyspace} ${other.prefix}`} className="mx-1 inline-flex max-w-full items-baseline gap-1">
            <OtherRegistry cluster={cluster} clusters={clusters} address={address} other={other} />
          </span>
        ))}
        {empty && others.length === 0 && lookedThrough && t.foundNothing}
        {punctuation.gap}
        {empty && looked !== null && `${t.lookedV3[looked.v3]}${punctuation.gap}${t.lookedV2[looked.v2]}`}
      </span>
    </Banner>
  )
}

function OtherRegistry({
  cluster,
  clusters,
  address,
  other: { keyspace, prefix, holds, cluster: name },
}: {
  cluster: ClusterInfo
  clusters: readonly ClusterInfo[]
  address: Address
  other: ClusterRegistry['others'][number]
}) {
  const to = clusters.find((one) => one.name === name)
  const href = keyspace === 'v2' ? v2Link(cluster.name, prefix) : to === undefined ? null : samePlace(address, cluster, to)
  return (
    <>
      {href === null ? (
        <span className="font-mono text-[12.5px]">{prefix}</span>
      ) : (
        <LinkTo href={href} className="link font-mono text-[12.5px]" title={holds.join(', ')}>
          {prefix}
        </LinkTo>
      )}
      <KeyspaceBadge keyspace={keyspace} />
      {holds.length > 0 && <span className="text-soft">{t.holds({ directories: holds })}</span>}
    </>
  )
}
