// A stored object as the finding rules see it, and a finding on the wire.
import { type Finding, toWireKey } from '@registree/contract'
import { type Finding as Found, resourceAt, type SeenObject } from '@registree/kube'
import type { Cluster } from '../clusters/cluster.ts'
import { type OpenedObject, roundsSizes, toldSize } from '../values/stored-objects.ts'
import type { StoredKey } from './registry-pass.ts'

/** A stored key and its opened value for the rules. */
export function seenObject(
  { masking }: Pick<Cluster, 'masking'>,
  { kv, path, namespace, name }: StoredKey,
  { object, outline, problem, encrypted, tooLarge }: OpenedObject,
): SeenObject {
  return {
    key: kv.key,
    path,
    resource: resourceAt(path),
    namespace,
    name,
    size: toldSize(masking, kv),
    sizeRounded: roundsSizes(masking, kv.key),
    version: kv.version,
    object,
    ...(outline === undefined ? {} : { outline }),
    ...(problem === undefined ? {} : { problem }),
    ...(tooLarge === undefined ? {} : { tooLarge }),
    ...(encrypted === undefined ? {} : { encrypted }),
  }
}

export function toWire({ key, ...finding }: Found): Finding {
  return { ...toWireKey(key), ...finding }
}
