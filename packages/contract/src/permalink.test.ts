// Every key has exactly one link, and survives a browser's own URL parser.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  apiPaths,
  fromWireKey,
  isClusterName,
  keyLink,
  linesHash,
  lookupLink,
  parseDiff,
  parseLinesHash,
  parsePermalink,
  prefixLink,
  resourcesLink,
  toWireKey,
  v2Link,
} from './permalink.ts'
import { v2Paths } from './v2-paths.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const wellFormed = (text: string) => new TextDecoder().decode(bytes(text)) === text
const hex = (key: Uint8Array) => Buffer.from(key).toString('hex')

/** How a browser resolves a link on our page; the link must stay unchanged, or one key would have two. */
function visit(link: string) {
  const url = new URL(link, 'http://127.0.0.1:7979/demo/v3/registry/pods/')
  expect(url.pathname + url.search + url.hash).toBe(link)
  expect(url.host).toBe('127.0.0.1:7979')
  return parsePermalink(url)
}

const awkward = fc.constantFrom(
  '',
  '.',
  '..',
  '%',
  '%2e',
  '%2F',
  '#',
  '?',
  ' ',
  '\\',
  '\0',
  '\n',
  '你好',
  '\u202e',
  "'",
  '"',
  '+',
  '&=',
  ':',
  '~',
  '^',
  '`{}',
  '|',
  '\ufeff',
  '😀',
  'pods',
)
const pathText = fc
  .tuple(fc.boolean(), fc.array(fc.oneof(awkward, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 6 }), fc.boolean())
  .map(([leading, parts, trailing]) => (leading ? '/' : '') + parts.join('/') + (trailing ? '/' : ''))
const key = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 12 }),
  pathText.map(bytes).filter((made) => made.length > 0),
)

