import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { whyNeverStored } from '../protobuf/never-stored.ts'
import { descriptorName } from '../protobuf/plan.ts'
import { RESOURCES, resourceAt, resourceOfDefinition, resourceOfKind } from './resources.ts'

/** The directories of clusters of any age; three of them are composed of others. */
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

  test('finds the directories below ranges', () => {
    expect(resourceAt('ranges/serviceips')?.kind).toBe('RangeAllocation')
    expect(resourceAt('nonsense')).toBeUndefined()
  })

  test('finds a kind stored by any of its groups', () => {
    expect(resourceOfKind('extensions/v1beta1', 'Deployment')?.path).toBe('deployments')
    expect(resourceOfKind('apps/v1', 'Deployment')?.path).toBe('deployments')
    expect(resourceOfKind('events.k8s.io/v1', 'Event')?.path).toBe('events')
    expect(resourceOfKind('v1', 'Endpoints')?.path).toBe('services/endpoints')
  })

  test('does not confuse a custom kind of a known name with Kubernetes’ own', () => {
    expect(resourceOfKind('networking.internal.knative.dev/v1alpha1', 'Ingress')).toBeUndefined()
    expect(resourceOfKind('constructor', '__proto__')).toBeUndefined()
  })
})

describe('resourceOfDefinition', () => {
  const names = { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] }

  test('creates the entry of a custom resource, the storage version first', () => {
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

  test('reads the single version of an old definition, namespaced by default', () => {
    expect(resourceOfDefinition({ spec: { group: 'example.org', names, version: 'v1alpha1' } })).toMatchObject({
      versions: ['example.org/v1alpha1'],
      namespaced: true,
    })
    expect(resourceOfDefinition({ spec: {} })).toBeUndefined()
  })
})

describe('what is stored', () => {
  test('every version of a kind in the catalogue has a descriptor', () => {
    const builtIn = RESOURCES.filter(({ custom }) => !custom)
    const without = builtIn.flatMap(({ kind, versions }) =>
      versions.filter((apiVersion) => descriptorName(apiVersion, kind) === undefined).map((apiVersion) => `${apiVersion} ${kind}`),
    )
    expect(without).toEqual([])
  })

  test('a kind is identified with its group', () => {
    expect(whyNeverStored('policy/v1', 'Eviction')).toContain('subresource')
    expect(whyNeverStored('lifecycle.k8s.io/v1alpha1', 'Eviction')).toBeUndefined()
    expect(descriptorName('lifecycle.k8s.io/v1alpha1', 'Eviction')).toBe('lifecycle.v1alpha1.Eviction')
    expect(descriptorName('policy/v1', 'Eviction')).toBeUndefined()
    expect(whyNeverStored('apps/v1', 'DeleteOptions')).toContain('parameters')
    expect(whyNeverStored('v1', 'PodList')).toContain('list')
    // Nothing is known about other groups.
    expect(whyNeverStored('example.com/v1', 'Scale')).toBeUndefined()
    expect(whyNeverStored('constructor', '__proto__')).toBeUndefined()
  })

  test('nothing is both stored and never stored', () => {
    const both = RESOURCES.flatMap(({ kind, versions }) => versions.filter((apiVersion) => whyNeverStored(apiVersion, kind) !== undefined))
    expect(both).toEqual([])
  })
})

const kinds = new URL('../../../../../shared/kubernetes/kinds.json', import.meta.url)
if (!existsSync(kinds)) console.warn(`skipped: every storable kind of the API, because ${kinds.pathname} is not there`)

describe.skipIf(!existsSync(kinds))('every storable kind of the API', () => {
  const GROUPS: Record<string, string> = {
    core: '',
    apiserverinternal: 'internal.apiserver.k8s.io',
    flowcontrol: 'flowcontrol.apiserver.k8s.io',
    rbac: 'rbac.authorization.k8s.io',
    meta: 'meta.k8s.io',
  }
  const bare = new Set(['apps', 'autoscaling', 'batch', 'extensions', 'federation', 'policy'])
  /** `policy.v1` → `policy/v1`; the kinds of audit belong to a log, not to the API. */
  const apiVersionOf = (id: string) => {
    const [dir = '', version = ''] = id.split('.')
    const group = GROUPS[dir] ?? (bare.has(dir) ? dir : `${dir}.k8s.io`)
    return group === '' ? version : `${group}/${version}`
  }

  test('is in the catalogue', () => {
    const known = JSON.parse(readFileSync(kinds, 'utf8')) as Record<string, Record<string, unknown>>
    const all = Object.entries(known).flatMap(([id, of]) => Object.keys(of).map((kind) => ({ apiVersion: apiVersionOf(id), kind })))
    expect(all.length).toBeGreaterThan(200)
    const catalogue = new Set(RESOURCES.flatMap(({ kind, versions }) => versions.map((apiVersion) => `${apiVersion} ${kind}`)))
    const absent = all
      .filter(({ apiVersion, kind }) => !apiVersion.startsWith('audit.k8s.io/') && whyNeverStored(apiVersion, kind) === undefined)
      .map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)
      .filter((id) => !catalogue.has(id))
    // Status is registered in every version, and answers requests.
    expect(absent.filter((id) => !id.endsWith(' Status'))).toEqual([])
  })
})
