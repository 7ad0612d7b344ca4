// A URL in another cluster: the same key, table and view, for keys of any bytes.
import { keyLink, parsePermalink, prefixLink } from '@registree/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { samePlace } from './same-place.ts'

const cluster = (name: string, kubernetesPrefix = '/registry') => ({ name, kubernetesPrefix })
const at = (href: string) => {
  const [pathname = '', search] = href.split(/\?/, 2)
  return { pathname, search: search === undefined ? '' : `?${search}` }
}
const moved = (href: string, from = cluster('a'), to = cluster('b')) => samePlace(at(href), from, to)

describe('samePlace', () => {
  it.each([
    ['/a', '/b'],
    ['/a/', '/b/'],
    ['/a/resources/pods?namespace=shop&q=status:Crash&rev=1249', '/b/resources/pods?namespace=shop&q=status:Crash'],
    ['/a/v3/registry/pods/shop/web?rev=1249&view=json', '/b/v3/registry/pods/shop/web?view=json'],
    ['/a/v3?key=%2Fx&rev=1', '/b/v3?key=%2Fx'],
    ['/a/v2/kube-centos/network/config', '/b/v2/kube-centos/network/config'],
    ['/a/flannel?ask=10.0.0.1', '/b/flannel?ask=10.0.0.1'],
    // A comparison with a third cluster keeps what belongs to that.
    ['/a/compare?with=c&rev=7&withRev=8&namespace=shop&member=http%3A%2F%2Fx', '/b/compare?with=c&withRev=8&namespace=shop'],
    // With the cluster that is now on the left it is turned around.
    ['/a/compare?with=b&rev=7&withRev=8&noise=1', '/b/compare?with=a&withRev=7&rev=8&noise=1'],
    ['/a/compare?with=b&namespace=shop', '/b/compare?with=a&namespace=shop'],
    ['/a/compare?with=b&namespace=shop&withNamespace=stage', '/b/compare?with=a&withNamespace=shop&namespace=stage'],
    // With itself it stays that, without the revisions of the first.
    ['/a/compare?with=a&withRev=8&path=pods', '/b/compare?with=b&path=pods'],
    ['/a/compare', '/b/compare'],
    // Not a URL of ours: goes to the cluster itself.
    ['/a/what/ever', '/b'],
  ])('%s is %s', (from, to) => {
    expect(moved(from)).toBe(to)
  })

  it('finds an object below the other cluster’s prefix', () => {
    const to = cluster('b', '/kubernetes.io')
    expect(moved('/a/v3/registry/pods/shop/web?view=related', cluster('a'), to)).toBe('/b/v3/kubernetes.io/pods/shop/web?view=related')
    expect(moved('/a/v3/registry/', cluster('a'), to)).toBe('/b/v3/kubernetes.io/')
    expect(moved('/a/v3/elsewhere/key', cluster('a'), to)).toBe('/b/v3/elsewhere/key')
  })

  it('keeps every key unchanged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.boolean(), (bytes, directory) => {
        const link = directory ? prefixLink('a', bytes, { rev: '7' }) : keyLink('a', bytes, { rev: '7' })
        expect(parsePermalink(at(moved(link)))).toEqual({ ...parsePermalink(at(link)), cluster: 'b', rev: null })
      }),
    )
  })
})
