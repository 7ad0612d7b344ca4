// Which directory a table is of, and the definition that determines the columns of custom resources.
import { utf8 } from '@registree/keyspace'
import { type KubeObject, RESOURCES, type Resource, resourceAt, selectFields } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { AppError } from '../problem.ts'
import { DEFINITIONS, openObject } from '../values/stored-objects.ts'

/** The directory, also for kubectl's names: `nodes`, `svc`, `prometheuses.monitoring.coreos.com`. */
export function resolveTable(asked: string): { path: string; resource: Resource | undefined } {
  const path = asked.replace(/\/$/, '')
  if (path === '' || path.split('/').includes('')) {
    throw new AppError('BAD_REQUEST', { code: 'table-unnamed', params: {} })
  }
  const at = resourceAt(path)
  if (at !== undefined) return { path, resource: at }
  const byName = RESOURCES.find(
    ({ resource, group, shortNames, custom }) =>
      resource !== '' && (`${resource}.${group}` === path || (!custom && (resource === path || shortNames.includes(path)))),
  )
  return byName === undefined ? { path, resource: undefined } : { path: byName.path, resource: byName }
}

/** The definition of `group/plural` has the key `plural.group`: one point read. Undefined for a directory that cannot have one. */
export async function readDefinition(
  { cluster, source, signal }: Pick<Reading, 'cluster' | 'source' | 'signal'>,
  { root, path, revision }: { root: string; path: string; revision: bigint },
): Promise<{ object: KubeObject | undefined; revision: bigint } | undefined> {
  const [group, plural, ...more] = path.split('/')
  if (plural === undefined || more.length > 0 || !group?.includes('.')) return undefined
  const key = utf8(`${root}${DEFINITIONS}/${plural}.${group}`)
  const reply = await source.range({ key, end: null, revision, limit: 1 }, signal)
  const kv = reply.kvs[0]
  return {
    object: kv && (await openObject(cluster, kv, DEFINITION_FIELDS, { signal })).object,
    revision: revision === 0n ? reply.revision : revision,
  }
}

const DEFINITION_FIELDS = selectFields([
  '.spec.group',
  '.spec.names',
  '.spec.scope',
  '.spec.version',
  '.spec.additionalPrinterColumns',
  '.spec.versions[*].name',
  '.spec.versions[*].storage',
  '.spec.versions[*].additionalPrinterColumns',
])
