// The values of the v2 keyspace in the order of their paths, in pages like those of v3.
import { utf8 } from '@registree/keyspace'
import { isAppError } from '../problem.ts'
import type { KeyValue, OpenedCluster, V2Node } from '../sources/source.ts'

const PAGE = 200
/** Nodes read, each with a request of its own: etcd's v2 answers one level at a time. */
const MOST_NODES = { etcd: 2_000, file: 50_000 }
const DEEPEST = 100

/**
 * Reads nodes depth first.
 * @param how `start`: only paths that begin with it
 * @param after the path behind which to begin; null for the first
 * @param onLarge called if there are too many nodes: then the pages end before the last
 */
export async function* v2Pages(
  { v2, source }: Pick<OpenedCluster, 'v2' | 'source'>,
  after: string | null,
  { start, keysOnly, signal }: { start: string; keysOnly: boolean; signal: AbortSignal },
  onLarge: () => void,
): AsyncGenerator<{ kvs: KeyValue[] }, void> {
  let left = MOST_NODES[source]
  let kvs: KeyValue[] = []
  async function* below(path: string, depth: number): AsyncGenerator<{ kvs: KeyValue[] }, void> {
    if (left-- <= 0 || depth > DEEPEST) return onLarge()
    const read = await v2.node(path, signal).catch((error: unknown) => {
      // A node may go while its directory is read.
      if (isAppError(error, 'KEY_NOT_FOUND')) return null
      throw error
    })
    for (const child of read?.children ?? []) {
      if (!child.path.startsWith(start) && !(child.directory && start.startsWith(`${child.path}/`))) continue
      if (child.directory) {
        // A directory before `after` may still hold it.
        if (after === null || child.path > after || after.startsWith(`${child.path}/`)) yield* below(child.path, depth + 1)
        continue
      }
      if (after !== null && child.path <= after) continue
      const node = keysOnly ? { ...child, value: '' } : child.value === null ? await withValue(child) : child
      if (node === null) continue
      kvs.push(toKeyValue(node))
      if (kvs.length >= PAGE) {
        yield { kvs }
        kvs = []
      }
    }
  }
  const withValue = async (child: V2Node): Promise<V2Node | null> => {
    if (left-- <= 0) {
      onLarge()
      return null
    }
    try {
      return (await v2.node(child.path, signal)).node
    } catch (error) {
      if (isAppError(error, 'KEY_NOT_FOUND')) return null
      throw error
    }
  }
  yield* below('/', 0)
  if (kvs.length > 0) yield { kvs }
}

function toKeyValue({ path, value, createdIndex, modifiedIndex }: V2Node): KeyValue {
  return { key: utf8(path), value: utf8(value ?? ''), createRevision: createdIndex, modRevision: modifiedIndex, version: 0n, lease: 0n }
}
