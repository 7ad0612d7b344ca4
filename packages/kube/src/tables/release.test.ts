import { expect, test } from 'vitest'
import { minorOf, NEWEST_MINOR, type ReleaseHints, releaseOf, type StorageVersionEntry, storageVersionEntries } from './release.ts'
import { RESOURCES, resourceAt } from './resources.ts'
import { differsByRelease } from './table-for.ts'

test.each([
  ['v1.20.2', 20],
  ['1.37.0-beta.1', 37],
  ['v1.33.4+k3s1', 33],
  ['v1.9', 9],
  ['v2.0.0', undefined],
  ['v1.', undefined],
  ['', undefined],
  ['v1.99999999999', undefined],
])('%j is of minor release %s', (version, minor) => {
  expect(minorOf(version)).toBe(minor)
})

/** What API servers of some releases register, as far as it distinguishes them. */
const SERVED: Record<number, string[]> = {
  18: ['v1.', 'v1.apps', 'v1beta1.extensions', 'v1beta1.policy', 'v1beta1.batch', 'v2beta1.autoscaling', 'v2beta2.autoscaling'],
  20: 'v1. v1.apps v1.certificates.k8s.io v1.events.k8s.io v1.node.k8s.io v1beta1.extensions v1beta1.policy v1beta1.batch v2beta2.autoscaling v1beta1.flowcontrol.apiserver.k8s.io'.split(
    ' ',
  ),
  24: 'v1. v1.apps v1.certificates.k8s.io v1.events.k8s.io v1.node.k8s.io v1.policy v1.discovery.k8s.io v2.autoscaling v1beta1.policy v1beta1.batch v1beta2.flowcontrol.apiserver.k8s.io'.split(
    ' ',
  ),
  36: 'v1. v1.apps v1.certificates.k8s.io v1.events.k8s.io v1.node.k8s.io v1.policy v1.discovery.k8s.io v2.autoscaling v1.flowcontrol.apiserver.k8s.io v1.resource.k8s.io v1beta1.networking.k8s.io v1.metrics.example.com'.split(
    ' ',
  ),
}
const served = (minor: number) => SERVED[minor] ?? []
const told = (hints: Partial<ReleaseHints>) => releaseOf({ kubelets: [], apiServices: [], storageVersions: [], ...hints })

test.each([18, 20, 24, 36])('the APIServices registered by 1.%i indicate its release roughly', (minor) => {
  expect(told({ apiServices: served(minor) })).toEqual({ minor, from: 'api-services' })
})

test('the newest kubelet indicates it precisely, if the API server agrees', () => {
  expect(told({ kubelets: ['v1.35.1', 'v1.34.0', ''] })).toEqual({ minor: 35, from: 'nodes' })
  expect(told({ kubelets: ['v1.35.1', 'v1.34.0'], apiServices: served(36) })).toEqual({ minor: 35, from: 'nodes' })
  // Kubelets from before an upgrade.
  expect(told({ kubelets: ['v1.32.4'], apiServices: served(36) })).toEqual({ minor: 34, from: 'api-services' })
  // Kubelets from another cluster's backup, or of a development build.
  expect(told({ kubelets: ['v1.36.0'], apiServices: served(20) })).toEqual({ minor: 20, from: 'api-services' })
  expect(told({ kubelets: ['v0.0.0-master+faecb196815e2'], apiServices: served(20) })).toEqual({ minor: 20, from: 'api-services' })
})

test('without any indication, or beyond the known releases: the newest', () => {
  const newest = { minor: NEWEST_MINOR, from: 'newest' }
  expect(told({})).toEqual(newest)
  expect(told({ apiServices: ['v1.example.com'] })).toEqual(newest)
  expect(told({ kubelets: [`v1.${NEWEST_MINOR + 1}.0`] })).toEqual(newest)
  expect(told({ kubelets: [`v1.${NEWEST_MINOR + 1}.0`], apiServices: served(36) })).toEqual(newest)
  // A stable version is disabled: the existing ones count.
  expect(told({ apiServices: served(36).filter((name) => name !== 'v1.policy') })).toEqual(newest)
})

