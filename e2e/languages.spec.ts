// The pages in every language: nothing of ours is left in English, the choice is kept, and one more language is one more file.
import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser'
import { printAST } from '@formatjs/icu-messageformat-parser/printer.js'
import { expect, type Page, test } from '@playwright/test'
import { en } from '../packages/messages/src/en.ts'
import { expectAccessible } from './support/axe.ts'
import { englishOn, noteStored } from './support/english.ts'

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

    for (const path of PAGES)
      test(`${path} has no English sentence of ours`, async ({ page }) => {
        const stored = noteStored(page)
        await page.goto(path)
        await settled(page)
        await expect(page.locator('html')).toHaveAttribute('lang', language)
        expect(await englishOn(page, await stored())).toEqual([])
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

    test('English is shown where the file of the language does not come', async ({ page }) => {
      await page.route(`**/assets/${language}-*.js`, (route) => route.abort())
      await page.goto('/demo')
      await expect(page.getByRole('link', { name: 'Overview', exact: true })).toBeVisible()
      await expect(page.locator('html')).toHaveAttribute('lang', 'en')
    })
  })

/** Longer, and between marks of the other direction: ⟦‏Overview~~~‏⟧. */
function pseudo(elements: MessageFormatElement[]): MessageFormatElement[] {
  return elements.map((element): MessageFormatElement => {
    if (element.type === TYPE.literal)
      return /\p{L}/u.test(element.value)
        ? { ...element, value: `\u200F${element.value}${'~'.repeat(Math.ceil(element.value.length / 3))}\u200F` }
        : element
    if (element.type === TYPE.tag) return { ...element, children: pseudo(element.children) }
    if (element.type !== TYPE.plural && element.type !== TYPE.select) return element
    const options = Object.fromEntries(
      Object.entries<{ value: MessageFormatElement[] }>(element.options).map(([name, option]) => [
        name,
        { ...option, value: pseudo(option.value) },
      ]),
    )
    return { ...element, options } as MessageFormatElement
  })
}

interface Texts {
  readonly [name: string]: string | Texts
}
const translated = (catalogue: Texts): Texts =>
  Object.fromEntries(
    Object.entries(catalogue).map(([name, inner]) => [
      name,
      typeof inner === 'string' ? printAST(pseudo(parse(inner))) : translated(inner),
    ]),
  )

test.describe('one more language', () => {
  test.use({ locale: 'zh-CN' })

  for (const path of ['/demo', '/demo/resources/pods', '/demo/v3/registry/pods/shop/stuck-big', '/demo/flannel', '/demo/findings'])
    test(`${path}: is one more file, and longer texts with marks of direction fit @phone`, async ({ page }) => {
      await page.route('**/assets/zh-Hans-*.js', (route) =>
        route.fulfill({ contentType: 'text/javascript', body: `export default ${JSON.stringify(translated(en))}` }),
      )
      const errors: string[] = []
      page.on('pageerror', (error) => errors.push(error.message))
      await page.goto(path)
      await expect(page.locator('[data-pending]')).toHaveCount(0)
      await expect(page.getByText('~~').first()).toBeVisible()
      expect(errors).toEqual([])
      // What does not fit is cut or wrapped where it is, and never makes the page wider.
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
    })
})
