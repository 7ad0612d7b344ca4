// Counts the keys below directories, a few at a time; what listings already know is not read again.
import { countPrefix, type OrderedSource, type RangeKnowledge, utf8 } from '@registree/keyspace'

export interface CountRequest {
  source: OrderedSource
  knowledge: RangeKnowledge
  /** The Kubernetes prefix with a slash at both ends. */
  root: string
  revision: bigint
  signal: AbortSignal
}

/** The total of all directories. */
export async function countDirectories(request: CountRequest, paths: readonly string[]): Promise<number> {
  const { source, knowledge, root, revision, signal } = request
  let sum = 0
  for (const path of paths) {
    // A nested directory is counted with its parent.
    if (paths.some((other) => path !== other && path.startsWith(`${other}/`))) continue
    sum += (await countPrefix(source, { prefix: utf8(`${root}${path}/`), revision, knowledge, signal })).keys
  }
  return sum
}
