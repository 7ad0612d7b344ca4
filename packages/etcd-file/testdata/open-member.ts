// Opens the v3 keyspace of a `member` directory with the log beside it: for tests only.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openBolt } from '../src/bolt.ts'
import { contiguousWal } from '../src/file-kind.ts'
import { leastAppliedIndex, type MemberLog, readMemberLog } from '../src/member-log.ts'
import type { MvccKeyspace } from '../src/mvcc.ts'
import { openMvcc } from '../src/open-mvcc.ts'
import { diskFile } from './disk-file.ts'

export type OpenedMember = { keyspace: MvccKeyspace; log: MemberLog; close(): Promise<void> }

export async function openMember(member: string): Promise<OpenedMember> {
  const db = await diskFile(join(member, 'snap/db'))
  const wal = join(member, 'wal')
  const segments = await Promise.all(contiguousWal(await readdir(wal)).map(async (name) => ({ name, file: await diskFile(join(wal, name)) })))
  const bolt = await openBolt(db)
  const log = await readMemberLog({ segments, snapshotIndex: 0n, appliedIndex: await leastAppliedIndex(bolt) })
  for (const { file } of segments) await file.close()
  if (!log) throw new Error(`there is no log in ${wal}`)
  return { keyspace: await openMvcc(bolt, { log }), log, close: () => db.close() }
}
