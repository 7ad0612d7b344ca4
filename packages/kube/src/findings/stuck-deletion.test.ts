// Deletions that do not finish.
import { expect, test } from 'vitest'
import { stuckDeletion } from './stuck-deletion.ts'
import { ago, brief, foundIn } from './testing/found-in.ts'

test('what blocks an object, a pod and a namespace', () => {
  const found = foundIn(stuckDeletion, {
    'namespaces/old': {
      metadata: { deletionTimestamp: ago(7200) },
      spec: { finalizers: ['kubernetes'] },
      status: {
        conditions: [
          { type: 'NamespaceDeletionDiscoveryFailure', status: 'False', message: 'All resources successfully discovered' },
          {
            type: 'NamespaceContentRemaining',
            status: 'True',
            message: 'Some resources are remaining: widgets.example.com has 2 resource instances',
          },
        ],
      },
    },
    'persistentvolumes/data': {
      metadata: { deletionTimestamp: ago(600), finalizers: ['kubernetes.io/pv-protection', 'example.com/hold'] },
    },
    // Requested 5 minutes ago, with 30 seconds of grace.
    'pods/shop/on-lost-node': {
      metadata: { deletionTimestamp: ago(270), deletionGracePeriodSeconds: 30 },
      spec: { nodeName: 'lost' },
    },
    'configmaps/shop/odd': { metadata: { deletionTimestamp: ago(600) } },
  })
  expect(brief(found)).toEqual([
    'warning stuck-deletion namespaces/old: Deletion requested 120m ago. Held by kubernetes. Some resources are remaining: widgets.example.com has 2 resource instances.',
    'warning stuck-deletion configmaps/shop/odd: Deletion requested 10m ago. No finalizer holds it. The deletion was never completed.',
    'warning stuck-deletion persistentvolumes/data: Deletion requested 10m ago. Held by kubernetes.io/pv-protection and example.com/hold.',
    'warning stuck-deletion pods/shop/on-lost-node: Deletion requested 5m ago. No finalizer holds it. The kubelet of lost has not confirmed that its containers have ended.',
  ])
  expect(found.at(-1)?.links).toEqual([{ code: 'link-node', params: { node: 'lost' }, key: '/registry/minions/lost' }])
})

test('a deletion within its grace period, and an invalid time, are no findings', () => {
  expect(
    foundIn(stuckDeletion, {
      'pods/shop/leaving': { metadata: { deletionTimestamp: ago(-20), deletionGracePeriodSeconds: 30, finalizers: ['a'] } },
      'pods/shop/just-left': { metadata: { deletionTimestamp: ago(30) } },
      'pods/shop/nonsense': { metadata: { deletionTimestamp: 'tomorrow' } },
      'pods/shop/well': { metadata: { finalizers: ['a'] } },
    }),
  ).toEqual([])
})
