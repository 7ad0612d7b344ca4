// Notices about the members of a live etcd, from their own status.
import type { Notice } from '@registree/contract'
import { displayKey, equalBytes, type Interval, KEYSPACE_END, kindOf, type Readable, wholePrefix } from '@registree/keyspace'
import type { KineFeatures } from './kine.ts'

/** A database that uses more than this share of its quota is nearly full. */
const NEARLY_FULL = 0.8

/** Sizes in bytes. */
export interface Fullness {
  endpoint: string
  dbSize: number | null
  dbSizeInUse: number | null
  /** Null if there is none, and before 3.6, which does not report it. */
  dbSizeQuota: number | null
}

/** etcd compares the size of the file, including free pages, with the quota. Source: etcd server/storage/quota.go (BackendQuota.Available). */
export function quotaNotices(members: readonly Fullness[]): Notice[] {
  return members.flatMap(({ endpoint, dbSize, dbSizeInUse, dbSizeQuota }): Notice[] => {
    if (dbSize === null || dbSizeQuota === null || dbSize < NEARLY_FULL * dbSizeQuota) return []
    const percent = Math.floor((100 * dbSize) / dbSizeQuota)
    const bytes = (size: number) => size.toLocaleString('en-US')
    const inUse = dbSizeInUse === null ? '' : `, ${bytes(dbSizeInUse)} of them in use`
    const then =
      percent < 100
        ? 'Once it is full, etcd raises the alarm NOSPACE and takes no more writes.'
        : 'The next write raises the alarm NOSPACE; from then on etcd takes no more writes.'
    return [
      {
        level: 'warning',
        where: endpoint,
        message: `The database is at ${percent} % of its quota: ${bytes(dbSize)} of ${bytes(dbSizeQuota)} bytes${inUse}. ${then} Compact the history and defragment the members (etcdctl compact, defrag), or raise --quota-backend-bytes.`,
        code: 'QUOTA_NEARLY_FULL',
        params: { endpoint, percent, dbSize, dbSizeQuota, ...(dbSizeInUse === null ? {} : { dbSizeInUse }) },
      },
    ]
  })
}

export function downgradeNotice(target: string): Notice {
  return {
    level: 'info',
    where: 'downgrade',
    message: `The cluster is being downgraded to ${target}. Its members can now be replaced by members of that version; "etcdctl downgrade cancel" ends it.`,
    code: 'DOWNGRADE',
    params: { target },
  }
}

export function proxyNotice(endpoints: readonly string[]): Notice {
  return {
    level: 'info',
    where: 'members',
    message: `A gRPC proxy answers at ${endpoints.join(', ')}: it gives no member ids, and its status is that of one of the members behind it. The v2 API is at the members themselves.`,
    code: 'GRPC_PROXY',
    params: { endpoints: [...endpoints] },
  }
}

export function kineNotice(endpoints: readonly string[], { keysOnly, ranges }: KineFeatures): Notice {
  const missing = [
    'It has no members, no raft, no alarms and no v2 keyspace, and does not say how long a lease still runs.',
    ...(keysOnly ? [] : ['This release (before 0.14) reads the values wherever keys are listed, and keeps no versions of keys.']),
    ...(ranges ? [] : ['Keys that do not begin with / are not listed: this release (before 0.16) cannot.']),
  ]
  return {
    level: 'info',
    where: endpoints.join(', '),
    message: `kine answers here: k3s on an SQL database in place of etcd. ${missing.join(' ')}`,
    code: 'KINE',
    params: { endpoints: [...endpoints], keysOnly: keysOnly ? 1 : 0, ranges: ranges ? 1 : 0 },
  }
}

export function restrictedNotice(user: string, readable: Readable): Notice {
  const ranges = readable.granted.map(describeInterval)
  return {
    level: 'info',
    where: 'v3',
    message: `The user ${user} may read only a part of the keyspace: ${ranges.join(', ') || 'nothing'}`,
    code: 'USER_RESTRICTED',
    params: { user, readable: ranges },
  }
}

/** `/apps/blue/…`, `/apps/one`, `/a … /b`. */
export function describeInterval({ key, end }: Interval): string {
  const { kind } = kindOf({ key, end })
  if (kind === 'key') return displayKey(key)
  if (kind === 'prefix') return `${displayKey(wholePrefix(key))}…`
  return end === null || equalBytes(end, KEYSPACE_END) ? `from ${displayKey(key)} on` : `${displayKey(key)} to before ${displayKey(end)}`
}
