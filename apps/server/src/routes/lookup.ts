// GET …/lookup: who has an address, network, port or host name, where it is, and whether it is free.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { FlannelAddressAnswer, FlannelAddressQuery, LookupAnswer, LookupQuery } from '@registree/contract'
import { isAddress, parseLookup } from '@registree/flannel'
import { beginReading } from '../http/begin-reading.ts'
import { cacheAnswer, type RouteDeps } from '../http/request.ts'
import { ClusterParams, problems } from '../http/schemas.ts'
import { lookUp } from '../lookup/look-up.ts'
import { AppError } from '../problem.ts'
import { inTurn } from '../streams/in-turn.ts'

export const lookupRoutes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/clusters/:cluster/lookup',
      {
        // HEAD would read nodes and pods for nothing.
        exposeHeadRoute: false,
        schema: {
          summary: 'Whose an address, a network, a port or a host name is, where it lies, and whether it is free',
          params: ClusterParams,
          querystring: LookupQuery,
          response: { 200: LookupAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const question = parseLookup(request.query.q)
        if (question === null)
          throw new AppError(
            'BAD_REQUEST',
            { code: 'lookup-wrong', params: { text: request.query.q } },
            {
              hint: { code: 'lookup-forms', params: {} },
            },
          )
        const answer = await inTurn(reading, () => lookUp(question, reading, deps.now))
        cacheAnswer(reply, false)
        return { ...answer, cost: reading.meter.read() }
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/flannel/address',
      {
        exposeHeadRoute: false,
        schema: {
          summary: 'What an address belongs to, in sentences; `/lookup` says more',
          params: ClusterParams,
          querystring: FlannelAddressQuery,
          response: { 200: FlannelAddressAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { ip } = request.query
        const question = isAddress(ip) ? parseLookup(ip) : null
        if (question === null)
          throw new AppError(
            'BAD_REQUEST',
            { code: 'address-wrong', params: { text: ip } },
            { hint: { code: 'address-forms', params: {} } },
          )
        const { matches, places, question: asked } = await inTurn(reading, () => lookUp(question, reading, deps.now))
        cacheAnswer(reply, false)
        return {
          address: asked.text,
          matches: [
            ...matches.map(({ kind, text, source }) => ({ kind: kind.toLowerCase(), text, source })),
            ...places.map(({ kind, text, source }) => ({ kind, text, source })),
          ],
          cost: reading.meter.read(),
        }
      },
    )
  }
