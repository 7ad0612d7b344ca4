// The pages in every language: nothing of ours is left in English, the choice is kept, and one more language fits.
import { expect, type Page, test } from '@playwright/test'
import { type Compiled, PART, type Part } from '../packages/messages/src/compiled.ts'
import { expectAccessible } from './support/axe.ts'
import { englishOn, noteStored } from './support/english.ts'
import { forget } from './support/forget.ts'

const PAGES = [
  '/',
  '/demo',
  '/demo/v3',
  '/demo/v3/registry/',
  '/demo/v3/registry/pods/shop/stuck-big',
  '/demo/v3/registry/pods/shop/nobody',
  '/demo/v3/registry/pods/shop/stuck-big?rev=999999',
  '/demo/v3/registry/pods/shop/stuck-big?view=raw',
  '/demo/v3/registry/pods/shop/stuck-big?view=problems',
  '/demo/v3/registry/pods/shop/stuck-big?view=history',
  '/demo/v3/registry/pods/shop/stuck-big?diff=814..1227',
  '/demo/v3/registry/secrets/default/default-token-qzkg2',
  '/demo/v3/registry/ranges/serviceips',
  '/demo/v2',
  '/demo/v2/kube-centos/network/config',
  '/demo/v2/kube-centos/network/config?view=history',
  '/demo/v2/kube-centos/network/config?at=8',
  '/demo/v2/kube-centos/network/config?diff=1..8',
  '/demo/v2/kube-centos/network/config?with=/nobody',
  '/demo/v2/nobody',
  '/demo/resources',
  '/demo/resources/pods',
  '/demo/resources/pods?q=nobody&nonsense=1',
  '/demo/resources/pods?deleted=1',
  '/demo/resources/nodes?wide=1',
  '/demo/resources/secrets',
  '/demo/resources/volumeattachments',
  '/demo/namespaces',
  '/demo/namespaces/shop?deleted=1',
  '/demo/namespaces/nobody',
  '/demo/flannel',
  '/demo/findings',
  '/demo/deleted',
  '/demo/compare',
  '/demo/compare?with=demo&rev=1300',
  '/demo/compare?apply=1&namespace=shop&rev=1100',
  '/demo/compare?keyspace=v2&with=demo',
  '/demo/timeline',
  '/demo/timeline?form=list',
  '/demo/learn',
  '/demo/lookup',
  '/demo/lookup?q=172.30.77.2',
  '/demo/lookup?q=172.30.36.0/24',
  '/demo/lookup?q=30803',
  '/demo/search',
  '/demo/search?q=name:storefront',
  '/demo/search?q=%2Fa(b%2F',
  '/demo/nothing',
  '/elsewhere',
]

const LANGUAGES = [
  { language: 'zh-Hans', locale: 'zh-CN', overview: '概览', palette: '搜索或跳转…', shortcuts: '键盘快捷键' },
  { language: 'zh-Hant', locale: 'zh-TW', overview: '總覽', palette: '搜尋或前往…', shortcuts: '鍵盤快速鍵' },
] as const

async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
  await expect(page.locator('[data-pending]')).toHaveCount(0)
  await expect(page.getByText(/[1-9]\d* (in flight|个读取中|個讀取中)/)).toHaveCount(0)
}

test('the check finds English where there is some', async ({ page }) => {
  const stored = noteStored(page)
  await page.goto('/demo/findings')
  await settled(page)
  expect((await englishOn(page, await stored())).length).toBeGreaterThan(5)
})

