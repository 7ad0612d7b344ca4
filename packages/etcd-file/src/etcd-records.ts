// The small records besides the keys: members, leases, alarms, users and roles, as stored in etcd's buckets.
// Sources: etcd server/storage/schema/*.go, server/lease/leasepb/lease.proto, api/authpb/auth.proto, api/etcdserverpb/rpc.proto.

import type { BoltFile } from './bolt.ts'
import { walkNotes } from './bolt.ts'
import type { FindingMessage } from './file-messages.ts'
import { bytesField, numberField, textField, wireFields } from './protobuf-fields.ts'
import type { Finding } from './random-access.ts'

/** A member of the cluster; ids in lower-case hex, as printed by etcdctl. */
export type MemberRecord = { id: string; name: string; peerURLs: string[]; clientURLs: string[]; isLearner: boolean }

/** A lease; times in seconds. No absolute expiry is stored: `remainingTTL` is the last checkpoint, 0n if none was written. */
export type LeaseRecord = { id: bigint; ttl: bigint; remainingTTL: bigint }

export type AlarmRecord = { memberId: string; alarm: string }

/** A user, without its password hash, which never leaves the file. */
export type UserRecord = { name: string; roles: string[]; noPassword: boolean }

/** A role. `rangeEnd` null: a single key; [0]: every key from `key` on; else the interval's end. */
export type RoleRecord = {
  name: string
  permissions: { type: 'READ' | 'WRITE' | 'READWRITE' | 'UNKNOWN'; key: Uint8Array; rangeEnd: Uint8Array | null }[]
}

/** What a database says about its cluster. Every part may be missing: a freshly restored one has no members. */
export type EtcdRecords = {
  members: MemberRecord[]
  removedMembers: string[]
  clusterVersion: string | null
  /** As stored since 3.6. */
  storageVersion: string | null
  /** The last requested downgrade (stored since 3.5); `target` is '' once it has ended. */
  downgrade: { enabled: boolean; target: string } | null
  /** The last applied raft index, and its term (stored since 3.5). */
  consistentIndex: bigint | null
  term: bigint | null
  finishedCompactRevision: bigint | null
  scheduledCompactRevision: bigint | null
  alarms: AlarmRecord[]
  auth: { enabled: boolean; revision: bigint | null; users: UserRecord[]; roles: RoleRecord[] }
}

const utf8 = new TextDecoder()

