// flannel's networks held against nodes, pods and Services; and whose an address is.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { FlannelAddressAnswer, FlannelAddressQuery, FlannelAnswer } from '@registree/contract'
import { askAddress, formatAddress, isAddress } from '@registree/flannel'
import { toCompared, toWireNetwork } from '../flannel/answer.ts'
import { beginReading } from '../http/begin-reading.ts'
import { cacheAnswer, type RouteDeps } from '../http/request.ts'
import { ClusterParams, problems } from '../http/schemas.ts'
import { AppError } from '../problem.ts'

export const flannelRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/flannel',
      {
        // A HEAD would read nodes and pods for nothing.
        exposeHeadRoute: false,
        schema: {
          summary: "flannel's networks and subnet leases, and what disagrees with Kubernetes",
          params: ClusterParams,
          response: { 200: FlannelAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const { cluster, meter, signal, now } = beginReading(deps, request, reply)
        const { reading, token } = await deps.followers.of(cluster).current(meter, signal)
        const { networks, kubernetes } = reading
        cacheAnswer(reply, false)
        // Two readings are never the same: a digest of megabytes would be for nothing, and so would be a check of what was just made by type.
        reply.header('etag', `W/"${token ?? ''}-${reading.readAt.getTime()}"`).serializer(JSON.stringify)
        return {
          readAt: reading.readAt.toISOString(),
          now: now.toISOString(),
          token,
          networks: networks.map((network) => toWireNetwork(network, networks, kubernetes, now)),
          looked: reading.looked,
          notices: [...reading.notices, ...kubernetes.nodeNotices, ...kubernetes.podNotices],
          compared: toCompared(kubernetes),
          cost: meter.read(),
        }
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/flannel/address',
      {
        exposeHeadRoute: false,
        schema: {
          summary: 'whose an address is: the pod, Service, node or lease that has it, or the range it lies in',
          params: ClusterParams,
          querystring: FlannelAddressQuery,
          response: { 200: FlannelAddressAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const { cluster, meter, signal } = beginReading(deps, request, reply)
        const { ip } = request.query
        if (!isAddress(ip))
          throw new AppError('BAD_REQUEST', `"${ip}" is not an IP address.`, { hint: 'Give an address such as 172.30.36.7 or fd00::7.' })
        const { reading } = await deps.followers.of(cluster).current(meter, signal)
        const networks = reading.networks.map((network) => ({ ...network, name: network.prefix ?? 'Kubernetes subnet manager' }))
        const answer = askAddress(ip, { ...reading.kubernetes, networks })
        cacheAnswer(reply, false)
        return {
          address: answer === null ? ip : formatAddress(answer.address),
          matches: answer?.matches ?? [],
          cost: meter.read(),
        }
      },
    )
  }
