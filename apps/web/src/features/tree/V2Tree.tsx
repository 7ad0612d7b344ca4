// The tree of the v2 keyspace, whose nodes are read at their current state.

import { type V2Child, v2Link } from '@registree/contract'
import { type QueryClient, QueryObserver, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo } from 'react'
import { keysText } from '../../i18n/keys-text.ts'
import { utf8 } from '../../lib/bytes.ts'
import { LevelObservers, levelState, type Watched } from './level-observers.ts'
import type { TreeNode } from './model.ts'
import { useOpenState } from './open-state.ts'
import { v2NodeQuery } from './queries.ts'
import { Tree } from './Tree.tsx'

export type V2TreeProps = {
  cluster: string
  selected: { path: string; directory: boolean } | null
  onGo: (href: string, options: { replace: boolean }) => void
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

function nodeOf(cluster: string, path: string, directory: boolean): TreeNode {
  return {
    id: path,
    label: utf8(nameOf(path) + (directory ? '/' : '')),
    directory,
    href: v2Link(cluster, path),
    hidden: nameOf(path).startsWith('_'),
  }
}

/** `/a/b/c` → `/`, `/a`, `/a/b`. */
function above(path: string): string[] {
  if (path === '/') return []
  const parts = path.slice(1).split('/')
  return ['/', ...parts.slice(0, -1).map((_, i) => `/${parts.slice(0, i + 1).join('/')}`)]
}

export function V2Tree({ cluster, selected, onGo }: V2TreeProps) {
  const client = useQueryClient()
  const observers = useMemo(
    () => new LevelObservers(client, (queryClient, path) => watchNode(queryClient, cluster, path)),
    [client, cluster],
  )
  const path = selected?.path ?? '/'
  const directory = selected?.directory ?? true

  const { trail, reveal } = useMemo(() => {
    const result = new Map<string, TreeNode>()
    const parents = above(path)
    parents.forEach((parent, i) => {
      const below = parents[i + 1]
      result.set(parent, below ? nodeOf(cluster, below, true) : nodeOf(cluster, path, directory))
    })
    return { trail: result, reveal: directory ? [...parents, path] : parents }
  }, [cluster, path, directory])

  const { open, toggle } = useOpenState(`registree.open.v2.${cluster}`, '/', reveal)
  useEffect(() => observers.watch(open), [observers, open])
  useEffect(() => () => observers.stop(), [observers])
  const onPrefetch = useCallback((node: TreeNode) => void client.prefetchQuery(v2NodeQuery(cluster, node.id)), [client, cluster])

  return (
    <Tree
      label={keysText.keys.treeV2}
      keyspace="v2"
      rootId="/"
      observers={observers}
      open={open}
      onToggle={toggle}
      trail={trail}
      selectedId={path === '/' ? null : path}
      onGo={onGo}
      onPrefetch={onPrefetch}
    />
  )
}

function watchNode(client: QueryClient, cluster: string, path: string): Watched {
  const observer = new QueryObserver(client, v2NodeQuery(cluster, path))
  let madeOf: unknown
  let made: TreeNode[] = []
  return {
    subscribe: (listener) => observer.subscribe(listener),
    level: () => {
      const result = observer.getCurrentResult()
      if (result.data !== madeOf) {
        madeOf = result.data
        made = (result.data?.children ?? []).map((child: V2Child) => ({
          ...nodeOf(cluster, child.path, child.directory),
          expires: child.expiration === null ? null : Date.parse(child.expiration),
        }))
      }
      return { ...levelState(result), nodes: [made], more: false, loadingMore: false }
    },
    loadMore: () => {},
    retry: () => void observer.refetch(),
    renew: () => {},
  }
}
