// No text of the pages says "1 keys": every text with arguments is called with the number one.
import { expect, test } from 'vitest'
import * as clusterTexts from '../features/cluster/strings.ts'
import * as findingsTexts from '../features/findings/strings.ts'
import * as flannelTexts from '../features/flannel/strings.ts'
import * as frameTexts from '../features/frame/strings.ts'
import * as lookupTexts from '../features/lookup/strings.ts'
import * as namespacesTexts from '../features/namespaces/strings.ts'
import * as relatedTexts from '../features/related/strings.ts'
import * as resourcesTexts from '../features/resources/strings.ts'
import * as tablesTexts from '../features/tables/strings.ts'
import * as valueallocationTexts from '../features/value/allocation/strings.ts'
import * as valuehexTexts from '../features/value/hex/strings.ts'
import * as valueTexts from '../features/value/strings.ts'
import * as enTexts from '../i18n/en.ts'
import { many } from './many.ts'

const NOUNS =
  'addresses bits bytes changes directories endpoints entries findings finalizers groups keys leases lines members names namespaces networks nodes objects pods ports reads restarts rows Services subnets values versions writes'
const WRONG = new RegExp(
  `(?<![\\d.,])1 (?:(?!of )[a-z]+ )?(?:${NOUNS.replaceAll(' ', '|')})\\b|\\ball 1\\b|\\bfirst 1\\b|(?<![\\d.,])1 more are\\b`,
  'i',
)

const modules: Record<string, object> = {
  clusterTexts,
  findingsTexts,
  flannelTexts,
  frameTexts,
  lookupTexts,
  namespacesTexts,
  relatedTexts,
  resourcesTexts,
  tablesTexts,
  valueallocationTexts,
  valuehexTexts,
  valueTexts,
  enTexts,
}

/** What a text says about one thing, given a number or its text. Texts with other arguments are skipped. */
function said(value: unknown, path: string): { path: string; texts: string[] }[] {
  if (typeof value === 'string') return [{ path, texts: [value] }]
  if (typeof value === 'function') {
    const texts = [1, '1'].flatMap((one) => {
      try {
        return [String(value(...Array.from({ length: value.length }, () => one)))]
      } catch {
        return []
      }
    })
    return [{ path, texts }]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => said(inner, `${path}.${name}`))
}

test('every text uses the singular for one thing', () => {
  const all = said(modules, '')
  expect(all.length).toBeGreaterThan(500)
  expect(all.filter(({ texts }) => texts.length > 0 && texts.every((text) => WRONG.test(text)))).toEqual([])
})

test('a number and its noun', () => {
  expect([
    many(1, 'key', 'keys'),
    many('1', 'key', 'keys'),
    many(0, 'key', 'keys'),
    many(1234, 'key', 'keys'),
    many('1,234', 'key', 'keys'),
  ]).toEqual(['1 key', '1 key', '0 keys', '1,234 keys', '1,234 keys'])
})
