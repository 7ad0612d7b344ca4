// Reads a `.snap`: its crc, the raft snapshot in it, and the v2 store in that.
// Sources: etcd server/etcdserver/api/snap/{snapshotter.go,snappb/snap.proto}, raft/raftpb/raft.proto.
import { crc32c } from './crc32c.ts'
import { bytesField, numberField, wireFields } from './protobuf-fields.ts'
import { treeFromJson, type V2Tree } from './v2-tree.ts'

export type V2Snapshot = { index: bigint; term: bigint; tree: V2Tree }

/** The snapshot, or what is wrong with it: a `.snap` is trusted completely or not at all. */
export function readV2Snapshot(file: Uint8Array): V2Snapshot | string {
  if (file.length === 0) return 'it is empty'
  const outer = wireFields(file)
  if (!outer) return 'it is cut short or not a snapshot'
  const data = bytesField(outer, 2)
  const crc = numberField(outer, 1)
  if (!data || data.length === 0 || crc === 0n) return 'it has no content or no checksum'
  if (BigInt(crc32c(data)) !== crc) return 'its checksum is wrong'
  const snapshot = wireFields(data)
  const metadata = snapshot && wireFields(bytesField(snapshot, 2) ?? new Uint8Array())
  const store = snapshot && bytesField(snapshot, 1)
  if (!metadata || !store) return 'its content is not a raft snapshot'
  const tree = treeFromJson(new TextDecoder().decode(store))
  if (typeof tree === 'string') return tree
  return { index: numberField(metadata, 2), term: numberField(metadata, 3), tree }
}
