// Objects whose owners are all gone.
import { expect, test } from 'vitest'
import { orphan } from './orphan.ts'
import { brief, foundIn } from './testing/found-in.ts'

const uid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const owned = (...owners: { kind: string; apiVersion?: string; uid: string }[]) => ({
  metadata: { ownerReferences: owners.map((owner) => ({ apiVersion: 'apps/v1', name: 'web', ...owner })) },
})
const definition = {
  spec: { group: 'example.com', names: { plural: 'widgets', kind: 'Widget' }, versions: [{ name: 'v1', storage: true }] },
}

test('a missing owner of a built-in kind, of a definition, or one that is an orphan itself', () => {
  const found = foundIn(orphan, {
    'apiextensions.k8s.io/customresourcedefinitions/widgets.example.com': definition,
    'pods/shop/a': owned({ kind: 'ReplicaSet', uid: uid(1) }),
    'pods/shop/b': owned({ kind: 'Widget', apiVersion: 'example.com/v1', uid: uid(2) }),
    'pods/shop/c': owned({ kind: 'Gadget', apiVersion: 'gone.example.org/v1', uid: uid(3) }),
    'pods/shop/d': owned({ kind: 'ReplicaSet', uid: 'not-a-uuid' }),
  })
  expect(brief(found)).toEqual([
    `warning orphan pods/shop/a: Owned by ReplicaSet web (uid ${uid(1)}), which is not there.`,
    `warning orphan pods/shop/b: Owned by Widget web (uid ${uid(2)}), which is not there.`,
    `warning orphan pods/shop/c: Owned by Gadget web (uid ${uid(3)}), which is not there.`,
    'warning orphan pods/shop/d: Owned by ReplicaSet web (uid not-a-uuid), which is not there.',
  ])
})

test('existing owners, read before or after; one of several; and unknown cases', () => {
  expect(
    foundIn(orphan, {
      'replicasets/shop/web': { metadata: { uid: uid(1) } },
      'pods/shop/a': owned({ kind: 'ReplicaSet', uid: uid(1) }),
      // Read after the object that it owns.
      'configmaps/shop/first': owned({ kind: 'Pod', apiVersion: 'v1', uid: uid(5) }),
      'pods/shop/owner': { metadata: { uid: uid(5) } },
      'pods/shop/two': owned({ kind: 'ReplicaSet', uid: uid(9) }, { kind: 'ReplicaSet', uid: uid(1) }),
      // Stored by another API server, wherever that is.
      'apiregistration.k8s.io/apiservices/v1.metrics.example.com': { spec: { group: 'metrics.example.com', service: { name: 'metrics' } } },
      'pods/shop/aggregated': owned({ kind: 'Metric', apiVersion: 'metrics.example.com/v1', uid: uid(7) }),
      // The unreadable one may be the owner.
      'secrets/shop/sealed': { problem: 'Encrypted at rest.', encrypted: { tried: false } },
      'pods/shop/secretive': owned({ kind: 'Secret', apiVersion: 'v1', uid: uid(8) }),
      // One of Kubernetes' own kinds, newer than those known here.
      'pods/shop/future': owned({ kind: 'SuperSet', uid: uid(10) }),
    }),
  ).toEqual([])
})
