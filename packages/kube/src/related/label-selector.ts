// Evaluates selectors by the rules of apimachinery's labels.Selector and metav1.LabelSelectorAsSelector.

import { byBytes, selectorText } from '../tables/selectors.ts'
import { isObject, objectAt, objectsAt, textAt, textsAt, valueAt } from '../value/fields.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'

/** Whether labels match a plain map, the selector of a Service or ReplicationController. An empty or absent one selects nothing. */
export function matchesMap(selector: KubeValue | undefined, labels: KubeValue | undefined): boolean {
  if (!isObject(selector) || Object.keys(selector).length === 0) return false
  return Object.keys(selector).every((key) => hasLabel(labels, key) && valueAt(labels, key) === valueAt(selector, key))
}

/** Whether labels match a meta.v1 LabelSelector. An empty one selects everything, an absent or invalid one nothing. */
export function matchesSelector(selector: KubeValue | undefined, labels: KubeValue | undefined): boolean {
  if (!isObject(selector) || selectorText(selector) === undefined) return false
  const map = objectAt(selector, 'matchLabels')
  if (map !== undefined && Object.keys(map).length > 0 && !matchesMap(map, labels)) return false
  return objectsAt(selector, 'matchExpressions').every((expression) => {
    const key = textAt(expression, 'key')
    const value = textAt(labels, key)
    switch (textAt(expression, 'operator')) {
      case 'In':
        return hasLabel(labels, key) && textsAt(expression, 'values').includes(value)
      case 'NotIn':
        return !hasLabel(labels, key) || !textsAt(expression, 'values').includes(value)
      case 'Exists':
        return hasLabel(labels, key)
      case 'DoesNotExist':
        return !hasLabel(labels, key)
      default:
        return false
    }
  })
}

function hasLabel(labels: KubeValue | undefined, key: string): boolean {
  return isObject(labels) && Object.hasOwn(labels, key)
}

/** Kinds whose pod selector is a plain map. */
const WITH_MAP = new Set(['Service', 'ReplicationController'])
const WITH_SELECTOR = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'PodDisruptionBudget', 'PetSet'])

/** Whether an object that selects pods (a Service, controller, budget or network policy) selects these labels. */
export function selectsPod(object: KubeObject, labels: KubeValue | undefined): boolean {
  const kind = textAt(object, 'kind')
  // An alias: Kubernetes ignores its selector.
  if (kind === 'Service' && textAt(object, 'spec', 'type') === 'ExternalName') return false
  // Before policy/v1 a budget's empty selector meant no pod.
  if (textAt(object, 'apiVersion') === 'policy/v1beta1' && selectorText(valueAt(object, 'spec', 'selector')) === '') return false
  if (WITH_MAP.has(kind)) return matchesMap(valueAt(object, 'spec', 'selector'), labels)
  if (WITH_SELECTOR.has(kind)) return matchesSelector(valueAt(object, 'spec', 'selector'), labels)
  if (kind === 'NetworkPolicy') return matchesSelector(valueAt(object, 'spec', 'podSelector') ?? {}, labels)
  return false
}

/** The pod selector in the syntax of a table's filter and kubectl's `-l`; empty if it selects nothing, or by more than equality. */
export function equalityText(object: KubeObject): string {
  const map = WITH_MAP.has(textAt(object, 'kind'))
    ? valueAt(object, 'spec', 'selector')
    : objectsAt(object, 'spec', 'selector', 'matchExpressions').length > 0
      ? undefined
      : valueAt(object, 'spec', 'selector', 'matchLabels')
  if (!isObject(map)) return ''
  return Object.keys(map)
    .sort(byBytes)
    .map((key) => `${key}=${textAt(map, key)}`)
    .join(' ')
}
