// Reads one v3 request from a raft entry: the input of etcd's appliers.
// Sources: etcd api/etcdserverpb/{raft_internal,rpc}.proto, api/authpb/auth.proto.
import { permissionFrom, type RoleRecord } from './etcd-records.ts'
import { type FileMessage, plain } from './file-messages.ts'
import { bytesField, numberField, textField, type WireField, wireFields } from './protobuf-fields.ts'

/** Transactions may nest; etcd's own protobuf reader allows more than anybody writes. */
const MOST_NESTED = 64

export type PutOp = {
  kind: 'put'
  key: Uint8Array
  value: Uint8Array
  lease: bigint
  prevKv: boolean
  ignoreValue: boolean
  ignoreLease: boolean
}
/** `end` as in a RangeRequest: null is the single key, [0] every key from `key` on. */
export type DeleteOp = { kind: 'delete'; key: Uint8Array; end: Uint8Array | null; prevKv: boolean }
type RangeOp = { kind: 'range'; key: Uint8Array; end: Uint8Array | null; revision: bigint }
export type TxnOp = { kind: 'txn'; compares: Compare[]; success: Op[]; failure: Op[] }
export type Op = PutOp | DeleteOp | RangeOp | TxnOp

/** `number` is compared with a revision, version or lease; `value` with a value. */
export type Compare = {
  result: 'equal' | 'greater' | 'less' | 'notEqual' | 'unknown'
  target: 'version' | 'create' | 'mod' | 'value' | 'lease' | 'unknown'
  key: Uint8Array
  end: Uint8Array | null
  number: bigint
  value: Uint8Array
}

export type AuthChange =
  | { kind: 'enable' }
  | { kind: 'disable' }
  | { kind: 'userAdd'; name: string; noPassword: boolean }
  | { kind: 'userDelete'; name: string }
  | { kind: 'userPassword'; name: string }
  | { kind: 'userGrant'; name: string; role: string }
  | { kind: 'userRevoke'; name: string; role: string }
  | { kind: 'roleAdd'; name: string }
  | { kind: 'roleDelete'; name: string }
  | { kind: 'roleGrant'; name: string; permission: RoleRecord['permissions'][number] | null }
  | { kind: 'roleRevoke'; name: string; key: Uint8Array; end: Uint8Array | null }
  /** Lists users or roles: changes nothing. */
  | { kind: 'read' }

/** `read` is a request without changes, allowed for everybody. */
export type V3Action =
  | PutOp
  | DeleteOp
  | TxnOp
  | { kind: 'read' }
  | { kind: 'compact'; revision: bigint }
  | { kind: 'leaseGrant'; id: bigint; ttl: bigint }
  | { kind: 'leaseRevoke'; id: bigint }
  | { kind: 'leaseCheckpoint'; checkpoints: { id: bigint; remaining: bigint }[] }
  | { kind: 'alarm'; action: 'get' | 'activate' | 'deactivate'; memberId: bigint; alarm: bigint }
  | { kind: 'auth'; change: AuthChange }
  | { kind: 'downgrade'; enabled: boolean; version: string }

/** `user` and `authRevision` identify the requester: '' and 0n for none. */
export type V3Request = { user: string; authRevision: bigint; action: V3Action }

/** Fields of InternalRaftRequest that are not about v3 keys, leases or users: v2 requests, members and the cluster's version. */
const NOT_V3 = new Set([2, 1300, 1301])
const HEADER_FIELDS = new Set([1, 100])

/** The request in an entry's data; null if it is not a v3 request; a message if it cannot be understood. */
export function readV3Request(data: Uint8Array): V3Request | null | FileMessage {
  const fields = wireFields(data)
  if (!fields) return plain('request-no-raft')
  const header = wireFields(bytesField(fields, 100) ?? new Uint8Array()) ?? []
  const body = fields.find((field) => !HEADER_FIELDS.has(field.number))
  if (!body || NOT_V3.has(body.number)) return null
  if (!body.bytes) return { code: 'request-kind', params: { kind: String(body.number) } }
  const inner = wireFields(body.bytes)
  if (!inner) return { code: 'request-content', params: { kind: String(body.number) } }
  const action = actionOf(body.number, inner)
  if ('code' in action) return action
  return { user: textField(header, 2), authRevision: numberField(header, 3), action }
}

function actionOf(kind: number, fields: WireField[]): V3Action | FileMessage {
  switch (kind) {
    case 3:
    // Requests a token, or only validates a downgrade.
    case 1012:
    case 9900:
    case 1102:
    case 1202:
      return { kind: 'read' }
    case 4:
      return putOf(fields)
    case 5:
      return deleteOf(fields)
    case 6:
      return txnOf(fields, 0) ?? plain('request-transaction')
    case 7:
      return { kind: 'compact', revision: signed(fields, 1) }
    case 8:
      return { kind: 'leaseGrant', ttl: signed(fields, 1), id: signed(fields, 2) }
    case 9:
      return { kind: 'leaseRevoke', id: signed(fields, 1) }
    case 10:
      return {
        kind: 'alarm',
        action: (['get', 'activate', 'deactivate'] as const)[Number(numberField(fields, 1))] ?? 'get',
        memberId: numberField(fields, 2),
        alarm: numberField(fields, 3),
      }
    case 11:
      return {
        kind: 'leaseCheckpoint',
        checkpoints: messages(fields, 1).map((checkpoint) => ({ id: signed(checkpoint, 1), remaining: signed(checkpoint, 2) })),
      }
    case 1302:
      return { kind: 'downgrade', enabled: numberField(fields, 1) !== 0n, version: textField(fields, 2) }
    default: {
      const change = authChangeOf(kind, fields)
      return change === null ? { code: 'request-kind', params: { kind: String(kind) } } : { kind: 'auth', change }
    }
  }
}

