import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { RESOURCES, resourceAt, resourceOfDefinition, resourceOfKind } from './resources.ts'

/** The directories that a cluster of any age may hold; three of them are made of others. */
const DIRECTORIES =
  'ThirdPartyResourceData apiextensions.k8s.io apiregistration.k8s.io certificatesigningrequests clusterrolebindings clusterroles configmaps controllerrevisions controllers daemonsets deployments events horizontalpodautoscalers ingress limitranges minions monitoring.coreos.com namespaces persistentvolumeclaims persistentvolumes poddisruptionbudgets pods ranges replicasets resourcequotas rolebindings roles secrets serviceaccounts services statefulsets storageclasses thirdpartyresources'

describe('the catalogue', () => {
  test.each(DIRECTORIES.split(' '))('has %s, with kind and icon', (directory) => {
    const found = RESOURCES.filter(({ path }) => path === directory || path.startsWith(`${directory}/`))
    expect(found.length).toBeGreaterThan(0)
    for (const resource of found) {
      expect(resource.kind).not.toBe('')
      expect(resource.icon).toMatch(/^[a-z0-9-]+$/)
    }
  })

  test('has every directory once', () => {
    const paths = RESOURCES.map(({ path }) => path)
    expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([])
  })

  test('names resources and short names once', () => {
    const names = RESOURCES.flatMap(({ resource, shortNames }) => [resource, ...shortNames]).filter((name) => name !== '')
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  test('explains the old names', () => {
    for (const path of ['minions', 'controllers', 'services/specs', 'services/endpoints', 'ingress', 'masterleases', 'ranges'])
      expect(resourceAt(path)?.note, path).toBeTruthy()
  })

  test('finds what is below ranges', () => {
    expect(resourceAt('ranges/serviceips')?.kind).toBe('RangeAllocation')
    expect(resourceAt('nonsense')).toBeUndefined()
  })

  test('finds a kind in whichever group stored it', () => {
    expect(resourceOfKind('extensions/v1beta1', 'Deployment')?.path).toBe('deployments')
    expect(resourceOfKind('apps/v1', 'Deployment')?.path).toBe('deployments')
    expect(resourceOfKind('events.k8s.io/v1', 'Event')?.path).toBe('events')
    expect(resourceOfKind('v1', 'Endpoints')?.path).toBe('services/endpoints')
  })

  test('does not take a custom kind of a known name for Kubernetes’ own', () => {
    expect(resourceOfKind('networking.internal.knative.dev/v1alpha1', 'Ingress')).toBeUndefined()
    expect(resourceOfKind('constructor', '__proto__')).toBeUndefined()
  })
})

describe('resourceOfDefinition', () => {
  const names = { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] }

  test('makes the entry of a custom resource, the storage version first', () => {
    const spec = { group: 'example.org', scope: 'Cluster', names, versions: [{ name: 'v1beta1' }, { name: 'v1', storage: true }] }
    expect(resourceOfDefinition({ spec })).toEqual({
      path: 'example.org/widgets',
      resource: 'widgets',
      kind: 'Widget',
      group: 'example.org',
      versions: ['example.org/v1', 'example.org/v1beta1'],
      namespaced: false,
      shortNames: ['wd'],
      icon: 'puzzle',
      category: 'custom',
      custom: true,
    })
  })

  test('reads the single version of an old definition, namespaced unless it says otherwise', () => {
    expect(resourceOfDefinition({ spec: { group: 'example.org', names, version: 'v1alpha1' } })).toMatchObject({
      versions: ['example.org/v1alpha1'],
      namespaced: true,
    })
    expect(resourceOfDefinition({ spec: {} })).toBeUndefined()
  })
})

const kinds = new URL('../../../../../shared/kubernetes/kinds.json', import.meta.url)
if (!existsSync(kinds)) console.warn(`skipped: every storable kind of the API, because ${kinds.pathname} is not there`)

describe.skipIf(!existsSync(kinds))('every storable kind of the API', () => {
  /** Registered, but never stored: reviews, options, sub-resources and answers. */
  const NOT_STORED = new RegExp(
    [
      '(List|Options|Review|Rollback|Dummy|Status|Attributes)$',
      '^(meta|audit|imagepolicy|authentication|authorization|apidiscovery)[.]',
      '[.](PodStatusResult|APIGroup|APIVersions|Binding|EphemeralContainers|JobTemplate|Scale|SerializedReference|TokenRequest)$',
      '^(policy[.].*[.]Eviction)$',
    ].join('|'),
  )

  test('is in the catalogue', () => {
    const known = JSON.parse(readFileSync(kinds, 'utf8')) as Record<string, Record<string, unknown>>
    const stored = Object.entries(known).flatMap(([version, all]) => Object.keys(all).map((kind) => `${version}.${kind}`))
    expect(stored.length).toBeGreaterThan(200)
    const catalogue = new Set(
      RESOURCES.flatMap((resource) =>
        resource.versions.map((apiVersion) => {
          const [group, version] = apiVersion.includes('/') ? (apiVersion.split('/') as [string, string]) : ['core', apiVersion]
          const directory = group === 'internal.apiserver.k8s.io' ? 'apiserverinternal' : group.split('.')[0]
          return `${directory}.${version}.${resource.kind}`
        }),
      ),
    )
    expect(stored.filter((id) => !NOT_STORED.test(id) && !catalogue.has(id))).toEqual([])
    // What the catalogue says was stored really existed.
    const custom = (id: string) => id.startsWith('monitoring.')
    expect([...catalogue].filter((id) => !custom(id) && !stored.includes(id))).toEqual([])
  })
})
