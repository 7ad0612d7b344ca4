// Values that could not be read.
import { expect, test } from 'vitest'
import { brief, foundIn } from './testing/found-in.ts'
import { unreadableValue } from './unreadable-value.ts'

test('damage is an error, a missing key and our own limits are notes, and a wrong key is an error again', () => {
  const found = foundIn(unreadableValue, {
    'pods/shop/web': { problem: 'The value is empty.' },
    'secrets/shop/a': { problem: 'Encrypted at rest.', encrypted: { tried: false } },
    'secrets/shop/b': { problem: 'Encrypted at rest.', encrypted: { tried: true } },
    'pods/shop/huge': { problem: 'More than 50,000 members.', tooLarge: true },
    'pods/shop/well': { metadata: {} },
  })
  expect(brief(found)).toEqual([
    'info encrypted secrets/shop/a: Encrypted at rest.',
    'error encrypted secrets/shop/b: Encrypted at rest.',
    'error unreadable pods/shop/web: The value is empty.',
    'info too-large pods/shop/huge: More than 50,000 members.',
  ])
})
