// Whether all members of a live etcd hold the same keys, by the hash that each makes of them.
import type { ClusterInfo, MemberHashes } from '@registree/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { LinkTo } from '../../lib/LinkTo.tsx'
import { Button } from '../../ui/Button.tsx'
import { memberHashesQuery } from './queries.ts'
import { compareText as t } from './strings.ts'

/** Nothing for a file, or an etcd with one endpoint. */
export function MemberHashesView({
  cluster,
  compareHref,
}: {
  cluster: ClusterInfo
  compareHref: (members: { member: string; withMember: string }) => string
}) {
  const [asked, setAsked] = useState(false)
  const query = useQuery(memberHashesQuery(cluster.name, asked))
  if ((cluster.connection?.endpoints.length ?? 0) < 2) return null
  return (
    <section aria-label={t.hashes.title} className="flex max-w-3xl flex-col items-start gap-2 border-t border-line p-4">
      <h2 className="font-medium">{t.hashes.title}</h2>
      <p className="text-soft">{t.hashes.hint}</p>
      {query.error ? (
        <ErrorView error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Button disabled={query.isFetching} aria-busy={query.isFetching} onClick={() => (asked ? void query.refetch() : setAsked(true))}>
          {query.isFetching ? t.hashes.asking : t.hashes.ask}
        </Button>
      )}
      {query.data && <Hashes answer={query.data} compareHref={compareHref} />}
    </section>
  )
}

function Hashes({
  answer: { agree, revision, members },
  compareHref,
}: {
  answer: MemberHashes
  compareHref: (members: { member: string; withMember: string }) => string
}) {
  const first = members.find(({ hash }) => hash !== null)
  return (
    <>
      <p role="status" className={agree === true ? 'text-ok' : agree === false ? 'text-error' : 'text-warn'}>
        {agree === true ? t.hashes.agree({ revision }) : agree === false ? t.hashes.differ({ revision }) : t.hashes.unknown}
      </p>
      <ul className="flex flex-col gap-1">
        {members.map(({ endpoint, hash, compactedRevision, problem }) => (
          <li key={endpoint} className="flex flex-wrap items-baseline gap-x-3">
            <span className="font-mono text-[12.5px]">{endpoint}</span>
            {hash === null ? (
              <span className="text-warn">{t.hashes.none({ problem: problem ?? '' })}</span>
            ) : (
              <span className="text-soft tabular-nums">{t.hashes.hash({ hash, compacted: compactedRevision })}</span>
            )}
            {hash !== null && first !== undefined && first.endpoint !== endpoint && hash !== first.hash && (
              <LinkTo href={compareHref({ member: first.endpoint, withMember: endpoint })} className="link">
                {t.hashes.compare({ endpoint: first.endpoint })}
              </LinkTo>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
