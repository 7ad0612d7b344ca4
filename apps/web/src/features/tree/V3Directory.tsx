// The page of a v3 directory.

import type { ChildrenAnswer } from '@registree/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { keysText } from '../../i18n/keys-text.ts'
import { text } from '../../i18n/text.ts'
import { displayText, keyId, wireToBytes } from '../../lib/bytes.ts'
import { ErrorView } from '../../lib/ErrorView.tsx'
import { Explain } from '../../lib/Explain.tsx'
import { termOfKey } from '../../lib/glossary.ts'
import { v3Href } from '../../lib/links.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { type DirectoryRow, DirectoryView } from './DirectoryView.tsx'
import { KeyCount } from './KeyCount.tsx'
import { levelQuery } from './queries.ts'

// Only the columns that some row has: most levels hold either directories or keys.
const BELOW = [{ name: keysText.keys.keysBelow, width: '6rem', cell: 0 }]
const OF_KEYS = [
  { name: keysText.keys.modRevision, width: '7rem', cell: 1 },
  { name: keysText.keys.version, width: '6rem', cell: 2 },
  { name: keysText.keys.lease, width: '9rem', cell: 3 },
]

export function V3Directory({
  cluster,
  prefix,
  revision,
  pinned,
  errorActions,
}: {
  cluster: string
  prefix: Uint8Array
  revision: string
  pinned: string | undefined
  errorActions: (error: unknown) => React.ReactNode
}) {
  const query = useInfiniteQuery(levelQuery(cluster, prefix, revision))
  const pages = query.data?.pages
  // Each page is converted to rows once: with 100,000 children the earlier pages must not be converted again.
  const rowsOf = useMemo(() => {
    const made = new WeakMap<ChildrenAnswer, DirectoryRow[]>()
    return (page: ChildrenAnswer): DirectoryRow[] => {
      let rows = made.get(page)
      if (!rows) {
        rows = page.children.map((child) => {
          const bytes = wireToBytes(child)
          return {
            id: `${child.kind}${keyId(bytes)}`,
            label: bytes.subarray(prefix.length),
            directory: child.kind === 'directory',
            href: v3Href(cluster, child.kind, bytes, { rev: pinned }),
            cells:
              child.kind === 'key'
                ? [null, child.modRevision, child.version === '0' ? '—' : child.version, child.lease]
                : [<KeyCount key="count" cluster={cluster} prefix={bytes} revision={page.revision} />],
          }
        })
        made.set(page, rows)
      }
      return rows
    }
  }, [cluster, pinned, prefix.length])
  const rows = useMemo(() => (pages ?? []).flatMap(rowsOf), [pages, rowsOf])
  const { hasNextPage, isFetching, fetchNextPage } = query
  const onMore = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage()
  }, [hasNextPage, isFetching, fetchNextPage])

  const term = termOfKey(displayText(prefix))
  const directories = useMemo(() => rows.reduce((n, row) => n + (row.directory ? 1 : 0), 0), [rows])
  if (query.error && !query.data)
    return <ErrorView error={query.error} onRetry={() => void query.refetch()} actions={errorActions(query.error)} />
  if (query.data && rows.length === 0 && !query.isPlaceholderData)
    return (
      <EmptyState title={prefix.length === 0 ? keysText.keys.emptyKeyspace : keysText.keys.emptyDirectory}>
        {keysText.keys.emptyDirectoryAt({ rev: revision })}
      </EmptyState>
    )
  return (
    <DirectoryView
      keyspace="v3"
      label={`${keysText.keys.children} ${displayText(prefix)}`}
      rows={rows}
      columns={[...(directories > 0 ? BELOW : []), ...(directories < rows.length ? OF_KEYS : [])]}
      pending={query.isPending}
      more={hasNextPage}
      onMore={onMore}
      before={
        <p className="flex min-h-9 flex-wrap items-center gap-x-3 px-4 py-1 text-soft">
          <span>{query.isPending ? '' : keysText.keys.summary(directories, rows.length - directories, hasNextPage)}</span>
          {term !== null && <Explain term={term} />}
          {pages?.[0]?.restricted && <span data-restricted>{text.readable.listed}</span>}
        </p>
      }
    />
  )
}
