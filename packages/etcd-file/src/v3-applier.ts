// Applies v3 requests to an in-memory keyspace in order, as etcd applies committed raft entries.
// Sources: etcd server/etcdserver/{server.go,apply/apply.go,apply/apply_auth.go,txn/txn.go}, server/storage/mvcc/kvstore_txn.go, server/lease/lessor.go.
import { EtcdFileError } from './errors.ts'
import { type EtcdRecords, type LeaseRecord, memberFromJson } from './etcd-records.ts'
import { type FileMessage, plain } from './file-messages.ts'
import { type Applied, type Change, type Current, keyId, type MvccKeyspace } from './mvcc.ts'
import { changeOf, type StoredEntry } from './raft-entry.ts'
import { compareBytes } from './random-access.ts'
import { type Asker, AuthState } from './v3-auth.ts'
import type { Compare, DeleteOp, Op, PutOp, TxnOp, V3Action, V3Request } from './v3-request.ts'

const LONGEST_TTL = 9_000_000_000n
/** etcd grants at least one and a half election timeouts, which are a second each by default. */
const SHORTEST_TTL = 2n
/** Total number of keys that request intervals may cover: a request of a few bytes can cover the whole keyspace. */
const MOST_VISITED = 50_000_000
const MOST_COMPARED_BYTES = 1024 * 1024 * 1024

/** A key's current state: in the file, or changed since. */
type State = Pick<Current, 'key' | 'create' | 'mod' | 'version' | 'lease'> & { change: Change | null; row: number }

/** Thrown to stop, with the reason. */
class CannotApply extends EtcdFileError {}

export class V3Applier {
  private readonly base: MvccKeyspace
  private readonly auth: AuthState
  private readonly records: EtcdRecords
  private readonly changes: Change[] = []
  private readonly latest = new Map<string, Change>()
  private readonly leases = new Map<bigint, LeaseRecord | null>()
  /** Keys ever seen with a lease, by lease; their state tells whether they still have it. */
  private leaseKeys: Map<bigint, Map<string, Uint8Array>> | null = null
  private revision: number
  private compacted: number
  /** Number of changes in the current transaction. */
  private sub = 0
  private visited = 0
  private compared = 0

  constructor(base: MvccKeyspace) {
    this.base = base
    this.auth = new AuthState(base.records.auth)
    this.records = {
      ...base.records,
      members: [...base.records.members],
      removedMembers: [...base.records.removedMembers],
      alarms: [...base.records.alarms],
      auth: this.auth.auth,
    }
    this.revision = Number(base.currentRevision)
    this.compacted = Number(base.compactedRevision)
  }

  /** What has been applied so far. */
  result(): Pick<Applied, 'changes' | 'currentRevision' | 'compactedRevision' | 'leases' | 'records'> {
    return {
      changes: this.changes,
      currentRevision: BigInt(this.revision),
      compactedRevision: BigInt(this.compacted),
      leases: this.leases,
      records: this.records,
    }
  }

  /**
   * Applies one entry; requests that etcd rejects change nothing here either. Returns whether it changed v3, or a message that says why it cannot be
   * applied: then no further entry may follow.
   */
  async apply(entry: StoredEntry, request: V3Request | null): Promise<boolean | FileMessage> {
    if (request === null) return this.applyMembers(entry)
    this.sub = 0
    const before = this.changes.length
    let changed = false
    try {
      changed = await this.act(request.action, { user: request.user, authRevision: request.authRevision })
    } catch (error) {
      if (!(error instanceof CannotApply)) throw error
      // Half a transaction is invalid. Nothing is applied after this.
      this.changes.length = before
      return error.says
    }
    if (this.sub > 0) this.revision++
    return changed || this.sub > 0
  }

  private has(alarm: 'NOSPACE' | 'CORRUPT'): boolean {
    return this.records.alarms.some((raised) => raised.alarm === alarm)
  }

