// Assembles the HTTP server: an explicit list of plugins and routes, in the order in which a request passes them.
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyInstance, type FastifyRequest, type FastifyServerOptions, LogController } from 'fastify'
import type { Clusters } from './clusters/cluster.ts'
import { FlannelFollowers } from './flannel/followers.ts'
import { HealthWatches } from './health/health-watches.ts'
import { lazyValidators } from './http/lazy-validators.ts'
import { plainSerializers, type SerializerFactory } from './http/plain-serializers.ts'
import { routableUrl } from './http/routable-url.ts'
import { LiveFollows } from './live/live-follows.ts'
import { caching } from './plugins/caching.ts'
import { errors } from './plugins/errors.ts'
import { openapi } from './plugins/openapi.ts'
import { query } from './plugins/query.ts'
import { security } from './plugins/security.ts'
import { settledRegistries } from './plugins/settled-registries.ts'
import { spa } from './plugins/spa.ts'
import { timing } from './plugins/timing.ts'
import { clusterInfos } from './registry/cluster-infos.ts'
import { Registries } from './registry/registries.ts'
import { allocationRoutes } from './routes/allocation.ts'
import { bundleRoutes } from './routes/bundle.ts'
import { clustersRoutes } from './routes/clusters.ts'
import { compareRoutes } from './routes/compare.ts'
import { eventsRoutes } from './routes/events.ts'
import { findingsRoutes } from './routes/findings.ts'
import { flannelRoutes } from './routes/flannel.ts'
import { historyRoutes } from './routes/history.ts'
import { lookupRoutes } from './routes/lookup.ts'
import { namesRoutes } from './routes/names.ts'
import { namespacesRoutes } from './routes/namespaces.ts'
import { pastRoutes } from './routes/past.ts'
import { relatedRoutes } from './routes/related.ts'
import { resourcesRoutes } from './routes/resources.ts'
import { searchRoutes } from './routes/search.ts'
import { sizesRoutes } from './routes/sizes.ts'
import { statusRoutes } from './routes/status.ts'
import { tablesRoutes } from './routes/tables.ts'
import { troubleRoutes } from './routes/trouble.ts'
import { v2Routes } from './routes/v2.ts'
import { v3Routes } from './routes/v3.ts'
import type { Policy } from './values/policy.ts'

export interface AppDeps {
  clusters: Clusters
  /** Decides what a request may see. */
  policyOf: (request: FastifyRequest) => Policy
  now: () => Date
  version: string
  /** The bound address, and further accepted Host names. */
  host: string
  allowedHosts: string[]
  /** The built web application; if it is missing, its pages say so. */
  webRoot: string
  /** How long a page's HTML waits for the list of clusters and its first answer, in ms. */
  pagePatienceMs?: number
  /** Default: plain JSON. */
  serializers?: SerializerFactory
  logger: FastifyServerOptions['logger']
}

/** If etcd answers, the list is ready sooner; if it does not, the page is sent without it. */
const PAGE_PATIENCE_MS = 250

/** For what a page shows first: a read of one key from an etcd that answers as it should. The page can request it itself. */
const ANSWER_PATIENCE_MS = 50

/** A key may have any length that etcd accepts, and is sent in the URL. */
const MAX_HEADER_BYTES = 256 * 1024

/** The whole server before it listens: tests use `inject`. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const app = Fastify({
    logger: deps.logger ?? false,
    // URLs contain keys, and keys contain names that a log should not collect: the route is enough.
    logController: new LogController({ disableRequestLogging: true }),
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    schemaController: { compilersFactory: { buildSerializer: deps.serializers ?? plainSerializers(), buildValidator: lazyValidators() } },
    // The schemas are our own: to check them against the schema of schemas took most of the first request's time.
    ajv: { customOptions: { validateSchema: false } },
    routerOptions: { maxParamLength: 500 },
    rewriteUrl: ({ url }) => routableUrl(url ?? '/'),
    forceCloseConnections: true,
    exposeHeadRoutes: true,
  }).withTypeProvider<TypeBoxTypeProvider>()

  await app.register(errors)
  await app.register(security, { host: deps.host, allowedHosts: deps.allowedHosts })
  await app.register(query)
  await app.register(caching, { clusters: deps.clusters, policyOf: deps.policyOf })
  await app.register(timing)
  await app.register(openapi, { version: deps.version })
  const { policyOf, now, version } = deps
  const registries = new Registries(deps.clusters)
  const { clusters } = registries
  await app.register(settledRegistries, { registries })
  await app.register(spa, {
    root: deps.webRoot,
    patienceMs: deps.pagePatienceMs ?? PAGE_PATIENCE_MS,
    answerPatienceMs: deps.pagePatienceMs ?? ANSWER_PATIENCE_MS,
    now,
    clustersFor: async (request, signal) => ({ version, clusters: await clusterInfos(registries, policyOf(request).reveal, signal) }),
  })

  const runners = new Set([...deps.clusters.values()].map(({ jobs }) => jobs))
  app.addHook('onClose', async () => void (await Promise.all([...runners].map((jobs) => jobs.close()))))
  const [health, followers, live] = [new HealthWatches(now), new FlannelFollowers(now), new LiveFollows(now)]
  // Event streams would keep the server from closing.
  app.addHook('preClose', async () => {
    health.close()
    followers.close()
    live.close()
  })
  const routes = { clusters, registries, policyOf, now, version, health, followers, live }
  await app.register(clustersRoutes(routes))
  await app.register(statusRoutes(routes))
  await app.register(v3Routes(routes))
  await app.register(historyRoutes(routes))
  await app.register(pastRoutes(routes))
  await app.register(compareRoutes(routes))
  await app.register(bundleRoutes(routes))
  await app.register(relatedRoutes(routes))
  await app.register(allocationRoutes(routes))
  await app.register(v2Routes(routes))
  await app.register(resourcesRoutes(routes))
  await app.register(tablesRoutes(routes))
  await app.register(sizesRoutes(routes))
  await app.register(findingsRoutes(routes))
  await app.register(namesRoutes(routes))
  await app.register(searchRoutes(routes))
  await app.register(namespacesRoutes(routes))
  await app.register(troubleRoutes(routes))
  await app.register(flannelRoutes(routes))
  await app.register(eventsRoutes(routes))
  await app.register(lookupRoutes(routes))
  return app as unknown as FastifyInstance
}
