// Reads the Namespace objects, and for one namespace its content and what blocks its deletion.
import { type NamespaceAnswer, type NamespaceEntry, type RemainingObject, toWireKey } from '@registree/contract'
import { countPrefix, type OrderedSource, prefixEnd, toUtf8OrNull, utf8 } from '@registree/keyspace'
import { finalizerInWords, type KubeObject, objectsAt, selectFields, summarize, textAt, textsAt } from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import type { KeyValue } from '../sources/source.ts'
import { type OpenedObject, openObject, openObjects } from '../values/stored-objects.ts'
import { readCatalogue } from './catalogue.ts'
import { registryPass } from './registry-pass.ts'
import { valuePages } from './value-pages.ts'

export interface NamespaceRead {
  cluster: Cluster
  source: OrderedSource
  /** The Kubernetes prefix with a slash at both ends. */
  root: string
  /** 0n is the newest. */
  revision: bigint
  signal: AbortSignal
}

const NAMESPACE_FIELDS = selectFields([
  '.metadata.name',
  '.metadata.creationTimestamp',
  '.metadata.deletionTimestamp',
  '.metadata.deletionGracePeriodSeconds',
  '.metadata.finalizers',
  '.spec.finalizers',
  '.status.phase',
  '.status.conditions',
])
const HELD_FIELDS = selectFields([
  '.metadata.name',
  '.metadata.deletionTimestamp',
  '.metadata.deletionGracePeriodSeconds',
  '.metadata.finalizers',
])
const PAGE = 200

export async function listNamespaces(read: NamespaceRead): Promise<{ revision: bigint; namespaces: NamespaceEntry[] }> {
  const { cluster, source, root, signal } = read
  const directory = `${root}namespaces/`
  const namespaces: NamespaceEntry[] = []
  let { revision } = read
  const pages = valuePages({ source, prefix: utf8(directory), revision, knowledge: cluster.knowledge, firstPage: PAGE, signal })
  for await (const page of pages) {
    revision = page.revision
    for await (const { kv, opened } of openObjects(cluster, page.kvs, NAMESPACE_FIELDS, { signal }))
      namespaces.push(entryOf(kv, opened, directory))
  }
  return { revision, namespaces }
}

/** A resource with fewer keys is counted in one Range, in any layout. */
const AT_ONCE = 20_000
/** Objects read to see what blocks a namespace. */
const MOST_READ = 2000
const MOST_LISTED = 200

export async function readNamespace(
  read: NamespaceRead,
  name: string,
): Promise<Pick<NamespaceAnswer, 'name' | 'namespace' | 'resources' | 'objects' | 'remaining'> & { revision: bigint }> {
  const { cluster, source, root, signal } = read
  const { knowledge } = cluster
  const catalogue = await readCatalogue(cluster, source, read.revision, false, signal)
  const revision = BigInt(catalogue.revision)
  const directory = `${root}namespaces/`
  const own = await source.range({ key: utf8(directory + name), end: null, revision, limit: 1 }, signal)
  const [stored] = own.kvs
  const namespace =
    stored === undefined ? null : entryOf(stored, await openObject(cluster, stored, NAMESPACE_FIELDS, { signal }), directory)

  const counted = await Promise.all(
    catalogue.resources
      .filter(({ empty, namespaced }) => !empty && namespaced !== false)
      .map(async ({ path, kind, resource, icon }) => {
        const prefix = utf8(`${root}${path}/${name}/`)
        const few = (knowledge.expectedBelow(utf8(`${root}${path}/`)) ?? Number.POSITIVE_INFINITY) <= AT_ONCE
        const objects = few
          ? (await source.range({ key: prefix, end: prefixEnd(prefix), revision, limit: 0, countOnly: true }, signal)).count
          : (await countPrefix(source, { prefix, revision, knowledge, signal })).keys
        return { path, kind, resource, icon, objects }
      }),
  )
  const resources = counted.filter(({ objects }) => objects > 0).sort((a, b) => b.objects - a.objects || (a.path < b.path ? -1 : 1))
  const objects = resources.reduce((sum, resource) => sum + resource.objects, 0)
  const remaining = namespace?.deletion ? await readRemaining(read, revision, name, resources) : null
  return { revision, name, namespace, resources, objects, remaining }
}

async function readRemaining(
  { cluster, source, root, signal }: NamespaceRead,
  revision: bigint,
  name: string,
  resources: NamespaceAnswer['resources'],
): Promise<NamespaceAnswer['remaining']> {
  const found: RemainingObject[] = []
  let read = 0
  // Rare kinds first: 2,000 events contain nothing that blocks a namespace.
  const paths = [...resources].reverse().map(({ path }) => `${path}/${name}`)
  const kinds = new Map(resources.map(({ path, kind }) => [`${path}/${name}`, kind]))
  const reading = { source, cluster, root, paths, revision, fieldsAt: () => HELD_FIELDS, signal }
  const pass = registryPass(reading, ({ kv, path, name: object }, { object: known, outline, problem }) => {
    read += 1
    // Finalizers are metadata, which objects of unknown kinds have too.
    const opened = known ?? outline
    const deletion = opened === undefined ? null : (summarize({ object: opened, schemaless: false }, { now: 0 })?.deletion ?? null)
    found.push({
      ...toWireKey(kv.key),
      path: path.slice(0, -name.length - 1),
      kind: kinds.get(path) ?? '',
      name: object,
      finalizers: finalizersOf(opened).map(inWords),
      deletedSince: deletion?.since ?? null,
      ...(problem === undefined ? {} : { problem }),
    })
  })
  for await (const progress of pass) if (progress.read >= MOST_READ) break
  const weight = ({ finalizers, problem }: RemainingObject) => (finalizers.length > 0 ? 2 : problem === undefined ? 0 : 1)
  found.sort((a, b) => weight(b) - weight(a))
  return { read, held: found.filter(({ finalizers }) => finalizers.length > 0).length, listed: found.slice(0, MOST_LISTED) }
}

function entryOf(kv: KeyValue, { object: known, outline, problem }: OpenedObject, directory: string): NamespaceEntry {
  const name = toUtf8OrNull(kv.key)?.slice(directory.length) ?? ''
  const object = known ?? outline
  const entry = { ...toWireKey(kv.key), name, ...(problem === undefined ? {} : { problem }) }
  if (object === undefined) return { ...entry, phase: '', created: null, deletion: null }
  const summary = summarize({ object, schemaless: false }, { now: 0 })
  const deletion = summary?.deletion ?? null
  return {
    ...entry,
    phase: textAt(object, 'status', 'phase'),
    created: summary?.creationTimestamp ?? null,
    deletion:
      deletion === null
        ? null
        : {
            since: deletion.since,
            finalizers: deletion.finalizers.map(inWords),
            conditions: conditionsOf(object),
          },
  }
}

const inWords = (name: string) => ({ name, means: finalizerInWords(name) })

function conditionsOf(object: KubeObject): { type: string; message: string; holds: boolean }[] {
  return objectsAt(object, 'status', 'conditions').map((condition) => ({
    type: textAt(condition, 'type'),
    message: textAt(condition, 'message'),
    holds: textAt(condition, 'status') === 'True',
  }))
}

const finalizersOf = (object: KubeObject | undefined): string[] => textsAt(object, 'metadata', 'finalizers')
