// The value on a key's page: header, forms, line links, search, paths, bytes, copies; on the demo, and on answers for what the demo lacks.
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { withoutAnswer } from './support/without-answer.ts'

const POD = '/demo/v3/registry/pods/shop/stuck-big'
const DEPLOYMENT = '/demo/v3/registry/deployments/shop/storefront'

const editor = (page: Page) => page.locator('[data-value-editor]')
const lines = (page: Page) => editor(page).locator('.cm-line')
const tab = (page: Page, name: string | RegExp) => page.getByRole('tab', { name })
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText())

/** Changes the server's answer, for forms that the demo cluster lacks. */
async function answerWith(
  page: Page,
  size: number,
  { yaml, text, ...decoded }: Record<string, unknown> & { yaml?: string; text?: string },
  bytes?: Buffer,
) {
  const texts = Object.entries({ yaml, text }).flatMap(([form, content]) => (content === undefined ? [] : [{ form, text: content }]))
  await withoutAnswer(page, POD)
  await page.route('**/api/v1/clusters/demo/v3/value?*', async (route) => {
    const response = await route.fetch()
    const answer = await response.json()
    const none = { forms: texts.map(({ form }) => form), shown: texts[0] ?? null, summary: null, kind: null, apiVersion: null }
    await route.fulfill({ response, json: { ...answer, size, decoded: { ...answer.decoded, ...none, ...decoded } } })
  })
  await page.route('**/api/v1/clusters/demo/v3/raw?*', (route) =>
    route.fulfill({ body: bytes ?? Buffer.alloc(size), contentType: 'application/octet-stream' }),
  )
}

test.beforeEach(async ({ page }) => {
  page.on('pageerror', (error) => {
    throw error
  })
})

// Reads still running when a test ends are ignored.
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }))

test('a pod in trouble says what blocks its deletion @phone', async ({ page }) => {
  await page.goto(POD)
  const header = page.getByRole('region', { name: 'About this object' })
  await expect(header).toContainText('Pod')
  await expect(header).toContainText('stuck-big')
  await expect(header).toContainText('Terminating')
  await expect(header).toContainText('Being deleted since 2026-11-23 03:41:37 UTC')
  await expect(header).toContainText('held by finalizer example.com/hold')
  await expect(header).toContainText('as stored, v1')
  // The exact time is accessible by keyboard too.
  await header.locator('dd [tabindex="0"]').first().focus()
  await expect(page.getByText('2026-11-23 03:40:17 UTC')).toBeVisible()
})

test('the editor styles itself under the server’s Content-Security-Policy', async ({ page }) => {
  const refused: string[] = []
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) refused.push(message.text())
  })
  await page.goto(POD)
  await expect(lines(page).first()).toHaveText('apiVersion: v1')
  await expect(editor(page).locator('.cm-scroller')).toHaveCSS('line-height', '20px')
  // The editor does not need `unsafe-inline`: its style sheets are adopted by a shadow root.
  expect(
    await editor(page).evaluate((host) => [host.shadowRoot?.adoptedStyleSheets.length, host.shadowRoot?.querySelectorAll('style').length]),
  ).toEqual([1, 0])
  expect(refused).toEqual([])
})

test('managedFields are folded, and can be unfolded', async ({ page }) => {
  await page.goto(POD)
  const folded = lines(page).filter({ hasText: 'managedFields:' })
  await expect(folded).toContainText(/… \d+ lines folded/)
  await expect(lines(page).filter({ hasText: 'fieldsType' })).toHaveCount(0)
  await folded.getByText('lines folded').click()
  await expect(lines(page).filter({ hasText: 'fieldsType: FieldsV1' }).first()).toBeVisible()
  await tab(page, 'JSON').click()
  await expect(lines(page).filter({ hasText: '"managedFields": [' })).toContainText(/… \d+ lines folded/)
})

