// The router sees a rewritten URL; the round trip must be lossless.
import { keyLink, prefixLink } from '@registree/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyAddressInput, keyAddressOutput } from './key-rewrite.ts'

const ORIGIN = 'http://127.0.0.1:7979'

describe('the rewrite of key addresses', () => {
  it('restores every key link, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.boolean(), fc.option(fc.nat()), (key, isKey, rev) => {
        const extras = { rev: rev === null ? null : String(rev), hash: 'L10-L20' }
        const link = ORIGIN + (isKey ? keyLink('demo', key, extras) : prefixLink('demo', key, extras))
        expect(keyAddressOutput(keyAddressInput(new URL(link))).href).toBe(link)
      }),
    )
  })
  it('shows the router one plain path and one search value', () => {
    const inner = keyAddressInput(new URL(`${ORIGIN}/demo/v3/registry/a%2Fb?rev=5#L1`))
    expect(inner.pathname).toBe('/demo/v3')
    expect(inner.searchParams.get('at')).toBe('/registry/a%2Fb?rev=5')
    expect(inner.hash).toBe('#L1')
  })
  it('leaves other addresses alone', () => {
    const href = `${ORIGIN}/demo/resources/pods?namespace=shop`
    expect(keyAddressInput(new URL(href)).href).toBe(href)
    expect(keyAddressOutput(new URL(href)).href).toBe(href)
    expect(keyAddressInput(new URL(`${ORIGIN}/demo/v30`)).href).toBe(`${ORIGIN}/demo/v30`)
  })
})
