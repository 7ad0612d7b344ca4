// flannel's networks in both keyspaces and in Kubernetes, held against the nodes, pods and Services of the same revision.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { FlannelAnswer, FlannelQuery } from '@registree/contract'
import {
  addressSpace,
  askAddress,
  type Discovery,
  discover,
  discoverKubernetes,
  type FoundNetwork,
  findings,
  formatAddress,
  formatCidr,
  isAddress,
  type Notice,
  nextSubnets,
  nodeFinder,
} from '@registree/flannel'
import { type Cluster, findCluster } from '../cluster.ts'
import { AppError, isAppError } from '../problem.ts'
import { CostMeter, metered } from '../sources/cost-meter.ts'
import { cacheAnswer, type RouteDeps, requestSignal } from './deps.ts'
import { type KubernetesReading, nothingRead, readKubernetes, v2Store, v3Store } from './flannel-reading.ts'
import { ClusterParams, problems } from './schemas.ts'
import { kubernetesRoot } from './stored-objects.ts'

export const flannelRoutes =
  ({ clusters, policy }: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/flannel',
      {
        // A HEAD would read nodes and pods for nothing.
        exposeHeadRoute: false,
        schema: {
          summary: "flannel's networks and subnet leases, what disagrees with Kubernetes, and whose an address is",
          params: ClusterParams,
          querystring: FlannelQuery,
          response: { 200: FlannelAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const cluster = findCluster(clusters, request.params.cluster)
        const { ask } = request.query
        if (ask !== undefined && !isAddress(ask))
          throw new AppError('BAD_REQUEST', `"${ask}" is not an IP address.`, { hint: 'Give an address such as 172.30.36.7 or fd00::7.' })
        const signal = requestSignal(request, reply)
        const meter = new CostMeter()
        const readAt = policy.now()
        const now = cluster.opened.asOf ?? readAt
        const { networks, looked, notices, revision, kubernetes } = await readAll(cluster, meter, now, signal)
        cacheAnswer(reply, false)
        const answer =
          ask === undefined
            ? null
            : askAddress(ask, { ...kubernetes, networks: networks.map((network) => ({ ...network, name: nameOf(network) })) })
        return {
          readAt: readAt.toISOString(),
          now: now.toISOString(),
          revision: revision === null ? null : String(revision),
          networks: networks.map((network) => toWire(network, networks, kubernetes, now)),
          looked,
          notices: [...notices, ...kubernetes.notices],
          compared: { nodes: kubernetes.nodes.length, pods: kubernetes.pods.length, services: kubernetes.services.length },
          ask: answer && { address: formatAddress(answer.address), matches: answer.matches },
          cost: meter.read(),
        }
      },
    )
  }

const nameOf = (network: FoundNetwork): string => network.prefix ?? 'Kubernetes subnet manager'

interface Reading {
  networks: FoundNetwork[]
  looked: string[]
  notices: Notice[]
  revision: bigint | null
  kubernetes: KubernetesReading
}

/** One keyspace that does not answer leaves the page with what the other one says; where none answers, that is the answer. */
async function readAll(cluster: Cluster, meter: CostMeter, now: Date, signal: AbortSignal): Promise<Reading> {
  const { v2, v3 } = cluster.opened
  const [hasV2, hasV3] = await Promise.all([v2.availability(signal), v3.availability(signal)])
  const found: Discovery = { networks: [], looked: [], notices: [] }
  let kubernetes = nothingRead()
  let revision: bigint | null = null
  const prefixes = cluster.flannelPrefix === null ? [] : [cluster.flannelPrefix]
  const failures: AppError[] = []
  const part = async (what: string, read: () => Promise<void>) => {
    try {
      await read()
    } catch (error) {
      if (!isAppError(error) || error.code === 'CANCELLED' || signal.aborted) throw error
      failures.push(error)
      found.notices.push({ severity: 'error', message: `${what} could not be read: ${error.message}` })
    }
  }
  const take = (more: Discovery) => {
    found.networks.push(...more.networks)
    found.looked.push(...more.looked)
    found.notices.push(...more.notices)
  }

  if (hasV2.available) await part('The v2 keyspace', async () => take(await discover(v2Store(cluster, signal), { prefixes })))
  else found.looked.push(`v2: not there${hasV2.reason === null ? '' : ` (${hasV2.reason})`}`)
  if (hasV3.available) {
    const source = metered(v3, cluster.meter, meter)
    const root = kubernetesRoot(cluster)
    await part('The v3 keyspace', async () => {
      // Everything is read at the revision of this first answer.
      const first = await source.range({ key: new TextEncoder().encode(root), end: null, revision: 0n, limit: 1 }, signal)
      const at = first.revision
      revision = at
      take(await discover(v3Store(cluster, source, at, now, signal), { prefixes, skip: root === '/' ? [] : [root] }))
      await part('Nodes and pods', async () => {
        kubernetes = await readKubernetes(cluster, source, at, signal)
      })
    })
    const managed = discoverKubernetes(kubernetes.manager)
    if (managed !== null) found.networks.push(managed)
    found.looked.push(`Kubernetes: annotations of ${kubernetes.nodes.length} nodes, and the ConfigMap kube-flannel-cfg`)
  } else found.looked.push(`v3: not there${hasV3.reason === null ? '' : ` (${hasV3.reason})`}`)
  const [failure] = failures
  if (failure !== undefined && found.networks.length === 0 && kubernetes.nodes.length === 0) throw failure
  return { ...found, revision, kubernetes }
}

function toWire(
  network: FoundNetwork,
  all: readonly FoundNetwork[],
  kubernetes: KubernetesReading,
  now: Date,
): FlannelAnswer['networks'][number] {
  const nodeOf = nodeFinder(kubernetes.nodes)
  const { config, leases } = network
  return {
    id: network.id,
    manager: network.manager,
    prefix: network.prefix,
    foundBy: network.foundBy,
    configSource: network.configSource,
    leasesSource: network.leasesSource,
    backendType: config?.backendType || null,
    settings: config?.settings ?? [],
    plans: (config?.plans ?? []).map((plan) => {
      const space = addressSpace(plan, leases)
      return {
        family: plan.family,
        network: formatCidr(plan.network),
        subnetLength: plan.subnetLength,
        min: formatCidr(plan.min),
        max: formatCidr(plan.max),
        total: String(space.total),
        used: String(space.used),
        reserved: String(space.reserved),
        free: String(space.free),
        outside: String(space.outside),
        strays: space.strays,
        // The Kubernetes subnet manager takes what spec.podCIDR says, and tries nothing.
        next: network.manager === 'kubernetes' ? [] : nextSubnets(space).map(formatCidr),
      }
    }),
    leases: leases.map((lease) => {
      const node = nodeOf(lease)
      return {
        ...lease,
        v4: lease.v4 && formatCidr(lease.v4),
        v6: lease.v6 && formatCidr(lease.v6),
        node: node && { name: node.name, source: node.source },
      }
    }),
    findings: findings({
      ...kubernetes,
      config,
      configSource: network.configSource,
      leases,
      elsewhere: all.filter((other) => other !== network).flatMap((other) => other.leases),
      now,
    }),
    notices: [...network.notices, ...(config?.notices ?? [])],
  }
}
