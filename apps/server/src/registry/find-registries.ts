// Finds where API servers keep their objects: below the usual prefixes and in the top levels of both keyspaces, by a limited number of small reads.
import type { LookedThrough } from '@registree/contract'
import { type LevelEntry, listLevel, toUtf8OrNull, utf8, withKeysOfSmallStore } from '@registree/keyspace'
import { RESOURCES } from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import { isAppError } from '../problem.ts'
import { metered, type Rangeable } from '../sources/cost-meter.ts'
import type { KeyValue } from '../sources/source.ts'
import { openObject } from '../values/stored-objects.ts'

/** A prefix below which an API server keeps its objects. */
interface FoundRegistry {
  keyspace: 'v3' | 'v2'
  /** Without a trailing slash: `/kubernetes.io`. */
  prefix: string
  /** Whether it holds a whole cluster, with namespaces or nodes; false for an API server of further kinds, as OpenShift has. */
  kubernetes: boolean
  /** The first few of its directories. */
  holds: string[]
}

export interface RegistryLook {
  found: FoundRegistry[]
  looked: { v3: LookedThrough; v2: LookedThrough }
  /** A keyspace did not answer: a later search may find more. */
  failed: boolean
}

type Searched = Pick<Cluster, 'configured' | 'opened' | 'meter' | 'knowledge' | 'decryptor' | 'masking' | 'jobs'>

/** The default prefixes of Kubernetes, of OpenShift 3 and 4, and of OpenShift's own API server. */
const USUAL_PREFIXES = ['/registry', '/kubernetes.io', '/openshift.io']

/** Directories searched per level, and children of each. */
const MOST_DIRECTORIES = 30
const MOST_CHILDREN = 20
/** Total on the second level. */
const MOST_DEEP = 40
/** Directories named per registry. */
const MOST_NAMED = 12

/** Made by each API server when it starts. */
const USUAL_NAMESPACES = ['kube-system', 'default']
/** Levels of directories above an object: a resource, which may have a group before it, and a namespace. */
const DEEPEST = 3

/** Directories whose first value is opened, to check whether it is a Kubernetes object. */
const MOST_OPENED = 3

/** The first segments of core kinds' directories, which only a Kubernetes API server stores. */
const CORE_DIRECTORIES = new Set(RESOURCES.filter(({ group }) => group === '').map(({ path }) => path.split('/')[0] ?? path))

/**
 * A cluster that shares its etcd may use `/name/registry`, so the usual names are tried below each top directory too.
 * @param deep if nothing else was found, search all directories of the second level
 * @throws CANCELLED; a keyspace that cannot be read is skipped
 */
export async function findRegistries(cluster: Searched, deep: boolean, signal: AbortSignal): Promise<RegistryLook> {
  const look: RegistryLook = { found: [], looked: { v3: 'no', v2: 'no' }, failed: false }
  const part = async (read: () => Promise<void>) => {
    try {
      await read()
    } catch (error) {
      if (signal.aborted || !isAppError(error)) throw error
      // What is missing or may not be read will not change within a moment.
      if (error.code !== 'SOURCE_FORBIDDEN' && error.code !== 'KEYSPACE_UNAVAILABLE') look.failed = true
    }
  }
  await part(async () => {
    const { source, forget } = await sourceToSearch(metered(cluster.opened.v3, cluster.meter), signal)
    try {
      await lookThroughV3(cluster, source, deep, look, signal)
    } finally {
      forget()
    }
  })
  await part(() => lookThroughV2(cluster, deep && look.found.length === 0, look, signal))
  return look
}

/** A small store answers most of the search by one Range. A user who may not read all of it looks into the usual places. */
async function sourceToSearch(source: Rangeable, signal: AbortSignal): Promise<{ source: Rangeable; forget: () => void }> {
  return await withKeysOfSmallStore(source, signal).catch((error: unknown) => {
    if (isAppError(error, 'SOURCE_FORBIDDEN')) return { source, forget: () => {} }
    throw error
  })
}

/** Whether anything is stored below a prefix of the v3 keyspace. */
export async function holdsAnything(cluster: Searched, prefix: string, signal: AbortSignal): Promise<boolean> {
  return await holdsAnythingIn(metered(cluster.opened.v3, cluster.meter), cluster, prefix, signal)
}