for (const { language, locale, overview, palette, shortcuts } of LANGUAGES)
  test.describe(language, () => {
    test.use({ locale })

    // Each address is loaded from the server, in one tab that keeps no more than its files: a new browser for each would cost twice the time.
    let tab: Page
    test.beforeAll(async ({ browser }) => {
      tab = await browser.newPage()
    })
    test.afterEach(async () => {
      tab.removeAllListeners('response')
      await forget(tab)
    })
    test.afterAll(() => tab.close())

    for (const path of PAGES)
      test(`${path} has no English sentence of ours`, async () => {
        const stored = noteStored(tab)
        await tab.goto(path)
        await settled(tab)
        await expect(tab.locator('html')).toHaveAttribute('lang', language)
        expect(await englishOn(tab, await stored())).toEqual([])
      })

    test('the search and the shortcuts have no English sentence @phone', async ({ page }) => {
      const stored = noteStored(page)
      await page.goto('/demo')
      await settled(page)
      await page.keyboard.press('/')
      await page.getByRole('combobox', { name: palette }).fill('storefront')
      await expect(page.getByRole('option').first()).toBeVisible()
      expect(await englishOn(page, await stored())).toEqual([])
      await page.keyboard.press('Escape')
      // Until the search is closed, it takes the next key.
      await expect(page.getByRole('combobox', { name: palette })).toBeHidden()
      await page.keyboard.press('?')
      await expect(page.getByRole('dialog', { name: shortcuts })).toBeVisible()
      expect(await englishOn(page, await stored())).toEqual([])
      await expectAccessible(page)
    })

    test('is taken from the browser, and can be switched at the same address', async ({ page }) => {
      await page.goto('/demo/resources/pods?q=storefront')
      await expect(page.getByRole('link', { name: overview, exact: true })).toBeVisible()
      await page
        .getByRole('banner')
        .getByRole('button', { name: language === 'zh-Hans' ? '语言' : '語言' })
        .click()
      await page.getByRole('menuitemradio', { name: 'English' }).click()
      await expect(page.getByRole('link', { name: 'Overview', exact: true })).toBeVisible()
      await expect(page).toHaveURL(/\/demo\/resources\/pods\?q=storefront$/)
      await expect(page.locator('html')).toHaveAttribute('lang', 'en')
      await page.goto('/demo')
      await expect(page.getByRole('link', { name: 'Overview', exact: true })).toBeVisible()
    })

    test('only the files of the language are loaded', async ({ page }) => {
      const files: string[] = []
      page.on('request', (request) => files.push(new URL(request.url()).pathname))
      await page.goto('/demo/resources/pods')
      await settled(page)
      const spoken = files.filter((file) => /\/(app|resources)-[^/]*\.js$/.test(file))
      expect(spoken.length).toBeGreaterThanOrEqual(2)
      expect(spoken.filter((file) => !file.startsWith(`/assets/${language}/`))).toEqual([])
    })
  })

/** Longer, and between marks of the other direction: ⟦‏Overview~~~‏⟧. */
const pseudo = (text: string): string => (/\p{L}/u.test(text) ? `\u200F${text}${'~'.repeat(Math.ceil(text.length / 3))}\u200F` : text)

function pseudoPart(part: Part): Part {
  if (typeof part === 'string') return pseudo(part)
  if (part[0] === PART.tag) return [part[0], part[1], part[2].map(pseudoPart)]
  if (part[0] !== PART.plural && part[0] !== PART.select) return part
  return [part[0], part[1], Object.fromEntries(Object.entries(part[2]).map(([name, parts]) => [name, parts.map(pseudoPart)]))]
}

type Texts = Compiled | { readonly [name: string]: Texts }

/** A catalogue as the build writes it: messages are texts, or lists of parts. */
function translated(one: Texts): Texts {
  if (typeof one === 'string') return pseudo(one)
  if (Array.isArray(one)) return (one as readonly Part[]).map(pseudoPart)
  return Object.fromEntries(Object.entries(one as Record<string, Texts>).map(([name, inner]) => [name, translated(inner)]))
}

test.describe('one more language', () => {
  test.use({ locale: 'zh-CN' })

  for (const path of ['/demo', '/demo/resources/pods', '/demo/v3/registry/pods/shop/stuck-big', '/demo/flannel', '/demo/findings'])
    test(`${path}: longer texts with marks of direction fit @phone`, async ({ page }) => {
      await page.route('**/assets/zh-Hans/*.js', async (route) => {
        const response = await route.fetch()
        const script = await response.text()
        // The build marks the catalogues that it puts into the file of a language.
        const body = script.replace(/\/\*messages\*\/(.*?)\/\*messages\*\//gs, (all, json: string) =>
          json === 'null' ? all : JSON.stringify(translated(JSON.parse(json))),
        )
        await route.fulfill({ response, body })
      })
      const errors: string[] = []
      page.on('pageerror', (error) => errors.push(error.message))
      await page.goto(path)
      await expect(page.locator('[data-pending]')).toHaveCount(0)
      await expect(page.getByText('~~').first()).toBeVisible()
      expect(errors).toEqual([])
      // What does not fit is cut or wrapped where it is, and never makes the page wider.
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
      // The other pages are still being loaded.
      await page.unrouteAll({ behavior: 'ignoreErrors' })
    })
})
