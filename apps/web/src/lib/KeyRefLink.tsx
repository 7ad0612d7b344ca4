// A link to a key, with its keyspace's badge.
import { type FlannelKeyRef, keyLink, prefixLink, v2Link } from '@registree/contract'
import type { ReactNode } from 'react'
import { KeyspaceBadge } from '../ui/Badge.tsx'
import { utf8 } from './bytes.ts'
import { KeyText } from './KeyText.tsx'
import { LinkTo } from './LinkTo.tsx'

/** Where a key opens; a v3 key that ends in a slash is a directory. */
export function refHref(cluster: string, { keyspace, key }: FlannelKeyRef, rev: string | null): string {
  if (keyspace === 'v2') return v2Link(cluster, key)
  return key.endsWith('/') ? prefixLink(cluster, utf8(key), { rev }) : keyLink(cluster, utf8(key), { rev })
}

export function KeyRefLink({ cluster, source, children }: { cluster: string; source: FlannelKeyRef; children?: ReactNode }) {
  return (
    <span className="inline-flex min-w-0 max-w-full items-baseline gap-1.5">
      <KeyspaceBadge keyspace={source.keyspace} />
      <LinkTo href={refHref(cluster, source, null)} className="link inline-block min-w-0 leading-6 break-all">
        {children ?? <KeyText bytes={utf8(source.key)} className="text-[12.5px]" />}
      </LinkTo>
    </span>
  )
}
