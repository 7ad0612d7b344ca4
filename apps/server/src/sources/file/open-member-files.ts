// Opens the database of a file or data directory, and replays the log beside it.
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Notice } from '@registree/contract'
import {
  appliedIndex,
  type BoltFile,
  beginningIndex,
  leastAppliedIndex,
  type MemberLog,
  type MvccKeyspace,
  openBolt,
  openMvcc,
  readMemberLog,
  snapDatabaseName,
  snapIndices,
} from '@registree/etcd-file'
import { notice, noticeOfFile } from '../../messages/notice.ts'
import { faultOf } from './file-fault.ts'
import type { Located } from './locate.ts'
import { type NodeFile, openNodeFile } from './node-file.ts'

export interface OpenedDatabase {
  file: NodeFile
  keyspace: MvccKeyspace
}

/** Null for what is missing or unreadable; the notices say why. */
export async function openMemberFiles(
  located: Located,
  notices: Notice[],
): Promise<{ database: OpenedDatabase | null; log: MemberLog | null }> {
  const opened: NodeFile[] = []
  let log: MemberLog | null = null
  try {
    if (located.db === null) return { database: null, log: await readLog(located, null, notices) }
    let file = await openNodeFile(located.db)
    opened.push(file)
    let bolt = await openBolt(file)
    log = await readLog(located, await leastAppliedIndex(bolt), notices)
    const sent = log && (await sentDatabase(located, log, bolt, notices))
    if (sent) {
      opened.push(sent)
      file = sent
      bolt = await openBolt(file)
    }
    const keyspace = await openMvcc(bolt, { log })
    notices.push(...keyspace.findings.map(noticeOfFile))
    if (log === null && located.kind !== 'snapshot' && located.wals.length === 0) notices.push(NO_LOG)
    for (const other of opened) if (other !== file) await other.close()
    return { database: { file, keyspace }, log }
  } catch (error) {
    await Promise.all(opened.map((file) => file.close()))
    notices.push(notice('error', 'v3', 'v3-unreadable', { reason: faultOf(error) }))
    return { database: null, log: log ?? (await readLog(located, null, notices)) }
  }
}

const NO_LOG = notice('info', 'WAL', 'no-log', {})

/**
 * A database received from the leader that etcd would swap in for `db` at its next start: its snapshot is newer than `db`. Null if `db` is the
 * current one.
 */
async function sentDatabase({ db, snaps }: Located, log: MemberLog, bolt: BoltFile, notices: Notice[]): Promise<NodeFile | null> {
  const applied = await appliedIndex(bolt)
  const beginning = beginningIndex(log.reading, snapIndices(snaps.map((snap) => path.basename(snap))))
  if (db === null || beginning <= applied) return null
  const name = snapDatabaseName(beginning)
  const indices = { databaseIndex: String(applied), snapshotIndex: String(beginning), file: name }
  const sent = path.join(path.dirname(db), name)
  if (!existsSync(sent)) {
    notices.push(notice('error', 'database', 'database-behind-snapshot', indices))
    return null
  }
  const file = await openNodeFile(sent)
  notices.push(notice('info', 'database', 'sent-database', indices))
  return file
}

/** Null if there is no log or its files cannot be opened. */
async function readLog({ wals, snaps }: Located, applied: bigint | null, notices: Notice[]): Promise<MemberLog | null> {
  const files: NodeFile[] = []
  try {
    for (const wal of wals) files.push(await openNodeFile(wal))
    const log = await readMemberLog({
      segments: files.map((file, i) => ({ name: path.basename(wals[i] as string), file })),
      snapshotIndex: snapIndices(snaps.map((snap) => path.basename(snap)))[0] ?? 0n,
      appliedIndex: applied,
    })
    notices.push(...(log?.findings ?? []).map(noticeOfFile))
    return log
  } catch (error) {
    notices.push(notice('error', 'WAL', 'log-unreadable', { reason: faultOf(error) }))
    return null
  } finally {
    await Promise.all(files.map((file) => file.close()))
  }
}
