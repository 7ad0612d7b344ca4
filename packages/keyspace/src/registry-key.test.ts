// The grammar of /registry on keys of the captured cluster and other known forms.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from './bytes.ts'
import { parseRegistryKey, placeBelow } from './registry-key.ts'

it('placeBelow returns namespace and name, also if one directory contains many resources', () => {
  expect(placeBelow('pods', 'shop/x')).toEqual({ namespace: 'shop', name: 'x' })
  expect(placeBelow('minions', 'n1')).toEqual({ namespace: '', name: 'n1' })
  expect(placeBelow('pods', 'shop/a/b')).toEqual({ namespace: 'shop', name: 'a/b' })
  expect(placeBelow('ThirdPartyResourceData', 'example.com/tabs/shop/x')).toEqual({ namespace: 'shop', name: 'x' })
  for (const short of ['', 'example.com', 'example.com/tabs']) expect(placeBelow('ThirdPartyResourceData', short).name).not.toBe('x')
})

describe('parseRegistryKey', () => {
  it.each([
    ['/registry/pods/shop/x', { resource: 'pods', plural: 'pods', namespace: 'shop', name: 'x' }],
    ['/registry/pods', { resource: 'pods', plural: 'pods' }],
    ['/registry/pods/', { resource: 'pods', plural: 'pods' }],
    ['/registry/pods/shop/', { resource: 'pods', plural: 'pods', namespace: 'shop' }],
    ['/registry/minions/172.20.0.113', { resource: 'minions', plural: 'nodes', name: '172.20.0.113' }],
    ['/registry/services/specs/shop/cart', { resource: 'services/specs', plural: 'services', namespace: 'shop', name: 'cart' }],
    ['/registry/services/endpoints/', { resource: 'services/endpoints', plural: 'endpoints' }],
    ['/registry/clusterroles/system:node', { resource: 'clusterroles', plural: 'clusterroles', name: 'system:node' }],
    [
      '/registry/apiextensions.k8s.io/customresourcedefinitions/crontabs.stable.example.com',
      {
        resource: 'apiextensions.k8s.io/customresourcedefinitions',
        group: 'apiextensions.k8s.io',
        plural: 'customresourcedefinitions',
        name: 'crontabs.stable.example.com',
      },
    ],
    [
      '/registry/stable.example.com/crontabs/shop/nightly',
      { resource: 'stable.example.com/crontabs', group: 'stable.example.com', plural: 'crontabs', namespace: 'shop', name: 'nightly' },
    ],
    ['/registry/ranges/serviceips', { resource: 'ranges', plural: 'ranges', name: 'serviceips', special: 'range' }],
    ['/registry/masterleases/10.0.0.1', { resource: 'masterleases', plural: 'masterleases', name: '10.0.0.1', special: 'masterlease' }],
    [
      '/registry/ThirdPartyResourceData/stable.example.com/crontabs/shop/nightly',
      {
        resource: 'ThirdPartyResourceData/stable.example.com/crontabs',
        group: 'stable.example.com',
        plural: 'crontabs',
        namespace: 'shop',
        name: 'nightly',
        special: 'third-party-data',
      },
    ],
    ['compact_rev_key', { resource: '', plural: 'compact_rev_key', name: 'compact_rev_key', special: 'compact-revision' }],
  ])('%s', (key, parsed) => {
    expect(parseRegistryKey(utf8(key))).toEqual(parsed)
  })

  it.each([
    '/registry',
    '/registry/',
    '/other/pods/a/b',
    '/registry/pods/a/b/c',
    '/registry/pods//b',
    '/registry/services',
    '/registry/stable.example.com/',
    '/registry//pods',
    'registry/pods/a/b',
  ])('does not know %s', (key) => {
    expect(parseRegistryKey(utf8(key))).toBeNull()
  })

  it('accepts another prefix, in any spelling', () => {
    for (const prefix of ['/kubernetes.io', '/kubernetes.io/', 'kubernetes.io'])
      expect(parseRegistryKey(utf8('/kubernetes.io/pods/shop/x'), { prefix })).toMatchObject({ plural: 'pods', name: 'x' })
    expect(parseRegistryKey(utf8('/registry/pods/shop/x'), { prefix: '/kubernetes.io' })).toBeNull()
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, prefix) => {
        const parsed = parseRegistryKey(bytes, { prefix })
        expect(parsed === null || typeof parsed.plural === 'string').toBe(true)
      }),
    )
  })
})
