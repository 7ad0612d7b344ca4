// A complete answer also answers a longer text.
import type { NamesFound } from '@registree/contract'
import { expect, test } from 'vitest'
import { narrow } from './names.ts'

const found = (place: NamesFound['place'], path: string, names: [namespace: string, name: string][]): NamesFound => ({
  type: 'found',
  place,
  path,
  kind: '',
  names: names.map(([namespace, name]) => ({ key: `/registry/${path}/${namespace}/${name}`, namespace, name })),
  count: names.length,
})
const all = [
  found('registry', 'pods', [
    ['shop', 'web-1'],
    ['web', 'other-we'],
  ]),
  found('registry', 'deployments', [['shop', 'We-B']]),
  found('v2', '', [['', '/network/we/']]),
]

test.each([
  ['we', ['web-1', 'other-we', 'We-B', '/network/we/']],
  ['web', ['web-1']],
  ['we-b', ['We-B']],
  ['shop/we', ['web-1', 'We-B']],
  ['nothing', []],
])('%s', (text, names) => {
  const narrowed = narrow(all, text)
  expect(narrowed.flatMap((line) => line.names.map(({ name }) => name))).toEqual(names)
  for (const line of narrowed) expect(line.count).toBe(line.names.length)
})
