// A timeline of many writes in the moment in which they are only counted: the server's answer is held after its first line.
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, type Page, test } from '@playwright/test'
import type { TimelineLine } from '@registree/contract'
import { startEtcd, type TestEtcd } from '../apps/server/src/sources/testing/etcd.ts'
import { timelineWrites } from '../bench/support/timeline-writes.mjs'
import { expectAccessible } from './support/axe.ts'
import { type Running, startServer } from './support/server.ts'
import { expectSteady, noteShifts } from './support/steadiness.ts'

const WRITES = 12_000
/** Writes of one transaction, in which no key is twice. */
const TOGETHER = 10
/** A little more than pixels of one bar. */
const BAR = 7

let etcd: TestEtcd
let server: Running
let proxy: TimelineProxy

test.beforeAll(async () => {
  etcd = await startEtcd({ flags: ['--unsafe-no-fsync'] })
  const writes = [...timelineWrites({ writes: WRITES, objects: 600, bytes: 300 })]
  for (let from = 0; from < WRITES; from += TOGETHER) {
    const success = writes
      .slice(from, from + TOGETHER)
      .map(([key, value]) => ({ requestPut: { key: Buffer.from(key).toString('base64'), value: value.toString('base64') } }))
    const response = await fetch(`${etcd.endpoint}/v3/kv/txn`, { method: 'POST', body: JSON.stringify({ success }) })
    if (!response.ok) throw new Error(await response.text())
  }
  server = await startServer(['--snapshot', await etcd.save()])
})
test.afterAll(async () => {
  await server.stop()
  await etcd.destroy()
})
test.beforeEach(async () => {
  proxy = await TimelineProxy.before(server.url)
})
test.afterEach(() => proxy.close())

type LineType = TimelineLine['type']

/** Passes everything on, but holds the timeline after its first line of a type until it is let go, or breaks it there. */
class TimelineProxy {
  readonly asked: string[] = []
  /** What the server told last. */
  lines: TimelineLine[] = []
  readonly #server: Server
  readonly #to: string
  #holdAfter: LineType | null = null
  #held = /./
  #breaks = false
  #cuts = false
  #let = () => {}

