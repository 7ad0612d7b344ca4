// What a deletion waits for: each finalizer with who should remove it, as far as Kubernetes defines it.
import { objectAt, objectsAt, textAt } from '../value/fields.ts'
import type { MessageOf } from '../value/message.ts'
import type { KubeObject } from '../value/value.ts'

/** Who removes a finalizer: those that Kubernetes, its storage or a cloud define, and those that it does not know. */
export interface FinalizerParams {
  'finalizer-foreground': Record<never, never>
  'finalizer-orphan': Record<never, never>
  'finalizer-namespace': Record<never, never>
  'finalizer-pvc-protection': Record<never, never>
  'finalizer-pv-protection': Record<never, never>
  'finalizer-vac-protection': Record<never, never>
  'finalizer-load-balancer': Record<never, never>
  'finalizer-job-tracking': Record<never, never>
  'finalizer-definition': Record<never, never>
  'finalizer-provisioner': Record<never, never>
  'finalizer-attacher': Record<never, never>
  'finalizer-resource-claim': Record<never, never>
  'finalizer-gke-neg': Record<never, never>
  'finalizer-aws-load-balancer': Record<never, never>
  'finalizer-unknown': Record<never, never>
  'finalizer-of-domain': { domain: string }
}
export type FinalizerMessage = MessageOf<FinalizerParams>

const KNOWN: Record<string, Exclude<keyof FinalizerParams, 'finalizer-of-domain'>> = {
  foregroundDeletion: 'finalizer-foreground',
  orphan: 'finalizer-orphan',
  kubernetes: 'finalizer-namespace',
  'kubernetes.io/pvc-protection': 'finalizer-pvc-protection',
  'kubernetes.io/pv-protection': 'finalizer-pv-protection',
  'kubernetes.io/vac-protection': 'finalizer-vac-protection',
  'service.kubernetes.io/load-balancer-cleanup': 'finalizer-load-balancer',
  'batch.kubernetes.io/job-tracking': 'finalizer-job-tracking',
  'customresourcecleanup.apiextensions.k8s.io': 'finalizer-definition',
  'external-provisioner.volume.kubernetes.io/finalizer': 'finalizer-provisioner',
  'resource.kubernetes.io/delete-protection': 'finalizer-resource-claim',
  'networking.gke.io/neg-finalizer': 'finalizer-gke-neg',
  'service.k8s.aws/resources': 'finalizer-aws-load-balancer',
}

/** Who removes a finalizer, as far as its name tells. */
export function finalizerMeaning(finalizer: string): FinalizerMessage {
  if (Object.hasOwn(KNOWN, finalizer)) return { code: KNOWN[finalizer] as 'finalizer-unknown', params: {} }
  if (finalizer.startsWith('external-attacher/')) return { code: 'finalizer-attacher', params: {} }
  const domain = finalizer.includes('/') ? finalizer.slice(0, finalizer.indexOf('/')) : ''
  return domain === '' ? { code: 'finalizer-unknown', params: {} } : { code: 'finalizer-of-domain', params: { domain } }
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
