// What the front page asks about trouble: nodes, pods and deletions, and what flannel disagrees with.
import { apiPaths, type FlannelAnswer, type TroubleAnswer } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { getJson } from '../../lib/http.ts'
import { reads } from '../../lib/source-query.ts'

/** `pods`: a person has asked for the pods of a large live cluster too. */
export const troubleQuery = (cluster: string, pods: boolean) =>
  queryOptions({
    queryKey: ['trouble', cluster, pods],
    queryFn: ({ signal }) => getJson<TroubleAnswer>(apiPaths.trouble(cluster, { pods }), signal),
    meta: reads<TroubleAnswer>(cluster, { revisionOf: ({ revision }) => revision }),
    staleTime: 30_000,
    refetchOnWindowFocus: false,
    placeholderData: (before) => before,
  })

/** Its networks with what they disagree with; everything else of the answer is for the flannel page. */
export const flannelTroubleQuery = (cluster: string) =>
  queryOptions({
    queryKey: ['trouble', cluster, 'flannel'],
    queryFn: async ({ signal }) => {
      const answer = await getJson<FlannelAnswer>(`/api/v1/clusters/${cluster}/flannel`, signal)
      return answer.networks.map(({ id, prefix, findings }) => ({ id, prefix, findings }))
    },
    meta: reads(cluster),
    staleTime: 30_000,
    refetchOnWindowFocus: false,
  })
