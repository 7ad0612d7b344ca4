// What is related to a stored object, section by section: owners, node, containers, events, and references in both directions.
import {
  apiPaths,
  type ClusterInfo,
  keyLink,
  namespacesLink,
  type RelatedHead,
  type RelatedSectionId,
  searchLink,
} from '@registree/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { keyId, wireToBytes } from '../../lib/bytes.ts'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { say } from '../../lib/say.ts'
import { shortSize } from '../../lib/size.ts'
import { useWaiting } from '../../lib/waiting.ts'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { relatedQuery, type SectionAnswer } from './queries.ts'
import { RelatedPart } from './RelatedPart.tsx'
import { RelatedPending } from './RelatedPending.tsx'
import { relatedText as t } from './strings.ts'

export interface RelatedPanelProps {
  cluster: ClusterInfo
  keyBytes: Uint8Array
  /** The page's revision. */
  revision: string
  /** Set if the URL pins it: links then keep it. */
  pinned: string | undefined
  /** The view in which links to other objects open. */
  view: string | null
  /** False while the user may only be passing by. */
  settled: boolean
}

export function RelatedPanel({ cluster, keyBytes, revision, pinned, view, settled }: RelatedPanelProps) {
  const query = useQuery({ ...relatedQuery(cluster.name, keyBytes, revision), enabled: settled })
  const { data } = query
  if (query.error && data === undefined) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />
  if (data === undefined) return <RelatedPending />
  const { head, answers, end } = data
  // In order, and none before the one above it: nothing already drawn moves. So errors come where reading ended.
  const cheap = head.sections.filter(({ costly }) => !costly)
  const missing = cheap.findIndex(({ id }) => !answers.has(id))
  // What comes next, or, after an error, all that was not read.
  const waiting = missing < 0 ? [] : cheap.slice(missing, query.error ? undefined : missing + 1)
  const shown = missing < 0 ? head.sections : cheap.slice(0, missing)
  const href = (key: Uint8Array) => keyLink(cluster.name, key, { rev: pinned, view })
  return (
    <div className="flex flex-col gap-3 p-4 pt-2" data-related={end === null ? 'reading' : 'done'}>
      <h2 className="sr-only">{t.title}</h2>
      {head.notice !== null && <p className="text-soft [overflow-wrap:anywhere]">{say.problem(head.notice.sentences, head.notice.text)}</p>}
      {head.kind === 'Namespace' && head.apiVersion === 'v1' && (
        <LinkTo href={namespacesLink(cluster.name, head.name)} className="link">
          {t.inNamespace}
        </LinkTo>
      )}
      {head.sections.length === 0 && <p className="text-soft">{t.nothing}</p>}
      {shown.map(({ id, costly }, index) => (
        <OneSection
          key={`${keyId(keyBytes)} ${revision} ${id}`}
          cluster={cluster}
          keyBytes={keyBytes}
          revision={revision}
          pinned={pinned}
          id={id}
          costly={costly}
          answer={answers.get(id)}
          failureSaid={failsAlike(
            answers.get(id),
            shown.slice(0, index).map((section) => answers.get(section.id)),
          )}
          href={href}
          retry={() => void query.refetch()}
        />
      ))}
      {waiting.map(({ id }) => (
        <div key={id} className="flex flex-col">
          <span className="flex h-7 items-center gap-2 font-medium text-faint">
            {t.sections[id]}
            {query.error && <span className="font-normal">{t.notRead}</span>}
          </span>
          {!query.error && (
            <span className="flex h-7 items-center">
              <Skeleton className="h-3 w-48" />
            </span>
          )}
        </div>
      ))}
      {query.error && (
        <div className="-mx-4">
          <ErrorView error={query.error} onRetry={() => void query.refetch()} />
        </div>
      )}
      {end !== null && head.name !== '' && <Searches cluster={cluster.name} head={head} pinned={pinned} />}
      {end !== null && end.cost.ranges > 1 && (
        <p className="text-xs text-faint" title={t.cost}>
          {t.readIn({ ranges: end.cost.ranges, size: shortSize(end.bytes), walked: end.cost.walked })}
        </p>
      )}
    </div>
  )
}

