// Selectors select as Kubernetes defines it.
import { expect, it } from 'vitest'
import { equalityText, matchesMap, matchesSelector, selectsPod } from './label-selector.ts'

const labels = { app: 'web', tier: 'front' }

it('a map selects by all of its labels, and an empty one selects nothing', () => {
  expect(matchesMap({ app: 'web' }, labels)).toBe(true)
  expect(matchesMap({ app: 'web', x: '' }, labels)).toBe(false)
  expect(matchesMap({}, labels)).toBe(false)
  expect(matchesMap(undefined, labels)).toBe(false)
})

it.each([
  [{}, true],
  [undefined, false],
  [{ matchLabels: { app: 'web' } }, true],
  [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'x'] }] }, true],
  [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
  [{ matchExpressions: [{ key: 'gone', operator: 'NotIn', values: ['web'] }] }, true],
  [{ matchExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
  [{ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
  [{ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'app', operator: 'Unheard' }] }, false],
  [{ matchLabels: { constructor: 'x' } }, false],
])('the selector %o', (selector, expected) => {
  expect(matchesSelector(selector, labels)).toBe(expected)
})

it('each kind’s selector is found', () => {
  expect(selectsPod({ kind: 'Service', spec: { selector: { app: 'web' } } }, labels)).toBe(true)
  expect(selectsPod({ kind: 'Service', spec: { type: 'ExternalName', selector: { app: 'web' } } }, labels)).toBe(false)
  expect(selectsPod({ kind: 'NetworkPolicy', spec: {} }, labels)).toBe(true)
  expect(selectsPod({ kind: 'PodDisruptionBudget', spec: { selector: { matchLabels: { app: 'db' } } } }, labels)).toBe(false)
  const budget = (apiVersion: string) => ({ apiVersion, kind: 'PodDisruptionBudget', spec: { selector: {} } })
  expect(['policy/v1', 'policy/v1beta1'].map((version) => selectsPod(budget(version), labels))).toEqual([true, false])
  expect(selectsPod({ kind: 'ConfigMap', spec: { selector: {} } }, labels)).toBe(false)
  expect(equalityText({ kind: 'Deployment', spec: { selector: { matchLabels: { b: '2', a: '1' } } } })).toBe('a=1 b=2')
})
