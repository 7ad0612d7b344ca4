// Users, roles and permissions, as etcd evaluates them when it applies a request: rejected writes are in the log too.
// Sources: etcd server/auth/{store,range_perm_cache}.go, server/etcdserver/apply/apply_auth.go.
import type { EtcdRecords, RoleRecord, UserRecord } from './etcd-records.ts'
import { compareBytes } from './random-access.ts'
import type { AuthChange } from './v3-request.ts'

const ROOT = 'root'

export type Asker = { user: string; authRevision: bigint }
type Auth = EtcdRecords['auth']
type Permission = RoleRecord['permissions'][number]

/** A copy of a database's users and roles, changed as etcd would. */
export class AuthState {
  readonly auth: Auth

  constructor(auth: Auth) {
    this.auth = {
      ...auth,
      users: auth.users.map((user) => ({ ...user, roles: [...user.roles] })),
      roles: auth.roles.map((role) => ({ ...role, permissions: [...role.permissions] })),
    }
  }

  isAdmin(asker: Asker): boolean {
    if (!this.auth.enabled) return true
    return this.user(asker.user)?.roles.includes(ROOT) ?? false
  }

  /** Whether somebody may read or write a key or an interval (`end` null: the single key). */
  may(asker: Asker, type: 'READ' | 'WRITE', key: Uint8Array, end: Uint8Array | null): boolean {
    if (!this.auth.enabled) return true
    // A token older than the last change of users or roles is rejected.
    if (asker.authRevision === 0n || asker.authRevision < (this.auth.revision ?? 0n)) return false
    const user = this.user(asker.user)
    if (!user) return false
    if (user.roles.includes(ROOT)) return true
    const granted = user.roles
      .flatMap((name) => this.role(name)?.permissions ?? [])
      .filter((permission) => permission.type === type || permission.type === 'READWRITE')
    return end === null ? granted.some((permission) => holds(permission, key)) : covers(granted, key, end)
  }

  /** Applies a change if etcd would; false if it is rejected. Only administrators may request one. */
  apply(asker: Asker, change: AuthChange): boolean {
    if (change.kind === 'read' || !this.isAdmin(asker)) return false
    if (!this.change(change)) return false
    if (change.kind !== 'enable') this.auth.revision = (this.auth.revision ?? 0n) + 1n
    return true
  }

  private change(change: Exclude<AuthChange, { kind: 'read' }>): boolean {
    const { auth } = this
    switch (change.kind) {
      case 'enable':
        if (auth.enabled || !this.user(ROOT)?.roles.includes(ROOT)) return false
        auth.enabled = true
        return true
      case 'disable':
        if (!auth.enabled) return false
        auth.enabled = false
        return true
      case 'userAdd':
        if (change.name === '' || this.user(change.name)) return false
        insert(auth.users, { name: change.name, roles: [], noPassword: change.noPassword })
        return true
      case 'userDelete':
        if (auth.enabled && change.name === ROOT) return false
        return remove(auth.users, change.name)
      case 'userPassword':
        return this.user(change.name) !== undefined
      case 'userGrant': {
        const user = this.user(change.name)
        if (!user || user.roles.includes(change.role) || (change.role !== ROOT && !this.role(change.role))) return false
        user.roles.push(change.role)
        user.roles.sort(byBytes)
        return true
      }
      case 'userRevoke': {
        const user = this.user(change.name)
        if (!user?.roles.includes(change.role) || (auth.enabled && change.name === ROOT && change.role === ROOT)) return false
        user.roles = user.roles.filter((role) => role !== change.role)
        return true
      }
      case 'roleAdd':
        if (change.name === '' || this.role(change.name)) return false
        insert(auth.roles, { name: change.name, permissions: [] })
        return true
      case 'roleDelete':
        if ((auth.enabled && change.name === ROOT) || !remove(auth.roles, change.name)) return false
        for (const user of auth.users) user.roles = user.roles.filter((role) => role !== change.name)
        return true
      case 'roleGrant': {
        const role = this.role(change.name)
        const { permission } = change
        if (!role || !permission || !isRange(permission)) return false
        const first = role.permissions.findIndex(({ key }) => compareBytes(key, permission.key) >= 0)
        const same = role.permissions[first]
        if (same && sameRange(same, permission)) role.permissions[first] = permission
        else {
          role.permissions.push(permission)
          role.permissions.sort((a, b) => compareBytes(a.key, b.key))
        }
        return true
      }
      case 'roleRevoke': {
        const role = this.role(change.name)
        const left = role?.permissions.filter((permission) => !sameRange(permission, { key: change.key, rangeEnd: change.end }))
        if (!role || !left || left.length === role.permissions.length) return false
        role.permissions = left
        return true
      }
    }
  }

  private user(name: string): UserRecord | undefined {
    return this.auth.users.find((user) => user.name === name)
  }

  private role(name: string): RoleRecord | undefined {
    return this.auth.roles.find((role) => role.name === name)
  }
}

const isOpen = (end: Uint8Array) => end.length === 1 && end[0] === 0

function holds({ key, rangeEnd }: Permission, wanted: Uint8Array): boolean {
  const order = compareBytes(key, wanted)
  if (rangeEnd === null) return order === 0
  return order <= 0 && (isOpen(rangeEnd) || compareBytes(wanted, rangeEnd) < 0)
}

/** Whether intervals together cover [key, end); etcd treats a permission for one key as the interval up to the next possible key. */
function covers(granted: Permission[], key: Uint8Array, end: Uint8Array): boolean {
  const intervals = granted
    .map(({ key: from, rangeEnd }) => ({ from, to: rangeEnd ?? Uint8Array.of(...from, 0), open: rangeEnd !== null && isOpen(rangeEnd) }))
    .sort((a, b) => compareBytes(a.from, b.from))
  let reached = key
  for (const { from, to, open } of intervals) {
    if (compareBytes(from, reached) > 0) return false
    if (open) return true
    if (compareBytes(to, reached) > 0) reached = to
    if (!isOpen(end) && compareBytes(reached, end) >= 0) return true
  }
  return false
}

function isRange({ key, rangeEnd }: Permission): boolean {
  return key.length > 0 && (rangeEnd === null || isOpen(rangeEnd) || compareBytes(key, rangeEnd) < 0)
}

function sameRange(a: Pick<Permission, 'key' | 'rangeEnd'>, b: Pick<Permission, 'key' | 'rangeEnd'>): boolean {
  return compareBytes(a.key, b.key) === 0 && compareBytes(a.rangeEnd ?? new Uint8Array(), b.rangeEnd ?? new Uint8Array()) === 0
}

const utf8 = new TextEncoder()
const byBytes = (a: string, b: string) => compareBytes(utf8.encode(a), utf8.encode(b))

function insert<T extends { name: string }>(list: T[], item: T): void {
  list.push(item)
  list.sort((a, b) => byBytes(a.name, b.name))
}

function remove(list: { name: string }[], name: string): boolean {
  const at = list.findIndex((item) => item.name === name)
  if (at >= 0) list.splice(at, 1)
  return at >= 0
}
