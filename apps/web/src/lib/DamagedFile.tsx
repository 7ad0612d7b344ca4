// The line above what was found in a damaged file: what lay on its broken pages is missing there, and looks as if it had never been.
import { clusterLink } from '@registree/contract'
import { useQuery } from '@tanstack/react-query'
import { text } from '../i18n/en.ts'
import { Banner } from '../ui/Banner.tsx'
import { statusQuery } from './cluster-queries.ts'
import { LinkTo } from './LinkTo.tsx'

/** Nothing for a live etcd, and for a file whose pages can all be read. */
export function DamagedFile({ cluster }: { cluster: string }) {
  const { data } = useQuery(statusQuery(cluster))
  // A checksum that does not match is in the status line; nothing need be missing for it.
  const broken = data?.file != null && data.notices.some(({ level, where }) => level === 'error' && where !== 'sha256')
  if (!broken) return null
  return (
    <Banner tone="error">
      {text.status.damagedLong}{' '}
      <LinkTo href={clusterLink(cluster)} className="link">
        {text.status.damagedMore}
      </LinkTo>
    </Banner>
  )
}
