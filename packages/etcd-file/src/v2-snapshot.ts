// Reads a `.snap`: its crc, the raft snapshot in it, and the v2 store in that.
// Sources: etcd server/etcdserver/api/snap/{snapshotter.go,snappb/snap.proto}, raft/raftpb/raft.proto.
import { crc32c } from './crc32c.ts'
import { type FileMessage, plain } from './file-messages.ts'
import { bytesField, numberField, wireFields } from './protobuf-fields.ts'
import { treeFromJson, type V2Tree } from './v2-tree.ts'

export type V2Snapshot = { index: bigint; term: bigint; tree: V2Tree }

/** The snapshot, or what is wrong with it: a `.snap` is trusted completely or not at all. */
export function readV2Snapshot(file: Uint8Array): V2Snapshot | FileMessage {
  if (file.length === 0) return plain('snap-empty')
  const outer = wireFields(file)
  if (!outer) return plain('snap-cut')
  const data = bytesField(outer, 2)
  const crc = numberField(outer, 1)
  if (!data || data.length === 0 || crc === 0n) return plain('snap-without-content')
  if (BigInt(crc32c(data)) !== crc) return plain('snap-checksum')
  const snapshot = wireFields(data)
  const metadata = snapshot && wireFields(bytesField(snapshot, 2) ?? new Uint8Array())
  const store = snapshot && bytesField(snapshot, 1)
  if (!metadata || !store) return plain('snap-no-raft')
  const tree = treeFromJson(new TextDecoder().decode(store))
  if ('code' in tree) return tree
  return { index: numberField(metadata, 2), term: numberField(metadata, 3), tree }
}
