// Our status decoder against the client's, and the fields of etcd 3.6 that the client does not know.
import { createRequire } from 'node:module'
import path from 'node:path'
import { loadSync } from '@grpc/proto-loader'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeStatus, STATUS } from './status-wire.ts'

const proto = path.join(path.dirname(createRequire(import.meta.url).resolve('etcd3/package.json')), 'proto/rpc.proto')
const { Status } = loadSync(proto, { keepCase: true, longs: String, defaults: true })['etcdserverpb.Maintenance'] as unknown as {
  Status: { path: string; responseSerialize(reply: object): Buffer }
}

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const size = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })

const id = (number: bigint) => (number === 0n ? null : number.toString(16))

it('decodes what the client would', () => {
  expect(STATUS.path).toBe(Status.path)
  const record = fc.record({
    clusterId: uint64,
    memberId: uint64,
    version: fc.string(),
    dbSize: size,
    leader: uint64,
    raftIndex: uint64,
    raftTerm: uint64,
    raftAppliedIndex: uint64,
    errors: fc.array(fc.string(), { maxLength: 3 }),
    dbSizeInUse: size,
    isLearner: fc.boolean(),
  })
  fc.assert(
    fc.property(record, ({ clusterId, memberId, ...rest }) => {
      const texts = Object.fromEntries(
        Object.entries(rest).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
      )
      const header = { cluster_id: String(clusterId), member_id: String(memberId), revision: '5', raft_term: '2' }
      const bytes = Status.responseSerialize({ header, ...texts })
      expect(decodeStatus(bytes)).toEqual({
        header: { clusterId: id(clusterId), memberId: id(memberId), revision: 5n, raftTerm: 2n },
        ...rest,
        storageVersion: '',
        dbSizeQuota: 0n,
        downgradeTarget: null,
      })
      // Cut within the header, which comes first. A cut between two fields cannot be detected.
      const headerEnd = 2 + (bytes[1] ?? 0)
      for (const cut of [1, 2, headerEnd - 1]) expect(() => decodeStatus(bytes.subarray(0, cut))).toThrow()
    }),
  )
})

it('decodes the storage version, quota and downgrade, and skips later fields', () => {
  const field = (tag: number, text: string) => [tag, text.length, ...Buffer.from(text)]
  // A varint of -1: no quota.
  const none = [0x60, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]
  const downgrade = (enabled: boolean) => {
    const inner = [...(enabled ? [0x08, 1] : []), ...field(0x12, '3.5.0')]
    return [0x6a, inner.length, ...inner]
  }
  const read = (...bytes: number[]) => decodeStatus(Buffer.from(bytes))
  expect(read(...field(0x5a, '3.6.0'), 0x60, 0x80, 0x01, ...downgrade(true), ...field(0x72, 'later'))).toMatchObject({
    storageVersion: '3.6.0',
    dbSizeQuota: 128n,
    downgradeTarget: '3.5.0',
  })
  expect(read(...none, ...downgrade(false))).toMatchObject({ dbSizeQuota: -1n, downgradeTarget: null })
})
