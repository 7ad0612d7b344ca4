// The pods table in a real Chromium: how soon it shows, how it scrolls, and how long a keystroke in the filter takes to show.
import { launchChromium } from './chromium.mjs'
import { ms, number, percentile, row } from './report.mjs'

/** A frame of a 60 Hz screen. */
const FRAME_MS = 1000 / 60

/** Runs in the page: records every task longer than 50 ms, and every key event that took longer than a frame to paint. */
function observe() {
  const seen = { tasks: [], keys: [] }
  window.seen = seen
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.tasks.push(duration)
  }).observe({ type: 'longtask', buffered: true })
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === 'keydown' || name === 'input') seen.keys.push(duration)
  }).observe({ type: 'event', durationThreshold: 16, buffered: true })
}

/** Runs in the page: scrolls that many pixels per frame, and returns how long each frame took. */
function scroll([pixels, frames]) {
  const scroller = document.querySelector('[data-table]')
  return new Promise((resolve) => {
    const took = []
    let blank = 0
    let last = performance.now()
    let top = scroller.scrollTop
    const step = (now) => {
      took.push(now - last)
      last = now
      const box = scroller.getBoundingClientRect()
      const middle = document.elementFromPoint(box.left + 40, box.top + box.height / 2)
      if (middle?.closest('[data-index]') === null) blank++
      if (took.length > frames) return resolve({ took: took.slice(1), blank })
      top += pixels
      scroller.scrollTo(0, top)
      requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  })
}

/** Prints its measurements and returns its claims; the server must have `pods` pods. */
export async function measureBrowser({ address, cluster }, pods) {
  const browser = await launchChromium()
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const devtools = await page.context().newCDPSession(page)
    // Thread CPU time, not wall time: other programs on the machine do not count.
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
    const busy = async () => {
      const { metrics } = await devtools.send('Performance.getMetrics')
      return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value
    }
    await page.addInitScript(observe)
    const started = performance.now()
    await page.goto(`${address}/${cluster}/resources/pods`)
    await page.locator('[data-table] [data-index="0"]').waitFor()
    const first = performance.now() - started
    const seen = async () => page.evaluate(() => ({ tasks: window.seen.tasks.splice(0), keys: window.seen.keys.splice(0) }))
    const longest = (list) => list.reduce((most, one) => Math.max(most, one), 0)
    const loading = await seen()
    await page.locator('[data-complete="true"]').waitFor({ timeout: 300_000 })
    const all = performance.now() - started
    await page.waitForTimeout(500)
    const reading = await seen()
    const heap = await page.evaluate(() => performance.memory.usedJSHeapSize / 1e6)

    row('', 'first row', 'all', 'longest task', '… after it', 'heap')
    row(
      `Chromium opens ${number(pods)} pods`,
      ms(first),
      ms(all),
      ms(longest(loading.tasks)),
      ms(longest(reading.tasks)),
      `${heap.toFixed(0)} MB`,
    )

    row('', 'frames/s', 'p50', 'p95', 'max', 'CPU a frame', 'blank')
    const scrolls = []
    for (const [name, pixels] of [
      ['  scrolls slowly, 1 row in 3 frames', 9],
      ['  scrolls as a wheel does, 120 px a frame', 120],
      ['  flings, 60 rows a frame', 1680],
    ]) {
      const before = await busy()
      const { took, blank } = await page.evaluate(scroll, [pixels, 240])
      const cpu = ((await busy()) - before) / took.length
      const sorted = [...took].sort((a, b) => a - b)
      const rate = (1000 * took.length) / took.reduce((sum, one) => sum + one, 0)
      row(name, rate.toFixed(1), ms(percentile(sorted, 0.5)), ms(percentile(sorted, 0.95)), ms(sorted.at(-1)), ms(cpu), blank)
      scrolls.push({ rate, cpu, blank })
    }
    await seen()

    const filter = page.getByRole('textbox', { name: 'Filter' })
    await filter.click()
    const quiet = await busy()
    await page.keyboard.type('status:crash app=orders -team', { delay: 70 })
    await page.waitForTimeout(600)
    for (let i = 0; i < 12; i++) await page.keyboard.press('Backspace', { delay: 40 })
    await page.waitForTimeout(600)
    const typing = await seen()
    const cpu = ((await busy()) - quiet) / 41
    row('', 'slowest key', 'keys > 1 frame', 'longest task', 'CPU a key')
    row('  typing into the filter, 41 keys', ms(longest(typing.keys)), typing.keys.length, ms(longest(typing.tasks)), ms(cpu))
    await filter.fill('')
    await page.waitForTimeout(600)
    await seen()
    const sorts = []
    for (const column of ['Name', 'Restarts', 'Age']) {
      const header = page.getByRole('columnheader', { name: column, exact: true })
      const clicked = performance.now()
      await header.getByRole('button').click()
      await page.locator('[role=columnheader][aria-sort=ascending]').filter({ hasText: column }).waitFor()
      sorts.push(performance.now() - clicked)
    }
    const sorting = await seen()
    row('  sorting by Name, Restarts, Age', ...sorts.map(ms), `task ${ms(longest(sorting.tasks))}`)
    return [
      ['scrolls at 60 frames a second, flings too', scrolls.every(({ rate }) => rate >= 58)],
      ['  with the page busy for less than a frame', scrolls.every(({ cpu }) => cpu < FRAME_MS)],
      ['nothing blank while scrolling', scrolls.every(({ blank }) => blank === 0)],
      ['every key of the filter is seen within 100 ms', longest(typing.keys) <= 100],
      ['no task of 100 ms while the table arrives', longest(reading.tasks) <= 100],
    ]
  } finally {
    await browser.close()
  }
}
