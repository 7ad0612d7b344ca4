// What the definition of a custom resource says of its lists and quantities, so that two of its objects are compared by the keys of their lists.
import { parseRegistryKey, utf8 } from '@registree/keyspace'
import { type KubeObject, objectAt, objectsAt, resourceAt, selectFields, textAt, textsAt } from '@registree/kube'
import type { Reading } from '../clusters/reading.ts'
import { isAppError } from '../problem.ts'
import { DEFINITIONS, kubernetesRoot, openObject } from '../values/stored-objects.ts'

/** By version: `v1`. Plain data, so that it can be sent to a thread. */
export type StoredSchemas = Record<string, KubeObject>

/** Definitions may be megabytes of descriptions, and nest without end. */
const MOST_NODES = 20_000
const MOST_DEPTH = 60
const FIELDS = selectFields(['.spec.version', '.spec.versions', '.spec.validation'])

/** One point read for an object of a custom resource, none for others; nothing where the definition cannot be read. Throws CANCELLED. */
export async function storedSchemas({ cluster, source, signal }: Reading, key: Uint8Array, revision: bigint): Promise<StoredSchemas> {
  const path = parseRegistryKey(key, { prefix: cluster.kubernetesPrefix })?.resource ?? ''
  const [group, plural, ...more] = path.split('/')
  if (plural === undefined || more.length > 0 || !group?.includes('.')) return {}
  const resource = resourceAt(path)
  if (resource !== undefined && !resource.custom) return {}
  const definition = utf8(`${kubernetesRoot(cluster)}${DEFINITIONS}/${plural}.${group}`)
  try {
    const kv = (await source.range({ key: definition, end: null, revision, limit: 1 }, signal)).kvs[0]
    const object = kv && (await openObject(cluster, kv, FIELDS, { signal })).object
    return object === undefined ? {} : schemasIn(object)
  } catch (error) {
    if (isAppError(error, 'CANCELLED')) throw error
    return {}
  }
}

function schemasIn(definition: KubeObject): StoredSchemas {
  const schemas: StoredSchemas = {}
  // apiextensions.k8s.io/v1beta1 has one for all versions.
  const common = objectAt(definition, 'spec', 'validation', 'openAPIV3Schema')
  const single = textAt(definition, 'spec', 'version')
  if (single !== '' && common !== undefined) schemas[single] = plain(common)
  for (const version of objectsAt(definition, 'spec', 'versions')) {
    const schema = objectAt(version, 'schema', 'openAPIV3Schema') ?? common
    if (schema !== undefined) schemas[textAt(version, 'name')] = plain(schema)
  }
  return schemas
}

/** Only what comparing reads. */
function plain(schema: KubeObject): KubeObject {
  let nodes = 0
  const copy = (from: KubeObject, depth: number): KubeObject => {
    const to: KubeObject = {}
    if (++nodes > MOST_NODES || depth > MOST_DEPTH) return to
    for (const name of ['x-kubernetes-list-type', 'pattern']) if (textAt(from, name) !== '') to[name] = textAt(from, name)
    const keys = textsAt(from, 'x-kubernetes-list-map-keys')
    if (keys.length > 0) to['x-kubernetes-list-map-keys'] = keys
    for (const name of ['items', 'additionalProperties']) {
      const below = objectAt(from, name)
      if (below !== undefined) to[name] = copy(below, depth + 1)
    }
    const properties = objectAt(from, 'properties')
    if (properties === undefined) return to
    const members: [string, KubeObject][] = []
    for (const name of Object.keys(properties)) {
      const below = objectAt(properties, name)
      if (below !== undefined) members.push([name, copy(below, depth + 1)])
    }
    // `__proto__` is a name like any other.
    to.properties = Object.fromEntries(members)
    return to
  }
  return copy(schema, 0)
}
