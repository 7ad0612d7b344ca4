// Objects in API versions that are gone.
import { expect, test } from 'vitest'
import { removedVersion } from './removed-version.ts'
import { brief, foundIn } from './testing/found-in.ts'

const node = (kubeletVersion: string) => ({ status: { nodeInfo: { kubeletVersion } } })
const ingress = { apiVersion: 'extensions/v1beta1', kind: 'Ingress' }

test('if the cluster no longer serves it, one finding per object; if it does, one note for all', () => {
  const stored = { 'ingress/shop/a': ingress, 'ingress/shop/b': ingress }
  expect(brief(foundIn(removedVersion, { 'minions/n': node('v1.24.3'), ...stored }))).toEqual([
    'warning removed-version ingress/shop/a: Stored as extensions/v1beta1, which Kubernetes 1.22 no longer serves. The nodes run 1.24. The current version is networking.k8s.io/v1.',
    'warning removed-version ingress/shop/b: Stored as extensions/v1beta1, which Kubernetes 1.22 no longer serves. The nodes run 1.24. The current version is networking.k8s.io/v1.',
  ])
  expect(brief(foundIn(removedVersion, { 'minions/n': node('v1.18.0'), ...stored }))).toEqual([
    'info removed-version ingress/shop/a: 2 Ingress objects are stored as extensions/v1beta1, which Kubernetes 1.22 no longer serves. The nodes run 1.18. The current version is networking.k8s.io/v1.',
  ])
  expect(brief(foundIn(removedVersion, { 'podsecuritypolicy/p': { apiVersion: 'policy/v1beta1' } }))).toEqual([
    'info removed-version podsecuritypolicy/p: 1 PodSecurityPolicy object is stored as policy/v1beta1, which Kubernetes 1.25 no longer serves. Nothing replaced it.',
  ])
})

test('a custom object in a version that its definition does not list', () => {
  const found = foundIn(removedVersion, {
    'apiextensions.k8s.io/customresourcedefinitions/widgets.example.com': {
      apiVersion: 'apiextensions.k8s.io/v1beta1',
      spec: { group: 'example.com', names: { plural: 'widgets', kind: 'Widget' }, versions: [{ name: 'v1', storage: true }] },
    },
    'example.com/widgets/shop/old': { apiVersion: 'example.com/v1alpha1', kind: 'Widget' },
    'example.com/widgets/shop/new': { apiVersion: 'example.com/v1', kind: 'Widget' },
  })
  // The newest API servers still store the definition itself as v1beta1.
  expect(brief(found)).toEqual([
    'error removed-version example.com/widgets/shop/old: Stored as example.com/v1alpha1, which its definition does not list (example.com/v1): the API server cannot read it.',
  ])
})

test('versions that the newest Kubernetes stores are no finding', () => {
  expect(
    foundIn(removedVersion, {
      'minions/n': node('v1.38.0'),
      'leasecandidates/a/b': { apiVersion: 'coordination.k8s.io/v1beta1', kind: 'LeaseCandidate' },
      'servicecidrs/kubernetes': { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR' },
      'events/shop/e': { apiVersion: 'v1', kind: 'Event' },
      'resourceclaims/shop/c': { apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim' },
      'compositepodgroups/shop/g': { apiVersion: 'scheduling.k8s.io/v1beta1', kind: 'CompositePodGroup' },
      'horizontalpodautoscalers/shop/h': { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
    }),
  ).toEqual([])
})

test('a beta that ended for one kind is found, while its version remains for others', () => {
  const found = foundIn(removedVersion, {
    'minions/n': node('v1.37.2'),
    'volumeattributesclasses/fast': { apiVersion: 'storage.k8s.io/v1beta1' },
    'devicetaintrules/broken': { apiVersion: 'resource.k8s.io/v1beta2' },
    'resourceslices/gpu': { apiVersion: 'resource.k8s.io/v1beta1' },
  })
  expect(brief(found)).toEqual([
    'warning removed-version volumeattributesclasses/fast: Stored as storage.k8s.io/v1beta1, which Kubernetes 1.37 no longer serves. The nodes run 1.37. The current version is storage.k8s.io/v1.',
    'info removed-version resourceslices/gpu: 1 ResourceSlice object is stored as resource.k8s.io/v1beta1, which Kubernetes 1.38 no longer serves. The nodes run 1.37. The current version is resource.k8s.io/v1.',
  ])
})
