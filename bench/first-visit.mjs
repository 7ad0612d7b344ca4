// The first visit to a page of the demo, with nothing cached: what is sent before it shows its data, the processor's time, LCP and INP.
// `npm run bench -- first-visit [--rounds 5]`
import { parseArgs } from 'node:util'
import { launchChromium } from './support/chromium.mjs'
import { clean, startServer } from './support/processes.mjs'
import { goal, median, ms, number, row, verdicts } from './support/report.mjs'

const { values: flags } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })

/** Selectors of each page's main content. */
const PAGES = [
  ['overview', '/demo', '[aria-label="Trouble"] li, [aria-label="故障"] li'],
  ['pods', '/demo/resources/pods', '[data-table] [data-index]'],
  ['key', '/demo/v3/registry/pods/shop/stuck-big', '.cm-content, [data-value-text]'],
]
const LANGUAGES = ['en-US', 'zh-CN']
const MOST_BYTES = 150_000
const THROTTLING = 4

/** Runs in the page: notes when its data is there, the largest paint, and the longest time from an input to its paint. */
function observe(selector) {
  const seen = { shown: 0, lcp: 0, inp: 0, shift: 0 }
  window.seen = seen
  new MutationObserver((_, observer) => {
    if (document.querySelector(selector) === null) return
    seen.shown = performance.now()
    observer.disconnect()
  }).observe(document, { childList: true, subtree: true })
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) seen.lcp = startTime
  }).observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => {
    for (const { duration, interactionId } of list.getEntries()) if (interactionId > 0) seen.inp = Math.max(seen.inp, duration)
  }).observe({ type: 'event', durationThreshold: 16, buffered: true })
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) seen.shift += value
  }).observe({ type: 'layout-shift', buffered: true })
}

/** One visit in a browser that knows nothing. */
async function visit(browser, address, [, path, selector], { locale, throttling = 1, act }) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale })
  try {
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    // Thread CPU time, not wall time: other programs on the machine do not count.
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
    await devtools.send('Network.enable')
    if (throttling > 1) await devtools.send('Emulation.setCPUThrottlingRate', { rate: throttling })
    const sent = new Map()
    devtools.on('Network.requestWillBeSent', ({ requestId, request, initiator }) =>
      sent.set(requestId, { url: new URL(request.url).pathname, byScript: initiator.type === 'script', bytes: 0 }),
    )
    devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const one = sent.get(requestId)
      if (one !== undefined) one.bytes = encodedDataLength
    })
    const metrics = async () => {
      const { metrics: all } = await devtools.send('Performance.getMetrics')
      return Object.fromEntries(all.map(({ name, value }) => [name, 1000 * value]))
    }
    await page.addInitScript(observe, selector)
    const started = performance.now()
    await page.goto(`${address}${path}`, { waitUntil: 'commit' })
    await page.locator(selector).first().waitFor()
    const shown = performance.now() - started
    const then = await metrics()
    await page.waitForLoadState('networkidle')
    const there = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter(({ responseEnd }) => responseEnd <= window.seen.shown)
        .map(({ name }) => new URL(name).pathname),
    )
    const before = [...sent.values()].filter(({ url, bytes }) => bytes > 0 && (url === path || there.includes(url)))
    const after = await metrics()
    if (act !== undefined) await act(page)
    const { lcp, inp, shift } = await page.evaluate(() => window.seen)
    return {
      shown,
      lcp,
      inp,
      shift,
      files: before.length,
      bytes: before.reduce((sum, { bytes }) => sum + bytes, 0),
      late: before.filter(({ byScript }) => byScript).length,
      cpu: then.TaskDuration,
      script: then.ScriptDuration,
      compile: then.V8CompileDuration,
      style: then.LayoutDuration + then.RecalcStyleDuration,
      whole: after.TaskDuration,
      requests: before,
    }
  } finally {
    await context.close()
  }
}

const medianOf = (visits, field) => median(visits.map((one) => one[field]))

/** What people do on every page. */
async function act(page) {
  await page.keyboard.press('/')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.type('pods', { delay: 60 })
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('t')
  await page.locator('nav a').nth(2).click()
  await page.waitForLoadState('networkidle')
}

try {
  const server = await startServer([])
  const browser = await launchChromium()
  const claims = []
  try {
    row('', 'files', 'by script', 'kB sent', 'CPU', '… script', '… compile', '… style', '… with the rest', 'shown')
    for (const locale of LANGUAGES)
      for (const one of PAGES) {
        const visits = []
        for (let i = 0; i < Number(flags.rounds); i++) visits.push(await visit(browser, server.address, one, { locale }))
        const of = (field) => medianOf(visits, field)
        row(
          `${one[0]}, ${locale}`,
          of('files'),
          of('late'),
          number(Math.round(of('bytes') / 1000)),
          ...['cpu', 'script', 'compile', 'style', 'whole', 'shown'].map((field) => ms(of(field))),
        )
        claims.push(
          goal({
            what: `${one[0]}, ${locale}: sent before its data shows`,
            unit: 'kB',
            figures: visits.map(({ bytes }) => bytes / 1000),
            atMost: MOST_BYTES / 1000,
          }),
        )
        if (process.env.LIST)
          for (const { url, bytes, byScript } of visits[0].requests) console.log('      ', bytes, byScript ? 'S' : ' ', url)
      }
    row('', 'LCP', 'shown', 'shift', 'INP')
    for (const one of PAGES) {
      const visits = []
      for (let i = 0; i < Number(flags.rounds); i++)
        visits.push(await visit(browser, server.address, one, { locale: 'en-US', throttling: THROTTLING }))
      const acted = []
      for (let i = 0; i < Number(flags.rounds); i++) acted.push(await visit(browser, server.address, one, { locale: 'en-US', act }))
      const [lcp, shown, shift, inp] = [...['lcp', 'shown', 'shift'].map((field) => medianOf(visits, field)), medianOf(acted, 'inp')]
      row(`${one[0]}, processor ${THROTTLING}× slower (INP: as it is)`, ms(lcp), ms(shown), shift.toFixed(3), ms(inp))
      claims.push(
        goal({
          what: `${one[0]}: largest paint, processor ${THROTTLING}× slower`,
          unit: 'ms',
          figures: visits.map((visit) => visit.lcp),
          atMost: 1000,
        }),
        goal({ what: `${one[0]}: an input shows`, unit: 'ms', figures: acted.map((visit) => visit.inp), atMost: 100 }),
      )
    }
  } finally {
    await browser.close()
  }
  process.stdout.write('\n')
  verdicts(claims)
} finally {
  await clean()
}
