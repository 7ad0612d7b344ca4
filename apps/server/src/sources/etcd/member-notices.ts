// Notices about the members of a live etcd, from their own status.
import type { Notice } from '@registree/contract'
import { displayKey, equalBytes, type Interval, KEYSPACE_END, kindOf, type Readable, wholePrefix } from '@registree/keyspace'
import { notice } from '../../messages/notice.ts'
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
    return [
      notice('warning', endpoint, 'quota-nearly-full', {
        percent,
        dbSize,
        dbSizeQuota,
        // Unknown before etcd 3.4.
        dbSizeInUse: dbSizeInUse ?? 0,
        full: percent < 100 ? 'no' : 'yes',
      }),
    ]
  })
}

export function downgradeNotice(target: string): Notice {
  return notice('info', 'downgrade', 'downgrade', { target })
}

export function proxyNotice(endpoints: readonly string[]): Notice {
  return notice('info', 'members', 'grpc-proxy', { endpoints: [...endpoints] })
}

export function kineNotice(endpoints: readonly string[], { keysOnly, ranges }: KineFeatures): Notice {
  return notice('info', endpoints.join(', '), 'kine', { keysOnly: keysOnly ? 1 : 0, ranges: ranges ? 1 : 0 })
}

export function restrictedNotice(user: string, readable: Readable): Notice {
  const granted = readable.granted.map(describeInterval)
  return notice('info', 'v3', 'user-restricted', { user, readable: granted, ranges: granted.length })
}

/** `/apps/blue/…`, `/apps/one`, `[/a, /b)`, `[/a, ∞)`: the same in every language. */
export function describeInterval({ key, end }: Interval): string {
  const { kind } = kindOf({ key, end })
  if (kind === 'key') return displayKey(key)
  if (kind === 'prefix') return `${displayKey(wholePrefix(key))}…`
  return end === null || equalBytes(end, KEYSPACE_END) ? `[${displayKey(key)}, ∞)` : `[${displayKey(key)}, ${displayKey(end)})`
}
