// The frame: rail, breadcrumbs, palette, shortcuts, theme, time zone, status line.
import { expect, test } from '@playwright/test'
import { pressInTurn } from './support/key-sequence.ts'
import { settled } from './support/settled.ts'

test('the palette opens any typed key', async ({ page }) => {
  await page.goto('/demo')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.keyboard.press('/')
  await page.getByRole('combobox').fill('/registry/pods/shop/stuck-big')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/demo\/v3\/registry\/pods\/shop\/stuck-big$/)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('/kube-centos/network/config')
  await page.getByRole('option', { name: /v2 node/ }).click()
  await expect(page).toHaveURL(/\/demo\/v2\/kube-centos\/network\/config$/)
})

test('shortcuts are listed under ? and work', async ({ page }) => {
  await page.goto('/demo')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await pressInTurn(page, 'g', 'k')
  await expect(page).toHaveURL(/\/demo\/v3$/)
})

test('a dialog gives the focus back, whatever opened it', async ({ page }) => {
  await page.goto('/demo')
  const search = page.getByRole('button', { name: 'Name, key, address…' })
  await search.focus()
  for (const key of ['Enter', '?']) {
    await page.keyboard.press(key)
    await expect(page.getByRole('dialog')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(search).toBeFocused()
  }
})

test('in a dialog, Escape closes a tooltip first @phone-only @phone', async ({ page }) => {
  await page.goto('/demo/v3/registry/pods/shop/stuck-big')
  const open = page.getByRole('button', { name: 'Tree', exact: true })
  const sheet = page.getByRole('dialog')
  const tip = page.locator('[data-tip]')
  // What is still arriving in the sheet may take a tooltip with it: then Escape closes the sheet, and this begins again.
  await expect(async () => {
    if (!(await sheet.isVisible())) await open.click()
    await expect(sheet).toBeVisible({ timeout: 5000 })
    await page.keyboard.press('Tab')
    await expect(tip).toBeVisible({ timeout: 200 })
    await expect(sheet.locator(':focus')).toBeVisible({ timeout: 200 })
    await page.keyboard.press('Escape')
    await expect(tip).toHaveCount(0, { timeout: 5000 })
    await expect(sheet).toBeVisible({ timeout: 1000 })
  }).toPass()
  await page.keyboard.press('Escape')
  await expect(sheet).toBeHidden()
})

test('a new page starts at its content; going back restores scroll and focus', async ({ page }) => {
  await page.goto('/demo/resources/events')
  const rows = page.locator('[data-table]')
  await expect(rows.locator('[data-index="0"] a')).toBeVisible()
  await page.keyboard.press('j')
  await expect(rows.locator('a:focus')).toBeVisible()
  const scrolled = () => rows.evaluate((element) => element.scrollTop)
  // The first press only goes to the end of the visible part.
  await expect(async () => {
    await page.keyboard.press('PageDown')
    expect(await scrolled()).toBeGreaterThan(0)
  }).toPass()
  await expect(rows.locator('a:focus')).toBeInViewport()
  const top = await scrolled()
  const href = (await rows.locator('a:focus').getAttribute('href')) as string
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(href)
  await expect(page.locator('#content')).toBeFocused()
  await page.goBack()
  await expect(rows.locator(`a[href="${href}"]`)).toBeFocused()
  await expect.poll(scrolled).toBe(top)
})

test('the frame is mounted once: every section finds the same rail, top line and status line, with their focus and scroll', async ({
  page,
}) => {
  // Low enough that the rail must scroll.
  await page.setViewportSize({ width: 1440, height: 240 })
  await page.goto('/demo')
  await settled(page)
  const rail = page.getByRole('navigation', { name: 'Cluster', exact: true })
  const parts = {
    rail,
    'top line': page.getByRole('banner'),
    breadcrumbs: page.getByRole('navigation', { name: 'Breadcrumbs' }),
    content: page.getByRole('main'),
    'status line': page.getByRole('contentinfo'),
  }
  for (const [name, part] of Object.entries(parts)) await part.evaluate((element, mark) => Object.assign(element, { mark }), name)
  const marks = () =>
    Promise.all(Object.values(parts).map((part) => part.evaluate((element) => (element as unknown as { mark?: string }).mark ?? 'new')))
  await rail.evaluate((element) => element.scrollTo({ top: 40 }))
  const links = await rail.getByRole('link').evaluateAll((all) => all.map((link) => link.getAttribute('href') as string))
  expect(links).toHaveLength(11)
  for (const href of [...links, links[0] as string]) {
    const link = rail.locator(`a[href="${href}"]`)
    // Focusing may scroll; the rail must not move afterwards.
    await link.focus()
    const top = await rail.evaluate((element) => element.scrollTop)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(href)
    await expect(link).toHaveAttribute('aria-current', 'page')
    await expect(rail.locator('[aria-current]')).toHaveCount(1)
    await settled(page)
    expect(await marks(), href).toEqual(Object.keys(parts))
    await expect(link).toBeFocused()
    expect(await rail.evaluate((element) => element.scrollTop), href).toBe(top)
  }
  // Pages below a section, an unknown URL, and the way back.
  for (const href of [
    '/demo/resources/services/specs',
    '/demo/namespaces/shop',
    '/demo/v3/registry/pods/shop/stuck-big',
    '/demo/v2/kube-centos',
    '/demo/nowhere',
  ]) {
    await page.evaluate((to) => {
      const link = Object.assign(document.createElement('a'), { href: to })
      window.history.pushState(null, '', link.href)
      window.dispatchEvent(new PopStateEvent('popstate'))
    }, href)
    await expect(page).toHaveURL(href)
    await settled(page)
    expect(await marks(), href).toEqual(Object.keys(parts))
  }
})

for (const [system, other] of [
  ['light', 'dark'],
  ['dark', 'light'],
] as const)
  test(`the theme follows a ${system} system until told otherwise, and is kept`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: system })
    await page.goto('/demo')
    const theme = () => page.evaluate(() => (getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)' ? 'light' : 'dark'))
    expect(await theme()).toBe(system)
    await page.getByRole('button', { name: 'Theme' }).click()
    await page.getByRole('menuitemradio', { name: other === 'dark' ? 'Dark' : 'Light' }).click()
    expect(await theme()).toBe(other)
    await page.reload()
    await expect(page.locator('html')).toHaveAttribute('data-theme', other)
    expect(await theme()).toBe(other)
  })

