// The watch of a keyspace that never changes: it ends at once.
import type { WatchReply } from '../source.ts'

export async function* noChanges<Change>(): AsyncGenerator<WatchReply<Change>> {
  yield* []
}
