// The catalogue and kubectl's tables: their content for the demo, their controls by mouse and keyboard, and state in the URL.
import { readFileSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { startEtcd } from './support/etcd.ts'
import { startServer } from './support/server.ts'
import { expectSteady, noteShifts } from './support/steadiness.ts'

const table = (page: Page) => page.getByRole('table', { name: 'Table of pods' })
const rows = (page: Page) => page.locator('[data-table] [data-index]')
// All are read: "29 rows so far" is not the end.
const counted = (page: Page, text: string) => expect(page.getByRole('status').filter({ hasText: text, hasNotText: 'so far' })).toBeVisible()

test('the catalogue lists what is stored, counts it, and leads to tables @phone', async ({ page }) => {
  await page.goto('/demo/resources')
  const nodes = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'Node', exact: true }) })
  await expect(nodes).toContainText('The directory is called minions')
  await expect(nodes.getByRole('cell', { name: '3', exact: true })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('searchbox', { name: 'Filter resources' }).fill('servicemon')
  await expect(page.getByRole('row', { name: /ServiceMonitor/ })).toBeVisible()
  await expect(nodes).toHaveCount(0)
  await page.getByRole('link', { name: 'ServiceMonitor' }).click()
  await expect(page).toHaveURL('/demo/resources/monitoring.coreos.com/servicemonitors')
  await expect(rows(page)).toHaveCount(1)
})

test('pods: totals first, trouble is a link, rows lead to keys @phone', async ({ page }) => {
  await page.goto('/demo/resources/pods')
  await counted(page, '29 rows')
  await expectAccessible(page)
  const totals = page.getByRole('list', { name: 'Totals' })
  await expect(totals.getByRole('link', { name: '16 in trouble', exact: true })).toBeVisible()
  await expect(totals.getByRole('link', { name: '1 pending', exact: true })).toBeVisible()
  await totals.getByRole('link', { name: /terminating/ }).click()
  await expect(page).toHaveURL('/demo/resources/pods?only=terminating')
  await counted(page, '7 of 29 rows')
  await expect(rows(page).filter({ hasText: 'stuck-big' })).toContainText('Terminating')
  await rows(page).getByRole('link', { name: 'stuck-big' }).click()
  await expect(page).toHaveURL('/demo/v3/registry/pods/shop/stuck-big')
  await page.goBack()
  await counted(page, '7 of 29 rows')
})

test('filters while typing, sorts, widens, and keeps all of it in the URL', async ({ page }) => {
  await page.goto('/demo')
  await page.getByRole('navigation', { name: 'Cluster' }).getByRole('link', { name: 'Pods' }).click()
  await counted(page, '29 rows')
  await page.getByRole('textbox', { name: 'Filter' }).fill('status:crash app=storefront')
  await counted(page, '5 of 29 rows')
  const node = table(page).getByRole('columnheader', { name: 'Node', exact: true })
  await expect(node).toBeHidden()
  // A wide column appears when the filter uses it.
  await page.getByRole('textbox', { name: 'Filter' }).fill('node:=172.20.0.115')
  await counted(page, '7 of 29 rows')
  await expect(node).toBeVisible()
  await page.getByRole('textbox', { name: 'Filter' }).fill('status:crash app=storefront')
  await counted(page, '5 of 29 rows')
  await page.getByRole('button', { name: 'Wide' }).click()
  await expect(node).toBeVisible()
  const names = () => rows(page).getByRole('link').allTextContents()
  const header = table(page).getByRole('columnheader', { name: 'Name', exact: true })
  await header.getByRole('button').click()
  await expect(header).toHaveAttribute('aria-sort', 'ascending')
  const ascending = await names()
  await header.getByRole('button').click()
  await expect(header).toHaveAttribute('aria-sort', 'descending')
  const before = await names()
  expect(before).toEqual([...ascending].reverse())
  await expect(page).toHaveURL(/[?&]q=status/)
  await expect(page).toHaveURL(/wide=1/)
  await page.reload()
  await counted(page, '5 of 29 rows')
  expect(await names()).toEqual(before)
  await expect(page.getByRole('textbox', { name: 'Filter' })).toHaveValue('status:crash app=storefront')
})

