// Custom objects without their definition.
import { expect, test } from 'vitest'
import { missingDefinition } from './missing-definition.ts'
import { brief, foundIn } from './testing/found-in.ts'

const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions'

test('one finding per directory; known kinds and those of other API servers are fine', () => {
  const found = foundIn(missingDefinition, {
    [`${DEFINITIONS}/widgets.example.com`]: { spec: { group: 'example.com', names: { plural: 'widgets', kind: 'Widget' } } },
    'apiregistration.k8s.io/apiservices/v1.metrics.example.com': { spec: { group: 'metrics.example.com', service: { name: 'm' } } },
    'example.com/widgets/shop/a': {},
    'metrics.example.com/samples/shop/a': {},
    'monitoring.coreos.com/prometheuses/monitoring/k8s': {},
    'example.com/gadgets/shop/a': {},
    'example.com/gadgets/shop/b': {},
    'services/specs/shop/web': {},
  })
  expect(brief(found)).toEqual([
    'warning missing-definition example.com/gadgets/shop/a: CustomResourceDefinition gadgets.example.com does not exist, but 2 objects of it (200 bytes) remain.',
    'warning missing-definition monitoring.coreos.com/prometheuses/monitoring/k8s: CustomResourceDefinition prometheuses.monitoring.coreos.com does not exist, but 1 object of it (100 bytes) remains.',
  ])
})

test('an unreadable definition may be the missing one', () => {
  expect(
    foundIn(missingDefinition, { [`${DEFINITIONS}/gadgets.example.com`]: { problem: 'damaged' }, 'example.com/gadgets/shop/a': {} }),
  ).toEqual([])
})

test('values that could not be read are counted, but alone they do not show that they are custom objects', () => {
  expect(foundIn(missingDefinition, { 'example.com/gadgets/shop/a': { problem: 'damaged' } })).toEqual([])
  const found = foundIn(missingDefinition, { 'example.com/gadgets/shop/a': { problem: 'damaged' }, 'example.com/gadgets/shop/b': {} })
  expect(found).toMatchObject([{ says: [{ code: 'missing-definition', params: { definition: 'gadgets.example.com', objects: 2 } }] }])
})
