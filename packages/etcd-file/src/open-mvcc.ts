// Opens the v3 keyspace of a database file, and brings it up to date with the log beside it.
import type { BoltFile } from './bolt.ts'
import { applyLog } from './log-replay.ts'
import type { MemberLog } from './member-log.ts'
import { type MvccKeyspace, type MvccOptions, readMvcc } from './mvcc.ts'

/**
 * Reads the database as {@link readMvcc} does. With the `log` of the member that it belongs to, what that holds and the database does not
 * is applied in memory, as etcd does when it starts on these files; the keyspace's `log` and findings say what became of it.
 */
export async function openMvcc(bolt: BoltFile, options: MvccOptions & { log?: MemberLog | null } = {}): Promise<MvccKeyspace> {
  const { keyspace, whole } = await readMvcc(bolt, options)
  return options.log ? await applyLog(keyspace, options.log, whole, options.signal) : keyspace
}
