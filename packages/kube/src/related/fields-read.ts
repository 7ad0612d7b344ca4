// The fields that lists of related objects read: enough for a status in words and for judging the relation.

/** Owner, age, deletion. */
export const META_FIELDS = [
  '.metadata.name',
  '.metadata.namespace',
  '.metadata.uid',
  '.metadata.labels',
  '.metadata.ownerReferences',
  '.metadata.creationTimestamp',
  '.metadata.deletionTimestamp',
  '.metadata.deletionGracePeriodSeconds',
  '.metadata.finalizers',
  '.metadata.generation',
]

/** A pod's node, and the fields of its kubectl status. */
export const POD_FIELDS = [
  ...META_FIELDS,
  '.spec.nodeName',
  '.spec.containers[*].name',
  '.spec.initContainers[*].name',
  '.spec.initContainers[*].restartPolicy',
  '.spec.readinessGates',
  '.status.phase',
  '.status.reason',
  '.status.message',
  '.status.podIP',
  '.status.conditions',
  '.status.containerStatuses',
  '.status.initContainerStatuses',
]

/** A controller's counts and its selector. */
export const CONTROLLER_FIELDS = [...META_FIELDS, '.spec.replicas', '.spec.selector', '.spec.completions', '.spec.suspend', '.status']