/** Reads every small bucket (not `key`, not `lease`). Broken records become findings. */
export async function readRecords(bolt: BoltFile, findings: Finding[]): Promise<EtcdRecords> {
  const records: EtcdRecords = {
    members: [],
    removedMembers: [],
    clusterVersion: null,
    storageVersion: null,
    downgrade: null,
    consistentIndex: null,
    term: null,
    finishedCompactRevision: null,
    scheduledCompactRevision: null,
    alarms: [],
    auth: { enabled: false, revision: null, users: [], roles: [] },
  }
  const each = async (bucketName: string, read: (key: string, value: Uint8Array, rawKey: Uint8Array) => FindingMessage | null) => {
    const bucket = bolt.bucket(bucketName)
    if (!bucket) return
    const notes = walkNotes(`bucket ${bucketName}`, findings)
    for await (const entry of bolt.iterate(bucket, { notes })) {
      const problem = read(utf8.decode(entry.key), entry.value, entry.key)
      if (problem) notes.report(problem)
    }
  }
  await each('meta', (key, value) => {
    if (key === 'storageVersion') records.storageVersion = utf8.decode(value)
    else if (key === 'consistent_index' || key === 'term') {
      if (value.length !== 8) return { code: 'record-size', params: { name: key, size: value.length, expected: 8 } }
      records[key === 'term' ? 'term' : 'consistentIndex'] = bigEndian(value)
    } else if (key === 'finishedCompactRev' || key === 'scheduledCompactRev') {
      if (value.length < 17 || value[8] !== 0x5f) return { code: 'record-no-revision', params: { name: key } }
      records[key === 'finishedCompactRev' ? 'finishedCompactRevision' : 'scheduledCompactRevision'] = bigEndian(value.subarray(0, 8))
    }
    return null
  })
  await each('cluster', (key, value) => {
    if (key === 'clusterVersion') records.clusterVersion = utf8.decode(value)
    else if (key === 'downgrade') {
      records.downgrade = downgradeFromJson(utf8.decode(value))
      if (records.downgrade === null) return { code: 'record-unreadable', params: { kind: 'downgrade', name: '' } }
    }
    return null
  })
  await each('members', (id, value) => {
    const member = memberFromJson(id, utf8.decode(value))
    if (!member) return { code: 'record-unreadable', params: { kind: 'member', name: id } }
    records.members.push(member)
    return null
  })
  await each('members_removed', (id) => {
    records.removedMembers.push(id)
    return null
  })
  await each('alarm', (_, __, key) => {
    const fields = wireFields(key)
    if (!fields) return { code: 'record-unreadable', params: { kind: 'alarm', name: '' } }
    const type = numberField(fields, 2)
    records.alarms.push({
      memberId: numberField(fields, 1).toString(16),
      alarm: ['NONE', 'NOSPACE', 'CORRUPT'][Number(type)] ?? `alarm ${type}`,
    })
    return null
  })
  await each('auth', (key, value) => {
    if (key === 'authEnabled') records.auth.enabled = value[0] === 1
    else if (key === 'authRevision' && value.length === 8) records.auth.revision = bigEndian(value)
    return null
  })
  await each('authUsers', (key, value) => {
    const fields = wireFields(value)
    if (!fields) return { code: 'record-unreadable', params: { kind: 'user', name: key } }
    const options = wireFields(bytesField(fields, 4) ?? new Uint8Array()) ?? []
    const roles = fields.flatMap((field) => (field.number === 3 && field.bytes ? [utf8.decode(field.bytes)] : []))
    records.auth.users.push({ name: textField(fields, 1), roles, noPassword: numberField(options, 1) !== 0n })
    return null
  })
  await each('authRoles', (key, value) => {
    const fields = wireFields(value)
    if (!fields) return { code: 'record-unreadable', params: { kind: 'role', name: key } }
    const role: RoleRecord = { name: textField(fields, 1), permissions: [] }
    for (const field of fields) {
      const permission = field.number === 2 && field.bytes ? permissionFrom(field.bytes) : null
      if (permission) role.permissions.push(permission)
    }
    records.auth.roles.push(role)
    return null
  })
  return records
}

/** authpb.Permission; null if the bytes are invalid. */
export function permissionFrom(message: Uint8Array): RoleRecord['permissions'][number] | null {
  const fields = wireFields(message)
  if (!fields) return null
  const end = bytesField(fields, 3)
  return {
    type: (['READ', 'WRITE', 'READWRITE'] as const)[Number(numberField(fields, 1))] ?? 'UNKNOWN',
    key: (bytesField(fields, 2) ?? new Uint8Array()).slice(),
    rangeEnd: end && end.length > 0 ? end.slice() : null,
  }
}

/** A member from etcd's JSON; `id` in hex comes from its key, since the JSON number does not fit a double. */
export function memberFromJson(id: string, json: string, attributesJson = '{}'): MemberRecord | null {
  try {
    const stored: unknown = JSON.parse(json)
    const attributes: unknown = JSON.parse(attributesJson)
    if (typeof stored !== 'object' || stored === null || typeof attributes !== 'object' || attributes === null) return null
    const fields: Record<string, unknown> = { ...stored, ...attributes }
    const texts = (value: unknown) => (Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [])
    return {
      id,
      name: typeof fields.name === 'string' ? fields.name : '',
      peerURLs: texts(fields.peerURLs),
      clientURLs: texts(fields.clientURLs),
      isLearner: fields.isLearner === true,
    }
  } catch {
    return null
  }
}

function downgradeFromJson(json: string): EtcdRecords['downgrade'] {
  try {
    const stored: unknown = JSON.parse(json)
    if (typeof stored !== 'object' || stored === null) return null
    const { enabled, 'target-version': target } = stored as Record<string, unknown>
    return { enabled: enabled === true, target: typeof target === 'string' ? target : '' }
  } catch {
    return null
  }
}

/** A lease from its record, or null if the bytes are invalid. */
export function leaseFromRecord(value: Uint8Array): LeaseRecord | null {
  const fields = wireFields(value)
  if (!fields) return null
  return {
    id: BigInt.asIntN(64, numberField(fields, 1)),
    ttl: BigInt.asIntN(64, numberField(fields, 2)),
    remainingTTL: BigInt.asIntN(64, numberField(fields, 3)),
  }
}

/** An unsigned big-endian number of up to eight bytes. */
export function bigEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return value
}
