// Formats labels and label selectors like apimachinery's labels.FormatLabels and metav1.FormatLabelSelector.

import { isObject, objectAt, objectsAt, textAt, textsAt, valueAt } from '../value/fields.ts'
import type { KubeObject, KubeValue } from '../value/value.ts'

/** Go sorts strings by their bytes; labels are ASCII, for which UTF-16 order is the same. */
export function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function pairs(map: KubeValue | undefined): [string, string][] {
  if (!isObject(map)) return []
  return Object.keys(map).map((key) => [key, textAt(map, key)])
}

/** `app=web,tier=front`, sorted; `<none>` for no labels. */
export function formatLabels(labels: KubeValue | undefined): string {
  const list = pairs(labels).map(([key, value]) => `${key}=${value}`)
  return list.length === 0 ? '<none>' : list.sort(byBytes).join(',')
}

interface Requirement {
  key: string
  text: string
}

/** A meta.v1 LabelSelector in kubectl's syntax; empty for an absent or empty one, undefined if invalid. */
export function selectorText(selector: KubeValue | undefined): string | undefined {
  const requirements: Requirement[] = pairs(valueAt(selector, 'matchLabels')).map(([key, value]) => ({ key, text: `${key}=${value}` }))
  for (const expression of objectsAt(selector, 'matchExpressions')) {
    const requirement = expressionText(expression)
    if (requirement === undefined) return undefined
    requirements.push(requirement)
  }
  return requirements
    .sort((a, b) => byBytes(a.key, b.key))
    .map((requirement) => requirement.text)
    .join(',')
}

function expressionText(expression: KubeObject): Requirement | undefined {
  const key = textAt(expression, 'key')
  const values = textsAt(expression, 'values').sort(byBytes)
  switch (textAt(expression, 'operator')) {
    case 'In':
      return values.length === 0 ? undefined : { key, text: `${key} in (${values.join(',')})` }
    case 'NotIn':
      return values.length === 0 ? undefined : { key, text: `${key} notin (${values.join(',')})` }
    case 'Exists':
      return values.length > 0 ? undefined : { key, text: key }
    case 'DoesNotExist':
      return values.length > 0 ? undefined : { key, text: `!${key}` }
    default:
      return undefined
  }
}

/** A LabelSelector as most tables print it: `<none>` for an empty one, `<error>` for an invalid one. */
export function formatLabelSelector(selector: KubeValue | undefined): string {
  const text = selectorText(selector)
  return text === undefined ? '<error>' : text || '<none>'
}

/** A LabelSelector as gogo's generated String prints it, which admission policy bindings show. */
export function goLabelSelector(selector: KubeObject): string {
  const labels = pairs(objectAt(selector, 'matchLabels'))
    .sort(([a], [b]) => byBytes(a, b))
    .map(([key, value]) => `${key}: ${value},`)
  const expressions = objectsAt(selector, 'matchExpressions').map(
    (e) =>
      `LabelSelectorRequirement{Key:${textAt(e, 'key')},Operator:${textAt(e, 'operator')},Values:[${textsAt(e, 'values').join(' ')}],},`,
  )
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
}
