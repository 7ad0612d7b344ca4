// The v3 keyspace: the children of a prefix, one key decoded, and its bytes.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  type Child,
  ChildrenAnswer,
  ChildrenQuery,
  CountAnswer,
  CountQuery,
  KeyQuery,
  toWireKey,
  ValueAnswer,
  ValueQuery,
} from '@registree/contract'
import { countPrefix, displayKey, InvalidCursorError, type LevelEntry, listLevel, listReadableLevel } from '@registree/keyspace'
import { roundedSize } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { beginReading } from '../http/begin-reading.ts'
import { downloadHeaders, fileName, maskedRaw } from '../http/download.ts'
import { bytesFromQuery, cacheAnswer, keyFromQuery, type RouteDeps, readRevision } from '../http/request.ts'
import { Bytes, ClusterParams, problems } from '../http/schemas.ts'
import { noteOf } from '../messages/note.ts'
import { AppError, isAppError } from '../problem.ts'
import { readKey } from '../registry/read-key.ts'
import type { KeyValue, LeaseFacts, V3Source } from '../sources/source.ts'
import { decodeValue, type ValueContext } from '../values/decode-value.ts'

const DEFAULT_LIMIT = 500

export const v3Routes =
  (deps: RouteDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const decode = ({ cluster, policy, now, signal }: Reading, { key, modRevision, value }: KeyValue, view: ValueContext['view']) =>
      decodeValue(value, { key, modRevision, decryptor: cluster.decryptor, policy, now, view }, cluster.jobs, signal)

    app.get(
      '/api/v1/clusters/:cluster/v3/children',
      {
        schema: {
          summary: 'One level of the key tree, in byte order, at one revision',
          params: ClusterParams,
          querystring: ChildrenQuery,
          response: { 200: ChildrenAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const { cluster, source, signal } = beginReading(deps, request, reply)
        const { query } = request
        const prefix = bytesFromQuery(query.prefix, query.prefix64, 'prefix') ?? new Uint8Array()
        const revision = readRevision(query.rev)
        const limit = query.limit ?? DEFAULT_LIMIT
        const level = { prefix, revision, cursor: query.cursor, limit, signal }
        try {
          const { page, restricted } = await listLevel(source, { ...level, knowledge: cluster.knowledge }).then(
            (whole) => ({ page: whole, restricted: false }),
            async (error: unknown) => {
              const readable = isAppError(error, 'SOURCE_FORBIDDEN') ? error.facts.readable : undefined
              // Nothing of it may be read: report that.
              if (readable === undefined || readable.within(prefix, prefix).length === 0) throw error
              return { page: await listReadableLevel(source, readable, level), restricted: true }
            },
          )
          // A cursor contains its revision: its page is as pinned as one at `rev`. Permissions can change.
          cacheAnswer(reply, (revision > 0n || query.cursor !== undefined) && !restricted)
          return {
            revision: String(page.revision),
            children: page.entries.map(toChild),
            cursor: page.cursor ?? null,
            ...(restricted ? { restricted: true as const } : {}),
            cost: { ranges: page.ranges, walked: page.walked, largestWalk: page.largestWalk },
          }
        } catch (error) {
          if (error instanceof InvalidCursorError)
            throw new AppError('BAD_REQUEST', { code: 'cursor-of-other', params: {} }, { detail: error.says })
          throw error
        }
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/v3/count',
      {
        // HEAD would make etcd walk every key for nothing.
        exposeHeadRoute: false,
        schema: {
          summary: 'How many keys begin with a prefix, at one revision; etcd walks each of them once',
          params: ClusterParams,
          querystring: CountQuery,
          response: { 200: CountAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const { cluster, source, signal } = beginReading(deps, request, reply)
        const revision = readRevision(request.query.rev)
        const counted = await countPrefix(source, {
          prefix: bytesFromQuery(request.query.prefix, request.query.prefix64, 'prefix') ?? new Uint8Array(),
          revision,
          knowledge: cluster.knowledge,
          signal,
        })
        cacheAnswer(reply, revision > 0n)
        const { keys, ranges, walked, largestWalk } = counted
        return { revision: String(counted.revision), keys, cost: { ranges, walked, largestWalk } }
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/v3/value',
      {
        schema: {
          summary: 'One key: what etcd says of it, and its value decoded, as the text that `view` asks for',
          params: ClusterParams,
          querystring: ValueQuery,
          response: { 200: ValueAnswer, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const { cluster, meter, signal } = reading
        const revision = readRevision(request.query.rev)
        const { kv, readAt } = await readKey(reading, keyFromQuery(request.query), revision)
        const lease = kv.lease === 0n ? null : await leaseOrNote(cluster.opened.v3, kv.lease, signal)
        reading.identity.check()
        // A lease's remaining time changes every second.
        cacheAnswer(reply, revision > 0n && (kv.lease === 0n || cluster.opened.source === 'file'))
        const decoded = await decode(reading, kv, request.query.view)
        return {
          ...toWireKey(kv.key),
          revision: String(readAt),
          createRevision: String(kv.createRevision),
          modRevision: String(kv.modRevision),
          version: String(kv.version),
          size: decoded.rawMasked ? roundedSize(kv.value.length) : kv.value.length,
          keySize: kv.key.length,
          lease:
            kv.lease === 0n
              ? null
              : {
                  id: leaseHex(kv.lease),
                  ttl: lease?.ttl === null || lease === null ? null : String(lease.ttl),
                  granted: lease?.granted === null || lease === null ? null : String(lease.granted),
                  note: lease === null ? noteOf({ code: 'lease-gone', params: {} }) : lease.note,
                },
          decoded,
          cost: meter.read(),
        }
      },
    )

    app.get(
      '/api/v1/clusters/:cluster/v3/raw',
      {
        schema: {
          summary: 'The stored bytes, exactly',
          params: ClusterParams,
          querystring: KeyQuery,
          produces: ['application/octet-stream'],
          response: { 200: Bytes, ...problems },
        },
      },
      async (request, reply) => {
        const reading = beginReading(deps, request, reply)
        const revision = readRevision(request.query.rev)
        const { kv } = await readKey(reading, keyFromQuery(request.query), revision)
        const { rawMasked } = await decode(reading, kv, 'none')
        if (rawMasked) throw maskedRaw()
        cacheAnswer(reply, revision > 0n)
        return reply
          .headers(downloadHeaders(fileName(displayKey(kv.key))))
          .send(Buffer.from(kv.value.buffer, kv.value.byteOffset, kv.value.byteLength))
      },
    )
  }

function toChild(entry: LevelEntry): Child {
  if (entry.kind === 'directory') return { ...toWireKey(entry.prefix), kind: 'directory' }
  return {
    ...toWireKey(entry.key),
    kind: 'key',
    createRevision: String(entry.createRevision),
    modRevision: String(entry.modRevision),
    version: String(entry.version),
    ...(entry.lease === 0n ? {} : { lease: leaseHex(entry.lease) }),
  }
}

/** As etcdctl prints it: 16 digits. */
function leaseHex(id: bigint): string {
  return BigInt.asUintN(64, id).toString(16).padStart(16, '0')
}

/** A lease that cannot be read gets a note instead: the value is still shown. Null if there is no such lease. */
async function leaseOrNote(v3: V3Source, id: bigint, signal: AbortSignal): Promise<LeaseFacts | null> {
  try {
    return await v3.lease(id, signal)
  } catch (error) {
    // Nothing is shown of two clusters, or of an etcd that was replaced meanwhile.
    if (!isAppError(error) || ['CANCELLED', 'SOURCE_MIXED'].includes(error.code)) throw error
    const note = noteOf(
      error.code === 'SOURCE_NO_LEADER'
        ? { code: 'lease-needs-leader', params: {} }
        : { code: 'lease-unread', params: { why: [error.says] } },
    )
    return { ttl: null, granted: null, note }
  }
}
