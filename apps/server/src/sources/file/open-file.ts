// Opens a cluster from a file: a snapshot, a database, a `.snap` or a data directory, with what its files say about themselves.
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { FileStatus, Notice } from '@registree/contract'
import { type LogFacts, type MemberLog, openV2Store, raftFacts, type V2Store } from '@registree/etcd-file'
import type { ErrorMessage, FileMessage } from '../../messages/in-english.ts'
import { notice, noticeOfFile } from '../../messages/notice.ts'
import { AppError } from '../../problem.ts'
import { Identity } from '../identity.ts'
import type { OpenedCluster, V2Source, V3Source } from '../source.ts'
import { AbsentV2Source, AbsentV3Source } from './absent.ts'
import { faultOf } from './file-fault.ts'
import { FileV2Source } from './file-v2-source.ts'
import { FileV3Source } from './file-v3-source.ts'
import { type Located, locate } from './locate.ts'
import { type NewestInstant, newestInstant, type OpenStored } from './newest-instant.ts'
import { type NodeFile, openNodeFile } from './node-file.ts'
import { type OpenedDatabase, openMemberFiles } from './open-member-files.ts'
import { verifyFile } from './verify-file.ts'

export interface OpenFileOptions {
  /** Opens the last changed values, to find out when the file was taken. */
  open: OpenStored
  /** The current time, in ms since 1970. */
  now?: () => number
}

/**
 * Reads the index of every key, and the last changed values. Throws AppError SOURCE_CORRUPT if neither keyspace can be opened, and Node's own errors.
 */
export async function openFile(target: string, { open, now = Date.now }: OpenFileOptions): Promise<OpenedCluster> {
  const located = await locate(target)
  const notices: Notice[] = []
  const { database, log } = await openMemberFiles(located, notices)
  const store = located.snaps.length === 0 && located.wals.length === 0 ? null : await openStore(located, log, notices)
  if (database === null && store === null) {
    // For the command line: Registree does not start with it.
    const text = `${path.basename(target)} holds no keyspace that can be read: ${notices.map(({ message }) => message).join(' ')}`
    throw new AppError('SOURCE_CORRUPT', { code: 'stored-text', params: { text } })
  }

  const closing = new AbortController()
  const asOf = await momentOfFile(database, store, open, now(), notices)
  const facts = await describe(target, located.kind, database, log, store, asOf)
  if (database !== null) verifyFile(database, facts, notices, closing.signal)

  const v3 = database === null ? null : new FileV3Source(database.keyspace)
  const members = database?.keyspace.records.members.length ? database.keyspace.records.members : (store?.members ?? [])
  const problem = (keyspace: string): ErrorMessage | undefined => {
    const found = notices.find(({ where, level }) => where === keyspace && level === 'error')
    return found && { code: 'notice-says', params: { why: { code: found.code, params: found.params } } }
  }
  return {
    source: 'file',
    origin: path.basename(path.resolve(target)),
    clock: asOf === null ? { kind: 'unknown' } : { kind: 'file', asOf: new Date(asOf) },
    v3: (v3 ?? new AbsentV3Source(problem('v3') ?? { code: 'v3-not-in-snap', params: {} })) satisfies V3Source,
    v2: v2Source(store, facts, problem('v2'), asOf === null ? null : () => Date.parse(asOf)),
    identity: Identity.constant(),
    pulse: null,
    keepConnected: () => {},
    inFlight: () => v3?.inFlight ?? 0,
    facts: async () => {
      const changed = await database?.file
        .changed()
        .catch((error: unknown): FileMessage => ({ code: 'changed-unknown', params: { why: faultOf(error) } }))
      return {
        members: members.map((member) => ({ ...member, isLeader: false })),
        etcd: null,
        file: facts,
        notices: changed == null ? notices : [notice('error', 'file', 'file-changed', { why: changed }), ...notices],
      }
    },
    close: async () => {
      closing.abort()
      await database?.file.close()
    },
  }
}