  private constructor(to: string) {
    this.#to = to
    this.#server = createServer((request, response) => {
      void this.#pass(request.url ?? '', request.headers.accept ?? '', response).catch(() => response.destroy())
    })
  }

  static async before(to: string): Promise<TimelineProxy> {
    const proxy = new TimelineProxy(to)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** How often the timeline was asked for. */
  get readings(): number {
    return this.asked.filter((path) => /\/v3\/timeline\?/.test(path)).length
  }

  /** @param held which requests */
  holdAfter(type: LineType, held = /./): void {
    this.#holdAfter = type
    this.#held = held
  }

  letGo(): void {
    this.#holdAfter = null
    this.#breaks = false
    this.#cuts = false
    this.#let()
  }

  /** Ends the held answer there as if it were whole. */
  cut(): void {
    this.#cuts = true
    this.#let()
  }

  /** Ends the held answer there, and answers nothing more, as a server does that dies. */
  die(): void {
    this.#breaks = true
    this.#let()
  }

  close(): void {
    this.letGo()
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #pass(path: string, accept: string, response: ServerResponse): Promise<void> {
    this.asked.push(path)
    if (this.#breaks) return void response.destroy()
    const left = new AbortController()
    response.once('close', () => left.abort())
    const answer = await fetch(this.#to + path, { headers: { accept }, signal: left.signal })
    const headers = [...answer.headers].filter(([name]) => !/^(content-encoding|content-length|transfer-encoding|connection)$/.test(name))
    response.writeHead(answer.status, headers)
    if (!/\/v3\/timeline\?/.test(path) || !answer.ok) {
      for await (const chunk of answer.body ?? []) response.write(chunk)
      response.end()
      return
    }
    this.lines = (await answer.text()).split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as TimelineLine]))
    for (const line of this.lines) {
      response.write(`${JSON.stringify(line)}\n`)
      if (line.type !== this.#holdAfter || !this.#held.test(path)) continue
      await new Promise<void>((resolve) => {
        if (this.#cuts) resolve()
        this.#let = resolve
      })
      if (this.#breaks) return void response.destroy()
      if (this.#cuts) break
    }
    response.end()
  }
}

const address = () => `${proxy.url}/1/timeline`
const counted = (page: Page) => page.locator('[data-first-picture]')
const complete = (page: Page) => expect(page.locator('[data-page="timeline"][data-complete="true"]')).toBeVisible()
const picture = (page: Page) => page.getByRole('img', { name: 'Changes over time, by resource' })
const reading = (page: Page) => page.getByRole('status').filter({ hasText: 'Reading what was written' })
/** The colour and the outline of each resource's bars. */
const barsOf = (page: Page) =>
  picture(page)
    .locator('path[fill]')
    .evaluateAll((paths) =>
      paths.map((path) => {
        const { x, width } = (path as SVGPathElement).getBBox()
        return { fill: path.getAttribute('fill'), x, width }
      }),
    )

test('counted writes are drawn while the writes are read, and nothing moves when they come @phone', async ({ page }) => {
  await noteShifts(page)
  proxy.holdAfter('bars')
  await page.goto(address())
  await expect(counted(page)).toBeVisible()
  await expect(picture(page)).toBeVisible()
  await expect(reading(page)).toBeVisible()
  const before = await barsOf(page)
  expect(before).toHaveLength(3)
  // Nothing counts what is not known one by one.
  await expect(page.getByRole('list', { name: 'Resources' }).getByRole('listitem')).toHaveCount(0)
  await expect(page.locator('[data-shown]')).toHaveCount(0)
  for (const name of ['Earlier ([)', 'Later (])', 'Zoom out (-)', 'Zoom in (+)', 'Whole time range (0)'])
    await expect(page.getByRole('button', { name })).toBeDisabled()
  await expectAccessible(page)
  // There is nothing to choose by yet, neither by dragging nor by keys.
  await dragOver(page)
  await page.keyboard.press('+')
  await expect(page).toHaveURL(address())
  const filter = page.getByRole('searchbox', { name: 'Filter' })
  await filter.focus()

  proxy.letGo()
  await complete(page)
  await expect(filter).toBeFocused()
  await expectSteady(page)
  expect(proxy.readings).toBe(1)
  const bars = proxy.lines.find((line) => line.type === 'bars')?.bars ?? []
  const told = new Map(bars.map(({ path, writes }) => [path, writes.reduce((sum, own) => sum + own, 0)]))
  expect([...told.values()].reduce((sum, own) => sum + own, 0)).toBe(WRITES)
  for (const path of ['pods', 'deployments', 'replicasets'])
    await expect(page.getByRole('button', { name: `${path} ${(told.get(path) ?? 0).toLocaleString('en-US')}` })).toBeVisible()
  const after = await barsOf(page)
  expect(after.map(({ fill }) => fill)).toEqual(before.map(({ fill }) => fill))
  // What was counted in other parts of the time may begin or end in the bar beside.
  for (const [i, { x, width }] of after.entries()) {
    expect(Math.abs(x - (before[i]?.x ?? 0))).toBeLessThan(BAR)
    expect(Math.abs(width - (before[i]?.width ?? 0))).toBeLessThan(2 * BAR)
  }
  await dragOver(page)
  await expect(page).toHaveURL(/\?from=\d+&to=\d+$/)
})

async function dragOver(page: Page): Promise<void> {
  const box = await picture(page).boundingBox()
  if (box === null) throw new Error('no picture')
  await page.mouse.move(box.x + box.width * 0.4, box.y + 20)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.6, box.y + 20, { steps: 4 })
  await page.mouse.up()
}

for (const type of ['bars', 'times'] as const)
  test(`an answer that breaks after its ${type} is an error, and is read again on request and when the server is back @phone`, async ({
    page,
  }) => {
    proxy.holdAfter(type)
    await page.goto(address())
    await expect(picture(page)).toBeVisible()
    await expect(page.getByText('1 in flight')).toHaveCount(1)
    proxy.die()
    const error = page.getByRole('alert').filter({ hasText: 'The Registree server does not answer' })
    await expect(error).toBeVisible()
    // What was counted is no answer.
    await expect(picture(page)).toHaveCount(0)
    await expect(page.locator('[data-window]')).toHaveCount(0)
    await expect(page.getByText('Nothing was written.')).toHaveCount(0)
    await expectAccessible(page)
    const tried = proxy.readings
    await error.getByRole('button', { name: 'Retry' }).click()
    await expect.poll(() => proxy.readings).toBeGreaterThan(tried)
    // It is back, which the page notices.
    proxy.letGo()
    await complete(page)
    await expect(error).toHaveCount(0)
    await expect(page.locator('[data-window="first"]')).toContainText('All 12,000 writes')
  })

test('an answer without its last line is no whole answer', async ({ page }) => {
  proxy.holdAfter('times')
  await page.goto(address())
  await expect(picture(page)).toBeVisible()
  proxy.cut()
  const error = page.getByRole('alert').filter({ hasText: 'The answer ended before its last line' })
  await expect(error).toBeVisible()
  await expect(picture(page)).toHaveCount(0)
  proxy.letGo()
  await error.getByRole('button', { name: 'Retry' }).click()
  await complete(page)
  await expect(error).toHaveCount(0)
})

test('what was read of a live etcd stays while it is read further back', async ({ page }) => {
  const live = await startServer(['--endpoints', etcd.endpoint, '--name', 'live'])
  const beside = await TimelineProxy.before(live.url)
  try {
    beside.holdAfter('bars', /writes=20000/)
    await page.goto(`${beside.url}/live/timeline`)
    await expect.poll(() => beside.readings).toBe(2)
    // The second one has begun to answer, and its first line is no reason to take the lanes away.
    await expect.poll(() => beside.lines.flatMap((line) => (line.type === 'head' ? [line.window.writes] : []))).toContain(WRITES)
    await expect(page.getByRole('status').filter({ hasText: 'Reading further back' })).toBeVisible()
    await expect(page.locator('[data-shown]')).toHaveCount(1)
    await expect(counted(page)).toHaveCount(0)
    // Nor is its failure.
    beside.cut()
    await expect(page.getByText('Reading further back failed (The answer ended before its last line)')).toBeVisible()
    await expect(page.locator('[data-shown]')).toHaveCount(1)
    await expect(page.locator('[data-window="enough"]')).toHaveCount(1)
    beside.letGo()
    beside.holdAfter('bars', /writes=20000/)
    await page.getByRole('button', { name: 'Retry' }).click()
    await expect(page.getByText('Reading further back failed')).toHaveCount(0)
    // Cancelled, it is followed as it is.
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.locator('[data-window="enough"]')).toHaveCount(1)
    await expect(page.locator('[data-live]')).toBeVisible()
    beside.letGo()
    await page.getByRole('button', { name: /older revisions, about/ }).click()
    await complete(page)
    await expect(page.locator('[data-window="first"]')).toContainText('All 12,000 writes')
  } finally {
    beside.close()
    await live.stop()
  }
})

test('reading that is cancelled says so, and shows no counts', async ({ page }) => {
  proxy.holdAfter('bars')
  await page.goto(address())
  await expect(counted(page)).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Stopped.')).toBeVisible()
  await expect(picture(page)).toHaveCount(0)
  const again = page.getByRole('button', { name: 'Read again' })
  await expect(again).toBeFocused()
  proxy.letGo()
  proxy.holdAfter('bars')
  await page.keyboard.press('Enter')
  await expect(counted(page)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused()
  proxy.letGo()
  await complete(page)
  await expect(picture(page)).toBeVisible()
  await expect(again).toBeFocused()
})

// The HTML asks for what the page asks for, whatever else the address says.
for (const search of ['', '?q=app-0001', '?form=list&routine=1', '?from=20&to=80', '?rev=40', '?q=%ff'])
  test(`the timeline of /timeline${search} is read once`, async ({ page }) => {
    const complaints: string[] = []
    page.on('console', (message) => {
      if (/preload/i.test(message.text())) complaints.push(message.text())
    })
    await page.goto(address() + search)
    await complete(page)
    expect(proxy.readings).toBe(1)
    expect(complaints).toEqual([])
  })
