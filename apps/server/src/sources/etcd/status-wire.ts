// Decodes a member's status (Maintenance.Status): etcd3's copy of the protocol is from etcd 3.4 and drops what 3.6 added.
// Source: etcd api/etcdserverpb/rpc.proto (StatusResponse, DowngradeInfo).
import { type AnswerHeader, NO_HEADER, readHeader } from './answer-header.ts'
import type { ReadCall } from './etcd-client.ts'
import { WireReader } from './wire-reader.ts'

/** Zero, '' and false if the member sent nothing: proto3 omits them. Sizes in bytes. */
export interface StatusReply {
  header: AnswerHeader
  version: string
  dbSize: bigint
  leader: bigint
  raftIndex: bigint
  raftTerm: bigint
  raftAppliedIndex: bigint
  errors: string[]
  dbSizeInUse: bigint
  isLearner: boolean
  /** Since 3.6. */
  storageVersion: string
  /** Since 3.6; negative if there is no quota. */
  dbSizeQuota: bigint
  /** The target version of a running downgrade. Since 3.6. */
  downgradeTarget: string | null
}

export const STATUS: ReadCall<null, StatusReply> = {
  path: '/etcdserverpb.Maintenance/Status',
  encode: () => Buffer.alloc(0),
  decode: decodeStatus,
}

/** Throws if the bytes are not a StatusResponse. */
export function decodeStatus(bytes: Buffer): StatusReply {
  const reply: StatusReply = {
    header: NO_HEADER,
    version: '',
    dbSize: 0n,
    leader: 0n,
    raftIndex: 0n,
    raftTerm: 0n,
    raftAppliedIndex: 0n,
    errors: [],
    dbSizeInUse: 0n,
    isLearner: false,
    storageVersion: '',
    dbSizeQuota: 0n,
    downgradeTarget: null,
  }
  const reader = new WireReader(bytes)
  while (reader.at < bytes.length) {
    switch (reader.tag()) {
      case 0x0a:
        reply.header = readHeader(reader)
        break
      case 0x12:
        reply.version = readText(reader)
        break
      case 0x18:
        reply.dbSize = reader.number()
        break
      case 0x20:
        reply.leader = reader.number()
        break
      case 0x28:
        reply.raftIndex = reader.number()
        break
      case 0x30:
        reply.raftTerm = reader.number()
        break
      case 0x38:
        reply.raftAppliedIndex = reader.number()
        break
      case 0x42:
        reply.errors.push(readText(reader))
        break
      case 0x48:
        reply.dbSizeInUse = reader.number()
        break
      case 0x50:
        reply.isLearner = reader.number() !== 0n
        break
      case 0x5a:
        reply.storageVersion = readText(reader)
        break
      case 0x60:
        reply.dbSizeQuota = BigInt.asIntN(64, reader.number())
        break
      case 0x6a:
        reply.downgradeTarget = readDowngrade(reader)
        break
      default:
        reader.skip()
    }
  }
  return reply
}

const readText = (reader: WireReader): string => Buffer.from(reader.view()).toString('utf8')

/** The target version if a downgrade is under way. */
function readDowngrade(reader: WireReader): string | null {
  const end = reader.length()
  let enabled = false
  let target = ''
  while (reader.at < end) {
    const tag = reader.tag()
    if (tag === 0x08) enabled = reader.number() !== 0n
    else if (tag === 0x12) target = readText(reader)
    else reader.skip()
  }
  return enabled ? target : null
}
