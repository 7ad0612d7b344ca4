// Turns a stored object into one that `kubectl apply` accepts in another cluster: removes what the server, a controller or a node added.

import { isObject, objectAt, objectsAt, textAt } from '../value/fields.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'

/** Set by the API server; owners too, because their uids exist in one cluster only and the garbage collector would delete the object. */
const SERVER_METADATA = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'ownerReferences',
  'clusterName',
  'initializers',
])
/** Written by kubectl and controllers about this copy. */
const OWN_ANNOTATIONS = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'pv.kubernetes.io/bind-completed',
  'pv.kubernetes.io/bound-by-controller',
  'volume.kubernetes.io/selected-node',
  'volume.beta.kubernetes.io/storage-provisioner',
  'volume.kubernetes.io/storage-provisioner',
  'endpoints.kubernetes.io/last-change-trigger-time',
])
const DELETION_FINALIZERS = new Set(['foregroundDeletion', 'orphan'])
const TOKEN_MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'
/** A Job's generated selector: an API server rejects one that it did not generate. */
const JOB_LABELS = new Set(['controller-uid', 'job-name', 'batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name'])

/**
 * A copy to apply elsewhere: without status, managedFields and server-set metadata, and without what binds the object to this cluster (a pod's node
 * and token volume, a Service's address, a claim's volume, a Job's generated selector, a namespace's finalizer). The object itself is not changed.
 * `status` stays only in an object without `kind`.
 */
export function applyable(object: KubeObject): KubeObject {
  if (textAt(object, 'kind') === '' || textAt(object, 'apiVersion') === '') return object
  return without(object, (name, value) => {
    if (name === 'status') return undefined
    if (name === 'metadata' && isObject(value)) return metadata(value)
    if (name === 'spec' && isObject(value)) return spec(object, value)
    return value
  })
}

function metadata(value: KubeObject): KubeObject {
  return without(value, (name, member) => {
    if (SERVER_METADATA.has(name)) return undefined
    if (name === 'annotations' && isObject(member))
      return filled(without(member, (key, text) => (OWN_ANNOTATIONS.has(key) ? undefined : text)))
    if (name === 'finalizers' && Array.isArray(member)) {
      const kept = member.filter((item) => typeof item !== 'string' || !DELETION_FINALIZERS.has(item))
      return kept.length > 0 ? kept : undefined
    }
    return member
  })
}

function spec(object: KubeObject, value: KubeObject): KubeObject {
  const apiVersion = textAt(object, 'apiVersion')
  const kind = apiVersion === 'v1' || apiVersion.startsWith('batch/') ? textAt(object, 'kind') : ''
  switch (kind) {
    case 'Pod':
      return podSpec(value)
    case 'Service':
      return serviceSpec(value)
    case 'Namespace':
      return omit(value, 'finalizers')
    case 'PersistentVolumeClaim':
      return omit(value, 'volumeName')
    case 'PersistentVolume':
      return without(value, (name, member) => (name === 'claimRef' && isObject(member) ? omit(member, 'uid', 'resourceVersion') : member))
    case 'Job':
      return value.manualSelector === true ? value : jobSpec(value)
    default:
      return value
  }
}

function podSpec(value: KubeObject): KubeObject {
  const containers = ['initContainers', 'containers', 'ephemeralContainers']
  const mounts = containers.flatMap((list) => objectsAt(value, list)).flatMap((container) => objectsAt(container, 'volumeMounts'))
  const tokens = new Set(mounts.filter((mount) => textAt(mount, 'mountPath') === TOKEN_MOUNT).map((mount) => textAt(mount, 'name')))
  const keeps = (item: KubeValue) => !isObject(item) || !tokens.has(textAt(item, 'name'))
  return without(value, (name, member) => {
    if (name === 'nodeName') return undefined
    if (!Array.isArray(member)) return member
    if (name === 'volumes') return filled(member.filter(keeps))
    if (name === 'ephemeralContainers') return undefined
    if (!containers.includes(name)) return member
    return member.map((container) =>
      isObject(container)
        ? without(container, (field, list) => (field === 'volumeMounts' && Array.isArray(list) ? filled(list.filter(keeps)) : list))
        : container,
    )
  })
}

function serviceSpec(value: KubeObject): KubeObject {
  if (textAt(value, 'clusterIP') === 'None') return omit(value, 'healthCheckNodePort')
  return omit(value, 'clusterIP', 'clusterIPs', 'healthCheckNodePort')
}

function jobSpec(value: KubeObject): KubeObject {
  return without(value, (name, member) => {
    if (name === 'selector') return undefined
    const labels = objectAt(member, 'metadata', 'labels')
    if (name !== 'template' || !isObject(member) || labels === undefined) return member
    const kept = filled(without(labels, (key, text) => (JOB_LABELS.has(key) ? undefined : text)))
    return without(member, (inner, meta) =>
      inner === 'metadata' && isObject(meta) ? without(meta, (key, v) => (key === 'labels' ? kept : v)) : meta,
    )
  })
}

function omit(object: KubeObject, ...names: string[]): KubeObject {
  return without(object, (name, value) => (names.includes(name) ? undefined : value))
}

/** A copy with the members returned by `member`; undefined omits one. */
function without(object: KubeObject, member: (name: string, value: KubeValue) => KubeValue | undefined): KubeObject {
  const copy: KubeObject = Object.create(null)
  for (const name of Object.keys(object)) {
    const value = member(name, object[name] ?? null)
    if (value !== undefined) copy[name] = value
  }
  return copy
}

/** Members that became empty are omitted too. */
function filled<Value extends KubeObject | KubeValue[]>(value: Value): Value | undefined {
  return Object.keys(value).length > 0 ? value : undefined
}
