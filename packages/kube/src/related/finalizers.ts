// What a deletion waits for: each finalizer with who should remove it, as far as Kubernetes defines it.
import { objectAt, objectsAt, textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'

const KNOWN: Record<string, string> = {
  foregroundDeletion: 'The garbage collector removes it once everything is gone that this object owns and that blocks its deletion.',
  orphan: 'The garbage collector removes it once the objects that this one owns no longer name it as their owner.',
  kubernetes: 'The namespace controller removes it once nothing is left in the namespace.',
  'kubernetes.io/pvc-protection': 'The controller manager removes it once no pod uses the claim.',
  'kubernetes.io/pv-protection': 'The controller manager removes it once no claim is bound to the volume.',
  'kubernetes.io/vac-protection': 'The controller manager removes it once nothing uses the class.',
  'service.kubernetes.io/load-balancer-cleanup': 'The cloud’s service controller removes it once the load balancer is gone.',
  'batch.kubernetes.io/job-tracking': 'The job controller removes it once it has counted the pod.',
  'customresourcecleanup.apiextensions.k8s.io': 'The API server removes it once every object of this definition is deleted.',
  'external-provisioner.volume.kubernetes.io/finalizer': 'The CSI provisioner removes it once the storage behind the volume is deleted.',
  'resource.kubernetes.io/delete-protection': 'The controller manager removes it once no pod uses the claim.',
  'networking.gke.io/neg-finalizer': 'GKE’s controller of network endpoint groups removes it.',
  'service.k8s.aws/resources': 'The AWS load balancer controller removes it.',
}

/** Who should remove a finalizer, in a sentence. */
export function finalizerInWords(finalizer: string): string {
  if (Object.hasOwn(KNOWN, finalizer)) return KNOWN[finalizer] as string
  if (finalizer.startsWith('external-attacher/')) return 'The CSI attacher removes it once the volume is detached from every node.'
  const domain = finalizer.includes('/') ? finalizer.slice(0, finalizer.indexOf('/')) : ''
  return domain === ''
    ? 'Kubernetes does not know it: whoever set it must remove it, and until then the object stays.'
    : `Kubernetes does not know it: the controller of ${domain} must remove it, and until then the object stays.`
}

/** Which field manager set a finalizer and when, by `metadata.managedFields`; null if unknown. */
export function finalizerSetBy(object: KubeObject, finalizer: string): { manager: string; time: string } | null {
  for (const entry of objectsAt(object, 'metadata', 'managedFields')) {
    const fields = objectAt(entry, 'fieldsV1', 'f:metadata', 'f:finalizers')
    if (fields !== undefined && Object.hasOwn(fields, `v:${JSON.stringify(finalizer)}`))
      return { manager: textAt(entry, 'manager'), time: textAt(entry, 'time') }
  }
  return null
}