async function holdsAnythingIn(source: Rangeable, cluster: Searched, prefix: string, signal: AbortSignal): Promise<boolean> {
  return (
    (await usualNamespace(source, prefix, signal)) !== undefined || (await firstEntry(cluster, source, `${prefix}/`, signal)) !== undefined
  )
}

async function lookThroughV3(cluster: Searched, source: Rangeable, deep: boolean, look: RegistryLook, signal: AbortSignal): Promise<void> {
  const list = async (prefix: string, limit: number) => {
    const level = await listLevel(source, { prefix: utf8(prefix), revision: 0n, limit, knowledge: cluster.knowledge, signal })
    return level.entries.flatMap((entry) => {
      const text = entry.kind === 'directory' ? toUtf8OrNull(entry.prefix) : null
      return text === null ? [] : [text.slice(0, -1)]
    })
  }
  /** Whether an object of a core kind is stored there: a namespace or node, which are few, or another. */
  const holdsCoreObject = async (prefix: string): Promise<boolean> => {
    const namespace = await usualNamespace(source, prefix, signal)
    if (namespace !== undefined && (await isObject(cluster, namespace, signal))) return true
    // To look into a directory that does not exist would walk the keys after it.
    const directories = await list(`${prefix}/`, MOST_DIRECTORIES)
    for (const path of [`${prefix}/namespaces`, `${prefix}/minions`])
      if (directories.includes(path) && (await startsWithObject(cluster, source, `${path}/`, signal))) return true
    // The usual prefixes need no further proof.
    if (USUAL_PREFIXES.includes(prefix)) return false
    const others = directories.filter((path) => CORE_DIRECTORIES.has(path.slice(prefix.length + 1)))
    for (const path of others.slice(0, MOST_OPENED)) if (await startsWithObject(cluster, source, `${path}/`, signal)) return true
    return false
  }
  const add = async (prefix: string): Promise<boolean> => {
    const kubernetes = await holdsCoreObject(prefix)
    if (!kubernetes && !(USUAL_PREFIXES.includes(prefix) && (await holdsAnythingIn(source, cluster, prefix, signal)))) return false
    const holds = (await list(`${prefix}/`, MOST_NAMED)).map((directory) => directory.slice(prefix.length + 1))
    look.found.push({ keyspace: 'v3', prefix, kubernetes: kubernetes || prefix === '/kubernetes.io', holds })
    return true
  }
  // A user may have access to some prefixes but not to the top.
  const top = await list('', MOST_DIRECTORIES).catch((error: unknown) => {
    if (isAppError(error, 'SOURCE_FORBIDDEN')) return null
    throw error
  })
  const others = (top ?? []).filter((prefix) => prefix.startsWith('/') && !USUAL_PREFIXES.includes(prefix))
  let refused = 0
  for (const prefix of [...USUAL_PREFIXES, ...others]) {
    if (top !== null && !top.includes(prefix) && top.length < MOST_DIRECTORIES) continue
    await add(prefix).catch((error: unknown) => {
      if (!isAppError(error, 'SOURCE_FORBIDDEN')) throw error
      refused += 1
    })
  }
  if (top === null) {
    look.looked.v3 = refused < USUAL_PREFIXES.length ? 'usual' : 'no'
    return
  }
  const foundAtTop = new Set(look.found.map(({ prefix }) => prefix))
  const notFound = others.filter((prefix) => !foundAtTop.has(prefix))
  for (const prefix of notFound)
    for (const name of USUAL_PREFIXES) if (await holdsAnythingIn(source, cluster, `${prefix}${name}`, signal)) await add(`${prefix}${name}`)
  look.looked.v3 = top.length < MOST_DIRECTORIES ? 'top' : 'part'
  if (!deep || foundAtTop.size > 0) return
  let left = MOST_DEEP
  let whole = top.length < MOST_DIRECTORIES
  for (const prefix of notFound) {
    const most = Math.min(left, MOST_CHILDREN)
    const children = most > 0 ? await list(`${prefix}/`, most) : []
    whole &&= children.length < most
    left -= children.length
    for (const child of children) if (!USUAL_PREFIXES.some((name) => child === `${prefix}${name}`)) await add(child)
  }
  look.looked.v3 = whole ? 'two levels' : 'part'
}

