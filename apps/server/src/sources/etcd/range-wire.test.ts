// Our Range codec against the client's: same bytes out, same answer in, and no read past the end.

import { createRequire } from 'node:module'
import path from 'node:path'
import { loadSync } from '@grpc/proto-loader'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packPage, unpackPage, valuesTogether } from '../../jobs/page-transfer.ts'
import { sizeOfValuesIn } from '../values-buffer.ts'
import { decodeKeysReply, decodeRangeReply, encodeRange, RANGE } from './range-wire.ts'

const proto = path.join(path.dirname(createRequire(import.meta.url).resolve('etcd3/package.json')), 'proto/rpc.proto')
const { Range } = loadSync(proto, { keepCase: true, longs: String, defaults: true })['etcdserverpb.KV'] as unknown as {
  Range: { path: string; requestDeserialize(bytes: Buffer): Record<string, unknown>; responseSerialize(reply: object): Buffer }
}

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const int64 = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })
const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 })

it('encodes as the client does', () => {
  expect(RANGE.path).toBe(Range.path)
  fc.assert(
    fc.property(
      bytes,
      fc.option(bytes),
      int64,
      fc.nat(),
      fc.boolean(),
      fc.boolean(),
      (key, end, revision, limit, keysOnly, serializable) => {
        const read = Range.requestDeserialize(encodeRange({ request: { key, end, revision, limit, keysOnly }, serializable }))
        expect(read).toMatchObject({
          revision: String(revision),
          limit: String(limit),
          keys_only: keysOnly,
          serializable,
          count_only: false,
        })
        expect(read.key).toEqual(Buffer.from(key))
        expect(read.range_end).toEqual(Buffer.from(end ?? []))
      },
    ),
  )
})

it('decodes etcd’s answer into bytes of its own, and refuses truncated ones', () => {
  const stored = fc.record({ key: bytes, create: int64, mod: int64, version: int64, value: bytes, lease: uint64 })
  fc.assert(
    fc.property(uint64, int64, int64, fc.array(stored, { maxLength: 5 }), fc.boolean(), (cluster, revision, count, kvs, more) => {
      const wire = Range.responseSerialize({
        header: { cluster_id: String(cluster), member_id: '1', revision: String(revision), raft_term: '3' },
        kvs: kvs.map((kv) => ({
          key: kv.key,
          create_revision: String(kv.create),
          mod_revision: String(kv.mod),
          version: String(kv.version),
          value: kv.value,
          lease: String(BigInt.asIntN(64, kv.lease)),
        })),
        more,
        count: String(count),
      })
      const { reply, header } = decodeRangeReply(wire)
      const clusterId = cluster === 0n ? null : cluster.toString(16)
      expect(header).toEqual({ clusterId, memberId: '1', revision, raftTerm: 3n })
      expect(reply).toEqual({
        revision,
        count: Number(count),
        more,
        kvs: kvs.map(({ key, create, mod, version, value, lease }) => ({
          key: new Uint8Array(key),
          createRevision: create,
          modRevision: mod,
          version,
          value: new Uint8Array(value),
          lease,
        })),
      })
      for (const kv of reply.kvs) expect([kv.key.buffer, kv.value.buffer]).not.toContain(wire.buffer)
      const cut = wire.subarray(0, wire.length - 1)
      const whole = () => JSON.stringify(decodeRangeReply(cut), (_, value) => (typeof value === 'bigint' ? String(value) : value))
      // A cut between two fields leaves a valid message; a cut within one does not.
      if (kvs.length > 0 && count === 0n && !more) expect(whole).toThrow('not the message')
    }),
  )
})

it('decodes a reply of keys alone as any other, and its keys once more in one buffer', () => {
  const stored = fc.record({ key: bytes, create: int64, mod: int64, version: int64, lease: uint64 })
  fc.assert(
    fc.property(int64, int64, fc.array(stored, { maxLength: 8 }), fc.boolean(), fc.option(bytes), (revision, count, kvs, more, value) => {
      const wire = Range.responseSerialize({
        header: { cluster_id: '5', member_id: '1', revision: String(revision), raft_term: '3' },
        kvs: kvs.map(({ key, create, mod, version, lease }, i) => ({
          key,
          create_revision: String(create),
          mod_revision: String(mod),
          version: String(version),
          lease: String(BigInt.asIntN(64, lease)),
          // A server that does not know keys alone.
          ...(value !== null && i === kvs.length - 1 ? { value } : {}),
        })),
        more,
        count: String(count),
      })
      const [general, quick] = [decodeRangeReply(wire), decodeKeysReply(wire)]
      expect(quick.header).toEqual(general.header)
      const plain = ({ reply }: typeof quick) => ({
        ...{ revision: reply.revision, count: reply.count, more: reply.more },
        kvs: reply.kvs.map(({ key, createRevision, modRevision, version, lease, value: own }) => [
          ...[key, createRevision, modRevision, version, lease, own].map((one) => (one instanceof Uint8Array ? [...one] : one)),
        ]),
      })
      expect(plain(quick)).toEqual(plain(general))
      const { together } = quick.reply
      if (value !== null && kvs.length > 0) {
        expect(together).toBeUndefined()
        return
      }
      if (together === undefined) throw new Error('the keys are not together')
      expect(together.bytes.buffer).not.toBe(wire.buffer)
      expect(kvs.map((_, i) => [...together.bytes.subarray(together.starts[i], together.starts[i + 1])])).toEqual(
        kvs.map(({ key }) => [...key]),
      )
    }),
  )
})

