// What is compared in values of which a part does not decode: nothing is said to be missing there.
import { createDecryptor } from '@registree/kube'
import { expect, test } from 'vitest'
import { field, metadata, storedProtobuf } from '../testing/protobuf.ts'
import { comparePairs } from './compare-pairs.ts'
import { previewPairs } from './preview-pairs.ts'

const key = Buffer.from('/registry/configmaps/shop/one')
const policy = { reveal: false, decrypt: true, salt: new Uint8Array(32) }
const decryptor = createDecryptor(null)
const context = { decryptorOf: () => decryptor }

const configMap = (...after: number[][]) => storedProtobuf('v1', 'ConfigMap', metadata('one', 'shop'), ...after)
const WHOLE = configMap(field(2, field(1, 'a'), field(2, '1')))
const OTHER = configMap(field(2, field(1, 'a'), field(2, '2')))
/** A data entry of three bytes in place of a message. */
const BROKEN = configMap(field(2, [10, 9, 1]))

test.each([
  ['changed', WHOLE, OTHER],
  ['undecided', WHOLE, BROKEN],
  ['undecided', BROKEN, WHOLE],
] as const)('%s', (verdict, left, right) => {
  const [compared] = comparePairs(
    { left: 'a', right: 'b', policy, otherObjects: false, pairs: [{ leftKey: key, rightKey: key, left, right, sameKey: true }] },
    context,
  ).output
  const [previewed] = previewPairs(
    { bundle: 'a', cluster: 'b', policy, pairs: [{ key, value: left, liveKey: key, live: right }] },
    context,
  ).output
  expect([compared?.change, previewed?.verdict]).toEqual([verdict, verdict])
  if (verdict === 'undecided')
    for (const one of [compared, previewed]) expect(one?.summary).toEqual([{ code: 'partly-decoded', params: {} }])
})
