// The timeline in a real Chromium: how soon its bars and lanes are drawn, and how it follows scrolling, brushing and the keyboard.
import { percentile } from './report.mjs'

/** Runs in the page: notes when bars and lanes are drawn first, and every task longer than 50 ms. Milliseconds since the navigation. */
function observe() {
  const seen = { bars: null, lanes: null, tasks: [] }
  window.seen = seen
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.tasks.push({ startTime, duration })
  }).observe({ type: 'longtask', buffered: true })
  const look = () => {
    // What a frame begins with was drawn by the one before.
    if (seen.bars === null && document.querySelector('[data-page="timeline"] svg[role="img"] path[fill^="light-dark"]') !== null)
      seen.bars = performance.now()
    if (seen.lanes === null && document.querySelector('[data-lane]') !== null) seen.lanes = performance.now()
    if (seen.bars === null || seen.lanes === null) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/** Runs in the page: how long each frame takes from now on, until `framesOver`. */
function countFrames() {
  const took = []
  window.framesTook = took
  let last = performance.now()
  const step = (now) => {
    took.push(now - last)
    last = now
    if (window.framesTook === took) requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
}

function framesOver() {
  const took = window.framesTook
  window.framesTook = null
  return took.slice(1)
}

/** Runs in the page: scrolls the lanes that many pixels a frame, to and fro. */
function scrollLanes([pixels, frames]) {
  const lanes = document.querySelector('[data-lanes]')
  const most = lanes.scrollHeight - lanes.clientHeight
  return new Promise((resolve) => {
    let left = frames
    let top = lanes.scrollTop
    let by = pixels
    // Reads nothing of the page: that would lay it out once more.
    const step = () => {
      if (left-- === 0) return resolve()
      if (top + by < 0 || top + by > most) by = -by
      top += by
      lanes.scrollTo(0, top)
      requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  })
}

/** Opens the timeline as a browser does that has seen nothing of it; the page must be closed. */
export async function openTimeline(browser, { address, cluster }) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.addInitScript(observe)
  await page.goto(`${address}/${cluster}/timeline`, { waitUntil: 'commit' })
  await page.locator('[data-lane]').first().waitFor({ timeout: 120_000 })
  const first = await page.waitForFunction(() => (window.seen.bars !== null && window.seen.lanes !== null ? window.seen : null))
  const { bars, lanes } = await first.jsonValue()
  return { page, bars, lanes, close: () => context.close() }
}

export const complete = (page) => page.locator('[data-page="timeline"][data-complete="true"]').waitFor({ timeout: 300_000 })

/** Measures the frames of each way to move; `cpu` is the time of the page's main thread in each, which other programs do not prolong. */
export async function movesOf(page, { frames = 240, presses = 60 } = {}) {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const busy = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value
  }
  const measured = async (move) => {
    await page.evaluate(countFrames)
    const before = await busy()
    await move()
    const used = (await busy()) - before
    const took = (await page.evaluate(framesOver)).sort((a, b) => a - b)
    const sum = took.reduce((all, one) => all + one, 0)
    return { rate: (1000 * took.length) / sum, cpu: used / took.length, p95: percentile(took, 0.95), max: took.at(-1) }
  }
  const list = page.getByRole('listbox')
  const picture = await page.locator('[data-page="timeline"] svg[role="img"]').boundingBox()
  const moves = {
    'scrolls as a wheel does, 120 px a frame': () => page.evaluate(scrollLanes, [120, frames]),
    'flings, a screen a frame': () => page.evaluate(scrollLanes, [560, frames]),
    'brushes a part of the time': async () => {
      await page.mouse.move(picture.x + picture.width * 0.3, picture.y + 20)
      await page.mouse.down()
      await page.mouse.move(picture.x + picture.width * 0.6, picture.y + 20, { steps: 120 })
      await page.mouse.up()
      await page.locator('[data-range]').waitFor()
    },
    'walks marks, a key every 33 ms': async () => {
      await list.focus()
      // As a key that is held repeats.
      for (let i = 0; i < presses; i++) {
        const pressed = performance.now()
        await page.keyboard.press('ArrowRight')
        await page.waitForTimeout(Math.max(0, 33 - (performance.now() - pressed)))
      }
    },
    'walks lanes, a key every 33 ms': async () => {
      await list.focus()
      for (let i = 0; i < presses; i++) {
        const pressed = performance.now()
        await page.keyboard.press('ArrowDown')
        await page.waitForTimeout(Math.max(0, 33 - (performance.now() - pressed)))
      }
    },
  }
  const found = {}
  for (const [name, move] of Object.entries(moves)) {
    found[name] = await measured(move)
    if (name.startsWith('brushes')) await page.keyboard.press('0')
    await page.waitForTimeout(300)
  }
  await devtools.detach()
  return found
}
