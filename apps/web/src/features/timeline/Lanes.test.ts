// How the lanes of the timeline name what was written.
import { expect, test } from 'vitest'
import { nameOf } from './Lanes.tsx'

test.each([
  ['shop/web', { path: 'pods', namespace: 'shop', name: 'web', key: '/registry/pods/shop/web' }],
  ['n1', { path: 'minions', namespace: null, name: 'n1', key: '/registry/minions/n1' }],
  ['/registry/odd/\\x01\\xff', { path: '', namespace: null, name: '/registry/odd/\\x01\\xff', key64: 'L3JlZ2lzdHJ5L29kZC8B_w' }],
])('%s', (name, of) => {
  expect(nameOf({ ...of, kind: '', owner: null, election: false })).toBe(name)
})
