// The look-up page's query: one question, answered from one reading.
import { apiPaths, type LookupAnswer } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { getJson } from '../../lib/http.ts'
import { reads } from '../../lib/source-query.ts'

/** @param asked no request if empty */
export const lookupQuery = (cluster: string, asked: string) =>
  queryOptions({
    queryKey: ['lookup', cluster, asked],
    queryFn: ({ signal }) => getJson<LookupAnswer>(apiPaths.lookup(cluster, asked), signal),
    meta: reads<LookupAnswer>(cluster, { heavy: true, revisionOf: ({ revision }) => revision }),
    enabled: asked !== '',
    // The server may read every pod for it: only on request, not because the window got the focus.
    refetchOnWindowFocus: false,
  })