/** Whether the first value of a directory is a Kubernetes object, or encrypted by an API server. */
async function startsWithObject(cluster: Searched, source: Rangeable, directory: string, signal: AbortSignal): Promise<boolean> {
  let entry = await firstEntry(cluster, source, directory, signal)
  for (let depth = 0; depth < DEEPEST && entry?.kind === 'directory'; depth += 1)
    entry = await firstEntry(cluster, source, entry.prefix, signal)
  if (entry?.kind !== 'key') return false
  const kv = await one(source, entry.key, signal)
  return kv !== undefined && (await isObject(cluster, kv, signal))
}

async function isObject(cluster: Searched, kv: KeyValue, signal: AbortSignal): Promise<boolean> {
  const { object, outline, encrypted } = await openObject(cluster, kv, undefined, { signal })
  return encrypted !== undefined || (typeof (object ?? outline)?.kind === 'string' && typeof (object ?? outline)?.apiVersion === 'string')
}

/** A namespace that each API server makes for itself. A key whose name is known is found without walking the keys around it. */
async function usualNamespace(source: Rangeable, prefix: string, signal: AbortSignal): Promise<KeyValue | undefined> {
  for (const name of USUAL_NAMESPACES) {
    const kv = await one(source, utf8(`${prefix}/namespaces/${name}`), signal)
    if (kv !== undefined) return kv
  }
  return undefined
}

async function one(source: Rangeable, key: Uint8Array, signal: AbortSignal): Promise<KeyValue | undefined> {
  return (await source.range({ key, end: null, revision: 0n, limit: 1 }, signal)).kvs[0]
}

/** The first child of a directory, by the ends that earlier listings have told: a Range over the whole would walk all keys below it each time. */
async function firstEntry(
  { knowledge }: Pick<Searched, 'knowledge'>,
  source: Rangeable,
  directory: string | Uint8Array,
  signal: AbortSignal,
): Promise<LevelEntry | undefined> {
  const prefix = typeof directory === 'string' ? utf8(directory) : directory
  return (await listLevel(source, { prefix, revision: 0n, limit: 1, knowledge, signal })).entries[0]
}

async function lookThroughV2(cluster: Searched, deep: boolean, look: RegistryLook, signal: AbortSignal): Promise<void> {
  const directories = async (path: string): Promise<string[]> => {
    const read = await cluster.opened.v2.node(path, signal).catch((error: unknown) => {
      if (isAppError(error, 'KEY_NOT_FOUND') || (path !== '/' && isAppError(error, 'SOURCE_FORBIDDEN'))) return null
      throw error
    })
    return (read?.children ?? []).filter((child) => child.directory).map((child) => child.path)
  }
  const add = (prefix: string, children: readonly string[]): boolean => {
    const holds = children.map((path) => path.slice(path.lastIndexOf('/') + 1))
    const kubernetes = ['namespaces', 'minions', 'pods'].some((name) => holds.includes(name))
    if (!kubernetes && !(USUAL_PREFIXES.includes(prefix) && holds.length > 0)) return false
    look.found.push({ keyspace: 'v2', prefix, kubernetes: kubernetes || prefix === '/kubernetes.io', holds: holds.slice(0, MOST_NAMED) })
    return true
  }
  const top = await directories('/')
  const usual = (path: string) => Number(USUAL_PREFIXES.some((name) => path.endsWith(name)))
  const below: string[] = []
  for (const path of top.sort((a, b) => usual(b) - usual(a)).slice(0, MOST_DIRECTORIES)) {
    const children = await directories(path)
    if (!add(path, children)) below.push(...children)
  }
  const foundAtTop = look.found.some(({ keyspace }) => keyspace === 'v2')
  below.sort((a, b) => usual(b) - usual(a))
  const named = below.filter((path) => usual(path) > 0).slice(0, MOST_DEEP)
  for (const child of named) add(child, await directories(child))
  look.looked.v2 = top.length <= MOST_DIRECTORIES ? 'top' : 'part'
  if (!deep || foundAtTop) return
  for (const child of below.slice(named.length, MOST_DEEP)) add(child, await directories(child))
  look.looked.v2 = top.length <= MOST_DIRECTORIES && below.length <= MOST_DEEP ? 'two levels' : 'part'
}