function putOf(fields: WireField[]): PutOp {
  return {
    kind: 'put',
    key: bytes(fields, 1),
    value: bytes(fields, 2),
    lease: signed(fields, 3),
    prevKv: numberField(fields, 4) !== 0n,
    ignoreValue: numberField(fields, 5) !== 0n,
    ignoreLease: numberField(fields, 6) !== 0n,
  }
}

function deleteOf(fields: WireField[]): DeleteOp {
  return { kind: 'delete', key: bytes(fields, 1), end: endOf(fields, 2), prevKv: numberField(fields, 3) !== 0n }
}

/** Null if a part is unreadable, or it nests too deep. */
function txnOf(fields: WireField[], depth: number): TxnOp | null {
  if (depth > MOST_NESTED) return null
  const txn: TxnOp = { kind: 'txn', compares: [], success: [], failure: [] }
  for (const field of fields) {
    if (!field.bytes) continue
    const inner = wireFields(field.bytes)
    if (!inner) return null
    if (field.number === 1) txn.compares.push(compareOf(inner))
    else if (field.number === 2 || field.number === 3) {
      const op = opOf(inner, depth)
      if (op === null) return null
      if (op !== 'nothing') txn[field.number === 2 ? 'success' : 'failure'].push(op)
    }
  }
  return txn
}

function opOf(fields: WireField[], depth: number): Op | 'nothing' | null {
  const last = fields.at(-1)
  if (!last) return 'nothing'
  const inner = last.bytes && wireFields(last.bytes)
  if (!inner) return null
  switch (last.number) {
    case 1:
      return { kind: 'range', key: bytes(inner, 1), end: endOf(inner, 2), revision: signed(inner, 4) }
    case 2:
      return putOf(inner)
    case 3:
      return deleteOf(inner)
    case 4:
      return txnOf(inner, depth + 1)
    default:
      return null
  }
}

/** Which field contains the compared value of a target. */
const COMPARED = { version: 4, create: 5, mod: 6, value: 7, lease: 8 } as const

function compareOf(fields: WireField[]): Compare {
  const target = (['version', 'create', 'mod', 'value', 'lease'] as const)[Number(numberField(fields, 2))] ?? 'unknown'
  // They are mutually exclusive: the last one counts, and one for another target counts as absent.
  const union = fields.filter(({ number }) => number >= 4 && number <= 8).at(-1)
  const meant = target !== 'unknown' && union?.number === COMPARED[target] ? union : undefined
  return {
    result: (['equal', 'greater', 'less', 'notEqual'] as const)[Number(numberField(fields, 1))] ?? 'unknown',
    target,
    key: bytes(fields, 3),
    end: endOf(fields, 64),
    number: BigInt.asIntN(64, meant?.varint ?? 0n),
    value: meant?.bytes ?? new Uint8Array(),
  }
}

function authChangeOf(kind: number, fields: WireField[]): AuthChange | null {
  const name = textField(fields, 1)
  switch (kind) {
    case 1000:
      return { kind: 'enable' }
    case 1011:
      return { kind: 'disable' }
    case 1013:
    case 1106:
    case 1107:
      return { kind: 'read' }
    case 1100: {
      const options = wireFields(bytesField(fields, 3) ?? new Uint8Array()) ?? []
      return { kind: 'userAdd', name, noPassword: numberField(options, 1) !== 0n }
    }
    case 1101:
      return { kind: 'userDelete', name }
    case 1103:
      return { kind: 'userPassword', name }
    case 1104:
      return { kind: 'userGrant', name, role: textField(fields, 2) }
    case 1105:
      return { kind: 'userRevoke', name, role: textField(fields, 2) }
    case 1200:
      return { kind: 'roleAdd', name }
    case 1201:
      return { kind: 'roleDelete', name }
    case 1203: {
      const permission = bytesField(fields, 2)
      return { kind: 'roleGrant', name, permission: permission === null ? null : permissionFrom(permission) }
    }
    case 1204:
      return { kind: 'roleRevoke', name, key: bytes(fields, 2), end: endOf(fields, 3) }
    default:
      return null
  }
}

function bytes(fields: WireField[], number: number): Uint8Array {
  return (bytesField(fields, number) ?? new Uint8Array()).slice()
}

function endOf(fields: WireField[], number: number): Uint8Array | null {
  const end = bytesField(fields, number)
  return end && end.length > 0 ? end.slice() : null
}

function signed(fields: WireField[], number: number): bigint {
  return BigInt.asIntN(64, numberField(fields, number))
}

function messages(fields: WireField[], number: number): WireField[][] {
  return fields.flatMap((field) => {
    const inner = field.number === number && field.bytes ? wireFields(field.bytes) : null
    return inner ? [inner] : []
  })
}
