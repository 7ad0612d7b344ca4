import type { DeletedEntry } from '@registree/contract'
import { expect, test } from 'vitest'
import { bundledDeletions } from './bundled-deletions.ts'

const entry = (key: string, revision: string, more: Partial<DeletedEntry> = {}): DeletedEntry => ({
  ...{
    key,
    revision,
    time: null,
    apiVersion: 'v1',
    kind: 'Pod',
    path: 'pods',
    namespace: 'shop',
    name: 'a',
    size: 1,
    rounded: false,
    created: null,
  },
  ...{ last: String(BigInt(revision) - 3n), causes: [], again: null, problem: null, sentences: [] },
  ...more,
})

test('each key once, as it was last, and what cannot be brought back too', () => {
  const { keys, objects } = bundledDeletions([
    entry('/registry/pods/shop/b', '90071992547409930'),
    entry('/registry/pods/shop/gone', '40', { last: null }),
    entry('/other', '30', { path: '', kind: '' }),
    entry('/registry/pods/shop/b', '20'),
  ])
  expect(keys.map(({ key, rev }) => [Buffer.from(key).toString(), rev])).toEqual([
    ['/registry/pods/shop/b', '90071992547409927'],
    ['/registry/pods/shop/gone', '39'],
    ['/other', '27'],
  ])
  expect(objects).toBe(1)
})
