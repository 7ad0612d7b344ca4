// Every key has one link: key → link → browser → key, for arbitrary bytes, in a real browser.
import { expect, test } from '@playwright/test'
import { keyLink, prefixLink, v2Link } from '@registree/contract'
import fc from 'fast-check'
import { hexOf, shownKey } from './support/keys-page.ts'

const nasty = [
  '/',
  '//',
  '.',
  '..',
  '%',
  '%2F',
  '%00',
  '#',
  '?',
  '&',
  '+',
  ' ',
  '\\',
  '\0',
  '\n',
  '\u202e',
  '\ufeff',
  '键',
  'é',
  'é',
  "'",
  '"',
  '<',
  ':',
  ';',
  '=',
  '@',
  'v3',
  'api',
  'registry',
]

const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 24 }),
  fc.array(fc.constantFrom(...nasty), { minLength: 1, maxLength: 8 }).map((parts) => new TextEncoder().encode(`/${parts.join('')}`)),
  fc.array(fc.constantFrom(...nasty), { minLength: 1, maxLength: 6 }).map((parts) => new TextEncoder().encode(parts.join('/'))),
  fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).map((text) => new TextEncoder().encode(text)),
)

/** A property runs for at most this time, in milliseconds: at least once, and at most `numRuns` times. */
const PROPERTY_MS = 20_000

test('the browser and the router leave every key unchanged', async ({ page }) => {
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom('key', 'directory'), async (key, kind) => {
      const link = kind === 'key' ? keyLink('demo', key) : prefixLink('demo', key)
      await page.goto(link)
      await page.locator('[data-key]').waitFor()
      expect(await shownKey(page)).toEqual({ kind, hex: hexOf(key) })
      // The address bar still shows the exact link: nothing was re-encoded.
      expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(link)
    }),
    { numRuns: 80, endOnFailure: false, interruptAfterTimeLimit: PROPERTY_MS },
  )
})

test('v2 paths too', async ({ page }) => {
  const path = fc
    .array(fc.constantFrom(...nasty.filter((part) => !part.includes('/'))), { minLength: 1, maxLength: 5 })
    .map((parts) => `/${parts.join('/')}`)
  await fc.assert(
    fc.asyncProperty(path, async (text) => {
      await page.goto(v2Link('demo', text))
      await page.locator('[data-keyspace="v2"]').waitFor()
      expect((await shownKey(page)).hex).toBe(hexOf(text))
    }),
    { numRuns: 25, interruptAfterTimeLimit: PROPERTY_MS },
  )
})

test('the copied link is pinned to the revision and opens the same page', async ({ page }) => {
  await page.goto('/demo/v3/registry/pods/shop/stuck-big')
  await page.getByRole('button', { name: 'Copy the link, pinned to this revision' }).click()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toMatch(/\/demo\/v3\/registry\/pods\/shop\/stuck-big\?rev=2298$/)
  await page.goto(link)
  await expect(page.getByRole('main').getByText('stuck-big').first()).toBeVisible()
  await expect(page.getByRole('contentinfo')).toContainText('rev 2298 pinned')
})