describe('links', () => {
  it('read like paths for ordinary keys', () => {
    expect(keyLink('demo', bytes('/registry/pods/shop/x'), { rev: '1249', view: 'yaml', hash: 'L10-L20' })).toBe(
      '/demo/v3/registry/pods/shop/x?rev=1249&view=yaml#L10-L20',
    )
    expect(prefixLink('demo', bytes('/registry/pods/'))).toBe('/demo/v3/registry/pods/')
    expect(prefixLink('demo', bytes(''))).toBe('/demo/v3')
    expect(keyLink('demo', bytes('/registry/clusterroles/system:node+a@b'))).toBe('/demo/v3/registry/clusterroles/system:node+a@b')
    expect(keyLink('demo', bytes('/a b/%41/#/?/你'))).toBe('/demo/v3/a%20b/%2541/%23/%3F/%E4%BD%A0')
    expect(v2Link('demo', '/kube-centos/network/config')).toBe('/demo/v2/kube-centos/network/config')
    expect(v2Link('demo', '/')).toBe('/demo/v2')
    expect(v2Link('demo', '/a', { at: '12' })).toBe('/demo/v2/a?at=12')
    const compared = v2Link('demo', '/a', { diff: { from: '3', to: '9' }, with: '/b c', view: 'text' })
    expect(compared).toBe('/demo/v2/a?with=%2Fb%20c&diff=3..9&view=text')
    expect(parsePermalink(new URL(compared, 'http://host'))).toEqual({
      ...{ page: 'v2', cluster: 'demo', path: '/a' },
      ...{ at: null, view: 'text', diff: { from: '3', to: '9' }, with: '/b c' },
    })
    expect(resourcesLink('demo', 'services/specs', { namespace: 'shop', q: 'status:CrashLoopBackOff' })).toBe(
      '/demo/resources/services/specs?namespace=shop&q=status%3ACrashLoopBackOff',
    )
  })

  it.each([
    ['compact_rev_key', '?key=compact_rev_key'],
    ['/', '?key=%2F'],
    ['/a/', '?key=%2Fa%2F'],
    ['/a//b', '?key=%2Fa%2F%2Fb'],
    ['/a/../b', '?key=%2Fa%2F..%2Fb'],
    ['/a/.', '?key=%2Fa%2F.'],
    ['/a\\b', '?key=%2Fa%5Cb'],
    ['/a\0b', '?key=%2Fa%00b'],
    ["it's", '?key=it%27s'],
  ])('of %j take the lossless form', (text, search) => {
    expect(keyLink('c', bytes(text))).toBe(`/c/v3${search}`)
  })

  it('for bytes that are not UTF-8 are base64url', () => {
    expect(keyLink('c', Uint8Array.of(0x2f, 0xff, 0xfe))).toBe('/c/v3?key64=L__-')
    expect(prefixLink('c', Uint8Array.of(0xff, 0x2f))).toBe('/c/v3?prefix64=_y8')
    expect(prefixLink('c', bytes('/'))).toBe('/c/v3?prefix=%2F')
  })

  it('preserve every key and prefix through a browser, with their parameters', () => {
    fc.assert(
      fc.property(
        key,
        fc.option(fc.bigInt(1n, 2n ** 63n - 1n).map(String)),
        fc.option(fc.string({ unit: 'binary', maxLength: 5 }).filter(wellFormed)),
        (made, rev, view) => {
          const place = visit(keyLink('demo', made, { rev, view }))
          expect(place).toEqual({ page: 'v3', cluster: 'demo', kind: 'key', bytes: made, rev, view, diff: null })
          expect(visit(prefixLink('demo', made, { rev, view }))).toEqual({
            page: 'v3',
            cluster: 'demo',
            kind: 'directory',
            bytes: made,
            rev,
            view,
            diff: null,
          })
        },
      ),
      { numRuns: 3_000 },
    )
  })

  it('are different for different keys, and for a key and a prefix', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        if (hex(a) !== hex(b)) expect(keyLink('c', a)).not.toBe(keyLink('c', b))
        expect(keyLink('c', a)).not.toBe(prefixLink('c', b))
      }),
      { numRuns: 1_000 },
    )
  })

  it('preserve every v2 path through a browser', () => {
    fc.assert(
      fc.property(pathText.filter(wellFormed), (text) => {
        const path = `/${text}`
        expect(visit(v2Link('demo', path))).toEqual({
          ...{ page: 'v2', cluster: 'demo', path },
          ...{ at: null, view: null, diff: null, with: null },
        })
      }),
      { numRuns: 2_000 },
    )
  })

  it('of a bundle is there only for as many keys as a request takes', () => {
    const keys = (count: number, length: number) =>
      Array.from({ length: count }, (_, i) => ({ key: bytes(`/registry/pods/${i}/${'x'.repeat(length)}`), rev: null }))
    expect(apiPaths.bundleOfKeys('c', keys(1000, 60), '7', 'ndjson')).toMatch(/&format=ndjson&rev=7$/)
    expect(apiPaths.bundleOfKeys('c', keys(1001, 60))).toBeNull()
    expect(apiPaths.bundleOfKeys('c', keys(1000, 300))).toBeNull()
    expect(apiPaths.bundleOfKeys('c', [])).toBeNull()
    expect(String(apiPaths.bundleOfKeys('c', keys(1000, 120), '7', 'ndjson')).length).toBeLessThan(256 * 1024)
  })

  it('of the API support every key', () => {
    fc.assert(
      fc.property(key, (made) => {
        for (const path of [apiPaths.value('c', made, '7'), apiPaths.raw('c', made)]) {
          const url = new URL(path, 'http://127.0.0.1/')
          expect(url.pathname + url.search).toBe(path)
          const wire = { key: url.searchParams.get('key') ?? undefined, key64: url.searchParams.get('key64') ?? undefined }
          expect(fromWireKey(wire as { key?: string; key64?: string })).toEqual(made)
        }
        expect(fromWireKey(JSON.parse(JSON.stringify(toWireKey(made))))).toEqual(made)
      }),
    )
    expect(apiPaths.children('default', bytes('/registry/'), { limit: 500 })).toBe(
      '/api/v1/clusters/default/v3/children?prefix=%2Fregistry%2F&limit=500',
    )
    expect(apiPaths.children('default', bytes(''), { rev: '9', cursor: 'a.b' })).toBe(
      '/api/v1/clusters/default/v3/children?prefix=&rev=9&cursor=a.b',
    )
    expect(v2Paths.node('c', '/a b')).toBe('/api/v1/clusters/c/v2/node?path=%2Fa%20b')
  })
})

