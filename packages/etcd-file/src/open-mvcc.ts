// Opens the v3 keyspace of a database file, and applies the log beside it.
import type { BoltFile } from './bolt.ts'
import { applyLog } from './log-replay.ts'
import type { MemberLog } from './member-log.ts'
import { type MvccKeyspace, type MvccOptions, readMvcc } from './mvcc.ts'

/**
 * Reads the database like {@link readMvcc}. With the `log` of its member, entries missing in the database are applied in memory, as etcd does when it
 * starts on these files; the keyspace's `log` and findings report the result.
 */
export async function openMvcc(bolt: BoltFile, options: MvccOptions & { log?: MemberLog | null } = {}): Promise<MvccKeyspace> {
  const { keyspace, whole } = await readMvcc(bolt, options)
  return options.log ? await applyLog(keyspace, options.log, whole, options.signal) : keyspace
}