it('keeps the keys of a reply apart from those of the next, also when they are many', () => {
  const reply = (prefix: string, count: number) =>
    Range.responseSerialize({
      kvs: Array.from({ length: count }, (_, i) => ({ key: Buffer.from(`${prefix}${i}`), mod_revision: String(i + 1) })),
    })
  const [a, b] = [decodeKeysReply(reply('/a/', 3_000)).reply, decodeKeysReply(reply('/bb/', 2)).reply]
  expect(a.kvs.map(({ key, modRevision }) => `${Buffer.from(key)} ${modRevision}`)).toEqual(
    Array.from({ length: 3_000 }, (_, i) => `/a/${i} ${i + 1}`),
  )
  expect(b.kvs.map(({ key }) => Buffer.from(key).toString())).toEqual(['/bb/0', '/bb/1'])
})

it('keeps the values of an answer where they are, if they are most of it and nothing else is in its buffer', () => {
  const answer = (size: number) =>
    Range.responseSerialize({ kvs: [1, 2].map((n) => ({ key: Buffer.from(`/${n}`), value: Buffer.alloc(size, n), mod_revision: '7' })) })
  const framed = (message: Buffer) => Buffer.concat([Buffer.alloc(5), message]).subarray(5)
  const buffers = (wire: Buffer) => {
    const { kvs } = decodeRangeReply(wire).reply
    expect(kvs.map(({ key, value }) => [String(Buffer.from(key)), value.every((byte) => byte === value[0]), value[0]])).toEqual([
      ['/1', true, 1],
      ['/2', true, 2],
    ])
    for (const { key } of kvs) expect(key.buffer).not.toBe(wire.buffer)
    const [first, second] = kvs.map(({ value }) => value.buffer)
    expect(first).toBe(second)
    expect(sizeOfValuesIn(first as ArrayBufferLike)).toBe(kvs.reduce((sum, { value }) => sum + value.length, 0))
    return first
  }
  const large = framed(answer(5_000))
  const ofKeys = framed(
    Range.responseSerialize({ kvs: [1, 2].map((n) => ({ key: Buffer.alloc(5_000, n), value: Buffer.alloc(100, n), mod_revision: '7' })) }),
  )
  for (const { value } of decodeRangeReply(ofKeys).reply.kvs) expect(value.buffer).not.toBe(ofKeys.buffer)
  expect(buffers(large)).toBe(large.buffer)
  const pooled = framed(answer(500))
  expect(buffers(pooled)).not.toBe(pooled.buffer)
  const beside = Buffer.concat([answer(5_000), Buffer.alloc(50_000)]).subarray(0, answer(5_000).length)
  expect(buffers(beside)).not.toBe(beside.buffer)
})

it('hands over to another thread what etcd sent', () => {
  const stored = fc.record({
    key: bytes,
    value: fc.oneof(fc.uint8Array({ maxLength: 3 }), fc.uint8Array({ minLength: 1_500, maxLength: 4_000 })),
  })
  fc.assert(
    fc.property(fc.array(stored, { maxLength: 6 }), fc.boolean(), (kvs, isFramed) => {
      const message = Range.responseSerialize({ kvs: kvs.map(({ key, value }) => ({ key: Buffer.from(key), value: Buffer.from(value) })) })
      const wire = isFramed ? Buffer.concat([Buffer.alloc(5), message]).subarray(5) : message
      const { page, transfer } = packPage(decodeRangeReply(wire).reply.kvs)
      const there = structuredClone(page, { transfer })
      const all = [...unpackPage(there)].map(({ key, value }) => [[...key], [...value]])
      expect(all).toEqual(kvs.map(({ key, value }) => [[...key], [...value]]))
      expect([...valuesTogether(there)]).toEqual(kvs.flatMap(({ value }) => [...value]))
    }),
  )
})

it('skips fields of later releases', () => {
  expect(decodeRangeReply(Buffer.from([0x50, 0x07, 0x5a, 0x02, 1, 2, 0x20, 0x05])).reply).toEqual({
    revision: 0n,
    count: 5,
    more: false,
    kvs: [],
  })
  expect(() => decodeRangeReply(Buffer.from([0x53]))).toThrow('not the message')
})