describe('parsePermalink', () => {
  const parse = (path: string) => {
    const url = new URL(path, 'http://127.0.0.1')
    return parsePermalink(url)
  }

  it('knows all other pages', () => {
    expect(parse('/demo')).toEqual({ page: 'cluster', cluster: 'demo' })
    expect(parse('/demo/')).toEqual({ page: 'cluster', cluster: 'demo' })
    expect(parse('/demo/flannel')).toEqual({ page: 'flannel', cluster: 'demo' })
    expect(parse(lookupLink('demo', '[fd00::7]:443'))).toEqual({ page: 'lookup', cluster: 'demo' })
    expect(lookupLink('demo')).toBe('/demo/lookup')
    expect(parse('/demo/resources')).toEqual({ page: 'resources', cluster: 'demo', resource: null })
    expect(parse('/demo/resources/services/specs?namespace=shop')).toEqual({
      page: 'resources',
      cluster: 'demo',
      resource: 'services/specs',
    })
    expect(parse('/demo/v3/')).toEqual({
      page: 'v3',
      cluster: 'demo',
      kind: 'directory',
      bytes: bytes(''),
      rev: null,
      view: null,
      diff: null,
    })
  })

  it.each([
    '/',
    '/api/v1',
    '/assets/x.js',
    '/Demo',
    '/.x',
    '/demo/nothing',
    '/demo/v3/%zz',
    '/demo/v3?key=',
    '/demo/v3?key64=A',
    '/demo/v3?key=%ff',
    '/demo/v2?path=a',
    '/demo/flannel/x',
  ])('finds nothing at %s', (path) => {
    expect(parse(path)).toBeNull()
  })

  it('accepts bytes percent-encoded by hand, and drops an invalid revision', () => {
    expect(parse('/demo/v3/%FF?rev=abc')).toMatchObject({ kind: 'key', bytes: Uint8Array.of(0x2f, 0xff), rev: null })
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (pathname, search) => {
        const place = parsePermalink({ pathname: `/demo/v3/${pathname}`, search: `?${search}` })
        expect(place === null || place.page === 'v3').toBe(true)
      }),
    )
  })
})

describe('lines', () => {
  it('are in the hash and can be parsed', () => {
    expect(linesHash({ from: 20, to: 10 })).toBe('L10-L20')
    expect(parseLinesHash('#L10-L20')).toEqual({ from: 10, to: 20 })
    expect(parseLinesHash(linesHash({ from: 7, to: 7 }))).toEqual({ from: 7, to: 7 })
    expect(parseLinesHash('#l10')).toBeNull()
    expect(parseLinesHash('#L0')).toBeNull()
  })
})

describe('cluster names', () => {
  it('exclude the API and the assets', () => {
    expect(['demo', 'prod-1', '10.0.0.1', 'a_b', 'apis'].every(isClusterName)).toBe(true)
    expect(['api', 'assets', '', 'A', '-a', '.well-known', 'a/b', 'a b'].some(isClusterName)).toBe(false)
  })
})

describe('a comparison', () => {
  it('can be parsed from its link', () => {
    const diff = { from: '1227', to: '1640' }
    expect(keyLink('demo', bytes('/registry/pods/a/b'), { diff, view: 'text' })).toBe(
      '/demo/v3/registry/pods/a/b?diff=1227..1640&view=text',
    )
    expect(visit(keyLink('demo', bytes('/a'), { diff }))).toMatchObject({ rev: null, diff })
  })

  it.each(['', '1', '1..', '..1', '0..1', '1..2..3', '1...2', 'a..b', '1..99999999999999999999'])('is not %j', (text) => {
    expect(parseDiff(text)).toBeNull()
  })
})
