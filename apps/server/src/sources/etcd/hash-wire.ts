// Asks a member for the hash of its keys (Maintenance.HashKV): etcd3 calls it by a name that its own client does not have.
// Source: etcd api/etcdserverpb/rpc.proto (HashKVRequest, HashKVResponse).
import { type AnswerHeader, NO_HEADER, readHeader } from './answer-header.ts'
import type { ReadCall } from './etcd-client.ts'
import { WireReader } from './wire-reader.ts'

export interface HashReply {
  header: AnswerHeader
  hash: bigint
  /** The hash is over the revisions after this one; 0n if there was no compaction. etcd sends -1 for that. */
  compactedRevision: bigint
}

export const HASH: ReadCall<bigint, HashReply> = {
  path: '/etcdserverpb.Maintenance/HashKV',
  /** A revision, as field 1. */
  encode: (revision) => {
    const bytes = [0x08]
    let left = revision
    for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80)
    return Buffer.from([...bytes, Number(left)])
  },
  decode: decodeHash,
}

function decodeHash(bytes: Buffer): HashReply {
  const reply: HashReply = { header: NO_HEADER, hash: 0n, compactedRevision: 0n }
  const reader = new WireReader(bytes)
  while (reader.at < bytes.length) {
    switch (reader.tag()) {
      case 0x0a:
        reply.header = readHeader(reader)
        break
      case 0x10:
        reply.hash = reader.number()
        break
      case 0x18:
        reply.compactedRevision = BigInt.asIntN(64, reader.number())
        break
      default:
        reader.skip()
    }
  }
  if (reply.compactedRevision < 0n) reply.compactedRevision = 0n
  return reply
}
