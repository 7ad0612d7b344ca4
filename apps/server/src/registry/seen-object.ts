// A stored object as the rules of findings see it, and a finding as it travels.
import { type Finding, toWireKey } from '@registree/contract'
import { type FindingsPass, type Finding as Found, resourceAt, type SeenObject } from '@registree/kube'
import { type Opener, openObject, roundsSizes, toldSize } from '../values/stored-objects.ts'
import type { StoredKey } from './registry-pass.ts'

/** A stored key as the rules see it; with `check`, all of its value is looked at for damage. */
export function openSeen(
  cluster: Opener,
  { kv, path, namespace, name }: StoredKey,
  pass: FindingsPass,
  how: { check?: boolean } = {},
): SeenObject {
  const { object, outline, problem, encrypted } = openObject(cluster, kv, pass.fieldsAt(path), how)
  return {
    key: kv.key,
    path,
    resource: resourceAt(path),
    namespace,
    name,
    size: toldSize(cluster.masking, kv),
    sizeRounded: roundsSizes(cluster.masking, kv.key),
    version: kv.version,
    object,
    ...(outline === undefined ? {} : { outline }),
    ...(problem === undefined ? {} : { problem }),
    ...(encrypted === undefined ? {} : { encrypted }),
  }
}

export function toWire({ key, ...finding }: Found): Finding {
  return { ...toWireKey(key), ...finding }
}
