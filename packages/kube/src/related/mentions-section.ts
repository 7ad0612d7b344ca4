// What refers to an object by a known field: exact, but nothing says where, so whole directories are read, and only on request.
import { textAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { META_FIELDS } from './fields-read.ts'
import type { Looked } from './object-store.ts'
import { type Reference, referencesOf } from './references.ts'
import { itemOf, type RelatedItem } from './related-item.ts'
import type { Section } from './section.ts'

/** What is made of a pod template. */
const WORKLOADS = ['deployments', 'statefulsets', 'daemonsets', 'replicasets', 'jobs', 'cronjobs', 'controllers', 'podtemplates']

interface Where {
  /** In the object's namespace; in all of them if the object has none. */
  near: readonly string[]
  /** In the whole cluster. */
  anywhere?: readonly string[]
}

/** Besides what sections of their own list: pods that use it, bindings, Ingresses, endpoints, autoscalers. */
const WHERE: Readonly<Record<string, Where>> = {
  ConfigMap: { near: WORKLOADS, anywhere: ['ingressclasses'] },
  Secret: { near: [...WORKLOADS, 'ingress', 'serviceaccounts'], anywhere: ['persistentvolumes', 'storageclasses'] },
  ServiceAccount: { near: [...WORKLOADS, 'secrets'] },
  // A claim, also one that a StatefulSet makes, may be cloned from one in another namespace (`dataSourceRef.namespace`).
  PersistentVolumeClaim: {
    near: WORKLOADS.filter((path) => path !== 'statefulsets'),
    anywhere: ['statefulsets', 'persistentvolumeclaims', 'persistentvolumes'],
  },
  Service: {
    near: ['statefulsets'],
    anywhere: [
      'validatingwebhookconfigurations',
      'mutatingwebhookconfigurations',
      'apiregistration.k8s.io/apiservices',
      'apiextensions.k8s.io/customresourcedefinitions',
      'ipaddresses',
    ],
  },
  PersistentVolume: { near: ['persistentvolumeclaims'] },
  StorageClass: { near: ['persistentvolumeclaims', 'persistentvolumes', 'pods', ...WORKLOADS] },
  IngressClass: { near: ['ingress'] },
  PriorityClass: { near: ['pods', ...WORKLOADS] },
  RuntimeClass: { near: ['pods', ...WORKLOADS] },
}

/** What `referencesOf` looks at: never the content of a Secret or ConfigMap. */
const FIELDS = [
  ...META_FIELDS,
  ...['.metadata.annotations', '.spec', '.status', '.template', '.webhooks', '.secrets', '.imagePullSecrets', '.type', '.parameters'],
]

export const hasMentions = (kind: string): boolean => Object.hasOwn(WHERE, kind)

export const mentionsSection: Section = {
  id: 'mentions',
  costly: true,
  async read({ object, place, store, now, most }) {
    const kind = textAt(object, 'kind')
    const { near, anywhere = [] } = WHERE[kind] ?? { near: [] }
    const named = (candidate: KubeObject): Reference | undefined =>
      referencesOf(candidate).find((one) => one.kind === kind && one.name === place.name && one.namespace === place.namespace)
    const items: RelatedItem[] = []
    const looked: Looked[] = []
    for (const path of [...near, ...anywhere]) {
      const namespace = near.includes(path) ? place.namespace : null
      const answer = await store.list({ path, namespace, fields: FIELDS, most, keep: (candidate) => named(candidate) !== undefined })
      looked.push(answer.looked)
      for (const stored of answer.objects)
        items.push(itemOf(stored, now, { how: stored.object === null ? [] : (named(stored.object)?.places ?? []) }))
    }
    return { items, looked }
  },
}