test('breadcrumbs are links to every directory above', async ({ page }) => {
  await page.goto('/demo/v3/registry/pods/shop/stuck-big')
  const crumbs = page.getByRole('navigation', { name: 'Breadcrumbs' })
  await expect(crumbs.getByRole('link')).toHaveText(['Demo', 'v3', '/registry/', 'pods/', 'shop/', 'stuck-big'])
  await crumbs.getByRole('link', { name: 'pods/' }).click()
  await expect(page).toHaveURL(/\/demo\/v3\/registry\/pods\/$/)
  await page.goBack()
  await expect(page).toHaveURL(/stuck-big$/)
})

test('the status line says source, revision and what this page cost', async ({ page }) => {
  await page.goto('/demo/v3/registry/pods/shop/stuck-big')
  const status = page.getByRole('contentinfo')
  await expect(status).toContainText('file')
  await expect(status).toContainText('rev 2298')
  await expect(status).toContainText(/\d+ keys? read/)
  // A file has no connection.
  await expect(status).not.toContainText('connected')
})

test('times switch between UTC and local', async ({ page }) => {
  await page.goto('/demo')
  await expect(page.getByText(/\d{2}:\d{2}:\d{2} UTC/).first()).toBeVisible()
  await page.keyboard.press('z')
  await expect(page.getByText(/\d{2}:\d{2}:\d{2} [+-]\d{2}:\d{2}/).first()).toBeVisible()
})

test('on a phone the rail is a sheet @phone-only @phone', async ({ page }) => {
  await page.goto('/demo')
  await page.getByRole('button', { name: 'Open the navigation' }).click()
  await page.getByRole('dialog').getByRole('link', { name: /Keys/ }).first().click()
  await expect(page).toHaveURL(/\/demo\/v3$/)
  await expect(page.getByRole('dialog')).toBeHidden()
  await page
    .getByRole('main')
    .getByRole('link', { name: /registry/ })
    .click()
  await page
    .getByRole('main')
    .getByRole('link', { name: /namespaces\// })
    .click()
  await page
    .getByRole('main')
    .getByRole('link', { name: /default/ })
    .click()
  await expect(page).toHaveURL(/\/registry\/namespaces\/default$/)
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(width).toBeLessThanOrEqual(390)
})

test('no page breaks the content security policy', async ({ page }) => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text())
  })
  for (const path of ['/demo', '/demo/v3/registry/pods/shop/stuck-big', '/demo/v2/kube-centos/network/config']) {
    await page.goto(path)
    await settled(page)
  }
  expect(complaints).toEqual([])
})
