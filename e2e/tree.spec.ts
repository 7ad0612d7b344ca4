// The tree of the v3 keyspace: by mouse, by keyboard, with keys of any bytes and lists of any length.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { type Etcd, startEtcd } from './support/etcd.ts'
import { pressInTurn } from './support/key-sequence.ts'
import { hexOf, row, shownKey, tree } from './support/keys-page.ts'
import { type Running, startServer } from './support/server.ts'
import { withoutAnswer } from './support/without-answer.ts'

test('a deep link opens and reveals the path', async ({ page }) => {
  await page.goto('/demo/v3/registry/pods/shop/stuck-big')
  await expect(row(page, 'stuck-big')).toHaveAttribute('aria-selected', 'true')
  await expect(row(page, 'stuck-big')).toBeInViewport()
  await expect(row(page, 'stuck-big')).toHaveAttribute('aria-level', '4')
  await expect(row(page, 'shop/')).toHaveAttribute('aria-expanded', 'true')
})

test('directories show how many keys are below them, in the tree, the list and the facts', async ({ page }) => {
  await page.goto('/demo/v3/registry/pods/')
  await expect(row(page, 'shop/').locator('[data-count]')).toHaveText('26 keys')
  await expect(row(page, 'pods/').locator('[data-count]')).toHaveText('29 keys')
  await expect(page.getByRole('table').locator('[data-count]')).toHaveText(['3 keys', '26 keys'])
})

test('the panes of a key are resized by keyboard and by pointer, within their limits, and found again', async ({ page }) => {
  await page.goto('/demo/v3/registry/pods/shop/stuck-big')
  const handle = page.getByRole('separator', { name: 'Resize the tree' })
  const now = async () => Number(await handle.getAttribute('aria-valuenow'))
  await expect(handle).toHaveAttribute('aria-valuenow', '24')
  await handle.focus()
  await page.keyboard.press('ArrowRight')
  await expect(handle).toHaveAttribute('aria-valuenow', '29')
  await page.keyboard.press('Home')
  expect(await now()).toBe(Number(await handle.getAttribute('aria-valuemin')))
  await page.keyboard.press('End')
  expect(await now()).toBe(Number(await handle.getAttribute('aria-valuemax')))
  const box = (await handle.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  await page.mouse.move(box.x + box.width / 2, box.y + 200)
  await page.mouse.down()
  await page.mouse.move(500, box.y + 250, { steps: 4 })
  await page.mouse.up()
  await page.mouse.move(700, box.y + 250)
  const x = ((await handle.boundingBox()) ?? { x: 0 }).x
  expect(Math.abs(x - 500)).toBeLessThan(2)
  const share = await now()
  await page.reload()
  await expect(handle).toHaveAttribute('aria-valuenow', String(share))
  await expect.poll(async () => Math.abs(((await handle.boundingBox()) ?? { x: 0 }).x - 500)).toBeLessThan(2)
})

test('from the front page to an object by keyboard alone', async ({ page }) => {
  await page.goto('/demo')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await pressInTurn(page, 'g', 'k')
  await expect(row(page, '/registry/')).toBeVisible()
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab')
    if ((await page.evaluate(() => document.activeElement?.getAttribute('role'))) === 'treeitem') break
  }
  await expect(row(page, '/registry/')).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(row(page, 'apiextensions.k8s.io/')).toBeVisible()
  await page.keyboard.type('nam')
  await expect(row(page, 'namespaces/')).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(row(page, 'default')).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await expect(row(page, 'default')).toBeFocused()
  await expect(page).toHaveURL(/\/registry\/namespaces\/default$/)
  await page.keyboard.press('ArrowDown')
  await expect(page).toHaveURL(/\/registry\/namespaces\/kube-node-lease$/)
  await page.keyboard.press('ArrowLeft')
  await expect(row(page, 'namespaces/')).toBeFocused()
  await page.keyboard.press('ArrowLeft')
  await expect(row(page, 'default')).toBeHidden()
})

test('open directories stay open after a reload, and back goes back', async ({ page }) => {
  await page.goto('/demo/v3')
  await row(page, '/registry/').click()
  await row(page, 'configmaps/').click()
  await expect(page).toHaveURL(/\/demo\/v3\/registry\/configmaps\/$/)
  await row(page, 'controllers/').locator('[data-chevron]').click()
  await expect(row(page, 'controllers/')).toHaveAttribute('aria-expanded', 'true')
  await page.reload()
  await expect(row(page, 'controllers/')).toHaveAttribute('aria-expanded', 'true')
  await page.goBack()
  await expect(page).toHaveURL(/\/demo\/v3\/registry\/$/)
})

