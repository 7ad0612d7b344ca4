// The pods that use or are selected by an object: found by searching the namespace, up to a reported limit.
import { isObject, objectAt, textAt, valueAt } from '../value/fields.ts'
import type { KubeObject } from '../value/value.ts'
import { POD_FIELDS } from './fields-read.ts'
import { podsInWords } from './judgement.ts'
import { equalityText, selectsPod } from './label-selector.ts'
import type { RelationMessage } from './messages.ts'
import { podSpecReferences } from './references.ts'
import { itemOf, type RelatedContext, type RelatedItem, type Trouble } from './related-item.ts'
import type { Section, SectionContent } from './section.ts'

const ORDER = { error: 0, warning: 1, progress: 2, ok: 3, muted: 4 } as const

/** Pods in trouble first; the rest in key order. */
export function byTrouble(items: RelatedItem[]): RelatedItem[] {
  const rank = (item: RelatedItem) => (item.trouble !== null ? -1 : item.status === null ? 5 : ORDER[item.status.tone])
  return items
    .map((item, index) => ({ item, index }))
    .sort((a, b) => rank(a.item) - rank(b.item) || a.index - b.index)
    .map(({ item }) => item)
}

/** How many pods are unhealthy, and how: `5 of 11 pods: CrashLoopBackOff.` Null if none. */
export function failingPods(items: readonly RelatedItem[]): Trouble | null {
  const said = podsInWords(items)
  return said === null || said.severity === 'info' ? null : said
}

/** Pods in the object's namespace that refer to it: a ConfigMap, Secret, claim or ServiceAccount. */
export const usersSection: Section = {
  id: 'pods',
  costly: false,
  async read(context) {
    const { object, place } = context
    const kind = textAt(object, 'kind')
    const how = (pod: KubeObject) =>
      podSpecReferences(specOf(pod), place.namespace ?? '', textAt(pod, 'metadata', 'name')).find(
        (reference) => reference.kind === kind && reference.name === place.name,
      )?.places
    return await podsOf(context, {
      testFields: ['.metadata.name', '.spec'],
      keep: (pod) => how(pod) !== undefined,
      how: (pod) => how(pod) ?? [],
      q: '',
    })
  },
}

function specOf(pod: KubeObject): KubeObject | undefined {
  return objectAt(pod, 'spec')
}

/** Selected pods: by a Service, a budget or a network policy. */
export const selectedPodsSection: Section = {
  id: 'pods',
  costly: false,
  async read(context) {
    const { object, partial } = context
    const kind = textAt(object, 'kind')
    const selector = valueAt(object, 'spec', kind === 'NetworkPolicy' ? 'podSelector' : 'selector')
    const external = kind === 'Service' && textAt(object, 'spec', 'type') === 'ExternalName'
    // What selects them may be in the part that did not decode.
    if (partial && !(isObject(selector) && Object.keys(selector).length > 0)) return {}
    if (external || (kind === 'Service' && (selector === undefined || selector === null || Object.keys(selector).length === 0))) {
      return {
        notes: [
          {
            severity: 'info',
            says: [
              external
                ? { code: 'service-alias', params: { host: textAt(object, 'spec', 'externalName') } }
                : { code: 'service-without-selector', params: {} },
            ],
          },
        ],
      }
    }
    const content = await podsOf(context, {
      testFields: ['.metadata.labels'],
      keep: (pod) => selectsPod(object, valueAt(pod, 'metadata', 'labels')),
      how: () => [],
      q: equalityText(object),
    })
    const notes: Trouble[] = []
    const namespace = context.place.namespace ?? ''
    const complete = !partial && (content.looked?.every((looked) => !looked.cut) ?? false)
    if (kind === 'Service' && complete) {
      const pods = content.items ?? []
      if (pods.length === 0)
        notes.push({
          severity: 'error',
          says: [{ code: 'selector-matches-none', params: { namespace, selector: equalityText(object) } }],
        })
      else if (!pods.some((pod) => pod.status?.tone === 'ok') && valueAt(object, 'spec', 'publishNotReadyAddresses') !== true)
        notes.push({
          severity: 'error',
          says: [{ code: 'selected-not-ready', params: { pods: pods.length } }],
        })
    }
    if (kind === 'PodDisruptionBudget' && complete && content.items?.length === 0)
      notes.push({ severity: 'warning', says: [{ code: 'budget-matches-none', params: { namespace } }] })
    return { ...content, notes: [...notes, ...(content.notes ?? [])] }
  },
}

async function podsOf(
  { place, store, now, most }: RelatedContext,
  of: { testFields: string[]; keep: (pod: KubeObject) => boolean; how: (pod: KubeObject) => RelationMessage[]; q: string },
): Promise<Partial<SectionContent>> {
  const { objects, looked } = await store.list({
    path: 'pods',
    namespace: place.namespace,
    fields: [...POD_FIELDS, ...of.testFields],
    testFields: of.testFields,
    most,
    keep: of.keep,
  })
  const items = objects.map((pod) => itemOf(pod, now, { kind: 'Pod', how: pod.object === null ? [] : of.how(pod.object) }))
  const failing = failingPods(items)
  return {
    items: byTrouble(items),
    notes: failing === null ? [] : [failing],
    looked: [looked],
    table: { path: 'pods', namespace: place.namespace, q: of.q },
  }
}
