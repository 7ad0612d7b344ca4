// The tree of the v3 keyspace at one revision.

import type { Child, ChildrenAnswer } from '@registree/contract'
import { type InfiniteData, InfiniteQueryObserver, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { keysText } from '../../i18n/keys-text.ts'
import { ancestors, idBytes, keyId, wireToBytes } from '../../lib/bytes.ts'
import { v3Href } from '../../lib/links.ts'
import { KeyCount } from './KeyCount.tsx'
import { LevelObservers, levelState, type Watched } from './level-observers.ts'
import type { TreeNode } from './model.ts'
import { useOpenState } from './open-state.ts'
import { levelQuery } from './queries.ts'
import { Tree } from './Tree.tsx'

// A key and the directory with the same bytes are two rows: the first letter of the id distinguishes them.
const rowId = (kind: 'key' | 'directory', bytes: Uint8Array) => kind[0] + keyId(bytes)
const directoryId = (bytes: Uint8Array) => rowId('directory', bytes)
const rowBytes = (id: string) => idBytes(id.slice(1))
const ROOT = directoryId(new Uint8Array())

export type V3TreeProps = {
  cluster: string
  revision: string
  /** The revision in links, if the URL pins one. */
  pinned: string | undefined
  selected: { kind: 'key' | 'directory'; bytes: Uint8Array } | null
  onGo: (href: string, options: { replace: boolean }) => void
  onPrefetchValue: (key: Uint8Array) => void
  /** Whether levels are read ahead: true for files, false for a live etcd, where it has a cost. */
  prefetchLevels: boolean
}

export function V3Tree({ cluster, revision, pinned, selected, onGo, onPrefetchValue, prefetchLevels }: V3TreeProps) {
  const client = useQueryClient()
  const nodeOf = useCallback(
    (kind: 'key' | 'directory', bytes: Uint8Array, parentLength: number): TreeNode => ({
      id: rowId(kind, bytes),
      label: bytes.subarray(parentLength),
      directory: kind === 'directory',
      href: v3Href(cluster, kind, bytes, { rev: pinned }),
    }),
    [cluster, pinned],
  )

  const now = useRef({ revision, nodeOf })
  now.current = { revision, nodeOf }
  const observers = useMemo(
    () => new LevelObservers(client, (queryClient, id) => watchLevel(queryClient, cluster, rowBytes(id), now)),
    [client, cluster],
  )

  const { trail, reveal, selectedId } = useMemo(() => {
    if (!selected) return { trail: new Map<string, TreeNode>(), reveal: [], selectedId: null }
    const above = ancestors(selected.bytes)
    const result = new Map<string, TreeNode>()
    above.forEach((prefix, i) => {
      const below = above[i + 1]
      result.set(
        directoryId(prefix),
        below ? nodeOf('directory', below, prefix.length) : nodeOf(selected.kind, selected.bytes, prefix.length),
      )
    })
    const ids = above.map(directoryId)
    if (selected.kind === 'directory') ids.push(directoryId(selected.bytes))
    return { trail: result, reveal: ids, selectedId: rowId(selected.kind, selected.bytes) }
  }, [selected, nodeOf])

  const { open, toggle } = useOpenState(`registree.open.v3.${cluster}`, ROOT, reveal)
  useEffect(() => observers.watch(open), [observers, open])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the observers read the revision through the ref
  useEffect(() => observers.renew(), [observers, revision, nodeOf])
  useEffect(() => () => observers.stop(), [observers])

  const onPrefetch = useCallback(
    (node: TreeNode) => {
      if (!node.directory) onPrefetchValue(rowBytes(node.id))
      else if (prefetchLevels) void client.prefetchInfiniteQuery(levelQuery(cluster, rowBytes(node.id), revision))
    },
    [client, cluster, revision, onPrefetchValue, prefetchLevels],
  )

  return (
    <Tree
      label={keysText.keys.treeV3}
      keyspace="v3"
      rootId={ROOT}
      observers={observers}
      open={open}
      onToggle={toggle}
      trail={trail}
      selectedId={selectedId}
      onGo={onGo}
      onPrefetch={onPrefetch}
      aside={(node) => <KeyCount cluster={cluster} prefix={rowBytes(node.id)} revision={revision} />}
    />
  )
}

type Now = { current: { revision: string; nodeOf: (kind: 'key' | 'directory', bytes: Uint8Array, parentLength: number) => TreeNode } }

function watchLevel(client: QueryClient, cluster: string, prefix: Uint8Array, now: Now): Watched {
  const options = () => levelQuery(cluster, prefix, now.current.revision)
  const observer = new InfiniteQueryObserver(client, options())
  // Each page is converted to nodes once: with 100,000 children the earlier pages must not be converted again.
  let nodes = new WeakMap<ChildrenAnswer, TreeNode[]>()
  const page = (answer: ChildrenAnswer): TreeNode[] => {
    let made = nodes.get(answer)
    if (!made) {
      made = answer.children.map((child: Child) => now.current.nodeOf(child.kind, wireToBytes(child), prefix.length))
      nodes.set(answer, made)
    }
    return made
  }
  return {
    subscribe: (listener) => observer.subscribe(listener),
    level: () => {
      const result = observer.getCurrentResult()
      const data: InfiniteData<ChildrenAnswer> | undefined = result.data
      return {
        ...levelState(result),
        nodes: data?.pages.map(page) ?? [],
        more: result.hasNextPage,
        loadingMore: result.isFetchingNextPage,
      }
    },
    loadMore: () => {
      const result = observer.getCurrentResult()
      if (result.hasNextPage && !result.isFetching) void observer.fetchNextPage()
    },
    retry: () => {
      const result = observer.getCurrentResult()
      if (result.isFetchNextPageError) void observer.fetchNextPage()
      else void observer.refetch()
    },
    renew: () => {
      nodes = new WeakMap()
      observer.setOptions(options())
    },
  }
}