test('a filter whose code cannot be loaded shows no rows as its result, and can be tried again', async ({ page }) => {
  let isDown = true
  await page.route('**/assets/*.js', async (route) => {
    const response = await route.fetch()
    // The file by what it exports: its name says nothing.
    const isGrammar = (await response.text()).includes('unknownColumns:()')
    return isGrammar && isDown ? route.abort() : route.fulfill({ response })
  })
  await page.goto('/demo/resources/pods?q=status:crash')
  const alert = page.getByRole('alert').filter({ hasText: 'could not be loaded' })
  await expect(alert).toBeVisible()
  await expect(rows(page)).toHaveCount(0)
  await expect(page.getByText('Stopped after')).toHaveCount(0)
  await expect(page.getByRole('list', { name: 'Totals' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Download' })).toBeDisabled()
  isDown = false
  await alert.getByRole('button', { name: 'Retry' }).click()
  await counted(page, 'of 29 rows')
  await expect(alert).toHaveCount(0)
  await expect(page.getByRole('list', { name: 'Totals' })).toBeVisible()
  // A filter that is typed, and one more.
  isDown = true
  await page.goto('/demo/resources/pods')
  await counted(page, '29 rows')
  await page.getByRole('textbox', { name: 'Filter' }).fill('status:crash')
  await expect(alert).toBeVisible()
  await expect(rows(page)).toHaveCount(0)
  isDown = false
  await page.getByRole('textbox', { name: 'Filter' }).fill('orders-db')
  await counted(page, '2 of 29 rows')
  await expect(alert).toHaveCount(0)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
})

test('a single namespace is read', async ({ page }) => {
  await page.goto('/demo/resources/pods')
  await page.getByRole('button', { name: 'All namespaces' }).click()
  await page.getByRole('menuitemradio', { name: 'monitoring' }).click()
  await expect(page).toHaveURL('/demo/resources/pods?namespace=monitoring')
  await counted(page, '3 rows')
  await expect(table(page).getByRole('columnheader', { name: 'Namespace' })).toHaveCount(0)
})

test('the shown rows can be downloaded as CSV and JSON', async ({ page }) => {
  await page.goto('/demo/resources/nodes')
  await counted(page, '3 rows')
  const take = async (name: string) => {
    await page.getByRole('button', { name: 'Download' }).click()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name }).click()])
    return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') }
  }
  const csv = await take('CSV of what is shown')
  expect(csv.name).toBe('demo-minions.csv')
  expect(csv.text.split('\r\n')[0]).toBe('Name,Status,Roles,Age,Version')
  expect(csv.text).toContain('172.20.0.115,NotReady,<none>')
  const json = JSON.parse((await take('JSON of what is shown')).text) as { key: string; columns: Record<string, string> }[]
  expect(json.map((row) => [row.key, row.columns.Status])).toEqual([
    ['/registry/minions/172.20.0.113', 'Ready'],
    ['/registry/minions/172.20.0.114', 'Ready'],
    ['/registry/minions/172.20.0.115', 'NotReady'],
  ])
})

test('by keyboard alone: filter, into the rows, the exact time of a row, its key', async ({ page }) => {
  await page.goto('/demo/resources/pods')
  await counted(page, '29 rows')
  await page.keyboard.press('f')
  await page.keyboard.type('orders-db')
  await counted(page, '2 of 29 rows')
  await page.keyboard.press('ArrowDown')
  await expect(rows(page).nth(0).getByRole('link').first()).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(rows(page).nth(1).getByRole('link').first()).toBeFocused()
  await expect(page.getByText(/Age: 2026-11-23 \d\d:\d\d:\d\d UTC/)).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/demo/v3/registry/pods/shop/orders-db-1')
})

