// Objects that act on another one: autoscalers, budgets and network policies; bindings of a role; attachments of a volume; objects of a definition.
import { textAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { CONTROLLER_FIELDS, META_FIELDS } from './fields-read.ts'
import { selectsPod } from './label-selector.ts'
import type { ListRequest, Looked } from './object-store.ts'
import { referencesOf } from './references.ts'
import { itemOf, type RelatedContext, type RelatedItem } from './related-item.ts'
import type { Section } from './section.ts'

type Wanted = Pick<ListRequest, 'path' | 'namespace' | 'keep'> & {
  kind: string
  fields?: readonly string[]
  how?: (object: KubeObject) => string
}

async function listAll({ store, now, most }: RelatedContext, wanted: Wanted[]): Promise<{ items: RelatedItem[]; looked: Looked[] }> {
  const items: RelatedItem[] = []
  const looked: Looked[] = []
  for (const { path, namespace, keep, kind, how, fields = [...META_FIELDS, '.spec', '.status'] } of wanted) {
    const answer = await store.list({ path, namespace, fields, most, keep })
    looked.push(answer.looked)
    items.push(
      ...answer.objects.map((stored) => itemOf(stored, now, { kind, how: stored.object === null ? '' : (how?.(stored.object) ?? '') })),
    )
  }
  return { items, looked }
}

/** Autoscalers of a workload, and the budgets and network policies that select its pods. */
export const policiesSection: Section = {
  id: 'policies',
  costly: false,
  async read(context) {
    const { object, place } = context
    const kind = textAt(object, 'kind')
    const pod = kind === 'Pod'
    const labels = valueAt(object, ...(pod ? ['metadata', 'labels'] : ['spec', 'template', 'metadata', 'labels'])) ?? {}
    const namespace = place.namespace
    const selects = (candidate: KubeObject) => selectsPod(candidate, labels)
    const scales = (candidate: KubeObject) =>
      referencesOf(candidate).some((reference) => reference.kind === kind && reference.name === place.name)
    return await listAll(context, [
      ...(pod
        ? []
        : [
            {
              path: 'horizontalpodautoscalers',
              namespace,
              kind: 'HorizontalPodAutoscaler',
              keep: scales,
              // Up to autoscaling/v2beta1, conditions are in an annotation.
              fields: [...META_FIELDS, '.metadata.annotations', '.spec', '.status'],
            },
          ]),
      { path: 'poddisruptionbudgets', namespace, kind: 'PodDisruptionBudget', keep: selects },
      { path: 'networkpolicies', namespace, kind: 'NetworkPolicy', keep: selects },
    ])
  },
}

/** The bindings that refer to a role or a ServiceAccount. */
export const bindingsSection: Section = {
  id: 'bindings',
  costly: false,
  async read(context) {
    const { object, place } = context
    const kind = textAt(object, 'kind')
    const named = (binding: KubeObject) =>
      referencesOf(binding).some(
        (reference) => reference.kind === kind && reference.name === place.name && reference.namespace === place.namespace,
      )
    const fields = [...META_FIELDS, '.roleRef', '.subjects']
    const role = (binding: KubeObject) => `${textAt(binding, 'roleRef', 'kind')} ${textAt(binding, 'roleRef', 'name')}`
    const how = kind === 'ServiceAccount' ? role : () => ''
    // A ServiceAccount may be bound in any namespace; usually it is its own.
    const own: Wanted = { path: 'rolebindings', namespace: place.namespace, kind: 'RoleBinding', keep: named, fields, how }
    const everywhere: Wanted = { path: 'clusterrolebindings', namespace: null, kind: 'ClusterRoleBinding', keep: named, fields, how }
    return await listAll(context, kind === 'Role' ? [own] : [own, everywhere])
  },
}

/** Where a volume is attached, or what is attached to a node. */
export const attachmentsSection: Section = {
  id: 'attachments',
  costly: false,
  async read(context) {
    const { object, place } = context
    const node = (attachment: KubeObject) => textAt(attachment, 'spec', 'nodeName')
    const volume = (attachment: KubeObject) => textAt(attachment, 'spec', 'source', 'persistentVolumeName')
    const [own, other] = textAt(object, 'kind') === 'Node' ? [node, volume] : [volume, node]
    return await listAll(context, [
      {
        path: 'volumeattachments',
        namespace: null,
        kind: 'VolumeAttachment',
        keep: (attachment) => own(attachment) === place.name,
        how: other,
      },
    ])
  },
}

const MOST_INSTANCES = 20

/** The first objects of a definition. */
export const instancesSection: Section = {
  id: 'instances',
  costly: false,
  async read({ object, store, now }) {
    const path = `${textAt(object, 'spec', 'group')}/${textAt(object, 'spec', 'names', 'plural')}`
    const { objects, looked } = await store.list({
      path,
      namespace: null,
      fields: CONTROLLER_FIELDS,
      most: MOST_INSTANCES,
      keep: () => true,
    })
    return { items: objects.map((stored) => itemOf(stored, now)), looked: [looked], table: { path, namespace: null, q: '' } }
  },
}
