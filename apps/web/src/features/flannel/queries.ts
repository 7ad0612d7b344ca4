// The flannel page's query for the networks.
import type { FlannelAnswer } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { getJson } from '../../lib/http.ts'
import { reads } from '../../lib/source-query.ts'

const base = (cluster: string): string => `/api/v1/clusters/${cluster}/flannel`

export const flannelPageQuery = (cluster: string) =>
  queryOptions({
    queryKey: ['flannel', cluster],
    queryFn: ({ signal }) => getJson<FlannelAnswer>(base(cluster), signal, { words: ['flannel'] }),
    meta: reads(cluster),
    staleTime: 30_000,
    // Comparing 20,000 leases would be wasted: changes arrive as news.
    structuralSharing: false,
  })
