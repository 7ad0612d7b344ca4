// What the look-up page asks the server: one question, answered from one reading.
import { apiPaths, type LookupAnswer } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { getJson } from '../../lib/http.ts'
import { reads } from '../../lib/source-query.ts'

/** @param asked empty asks nothing */
export const lookupQuery = (cluster: string, asked: string) =>
  queryOptions({
    queryKey: ['lookup', cluster, asked],
    queryFn: ({ signal }) => getJson<LookupAnswer>(apiPaths.lookup(cluster, asked), signal),
    meta: reads<LookupAnswer>(cluster, { heavy: true, revisionOf: ({ revision }) => revision }),
    enabled: asked !== '',
    // Every pod is looked through for it: that is done when somebody asks, and not because a window got the focus.
    refetchOnWindowFocus: false,
  })
