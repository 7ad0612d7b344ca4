// Lists the directories below the Kubernetes prefix, with what is known about each and the definitions in etcd.
import { type ResourceEntry, type ResourcesAnswer, toWireKey } from '@registree/contract'
import { countPrefix, displayKey, listLevel, type OrderedSource, readPrefix, toUtf8OrNull, utf8 } from '@registree/keyspace'
import { type Resource, resourceAt, resourceOfDefinition, selectFields } from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import { inEnglish, type NoteMessage } from '../messages/in-english.ts'
import { noteOf, noteOfResource } from '../messages/note.ts'
import { DEFINITIONS, kubernetesRoot, openObjects } from '../values/stored-objects.ts'

/** Group directories contain resource directories; more pages than this are not a catalogue. */
const PAGE = 1000
const MOST_PAGES = 5

/** Fields of a definition for a catalogue entry: its schemas, by far the largest part, are not decoded. */
export const DEFINITION_FIELDS = selectFields([
  '.spec.group',
  '.spec.names',
  '.spec.scope',
  '.spec.version',
  '.spec.versions[*].name',
  '.spec.versions[*].storage',
])
/** Definitions are large: this many are as large as 500 other objects. */
const DEFINITIONS_PAGE = 25

/**
 * Every directory of objects below the Kubernetes prefix, by its path: `pods`, `services/specs`. Reads only names.
 * @param asked the revision, 0n for the newest
 */
export async function listDirectories(
  cluster: Cluster,
  source: OrderedSource,
  asked: bigint,
  signal: AbortSignal,
): Promise<{ revision: bigint; paths: string[]; notices: NoteMessage[] }> {
  const root = kubernetesRoot(cluster)
  const notices: NoteMessage[] = []
  const list = async (path: string, revision: bigint) => {
    const prefix = utf8(root + path)
    const found: string[] = []
    let keys = 0
    let at = revision
    let cursor: string | undefined
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const level = await listLevel(source, { prefix, revision: at, cursor, limit: PAGE, knowledge: cluster.knowledge, signal })
      at = level.revision
      for (const entry of level.entries) {
        const name = entry.kind === 'directory' ? toUtf8OrNull(entry.prefix.subarray(prefix.length, -1)) : null
        if (entry.kind === 'key') keys += 1
        else if (name === null) notices.push({ code: 'directory-name-not-utf8', params: {} })
        else found.push(path + name)
      }
      cursor = level.cursor
      if (cursor === undefined) break
    }
    if (cursor !== undefined)
      notices.push({ code: 'directory-children-many', params: { directory: `${root}${path}`, most: PAGE * MOST_PAGES } })
    return { revision: at, directories: found, keys }
  }

  const top = await list('', asked)
  const { revision } = top
  const paths: string[] = []
  for (const directory of top.directories) {
    if (!isGroup(directory)) {
      paths.push(directory)
      continue
    }
    const inside = await list(`${directory}/`, revision)
    paths.push(...inside.directories)
    if (inside.keys > 0) paths.push(directory)
  }
  return { revision, paths, notices }
}

/**
 * Lists the catalogue.
 * @param asked the revision, 0n for the newest
 * @param counts whether to count each directory's keys too: etcd walks all of them once
 */
export async function readCatalogue(
  cluster: Cluster,
  source: OrderedSource,
  asked: bigint,
  counts: boolean,
  signal: AbortSignal,
): Promise<Omit<ResourcesAnswer, 'cost'>> {
  const root = kubernetesRoot(cluster)
  const { revision, paths, notices } = await listDirectories(cluster, source, asked, signal)

  const definitions = new Map<string, Resource>()
  const unread: Uint8Array[] = []
  if (paths.includes(DEFINITIONS)) {
    const pages = readPrefix(source, {
      prefix: utf8(`${root}${DEFINITIONS}/`),
      revision,
      keysOnly: false,
      pageSize: DEFINITIONS_PAGE,
      signal,
    })
    for await (const { kvs } of pages) {
      for await (const { kv, opened } of openObjects(cluster, kvs, DEFINITION_FIELDS, { signal })) {
        const resource = opened.object && resourceOfDefinition(opened.object)
        if (resource) definitions.set(resource.path, resource)
        else unread.push(kv.key)
      }
    }
  }

  const [first] = unread
  if (first !== undefined) {
    notices.push({ code: 'definitions-unread', params: { key: displayKey(first), more: unread.length - 1 } })
  }

  const resources = paths.map((path) => toEntry(root, path, definitions.get(path), false))
  const present = new Set(paths)
  for (const [path, definition] of definitions) if (!present.has(path)) resources.push(toEntry(root, path, definition, true))
  resources.sort((a, b) => (a.path < b.path ? -1 : 1))
  if (counts) {
    await Promise.all(
      resources.map(async (resource) => {
        const prefix = utf8(`${root}${resource.path}/`)
        resource.count = resource.empty ? 0 : (await countPrefix(source, { prefix, revision, knowledge: cluster.knowledge, signal })).keys
      }),
    )
  }
  return {
    revision: String(revision),
    prefix: root,
    resources,
    notices: notices.map((says) => inEnglish.any([says])),
    noticeSentences: notices,
  }
}

/** A group has a dot in its name; `services` contains `specs` and `endpoints`. */
function isGroup(directory: string): boolean {
  return directory.includes('.') || directory === 'services'
}

function toEntry(root: string, path: string, definition: Resource | undefined, empty: boolean): ResourceEntry {
  const known = resourceAt(path)
  const resource = known?.custom === false ? known : (definition ?? known)
  const [group = '', name] = path.split('/')
  return {
    ...toWireKey(utf8(`${root}${path}/`)),
    path,
    resource: resource?.resource ?? name ?? path,
    kind: resource?.kind ?? '',
    group: resource?.group ?? (name === undefined ? '' : group),
    versions: resource?.versions ?? [],
    namespaced: resource?.namespaced ?? null,
    shortNames: resource?.shortNames ?? [],
    category: resource?.category ?? 'unknown',
    icon: resource?.icon ?? 'circle-help',
    note: resource === undefined ? noteOf({ code: 'note-unknown', params: {} }) : noteOfResource(resource),
    custom: resource?.custom ?? false,
    empty,
    count: null,
  }
}