  /** Whether anything except keys changed; key changes are counted separately. */
  private async act(action: V3Action, asker: Asker): Promise<boolean> {
    // A member with corrupt data rejects everything about keys and leases; one without space rejects what needs more.
    const corrupt = this.has('CORRUPT')
    const full = corrupt || this.has('NOSPACE')
    switch (action.kind) {
      case 'read':
        return false
      case 'put':
        if (!full && (await this.mayPut(action, asker)) && (await this.canPut(action))) await this.put(action)
        return false
      case 'delete':
        if (!corrupt && this.mayDelete(action, asker)) this.delete(action)
        return false
      case 'txn':
        if (!corrupt && !(full && holdsPut(action)) && (await this.mayTxn(action, asker))) await this.txn(action)
        return false
      case 'compact':
        return !corrupt && this.compact(Number(action.revision))
      case 'leaseGrant':
        return !full && (await this.grant(action.id, action.ttl))
      case 'leaseRevoke':
        return !corrupt && (await this.mayUseLease(action.id, asker)) && (await this.revoke(action.id))
      case 'leaseCheckpoint':
        for (const { id, remaining } of action.checkpoints) {
          const lease = await this.lease(id)
          if (lease) this.leases.set(id, { ...lease, remainingTTL: remaining })
        }
        return true
      case 'alarm':
        return this.alarm(action)
      case 'auth':
        return this.auth.apply(asker, action.change)
      case 'downgrade':
        this.records.downgrade = { enabled: action.enabled, target: action.enabled ? action.version : '' }
        return true
    }
  }

  private compact(revision: number): boolean {
    if (revision <= this.compacted || revision > this.revision) return false
    this.compacted = revision
    return true
  }

  private alarm({ action, memberId, alarm }: Extract<V3Action, { kind: 'alarm' }>): boolean {
    const name = ['NONE', 'NOSPACE', 'CORRUPT'][Number(alarm)] ?? `alarm ${alarm}`
    const id = memberId.toString(16)
    if (action === 'get' || name === 'NONE') return false
    this.records.alarms = this.records.alarms.filter((raised) => raised.memberId !== id || raised.alarm !== name)
    if (action === 'activate') this.records.alarms.push({ memberId: id, alarm: name })
    return true
  }

  // Keys

  private stateOf(key: Uint8Array): State | null {
    const change = this.latest.get(keyId(key))
    if (change) return change.version === 0 ? null : stateOfChange(change)
    const current = this.base.current(key)
    return current && { ...current, change: null }
  }

  /** Every existing key of an interval, in key order; `end` as in a RangeRequest. */
  private statesIn(key: Uint8Array, end: Uint8Array | null): State[] {
    if (end === null) {
      const state = this.stateOf(key)
      return state ? [state] : []
    }
    const states: State[] = []
    for (const current of this.base.currents(key, end)) {
      this.visit()
      if (!this.latest.has(keyId(current.key))) states.push({ ...current, key: current.key.slice(), change: null })
    }
    const open = end.length === 1 && end[0] === 0
    for (const change of this.latest.values()) {
      this.visit()
      if (change.version === 0 || compareBytes(change.key, key) < 0 || (!open && compareBytes(change.key, end) >= 0)) continue
      states.push(stateOfChange(change))
    }
    return states.sort((a, b) => compareBytes(a.key, b.key))
  }

  private visit(): void {
    if (++this.visited > MOST_VISITED) throw new CannotApply({ code: 'requests-name-many', params: { most: MOST_VISITED } })
  }

  private async valueOf(state: State): Promise<Uint8Array> {
    return state.change?.value ?? (await this.base.valueOf(state))
  }

  /** etcd numbers the changes of a transaction from 0, at the next revision. */
  private change(change: Omit<Change, 'main' | 'sub'>): void {
    const whole = { ...change, main: this.revision + 1, sub: this.sub++ }
    this.changes.push(whole)
    const id = keyId(change.key)
    this.latest.set(id, whole)
    if (change.lease !== 0n) this.leaseKeys?.get(change.lease)?.set(id, change.key)
  }

  private async canPut({ key, lease, ignoreValue, ignoreLease }: PutOp): Promise<boolean> {
    if ((ignoreValue || ignoreLease) && this.stateOf(key) === null) return false
    return lease === 0n || (await this.lease(lease)) !== null
  }

  private async put({ key, value, lease, ignoreValue, ignoreLease }: PutOp): Promise<void> {
    const before = this.stateOf(key)
    const main = this.revision + 1
    this.change({
      key,
      create: before?.create ?? main,
      version: (before?.version ?? 0) + 1,
      lease: ignoreLease ? (before?.lease ?? 0n) : lease,
      value: ignoreValue && before ? await this.valueOf(before) : value,
    })
  }

  private delete({ key, end }: Pick<DeleteOp, 'key' | 'end'>): void {
    for (const state of this.statesIn(key, end)) this.change({ key: state.key, create: 0, version: 0, lease: 0n, value: new Uint8Array() })
  }

  // Transactions: every comparison and check uses the state before them.

