// One raft entry, and its change of the v2 store or of the members.
// Sources: etcd raft/raftpb/raft.proto, api/etcdserverpb/{etcdserver,raft_internal}.proto, server/etcdserver/server.go applyEntryNormal.
import { bytesField, numberField, textField, type WireField, wireFields } from './protobuf-fields.ts'

/** etcdserverpb.Request. `prevExist` null: not requested; times in nanoseconds since 1970, 0n for none. */
export type V2Request = {
  method: string
  path: string
  value: string
  directory: boolean
  previousValue: string
  previousIndex: bigint
  previousExist: boolean | null
  expiration: bigint
  recursive: boolean
  time: bigint
  refresh: boolean
}

/** The effect of an entry on the v2 store. */
export type RaftChange =
  | { kind: 'request'; request: V2Request }
  | { kind: 'members'; type: number; nodeId: bigint; context: string }
  | { kind: 'attributes'; memberId: bigint; name: string; clientURLs: string[] }
  | { kind: 'version'; version: string }
  | { kind: 'unreadable' }

/** `change` is null for entries that do not affect the v2 store: v3 requests, reads, and the empty entry of a new leader. */
export type RaftEntry = { index: bigint; term: bigint; change: RaftChange | null }

/** An entry in the log. `type` 0 is a request, 1 a member change; `data` is a view of the input, empty for a new leader's entry. */
export type StoredEntry = { index: bigint; term: bigint; type: number; data: Uint8Array }

/** Reads raftpb.Entry; null if the bytes are invalid. */
export function readEntry(bytes: Uint8Array): StoredEntry | null {
  const fields = wireFields(bytes)
  if (!fields) return null
  return {
    index: numberField(fields, 3),
    term: numberField(fields, 2),
    type: Number(numberField(fields, 1)),
    data: bytesField(fields, 4) ?? new Uint8Array(),
  }
}

/** An entry's change of the v2 store or the members; null for none. */
export function changeOf({ type, data }: Pick<StoredEntry, 'type' | 'data'>): RaftChange | null {
  return data.length > 0 ? changeIn(type, data) : null
}

function changeIn(type: number, data: Uint8Array): RaftChange | null {
  const fields = wireFields(data)
  if (!fields) return { kind: 'unreadable' }
  if (type === 1) {
    return { kind: 'members', type: Number(numberField(fields, 2)), nodeId: numberField(fields, 3), context: textField(fields, 4) }
  }
  if (type !== 0) return { kind: 'unreadable' }
  // A plain Request has its method where an InternalRaftRequest has a Request.
  if (METHODS.has(textField(fields, 2))) return requestFrom(fields)
  const inner = bytesField(fields, 2)
  if (inner) {
    const request = wireFields(inner)
    return request ? requestFrom(request) : { kind: 'unreadable' }
  }
  const version = wireFields(bytesField(fields, 1300) ?? new Uint8Array())
  if (bytesField(fields, 1300) && version) return { kind: 'version', version: textField(version, 1) }
  const attributes = bytesField(fields, 1301)
  if (attributes) return attributesFrom(attributes)
  return null
}

const METHODS = new Set(['PUT', 'POST', 'DELETE', 'QGET', 'SYNC', 'GET', 'HEAD'])
const READS = new Set(['QGET', 'GET', 'HEAD'])

function requestFrom(fields: WireField[]): RaftChange | null {
  const method = textField(fields, 2)
  if (READS.has(method)) return null
  const has = (number: number) => fields.some((field) => field.number === number && field.bytes === null)
  const flag = (number: number) => numberField(fields, number) !== 0n
  return {
    kind: 'request',
    request: {
      method,
      path: textField(fields, 3),
      value: textField(fields, 4),
      directory: flag(5),
      previousValue: textField(fields, 6),
      previousIndex: numberField(fields, 7),
      previousExist: has(8) ? flag(8) : null,
      expiration: BigInt.asIntN(64, numberField(fields, 9)),
      recursive: flag(12),
      time: BigInt.asIntN(64, numberField(fields, 15)),
      refresh: flag(17),
    },
  }
}

function attributesFrom(bytes: Uint8Array): RaftChange {
  const fields = wireFields(bytes)
  const inner = fields && wireFields(bytesField(fields, 2) ?? new Uint8Array())
  if (!fields || !inner) return { kind: 'unreadable' }
  const decoder = new TextDecoder()
  const clientURLs = inner.flatMap((field) => (field.number === 2 && field.bytes ? [decoder.decode(field.bytes)] : []))
  return { kind: 'attributes', memberId: numberField(fields, 1), name: textField(inner, 1), clientURLs }
}
