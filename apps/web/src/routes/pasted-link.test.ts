// Which texts are links, and where they lead.
import { expect, test } from 'vitest'
import { parsePasted } from './pasted-link.ts'

const ORIGIN = 'http://127.0.0.1:7979'
const parse = (text: string, clusters = ['demo', 'prod']) => parsePasted(text, ORIGIN, clusters)

test.each([
  ['http://127.0.0.1:7979/demo/v3/registry/pods/shop/web?rev=12&view=json#L3-L5', '/demo/v3/registry/pods/shop/web?rev=12&view=json#L3-L5'],
  ['/demo/v3/registry/pods/', '/demo/v3/registry/pods/'],
  ['demo/resources/pods?q=status:Crash', '/demo/resources/pods?q=status:Crash'],
  ['localhost:7979/prod/v2/kube-centos', '/prod/v2/kube-centos'],
  ['registree.example.com/demo/lookup?q=172.30.77.5', '/demo/lookup?q=172.30.77.5'],
  ['/demo/v3?key64=YQD_', '/demo/v3?key64=YQD_'],
  ['/demo/v3/registry/configmaps/shop/a%2Fb', '/demo/v3/registry/configmaps/shop/a%2Fb'],
])('%s opens here', (text, href) => {
  expect(parse(text)).toMatchObject({ here: [{ href }], elsewhere: null })
})

test('a link of another Registree opens here if the cluster exists here, and there', () => {
  const text = 'https://registree.example.com/demo/v3/registry/pods/shop/web?rev=12'
  expect(parse(text)).toEqual({
    cluster: 'demo',
    here: [{ cluster: 'demo', href: '/demo/v3/registry/pods/shop/web?rev=12' }],
    elsewhere: text,
  })
})

test('a link to an unknown cluster offers the same place in the known ones', () => {
  expect(parse('https://registree.example.com/staging/v3/registry/pods/?x=1')).toEqual({
    cluster: 'staging',
    here: [
      { cluster: 'demo', href: '/demo/v3/registry/pods/?x=1' },
      { cluster: 'prod', href: '/prod/v3/registry/pods/?x=1' },
    ],
    elsewhere: 'https://registree.example.com/staging/v3/registry/pods/?x=1',
  })
})

test.each([
  'demo',
  '/demo',
  '/registry/pods/shop/web',
  'po/shop/web',
  'storefront',
  '172.30.77.5',
  'https://',
  'https://example.com/',
  'https://shop.example.com/cart',
  'https://example.com/a/b',
  '/demo/unknown/page',
  'a /demo/v3/ b',
])('%j is no link', (text) => expect(parse(text)).toBeNull())
