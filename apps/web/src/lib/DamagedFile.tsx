// The line above data from a damaged file: missing data looks as if it never existed.
import { clusterLink } from '@registree/contract'
import { useQuery } from '@tanstack/react-query'
import { text } from '../i18n/text.ts'
import { Banner } from '../ui/Banner.tsx'
import { statusQuery } from './cluster-queries.ts'
import { fileState } from './file-state.ts'
import { LinkTo } from './LinkTo.tsx'

/** Nothing for a live etcd, and for a file whose pages and log are readable. */
export function DamagedFile({ cluster }: { cluster: string }) {
  const { data } = useQuery(statusQuery(cluster))
  const state = data ? fileState(data) : null
  if (!state?.keysMissing && !state?.changesMissing) return null
  return (
    <Banner tone="error">
      {state.keysMissing ? text.status.damagedLong : text.status.oldLong}{' '}
      <LinkTo href={clusterLink(cluster)} className="link">
        {text.status.damagedMore}
      </LinkTo>
    </Banner>
  )
}
