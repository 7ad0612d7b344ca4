// The header of every answer: cluster, member and revision.
// Source: etcd api/etcdserverpb/rpc.proto (ResponseHeader).
import type { WireReader } from './wire-reader.ts'

export interface AnswerHeader {
  /** Ids in hex, as etcd prints them; null if the server is not etcd, such as kine. */
  clusterId: string | null
  memberId: string | null
  revision: bigint
  raftTerm: bigint
}

export const NO_HEADER: AnswerHeader = { clusterId: null, memberId: null, revision: 0n, raftTerm: 0n }

export function readHeader(reader: WireReader): AnswerHeader {
  const end = reader.length()
  const header = { ...NO_HEADER }
  while (reader.at < end) {
    switch (reader.tag()) {
      case 0x08:
        header.clusterId = idOrNull(reader.number())
        break
      case 0x10:
        header.memberId = idOrNull(reader.number())
        break
      case 0x18:
        header.revision = reader.number()
        break
      case 0x20:
        header.raftTerm = reader.number()
        break
      default:
        reader.skip()
    }
  }
  return header
}

/** Lower-case hex without padding; null for 0. */
export const idOrNull = (id: bigint): string | null => (id === 0n ? null : BigInt.asUintN(64, id).toString(16))
