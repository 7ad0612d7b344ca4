// How much of a name's end stays visible.
import { describe, expect, it } from 'vitest'
import { tailLength } from './MiddleCut.tsx'

describe('tailLength', () => {
  it.each([
    ['storefront-69bd5954b-95lnh', '-95lnh'],
    ['ip-10-0-23-117.eu-central-1.compute.internal', '.internal'],
    ['deployments.apps/storefront/', '/storefront/'],
    ['shop/storefront-69bd5954b', '-69bd5954b'],
    ['averylongnamewithoutanyseparator', 'arator'],
    ['orders-db-0', ''],
  ])('%s keeps %s', (name, tail) => {
    const length = tailLength(name)
    expect(name.slice(name.length - length)).toBe(tail)
  })
})
