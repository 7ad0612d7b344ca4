// One pass over everything below the Kubernetes prefix: directory by directory, all values at one revision, sharing the thread fairly.
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
  /** Directories below it in reading order; one may be narrower than a resource (`leases/kube-node-lease`). */
  paths: readonly string[]
  revision: bigint
  /** The fields to read in a directory; undefined for all. */
  fieldsAt: (path: string) => FieldSelection | undefined
  /** Check each whole value for damage. */
  check?: boolean
  signal: AbortSignal
}

/** A stored key and its parts. `namespace` is empty if the key has none. */
export interface StoredKey {
  kv: KeyValue
  path: string
  namespace: string
  name: string
}

export interface PassProgress {
  path: string
  /** Keys and bytes of values so far. */
  read: number
  bytes: number
}

const FIRST_PAGE = 500

/** Calls `visit` for every key and yields its progress after each page. Memory: one page, and its objects opened in threads. */
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
      // A group may have objects of its own besides its resources.
      const own = places.filter(({ place }) => !inner.some((other) => place.text?.startsWith(other)))
      for await (const { kv, opened } of openObjects(cluster, own, fieldsAt(path), { check, signal })) visit(kv.place, opened)
      read += kvs.length
      bytes += sizeOfValues(kvs, cluster)
      if (kvs.length > 0) yield { path, read, bytes }
    }
  }
}

/** A directory known to be small is one Range; in others the page ends have to be searched. */
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
