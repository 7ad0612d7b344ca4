// Walks the v2 keyspace in the order of its paths, one level at a time as etcd's v2 answers.
import { compareBytes, utf8 } from '@registree/keyspace'
import { isAppError } from '../problem.ts'
import type { KeyValue, OpenedCluster, V2Node, V2Source } from './source.ts'

/** Nodes read, each with a request of its own. */
const MOST_NODES = { etcd: 2_000, file: 50_000 }
const DEEPEST = 100

/** What comes first in a walk: a directory before what is in it, and that before the next name. The order of whole paths differs: `-` is before `/`. */
export function compareV2Paths(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')]
  for (const [i, name] of left.entries()) {
    const other = right[i]
    if (other === undefined) return 1
    const order = name === other ? 0 : compareBytes(utf8(name), utf8(other))
    if (order !== 0) return order
  }
  return left.length - right.length
}

interface V2Walk {
  /** Where to begin; default the root. */
  path?: string
  /** Only paths that begin with it; default all. */
  start?: string
  /** Only what comes behind this path. */
  after?: string | null
  /** Leave the values empty. */
  keysOnly?: boolean
  /** Yield directories without children too. */
  emptyDirectories?: boolean
  /** Nodes to read at most; default by the kind of source. */
  most?: number
  signal: AbortSignal
  /** Called if there are more nodes, or they are deeper, than are read: then the walk ends early. `last` is the last key that it passed. */
  onLarge: (last: string | null) => void
}

type Walked = Pick<OpenedCluster, 'source'> & { v2: Pick<V2Source, 'node'> }

/** Keys with their values, hidden ones excepted. A node that goes while its directory is read is left out. */
export async function* v2Nodes({ v2, source }: Walked, walk: V2Walk): AsyncGenerator<V2Node, void> {
  const { path: root = '/', start = '', after = null, keysOnly = false, emptyDirectories = false, signal } = walk
  let left = walk.most ?? MOST_NODES[source]
  let passed: string | null = null
  let ended = false
  const read = async (path: string) => {
    if (ended) return null
    if (left-- <= 0) {
      ended = true
      walk.onLarge(passed)
      return null
    }
    return await v2.node(path, signal).catch((error: unknown) => {
      if (isAppError(error, 'KEY_NOT_FOUND')) return null
      throw error
    })
  }
  async function* below(path: string, depth: number): AsyncGenerator<V2Node, void> {
    const found = await read(path)
    if (depth > DEEPEST && (found?.children?.length ?? 0) > 0) {
      ended = true
      walk.onLarge(null)
      return
    }
    if (found?.node.directory === false || (emptyDirectories && found?.children?.length === 0 && depth > 0)) yield found.node
    for (const child of found?.children ?? []) {
      if (ended) return
      if (!child.path.startsWith(start) && !(child.directory && start.startsWith(`${child.path}/`))) continue
      // A directory before `after` may still hold it.
      if (after !== null && compareV2Paths(child.path, after) <= 0 && !(child.directory && `${after}/`.startsWith(`${child.path}/`)))
        continue
      if (child.directory) {
        yield* below(child.path, depth + 1)
        continue
      }
      const node = keysOnly ? { ...child, value: '' } : child.value === null ? ((await read(child.path))?.node ?? null) : child
      if (ended) return
      passed = child.path
      if (node !== null) yield node
    }
  }
  yield* below(root, 0)
}

const PAGE = 200

/** The same in pages like those of v3. */
export async function* v2Pages(cluster: Walked, walk: V2Walk): AsyncGenerator<{ kvs: KeyValue[] }, void> {
  let kvs: KeyValue[] = []
  for await (const node of v2Nodes(cluster, walk)) {
    kvs.push(keyValueOf(node))
    if (kvs.length < PAGE) continue
    yield { kvs }
    kvs = []
  }
  if (kvs.length > 0) yield { kvs }
}

function keyValueOf({ path, value, createdIndex, modifiedIndex }: V2Node): KeyValue {
  return { key: utf8(path), value: utf8(value ?? ''), createRevision: createdIndex, modRevision: modifiedIndex, version: 0n, lease: 0n }
}