test('a line number is a link: click, shift-click, reload @phone', async ({ page }) => {
  await page.goto(POD)
  const number = (line: number) => editor(page).locator('.cm-lines a', { hasText: new RegExp(`^${line}$`) })
  await expect(number(2)).toHaveAttribute('href', '#L2')
  await number(2).click()
  await expect(page).toHaveURL(/#L2$/)
  await number(5).click({ modifiers: ['Shift'] })
  await expect(page).toHaveURL(/#L2-L5$/)
  await expect(editor(page).locator('.cm-marked')).toHaveCount(4)
  await page.reload()
  await expect(editor(page).locator('.cm-marked')).toHaveCount(4)
  await expect(page.getByText('lines 2–5 marked')).toBeAttached()
  await page.getByRole('button', { name: 'Clear the mark' }).click()
  await expect(editor(page).locator('.cm-marked')).toHaveCount(0)
  expect(new URL(page.url()).hash).toBe('')
})

test('a link into folded lines unfolds them and scrolls there', async ({ page }) => {
  await page.goto(`${DEPLOYMENT}#L100-L102`)
  await expect(editor(page).locator('.cm-marked')).toHaveCount(3)
  await expect(editor(page).locator('.cm-marked').first()).toBeInViewport()
  await expect(editor(page).locator('.cm-lines a', { hasText: /^100$/ })).toBeInViewport()
})

test('find: by keyboard, with a count, and n and N for the next and previous', async ({ page }) => {
  await page.goto(DEPLOYMENT)
  await expect(lines(page).first()).toBeVisible()
  // Wherever the focus is.
  await page.getByRole('treeitem', { selected: true }).focus()
  await page.keyboard.press('Control+f')
  const find = page.getByRole('search')
  // The match grows with the typed text, at any speed.
  await page.keyboard.type('progress')
  await expect(editor(page).locator('.cm-searchMatch-selected')).toHaveText('progress')
  await page.keyboard.type('DeadlineSeconds')
  await expect(find).toContainText(/1 of [12]/)
  await expect(editor(page).locator('.cm-searchMatch-selected')).toBeInViewport()
  await find.getByRole('textbox').fill('image')
  await expect(find).toContainText(/\d+ of \d+/)
  const before = await find.getByText(/ of /).textContent()
  await page.keyboard.press('Enter')
  await expect(find.getByText(/ of /)).not.toHaveText(before ?? '')
  // With the find field closed, n and N step through the same matches.
  await page.keyboard.press('Escape')
  const place = page.getByRole('toolbar', { name: 'Reading' })
  const here = (await place.textContent()) ?? ''
  await page.keyboard.press('n')
  await expect(place).not.toHaveText(here)
  await page.keyboard.press('Shift+N')
  await expect(place).toHaveText(here)
  await page.keyboard.press('Control+f')
  await find.getByRole('textbox').fill('no such words')
  await expect(find).toContainText('no match')
  await page.keyboard.press('Escape')
  await expect(find).toHaveCount(0)
  await expect(page.getByRole('textbox', { name: /^YAML of/ })).toBeFocused()
})

test('Tab leaves the editor', async ({ page }) => {
  await page.goto(POD)
  await expect(lines(page).first()).toBeVisible()
  const text = page.getByRole('textbox', { name: /^YAML of/ })
  await text.focus()
  await expect(text).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(text).not.toBeFocused()
  await page.keyboard.press('Shift+Tab')
  await expect(text).toBeFocused()
  // The selected lines are marked by keyboard.
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/#L2$/)
  await page.keyboard.press('Escape')
  expect(new URL(page.url()).hash).toBe('')
})

test('a field’s path shows on hover and is copied for kubectl and for jq by a click', async ({ page }) => {
  await page.goto(DEPLOYMENT)
  const field = lines(page).filter({ hasText: /^ {2}namespace: shop/ })
  await field.locator('span').first().hover()
  const tip = editor(page).locator('.cm-pathTip')
  await expect(tip).toContainText('.metadata.namespace')
  await tip.getByRole('button', { name: 'kubectl' }).click()
  await expect(tip).toContainText('Path copied')
  expect(await clipboard(page)).toBe("-o jsonpath='{.metadata.namespace}'")
  await tip.getByRole('button', { name: 'jq' }).click()
  await expect.poll(() => clipboard(page)).toBe('jq -r .metadata.namespace')
})

test('the path of the current line is shown below and can be copied', async ({ page }) => {
  await page.goto(DEPLOYMENT)
  await lines(page)
    .filter({ hasText: /^ {2}namespace: shop/ })
    .click()
  const tools = page.getByRole('toolbar', { name: 'Reading' })
  await expect(tools).toContainText('.metadata.namespace')
  await tools.getByRole('button', { name: 'Copy the path as a filter of jq' }).click()
  await expect.poll(() => clipboard(page)).toBe('jq -r .metadata.namespace')
})

test('copies: as shown, to apply elsewhere, link, commands', async ({ page, request }) => {
  await page.goto(`${POD}?rev=1249#L2`)
  await expect(lines(page).first()).toBeVisible()
  const copy = async (name: RegExp) => {
    await page.getByRole('button', { name: 'Copy', exact: true }).first().click()
    await page.getByRole('menuitem', { name }).click()
    await expect(page.getByText(new RegExp(`^Copied: ${name.source.slice(1)}`)).first()).toBeVisible()
    return await clipboard(page)
  }
  const asked = async (view: string) =>
    await (await request.get(`/api/v1/clusters/demo/v3/value?key=%2Fregistry%2Fpods%2Fshop%2Fstuck-big&rev=1249&view=${view}`)).json()
  const answer = await asked('yaml')
  expect(await copy(/^Value as YAML/)).toBe(answer.decoded.shown.text)
  const apply = await copy(/^YAML to apply/)
  expect(apply).toBe((await asked('apply')).decoded.shown.text)
  expect(apply).not.toMatch(/managedFields|uid:|resourceVersion|deletionTimestamp|^status:/m)
  const link = new URL(await copy(/^Link to this view/))
  expect(link.pathname + link.search + link.hash).toBe(`${POD}?rev=1249#L2`)
  await page.getByRole('button', { name: 'Copy the link, pinned to this revision' }).click()
  await expect.poll(() => clipboard(page)).toBe(link.href)
  // commands.spec.ts runs the commands; here they are only compared with the facts.
  expect(await copy(/^curl command for the stored bytes/)).toMatch(/\/api\/v1\/clusters\/demo\/v3\/raw\?.*&rev=1249' -o -$/)
  expect(await copy(/^curl command for what is shown/)).toMatch(/\/v3\/value\?.*&rev=1249&view=yaml' \| jq -j \.decoded\.shown\.text$/)
})

test('the bytes: hex, selection by keyboard, an offset, an exact download', async ({ page, request }) => {
  await page.goto(`${POD}?view=raw`)
  const grid = page.getByRole('grid')
  await expect(grid.getByRole('row').first()).toContainText('00000000')
  const bytes = await (await request.get('/api/v1/clusters/demo/v3/raw?key=%2Fregistry%2Fpods%2Fshop%2Fstuck-big')).body()
  await grid.focus()
  await page.keyboard.press('Control+Home')
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowRight')
  await expect(page.getByText('4 bytes from 0 (0x0)')).toBeVisible()
  await page.keyboard.press('Control+c')
  await expect.poll(() => clipboard(page)).toBe(bytes.subarray(0, 4).toString('hex'))
  await page.getByRole('textbox', { name: /Go to offset/ }).fill('0x100')
  await page.keyboard.press('Enter')
  await expect(page.getByText('byte 256 (0x100)')).toBeVisible()
  await expect(grid).toHaveAttribute('aria-activedescendant', /-16$/)
  await page.getByRole('textbox', { name: /Go to offset/ }).fill('99999999')
  await page.keyboard.press('Enter')
  await expect(page.getByText('There is no such offset')).toBeVisible()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).click()])
  const stream = await download.createReadStream()
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
})

test('1.5 MB of bytes scroll while only a part is rendered', async ({ page }) => {
  const bytes = Buffer.alloc(1_500_000, 0xab)
  bytes.write('the end', bytes.length - 7)
  await answerWith(page, bytes.length, { encoding: 'binary', layers: ['binary'] }, bytes)
  await page.goto(POD)
  const grid = page.getByRole('grid')
  await grid.focus()
  await page.keyboard.press('Control+End')
  await expect(grid).toContainText('the end')
  expect(await grid.getByRole('row').count()).toBeLessThan(120)
})

test('40,000 lines open at the last of them, and keys still move through them', async ({ page }) => {
  const yaml = `items:\n${Array.from({ length: 20_000 }, (_, i) => `- name: item-${i}-${'x'.repeat(50)}\n  value: v\n`).join('')}`
  await answerWith(page, yaml.length, { encoding: 'json', layers: ['JSON'], yaml })
  await page.goto(`${POD}#L40001`)
  await expect(editor(page).locator('.cm-marked')).toHaveText('  value: v')
  await expect(editor(page).locator('.cm-marked')).toBeInViewport()
  await expect(page.getByRole('toolbar', { name: 'Reading' })).toContainText('.items[19999].value')
  expect(await lines(page).count()).toBeLessThan(200)
  // Key presses are answered although the rest is still being highlighted.
  await page.getByRole('textbox', { name: /^YAML of/ }).focus()
  await page.keyboard.press('Control+Home')
  await expect(lines(page).filter({ hasText: 'item-0-' })).toBeInViewport()
  expect(await lines(page).count()).toBeLessThan(200)
})

test('hostile text is shown and harmless', async ({ page }) => {
  const hostile = '<script>window.ran = 1</script><img src=x onerror="window.ran = 1">\n\u001b[31mred\na\u202eevil\u202c\u200bz\u0000'
  await answerWith(page, hostile.length, { encoding: 'text', layers: ['text'], text: hostile })
  await page.goto(POD)
  await expect(lines(page).nth(0)).toHaveText('<script>window.ran = 1</script><img src=x onerror="window.ran = 1">')
  await expect(lines(page).nth(1)).toHaveText('\\x1b[31mred')
  await expect(lines(page).nth(2)).toHaveText('a\\u202eevil\\u202c\\u200bz\\x00')
  expect(await page.evaluate(() => 'ran' in window)).toBe(false)
  // The value itself is copied, not its displayed form.
  await page.getByRole('button', { name: 'Copy', exact: true }).first().click()
  await page.getByRole('menuitem', { name: /^Value as text/ }).click()
  await expect.poll(() => clipboard(page)).toBe(hostile)
})

test('a line of one megabyte', async ({ page }) => {
  await answerWith(page, 1_000_004, { encoding: 'text', layers: ['text'], text: `a\n${'0123456789'.repeat(100_000)}\nz` })
  await page.goto(POD)
  await expect(lines(page).nth(2)).toHaveText('z')
  await page.getByRole('button', { name: 'Wrap long lines' }).click()
  await expect(page.getByRole('button', { name: 'Wrap long lines' })).toHaveAttribute('aria-pressed', 'true')
  await expect(lines(page).nth(0)).toHaveText('a')
})

test('an empty value and a binary one are labelled', async ({ page }) => {
  await answerWith(page, 0, { encoding: 'empty', layers: [] })
  await page.goto(POD)
  await expect(page.getByText('The value is empty')).toBeVisible()
  await page.unrouteAll()
  await answerWith(page, 3, { encoding: 'binary', layers: [] }, Buffer.from([1, 2, 255]))
  await page.goto(`${POD}?view=yaml`)
  await expect(page.getByRole('grid')).toContainText('01 02 ff')
})

test('undecoded parts are counted, listed, and link to their place', async ({ page }) => {
  await answerWith(page, 99, {
    encoding: 'kubernetes-protobuf',
    yaml: 'apiVersion: v1\nkind: Thing\nspec:\n  list:\n  - a: 1\n  - a: 2\n',
    problems: [{ path: '.spec.list[1].a', message: 'The length runs past the end.', severity: 'error' }],
    unknownFields: [{ path: '.spec', number: 99, wireType: 2, size: 5, bytes: 'aGVsbG8=' }],
  })
  await page.goto(POD)
  await expect(tab(page, /Problems/)).toContainText('2')
  await expect(page.getByText('The length runs past the end.')).toBeVisible()
  await tab(page, /Problems/).click()
  await expect(page.getByRole('row', { name: /99/ })).toContainText('"hello"68656c6c6f')
  await page.getByRole('button', { name: '.spec.list[1].a' }).click()
  await expect(editor(page).locator('.cm-marked')).toHaveText('- a: 2')
  await expect(page).toHaveURL(/#L6$/)
})

test('a resourceVersion filled in from etcd’s mod revision is marked, and only that', async ({ page }) => {
  const yaml = 'apiVersion: v1\nmetadata:\n  labels:\n    resourceVersion: "1227"\n  resourceVersion: "1227"\n'
  await answerWith(page, 99, { encoding: 'json', layers: ['JSON'], yaml })
  await page.goto(POD)
  await expect(lines(page).nth(4)).toContainText('not stored here')
  await expect(lines(page).nth(3)).toHaveText('    resourceVersion: "1227"')
})

test('an allocation opens with who holds each address, filtered by what the address bar says @phone', async ({ page }) => {
  const KEY = '/demo/v3/registry/ranges/serviceips'
  await page.goto(KEY)
  await expect(tab(page, 'Allocation')).toHaveAttribute('aria-selected', 'true')
  const table = page.getByRole('table', { name: 'Allocation' })
  await expect(table.getByRole('row')).toHaveCount(4)
  await expect(table.getByRole('row', { name: /10\.254\.31\.193/ })).toContainText('shop/orders')
  await expect(page.getByText('Compared with 4 Services of the same revision.')).toBeVisible()
  await page.getByRole('searchbox', { name: 'Filter by address or Service' }).fill('storefront')
  await expect(table.getByRole('row')).toHaveCount(2)
  expect(new URL(page.url()).hash).toBe('#all~storefront')
  await page.reload()
  await expect(table.getByRole('row')).toHaveCount(2)
  await page.getByRole('button', { name: /^Missing/ }).click()
  await expect(page.getByText('Nothing matches “storefront”.')).toBeVisible()
  await page.getByRole('searchbox').fill('')
  await expect(page.getByText('Everything that Services hold is allocated.')).toBeVisible()
  await page.getByRole('button', { name: /^All/ }).click()
  await expectAccessible(page)
  await table.getByRole('link', { name: 'shop/orders' }).click()
  await expect(page).toHaveURL(/\/v3\/registry\/services\/specs\/shop\/orders$/)
  await page.goto('/demo/v3/registry/ranges/servicenodeports')
  await expect(table.getByRole('row', { name: /30803/ })).toContainText('for port http')
})

test('leaks, missing bits and shared addresses are distinguished', async ({ page }) => {
  const KEY = '/demo/v3/registry/ranges/serviceips'
  await page.route('**/api/v1/clusters/demo/v3/allocation?*', async (route) => {
    const response = await route.fetch()
    const answer = await response.json()
    const [kubernetes, orders, storefront] = answer.held
    const held = [
      { ...kubernetes, shared: true, holders: [...kubernetes.holders, ...orders.holders] },
      { ...storefront, offset: 5000, allocated: false },
    ]
    // Every bit of the first 2,048 addresses is set.
    const bitmap = Buffer.alloc(256, 0xff).toString('base64')
    await route.fulfill({
      response,
      json: { ...answer, bitmap, held, used: '2048', counts: { held: 1, leaked: 2047, missing: 1, shared: 1 } },
    })
  })
  await page.goto(KEY)
  const rows = page.getByRole('table', { name: 'Allocation' }).getByRole('row')
  await expect(rows.nth(1)).toContainText('held, shared')
  await expect(rows.nth(1).getByRole('link')).toHaveCount(2)
  await expect(rows.nth(2)).toContainText(/10\.254\.0\.2 –\s*10\.254\.8\.0/)
  await expect(rows.nth(2)).toContainText('2,047 addresses')
  await expect(rows.nth(3)).toContainText('not allocated')
  await page.getByRole('button', { name: /^Leaked/ }).click()
  await expect(rows).toHaveCount(2)
  await page.getByRole('searchbox').fill('10.254.1.')
  await expect(rows.nth(1)).toContainText(/10\.254\.1\.0 –\s*10\.254\.1\.255/)
})

test('flannel’s config in the v2 keyspace is JSON to read and to copy', async ({ page }) => {
  await page.goto('/demo/v2/kube-centos/network/config')
  await expect(editor(page)).toContainText('172.30.0.0/16')
  await tab(page, 'JSON').click()
  await expect(editor(page)).toContainText('"Network": "172.30.0.0/16"')
  await page.getByRole('button', { name: 'Copy', exact: true }).first().click()
  await page.getByRole('menuitem', { name: /^curl command for what is shown/ }).click()
  await expect.poll(() => clipboard(page)).toMatch(/\/v2\/node\?.*&view=json' \| jq -j \.decoded\.shown\.text$/)
})

for (const view of ['yaml', 'json', 'problems', 'raw']) {
  test(`no accessibility violation in ${view} @phone`, async ({ page }) => {
    await page.goto(`${POD}?view=${view}`)
    await expect(tab(page, { yaml: 'YAML', json: 'JSON', problems: /Problems/, raw: 'Raw' }[view] ?? '')).toHaveAttribute(
      'aria-selected',
      'true',
    )
    if (view === 'raw') await expect(page.getByRole('row').first()).toBeVisible()
    if (view === 'yaml' || view === 'json') await expect(lines(page).first()).toBeVisible()
    await expectAccessible(page)
  })
}
