// Pods of nodes that do not exist.
import { expect, test } from 'vitest'
import { lostPod } from './lost-pod.ts'
import { brief, foundIn } from './testing/found-in.ts'

test('a pod whose node is gone, but not one that runs or waits', () => {
  const found = foundIn(lostPod, {
    'minions/here': {},
    'pods/shop/lost': { spec: { nodeName: 'gone' }, status: { phase: 'Running' } },
    'pods/shop/well': { spec: { nodeName: 'here' } },
    'pods/shop/waiting': { spec: {} },
  })
  expect(brief(found)).toEqual([
    'warning lost-pod pods/shop/lost: Bound to node gone, which has no Node object; its phase is still Running.',
  ])
})
