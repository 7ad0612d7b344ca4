// A cluster out of a file: a snapshot, a database, a `.snap` or a data directory, with what its files say of themselves.
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { FileStatus, Notice } from '@registree/contract'
import { type MvccKeyspace, openBolt, openMvcc, openV2Store, type V2Store, verifyTrailer } from '@registree/etcd-file'
import { AppError } from '../../problem.ts'
import { Identity } from '../identity.ts'
import type { OpenedCluster, V2Source, V3Source } from '../source.ts'
import { AbsentV2Source, AbsentV3Source } from './absent.ts'
import { FileV2Source } from './file-v2-source.ts'
import { FileV3Source } from './file-v3-source.ts'
import { locate } from './locate.ts'
import { newestInstant } from './newest-instant.ts'
import { type NodeFile, openNodeFile } from './node-file.ts'

const ANEW = 'Start Registree anew to open what lies there now.'
const LARGE_BYTES = 64 * 1024 * 1024
const FIRST_PAGES_MS = 1500

/** Reads the index of every key, no values. Throws AppError SOURCE_CORRUPT when neither keyspace can be opened, and Node's own errors. */
export async function openFile(target: string, now: () => number = Date.now): Promise<OpenedCluster> {
  const located = await locate(target)
  const notices: Notice[] = []
  const database = located.db === null ? null : await openDatabase(located.db, notices)
  const store = located.snaps.length === 0 && located.wals.length === 0 ? null : await openStore(located.snaps, located.wals, notices)
  if (database === null && store === null) {
    throw new AppError(
      'SOURCE_CORRUPT',
      `${path.basename(target)} holds no keyspace that can be read: ${notices.map(({ message }) => message).join(' ')}`,
    )
  }

  const closing = new AbortController()
  const asOf = database === null ? null : await newestInstant(database.keyspace, now()).catch(() => null)
  const facts = await describe(target, located.kind, database, store, asOf)
  if (located.kind === 'snapshot' && database !== null) {
    // Half a gigabyte takes a second to add up: the tree need not wait, and whoever opened the file sees its first pages before it begins.
    facts.trailer = 'checking'
    const { file } = database
    const wait = file.size < LARGE_BYTES ? 0 : FIRST_PAGES_MS
    const verified = setTimeout(wait, undefined, { signal: closing.signal }).then(() => verifyTrailer(file, closing.signal))
    void verified.then(
      (state) => {
        facts.trailer = state
        if (state === 'mismatch') {
          notices.push({
            level: 'error',
            where: 'sha256',
            message: 'The checksum at the end of the snapshot does not match: the file was changed or damaged after it was saved.',
          })
        }
      },
      (error: unknown) => {
        if (closing.signal.aborted) return
        facts.trailer = null
        notices.push({
          level: 'error',
          where: 'sha256',
          message: `The checksum could not be verified: ${error instanceof Error ? error.message : String(error)}`,
        })
      },
    )
  } else if (database !== null) {
    facts.trailer = database.file.size % 512 === 0 ? 'absent' : 'truncated'
    const rest = database.file.size - database.keyspace.stats.size
    if (facts.trailer === 'truncated' && rest >= 0) {
      notices.push({
        level: 'error',
        where: 'sha256',
        message: `The checksum at the end of the snapshot is not whole: the file was cut short or has grown. The database before it, ${database.keyspace.stats.size} bytes, is all here but cannot be verified.`,
      })
    }
  }

  const v3 = database === null ? null : new FileV3Source(database.keyspace)
  const members = database?.keyspace.records.members.length ? database.keyspace.records.members : (store?.members ?? [])
  const reason = (keyspace: string) => notices.find(({ where, level }) => where === keyspace && level === 'error')?.message
  return {
    source: 'file',
    origin: path.basename(path.resolve(target)),
    asOf: asOf === null ? null : new Date(asOf),
    v3: (v3 ??
      new AbsentV3Source(reason('v3') ?? 'There is no member/snap/db here: a .snap file holds the v2 keyspace only.')) satisfies V3Source,
    v2: (store === null
      ? new AbsentV2Source(
          reason('v2') ?? 'A database file holds the v3 keyspace only; v2 is in a data directory (member/snap/*.snap and member/wal).',
        )
      : new FileV2Source(store, asOf === null ? now : () => new Date(asOf).getTime())) satisfies V2Source,
    identity: Identity.constant(),
    pulse: null,
    keepConnected: () => {},
    inFlight: () => v3?.inFlight ?? 0,
    facts: async () => {
      const changed = await database?.file.changed().catch((error: unknown) => `The file can no longer be looked at: ${String(error)}`)
      return {
        members: members.map((member) => ({ ...member, isLeader: false })),
        etcd: null,
        file: facts,
        notices: changed == null ? notices : [{ level: 'error', where: 'file', message: `${changed} ${ANEW}` }, ...notices],
      }
    },
    close: async () => {
      closing.abort()
      await database?.file.close()
    },
  }
}

interface OpenedDatabase {
  file: NodeFile
  keyspace: MvccKeyspace
}

async function openDatabase(file: string, notices: Notice[]): Promise<OpenedDatabase | null> {
  const access = await openNodeFile(file)
  try {
    const keyspace = await openMvcc(await openBolt(access))
    notices.push(...keyspace.findings)
    return { file: access, keyspace }
  } catch (error) {
    await access.close()
    notices.push({
      level: 'error',
      where: 'v3',
      message: `The v3 keyspace cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    })
    return null
  }
}

async function openStore(snaps: string[], wals: string[], notices: Notice[]): Promise<V2Store | null> {
  const files: NodeFile[] = []
  try {
    for (const wal of wals) files.push(await openNodeFile(wal))
    const store = await openV2Store({
      snaps: snaps.map((file) => ({ name: path.basename(file), read: () => readFile(file) })),
      wals: wals.map((file, index) => ({ name: path.basename(file), file: files[index] as NodeFile })),
    })
    notices.push(...store.findings)
    return store
  } catch (error) {
    notices.push({
      level: 'error',
      where: 'v2',
      message: `The v2 keyspace cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    })
    return null
  } finally {
    await Promise.all(files.map((file) => file.close()))
  }
}

async function describe(
  target: string,
  kind: FileStatus['kind'],
  database: OpenedDatabase | null,
  store: V2Store | null,
  asOf: string | null,
): Promise<FileStatus> {
  const records = database?.keyspace.records
  const stats = database?.keyspace.stats
  const raft = store?.raft
  const itself = await stat(target)
  return {
    name: path.basename(path.resolve(target)),
    kind,
    size: database?.file.size ?? itself.size,
    modified: (database?.file.modified ?? itself.mtime).toISOString(),
    asOf,
    trailer: null,
    pageSize: stats?.pageSize ?? null,
    dbSize: stats?.size ?? null,
    dbSizeInUse: stats?.sizeInUse ?? null,
    totalEntries: stats?.totalEntries ?? null,
    clusterVersion: records?.clusterVersion ?? store?.clusterVersion ?? null,
    storageVersion: records?.storageVersion ?? null,
    consistentIndex: text(records?.consistentIndex),
    raftTerm: text(records?.term ?? raft?.term),
    raftCommit: text(raft?.commit),
    nodeId: raft?.nodeId ?? null,
    clusterId: raft?.clusterId ?? null,
  }
}

function text(value: bigint | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value)
}