/** When the files were taken: RFC 3339, or null with a notice if nothing shows it. */
async function momentOfFile(
  database: OpenedDatabase | null,
  store: V2Store | null,
  open: OpenStored,
  now: number,
  notices: Notice[],
): Promise<string | null> {
  // A value that cannot be read is reported where it is shown.
  const found = database && (await newestInstant(database.keyspace, open, now).catch(() => null))
  if (found?.instant) return found.instant
  if (store?.lastSync && Date.parse(store.lastSync) <= now) return store.lastSync
  if (found && found.looked > 0) notices.push(found.encrypted > 0 ? agesEncrypted(found) : AGES_UNKNOWN)
  return null
}

const AGES_UNKNOWN = notice('info', 'ages', 'ages-unknown', {})

function agesEncrypted({ looked, encrypted }: NewestInstant): Notice {
  return notice('warning', 'ages', 'ages-encrypted', { looked, encrypted })
}

/** Snapshots still contain an empty v2 store where etcd has stopped using it: it holds the members. */
function v2Source(store: V2Store | null, facts: FileStatus, problem: ErrorMessage | undefined, now: (() => number) | null): V2Source {
  const version = facts.storageVersion ?? facts.clusterVersion
  const gone = version !== null && isAtLeast(version, 3, 6)
  if (store !== null && !(gone && store.get('/')?.children?.length === 0)) return new FileV2Source(store, now)
  if (gone) return new AbsentV2Source({ code: 'v2-gone', params: { version } })
  return new AbsentV2Source(problem ?? { code: 'v2-not-in-database', params: {} })
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number)
  return a > major || (a === major && b >= minor)
}

async function openStore({ snaps, wals }: Located, log: MemberLog | null, notices: Notice[]): Promise<V2Store | null> {
  const files: NodeFile[] = []
  try {
    for (const wal of wals) files.push(await openNodeFile(wal))
    const store = await openV2Store({
      snaps: snaps.map((file) => ({ name: path.basename(file), read: () => readWhole(file) })),
      wals: wals.map((file, index) => ({ name: path.basename(file), file: files[index] as NodeFile })),
      log,
    })
    notices.push(...store.findings.map(noticeOfFile))
    return store
  } catch (error) {
    notices.push(notice('error', 'v2', 'v2-unreadable', { reason: faultOf(error) }))
    return null
  } finally {
    await Promise.all(files.map((file) => file.close()))
  }
}

async function readWhole(path: string): Promise<Uint8Array> {
  const file = await openNodeFile(path)
  try {
    return await file.read(0, file.size)
  } finally {
    await file.close()
  }
}

async function describe(
  target: string,
  kind: FileStatus['kind'],
  database: OpenedDatabase | null,
  log: MemberLog | null,
  store: V2Store | null,
  asOf: string | null,
): Promise<FileStatus> {
  const records = database?.keyspace.records
  const stats = database?.keyspace.stats
  const raft = store?.raft ?? (log && raftFacts(log.reading, 0n))
  const itself = await stat(target)
  return {
    name: path.basename(path.resolve(target)),
    kind,
    size: database?.file.size ?? itself.size,
    modified: (database?.file.modified ?? itself.mtime).toISOString(),
    asOf,
    trailer: null,
    structure: null,
    pageSize: stats?.pageSize ?? null,
    dbSize: stats?.size ?? null,
    dbSizeInUse: stats?.sizeInUse ?? null,
    totalEntries: stats?.totalEntries ?? null,
    clusterVersion: records?.clusterVersion ?? store?.clusterVersion ?? null,
    storageVersion: records?.storageVersion ?? null,
    downgradeTo: records?.downgrade?.enabled ? records.downgrade.target : null,
    consistentIndex: text(records?.consistentIndex),
    raftTerm: text(records?.term ?? raft?.term),
    raftCommit: text(raft?.commit),
    log: logStatus(database?.keyspace.log ?? null),
    nodeId: raft?.nodeId ?? null,
    clusterId: raft?.clusterId ?? null,
  }
}

function logStatus(log: LogFacts | null): FileStatus['log'] {
  return log && { ...log, databaseIndex: String(log.databaseIndex), shownIndex: String(log.shownIndex) }
}

function text(value: bigint | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value)
}