test('rows are selected by click, with shift, and all that match, and nothing moves @phone', async ({ page, viewport }) => {
  const isNarrow = viewport?.width === 390
  await noteShifts(page)
  await page.goto('/demo/resources/pods?sort=name')
  await counted(page, '29 rows')
  const bar = page.getByRole('region', { name: 'Selection' })
  const row = (index: number) => page.locator(`[data-table] [data-index="${index}"]`)
  const place = { x: isNarrow ? 200 : 600, y: isNarrow ? 40 : 14 }
  const top = async () => (await row(2).boundingBox())?.y
  const before = await top()
  await row(2).click({ position: place })
  await expect(bar).toContainText('1 selected')
  await row(5).click({ position: place, modifiers: ['Shift'] })
  await expect(bar).toContainText('4 selected')
  expect(await top()).toBe(before)
  await row(4).getByRole('checkbox').click()
  await expect(bar).toContainText('3 selected')
  await expectSteady(page)
  await expectAccessible(page)
  await page.getByRole('textbox', { name: 'Filter' }).fill('-storefront')
  await bar.getByRole('button', { name: /^Select all \d+$/ }).click()
  const names = await bar.getByRole('status').textContent()
  await bar.getByRole('button', { name: 'Download' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /^NDJSON/ }).click()])
  const lines = readFileSync(await file.path(), 'utf8')
    .trimEnd()
    .split('\n')
  expect(`${lines.length - 2} selected`).toBe(names?.replace(/\d+ of them.*/, ''))
  expect(JSON.parse(lines[1] as string)).toMatchObject({ key: expect.stringMatching(/^\/registry\/pods\//), object: { kind: 'Pod' } })
  await bar.getByRole('button', { name: 'Clear the selection' }).click()
  await expect(bar).toHaveCount(0)
})

test('rows are selected by keyboard alone: space, shift and the arrows, Ctrl+A, Escape', async ({ page }) => {
  await page.goto('/demo/resources/pods')
  await counted(page, '29 rows')
  const bar = page.getByRole('region', { name: 'Selection' })
  await page.keyboard.press('j')
  await expect(rows(page).nth(0).getByRole('link').first()).toBeFocused()
  await page.keyboard.press('Space')
  await expect(bar).toContainText('1 selected')
  for (const key of ['Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowUp']) await page.keyboard.press(key)
  await expect(bar).toContainText('2 selected')
  await page.keyboard.press('ControlOrMeta+a')
  await expect(bar).toContainText('29 selected')
  await bar.getByRole('button', { name: 'Download' }).focus()
  await page.keyboard.press('Enter')
  const yaml = page.getByRole('menuitem', { name: 'YAML to apply' })
  // Opened by keyboard, its first item can be chosen at once.
  await expect(yaml).toBeFocused()
  // All rows are the whole resource: no list of keys, whatever their number.
  await expect(yaml).toHaveAttribute('href', /^\/api\/v1\/clusters\/demo\/v3\/bundle\?path=pods&/)
  await page.keyboard.press('Escape')
  await rows(page).nth(0).getByRole('link').first().focus()
  await page.keyboard.press('Escape')
  await expect(bar).toHaveCount(0)
})

test('missing resources are reported @phone', async ({ page }) => {
  await page.goto('/demo/resources/nothing-here')
  await expect(page.getByRole('alert')).toContainText('RESOURCE_NOT_FOUND')
  await page.goto('/demo/resources/volumeattachments')
  await expect(page.getByText(/Searched below \/registry\/volumeattachments\/ at revision 2298/)).toBeVisible()
  await page.goto('/demo/resources/pods?q=no-such-pod')
  await page.getByRole('link', { name: 'Show all rows' }).click()
  await counted(page, '29 rows')
})

test('a table shows its first rows while it arrives, and can be stopped', async ({ page }) => {
  await page.addInitScript(() => {
    // The server's stream, with its last line withheld until the reader stops.
    const { fetch } = window
    window.fetch = async (input, init) => {
      const reply = await fetch(input, init)
      if (!String(input).includes('/tables/')) return reply
      const lines = (await reply.text()).split('\n')
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const line of lines.slice(0, 2)) controller.enqueue(new TextEncoder().encode(`${line}\n`))
          init?.signal?.addEventListener('abort', () => controller.error(new DOMException('aborted', 'AbortError')))
        },
      })
      return new Response(body, { status: reply.status, headers: reply.headers })
    }
  })
  await page.goto('/demo/resources/pods')
  await expect(page.getByRole('status').filter({ hasText: /\d+ rows so far/ })).toBeVisible()
  await expect(rows(page).first()).toBeVisible()
  await rows(page).first().getByRole('link').first().focus()
  await page.keyboard.press('ControlOrMeta+a')
  await expect(page.getByRole('status').filter({ hasText: 'Not all rows have been read yet' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Selection' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByText(/Stopped after \d+ rows: this is not the whole table/)).toBeVisible()
})

test('a broken stream keeps its rows, says where it ended, and can be retried', async ({ page }) => {
  await page.addInitScript(() => {
    const { fetch } = window
    let broken = false
    window.fetch = async (input, init) => {
      const reply = await fetch(input, init)
      if (broken || !String(input).includes('/tables/')) return reply
      broken = true
      const problem = {
        type: 'about:blank',
        status: 503,
        code: 'SOURCE_UNREACHABLE',
        title: 'etcd does not answer.',
        detail: 'No connection.',
      }
      const lines = [...(await reply.text()).split('\n').slice(0, 2), JSON.stringify({ type: 'error', problem })]
      return new Response(`${lines.join('\n')}\n`, { status: reply.status, headers: reply.headers })
    }
  })
  await page.goto('/demo/resources/pods')
  const said = page.getByRole('status').filter({ hasText: 'Reading failed after 29 rows, the last of them shop/' })
  await expect(said).toContainText('etcd does not answer. No connection.')
  await expect(rows(page).first()).toBeVisible()
  await expectAccessible(page)
  await said.getByRole('button', { name: 'Retry' }).click()
  await expect(said).toHaveCount(0)
  await expect(page.locator('[data-complete="true"]')).toBeVisible()
})

test('label selectors, a pinned revision and the way back to the newest', async ({ page }) => {
  await page.goto('/demo/resources/pods?rev=1300')
  await expect(page.getByText('Pinned to revision 1300')).toBeVisible()
  await page.getByRole('link', { name: 'Show the newest' }).click()
  await expect(page).toHaveURL('/demo/resources/pods')
  await counted(page, '29 rows')
  const filter = page.getByRole('textbox', { name: 'Filter' })
  await filter.fill('app in (storefront, orders-db) !job-name')
  await expect(rows(page).filter({ hasText: 'orders-db-0' })).toBeVisible()
  await expect(rows(page).filter({ hasNotText: /storefront|orders-db/ })).toHaveCount(0)
  await filter.fill('app notin (storefront)')
  await expect(rows(page).filter({ hasText: 'storefront' })).toHaveCount(0)
})

test('pods in trouble come first; the totals follow the filter; an unknown column is reported @phone', async ({ page }) => {
  await page.goto('/demo/resources/pods')
  await counted(page, '29 rows')
  const first = (from: number, to: number) =>
    rows(page).evaluateAll((all, [a, b]) => all.slice(a, b).map((row) => row.textContent ?? ''), [from, to] as const)
  for (const text of await first(0, 5)) expect(text).toContain('CrashLoopBackOff')
  await page.goto('/demo/resources/pods?sort=key')
  await counted(page, '29 rows')
  await expect(rows(page).first()).toContainText('node-exporter-g6f4z')

  await page.goto('/demo/resources/pods')
  const totals = page.getByRole('list', { name: 'Totals' })
  await expect(totals.getByRole('link', { name: '16 in trouble' })).toBeVisible()
  const filter = page.getByRole('textbox', { name: 'Filter' })
  await filter.fill('orders')
  await expect(totals.getByRole('link', { name: '1 in trouble' })).toBeVisible()
  await expect(totals.getByRole('listitem').filter({ hasText: 'restarting' }).getByRole('link')).toHaveCount(0)
  await totals.getByRole('link', { name: '1 in trouble' }).click()
  await expect(page).toHaveURL('/demo/resources/pods?q=orders&only=trouble')
  await counted(page, '1 of 29 rows')

  await page.goto('/demo/resources/pods?q=statsu:Crash')
  await expect(page.getByText('There is no column statsu: it is searched as text. The columns are Name, Ready, Status')).toBeVisible()
  await expectAccessible(page)
  await page.goto('/demo/resources/pods?sort=colour')
  await expect(page.getByText('There is no column colour to sort by')).toBeVisible()
  await page.goto('/demo/resources/nodes?only=failed')
  await expect(page.getByText('only=failed is ignored')).toBeVisible()
  await counted(page, '3 rows')
})

test('columns that are empty in every row are hidden, unless the filter uses one', async ({ page }) => {
  await page.goto('/demo/resources/pods?wide=1')
  await counted(page, '29 rows')
  const header = (name: string) => table(page).getByRole('columnheader', { name, exact: true })
  await expect(header('Node')).toBeVisible()
  await expect(header('Nominated Node')).toHaveCount(0)
  await expect(page.getByText('empty columns: Nominated Node and Readiness Gates')).toBeVisible()
  await page.getByRole('textbox', { name: 'Filter' }).fill('-nominated:x')
  await expect(header('Nominated Node')).toBeVisible()
})

test('a row links to its object at the table’s revision: by mouse, by keyboard, and copied', async ({ page }) => {
  await page.goto('/demo/resources/pods?sort=name')
  await counted(page, '29 rows')
  const pin = rows(page).getByRole('link', { name: 'Open it at revision 2298' })
  await expect(pin).toHaveCount(0)
  await rows(page).filter({ hasText: 'stuck-big' }).hover()
  await expect(pin).toHaveAttribute('href', '/demo/v3/registry/pods/shop/stuck-big?rev=2298')
  await page.mouse.move(0, 0)
  await page.keyboard.press('f')
  await page.keyboard.type('stuck-big')
  await counted(page, '1 of 29 rows')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('c')
  await expect(page.getByText('Copied the link of stuck-big at revision 2298')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    new URL('/demo/v3/registry/pods/shop/stuck-big?rev=2298', page.url()).href,
  )
  await expectAccessible(page)
  await page.keyboard.press('Tab')
  await expect(pin).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/demo/v3/registry/pods/shop/stuck-big?rev=2298')
  // A pinned table links there anyway.
  await page.goto('/demo/resources/pods?rev=2298')
  await counted(page, '29 rows')
  await page.keyboard.press('j')
  await expect(pin).toHaveCount(0)
})

test('long names are cut in the middle; the full name appears on hover, on focus, and when copied', async ({ page }) => {
  const etcd = await startEtcd()
  const long = `a-${'very-'.repeat(14)}long-name`
  const object = (name: string) => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' } })
  await etcd.put(['first', 'second'].map((end) => ({ key: `/registry/configmaps/shop/${long}-${end}`, value: object(`${long}-${end}`) })))
  const server = await startServer(['--endpoints', etcd.endpoint])
  try {
    await page.goto(`${server.url}/default/resources/configmaps`)
    await counted(page, '2 rows')
    const link = rows(page).first().getByRole('link').first()
    await expect(link).toHaveAccessibleName(`${long}-first`)
    const [head, tail] = [link.locator('[data-whole] > span').first(), link.locator('[data-whole] > span').last()]
    await expect(tail).toHaveText('-first')
    expect(await head.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true)
    const inside = async () => {
      const [cell, end] = [await link.boundingBox(), await tail.boundingBox()]
      return cell !== null && end !== null && end.x + end.width <= cell.x + cell.width + 1
    }
    expect(await inside()).toBe(true)
    const tip = page.locator('[data-whole-tip]')
    await link.hover()
    await expect(tip).toHaveText(`${long}-first`)
    await page.keyboard.press('Escape')
    await page.mouse.move(0, 0)
    await expect(tip).toHaveCount(0)
    await page.keyboard.press('j')
    await expect(link).toBeFocused()
    await expect(tip).toHaveText(`${long}-first`)
    await page.keyboard.press('Escape')
    await expect(tip).toHaveCount(0)
    await page.keyboard.press('j')
    await expect(tip).toHaveText(`${long}-second`)
    const copied = await link.evaluate((element) => {
      const selection = getSelection()
      selection?.selectAllChildren(element)
      return selection?.toString()
    })
    expect(copied).toBe(`${long}-first`)
  } finally {
    await server.stop()
    await etcd.stop()
  }
})

test('thousands of rows: from end to end by keyboard, and the focus stays with its row', async ({ browser }) => {
  const etcd = await startEtcd()
  const value = (name: string) => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'many' } })
  const names = Array.from({ length: 5000 }, (_, i) => `map-${String(i).padStart(4, '0')}`)
  await etcd.put(names.map((name) => ({ key: `/registry/configmaps/many/${name}`, value: value(name) })))
  const server = await startServer(['--endpoints', etcd.endpoint, '--name', 'many'])
  const page = await browser.newPage()
  await page.goto(`${server.url}/many/resources/configmaps`)
  await counted(page, '5,000 rows')
  const row = (name: string) => rows(page).getByRole('link', { name })
  await page.keyboard.press('j')
  await expect(row('map-0000')).toBeFocused()
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await page.keyboard.press('End')
  await expect(row('map-4999')).toBeFocused()
  await expect(row('map-4999')).toBeInViewport()
  // The page contains only about a screen of rows.
  expect(await rows(page).count()).toBeLessThan(100)
  await page.locator('[data-table]').evaluate((table) => table.scrollTo(0, 0))
  await expect(row('map-0000')).toBeInViewport()
  await expect(row('map-4999')).toBeFocused()
  // While screens scroll by in the same elements, the focus stays with its row, in row order.
  for (const top of [20_000, 60_000, 100_000]) {
    await page.locator('[data-table]').evaluate((table, to) => table.scrollTo(0, to), top)
    await expect(row(`map-${String(Math.round(top / 28) + 5).padStart(4, '0')}`)).toBeInViewport()
  }
  const indices = await page
    .locator('[data-table] [data-index]')
    .evaluateAll((all) => all.map((one) => Number(one.getAttribute('data-index'))))
  expect(indices).toEqual([...indices].sort((a, b) => a - b))
  await expect(row('map-4999')).toBeFocused()
  await page.keyboard.press('Home')
  await expect(row('map-0000')).toBeFocused()
  await page.locator('[data-table]').evaluate((table) => table.scrollTo(0, 60_000))
  await expect(row('map-2150')).toBeInViewport()
  await expect(row('map-0000')).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(row('map-0001')).toBeFocused()
  await page.close()
  await server.stop()
  await etcd.stop()
})

test('nothing moves while the page, its code and its rows arrive', async ({ page }) => {
  await page.addInitScript(() => {
    const seen = { shift: 0 }
    Object.assign(window, { seen })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shift += (entry as unknown as { value: number }).value
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.goto('/demo/resources/pods')
  await counted(page, '29 rows')
  // One frame later the last part is drawn.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  expect(await page.evaluate(() => (window as unknown as { seen: { shift: number } }).seen.shift)).toBeLessThan(0.01)
})
