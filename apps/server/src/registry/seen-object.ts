// A stored object as the rules of findings see it, and a finding as it travels.
import { type Finding, toWireKey } from '@registree/contract'
import { type FindingsPass, type Finding as Found, resourceAt, type SeenObject } from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import { openObject } from '../values/stored-objects.ts'
import type { StoredKey } from './registry-pass.ts'

/** A stored key as the rules see it. */
export function openSeen(cluster: Pick<Cluster, 'decryptor'>, { kv, path, namespace, name }: StoredKey, pass: FindingsPass): SeenObject {
  const { object, problem, encrypted } = openObject(cluster, kv, pass.fieldsAt(path))
  return {
    key: kv.key,
    path,
    resource: resourceAt(path),
    namespace,
    name,
    size: kv.value.length,
    version: kv.version,
    object,
    ...(problem === undefined ? {} : { problem }),
    ...(encrypted === undefined ? {} : { encrypted }),
  }
}

export function toWire({ key, ...finding }: Found): Finding {
  return { ...toWireKey(key), ...finding }
}
