// Objects in namespaces that do not exist.
import { expect, test } from 'vitest'
import { missingNamespace } from './missing-namespace.ts'
import { brief, foundIn } from './testing/found-in.ts'

test('one finding per namespace, with its content', () => {
  const found = foundIn(missingNamespace, {
    'namespaces/shop': {},
    'pods/shop/web': {},
    'minions/node': {},
    'configmaps/ghost/a': {},
    'pods/ghost/b': {},
    'pods/ghost/c': {},
  })
  expect(brief(found)).toEqual([
    'warning missing-namespace configmaps/ghost/a: Namespace ghost does not exist, and 3 objects lie in it: ConfigMap, Pod.',
  ])
  expect(found[0]?.links).toEqual([{ text: 'what is in ghost', namespace: 'ghost' }])
})

test('an etcd without namespaces holds something else', () => {
  expect(foundIn(missingNamespace, { 'events/shop/web.1': {} })).toEqual([])
})
