// What the flannel page asks the server: the networks as they are, and whose an address is.
import type { FlannelAddressAnswer, FlannelAnswer } from '@registree/contract'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { getJson } from '../../lib/http.ts'
import { reads } from '../../lib/source-query.ts'

const base = (cluster: string): string => `/api/v1/clusters/${cluster}/flannel`

export const flannelPageQuery = (cluster: string) =>
  queryOptions({
    queryKey: ['flannel', cluster],
    queryFn: ({ signal }) => getJson<FlannelAnswer>(base(cluster), signal),
    meta: reads(cluster),
    staleTime: 30_000,
    // 20,000 leases are compared for nothing: what changes comes as news.
    structuralSharing: false,
  })

/** `ip` is an address; empty asks nothing. */
export const flannelAddressQuery = (cluster: string, ip: string) =>
  queryOptions({
    queryKey: ['flannel-address', cluster, ip],
    queryFn: ({ signal }) => getJson<FlannelAddressAnswer>(`${base(cluster)}/address?ip=${encodeURIComponent(ip)}`, signal),
    meta: reads(cluster, { aside: true }),
    enabled: ip !== '',
    placeholderData: keepPreviousData,
  })
