// Turns a stored object into the API server's answer, as far as that is a known addition and not a conversion.
import { isObject } from '../value/fields.ts'
import type { KubeObject, KubePath, KubeValue } from '../value/value.ts'

/** An object with what reading adds, and the paths of the additions, which are not in etcd. The given object is not changed. */
export interface ServedObject {
  object: KubeObject
  added: KubePath[]
}

/**
 * Adds what the API server adds on every read: `metadata.resourceVersion` (the key's mod revision, as a decimal string: storage clears it
 * before writing), and the type of a StatefulSet's volume claim templates (set by its conversion since Kubernetes 1.17, in the apps group).
 */
export function asServed(object: KubeObject, modRevision: string): ServedObject {
  const added: KubePath[] = []
  const served: KubeObject = { ...object }
  if (isObject(object.metadata)) {
    served.metadata = { ...object.metadata, resourceVersion: modRevision }
    added.push('.metadata.resourceVersion')
  }
  const spec = object.spec
  if (
    object.kind === 'StatefulSet' &&
    typeof object.apiVersion === 'string' &&
    object.apiVersion.startsWith('apps/') &&
    isObject(spec) &&
    Array.isArray(spec.volumeClaimTemplates)
  ) {
    const templates = spec.volumeClaimTemplates.map((template, i): KubeValue => {
      if (!isObject(template)) return template
      if (template.apiVersion === undefined) added.push(`.spec.volumeClaimTemplates[${i}].apiVersion`)
      if (template.kind === undefined) added.push(`.spec.volumeClaimTemplates[${i}].kind`)
      return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...template }
    })
    served.spec = { ...spec, volumeClaimTemplates: templates }
  }
  return { object: served, added }
}
