// The front page's queries about trouble: nodes, pods and deletions, and flannel's disagreements.
import { apiPaths, type FlannelAnswer, type PodTroubleLine, type TroubleAnswer } from '@registree/contract'
import { queryOptions } from '@tanstack/react-query'
import { activity } from '../../lib/activity.ts'
import { flannelComparison } from '../../lib/flannel-comparison.ts'
import { getJson } from '../../lib/http.ts'
import { readLines } from '../../lib/ndjson.ts'
import { rereadPartial } from '../../lib/reread-partial.ts'
import { reads } from '../../lib/source-query.ts'

export const troubleQuery = (cluster: string) =>
  queryOptions({
    queryKey: ['trouble', cluster],
    queryFn: ({ signal }) => getJson<TroubleAnswer>(apiPaths.trouble(cluster), signal, { words: ['findings', 'containers', 'states'] }),
    meta: reads<TroubleAnswer>(cluster, {
      revisionOf: ({ revision }) => revision,
      finds: ({ nodes, pods }) => nodes.total + pods.total,
    }),
    staleTime: 30_000,
    refetchOnWindowFocus: false,
  })

/** How far the reading of all pods is; `answer` is set when it has ended. */
export interface PodTroubleData {
  read: number
  total: number
  answer: TroubleAnswer | null
}

/** The same with every pod of a cluster that has many. */
export const podTroubleQuery = (cluster: string) => {
  const queryKey = ['trouble', cluster, 'pods'] as const
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client }): Promise<PodTroubleData> => {
      // The previous result stays until there is a newer one.
      const before = client.getQueryData<PodTroubleData>(queryKey)
      let data: PodTroubleData = { read: 0, total: 0, answer: before?.answer ?? null }
      await readLines<PodTroubleLine>(apiPaths.podTrouble(cluster), signal, (line) => {
        if (line.type === 'progress') data = { ...data, read: line.read, total: line.total }
        else {
          data = { ...data, answer: line.trouble }
          activity.cost(line.trouble.cost)
        }
        client.setQueryData<PodTroubleData>(queryKey, data)
      })
      return data
    },
    meta: reads<PodTroubleData>(cluster, { heavy: true, revisionOf: ({ answer }) => answer?.revision }),
    refetchOnMount: rereadPartial<PodTroubleData>(({ answer }) => answer !== null),
    staleTime: 30_000,
    refetchOnWindowFocus: false,
    structuralSharing: false,
    retry: false,
  })
}

/** The disagreements of its networks, and how much was compared; only the flannel page uses the rest of the answer. */
export const flannelTroubleQuery = (cluster: string) =>
  queryOptions({
    queryKey: ['trouble', cluster, 'flannel'],
    queryFn: async ({ signal }) => {
      const answer = await getJson<FlannelAnswer>(`/api/v1/clusters/${cluster}/flannel`, signal)
      return {
        networks: answer.networks.length,
        findings: answer.networks.flatMap(({ findings }) => findings),
        compared: flannelComparison(answer),
      }
    },
    meta: reads(cluster),
    staleTime: 30_000,
    refetchOnWindowFocus: false,
  })
