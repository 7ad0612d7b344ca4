// Values that could not be read.
import { expect, test } from 'vitest'
import { brief, foundIn } from './testing/found-in.ts'
import { unreadableValue } from './unreadable-value.ts'

test('damage is an error, a missing key and our own limits are notes, and a wrong key is an error again', () => {
  const found = foundIn(unreadableValue, {
    'pods/shop/web': { problem: [{ code: 'value-empty', params: {} }] },
    'secrets/shop/a': { problem: [{ code: 'value-encrypted', params: { provider: 'aescbc' } }], encrypted: { tried: false } },
    'secrets/shop/b': { problem: [{ code: 'value-encrypted', params: { provider: 'aescbc' } }], encrypted: { tried: true } },
    'pods/shop/huge': { problem: [{ code: 'value-elements', params: { most: 50_000 } }], tooLarge: true },
    'pods/shop/well': { metadata: {} },
  })
  expect(brief(found)).toEqual([
    'info encrypted secrets/shop/a: Encrypted at rest (aescbc).',
    'error encrypted secrets/shop/b: Encrypted at rest (aescbc).',
    'error unreadable pods/shop/web: The value is empty.',
    'info too-large pods/shop/huge: The part of the value that is read has more than 50,000 members and list items.',
  ])
})