test('rows are real links that open in a tab', async ({ page, context }) => {
  await page.goto('/demo/v3/registry/namespaces/')
  const opened = context.waitForEvent('page')
  await row(page, 'default').click({ modifiers: ['ControlOrMeta'] })
  await expect(await opened).toHaveURL(/\/registry\/namespaces\/default$/)
  await expect(page).toHaveURL(/\/registry\/namespaces\/$/)
})

test('a damaged file is reported wherever keys may be missing', async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'registree-e2e-'))
  const whole = await readFile('demo/cluster/member/snap/db')
  await writeFile(join(folder, 'half.db'), whole.subarray(0, Math.floor(whole.length / 8192) * 4096))
  const server = await startServer(['--snapshot', join(folder, 'half.db')])
  try {
    await page.goto(`${server.url}/half/v3/registry/`)
    const banner = page.getByRole('status').filter({ hasText: 'This file is damaged' })
    await expect(banner).toBeVisible()
    await expect(page.getByRole('contentinfo')).toContainText('damaged')
    await banner.getByRole('link').click()
    await expect(page.getByRole('region', { name: 'Trouble' })).toContainText('The file is cut short')
  } finally {
    await server.stop()
    await rm(folder, { recursive: true })
  }
})

test.describe('on a live etcd', () => {
  test.describe.configure({ mode: 'serial' })
  let etcd: Etcd
  let server: Running
  const long = `/registry/configmaps/default/${'n'.repeat(300)}`
  const hostile: [string, Uint8Array][] = [
    ['script', Buffer.from('/hostile/<script>alert(1)</script>')],
    ['bidi', Buffer.from('/hostile/\u202egnp.exe')],
    ['ansi', Buffer.from('/hostile/\u001b[31mred')],
    ['invalid', Buffer.from([0x2f, 0x68, 0x6f, 0x73, 0x74, 0x69, 0x6c, 0x65, 0x2f, 0xff, 0xfe])],
    ['empty segment', Buffer.from('/hostile//twice')],
    ['no slash', Buffer.from('compact_rev_key')],
    ['both', Buffer.from('/both')],
    ['below both', Buffer.from('/both/child')],
    ['slash at the end', Buffer.from('/hostile/end/')],
  ]
  test.beforeAll(async () => {
    test.setTimeout(120_000)
    etcd = await startEtcd()
    await etcd.put(hostile.map(([name, key]) => ({ key, value: name })))
    await etcd.put([{ key: long, value: 'long' }])
    await etcd.put(
      Array.from({ length: 3000 }, (_, i) => ({ key: `/registry/events/shop/event-${String(i).padStart(5, '0')}`, value: `${i}` })),
    )
    server = await startServer(['--endpoints', etcd.endpoint])
  })
  test.afterAll(async () => {
    await server?.stop()
    await etcd?.stop()
  })

  test('keys of any bytes are shown, harmless and reachable', async ({ page }) => {
    const alerts: string[] = []
    page.on('dialog', (dialog) => {
      alerts.push(dialog.message())
      void dialog.dismiss()
    })
    await page.goto(`${server.url}/default/v3?prefix=%2Fhostile%2F`)
    await page.goto(`${server.url}/default/v3/hostile/`)
    await expect(row(page, '<script>alert(1)<')).toBeHidden()
    await expect(tree(page).getByText('\\u202egnp.exe')).toBeVisible()
    await expect(tree(page).getByText('\\x1b[31mred')).toBeVisible()
    await expect(tree(page).getByText('\\xff\\xfe')).toBeVisible()
    await expect(row(page, 'compact_rev_key')).toBeVisible()
    await tree(page).getByText('\\xff\\xfe').click()
    await expect(page).toHaveURL(/key64=/)
    await expect.poll(() => shownKey(page)).toEqual({ kind: 'key', hex: hexOf(Uint8Array.from(hostile[3]?.[1] ?? [])) })
    await expect(page.getByRole('main').getByText('invalid', { exact: true }).first()).toBeVisible()
    await row(page, '/both').click()
    await expect.poll(() => shownKey(page)).toEqual({ kind: 'key', hex: hexOf('/both') })
    await row(page, '/both/').click()
    await expect.poll(() => shownKey(page)).toEqual({ kind: 'directory', hex: hexOf('/both/') })
    expect(alerts).toEqual([])
  })

  test('a key of 300 characters does not break the page', async ({ page }) => {
    await page.goto(`${server.url}/default/v3${long}`)
    await expect(page.getByRole('main').getByText('long', { exact: true }).first()).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1440)
  })

  test('a long directory is read page by page while it is scrolled, few rows mounted', async ({ page }) => {
    await page.goto(`${server.url}/default/v3/registry/events/shop/`)
    await expect(row(page, 'event-00000')).toBeVisible()
    expect(await tree(page).getByRole('treeitem').count()).toBeLessThan(120)
    const scroller = page.locator('[data-tree]')
    await expect
      .poll(async () => {
        await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight))
        return row(page, 'event-02999').isVisible()
      })
      .toBe(true)
    expect(await tree(page).getByRole('treeitem').count()).toBeLessThan(120)
  })

  test('the row in the URL stays in view below a long open directory', async ({ page }) => {
    let pages = 0
    page.on('request', (request) => {
      // Its number of keys is requested too, at low priority.
      if (request.url().includes('/v3/children?prefix=%2Fregistry%2Fevents%2Fshop')) pages++
    })
    await page.goto(`${server.url}/default/v3/registry/events/shop/`)
    await expect(row(page, 'event-00000')).toBeVisible()
    await etcd.put([{ key: '/zebra/stripes', value: 'black' }])
    const before = pages
    await page.goto(`${server.url}/default/v3/zebra/stripes`)
    await expect(row(page, 'stripes')).toHaveAttribute('aria-selected', 'true')
    await expect(row(page, 'stripes')).toBeInViewport()
    await expect(row(page, 'events/')).toBeAttached({ attached: false })
    expect(pages - before, 'the long directory comes no further by itself').toBe(1)
  })

  test('a link far down a long directory opens without reading everything before it', async ({ page }) => {
    await page.goto(`${server.url}/default/v3/registry/events/shop/event-02900`)
    await expect(row(page, 'event-02900')).toBeInViewport()
    await expect(page.getByRole('main').getByText('2900', { exact: true }).first()).toBeVisible()
    await expect(tree(page).getByText('Load the keys in between')).toBeVisible()
  })

  test('a compacted revision is reported and the newest offered with one button', async ({ page }) => {
    await etcd.put([{ key: '/registry/configmaps/default/changed', value: 'zero' }])
    // A revision that this browser has not read: data at a revision is cached.
    const old = await etcd.revision()
    await etcd.put([{ key: '/registry/configmaps/default/changed', value: 'between' }])
    await etcd.put([{ key: '/registry/configmaps/default/changed', value: 'first' }])
    await page.goto(`${server.url}/default/v3/registry/configmaps/default/changed`)
    await expect(page.getByRole('main').getByText('first', { exact: true }).first()).toBeVisible()
    await etcd.put([{ key: '/registry/configmaps/default/changed', value: 'second' }])
    await page.getByRole('button', { name: 'Read the newest revision' }).click()
    await expect(page.getByRole('main').getByText('second', { exact: true }).first()).toBeVisible()
    await etcd.compact(await etcd.revision())
    await page.goto(`${server.url}/default/v3/registry/configmaps/default/changed?rev=${old}`)
    await expect(page.getByRole('alert')).toContainText('compacted')
    await page.getByRole('link', { name: 'Show the current value' }).click()
    await expect(page).not.toHaveURL(/rev=/)
    await expect(page.getByRole('main').getByText('second', { exact: true }).first()).toBeVisible()
  })

  test('a missing key is found by retrying once it exists', async ({ page }) => {
    await page.goto(`${server.url}/default/v3/registry/configmaps/default/later`)
    await expect(page.getByRole('alert')).toContainText('There is no such key')
    await etcd.put([{ key: '/registry/configmaps/default/later', value: 'here it is' }])
    await page.getByRole('button', { name: 'Retry' }).click()
    await expect(page.getByRole('main').getByText('here it is', { exact: true }).first()).toBeVisible()
  })

  test('an etcd that stops leaves its data on the screen and the page says what is wrong', async ({ page }) => {
    await page.goto(`${server.url}/default/v3/registry/configmaps/default/changed`)
    await expect(page.getByRole('main').getByText('second', { exact: true }).first()).toBeVisible()
    await etcd.stop()
    await page.goto(`${server.url}/default`)
    await expect(page.getByRole('contentinfo')).toContainText(/No answer from etcd since \d\d:\d\d:\d\d; retrying/)
  })
})

test('on a phone a key page reads no levels for the tree until it is opened @phone-only @phone', async ({ page }) => {
  const levels: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/v3/children?')) levels.push(request.url())
  })
  // The value comes last, when everything else has been requested.
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/v3/value?*', async (route) => {
    await held
    await route.continue()
  })
  await withoutAnswer(page, '/demo/v3/registry/pods/shop/stuck-big')
  await page.goto('/demo/v3/registry/pods/shop/stuck-big')
  await expect(page.getByText('1 in flight')).toHaveCount(1)
  release()
  await expect(page.locator('.cm-content')).toBeVisible()
  expect(levels).toEqual([])
  await page.getByRole('button', { name: 'Tree' }).click()
  await expect.poll(() => levels.length).toBeGreaterThan(0)
})