  private async txn(txn: TxnOp): Promise<void> {
    const path: boolean[] = []
    await this.compareAll(txn, path)
    if (!(await this.canTxn(txn, [...path], true))) return
    await this.execute(txn, path)
  }

  /** Which branch each transaction takes, in the order of occurrence. */
  private async compareAll(txn: TxnOp, path: boolean[]): Promise<void> {
    let holds = true
    for (const compare of txn.compares) {
      holds = await this.compare(compare)
      if (!holds) break
    }
    path.push(holds)
    for (const op of branch(txn, holds)) if (op.kind === 'txn') await this.compareAll(op, path)
  }

  private async compare(compare: Compare): Promise<boolean> {
    const states = this.statesIn(compare.key, compare.end)
    if (states.length === 0) return compare.target !== 'value' && agrees(compare, 0n, new Uint8Array())
    for (const state of states) {
      let value: Uint8Array = new Uint8Array()
      if (compare.target === 'value') {
        value = await this.valueOf(state)
        this.compared += value.length
        if (this.compared > MOST_COMPARED_BYTES) throw new CannotApply(plain('requests-compare-much'))
      }
      if (!agrees(compare, numberOf(compare.target, state), value)) return false
    }
    return true
  }

  /** A starting member skips a transaction's reads, since nobody waits for them, but not those of nested transactions. */
  private async canTxn(txn: TxnOp, path: boolean[], outermost: boolean): Promise<boolean> {
    for (const op of branch(txn, path.shift() ?? false)) {
      if (op.kind === 'put' && !(await this.canPut(op))) return false
      if (op.kind === 'txn' && !(await this.canTxn(op, path, false))) return false
      if (op.kind !== 'range' || outermost || op.revision === 0n) continue
      if (Number(op.revision) > this.revision || Number(op.revision) < this.compacted) return false
    }
    return true
  }

  private async execute(txn: TxnOp, path: boolean[]): Promise<void> {
    for (const op of branch(txn, path.shift() ?? false)) {
      if (op.kind === 'put') await this.put(op)
      else if (op.kind === 'delete') this.delete(op)
      else if (op.kind === 'txn') await this.execute(op, path)
    }
  }

  // Leases

  private async lease(id: bigint): Promise<LeaseRecord | null> {
    const known = this.leases.get(id)
    return known === undefined ? await this.base.lease(id) : known
  }

  private async grant(id: bigint, ttl: bigint): Promise<boolean> {
    if (id === 0n || ttl > LONGEST_TTL || (await this.lease(id)) !== null) return false
    this.leases.set(id, { id, ttl: ttl < SHORTEST_TTL ? SHORTEST_TTL : ttl, remainingTTL: 0n })
    return true
  }

  private async revoke(id: bigint): Promise<boolean> {
    if ((await this.lease(id)) === null) return false
    for (const key of this.keysOf(id)) this.delete({ key, end: null })
    this.leases.set(id, null)
    return true
  }

  /** The keys of a lease, in order. */
  private keysOf(id: bigint): Uint8Array[] {
    this.leaseKeys ??= this.findLeaseKeys()
    const keys = [...(this.leaseKeys.get(id)?.values() ?? [])].filter((key) => this.stateOf(key)?.lease === id)
    return keys.sort(compareBytes)
  }

  /** One pass over every key, at the first request for a lease. */
  private findLeaseKeys(): Map<bigint, Map<string, Uint8Array>> {
    const found = new LeaseKeys()
    const everything = Uint8Array.of(0)
    for (const { key, lease } of this.base.currents(everything, everything)) if (lease !== 0n) found.get(lease).set(keyId(key), key.slice())
    for (const [id, { key, lease }] of this.latest) if (lease !== 0n) found.get(lease).set(id, key)
    return found
  }

  // Permissions

  private async mayPut({ key, lease, prevKv }: PutOp, asker: Asker): Promise<boolean> {
    if (!this.auth.may(asker, 'WRITE', key, null) || !(await this.mayUseLease(lease, asker))) return false
    return !prevKv || this.auth.may(asker, 'READ', key, null)
  }

  private mayDelete({ key, end, prevKv }: DeleteOp, asker: Asker): boolean {
    return this.auth.may(asker, 'WRITE', key, end) && (!prevKv || this.auth.may(asker, 'READ', key, end))
  }

