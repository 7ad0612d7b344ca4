// Unknown parts of a page's URL: each is reported, and nothing that is understood.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressProblems, withoutProblems } from './address-problems.ts'
import { keyLink, prefixLink, resourcesLink, v2Link } from './permalink.ts'

const at = (href: string) => {
  const [, pathname = '', search = '', hash = ''] = /^([^?#]*)(\?[^#]*)?(?:#(.*))?$/s.exec(href) ?? []
  return { pathname, search, hash }
}
const problems = (href: string) => addressProblems(at(href)).map(({ parameter, value, reason }) => [parameter, value, reason])

describe('addressProblems', () => {
  it.each([
    ['/demo/v3/registry/?rev=abc', [['rev', 'abc', 'revision']]],
    ['/demo/v3/registry/?rev=0', [['rev', '0', 'revision']]],
    ['/demo/v3/registry/?rev=9223372036854775808', [['rev', '9223372036854775808', 'revision']]],
    ['/demo/resources/pods?rev=-1', [['rev', '-1', 'revision']]],
    ['/demo/resources/pods?ns=shop', [['ns', 'shop', 'unknown']]],
    ['/demo/resources/pods?only=crashing', [['only', 'crashing', 'choice']]],
    ['/demo/resources/pods?wide=yes', [['wide', 'yes', 'choice']]],
    ['/demo/resources/pods?deleted=1', []],
    ['/demo/namespaces/shop?deleted=yes', [['deleted', 'yes', 'choice']]],
    ['/demo/resources?sort=name', [['sort', 'name', 'unknown']]],
    ['/demo/resources/pods?q=%ff', [['q', '%ff', 'encoding']]],
    ['/demo/v3/registry/pods/shop/a?view=yml', [['view', 'yml', 'choice']]],
    ['/demo/v3?key64=a*b', [['key64', 'a*b', 'key64']]],
    ['/demo/v3?key=a&key64=YQ', [['key64', 'YQ', 'both']]],
    ['/demo/v3/registry/pods/shop/a?key=b', [['key', 'b', 'both']]],
    ['/demo/v3/registry/pods/shop/a?rev=5&rev=6', [['rev', '6', 'twice']]],
    ['/demo/v3/registry/pods/shop/a#L10-20x', [['#', 'L10-20x', 'lines']]],
    ['/demo/v2/a?rev=5', [['rev', '5', 'unknown']]],
    ['/demo/namespaces?sort=size', [['sort', 'size', 'choice']]],
    ['/demo/namespaces/shop?q=a', [['q', 'a', 'unknown']]],
    [
      '/demo/findings?rule=nothing&severity=bad',
      [
        ['rule', 'nothing', 'choice'],
        ['severity', 'bad', 'choice'],
      ],
    ],
    ['/demo?tab=what', [['tab', 'what', 'unknown']]],
    ['/demo/flannel?constructor=1', [['constructor', '1', 'unknown']]],
  ])('%s', (href, expected) => {
    expect(problems(href)).toEqual(expected)
  })

  it.each([
    '/demo',
    '/demo?trouble=all',
    '/demo/resources/pods?namespace=shop&q=status:Crash&sort=-age&wide=1&only=phase:Running&rev=1249',
    '/demo/v3/registry/pods/shop/a?rev=1&view=related#L10-L20',
    '/demo/v3/registry/ranges/serviceips#172.30.0.1',
    '/demo/v2/a?view=json',
    '/demo/v2/a?at=5&view=history',
    '/demo/v2/a?with=%2Fb&diff=3..9&view=fields',
    '/demo/flannel?network=x&zoom=10.0.0.0%2F8&ask=10.0.0.1&q=a&sort=node',
    '/elsewhere-and-no-page/x?rev=abc',
  ])('nothing of %s', (href) => {
    expect(problems(href)).toEqual([])
  })

  it('accepts the links that we make', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 12 }), fc.string({ unit: 'binary' }), (bytes, text) => {
        for (const href of [
          keyLink('demo', bytes, { rev: '5', view: 'yaml' }),
          prefixLink('demo', bytes),
          v2Link('demo', `/${text}`),
          resourcesLink('demo', 'pods', { q: text }),
        ])
          expect(problems(href)).toEqual([])
      }),
    )
  })
})

describe('withoutProblems', () => {
  it.each([
    ['/demo/v3/registry/?rev=abc&view=facts', '/demo/v3/registry/?view=facts'],
    ['/demo/resources/pods?q=%ff&namespace=a%20b', '/demo/resources/pods?namespace=a%20b'],
    ['/demo/v3/a?rev=5&rev=6', '/demo/v3/a?rev=5'],
    ['/demo/v3/a?rev=5#L1x', '/demo/v3/a?rev=5'],
  ])('%s is %s', (href, expected) => {
    const address = at(href)
    const left = withoutProblems(address, addressProblems(address))
    expect(left).toBe(expected)
    expect(addressProblems(at(left))).toEqual([])
  })
})