/** By known fields, which is exact, and by the name as text, which may mean something else. */
function Searches({
  cluster,
  head: { name, exact, exactMore },
  pinned,
}: {
  cluster: string
  head: RelatedHead
  pinned: string | undefined
}) {
  const heading = useId()
  return (
    <section aria-labelledby={heading} className="flex flex-col gap-0.5">
      <h3 id={heading} className="flex min-h-7 items-center font-medium">
        {t.searches}
      </h3>
      <ul className="flex flex-col">
        {exact.map(({ by, text, q }) => (
          <li key={q} className="min-h-6 leading-6 [overflow-wrap:anywhere]">
            <LinkTo href={searchLink(cluster, { q, rev: pinned })} className="link">
              {by === 'owner' ? t.exact.owner : t.exact[by]({ text })}
            </LinkTo>
          </li>
        ))}
        {exactMore > 0 && <li className="min-h-6 text-sm leading-6 text-soft">{t.omitted({ n: exactMore })}</li>}
        <li className="min-h-6 leading-6 [overflow-wrap:anywhere]">
          <LinkTo href={searchLink(cluster, { q: mentionsOf(name), rev: pinned })} className="link" title={t.mentionsHint}>
            {t.mentions({ name })}
          </LinkTo>{' '}
          <span className="text-xs text-soft">{t.guess}</span>
        </li>
      </ul>
    </section>
  )
}

/** Events mention everything. */
const mentionsOf = (name: string): string => `"${name.replace(/[\\"]/g, '\\$&')}" -kind:event`

/** Whether one of the sections above has the same failure: an etcd that does not answer is said once, where it was met first. */
function failsAlike(answer: SectionAnswer | undefined, above: readonly (SectionAnswer | undefined)[]): boolean {
  return answer?.type === 'failure' && above.some((other) => other?.type === 'failure' && other.problem.code === answer.problem.code)
}

/** A section as it arrived, or as it was read separately after a request for more. */
function OneSection({
  cluster,
  keyBytes,
  revision,
  pinned,
  id,
  costly,
  answer,
  failureSaid,
  href,
  retry,
}: {
  cluster: ClusterInfo
  keyBytes: Uint8Array
  revision: string
  pinned: string | undefined
  id: RelatedSectionId
  costly: boolean
  answer: SectionAnswer | undefined
  failureSaid: boolean
  href: (key: Uint8Array) => string
  retry: () => void
}) {
  const [more, setMore] = useState<{ whole: boolean } | null>(null)
  const client = useQueryClient()
  const options = relatedQuery(cluster.name, keyBytes, revision, { section: id, whole: more?.whole ?? false })
  const query = useQuery({ ...options, enabled: more !== null })
  const stop = () => {
    void client.cancelQueries({ queryKey: options.queryKey })
    setMore(null)
  }
  const waits = useWaiting(apiPaths.related(cluster.name, keyBytes, { rev: revision, section: id, whole: more?.whole ?? false }))
  const own = query.data?.answers.get(id)
  const reading = more !== null && query.isFetching
  return (
    <RelatedPart
      cluster={cluster.name}
      id={id}
      answer={own ?? answer}
      failureSaid={failureSaid && more === null}
      costly={costly && more === null}
      reading={reading ? { objects: query.data?.progress ?? 0, waits, stop } : null}
      error={more !== null && !reading ? query.error : null}
      onMore={own !== undefined && more?.whole ? null : (whole) => setMore({ whole })}
      onRetry={more === null ? retry : () => void query.refetch()}
      href={(wire) => href(wireToBytes(wire))}
      pinned={pinned}
    />
  )
}
