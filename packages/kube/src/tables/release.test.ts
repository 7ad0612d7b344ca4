import { expect, test } from 'vitest'
import { minorOf, NEWEST_MINOR, releaseOf } from './release.ts'
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

test.each([18, 20, 24, 36])('the APIServices registered by 1.%i indicate its release roughly', (minor) => {
  expect(releaseOf([], served(minor))).toEqual({ minor, from: 'api-services' })
})

test('the newest kubelet indicates it precisely, if the API server agrees', () => {
  expect(releaseOf(['v1.35.1', 'v1.34.0', ''], [])).toEqual({ minor: 35, from: 'nodes' })
  expect(releaseOf(['v1.35.1', 'v1.34.0'], served(36))).toEqual({ minor: 35, from: 'nodes' })
  // Kubelets from before an upgrade.
  expect(releaseOf(['v1.32.4'], served(36))).toEqual({ minor: 34, from: 'api-services' })
  // Kubelets from another cluster's backup, or of a development build.
  expect(releaseOf(['v1.36.0'], served(20))).toEqual({ minor: 20, from: 'api-services' })
  expect(releaseOf(['v0.0.0-master+faecb196815e2'], served(20))).toEqual({ minor: 20, from: 'api-services' })
})

test('without any indication, or beyond the known releases: the newest', () => {
  const newest = { minor: NEWEST_MINOR, from: 'newest' }
  expect(releaseOf([], [])).toEqual(newest)
  expect(releaseOf([], ['v1.example.com'])).toEqual(newest)
  expect(releaseOf([`v1.${NEWEST_MINOR + 1}.0`], [])).toEqual(newest)
  expect(releaseOf([`v1.${NEWEST_MINOR + 1}.0`], served(36))).toEqual(newest)
  // A stable version is disabled: the existing ones count.
  expect(
    releaseOf(
      [],
      served(36).filter((name) => name !== 'v1.policy'),
    ),
  ).toEqual(newest)
})

test('most tables are equal in all releases, and do not need the nodes', () => {
  expect(differsByRelease(resourceAt('pods'))).toBe(false)
  expect(differsByRelease(resourceAt('deployments'))).toBe(false)
  expect(differsByRelease(resourceAt('minions'))).toBe(true)
  expect(differsByRelease(resourceAt('example.com/widgets'))).toBe(false)
  expect(RESOURCES.filter(differsByRelease).length).toBeLessThan(25)
})
