// Which keys a bundle has, each with its value: of a namespace, a resource, or single keys; in the order to apply them.
import { displayKey, parseRegistryKey, placeBelow, toUtf8OrNull, utf8 } from '@registree/keyspace'
import type { Reading } from '../clusters/reading.ts'
import type { NoteMessage } from '../messages/in-english.ts'
import { isAppError } from '../problem.ts'
import { listDirectories } from '../registry/catalogue.ts'
import { valuePages } from '../registry/value-pages.ts'
import type { KeyValue } from '../sources/source.ts'
import { kubernetesRoot } from '../values/stored-objects.ts'
import { byApplyOrder } from './apply-order.ts'

export interface BundleRequest {
  /** 0n for the newest. */
  revision: bigint
  namespace?: string | undefined
  path?: string | undefined
  keys?: { key: Uint8Array; revision: bigint | null }[] | undefined
}

/** One key of a bundle. `kv` says why if its value was not read. */
export interface Bundled {
  key: Uint8Array
  kv: KeyValue | { unread: NoteMessage }
  /** The revision at which it is read. */
  at: bigint
  /** The directory of its resource; empty for what is no Kubernetes object. */
  path: string
  /** `namespace/name`, or the name alone. */
  place: string
}

const FIRST_PAGE = 50
const NOT_THERE = { unread: { code: 'left-missing', params: {} } } as const

/**
 * The revision of a bundle, at which all of its keys without their own are read. One point read, also of a given revision: that it is compacted, or
 * may not be read, must be known before the first part is sent. Throws AppError.
 */
export async function bundleRevision({ cluster, source, signal }: Reading, request: BundleRequest): Promise<bigint> {
  const { revision, keys } = request
  // Each key at a revision of its own: the one of the bundle is not read.
  if (revision > 0n && keys?.every(({ revision: own }) => own !== null)) return revision
  const key = firstKey(request, kubernetesRoot(cluster))
  const answer = await source.range({ key, end: null, revision, limit: 1, keysOnly: true }, signal)
  return revision > 0n ? revision : answer.revision
}

/** What the bundle reads too, so that it is allowed if anything is. It need not exist. */
function firstKey({ keys, path, namespace }: BundleRequest, root: string): Uint8Array {
  const first = keys?.find(({ revision }) => revision === null) ?? keys?.[0]
  if (first !== undefined) return first.key
  if (path === undefined || path === 'namespaces') return utf8(`${root}namespaces/${namespace ?? 'default'}`)
  return utf8(namespace === undefined ? `${root}${path}/` : `${root}${path}/${namespace}/`)
}

/** Memory: a page of values. Throws AppError. */
export async function* bundledKeys(reading: Reading, request: BundleRequest, revision: bigint): AsyncGenerator<Bundled, void> {
  const { cluster, source, signal } = reading
  const { keys, namespace, path } = request
  const root = kubernetesRoot(cluster)
  const read = async (key: Uint8Array, at: bigint) =>
    (await source.range({ key, end: null, revision: at, limit: 1 }, signal)).kvs[0] ?? null
  const readOwn = async (key: Uint8Array, at: bigint) => {
    try {
      return (await read(key, at)) ?? NOT_THERE
    } catch (error) {
      // The revision of one key must not end the others.
      if (isAppError(error, 'REVISION_COMPACTED') || isAppError(error, 'REVISION_IN_FUTURE'))
        return { unread: { code: 'left-problem' as const, params: { why: error.says } } }
      throw error
    }
  }
  if (keys !== undefined) {
    const placed = keys.map(({ key, revision: own }) => ({ key, own, at: own ?? revision, ...placeOfKey(key, cluster.kubernetesPrefix) }))
    for (const { key, own, at, path: of, place } of placed.sort((a, b) => byApplyOrder(a.path, b.path)))
      yield { key, kv: own === null ? ((await read(key, at)) ?? NOT_THERE) : await readOwn(key, at), at, path: of, place }
    return
  }
  const paths = path === undefined ? (await listDirectories(cluster, source, revision, signal)).paths : [path]
  for (const each of [...paths].sort(byApplyOrder)) {
    // The object of the namespace itself belongs to it.
    if (each === 'namespaces' && namespace !== undefined) {
      const key = utf8(`${root}namespaces/${namespace}`)
      const kv = await read(key, revision)
      if (kv !== null) yield { key, kv, at: revision, path: each, place: namespace }
      continue
    }
    const below = `${root}${each}/`
    const prefix = utf8(namespace === undefined ? below : `${below}${namespace}/`)
    const inner = paths.filter((other) => other.startsWith(`${each}/`)).map((other) => `${root}${other}/`)
    const pages = valuePages({ source, prefix, revision, knowledge: cluster.knowledge, firstPage: FIRST_PAGE, signal })
    for await (const { kvs } of pages) {
      for (const kv of kvs) {
        const text = toUtf8OrNull(kv.key) ?? ''
        // A group may have objects of its own besides its resources.
        if (inner.some((other) => text.startsWith(other))) continue
        const { namespace: of, name } = placeBelow(each, text.slice(below.length))
        yield { key: kv.key, kv, at: revision, path: each, place: of === '' ? name : `${of}/${name}` }
      }
    }
  }
}

/** Where a key is in the registry: the directory of its resource, and `namespace/name`. */
export function placeOfKey(key: Uint8Array, prefix: string): { path: string; place: string } {
  const parsed = parseRegistryKey(key, { prefix })
  const { namespace, name = parsed === null ? displayKey(key) : '' } = parsed ?? {}
  return { path: parsed?.resource ?? '', place: namespace === undefined ? name : `${namespace}/${name}` }
}
