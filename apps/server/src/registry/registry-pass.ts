// One pass over what lies below the Kubernetes prefix: every directory in turn, all values at one revision, with the process shared fairly.
import { type OrderedSource, placeBelow, prefixEnd, toUtf8OrNull, utf8 } from '@registree/keyspace'
import type { FieldSelection } from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import { isAppError } from '../problem.ts'
import type { KeyValue } from '../sources/source.ts'
import { type OpenedObject, openObjects } from '../values/stored-objects.ts'
import { sizeOfValues, valuePages } from './value-pages.ts'

export interface RegistryPassRequest {
  source: OrderedSource
  cluster: Cluster
  /** The Kubernetes prefix with a slash at both ends. */
  root: string
  /** Directories below it, in the order of reading; one may be narrower than a resource (`leases/kube-node-lease`). */
  paths: readonly string[]
  revision: bigint
  /** What is read of the values in a directory; undefined for all of it. */
  fieldsAt: (path: string) => FieldSelection | undefined
  /** Look for damage in all of each value. */
  check?: boolean
  signal: AbortSignal
}

/** A stored key and where it lies. `namespace` is empty where its key has none. */
export interface StoredKey {
  kv: KeyValue
  path: string
  namespace: string
  name: string
}

export interface PassProgress {
  path: string
  /** Keys and bytes of values, so far. */
  read: number
  bytes: number
}

const FIRST_PAGE = 500

/** Calls `visit` for every key in its turn; yields where the pass is, after every page. Memory: one page, and what is opened of it in threads. */
export async function* registryPass(
  request: RegistryPassRequest,
  visit: (key: StoredKey, opened: OpenedObject) => void,
): AsyncGenerator<PassProgress, void> {
  const { cluster, root, paths, fieldsAt, check = false, signal } = request
  let read = 0
  let bytes = 0
  for (const path of paths) {
    const directory = `${root}${path}/`
    const inner = paths.filter((other) => other.startsWith(`${path}/`)).map((other) => `${root}${other}/`)
    const pages = pagesOf(request, utf8(directory))
    for await (const { kvs } of pages) {
      const places = kvs.map((kv) => ({ ...kv, place: placeOf(kv, root, path) }))
      // A group may have objects of its own beside its resources, which are read as what they are.
      const own = places.filter(({ place }) => !inner.some((other) => place.text?.startsWith(other)))
      for await (const { kv, opened } of openObjects(cluster, own, fieldsAt(path), { check, signal })) visit(kv.place, opened)
      read += kvs.length
      bytes += sizeOfValues(kvs, cluster)
      if (kvs.length > 0) yield { path, read, bytes }
    }
  }
}

/** A directory that its listing has found to be small is one Range; others are read by ends that have to be looked for. */
async function* pagesOf(
  { source, cluster: { knowledge }, revision, signal }: RegistryPassRequest,
  prefix: Uint8Array,
): AsyncGenerator<{ kvs: KeyValue[] }> {
  const expected = knowledge.expectedBelow(prefix)
  if (expected !== undefined && expected <= FIRST_PAGE) {
    const small = await source
      .range({ key: prefix, end: prefixEnd(prefix), revision, limit: FIRST_PAGE }, signal)
      .catch((error: unknown) => {
        if (isAppError(error, 'VALUE_TOO_LARGE')) return null
        throw error
      })
    if (small?.more === false) return yield small
  }
  yield* valuePages({ source, prefix, revision, knowledge, firstPage: FIRST_PAGE, signal })
}

function placeOf(kv: KeyValue, root: string, path: string): StoredKey & { text: string | null } {
  const text = toUtf8OrNull(kv.key)
  return { kv, path, text, ...placeBelow(path, text === null ? '' : text.slice(root.length + path.length + 1)) }
}