/** What an API server of a release writes into its StorageVersions, as far as it distinguishes them. */
function stored(minor: 29 | 33 | 36): StorageVersionEntry[] {
  const entry = (name: string, ...versions: string[]) => ({ name, apiServer: 'apiserver-a', versions })
  return [
    entry('core.pods', 'v1'),
    entry('apps.deployments', 'apps/v1'),
    entry('certificates.k8s.io.certificatesigningrequests', 'certificates.k8s.io/v1'),
    entry('events.k8s.io.events', 'v1', 'events.k8s.io/v1'),
    entry('node.k8s.io.runtimeclasses', 'node.k8s.io/v1'),
    entry('policy.poddisruptionbudgets', 'policy/v1'),
    entry('discovery.k8s.io.endpointslices', 'discovery.k8s.io/v1'),
    entry('autoscaling.horizontalpodautoscalers', 'autoscaling/v2', 'autoscaling/v1'),
    entry('flowcontrol.apiserver.k8s.io.flowschemas', 'flowcontrol.apiserver.k8s.io/v1'),
    entry('networking.k8s.io.ingressclasses', 'networking.k8s.io/v1'),
    entry('batch.cronjobs', 'batch/v1'),
    entry('storage.k8s.io.csistoragecapacities', 'storage.k8s.io/v1'),
    ...(minor < 30 ? [] : [entry('admissionregistration.k8s.io.validatingadmissionpolicies', 'admissionregistration.k8s.io/v1')]),
    ...(minor < 33 ? [] : [entry('networking.k8s.io.servicecidrs', 'networking.k8s.io/v1')]),
    ...(minor < 36
      ? []
      : [
          entry('storage.k8s.io.volumeattributesclasses', 'storage.k8s.io/v1'),
          entry('resource.k8s.io.deviceclasses', 'resource.k8s.io/v1'),
          entry('admissionregistration.k8s.io.mutatingadmissionpolicies', 'admissionregistration.k8s.io/v1'),
        ]),
  ]
}

test('StorageVersions indicate it where nothing else does', () => {
  for (const minor of [29, 33, 36] as const) expect(told({ storageVersions: stored(minor) })).toEqual({ minor, from: 'storage-versions' })
  expect(told({ kubelets: ['v1.29.1'], storageVersions: stored(29) })).toEqual({ minor: 29, from: 'nodes' })
  // Kubelets from before an upgrade.
  expect(told({ kubelets: ['v1.29.1'], storageVersions: stored(33) })).toEqual({ minor: 33, from: 'storage-versions' })
})

test('StorageVersions narrow what APIServices leave open, and do not contradict them', () => {
  const between = [...served(36).filter((name) => name !== 'v1.resource.k8s.io')]
  expect(told({ apiServices: between })).toEqual({ minor: 33, from: 'api-services' })
  expect(told({ apiServices: between, storageVersions: stored(29) })).toEqual({ minor: 29, from: 'storage-versions' })
  expect(told({ apiServices: between, storageVersions: stored(33) })).toEqual({ minor: 33, from: 'api-services' })
  expect(told({ kubelets: ['v1.30.1'], apiServices: between, storageVersions: stored(33) })).toEqual({
    minor: 33,
    from: 'storage-versions',
  })
  expect(told({ apiServices: served(24), storageVersions: stored(36) })).toEqual({ minor: 24, from: 'api-services' })
})

test('a StorageVersion has an entry for each API server', () => {
  expect(
    storageVersionEntries({
      metadata: { name: 'apps.deployments' },
      status: {
        storageVersions: [
          { apiServerID: 'apiserver-a', encodingVersion: 'apps/v1', decodableVersions: ['apps/v1', 'apps/v1beta2'] },
          { apiServerID: 'apiserver-b', decodableVersions: 'apps/v1' },
          null,
        ],
      },
    }),
  ).toEqual([
    { name: 'apps.deployments', apiServer: 'apiserver-a', versions: ['apps/v1', 'apps/v1', 'apps/v1beta2'] },
    { name: 'apps.deployments', apiServer: 'apiserver-b', versions: [''] },
  ])
  expect(storageVersionEntries(undefined)).toEqual([])
})

test('most tables are equal in all releases, and do not need the nodes', () => {
  expect(differsByRelease(resourceAt('pods'))).toBe(false)
  expect(differsByRelease(resourceAt('deployments'))).toBe(false)
  expect(differsByRelease(resourceAt('minions'))).toBe(true)
  expect(differsByRelease(resourceAt('example.com/widgets'))).toBe(false)
  expect(RESOURCES.filter(differsByRelease).length).toBeLessThan(25)
})