  /** Both branches must be allowed, whichever is taken. */
  private async mayTxn(txn: TxnOp, asker: Asker): Promise<boolean> {
    if (!txn.compares.every(({ key, end }) => this.auth.may(asker, 'READ', key, end))) return false
    for (const op of [...txn.success, ...txn.failure]) {
      const may =
        op.kind === 'range'
          ? this.auth.may(asker, 'READ', op.key, op.end)
          : op.kind === 'put'
            ? await this.mayPut(op, asker)
            : op.kind === 'delete'
              ? this.mayDelete(op, asker)
              : await this.mayTxn(op, asker)
      if (!may) return false
    }
    return true
  }

  /** A lease may be used by users who may write all of its keys. */
  private async mayUseLease(id: bigint, asker: Asker): Promise<boolean> {
    if (this.auth.isAdmin(asker) || id === 0n || (await this.lease(id)) === null) return true
    return this.keysOf(id).every((key) => this.auth.may(asker, 'WRITE', key, null))
  }

  // Members

  private applyMembers(entry: StoredEntry): false | FileMessage {
    const change = changeOf(entry)
    if (change === null) return false
    const { records } = this
    if (change.kind === 'unreadable') return plain('request-unreadable')
    if (change.kind === 'version') records.clusterVersion = change.version
    else if (change.kind === 'attributes') this.setAttributes(change.memberId.toString(16), change.name, change.clientURLs)
    else if (change.kind === 'members') this.changeMembers(change.type, change.nodeId.toString(16), change.context)
    else {
      // Before 3.5 members publish their names and addresses through the v2 store.
      const attributes = /^\/0\/members\/([0-9a-f]+)\/attributes$/.exec(change.request.path)
      const member = attributes && memberFromJson(attributes[1] as string, change.request.value)
      if (member) this.setAttributes(member.id, member.name, member.clientURLs)
      else if (change.request.path === '/0/version') records.clusterVersion = change.request.value
    }
    return false
  }

  private setAttributes(id: string, name: string, clientURLs: string[]): void {
    this.records.members = this.records.members.map((member) => (member.id === id ? { ...member, name, clientURLs } : member))
  }

  private changeMembers(type: number, id: string, context: string): void {
    const { records } = this
    if (records.removedMembers.includes(id)) return
    const known = records.members.find((member) => member.id === id)
    // 0 add, 1 remove, 2 update, 3 add a learner; adding an existing one promotes it.
    if (type === 1) {
      records.members = records.members.filter((member) => member.id !== id)
      records.removedMembers.push(id)
      return
    }
    const member = memberFromJson(id, context)
    if (!member) return
    if (!known && type !== 2) records.members.push({ ...member, isLearner: type === 3 })
    else if (known && type === 0) records.members = records.members.map((one) => (one.id === id ? { ...one, isLearner: false } : one))
    else if (known) records.members = records.members.map((one) => (one.id === id ? { ...one, peerURLs: member.peerURLs } : one))
  }
}

/** Creates an entry for every requested lease. */
class LeaseKeys extends Map<bigint, Map<string, Uint8Array>> {
  override get(id: bigint): Map<string, Uint8Array> {
    let keys = super.get(id)
    if (!keys) {
      keys = new Map()
      this.set(id, keys)
    }
    return keys
  }
}

const stateOfChange = (change: Change): State => ({
  key: change.key,
  create: change.create,
  mod: change.main,
  version: change.version,
  lease: change.lease,
  change,
  row: -1,
})

const branch = (txn: TxnOp, holds: boolean): Op[] => (holds ? txn.success : txn.failure)

/** Whether etcd would count it as using space. */
function holdsPut(txn: TxnOp): boolean {
  return [...txn.success, ...txn.failure].some((op) => op.kind === 'put' || (op.kind === 'txn' && holdsPut(op)))
}

function numberOf(target: Compare['target'], state: State): bigint {
  switch (target) {
    case 'version':
      return BigInt(state.version)
    case 'create':
      return BigInt(state.create)
    case 'mod':
      return BigInt(state.mod)
    case 'lease':
      return state.lease
    default:
      return 0n
  }
}

function agrees(compare: Compare, number: bigint, value: Uint8Array): boolean {
  const order =
    compare.target === 'unknown'
      ? 0
      : compare.target === 'value'
        ? compareBytes(value, compare.value)
        : number < compare.number
          ? -1
          : number > compare.number
            ? 1
            : 0
  switch (compare.result) {
    case 'equal':
      return order === 0
    case 'notEqual':
      return order !== 0
    case 'greater':
      return order > 0
    case 'less':
      return order < 0
    default:
      return true
  }
}
