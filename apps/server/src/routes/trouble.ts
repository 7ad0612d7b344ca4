// GET …/trouble: what is wrong at a first glance, from what is cheap to read.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { TroubleAnswer, TroubleQuery, toWireKey } from '@registree/contract'
import { countPrefix, utf8 } from '@registree/keyspace'
import { FindingsPass, POD_TROUBLE_FIELDS, PodTroubles, QUICK_RULES } from '@registree/kube'
import { beginReading } from '../http/begin-reading.ts'
import { cacheAnswer, type RouteDeps } from '../http/request.ts'
import { ClusterParams, problems } from '../http/schemas.ts'
import { registryPass } from '../registry/registry-pass.ts'
import { seenObject, toWire } from '../registry/seen-object.ts'
import { toWireMoment } from '../sources/source.ts'
import { inTurn } from '../streams/in-turn.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'

/** A live etcd with more pods is asked for their number only. */
const MANY_PODS = 5000
const MOST_LISTED = 20

export const troubleRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/trouble',
      {
        schema: {
          summary: 'Nodes, pods and deletions that a person should look at first',
          params: ClusterParams,
          querystring: TroubleQuery,
          response: { 200: TroubleAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const { cluster, source, meter, now, signal } = beginReading(deps, request, reply)
        const { knowledge } = cluster
        const root = kubernetesRoot(cluster)
        const counted = await countPrefix(source, { prefix: utf8(`${root}pods/`), revision: 0n, knowledge, signal })
        const { revision, keys: total } = counted
        const read = cluster.opened.source !== 'etcd' || request.query.pods === '1' || total <= MANY_PODS

        const pass = new FindingsPass(QUICK_RULES, { now: now?.getTime() ?? null, root }, { pods: POD_TROUBLE_FIELDS })
        const pods = new PodTroubles(now?.getTime() ?? null)
        let nodes = 0
        let unread = 0
        const paths = ['namespaces', 'minions', 'leases/kube-node-lease', ...(read ? ['pods'] : [])]
        // The leases of nodes are read alone, and are leases all the same.
        const isLease = (path: string) => path === 'leases/kube-node-lease'
        const fieldsAt = (path: string) => pass.fieldsAt(isLease(path) ? 'leases' : path)
        const pages = registryPass({ source, cluster, root, paths, revision, fieldsAt, signal }, (stored, opened) => {
          const place = isLease(stored.path) ? { ...stored, path: 'leases', namespace: 'kube-node-lease' } : stored
          const seen = seenObject(cluster, place, opened)
          pass.see(seen)
          if (seen.path === 'minions') nodes += 1
          if (seen.object === undefined) unread += 1
          else if (seen.path === 'pods') pods.see({ ...seen, object: seen.object })
        })
        await inTurn(cluster, signal, async () => {
          for await (const _ of pages) {
            // Nothing to tell in between.
          }
        })
        pass.end()
        const found = pass.take().map(toWire)
        const silent = found.filter(({ rule }) => rule === 'silent-node')
        const deletions = found.filter(({ rule }) => rule === 'stuck-deletion')
        // What nothing but its kubelet holds goes with its node; what a finalizer holds waits for somebody.
        const waits = (links: { key?: string | undefined }[]) => links.some(({ key }) => key?.startsWith(`${root}minions/`))
        const groups = pods.groups(new Set(silent.map(({ name }) => name)))
        cacheAnswer(reply, false)
        return {
          revision: String(revision),
          ...toWireMoment(cluster.opened.clock, now),
          unread,
          nodes: {
            total: nodes,
            count: silent.length,
            silent: silent.slice(0, MOST_LISTED).map((finding) => ({ ...finding, pods: read ? pods.podsOn(finding.name) : null })),
          },
          deletions: {
            count: deletions.length,
            held: deletions.filter(({ links }) => !waits(links)).length,
            listed: deletions.sort((a, b) => Number(waits(a.links)) - Number(waits(b.links))).slice(0, MOST_LISTED),
          },
          pods: {
            total,
            read,
            well: pods.well,
            ...pods.troubles,
            groups: groups.slice(0, MOST_LISTED).map(({ key, ...group }) => ({ ...toWireKey(key), ...group })),
            more: Math.max(0, groups.length - MOST_LISTED),
          },
          cost: meter.read(),
        }
      },
    )
  }
