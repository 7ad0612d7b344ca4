// One pass over what lies below the Kubernetes prefix: every directory in turn, all values at one revision, with the process shared fairly.
import { setImmediate } from 'node:timers/promises'
import { type OrderedSource, placeBelow, prefixEnd, toUtf8OrNull, utf8 } from '@registree/keyspace'
import type { Cluster } from '../clusters/cluster.ts'
import { isAppError } from '../problem.ts'
import type { KeyValue } from '../sources/source.ts'
import { sizeOfValues, valuePages } from './value-pages.ts'

export interface RegistryPassRequest {
  source: OrderedSource
  cluster: Pick<Cluster, 'masking' | 'knowledge'>
  /** The Kubernetes prefix with a slash at both ends. */
  root: string
  /** Directories below it, in the order of reading; one may be narrower than a resource (`leases/kube-node-lease`). */
  paths: readonly string[]
  revision: bigint
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
/** How long the process may be kept from other requests. */
const SLICE_MS = 8

/** Calls `visit` for every key; yields where the pass is, after every page. Memory: one page. */
export async function* registryPass(request: RegistryPassRequest, visit: (key: StoredKey) => void): AsyncGenerator<PassProgress, void> {
  const { root, paths, signal } = request
  let read = 0
  let bytes = 0
  for (const path of paths) {
    const directory = `${root}${path}/`
    const inner = paths.filter((other) => other.startsWith(`${path}/`)).map((other) => `${root}${other}/`)
    let slice = performance.now()
    const pages = pagesOf(request, utf8(directory))
    for await (const { kvs } of pages) {
      for (const kv of kvs) {
        const key = placeOf(kv, root, path)
        // A group may have objects of its own beside its resources, which are read as what they are.
        if (inner.some((other) => key.text?.startsWith(other))) continue
        visit(key)
        if (performance.now() - slice < SLICE_MS) continue
        await setImmediate()
        signal.throwIfAborted()
        slice = performance.now()
      }
      read += kvs.length
      bytes += sizeOfValues(kvs, request.cluster)
      if (kvs.length > 0) yield { path, read, bytes }
      slice = performance.now()
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
