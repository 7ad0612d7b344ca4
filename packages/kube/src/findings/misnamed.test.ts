// Objects whose name contradicts their key.
import { expect, test } from 'vitest'
import { misnamed } from './misnamed.ts'
import { brief, foundIn } from './testing/found-in.ts'

test('another name, another namespace, and a key that is too deep', () => {
  const found = foundIn(misnamed, {
    'pods/shop/web': { metadata: { name: 'webb', namespace: 'shop' } },
    'secrets/shop/copied': { metadata: { name: 'copied', namespace: 'kube-system' } },
    'pods/shop/a/b': { metadata: { name: 'b', namespace: 'shop' } },
  })
  expect(brief(found)).toEqual([
    'warning misnamed secrets/shop/copied: The key says namespace shop, the object says kube-system.',
    'warning misnamed pods/shop/web: The key says web, the object calls itself webb.',
    'warning misnamed pods/shop/a/b: The key says a/b, the object calls itself b.',
  ])
})

test('objects at the right key, and those without their own name', () => {
  expect(
    foundIn(misnamed, {
      'pods/shop/web': { metadata: { name: 'web', namespace: 'shop' } },
      'minions/node': { metadata: { name: 'node' } },
      'ranges/serviceips': { metadata: {}, range: '10.0.0.0/24' },
      'example.com/widgets/shop/w': { metadata: { name: 'other' } },
    }),
  ).toEqual([])
})
