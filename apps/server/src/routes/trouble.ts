// GET …/trouble: obvious problems, from cheap reads; GET …/trouble/pods: the same with all pods, at low priority and with progress.
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PodTroubleAnswer, type PodTroubleLine, PodTroubleProgress, type StreamWaiting, TroubleAnswer } from '@registree/contract'
import { countPrefix, utf8 } from '@registree/keyspace'
import type { Reading } from '../clusters/reading.ts'
import { beginReading } from '../http/begin-reading.ts'
import { cacheAnswer, type RouteDeps } from '../http/request.ts'
import { ClusterParams, linesOf, problems, streaming } from '../http/schemas.ts'
import { sendLines } from '../http/send-lines.ts'
import { readTrouble, type TroubleRequest } from '../registry/trouble-reading.ts'
import { askedAhead, backgroundAhead, beginBackground, quiet } from '../streams/in-quiet.ts'
import { inTurn } from '../streams/in-turn.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'

/** With more pods the first answer does not wait for them. */
const MANY_PODS = 5000
/** With more pods a live etcd only counts them, unless the user requests them. */
const MOST_BY_ITSELF = 20_000

export const troubleRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/trouble',
      {
        schema: {
          summary: 'Nodes, pods and deletions that a person should look at first; of many pods only their number',
          params: ClusterParams,
          response: { 200: TroubleAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const counted = await countPods(reading)
        const few = counted.totalPods <= MANY_PODS
        const background = !few && (reading.cluster.opened.source !== 'etcd' || counted.totalPods <= MOST_BY_ITSELF)
        const answer = await inTurn(reading, () => wholeOf(readTrouble({ ...reading, ...counted, pods: few, background })))
        cacheAnswer(reply, false)
        return answer
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/trouble/pods',
      {
        ...streaming,
        schema: {
          summary: 'The same with every pod, as NDJSON: how far it is, then all of it. It waits while anything else of the cluster is read',
          params: ClusterParams,
          produces: ['application/x-ndjson'],
          response: { 200: linesOf(PodTroubleProgress, PodTroubleAnswer), ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        return await sendLines(reply, gently(reading), reading.signal)
      },
    )
  }

async function countPods({ cluster, source, signal }: Reading): Promise<Pick<TroubleRequest, 'revision' | 'totalPods'>> {
  const prefix = utf8(`${kubernetesRoot(cluster)}pods/`)
  const { revision, keys } = await countPrefix(source, { prefix, revision: 0n, knowledge: cluster.knowledge, signal })
  return { revision, totalPods: keys }
}

/** A background reading: it yields to requested ones, and uses at most half of a cluster's etcd time. */
async function* gently(reading: Reading): AsyncGenerator<PodTroubleLine | StreamWaiting, void> {
  const { cluster, signal } = reading
  const ahead = backgroundAhead(cluster)
  if (ahead > 0) yield { type: 'waiting', ahead }
  const end = await beginBackground(cluster, signal)
  let pages: ReturnType<typeof readTrouble> | null = null
  try {
    const counted = await countPods(reading)
    pages = readTrouble({ ...reading, ...counted, pods: true, background: false })
    yield { type: 'progress', read: 0, total: counted.totalPods }
    for (let began = performance.now(); ; began = performance.now()) {
      const page = await pages.next()
      if (page.done) return yield { type: 'trouble', trouble: page.value }
      const took = performance.now() - began
      yield { type: 'progress', read: page.value, total: counted.totalPods }
      const asked = askedAhead(cluster)
      if (asked > 0) {
        yield { type: 'waiting', ahead: asked }
        await quiet(cluster, signal)
      } else await pause(took, undefined, { signal })
    }
  } finally {
    // The running read ends first; nobody waits for it.
    void pages?.return(undefined as never).catch(() => {})
    end()
  }
}

async function wholeOf<T>(steps: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const step = await steps.next()
    if (step.done) return step.value
  }
}
