// Counts the keys below directories; what listing them has told already is not asked again.
import { type OrderedSource, prefixEnd, type RangeKnowledge, utf8 } from '@registree/keyspace'

export interface CountRequest {
  source: OrderedSource
  /** Of a listing of the directories at the same revision: it has counted the small ones on its way. */
  knowledge: RangeKnowledge
  /** The Kubernetes prefix with a slash at both ends. */
  root: string
  revision: bigint
  signal: AbortSignal
}

/** The sum over all of them. */
export async function countDirectories(request: CountRequest, paths: readonly string[]): Promise<number> {
  const { source, knowledge, root, revision, signal } = request
  const counts = await Promise.all(
    // A directory inside of another is counted with it.
    paths
      .filter((path) => !paths.some((other) => path !== other && path.startsWith(`${other}/`)))
      .map(
        async (path) => knowledge.expectedBelow(utf8(`${root}${path}/`)) ?? (await countBelow(source, `${root}${path}/`, revision, signal)),
      ),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Keys with this prefix: etcd walks every one of them. */
export async function countBelow(source: OrderedSource, prefix: string, revision: bigint, signal: AbortSignal): Promise<number> {
  const key = utf8(prefix)
  return (await source.range({ key, end: prefixEnd(key), revision, limit: 0, countOnly: true }, signal)).count
}
