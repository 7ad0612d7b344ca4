// Requests the clusters again if a page finds no Kubernetes objects where the server reported some, or the other way round.
import type { ClusterInfo } from '@registree/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { clustersQuery, headKey } from './cluster-queries.ts'

/** Minimum interval between the server's checks of where objects are: one more try comes after it. */
const CHECKED_AGAIN_MS = 3000

/** For the frame: the notice about where Kubernetes objects are must not contradict the page. */
export function useMovedRegistry(cluster: ClusterInfo | undefined): void {
  const client = useQueryClient()
  const name = cluster?.name
  const holds = cluster?.registry.holds ?? null
  useEffect(() => {
    if (name === undefined || holds === null) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = () => {
      void client.invalidateQueries({ queryKey: clustersQuery().queryKey })
      // The rest of the page is of the revision at which this visit began.
      void client.invalidateQueries({ queryKey: headKey(name) })
    }
    const cache = client.getQueryCache()
    const said = holds ? 'objects' : 'nothing'
    const check = (data: unknown, finds: (data: unknown) => 'objects' | 'nothing' | null) => {
      const found = data === undefined ? null : finds(data)
      if (found === null || found === said || timer !== undefined) return
      ask()
      timer = setTimeout(() => {
        timer = undefined
        ask()
      }, CHECKED_AGAIN_MS)
    }
    const unsubscribe = cache.subscribe((event) => {
      const source = event.query.meta?.source
      if (event.type !== 'updated' || event.action.type !== 'success' || source?.cluster !== name) return
      check(event.query.state.data, source.finds)
    })
    return () => {
      unsubscribe()
      clearTimeout(timer)
    }
  }, [client, name, holds])
}
