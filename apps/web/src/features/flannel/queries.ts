// What the flannel page asks the server: one answer, in which an address may be asked for too.
import type { FlannelAnswer } from '@registree/contract'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { getJson } from '../../lib/http.ts'

/** `ask` is an IP address, or empty. */
export const flannelPageQuery = (cluster: string, ask: string) =>
  queryOptions({
    queryKey: ['flannel', cluster, ask],
    queryFn: ({ signal }) =>
      getJson<FlannelAnswer>(`/api/v1/clusters/${cluster}/flannel${ask === '' ? '' : `?ask=${encodeURIComponent(ask)}`}`, signal),
    staleTime: 30_000,
    // While an address is looked up, the network stays on the screen.
    placeholderData: keepPreviousData,
  })
