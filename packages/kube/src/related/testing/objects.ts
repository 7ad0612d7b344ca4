// Small stored objects for tests of relations.
import type { KubeObject } from '../../value/value.ts'

/** A namespaced object in `shop` with uid `uid-<kind>-<name>` in lower case; `more` is merged over it one level deep. */
export function made(apiVersion: string, kind: string, name: string, more: KubeObject = {}): KubeObject {
  const { metadata, ...rest } = more
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${kind}-${name}`.toLowerCase(),
      creationTimestamp: '2026-11-23T03:00:00Z',
      ...(metadata as KubeObject | undefined),
    },
    ...rest,
  }
}

/** `metadata.ownerReferences` of an object controlled by that kind and name. */
export function ownedBy(apiVersion: string, kind: string, name: string, uid = `uid-${kind}-${name}`.toLowerCase()): KubeObject[] {
  return [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }]
}
